/** The driver against the lab's router, which shares no code with it and judges every line as IOS would. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refused } from '../../../adapters/errors.ts';
import {
  configureLoopbacks,
  configureTunnel,
  observeTunnel,
  ping,
  planTunnel,
  prepareScript,
  readAssociations,
  readFacts,
  readRouter,
  removeLines,
  routerOpener,
  save,
  withSession,
} from '../../../adapters/ios/index.ts';
import type { LoopbackSpec } from '../../../domain/spec.ts';
import { strongPolicy } from '../../../domain/ipsec-policy.ts';
import { userKey, withRouter } from '../../support/router.ts';
import { opener } from './support/opener.ts';
import { fixedNamesScript, gateway, intent, sharedKey, templateScript } from './support/samples.ts';

const loopbacks = [{ name: 'Loopback100', address: '172.20.100.100', prefixLength: 24 }] as LoopbackSpec[];

describe("the lab's router", () => {
  for (const script of [fixedNamesScript, templateScript]) {
    it(`takes a whole script, once, and gives it back: ${/proposal (\S+)/.exec(script)?.[1]}`, async () => {
      await withRouter(async (fixture) => {
        const open = opener(fixture);
        const before = fixture.router.inventory().runningConfig;
        const prepared = prepareScript(script, intent);
        const planned = await planTunnel(open, prepared, intent);
        const applied = await configureTunnel(open, prepared, intent);
        assert.deepEqual([applied.missing, applied.readBack], [[], planned.missing.length]);
        assert.deepEqual(applied.inverse, planned.inverse);
        assert.deepEqual((await configureTunnel(open, prepared, intent)).sent, []);
        const state = await withSession(open, readRouter);
        assert.deepEqual(
          observeTunnel(state, prepared, intent).rewrites.map(({ present }) => present),
          [true, true, true],
        );
        assert.deepEqual(await removeLines(open, applied.inverse), { removed: applied.inverse.length, leftovers: [] });
        assert.equal(fixture.router.inventory().runningConfig, before);
      });
    });
  }

  it('is sent nothing that its release does not take any more', async () => {
    await withRouter(
      async (fixture) => {
        const before = fixture.router.inventory().runningConfig;
        const prepared = prepareScript(fixedNamesScript, intent);
        await assert.rejects(
          configureTunnel(opener(fixture), prepared, intent),
          (error: unknown) =>
            error instanceof Refused && /IOS-XE 17\.15.*`crypto ikev2 \S+ \S+ \/ group 2`/.test(error.message),
        );
        assert.equal(fixture.router.inventory().runningConfig, before);
      },
      { release: '17.15' },
    );
  });

  it('of IOS 15 is configured and given back, once the client configuration offers it what it knows', async () => {
    await withRouter(
      async ({ router }) => {
        const folder = mkdtempSync(join(tmpdir(), 'sitelink-old-'));
        const config = join(folder, 'config');
        const reach = {
          host: 'router',
          ssh: { port: router.port, username: 'azureuser' },
          expectedHostname: 'router210',
          hostKey: router.hostKeyFingerprint,
        };
        const secrets = { privateKey: userKey, password: null, enableSecret: null, sharedKey };
        const open = routerOpener(reach, { secrets, sshConfigFile: config });
        try {
          writeFileSync(config, 'Host router\n  HostName 127.0.0.1\n');
          const refused = await open().then(
            () => '',
            (error: unknown) => String(error),
          );
          const line = /write `(KexAlgorithms [^`]+)`/.exec(refused)?.[1];
          assert.equal(line, 'KexAlgorithms +diffie-hellman-group14-sha1');
          appendFileSync(config, `  ${line}\n`);
          assert.match((await withSession(open, readFacts)).version, /^15\./);
          const before = router.inventory().runningConfig;
          const safeguards = { archive: 'turnOn', backup: 'before.cfg' } as const;
          const prepared = prepareScript(templateScript, intent);
          const applied = await configureTunnel(open, prepared, intent, safeguards);
          assert.deepEqual([applied.missing, applied.revertMinutes], [[], 5]);
          assert.ok(applied.sent.includes('path flash:sitelink-archive'));
          assert.deepEqual((await configureTunnel(open, prepared, intent, safeguards)).sent, []);
          assert.deepEqual((await removeLines(open, applied.inverse)).leftovers, []);
          assert.equal(router.inventory().runningConfig, before);
        } finally {
          rmSync(folder, { recursive: true });
        }
      },
      { release: '15.x' },
    );
  });

  it('of today takes the policy that its release needs', async () => {
    await withRouter(
      async (fixture) => {
        const strong = { ...intent, ipsecPolicy: strongPolicy, sharedKey };
        const applied = await configureTunnel(opener(fixture), prepareScript(null, strong), strong);
        assert.deepEqual(applied.missing, []);
        assert.ok(applied.sent.includes('group 14'));
      },
      { release: '17.15' },
    );
  });

  it('pings from a loopback, shows its SAs and saves', async () => {
    await withRouter(async (fixture) => {
      const open = opener(fixture);
      await configureLoopbacks(open, loopbacks);
      await configureTunnel(open, prepareScript(fixedNamesScript, intent), intent);
      fixture.link.up.add('Tunnel11');
      await withSession(open, async (session) => {
        const seen = await ping(session, { target: '172.16.1.10', source: 'Loopback100', count: 20 });
        assert.deepEqual([seen.sent, seen.received], [20, 20], seen.statistics);
        assert.equal((await readAssociations(session, [gateway])).ikeStatus, 'none');
        assert.equal((await readRouter(session)).saved, false);
        assert.match((await save(session)).detail, /\[OK\]/);
        const { saved, peerAddress, version } = await readRouter(session);
        assert.deepEqual([saved, peerAddress, version.startsWith('17.3')], [true, '198.51.100.10', true]);
      });
      assert.equal(fixture.router.inventory().startupMatches, true);
    });
  });
});
