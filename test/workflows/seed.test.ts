import assert from 'node:assert/strict';
import type { TunnelRequest } from '../../activities/contracts.ts';
import type { Row } from '../../domain/evidence.ts';
import { holds } from '../../domain/evidence.ts';
import { World } from '../support/deeds.ts';
import { deviceFile, deviceRouter, deviceSite, ipv4, seedFile, seedHub, seedSite } from '../support/site-files.ts';
import { withTimeSkipping } from '../support/temporal.ts';
import { bringUp, settle, teardown } from './harness.ts';

/** What has to end before what begins, as the scenario's table says. */
const order: readonly (readonly [string, string])[] = [
  // 1 -> 5, 6 -> 7
  ['ensureResourceGroup ResourceGroupEast', 'ensureNetwork Vnet16'],
  ['ensureSubnet GatewaySubnet', 'ensureGateway VnetGw'],
  ['ensurePublicIp VpnGwPublicIp', 'ensureGateway VnetGw'],
  // 6 comes before the NSG rule of 3
  ['ensurePublicIp VpnGwPublicIp', 'ensureSecurityGroup router210-nsg'],
  ['acceptTerms', 'ensureVm router210'],
  ['ensureVm router210', 'awaitRouter router210'],
  ['awaitRouter router210', 'configureLoopbacks router210'],
  // 8 as soon as the address of 3 is known, and 9 waits for 7 and 8
  ['ensurePublicIp router210-ip', 'ensureLocalGateway Site01'],
  ['ensureGateway VnetGw', 'ensureConnection ConnectToSite01'],
  ['ensureLocalGateway Site01', 'ensureConnection ConnectToSite01'],
  ['ensureConnection ConnectToSite01', 'inspectScript router210'],
  // 12 waits for 9 and 15
  ['ensureConnection ConnectToSite01', 'configureTunnel router210'],
  ['ensureVm linux010', 'configureTunnel router210'],
  // 16 waits for 9 and 15
  ['ensureConnection ConnectToSite01', 'effectiveRoutes linux010-nic'],
  ['ensureVm linux010', 'effectiveRoutes linux010-nic'],
  // then 13 (READY), 17, 18, 13 (counters), save, 14
  ['configureTunnel router210', 'awaitReady router210'],
  ['awaitReady router210', 'pingFromProbe linux010'],
  ['pingFromProbe linux010', 'pingFromRouter router210'],
  ['pingFromRouter router210', 'readSecurityAssociations router210'],
  ['readSecurityAssociations router210', 'saveConfiguration router210'],
  ['saveConfiguration router210', 'awaitConnected ConnectToSite01'],
];

describe('the scenario of the seed', () => {
  const temporal = withTimeSkipping();

  it('comes up with a gateway that takes 45 minutes, and goes away, in seconds', async () => {
    const world = new World({ gatewayMinutes: 45 });
    const begun = Date.now();
    const running = await bringUp(temporal, world);
    const up = await settle(temporal, running.site, 'connected', 'attention', 'degraded');
    assert.equal(up.phase, 'connected', JSON.stringify(up.steps, null, 1));
    assert.ok(world.gatewayPolls > 40 && world.gatewayPolls <= 60, `${world.gatewayPolls} polls`);
    for (const [first, then] of order) {
      assert.ok(world.ended(first) >= 0, `${first} never ended`);
      assert.ok(world.ended(first) < world.began(then), `${then} began before ${first} ended`);
    }
    const { evidence } = up;
    assert.ok(evidence !== null && holds(evidence), JSON.stringify(evidence, null, 1));
    const rows = Array.from({ length: 18 }, (_, index) => (index + 1) as Row);
    assert.deepEqual(
      evidence.items.map(({ row }) => row),
      rows,
    );

    const { site, hub } = await teardown(temporal, running);
    assert.deepEqual([site.outcome, hub.outcome], ['removed', 'removed']);
    const last = site.status.evidence?.items.at(-1);
    assert.deepEqual([last?.row, last?.holds], [19, true]);
    assert.deepEqual(world.ours(), []);
    assert.ok(Date.now() - begun < 45_000, `${Date.now() - begun} ms`);
  });

  it('makes the probe and the router VM beside the gateway', async () => {
    const world = new World({ gatewayMinutes: 45 });
    const running = await bringUp(temporal, world);
    await settle(temporal, running.site, 'connected');
    const gateway = world.ended('ensureGateway VnetGw');
    for (const deed of ['ensureVm linux010', 'configureLoopbacks router210', 'ensureLocalGateway Site01']) {
      assert.ok(world.ended(deed) < gateway, deed);
    }
  });

  it('writes exactly what the file says into Azure', async () => {
    const world = new World({ gatewayMinutes: 0 });
    const running = await bringUp(temporal, world);
    await settle(temporal, running.site, 'connected');
    const request = (deed: string) => world.requests.get(deed) as Record<string, unknown>;
    assert.deepEqual(request('ensureSecurityGroup router210-nsg')['rules'], [
      {
        name: 'ssh',
        priority: 100,
        protocol: 'Tcp',
        sourcePrefixes: ['198.51.100.10/32'],
        destinationPorts: ['22'],
      },
      {
        name: 'ike',
        priority: 110,
        protocol: 'Udp',
        sourcePrefixes: ['20.210.93.46/32'],
        destinationPorts: ['500', '4500'],
      },
    ]);
    assert.deepEqual(request('ensureSecurityGroup linux010-nsg')['rules'], []);
    const nic = request('ensureNic router210-nic');
    assert.deepEqual([nic['privateAddress'], nic['ipForwarding']], ['172.20.10.210', true]);
    assert.equal(request('ensureNic linux010-nic')['ipForwarding'], false);
    const local = request('ensureLocalGateway Site01');
    assert.deepEqual([local['address'], local['prefixes']], ['20.210.140.4', ['172.20.100.0/24', '172.20.200.0/24']]);
    const vm = request('ensureVm router210');
    assert.deepEqual([vm['priority'], vm['withPlan'], vm['diskName']], ['Spot', true, 'router210-osdisk']);
    const tunnel = request('configureTunnel router210');
    assert.deepEqual([tunnel['privateAddress'], tunnel['publicAddress']], ['172.20.10.210', '20.210.140.4']);
  });

  it('passes the host key that was seen first to every later contact', async () => {
    const world = new World({ gatewayMinutes: 0 });
    const running = await bringUp(temporal, world);
    await settle(temporal, running.site, 'connected');
    const keyOf = (deed: string) => (world.requests.get(deed) as { access: { hostKey: string | null } }).access.hostKey;
    assert.equal(keyOf('awaitRouter router210'), null);
    for (const deed of ['configureLoopbacks', 'configureTunnel', 'awaitReady', 'pingFromRouter', 'saveConfiguration']) {
      assert.equal(keyOf(`${deed} router210`), 'SHA256:first-seen', deed);
    }
  });

  it('brings up two sites at one hub', async () => {
    const world = new World({ gatewayMinutes: 0 });
    const running = await bringUp(temporal, world, { file: { hub: seedHub, sites: [seedSite, deviceSite] } });
    await settle(temporal, running.site, 'connected');
    const second = temporal.client.workflow.getHandle(`site/${running.file.hub.name}/Osaka`);
    await settle(temporal, second, 'connected');
    await teardown(temporal, running);
    assert.deepEqual(world.ours(), []);
    assert.deepEqual([...(world.lines.get('osaka-r1') ?? [])], []);
  });
});

