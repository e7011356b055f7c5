import assert from 'node:assert/strict';
import type { Phase } from '../../domain/progress.ts';
import { teardownSignal, teardownUpdate } from '../../workflows/messages.ts';
import { refused } from '../support/deed-failures.ts';
import { World, eventually } from '../support/deeds.ts';
import { deviceFile, seedFile } from '../support/site-files.ts';
import { withDevServer, withTimeSkipping } from '../support/temporal.ts';
import { bringUp, settle, statusOf, teardown, type Running } from './harness.ts';

const ways = {
  'the update': async ({ hub }: Running) => await hub.executeUpdate(teardownUpdate),
  'the signal': async ({ hub }: Running) => await hub.signal(teardownSignal),
  'a cancellation': async ({ hub }: Running) => await hub.cancel(),
} as const;

/** Where a run stands when its teardown comes, and the deed that is held to keep it there. */
const places: readonly (readonly [keyof typeof ways, Phase, string | null])[] = [
  ['the signal', 'waiting-for-hub', 'ensurePublicIp VpnGwPublicIp'],
  ['the update', 'building', 'ensureGateway VnetGw'],
  ['a cancellation', 'building', 'ensureVm router210'],
  ['the update', 'configuring', 'configureTunnel router210'],
  ['the signal', 'verifying', 'pingFromRouter router210'],
  ['a cancellation', 'connected', null],
];

/** On a real server: a deed that is held is an activity under way, and the time-skipping one lets no time pass meanwhile. */
describe('a teardown in the middle of a deed', function () {
  this.timeout(60_000);
  const temporal = withDevServer();

  for (const [way, phase, deed] of places) {
    it(`by ${way} while ${deed ?? 'nothing is at work'} leaves nothing (${phase})`, async () => {
      const world = new World({ gatewayMinutes: 0 });
      const hold = deed === null ? null : world.hold(deed);
      const running = await bringUp(temporal, world);
      const seen = async () => ((await statusOf(running.site))?.phase === phase ? true : undefined);
      await hold?.reached;
      await eventually(seen);
      await ways[way](running);
      // What is at work ends before its undo begins; it hears of the cancellation by its heartbeat, in seconds.
      hold?.release();
      const result = await temporal.result(running.hub);
      assert.deepEqual([result.outcome, result.status.phase, result.status.leftovers], ['removed', 'gone', []]);
      const site = await temporal.result(running.site);
      assert.deepEqual([site.outcome, site.status.phase, site.status.leftovers], ['removed', 'gone', []]);
      assert.deepEqual(world.ours(), []);
      const states = [...result.status.steps, ...site.status.steps].map(({ state }) => state);
      assert.ok(states.every((state) => state === 'undone' || state === 'waiting'));
    });
  }

  it('which is a router that does not answer goes on in Azure', async () => {
    const world = new World({ gatewayMinutes: 0 });
    const running = await bringUp(temporal, world, { file: deviceFile });
    await settle(temporal, running.site, 'connected');
    const held = world.hold('removeLines osaka-r1');
    await running.hub.signal(teardownSignal);
    await held.reached;
    await eventually(() => (world.ended('removeResourceGroup ResourceGroupEast') < 0 ? undefined : true));
    assert.ok(world.ended('removeResource VnetGw') >= 0);
    held.release();
    const { status } = await temporal.result(running.hub);
    assert.deepEqual([status.phase, status.leftovers], ['gone', []]);
  });
});

