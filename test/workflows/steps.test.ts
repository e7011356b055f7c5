import assert from 'node:assert/strict';
import type { WorkflowHandle } from '@temporalio/client';
import type { StatusDocument } from '../../domain/progress.ts';
import { bounds } from '../../workflows/deeds.ts';
import { deviceRejected, notYet, refused, unreachable } from '../support/deed-failures.ts';
import { World } from '../support/deeds.ts';
import { deviceFile, deviceSite } from '../support/site-files.ts';
import { withTimeSkipping } from '../support/temporal.ts';
import { bringUp, settle, statusOf, type Running } from './harness.ts';

/** Every activity of the way to a connected site, with the step that it belongs to. */
const hubDeeds: Readonly<Record<string, string>> = {
  preflight: 'preflight',
  'ensureResourceGroup ResourceGroupEast': 'group',
  'ensureNetwork Vnet16': 'network',
  'ensureSubnet GatewaySubnet': 'network',
  'ensurePublicIp VpnGwPublicIp': 'addresses',
  'ensureGateway VnetGw': 'gateway',
  'ensureSubnet Subnet01': 'probe',
  'ensurePublicIp linux010-ip': 'probe',
  'ensureSecurityGroup linux010-nsg': 'probe',
  'ensureNic linux010-nic': 'probe',
  'ensureVm linux010': 'probe',
};
const siteDeeds: Readonly<Record<string, string>> = {
  'ensureResourceGroup ResourceGroupWest': 'group',
  'ensureNetwork Vnet20': 'network',
  'ensurePublicIp router210-ip': 'address',
  acceptTerms: 'vm',
  'ensureSubnet Subnet10': 'vm',
  'ensureSecurityGroup router210-nsg': 'vm',
  'ensureNic router210-nic': 'vm',
  'ensureVm router210': 'vm',
  'awaitRouter router210': 'router',
  'configureLoopbacks router210': 'loopbacks',
  'ensureLocalGateway Site01': 'local-gateway',
  'ensureConnection ConnectToSite01': 'connection',
  'inspectScript router210': 'script',
  'planTunnel router210': 'push',
  'configureTunnel router210': 'push',
  'observeSite Site01': 'facts',
  'observeRouter router210': 'facts',
  'awaitReady router210': 'associations',
  'effectiveRoutes linux010-nic': 'routes',
  'pingFromProbe linux010': 'ping-probe',
  'pingFromRouter router210': 'ping-router',
  'readSecurityAssociations router210': 'counters',
  'saveConfiguration router210': 'save',
  'awaitConnected ConnectToSite01': 'status',
};
const everyDeed = { ...hubDeeds, ...siteDeeds };

describe('a step of a run', () => {
  const temporal = withTimeSkipping();

  it('is tried again by itself while what fails may pass', async () => {
    const world = new World({ gatewayMinutes: 0 });
    for (const deed of Object.keys(everyDeed)) world.fault(deed, unreachable('no route to host'), { times: 2 });
    const running = await bringUp(temporal, world);
    const up = await settle(temporal, running.site, 'connected', 'attention');
    assert.equal(up.phase, 'connected', JSON.stringify(up.attention));
    for (const deed of Object.keys(everyDeed)) assert.ok(world.attempts(deed) >= 3, deed);
    const hub = await statusOf(running.hub);
    for (const step of [...up.steps, ...(hub?.steps ?? [])]) {
      assert.deepEqual([step.id, step.state, step.attempts], [step.id, 'done', 1]);
    }
  });

  it('waits for a person at what will not pass, keeps what there is, and goes on after resume', async () => {
    const world = new World({ gatewayMinutes: 0 });
    for (const deed of Object.keys(everyDeed)) world.fault(deed, refused(`not allowed: ${deed}`), { times: 1 });
    const asked = new Set<string>();
    await answerAll(await bringUp(temporal, world), ({ step, question }) => asked.add(`${step}: ${question}`));
    for (const [deed, step] of Object.entries(everyDeed)) {
      // It failed beside the address of the same machine, which asked for both.
      if (deed === 'ensureSecurityGroup linux010-nsg') continue;
      assert.ok(asked.has(`${step}: not allowed: ${deed}`), `${deed} never asked; asked: ${[...asked].join('\n')}`);
    }
  });

  it('has one last look when its time is over, then waits for a person', async function () {
    this.timeout(120_000);
    const world = new World({ gatewayMinutes: 0 });
    const deeds = Object.keys(everyDeed).filter((deed) => !deed.startsWith('ensurePublicIp router'));
    for (const deed of deeds) world.fault(deed, () => notYet(`still not: ${deed}`, 60_000));
    const running = await bringUp(temporal, world);
    const asked = new Map<string, { question: string; attempts: number }>();
    await answerAll(running, ({ question }) => {
      const deed = /still not: (.*)$/.exec(question)?.[1] ?? '';
      // Later ones are of the same step tried again for another deed of it.
      asked.set(deed, { question, attempts: world.attempts(deed) });
      world.mend(deed);
    });
    assert.deepEqual([...asked.keys()].toSorted(), deeds.toSorted());
    for (const [deed, { question, attempts }] of asked) {
      assert.match(question, /still not/, deed);
      // One look a minute within the bound, the last one, and one for each later deed of the same step.
      const name = deed.split(' ')[0] as keyof typeof bounds;
      const looks = minutes(bounds[name].total);
      const attempts = world.attempts(deed);
      assert.ok(attempts > looks && attempts <= looks + 12, `${deed}: ${attempts} attempts in ${looks} minutes`);
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

  /** Says yes to whatever a run asks, until its site is connected. */
  async function answerAll(running: Running, hear: (asked: StatusDocument['attention'][number]) => void) {
    const answer = async (handle: WorkflowHandle, status: StatusDocument | null) => {
      for (const asked of status?.attention ?? []) hear(asked);
      if (status?.phase === 'attention') await handle.executeUpdate('resume');
    };
    for (let tries = 0; tries < 60; tries += 1) {
      const hub = await settle(temporal, running.hub, 'attention', 'connected');
      await answer(running.hub, hub);
      const settled = hub.phase === 'connected' ? await settle(temporal, running.site, 'attention', 'connected') : null;
      if (settled?.phase === 'connected') return;
      await answer(running.site, settled ?? (await statusOf(running.site)));
    }
    throw new Error('never connected');
  }
});

function failsWith(pattern: RegExp): (error: Error) => boolean {
  return (error) => pattern.test(String(error.cause));
}

function minutes(bound: unknown): number {
  const [, count, unit] = /^(\d+)([mh])$/.exec(String(bound)) ?? [];
  return Number(count) * (unit === 'h' ? 60 : 1);
}
