import assert from 'node:assert/strict';
import type { SiteFile } from '../../domain/spec.ts';
import { resumeSignal, resumeUpdate } from '../../workflows/messages.ts';
import { deviceRejected, refused, unreachable } from '../support/deed-failures.ts';
import { World, eventually } from '../support/deeds.ts';
import { deviceFile, seedFile } from '../support/site-files.ts';
import { withTimeSkipping } from '../support/temporal.ts';
import { bringUp, settle, statusOf, teardown } from './harness.ts';

interface Case {
  readonly deed: string;
  /** The step of the runbook that the deed belongs to. */
  readonly step: string;
  readonly of: 'hub' | 'site';
  readonly file?: SiteFile;
}

const cases: readonly Case[] = [
  { deed: 'ensureResourceGroup ResourceGroupEast', step: 'group', of: 'hub' },
  { deed: 'ensureSubnet GatewaySubnet', step: 'network', of: 'hub' },
  { deed: 'ensurePublicIp VpnGwPublicIp', step: 'addresses', of: 'hub' },
  { deed: 'ensureGateway VnetGw', step: 'gateway', of: 'hub' },
  { deed: 'ensureVm linux010', step: 'probe', of: 'hub' },
  { deed: 'ensureResourceGroup ResourceGroupWest', step: 'group', of: 'site' },
  { deed: 'ensureNetwork Vnet20', step: 'network', of: 'site' },
  { deed: 'ensurePublicIp router210-ip', step: 'address', of: 'site' },
  { deed: 'acceptTerms', step: 'vm', of: 'site' },
  { deed: 'ensureVm router210', step: 'vm', of: 'site' },
  { deed: 'awaitRouter router210', step: 'router', of: 'site' },
  { deed: 'configureLoopbacks router210', step: 'loopbacks', of: 'site' },
  { deed: 'ensureLocalGateway Site01', step: 'local-gateway', of: 'site' },
  { deed: 'ensureConnection ConnectToSite01', step: 'connection', of: 'site' },
  { deed: 'inspectScript router210', step: 'script', of: 'site' },
  { deed: 'configureTunnel router210', step: 'push', of: 'site' },
  { deed: 'observeSite Site01', step: 'facts', of: 'site' },
  { deed: 'awaitReady router210', step: 'associations', of: 'site' },
  { deed: 'effectiveRoutes linux010-nic', step: 'routes', of: 'site' },
  { deed: 'pingFromProbe linux010', step: 'ping-probe', of: 'site' },
  { deed: 'pingFromRouter router210', step: 'ping-router', of: 'site' },
  { deed: 'readSecurityAssociations router210', step: 'counters', of: 'site' },
  { deed: 'saveConfiguration router210', step: 'save', of: 'site' },
  { deed: 'awaitConnected ConnectToSite01', step: 'status', of: 'site' },
  { deed: 'awaitRouter osaka-r1', step: 'router', of: 'site', file: deviceFile },
  { deed: 'configureTunnel osaka-r1', step: 'push', of: 'site', file: deviceFile },
];

async function begin(world: World, temporal: Parameters<typeof bringUp>[0], file: SiteFile = seedFile) {
  return await bringUp(temporal, world, { file });
}

