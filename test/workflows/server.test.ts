import assert from 'node:assert/strict';
import type { WorkflowHandle } from '@temporalio/client';
import { setTimeout as sleep } from 'node:timers/promises';
import { hubWorkflowId } from '../../domain/names.ts';
import { teardownSignal, verifyUpdate } from '../../workflows/messages.ts';
import { World, eventually } from '../support/deeds.ts';
import { withDevServer, type TemporalUnderTest } from '../support/temporal.ts';
import { bringUp, settle, startHub, statusOf, teardown, type Running } from './harness.ts';

async function up(temporal: TemporalUnderTest, { site, hub }: Running): Promise<void> {
  for (const handle of [hub, site]) await settle(temporal, handle, 'connected');
}

/** The run before the latest one of a workflow; null if it is the first. */
async function runBefore({ workflowId }: WorkflowHandle, { client }: TemporalUnderTest): Promise<string | null> {
  const { events: history } = await client.workflow.getHandle(workflowId).fetchHistory();
  return history?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId || null;
}

async function events(temporal: TemporalUnderTest, workflowId: string): Promise<number> {
  const { raw } = await temporal.client.workflow.getHandle(workflowId).describe();
  return Number(raw.workflowExecutionInfo?.historyLength);
}

describe('the workflows on a real server', function () {
  this.timeout(90_000);
  const temporal = withDevServer();

  it('are found by their attributes, tell in Markdown how they are, and stay short', async () => {
    const world = new World({ gatewayMinutes: 0 });
    const running = await bringUp(temporal, world, { options: { searchAttributes: true } });
    await up(temporal, running);
    const { name } = running.file.hub;
    const found = await eventually(async () => {
      const ids: string[] = [];
      const query = `SitelinkHub="${name}" AND SitelinkSite="Site01" AND SitelinkPhase="connected"`;
      for await (const { workflowId } of temporal.client.workflow.list({ query })) ids.push(workflowId);
      return ids.length > 0 ? ids : undefined;
    });
    assert.deepEqual(found, [running.site.workflowId]);
    const metadata = (await running.site.query('__temporal_workflow_metadata')) as { currentDetails: string };
    assert.match(metadata.currentDetails, /^### Site Site01 of hub .*: connected/);
    assert.match(metadata.currentDetails, /\| ✔ done \| Router VM router210 \|/);
    assert.match(metadata.currentDetails, /#### Evidence/);
    const [ofSite, ofHub] = [
      await events(temporal, running.site.workflowId),
      await events(temporal, running.hub.workflowId),
    ];
    console.log(`        events: site ${ofSite}, hub ${ofHub}`);
    assert.ok(ofSite < 300 && ofHub < 215, `${ofSite} and ${ofHub} events`);
    await teardown(temporal, running);
    assert.deepEqual(world.ours(), []);
  });

  it('take the one that runs when the hub is started a second time', async () => {
    const world = new World({ gatewayMinutes: 0 });
    const running = await bringUp(temporal, world);
    await up(temporal, running);
    const { name } = running.file.hub;
    const again = await temporal.client.workflow.start('hub', {
      workflowId: hubWorkflowId(name),
      taskQueue: temporal.taskQueue,
      args: [{ schema: 1, file: running.file, options: { searchAttributes: false, historyEvents: 2000 } }],
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    assert.equal((await again.describe()).runId, (await running.hub.describe()).runId);
    assert.equal(world.attempts('preflight'), 1);
  });

  it('keep a site when its hub is terminated, and remove it on its own', async () => {
    const world = new World({ gatewayMinutes: 0 });
    const running = await bringUp(temporal, world);
    await up(temporal, running);
    await running.hub.terminate('by hand');
    await sleep(500);
    assert.equal((await running.site.describe()).status.name, 'RUNNING');
    await running.site.signal(teardownSignal);
    const { outcome, status } = await temporal.result(running.site);
    assert.equal(outcome, 'removed');
    assert.ok(
      status.notes.some((line) => line.startsWith('the hub could not be told')),
      status.notes.join(),
    );
  });

  it('begin a new history when one is full, with all they know', async () => {
    const world = new World({ gatewayMinutes: 0 });
    const running = await bringUp(temporal, world, { options: { historyEvents: 60 } });
    for (const run of [running.hub, running.site]) {
      await eventually(async () => (await runBefore(run, temporal)) ?? undefined, 40);
    }
    await up(temporal, running);
    const before = await statusOf(running.site);
    const seen = await running.site.executeUpdate(verifyUpdate);
    assert.deepEqual([seen.phase, seen.startedAt], ['connected', before?.startedAt]);
    assert.equal(world.attempts('saveConfiguration'), 1);
    await teardown(temporal, running);
    assert.deepEqual(world.ours(), []);
    assert.equal(world.attempts('ensureConnection'), 1);
  });

  it('go on with another worker when theirs is gone', async () => {
    const world = new World({ gatewayMinutes: 0 });
    const first = await temporal.startWorker({ activities: world.activities });
    const running = await startHub(temporal, world);
    await up(temporal, running);
    await first.stop();
    await running.hub.signal(teardownSignal);
    await temporal.startWorker({ activities: world.activities });
    assert.equal((await temporal.result(running.hub)).outcome, 'removed');
    assert.deepEqual(world.ours(), []);
    assert.equal(world.attempts('ensureVm router210'), 1);
  });
});
