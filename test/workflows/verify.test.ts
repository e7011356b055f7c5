import assert from 'node:assert/strict';
import type { Row } from '../../domain/evidence.ts';
import type { StatusDocument } from '../../domain/progress.ts';
import type { DeviceRouterSpec, SiteFile } from '../../domain/spec.ts';
import { verifyUpdate } from '../../workflows/messages.ts';
import { World } from '../support/deeds.ts';
import {
  deviceFile,
  deviceRouter,
  deviceSite,
  seedFile,
  seedHub,
  seedRouter,
  seedSite,
} from '../support/site-files.ts';
import { withDevServer, withTimeSkipping } from '../support/temporal.ts';
import { bringUp, settle, statusOf, teardown } from './harness.ts';

function deviceWith(change: Partial<DeviceRouterSpec['change']>): SiteFile {
  const router = { ...deviceRouter, change: { ...deviceRouter.change, ...change } };
  return { ...deviceFile, sites: [{ ...deviceSite, router }] };
}

function broken(status: StatusDocument | null): Row[] {
  return (status?.evidence?.items ?? []).filter((item) => !item.holds).map(({ row }) => row);
}

/** On a real server: these runs stay at work while a test looks on, and the time-skipping one lets no time pass then. */
describe('a verification', function () {
  this.timeout(90_000);
  const temporal = withDevServer();

  it('says what broke, row by row, and brings the site back once it is mended', async () => {
    const world = new World({ gatewayMinutes: 0 });
    const running = await bringUp(temporal, world);
    await settle(temporal, running.site, 'connected');
    const expected: readonly (readonly [Row, readonly Row[]])[] = [
      [16, [16]],
      [17, [17]],
      [18, [13, 18]],
      [14, [14]],
      [13, [13, 16, 17, 18]],
      [5, [5]],
      [8, [8]],
    ];
    for (const [row, rows] of expected) {
      world.broken.add(row);
      const seen = await running.site.executeUpdate(verifyUpdate);
      assert.equal(seen.phase, 'degraded', `row ${row}`);
      for (const one of rows) assert.ok(broken(seen).includes(one), `row ${row}: ${broken(seen).join()}`);
      world.broken.delete(row);
    }
    const back = await running.site.executeUpdate(verifyUpdate);
    assert.deepEqual([back.phase, broken(back)], ['connected', []]);
    assert.equal(world.attempts('saveConfiguration'), 1);
  });

  it('does not measure a tunnel without a router, a gateway or a connection', async () => {
    const world = new World({ gatewayMinutes: 0 });
    const running = await bringUp(temporal, world);
    await settle(temporal, running.site, 'connected');
    const pings = world.attempts('pingFromRouter');
    for (const row of [3, 7, 9] as const) {
      world.broken.add(row);
      assert.equal((await running.site.executeUpdate(verifyUpdate)).phase, 'degraded');
      world.broken.delete(row);
    }
    assert.equal(world.attempts('pingFromRouter'), pings);
  });

  it('keeps every attempt of a ping, a warm-up without an answer included', async () => {
    const world = new World({ gatewayMinutes: 0 });
    world.broken.add(18);
    const running = await bringUp(temporal, world);
    const seen = await settle(temporal, running.site, 'degraded');
    const row = seen.evidence?.items.find((item) => item.row === 18);
    assert.ok(Array.isArray(row?.observed) && row.observed.length === 3, JSON.stringify(row));
    assert.equal(world.attempts('pingFromRouter'), 3);
    assert.ok(!world.saved.has('router210'));
  });

  it('is refused before the site is up, and answered no more once a teardown comes', async () => {
    const world = new World({ gatewayMinutes: 0 });
    const first = world.hold('ensureConnection');
    const running = await bringUp(temporal, world);
    await first.reached;
    await assert.rejects(running.site.executeUpdate(verifyUpdate));
    first.release();
    await settle(temporal, running.site, 'connected');
    const second = world.hold('observeSite');
    const asked = running.site.executeUpdate(verifyUpdate);
    asked.catch(() => undefined);
    await second.reached;
    await teardown(temporal, running);
    await assert.rejects(asked);
  });
});

