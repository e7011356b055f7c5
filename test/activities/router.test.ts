import assert from 'node:assert/strict';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApplicationFailure } from '@temporalio/common';
import type { RouterAccess, RouterActivities, TunnelRequest } from '../../activities/contracts.ts';
import { routerActivities } from '../../activities/router.ts';
import { createSecrets } from '../../activities/secrets.ts';
import { strongPolicy } from '../../domain/ipsec-policy.ts';
import { cidr, deviceRouter, ipv4, seedSite } from '../support/site-files.ts';
import { userKey, withRouter, type RouterFixture } from '../support/router.ts';
import { gateway, privateAddress, publicAddress, sharedKey, templateScript } from '../adapters/ios/support/samples.ts';
import { fakeArm, type FakeArm, type FakeReply } from './fake-arm.ts';
import { problem } from './samples.ts';
import { attempt, persist } from './support.ts';

const devices = `<RpVpnDeviceList><Vendor name="Cisco"><DeviceFamily name="IOS (ISR, ASR)"><FirmwareVersion name="15.x (IKEv2)"/></DeviceFamily></Vendor></RpVpnDeviceList>`;
const loopbacks = [{ name: 'Loopback100', address: ipv4('172.20.100.100'), prefixLength: 24 }];

interface World {
  readonly act: RouterActivities;
  readonly azure: FakeArm;
  readonly access: RouterAccess;
  readonly tunnel: TunnelRequest;
  readonly fixture: RouterFixture;
}

