/** What can be seen of a hub's or a site's run, whether a worker answers or not. */
import { WorkflowNotFoundError, type WorkflowExecutionDescription } from '@temporalio/client';
import { hubWorkflowId, siteWorkflowId } from '../domain/names.ts';
import type { RunResult, StatusDocument } from '../domain/progress.ts';
import { statusQuery } from '../workflows/messages.ts';
import { isServerAway, isSilence, type Temporal } from './temporal.ts';

export type Sighting =
  | { readonly kind: 'absent' }
  /** It runs; nobody answers for it. */
  | { readonly kind: 'silent'; readonly serverAway: boolean }
  /** It ended otherwise than a run should: `TERMINATED`, `FAILED`, … */
  | { readonly kind: 'broken'; readonly how: string; readonly closedAt: Date | null }
  | { readonly kind: 'seen'; readonly status: StatusDocument; readonly closedAt: Date | null };

const answerWithinMs = 5_000;

/** Looks at the latest run of a workflow. Rejects only for what neither a worker nor the server can mend. */
export async function look(temporal: Temporal, workflowId: string): Promise<Sighting> {
  const handle = temporal.client.workflow.getHandle(workflowId);
  // The server alone answers everything but the query, which needs a worker.
  let asksWorker = false;
  try {
    return await temporal.client.withDeadline(Date.now() + answerWithinMs, async () => {
      const description = await handle.describe();
      const closedAt = description.closeTime ?? null;
      const how = description.status.name;
      if (how === 'RUNNING') {
        asksWorker = true;
        return { kind: 'seen', status: await handle.query(statusQuery), closedAt };
      }
      if (how !== 'COMPLETED') return { kind: 'broken', how, closedAt };
      const result = (await handle.result()) as RunResult;
      return { kind: 'seen', status: result.status, closedAt };
    });
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { kind: 'absent' };
    if (isSilence(error)) return { kind: 'silent', serverAway: !asksWorker || isServerAway(error) };
    throw error;
  }
}

/** The description of the latest run; null if there is none. */
export async function describeRun(
  temporal: Temporal,
  workflowId: string,
): Promise<WorkflowExecutionDescription | null> {
  try {
    return await temporal.client.workflow.getHandle(workflowId).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/** One hub or one site. */
export interface Target {
  readonly hub: string;
  /** Null: the hub, with all its sites. */
  readonly site: string | null;
}

export function targetId({ hub, site }: Target): string {
  return site === null ? hubWorkflowId(hub) : siteWorkflowId(hub, site);
}

/** As a person would type it. */
export function targetName({ hub, site }: Target): string {
  return site === null ? hub : `${hub}/${site}`;
}

/** What is seen of a target at one moment. */
export interface Scene {
  /** Of the target itself. */
  readonly main: Sighting;
  /** The hub if it was asked for, then the sites; only runs that were seen. */
  readonly statuses: readonly StatusDocument[];
  /** Runs of sites that should be there and do not answer, or ended badly, by name. */
  readonly trouble: readonly { readonly site: string; readonly sighting: Sighting }[];
}

export async function lookAt(temporal: Temporal, target: Target): Promise<Scene> {
  const main = await look(temporal, targetId(target));
  if (main.kind !== 'seen') return { main, statuses: [], trouble: [] };
  const { status } = main;
  if (status.kind === 'site') return { main, statuses: [status], trouble: [] };
  const sites = await Promise.all(
    status.sites.map(async (site) => ({
      site,
      sighting: ofThisHub(await look(temporal, siteWorkflowId(target.hub, site)), status),
    })),
  );
  const seen = sites.flatMap(({ sighting }) => (sighting.kind === 'seen' ? [sighting.status] : []));
  const trouble = sites.filter(({ sighting }) => sighting.kind === 'silent' || sighting.kind === 'broken');
  return { main, statuses: [status, ...seen], trouble };
}

/** A site's run that ended before this hub began belongs to an earlier one. */
function ofThisHub(sighting: Sighting, hub: StatusDocument): Sighting {
  const closedAt = sighting.kind === 'seen' || sighting.kind === 'broken' ? sighting.closedAt : null;
  return closedAt !== null && closedAt.toISOString() < hub.startedAt ? { kind: 'absent' } : sighting;
}
