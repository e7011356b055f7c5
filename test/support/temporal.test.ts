import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { failedWorkflowTasks } from './histories.ts';
import { withDevServer, withTimeSkipping } from './temporal.ts';
import type * as samples from './workflow-samples/index.ts';

const workflowsPath = fileURLToPath(new URL('workflow-samples', import.meta.url));
const activities = { greet: async (name: string) => `Hello, ${name}` };

describe('the time-skipping server in tests', () => {
  const temporal = withTimeSkipping();

  it('runs the activities that the test gives', async () => {
    await temporal.startWorker({ activities, workflowsPath });
    const options = { workflowId: randomUUID(), taskQueue: temporal.taskQueue, args: ['site'] as [string] };
    const handle = await temporal.client.workflow.start<typeof samples.greeting>('greeting', options);
    assert.equal(await temporal.result(handle), 'Hello, site');
  });

  it('skips 45 minutes in seconds', async () => {
    await temporal.startWorker({ activities, workflowsPath });
    const options = { workflowId: randomUUID(), taskQueue: temporal.taskQueue };
    const begun = Date.now();
    const handle = await temporal.client.workflow.start<typeof samples.longWait>('longWait', options);
    assert.equal(await temporal.result(handle), 'rested');
    assert.ok(Date.now() - begun < 20_000);
  });
});

describe('the dev server in tests', () => {
  const temporal = withDevServer();

  it('says what a run that gives no result waits for', async () => {
    const failing = { greet: () => Promise.reject(new Error('the router is asleep')) };
    await temporal.startWorker({ activities: failing, workflowsPath });
    const options = { workflowId: randomUUID(), taskQueue: temporal.taskQueue, args: ['site'] as [string] };
    const handle = await temporal.client.workflow.start<typeof samples.greeting>('greeting', options);
    await assert.rejects(
      temporal.result(handle, 2),
      /within 2 s: it is RUNNING, .*greet \(attempt \d+: the router is asleep/,
    );
    await handle.terminate();
  });

  it('finds the failed workflow task of a child', async () => {
    temporal.expectFailedWorkflowTasks();
    await temporal.startWorker({ activities, workflowsPath });
    const options = { workflowId: randomUUID(), taskQueue: temporal.taskQueue };
    const handle = await temporal.client.workflow.start<typeof samples.clumsyParent>('clumsyParent', options);
    let found: string[] = [];
    while (found.length === 0) found = await failedWorkflowTasks(temporal.client, [handle.workflowId], new Set());
    assert.match(found.join('\n'), /workflow task failed at event \d+ .*a bug in workflow code/);
    await handle.terminate();
  });

  it('follows a run through continue-as-new', async () => {
    await temporal.startWorker({ activities, workflowsPath });
    const options = { workflowId: randomUUID(), taskQueue: temporal.taskQueue, args: [2] as [number] };
    const handle = await temporal.client.workflow.start<typeof samples.again>('again', options);
    assert.equal(await temporal.result(handle), 'Hello, again');
    const checked = new Set<string>();
    assert.deepEqual(await failedWorkflowTasks(temporal.client, [handle.workflowId], checked), []);
    assert.equal(checked.size, 3, 'two runs that continued as new, and the last');
  });
});