describe('a site with a router that exists, at a hub without a probe', () => {
  const temporal = withTimeSkipping();

  it('has no rows 2 to 4 and 15 to 17, and its lines go at the end', async () => {
    const world = new World({ gatewayMinutes: 30 });
    const running = await bringUp(temporal, world, { file: deviceFile });
    const up = await settle(temporal, running.site, 'connected', 'degraded', 'attention');
    assert.equal(up.phase, 'connected', JSON.stringify(up, null, 1));
    const rows = up.evidence?.items.map(({ row }) => row);
    assert.deepEqual(rows, [1, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 18]);
    assert.ok(up.evidence !== null && holds(up.evidence));
    assert.equal(world.attempts('ensureVm') + world.attempts('pingFromProbe') + world.attempts('effectiveRoutes'), 0);
    assert.equal(world.lines.get('osaka-r1')?.size, 3);
    assert.ok(world.saved.has('osaka-r1'));

    await teardown(temporal, running);
    assert.equal(world.lines.get('osaka-r1')?.size, 0);
    assert.deepEqual(world.ours(), []);
    assert.equal((world.requests.get('removeLines osaka-r1') as { save: boolean }).save, true);
  });

  it('uses the key that preflight saw', async () => {
    const world = new World({ gatewayMinutes: 0 });
    const running = await bringUp(temporal, world, { file: deviceFile });
    await settle(temporal, running.site, 'connected');
    const { access } = world.requests.get('awaitRouter osaka-r1') as { access: { hostKey: string } };
    assert.equal(access.hostKey, 'SHA256:seen-by-preflight');
  });

  it('is configured with its private address only behind NAT', async () => {
    const world = new World({ gatewayMinutes: 0 });
    const router = { ...deviceRouter, privateAddress: ipv4('10.0.0.2') };
    const file = { ...deviceFile, sites: [{ ...deviceSite, router }] };
    const running = await bringUp(temporal, world, { file });
    await settle(temporal, running.site, 'connected');
    const { publicAddress, privateAddress } = world.requests.get('inspectScript osaka-r1') as TunnelRequest;
    assert.deepEqual([publicAddress, privateAddress], ['203.0.113.7', '10.0.0.2']);
  });

  it('gets a policy on both ends when its release refuses what Azure offers', async () => {
    const world = new World({ gatewayMinutes: 0 });
    world.version = '17.15.1a';
    const running = await bringUp(temporal, world, { file: deviceFile });
    await settle(temporal, running.site, 'connected');
    const made = world.requests.get('ensureConnection ConnectToOsaka') as { connection: { ipsecPolicy: object } };
    const pushed = world.requests.get('configureTunnel osaka-r1') as { ipsecPolicy: object };
    assert.deepEqual(made.connection.ipsecPolicy, pushed.ipsecPolicy);
    assert.equal((pushed.ipsecPolicy as { dhGroup: string }).dhGroup, 'DHGroup14');
  });

  it('is measured from the router alone when the file asks nothing of the probe', async () => {
    const world = new World({ gatewayMinutes: 0 });
    const site = { ...seedSite, verify: { ...seedSite.verify, fromProbe: null } };
    const running = await bringUp(temporal, world, { file: { ...seedFile, sites: [site] } });
    const up = await settle(temporal, running.site, 'connected');
    assert.ok(!up.evidence?.items.some(({ row }) => row >= 15 && row <= 17));
    assert.equal(world.attempts('pingFromProbe'), 0);
  });
});
