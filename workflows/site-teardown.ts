/** The site's teardown: the same for the update, the signal, a cancellation, and in any phase. It never parks. */
import type { RunResult } from '../domain/progress.ts';
import { stillOwned } from './hub-teardown.ts';
import type { SiteRun } from './site-run.ts';

export async function takeSiteDown(run: SiteRun): Promise<RunResult> {
  run.enter('tearing-down');
  const outcome = await run.ledger.run((line) => run.note(line));
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
