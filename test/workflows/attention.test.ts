import assert from 'node:assert/strict';
import type { SiteFile } from '../../domain/spec.ts';
import { resumeSignal, resumeUpdate } from '../../workflows/messages.ts';
import { deviceRejected, refused, unreachable } from '../support/deed-failures.ts';
import { World, eventually } from '../support/deeds.ts';
import { deviceFile, seedFile } from '../support/site-files.ts';
import { withTimeSkipping } from '../support/temporal.ts';
import { deviceDeeds, seedDeeds, type StepDeed } from './every-deed.ts';
import { bringUp, settle, statusOf, teardown, type Running } from './harness.ts';

async function begin(world: World, temporal: Parameters<typeof bringUp>[0], file: SiteFile = seedFile) {
  return await bringUp(temporal, world, { file });
}

const tables = [
  [seedFile, seedDeeds],
  [deviceFile, deviceDeeds],
] as const;

describe('a failure of a step', function () {
  this.timeout(120_000);
  const temporal = withTimeSkipping();

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

  for (const [file, deeds] of tables) {
    it(`that is final waits for a person, in whatever step, and goes on after resume: ${file.sites[0]?.name}`, async () => {
      const world = new World({ gatewayMinutes: 0 });
      for (const { deed } of deeds) world.fault(deed, refused(`no to ${deed}`));
      const running = await begin(world, temporal, file);
      const asked = new Set<string>();
      await eventually(async () => {
        await answer(running, ({ of, step, question }) => {
          asked.add(`${of} ${step}: ${question}`);
          world.mend(question.replace('no to ', ''));
        });
        return (await statusOf(running.site))?.phase === 'connected' ? true : undefined;
      }, 60);
      assert.deepEqual(
        [...asked].toSorted(),
        deeds.map(({ of, step, deed }) => `${of} ${step}: no to ${deed}`).toSorted(),
      );
    });
  }

  it('that lasts longer than the bound of its deed waits for a person after one last look, whatever the deed', async () => {
    const world = new World({ gatewayMinutes: 0 });
    for (const { deed } of seedDeeds) world.fault(deed, unreachable(`nobody answers ${deed}`, 5 * 60_000));
    const running = await begin(world, temporal);
    const asked = new Map<string, number>();
    for (let hours = 0; (await statusOf(running.site))?.phase !== 'connected'; hours += 1) {
      if (hours > 60) assert.fail(`not connected; asked so far: ${[...asked.keys()].join(', ')}`);
      await temporal.env.sleep('1h');
      await answer(running, ({ of, step, question }) => {
        const deed = /nobody answers (.*)$/.exec(question)?.[1] ?? question;
        asked.set(`${of} ${step}: ${deed}`, world.schedules(deed));
        world.mend(deed);
      });
    }
    const expected = seedDeeds.map(({ of, step, deed }) => `${of} ${step}: ${deed}`);
    assert.deepEqual([...asked.keys()].toSorted(), expected.toSorted());
    // Scheduled with its bound, and once more. Deeds that run beside another one of their step share its repetitions.
    for (const [what, schedules] of asked) assert.equal(schedules % 2, 0, `${what}: ${schedules} schedules`);
  });
});

/** Looks at what waits for a person, and says yes to it. */
async function answer(
  running: Running,
  see: (asked: { of: StepDeed['of']; step: string; question: string }) => void,
): Promise<void> {
  for (const of of ['hub', 'site'] as const) {
    const status = await statusOf(running[of]);
    for (const waiting of status?.attention ?? []) see({ of, ...waiting });
    if (status?.phase === 'attention') await running[of].executeUpdate(resumeUpdate);
  }
}

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
