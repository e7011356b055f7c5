/** The site's teardown: the same for the update, the signal, a cancellation, and in any phase. It never parks. */
import type { RunResult } from '../domain/progress.ts';
import { stillOwned } from './hub-teardown.ts';
import type { SiteRun } from './site-run.ts';
import { removeAll, type UndoOutcome } from './undo.ts';

export async function takeSiteDown(run: SiteRun): Promise<RunResult> {
  run.enter('tearing-down');
  const outcome = await undo(run);
  const groups = [run.hubGroupId(), ...(run.resources.router === null ? [] : [run.resources.router.group.id])];
  const forgotten = await stillOwned(groups, run.resources.connection.owner, outcome.leftovers);
  run.leftovers = [...outcome.leftovers, ...forgotten];
  run.steps.undone();
  run.observe(
    19,
    run.leftovers.length === 0,
    { removed: outcome.removed, kept: outcome.kept, leftovers: run.leftovers.length },
    'GET of each resource after its delete; list of the groups by tags',
  );
  run.enter('gone');
  await run.tellHub('gone');
  return run.result('removed');
}

/** Azure and the router side by side; the hub hears when Azure is done, because a router may not answer for long. */
async function undo(run: SiteRun): Promise<UndoOutcome> {
  const say = (line: string): void => run.note(line);
  const all = run.ledger.all();
  const lines = all.filter(({ kind }) => kind === 'lines');
  const offAzure = async (): Promise<UndoOutcome> => {
    const outcome = await removeAll(
      all.filter(({ kind }) => kind !== 'lines'),
      say,
    );
    if (lines.length > 0) await run.tellHub('off azure');
    return outcome;
  };
  const [azure, router] = await Promise.all([offAzure(), removeAll(lines, say)]);
  return {
    removed: [...azure.removed, ...router.removed],
    kept: [...azure.kept, ...router.kept],
    leftovers: [...azure.leftovers, ...router.leftovers],
  };
}
