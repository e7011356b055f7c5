/**
 * The hub's teardown: the sites and what no site stands on side by side; the gateway only when the sites are gone and
 * Azure lists no connection on it.
 */
import { condition, getExternalWorkflowHandle } from '@temporalio/workflow';
import type { Leftover } from '../domain/evidence.ts';
import { siteWorkflowId } from '../domain/names.ts';
import type { RunResult } from '../domain/progress.ts';
import { allOfSite } from '../domain/resources.ts';
import { deeds } from './deeds.ts';
import type { HubRun } from './hub-run.ts';
import { teardownSignal } from './messages.ts';
import { describeFailure } from './step.ts';
import { removeAll, type Undo } from './undo.ts';

/** A site's own teardown is bounded by its undos; one that takes longer than this does not answer. */
const siteAnswersWithin = '90m';

export async function takeHubDown(run: HubRun): Promise<RunResult> {
  run.enter('tearing-down');
  const sites = removeSites(run);
  const { gateway, group } = run.resources;
  const first = async (id: string): Promise<void> => {
    if (id === gateway.id || id === group.id) await Promise.race([sites, run.sitesOffAzure()]);
    if (id === gateway.id) await deeds().awaitNoConnections({ gatewayId: id });
  };
  const [fromSites, outcome] = await Promise.all([sites, run.ledger.run((line) => run.note(line), first)]);
  run.leftovers = [...fromSites, ...outcome.leftovers, ...(await forgotten(run, outcome.leftovers))];
  run.steps.undone();
  run.enter('gone');
  return run.result('removed');
}

async function removeSites(run: HubRun): Promise<Leftover[]> {
  const answers = await Promise.all(run.liveSites.map((name) => removeSite(run, name)));
  return answers.flat();
}

/** By its own run where there is one, otherwise by the hub itself. */
async function removeSite(run: HubRun, name: string): Promise<readonly Leftover[]> {
  const told = await tell(run, name);
  if (told && (await condition(() => !run.liveSites.includes(name), siteAnswersWithin))) return [];
  run.note(`site ${name} ${told ? 'does not answer' : 'has no live run'}; the hub removes it`);
  const spec = run.sites.find((site) => site.name === name);
  if (spec === undefined) return [];
  const undos: Undo[] = allOfSite(run.spec, spec).map((resource) => ({ ...resource, oursByRecord: false }));
  const outcome = await removeAll(undos, (line) => run.note(line));
  const router = spec.router.kind === 'device' ? [routerNotVisited(spec.router.expectedHostname)] : [];
  return [...outcome.leftovers, ...router];
}

function routerNotVisited(hostname: string): Leftover {
  return {
    what: `${hostname}: lines of the tunnel`,
    reason: 'the run that knew them is gone; look for them in the running configuration',
  };
}

async function tell(run: HubRun, name: string): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(siteWorkflowId(run.spec.name, name)).signal(teardownSignal);
    return true;
  } catch (error) {
    run.note(`site ${name} could not be told: ${describeFailure(error)}`);
    return false;
  }
}

/** What still carries our tags although no undo named it. */
async function forgotten(run: HubRun, known: readonly Leftover[]): Promise<Leftover[]> {
  return await stillOwned([run.resources.group.id], run.resources.group.owner, known);
}

export async function stillOwned(
  groupIds: readonly string[],
  owner: { hub: string; site: string | null },
  known: readonly Leftover[],
): Promise<Leftover[]> {
  try {
    const ids = await deeds().listOwned({ groupIds, owner });
    return ids
      .filter((id) => !known.some((leftover) => leftover.what === id))
      .map((id) => ({ what: id, reason: 'it carries our tags after teardown' }));
  } catch (error) {
    return [{ what: groupIds.join(', '), reason: `could not be listed after teardown: ${describeFailure(error)}` }];
  }
}