/** A router of the lab, and an Azure that offers a device script for it, or what `replies` says. */
async function withWorld(
  use: (world: World) => Promise<void>,
  replies: { devices?: FakeReply; script?: FakeReply; key?: FakeReply } = {},
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sitelink-router-activities-'));
  writeFileSync(join(folder, 'id_rsa'), userKey, { mode: 0o600 });
  const azure = fakeArm(({ path }) => {
    if (path.endsWith('/sharedkey')) return replies.key ?? { body: { value: sharedKey } };
    if (path.endsWith('/supportedvpndevices')) return replies.devices ?? { body: devices };
    return replies.script ?? { body: templateScript };
  });
  const secrets = createSecrets({ env: { SITE01_SHARED_KEY: sharedKey }, home: folder });
  const act = routerActivities({ ...azure.deps, secrets });
  try {
    await withRouter(async (fixture) => {
      const ssh = { ...deviceRouter.ssh, host: null, port: fixture.router.port, privateKey: { file: '~/id_rsa' } };
      const access = { host: '127.0.0.1', ssh, expectedHostname: 'router210', hostKey: null };
      const tunnel: TunnelRequest = {
        access,
        connectionId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/connections/ConnectToSite01',
        gatewayId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways/VnetGw',
        connection: seedSite.connection,
        ipsecPolicy: null,
        gatewayAddresses: [ipv4(gateway)],
        hubPrefixes: [cidr('172.16.0.0/16')],
        sitePrefixes: seedSite.prefixes,
        publicAddress: ipv4(publicAddress),
        privateAddress: ipv4(privateAddress),
        tunnelNumbers: [],
        bgp: null,
        sharePolicy: false,
        archive: 'useIfOn',
      };
      await use({ act, azure, access, tunnel, fixture });
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const ready = {
  tunnelId: 1,
  local: privateAddress,
  localPort: 4500,
  remote: gateway,
  remotePort: 4500,
  status: 'READY' as const,
  encryption: 'AES-CBC',
  keySize: 256,
  prf: 'SHA1',
  hash: 'SHA96',
  dhGroup: 2,
  lifetimeSeconds: 3600,
  activeSeconds: 10,
  localSpi: '1',
  remoteSpi: '2',
  localId: privateAddress,
  remoteId: gateway,
  nat: 'inside' as const,
  initiator: true,
};

describe('Activities on a router', function () {
  this.timeout(60_000);

  it('find it, configure it, read it back, and take their lines away again; a second run sends nothing', async () => {
    await withWorld(async ({ act, access, tunnel }) => {
      const { result: found } = await persist(act.awaitRouter, { access });
      assert.equal(found.hostname, 'router210');
      assert.match(found.hostKey, /^SHA256:/);
      assert.match(found.version, /^17\.3/);

      const before = await persist(act.observeRouter, { tunnel, loopbacks });
      assert.deepEqual(
        before.result.map(({ row, holds }) => [row, holds]),
        [
          [3, true],
          [4, false],
          [10, true],
          [11, false],
          [12, false],
        ],
      );

      const { result: made } = await persist(act.configureLoopbacks, { access, loopbacks, archive: 'useIfOn' });
      assert.deepEqual(made.missing, []);
      assert.ok(made.sent.length > 0);
      const { result: script } = await persist(act.inspectScript, tunnel);
      assert.equal(script.origin, 'azure');
      assert.equal(script.rewrites.length, 3);
      assert.match(script.digest, /^[0-9a-f]{64}$/);

      const { result: plan } = await persist(act.planTunnel, tunnel);
      const change = { ...tunnel, backup: null, approved: plan.lines };
      const { result: applied } = await persist(act.configureTunnel, change);
      assert.deepEqual(applied.missing, []);
      assert.deepEqual(applied.tunnels, ['Tunnel11']);
      assert.ok(plan.lines.length > 0 && applied.sent.length > 0);
      const { result: again } = await persist(act.configureTunnel, change);
      assert.deepEqual(again.sent, []);
      const { result: detail } = await persist(act.saveConfiguration, { access, inverse: null });
      assert.match(detail.detail, /OK/);

      const after = await persist(act.observeRouter, { tunnel, loopbacks });
      assert.ok(
        after.result.every(({ holds }) => holds),
        JSON.stringify(after.result),
      );
      const told = JSON.stringify([found, before, made, script, plan, applied, again, after]);
      assert.ok(!told.includes(sharedKey), 'no result holds the shared key');

      const { result: removed } = await persist(act.removeLines, { access, inverse: applied.inverse, save: true });
      assert.ok(removed.removed > 0);
      assert.deepEqual(removed.leftovers, []);
      const { result: gone } = await persist(act.removeLines, { access, inverse: applied.inverse, save: false });
      assert.equal(gone.removed, 0);
    });
  });

  it('read the associations, wait for one that is READY, and ping', async () => {
    await withWorld(async ({ act, access, fixture }) => {
      const peers = [ipv4(gateway)];
      const { result: none } = await persist(act.awaitReady, { access, peers, withinSeconds: 0 });
      assert.equal(none.ikeStatus, 'none');
      const waiting = await attempt(act.awaitReady, { access, peers, withinSeconds: 60 });
      assert.equal((waiting.error as ApplicationFailure).type, 'NotYet');
      fixture.link.ike = [ready];
      const { result } = await persist(act.awaitReady, { access, peers, withinSeconds: 60 });
      assert.equal(result.ikeStatus, 'READY');
      assert.deepEqual((await persist(act.readSecurityAssociations, { access, peers })).result, result);
      const ping = { access, target: ipv4('172.16.1.10'), source: 'GigabitEthernet1', count: 5 };
      const { result: measured } = await persist(act.pingFromRouter, ping);
      assert.equal(measured.sent, 5);
      assert.equal(measured.received, 5);
    });
  });

  it('wait without a warning for one that does not answer yet, and find it in the end', async () => {
    await withWorld(async ({ act, access, tunnel, fixture }) => {
      fixture.router.power(false);
      const first = await attempt(act.awaitRouter, { access });
      assert.equal((first.error as ApplicationFailure).type, 'NotYet');
      const early = await attempt(act.observeRouter, { tunnel, loopbacks });
      assert.equal((early.error as ApplicationFailure).type, 'Unreachable');
      const { result } = await attempt(act.observeRouter, { tunnel, loopbacks }, { attempt: 4 });
      assert.deepEqual(
        result?.map(({ row, holds }) => [row, holds]),
        [
          [3, false],
          [10, true],
        ],
      );
    });
  });

  it('refuse another device, and find that it is another one', async () => {
    await withWorld(async ({ act, access, tunnel }) => {
      const other = { ...access, expectedHostname: 'osaka-r1' };
      const made = await attempt(act.awaitRouter, { access: other });
      assert.equal((made.error as ApplicationFailure).type, 'Refused');
      const { result } = await persist(act.observeRouter, { tunnel: { ...tunnel, access: other }, loopbacks: [] });
      assert.equal(result.find(({ row }) => row === 3)?.holds, false);
    });
  });

  const twice = templateScript.replace(/tunnel destination \S+/, 'tunnel destination 192.0.2.9');
  const useless: readonly [string, Parameters<typeof withWorld>[1], Partial<TunnelRequest>, RegExp][] = [
    ['offers none for IOS', { devices: { body: '<RpVpnDeviceList/>' } }, {}, /^Azure offers none for Cisco IOS$/],
    [
      'refuses to give it',
      { script: problem(400, 'VpnDeviceConfigurationScriptNotSupported') },
      {},
      /NotSupported|not/,
    ],
    ['answers an empty one', { script: { body: '' } }, {}, /answered an empty device script/],
    ['answers comments', { script: { body: '! parameters\n! of the tunnel\n' } }, {}, /holds no tunnel interface/],
    [
      'leaves out an instance of the gateway',
      {},
      { gatewayAddresses: [ipv4(gateway), ipv4('192.0.2.9')] },
      /has no tunnel to 192\.0\.2\.9/,
    ],
    ['is not asked, as the site file has a policy', {}, { ipsecPolicy: strongPolicy }, /connection\.ipsecPolicy/],
  ];
  for (const [what, replies, changed, why] of useless) {
    it(`render a script themselves where Azure ${what}, and say so`, async () => {
      await withWorld(async ({ act, tunnel }) => {
        const request = { ...tunnel, ...changed };
        const { result } = await persist(act.inspectScript, request);
        assert.equal(result.origin, 'sitelink');
        assert.match(result.reason ?? '', why);
        const { result: seen } = await persist(act.observeRouter, { tunnel: request, loopbacks: [] });
        const row10 = JSON.stringify(seen.filter(({ row }) => row === 10));
        assert.ok(row10.includes(JSON.stringify(result.reason)), row10);
        const change = { ...request, backup: null, approved: null };
        const { adjustments } = (await persist(act.configureTunnel, change)).result;
        assert.match(adjustments[0] ?? '', /^the script is rendered by Sitelink: /);
      }, replies);
    });
  }

  it('refuse a script that is of no use where the site file names it, and one that leads elsewhere', async () => {
    await withWorld(
      async ({ act, tunnel }) => {
        const deviceScript = { vendor: 'Cisco', family: 'IOS (ISR, ASR)', firmware: '15.x (IKEv2)' };
        const connection = { ...tunnel.connection, deviceScript };
        await assert.rejects(persist(act.inspectScript, { ...tunnel, connection }), /empty device script/);
      },
      { script: { body: '' } },
    );
    await withWorld(({ act, tunnel }) => assert.rejects(persist(act.inspectScript, tunnel), /leads to 192\.0\.2\.9/), {
      script: { body: twice },
    });
  });

  it('refuse an override that Azure does not offer', async () => {
    await withWorld(async ({ act, tunnel }) => {
      const deviceScript = { vendor: 'Acme', family: 'A', firmware: '1' };
      const request = { ...tunnel, connection: { ...tunnel.connection, deviceScript } };
      await assert.rejects(persist(act.inspectScript, request), /offers no device script for Acme \/ A \/ 1/);
    });
  });

  it('find that a script with a placeholder does not hold, and say nothing of the lines then', async () => {
    await withWorld(
      async ({ act, tunnel }) => {
        const { result } = await persist(act.observeRouter, { tunnel, loopbacks: [] });
        assert.deepEqual(
          result.map(({ row, holds }) => [row, holds]),
          [
            [3, true],
            [10, false],
          ],
        );
      },
      { script: { body: templateScript.replace('169.254.0.1', 'LNG_BGPIP') } },
    );
  });

  it('know no key where it was generated and Azure gives none', async () => {
    await withWorld(
      async ({ act, tunnel }) => {
        const connection = { ...tunnel.connection, sharedKey: { generate: true as const } };
        await assert.rejects(
          persist(act.inspectScript, { ...tunnel, connection }),
          /shared key of ConnectToSite01 is not known/,
        );
      },
      { devices: { body: '<RpVpnDeviceList/>' }, key: { body: {} } },
    );
  });

  it('rewrite nothing without NAT', async () => {
    await withWorld(async ({ act, tunnel }) => {
      const { result } = await persist(act.inspectScript, { ...tunnel, privateAddress: null });
      assert.deepEqual(result.rewrites, []);
      const seen = await persist(act.observeRouter, { tunnel: { ...tunnel, privateAddress: null }, loopbacks: [] });
      assert.equal(seen.result.find(({ row }) => row === 11)?.holds, true);
    });
  });
});
