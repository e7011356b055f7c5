/** Somebody else's IKEv2 tunnel on the same router: READY before, during and after ours, over its rekey and our end. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refused } from '../../../adapters/errors.ts';
import { configureTunnel, removeLines } from '../../../adapters/ios/index.ts';
import { seededDraw } from '../../../lab/clock.ts';
import { modelDataplane } from '../../../lab/link.ts';
import type { CloudConnection, Dataplane, RouterLink } from '../../../lab/ports.ts';
import { connection, seedSite } from '../../lab/link/site.ts';
import { withRouter } from '../../support/router.ts';
import type { RouterFixture } from '../../support/router.ts';
import { gateway, intent, privateAddress, sharedKey } from './support/samples.ts';
import { configurationOf, prepared } from './support/interrupted.ts';
import { opener } from './support/opener.ts';

const theirPeer = '192.0.2.77';
const theirKey = 'their-Key-0001';

const strong = {
  ikeEncryption: 'AES256',
  ikeIntegrity: 'SHA384',
  dhGroup: 'ECP256',
  ipsecEncryption: 'AES128',
  ipsecIntegrity: 'SHA1',
  pfsGroup: 'None',
  saLifeTimeSeconds: 27_000,
  saDataSizeKilobytes: 102_400_000,
};

/** Two gateways that know this router: ours, and one that somebody else has a tunnel with. */
function connections(): readonly CloudConnection[] {
  const of = (name: string, peer: string, key: string, policy: CloudConnection['ipsecPolicy']): CloudConnection => {
    const seed = connection(seedSite());
    return {
      ...seed,
      id: `${seed.id}-${name}`,
      name,
      sharedKey: key,
      ipsecPolicy: policy,
      gateway: { ...seed.gateway, id: `${seed.gateway.id}-${name}`, name, publicAddresses: [peer] },
    };
  };
  return [of('ours', gateway, sharedKey, null), of('theirs', theirPeer, theirKey, strong)];
}

function dataplaneFor({ router, options }: RouterFixture): { dataplane: Dataplane; link: RouterLink } {
  const all = connections();
  const dataplane = modelDataplane({
    cloud: {
      vms: () => [],
      connections: () => structuredClone(all),
      judge: () => ({ allowed: true, rule: '' }),
      onChange: () => () => undefined,
    },
    clock: options.clock,
    draw: seededDraw('foreign'),
  });
  const link = dataplane.attach(router);
  router.setLink(link);
  router.onChange(() => dataplane.routerChanged(router.key));
  return { dataplane, link };
}

const theirTunnel = [
  'crypto ikev2 keyring Theirs',
  ' peer hq',
  `  address ${theirPeer}`,
  `  pre-shared-key ${theirKey}`,
  'crypto ikev2 profile Theirs',
  ` match identity remote address ${theirPeer} 255.255.255.255`,
  ' authentication remote pre-share',
  ' authentication local pre-share',
  ' keyring local Theirs',
  ' lifetime 600',
  'crypto ipsec profile Theirs',
  ' set ikev2-profile Theirs',
  'interface Tunnel5',
  ' ip address 10.55.0.1 255.255.255.252',
  ' tunnel source GigabitEthernet1',
  ' tunnel mode ipsec ipv4',
  ` tunnel destination ${theirPeer}`,
  ' tunnel protection ipsec profile Theirs',
];
const theirProposal = ['crypto ikev2 proposal Theirs', ' encryption aes-cbc-256', ' integrity sha384', ' group 19'];

const beginnings: readonly [string, readonly string[]][] = [
  ['a policy for every address', [...theirProposal, 'crypto ikev2 policy Theirs', ' proposal Theirs']],
  [
    'a policy for the same address',
    [...theirProposal, 'crypto ikev2 policy Theirs', ' proposal Theirs', ` match address local ${privateAddress}`],
  ],
  ['the default policy', []],
];

describe("somebody else's tunnel", () => {
  for (const [what, policy] of beginnings) {
    it(`that lives by ${what} stays READY while ours comes and goes`, async () => {
      await withRouter(async (fixture) => {
        const { router } = fixture;
        const { dataplane, link } = dataplaneFor(fixture);
        const row = (peer: string) => link.ikeSas().find(({ remote }) => remote === peer);
        const ready = async (peer: string): Promise<void> => {
          for (let tries = 0; row(peer)?.status !== 'READY'; tries++) {
            assert.ok(tries < 100, `${peer}: ${JSON.stringify(dataplane.inventory())}`);
            await sleep(50);
          }
        };
        try {
          const shell = await fixture.shell();
          await shell.configure(...policy, ...theirTunnel);
          shell.close();
          await ready(theirPeer);
          const before = configurationOf(fixture);
          await assert.rejects(configureTunnel(opener(fixture), prepared, intent), Refused);
          assert.equal(configurationOf(fixture), before);

          const seen = new Set<string>();
          const stop = router.onChange(() => seen.add(row(theirPeer)?.status ?? 'none'));
          const wanted = { ...intent, sharePolicy: true };
          const applied = await configureTunnel(opener(fixture), prepared, wanted);
          assert.deepEqual(applied.missing, []);
          await ready(gateway);
          assert.deepEqual((await configureTunnel(opener(fixture), prepared, wanted)).sent, []);

          const first = row(theirPeer)?.localSpi;
          router.advanceSeconds(601);
          await ready(theirPeer);
          assert.notEqual(row(theirPeer)?.localSpi, first, 'a new SA');
          await ready(gateway);

          assert.deepEqual((await removeLines(opener(fixture), applied.inverse)).leftovers, []);
          stop();
          assert.deepEqual([...seen], ['READY'], 'after every single line');
          assert.equal(configurationOf(fixture), before);
          router.advanceSeconds(601);
          await ready(theirPeer);
        } finally {
          dataplane.close();
        }
      });
    });
  }
});
