/** What the workflow tests share: start a hub as the client does, and look at what its runs say. */
import { QueryNotRegisteredError, WorkflowNotFoundError, type WorkflowHandle } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { hubWorkflowId, siteWorkflowId } from '../../domain/names.ts';
import type { Phase, StatusDocument } from '../../domain/progress.ts';
import type { SiteFile } from '../../domain/spec.ts';
import { statusQuery, teardownSignal } from '../../workflows/messages.ts';
import type { hub } from '../../workflows/hub.ts';
import type { site } from '../../workflows/site.ts';
import type { HubInput, RunOptions } from '../../workflows/state.ts';
import type { World } from '../support/deeds.ts';
import { seedFile } from '../support/site-files.ts';
import type { TemporalUnderTest } from '../support/temporal.ts';

export interface Running {
  readonly world: World;
  readonly hub: WorkflowHandle<typeof hub>;
  /** Of the first site of the file. */
  readonly site: WorkflowHandle<typeof site>;
  /** The names that this run uses: its own, so that tests do not meet. */
  readonly file: SiteFile;
}

/** A hub of a name of its own with the stand-in world behind it. */
export async function bringUp(
  temporal: TemporalUnderTest,
  world: World,
  { file = seedFile, options = {} }: { file?: SiteFile; options?: Partial<RunOptions> } = {},
): Promise<Running> {
  await temporal.startWorker({ activities: world.activities });
  return await startHub(temporal, world, { file, options });
}

export async function startHub(
  temporal: TemporalUnderTest,
  world: World,
  { file = seedFile, options = {} }: { file?: SiteFile; options?: Partial<RunOptions> } = {},
): Promise<Running> {
  const name = `hub-${randomUUID().slice(0, 8)}`;
  const own: SiteFile = { ...file, hub: { ...file.hub, name } };
  const input: HubInput = {
    schema: 1,
    file: own,
    options: { searchAttributes: false, historyEvents: 2000, ...options },
  };
  const handle = await temporal.client.workflow.start<typeof hub>('hub', {
    workflowId: hubWorkflowId(name),
    taskQueue: temporal.taskQueue,
    args: [input],
  });
  const site1 = file.sites[0]?.name ?? '';
  return {
    world,
    hub: handle,
    site: temporal.client.workflow.getHandle<typeof site>(siteWorkflowId(name, site1)),
    file: own,
  };
}

/** The status of a run that has come to one of these phases: 8 hours later at most, or 1 minute on a real server. */
export async function settle(
  temporal: TemporalUnderTest,
  handle: WorkflowHandle,
  ...phases: readonly Phase[]
): Promise<StatusDocument> {
  for (let looks = 0; looks <= (temporal.skipsTime ? 48 : 240); looks += 1) {
    const status = await statusOf(handle);
    if (status !== null && phases.includes(status.phase)) return status;
    await (temporal.skipsTime ? temporal.env.sleep('10m') : sleep(250));
  }
  const last = await statusOf(handle);
  const steps = last?.steps.map(({ id, state, detail }) => `${id} ${state} ${detail}`) ?? [];
  throw new Error(`${handle.workflowId} is ${last?.phase ?? 'not there'}: ${steps.join('; ')}`);
}

/** Null while the run has not begun. */
export async function statusOf(handle: WorkflowHandle): Promise<StatusDocument | null> {
  try {
    return await handle.query(statusQuery);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || error instanceof QueryNotRegisteredError) return null;
    throw error;
  }
}

/** Takes the hub and its first site down by a signal, and returns what their runs return. */
export async function teardown(temporal: TemporalUnderTest, { hub, site }: Running) {
  await hub.signal(teardownSignal);
  return { hub: await temporal.result(hub), site: await temporal.result(site) };
}
