/**
 * The site's runbook: router and local gateway beside the hub's gateway, then connection -> device script -> router
 * configuration -> verification. Once connected the site stays for commands, until its teardown.
 *
 * waiting-for-hub -> building -> configuring -> verifying -> connected or degraded; attention while any step waits for a
 * person; tearing-down -> gone.
 */
import { CancellationScope, allHandlersFinished, condition, continueAsNew } from '@temporalio/workflow';
import type { RunResult } from '../domain/progress.ts';
import { buildConnection, configureRouter } from './site-build.ts';
import { makeRouter, reachDevice } from './site-router.ts';
import { SiteRun } from './site-run.ts';
import { takeSiteDown } from './site-teardown.ts';
import type { Built, SiteInput } from './state.ts';
import { verifyTunnel } from './verify.ts';

export async function site(input: SiteInput): Promise<RunResult> {
  const run = new SiteRun(input);
  const stopped = !(await run.unlessStopped(() => live(run)));
  if (!stopped && run.built !== null) return await continueAsNew<typeof site>(run.nextInput(run.built));
  return await CancellationScope.nonCancellable(() => takeSiteDown(run));
}

/** Builds and verifies, then serves commands until there is too much history. */
async function live(run: SiteRun): Promise<void> {
  const built = run.built ?? (await build(run));
  if (run.stage === 'verifying') await prove(run, built);
  // A command that came in the last moment is served before the next run begins.
  const atRest = (): boolean => run.historyIsFull() && allHandlersFinished();
  for (;;) {
    await condition(() => run.verifyPending() || atRest());
    if (!run.verifyPending()) return;
    await prove(run, run.built ?? built);
  }
}

async function build(run: SiteRun): Promise<Built> {
  const router =
    run.spec.router.kind === 'azure-vm' ? makeRouter(run, run.spec.router) : reachDevice(run, run.spec.router);
  await run.hubAddresses();
  run.enter('building');
  const connection = buildConnection(run, router);
  const built = await configureRouter(run, router, connection);
  run.built = built;
  run.enter('verifying');
  return built;
}

/** Answers every verification that was asked for before it began. */
async function prove(run: SiteRun, built: Built): Promise<void> {
  const asked = run.verificationsAsked();
  run.enter('verifying');
  const holds = await verifyTunnel(run, built);
  run.enter(holds ? 'connected' : 'degraded');
  run.verified(asked);
  if (holds) await run.tellHub('connected');
}
