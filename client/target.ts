/** From the NAME that a person typed to one hub or one site. */
import { hubWorkflowId, siteWorkflowId, workflowTypes } from '../domain/names.ts';
import { CommandFailed } from './failure.ts';
import { describeRun, targetName, type Target } from './runs.ts';
import type { Temporal } from './temporal.ts';

/** Finds `<hub>`, `<hub>/<site>`, or a bare site name if it is unique. Throws `CommandFailed` if that names nothing. */
export async function findTarget(temporal: Temporal, name: string): Promise<Target> {
  const [first = '', second, ...more] = name.split('/');
  if (first === '' || second === '' || more.length > 0) {
    throw new CommandFailed(`${JSON.stringify(name)} is no name: write <hub>, <hub>/<site> or <site>.`, 2);
  }
  if (second !== undefined) return await existing(temporal, { hub: first, site: second });
  if ((await describeRun(temporal, hubWorkflowId(first))) !== null) return { hub: first, site: null };
  const sites = (await listTargets(temporal)).filter(({ target }) => target.site === first);
  const running = sites.filter((site) => site.running);
  const candidates = unique((running.length > 0 ? running : sites).map(({ target }) => target));
  const [only] = candidates;
  if (only === undefined) throw await unknown(temporal, name);
  if (candidates.length === 1) return only;
  const names = candidates.map(targetName).join(' or ');
  throw new CommandFailed(`${name} is a site of several hubs: write ${names}.`, 2);
}

async function existing(temporal: Temporal, target: Target): Promise<Target> {
  const id = siteWorkflowId(target.hub, target.site ?? '');
  if ((await describeRun(temporal, id)) === null) throw await unknown(temporal, targetName(target));
  return target;
}

async function unknown(temporal: Temporal, name: string): Promise<CommandFailed> {
  const known = unique((await listTargets(temporal)).map(({ target }) => target)).map(targetName);
  const there = known.length === 0 ? 'nothing was ever started there' : `there is ${known.toSorted().join(', ')}`;
  return new CommandFailed(`Nothing is called ${name} on ${temporal.address}, ${temporal.namespace}: ${there}.`);
}

export interface Listed {
  readonly target: Target;
  readonly running: boolean;
}

/** Every run that Temporal lists, also those that ended and are kept. */
export async function listTargets(temporal: Temporal): Promise<Listed[]> {
  const query = `WorkflowType = '${workflowTypes.hub}' OR WorkflowType = '${workflowTypes.site}'`;
  const found: Listed[] = [];
  for await (const run of temporal.client.workflow.list({ query })) {
    const target = parseId(run.workflowId);
    if (target !== null) found.push({ target, running: run.status.name === 'RUNNING' });
  }
  return found;
}

function parseId(id: string): Target | null {
  const [kind, hub, site] = id.split('/');
  if (hub === undefined) return null;
  if (kind === 'hub') return { hub, site: null };
  return kind === 'site' && site !== undefined ? { hub, site } : null;
}

function unique(targets: readonly Target[]): Target[] {
  return [...new Map(targets.map((target) => [targetName(target), target])).values()];
}