describe('a failure of a step', function () {
  this.timeout(120_000);
  const temporal = withTimeSkipping();

  it('that passes is nothing a person hears of, in whatever step', async () => {
    const world = new World({ gatewayMinutes: 0 });
    for (const { deed, file } of cases) {
      if (file === undefined) world.fault(deed, unreachable('connection reset'), { times: 2 });
    }
    const running = await begin(world, temporal);
    const up = await settle(temporal, running.site, 'connected', 'attention', 'degraded');
    assert.equal(up.phase, 'connected', JSON.stringify(up.attention));
    for (const { deed, file } of cases) {
      if (file === undefined) assert.ok(world.attempts(deed) >= 3, `${deed}: ${world.attempts(deed)}`);
    }
    assert.deepEqual(
      up.steps.filter(({ attempts }) => attempts !== 1).map(({ id }) => id),
      [],
    );
  });

  it('after the effect makes nothing twice', async () => {
    const world = new World({ gatewayMinutes: 0 });
    for (const deed of ['ensureVm router210', 'ensureConnection', 'configureTunnel', 'ensureGateway']) {
      world.fault(deed, unreachable('the answer was lost'), { times: 1, afterEffect: true });
    }
    const running = await begin(world, temporal);
    const up = await settle(temporal, running.site, 'connected', 'attention', 'degraded');
    assert.equal(up.phase, 'connected', JSON.stringify(up.attention));
    await teardown(temporal, running);
    assert.deepEqual(world.ours(), []);
  });

  for (const file of [seedFile, deviceFile]) {
    it(`that is final waits for a person, in whatever step, and goes on after resume: ${file.sites[0]?.name}`, async () => {
      const world = new World({ gatewayMinutes: 0 });
      const mine = cases.filter((one) => (one.file ?? seedFile) === file);
      for (const { deed } of mine) world.fault(deed, refused(`no to ${deed}`));
      const running = await begin(world, temporal, file);
      const asked = new Set<string>();
      const rest = async (): Promise<boolean> => {
        for (const of of ['hub', 'site'] as const) {
          for (const { step, question } of (await statusOf(running[of]))?.attention ?? []) {
            asked.add(`${of} ${step}: ${question}`);
            world.mend(question.replace('no to ', ''));
          }
          if ((await statusOf(running[of]))?.phase === 'attention') await running[of].executeUpdate(resumeUpdate);
        }
        return (await statusOf(running.site))?.phase === 'connected';
      };
      await eventually(async () => ((await rest()) ? true : undefined), 40);
      assert.deepEqual([...asked].toSorted(), mine.map((one) => `${one.of} ${one.step}: no to ${one.deed}`).toSorted());
    });
  }
});

describe('a step in attention', function () {
  this.timeout(60_000);
  const temporal = withTimeSkipping();

  it('after its bound had one last look before', async () => {
    const world = new World({ gatewayMinutes: 0 });
    world.fault('awaitRouter router210', unreachable('no route', 20_000));
    const running = await begin(world, temporal);
    const waits = await settle(temporal, running.site, 'attention');
    const [question] = waits.attention;
    assert.equal(question?.step, 'router');
    // 30 minutes, every 20 s at most, and once more.
    assert.ok(world.attempts('awaitRouter') > 60, String(world.attempts('awaitRouter')));
    assert.match(question?.question ?? '', /no route/);
    await teardown(temporal, running);
    assert.deepEqual(world.ours(), []);
  });

  it('is the gateway after two hours, and its site waits on until the gateway is there', async () => {
    const world = new World({ gatewayMinutes: 2 * 60 + 5 });
    const running = await begin(world, temporal);
    const waits = await settle(temporal, running.hub, 'attention');
    assert.deepEqual(
      waits.attention.map(({ step }) => step),
      ['gateway'],
    );
    assert.equal((await statusOf(running.site))?.phase, 'building');
    await running.hub.executeUpdate(resumeUpdate);
    await settle(temporal, running.site, 'connected');
  });

  it('does not stop the other steps', async () => {
    const world = new World({ gatewayMinutes: 30 });
    world.fault('ensureVm router210', refused('no capacity'));
    const running = await begin(world, temporal);
    await settle(temporal, running.site, 'attention');
    await settle(temporal, running.hub, 'connected');
    assert.ok(world.ended('ensureGateway VnetGw') > 0 && world.ended('ensureVm linux010') > 0);
    assert.ok(world.ended('ensureLocalGateway Site01') > 0);
    assert.equal(world.attempts('configureTunnel'), 0);
    const { site } = await teardown(temporal, running);
    assert.equal(site.outcome, 'removed');
    assert.deepEqual(world.ours(), []);
  });

  it('goes on by a signal too, and asks anew if nothing was mended', async () => {
    const world = new World({ gatewayMinutes: 0 });
    world.fault('configureTunnel', deviceRejected('% Invalid input'), { times: 2 });
    const running = await begin(world, temporal);
    await settle(temporal, running.site, 'attention');
    await running.site.signal(resumeSignal);
    await settle(temporal, running.site, 'attention');
    await running.site.signal(resumeSignal);
    const up = await settle(temporal, running.site, 'connected');
    assert.equal(up.steps.find(({ id }) => id === 'push')?.attempts, 3);
  });

  it('is all that resume is for', async () => {
    const world = new World({ gatewayMinutes: 0 });
    const running = await begin(world, temporal);
    await settle(temporal, running.site, 'connected');
    await assert.rejects(running.site.executeUpdate(resumeUpdate), (error: Error & { cause?: Error }) => {
      assert.match(String(error.cause?.message), /Nothing waits for a person/);
      return true;
    });
  });
});