describe('what verification does to the router', function () {
  this.timeout(60_000);
  const temporal = withTimeSkipping();

  const rolledBack = { ...seedRouter, change: { ...seedRouter.change, onVerifyFailure: 'rollback' as const } };
  for (const [name, file] of [
    ['osaka-r1', deviceWith({ onVerifyFailure: 'rollback' })],
    ['router210', { ...seedFile, sites: [{ ...seedSite, router: rolledBack }] }],
  ] as const) {
    it(`is to take the lines off ${name} where the file asks for that and the tunnel does not work`, async () => {
      const world = new World({ gatewayMinutes: 0 });
      world.tunnelWorks = false;
      const running = await bringUp(temporal, world, { file });
      const seen = await settle(temporal, running.site, 'degraded');
      assert.ok(
        seen.notes.some((line) => line.includes('removed from the router again')),
        seen.notes.join(),
      );
      assert.ok(!world.lines.get(name)?.has('interface Tunnel11'));
      assert.ok(!world.saved.has(name));
    });
  }

  it('is nothing where the file says keep', async () => {
    const world = new World({ gatewayMinutes: 0 });
    world.tunnelWorks = false;
    const running = await bringUp(temporal, world, { file: deviceFile });
    await settle(temporal, running.site, 'degraded');
    assert.ok(world.lines.get('osaka-r1')?.has('interface Tunnel11'));
    assert.equal(world.attempts('removeLines'), 0);
  });

  it('is not to save what others have not saved, and to say what to type', async () => {
    const world = new World({ gatewayMinutes: 0 });
    world.othersUnsaved = true;
    const running = await bringUp(temporal, world, { file: deviceFile });
    const up = await settle(temporal, running.site, 'connected');
    assert.ok(!world.saved.has('osaka-r1'));
    assert.ok(up.notes.some((line) => line.includes('type `write memory`')));
    const row = up.evidence?.items.find((item) => item.row === 12)?.observed as { saved: boolean; notSaved: string };
    assert.deepEqual([row.saved, row.notSaved], [false, 'type `write memory`']);
    const { inverse } = world.requests.get('saveConfiguration osaka-r1') as { inverse: string[] };
    assert.ok(inverse.includes('no interface Tunnel11'));
  });

  it('is not to save where the file says never', async () => {
    const world = new World({ gatewayMinutes: 0 });
    const running = await bringUp(temporal, world, { file: deviceWith({ save: 'never' }) });
    const up = await settle(temporal, running.site, 'connected');
    assert.ok(up.notes.some((line) => line.includes('not saved')));
    assert.equal(world.attempts('saveConfiguration'), 0);
    await teardown(temporal, running);
    assert.equal((world.requests.get('removeLines osaka-r1') as { save: boolean }).save, false);
  });
});

describe('what is there before', function () {
  this.timeout(60_000);
  const temporal = withTimeSkipping();
  const problem = {
    path: 'sites[0].connection.sharedKey',
    value: 'SITE01_SHARED_KEY',
    message: 'is not set',
    remedy: 'export it',
    kind: 'refused' as const,
  };

  it('is looked at by preflight, and a problem ends the run with nothing created', async () => {
    const world = new World({ gatewayMinutes: 0 });
    world.problems = [problem];
    const running = await bringUp(temporal, world);
    const { outcome, status } = await temporal.result(running.hub);
    assert.deepEqual([outcome, status.phase, status.problems], ['refused', 'refused', [problem]]);
    assert.equal(await statusOf(running.site), null);
    assert.equal(world.resources.size, 0);
  });

  it('stays, if it is adopted', async () => {
    const world = new World({ gatewayMinutes: 0 });
    const group = `/subscriptions/${seedHub.subscription}/resourceGroups/ResourceGroupEast`;
    const theirs = [group, `${group}/providers/Microsoft.Network/virtualNetworks/Vnet16`];
    for (const id of theirs) world.resources.set(id, { id, owner: null });
    const hub = { ...seedHub, network: { ...seedHub.network, adopt: true } };
    const running = await bringUp(temporal, world, { file: { ...seedFile, hub } });
    await settle(temporal, running.site, 'connected');
    await teardown(temporal, running);
    assert.deepEqual([...world.resources.keys()], theirs);
  });

  it('is a question to a person, if it is not ours and not adopted', async () => {
    const world = new World({ gatewayMinutes: 0 });
    const group = `/subscriptions/${seedHub.subscription}/resourceGroups/ResourceGroupEast`;
    world.resources.set(group, { id: group, owner: null });
    const running = await bringUp(temporal, world);
    const waits = await settle(temporal, running.hub, 'attention');
    assert.match(waits.attention[0]?.question ?? '', /not ours/);
    await teardown(temporal, running);
    assert.deepEqual([...world.resources.keys()], [group]);
  });
});
