import assert from 'node:assert/strict';
import { deviceRejected, unreachable } from '../support/deed-failures.ts';
import { World } from '../support/deeds.ts';
import { deviceFile, deviceSite } from '../support/site-files.ts';
import { withTimeSkipping } from '../support/temporal.ts';
import { seedDeeds } from './every-deed.ts';
import { bringUp, settle, statusOf } from './harness.ts';

describe('a step of a run', () => {
  const temporal = withTimeSkipping();

  it('is tried again by itself while what fails may pass', async () => {
    const world = new World({ gatewayMinutes: 0 });
    for (const { deed } of seedDeeds) world.fault(deed, unreachable('no route to host'), { times: 2 });
    const running = await bringUp(temporal, world);
    const up = await settle(temporal, running.site, 'connected', 'attention');
    assert.equal(up.phase, 'connected', JSON.stringify(up.attention));
    for (const { deed } of seedDeeds) assert.ok(world.attempts(deed) >= 3, deed);
    const hub = await statusOf(running.hub);
    for (const step of [...up.steps, ...(hub?.steps ?? [])]) {
      assert.deepEqual([step.id, step.state, step.attempts], [step.id, 'done', 1]);
    }
  });

  it('that the router refused shows its line, and the other steps go on', async () => {
    const world = new World({ gatewayMinutes: 30 });
    world.fault('configureLoopbacks router210', deviceRejected('router210: "ip address" % Invalid input'), {
      times: 1,
    });
    const running = await bringUp(temporal, world);
    await settle(temporal, running.hub, 'connected');
    const status = await settle(temporal, running.site, 'attention');
    assert.deepEqual(status.attention, [{ step: 'loopbacks', question: 'router210: "ip address" % Invalid input' }]);
    const stateOf = (id: string) => status.steps.find((step) => step.id === id)?.state;
    assert.deepEqual(['connection', 'script', 'push'].map(stateOf), ['done', 'waiting', 'waiting']);
    await running.site.signal('resume');
    const up = await settle(temporal, running.site, 'connected');
    assert.equal(up.steps.find(({ id }) => id === 'loopbacks')?.attempts, 2);
  });

  it('refuses resume when nothing waits, and verify when nothing is connected', async () => {
    const world = new World();
    const held = world.hold('ensureGateway VnetGw');
    const running = await bringUp(temporal, world);
    await held.reached;
    await assert.rejects(
      running.hub.executeUpdate('resume'),
      failsWith(/Nothing waits for a person; the phase is building/),
    );
    await assert.rejects(running.site.executeUpdate('verify'), failsWith(/connected or degraded; it is/));
    held.release();
    await settle(temporal, running.site, 'connected');
  });

  it('shows the lines for a router that is in use, and sends them only after a yes', async () => {
    const world = new World({ gatewayMinutes: 0 });
    const router = { ...deviceSite.router, change: { onVerifyFailure: 'keep', approval: 'required', save: 'never' } };
    const file = { ...deviceFile, sites: [{ ...deviceSite, router: router as typeof deviceSite.router }] };
    const running = await bringUp(temporal, world, { file });
    const status = await settle(temporal, running.site, 'attention', 'connected');
    assert.match(
      status.attention[0]?.question ?? '',
      /would be sent to osaka-r1; resume sends them:\n.*interface Tunnel11/s,
    );
    assert.equal(world.attempts('configureTunnel'), 0);
    const { currentDetails } = await running.site.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    assert.match(currentDetails, /\n> interface Tunnel11\n/);
    await running.site.signal('resume');
    const up = await settle(temporal, running.site, 'connected');
    const sent = world.requests.get('configureTunnel osaka-r1') as { approved: string[]; backup: string };
    assert.ok(sent.approved.includes('interface Tunnel11'), 'what was shown, and nothing else');
    assert.match(sent.backup, /^sitelink-\S+-\d{8}T\d{6}Z\.cfg$/);
    assert.ok(up.notes.some((line) => line.includes(`is in bootflash:${sent.backup}; it stays there`)));
    const row = up.evidence?.items.find((item) => item.row === 12)?.observed as { backup: string };
    assert.equal(row.backup, `bootflash:${sent.backup}`);
    assert.equal(world.attempts('saveConfiguration'), 0);
    assert.match(up.notes.join(), /is not saved, as the site file asks/);
  });

  it('sends nothing to a router after a no', async () => {
    const world = new World({ gatewayMinutes: 0 });
    const router = {
      ...deviceSite.router,
      change: { onVerifyFailure: 'keep', approval: 'required', save: 'verified' },
    };
    const file = { ...deviceFile, sites: [{ ...deviceSite, router: router as typeof deviceSite.router }] };
    const running = await bringUp(temporal, world, { file });
    await settle(temporal, running.site, 'attention');
    await running.hub.signal('teardown');
    await temporal.result(running.hub);
    assert.equal(world.attempts('configureTunnel'), 0);
    assert.deepEqual(world.ours(), []);
  });
});

function failsWith(pattern: RegExp): (error: Error) => boolean {
  return (error) => pattern.test(String(error.cause));
}