describe('a teardown', function () {
  this.timeout(60_000);
  const temporal = withTimeSkipping();

  it('from attention needs nobody to answer', async () => {
    const world = new World({ gatewayMinutes: 0 });
    world.fault('ensureConnection', refused('the key is too long'));
    const running = await bringUp(temporal, world);
    await settle(temporal, running.site, 'attention');
    const { hub } = await teardown(temporal, running);
    assert.equal(hub.outcome, 'removed');
    assert.deepEqual(world.ours(), []);
  });

  it('removes what stands on something before that', async () => {
    const world = new World({ gatewayMinutes: 0 });
    const running = await bringUp(temporal, world);
    await settle(temporal, running.site, 'connected');
    await teardown(temporal, running);
    const order = [
      ['removeResource ConnectToSite01', 'removeResource Site01'],
      ['removeResource ConnectToSite01', 'awaitNoConnections VnetGw'],
      ['awaitNoConnections VnetGw', 'removeResource VnetGw'],
      ['removeResource VnetGw', 'removeResource VpnGwPublicIp'],
      ['removeResource VnetGw', 'removeResource GatewaySubnet'],
      ['removeResource GatewaySubnet', 'removeResource Vnet16'],
      ['removeResource Vnet16', 'removeResourceGroup ResourceGroupEast'],
      ['removeResource router210', 'removeResource router210-nic'],
      ['removeResource router210-nic', 'removeResource router210-ip'],
      ['removeResource Vnet20', 'removeResourceGroup ResourceGroupWest'],
    ] as const;
    for (const [first, then] of order) {
      assert.ok(world.ended(first) >= 0 && world.ended(first) < world.began(then), `${first}, then ${then}`);
    }
  });

  it('lists what cannot be removed, and what that stands on, and ends', async () => {
    const world = new World({ gatewayMinutes: 0 });
    world.fault('removeResource ConnectToSite01', refused('a lock is on it'));
    world.fault('removeResourceGroup', refused('a lock is in it'));
    const running = await bringUp(temporal, world);
    await settle(temporal, running.site, 'connected');
    await running.site.signal(teardownSignal);
    const site = await temporal.result(running.site);
    const left = site.status.leftovers.map(({ what }) => what.split('/').at(-1));
    assert.ok(left.includes('ConnectToSite01') && left.includes('Site01'), String(left));
    assert.deepEqual([site.status.phase, site.status.evidence?.items.at(-1)?.holds], ['gone', false]);
  });

  it('lists the lines of a router that does not answer, for a person to type', async () => {
    const world = new World({ gatewayMinutes: 0 });
    world.fault('removeLines', refused('no route to osaka-r1'));
    const running = await bringUp(temporal, world, { file: deviceFile });
    await settle(temporal, running.site, 'connected');
    const { site } = await teardown(temporal, running);
    assert.deepEqual(
      site.status.leftovers.map(({ what }) => what),
      [
        'osaka-r1: no ip route 172.16.0.0 255.255.0.0 Tunnel11',
        'osaka-r1: no interface Tunnel11',
        'osaka-r1: no crypto ikev2 policy Azure-Ikev2-Policy',
      ],
    );
  });

  it('says so when the groups cannot be listed afterwards', async () => {
    const world = new World({ gatewayMinutes: 0 });
    world.fault('listOwned', refused('no right to list'));
    const running = await bringUp(temporal, world);
    await settle(temporal, running.site, 'connected');
    const { hub } = await teardown(temporal, running);
    assert.match(hub.status.leftovers[0]?.reason ?? '', /no right to list/);
  });

  it('of one site leaves the hub and its gateway', async () => {
    const world = new World({ gatewayMinutes: 0 });
    const running = await bringUp(temporal, world);
    await settle(temporal, running.site, 'connected');
    await running.site.signal(teardownSignal);
    assert.equal((await temporal.result(running.site)).outcome, 'removed');
    assert.ok(world.ours().some((id) => id.endsWith('/VnetGw')));
    assert.ok(!world.ours().some((id) => id.includes('ResourceGroupWest')));
    const said = await eventually(async () =>
      (await statusOf(running.hub))?.notes.find((line) => line === 'site Site01 is gone'),
    );
    assert.ok(said);
    assert.equal((await statusOf(running.hub))?.phase, 'connected');
  });

  for (const file of [seedFile, deviceFile]) {
    const name = file.sites[0]?.name;
    it(`of the hub removes ${name} itself when that has no live run`, async () => {
      const world = new World({ gatewayMinutes: 0 });
      const running = await bringUp(temporal, world, { file });
      await settle(temporal, running.site, 'connected');
      await running.site.terminate('by hand');
      await running.hub.signal(teardownSignal);
      const { status } = await temporal.result(running.hub);
      assert.deepEqual(world.ours(), []);
      const expected = file === deviceFile ? ['osaka-r1: lines of the tunnel'] : [];
      assert.deepEqual(
        status.leftovers.map(({ what }) => what),
        expected,
      );
    });
  }
});
