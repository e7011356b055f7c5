/**
 * The hub's runbook: preflight, then group -> network and public addresses -> gateway, with the probe beside it. The
 * sites are started as soon as preflight holds and are told what exists; they and the hub never wait for each other's
 * result. The hub lives until its teardown.
 */
import { CancellationScope, allHandlersFinished, condition, continueAsNew } from '@temporalio/workflow';
import type { RunResult } from '../domain/progress.ts';
import { buildGateway, buildProbe } from './hub-build.ts';
import { HubRun } from './hub-run.ts';
import { takeHubDown } from './hub-teardown.ts';
import type { HubInput } from './state.ts';

export async function hub(input: HubInput): Promise<RunResult> {
  const run = new HubRun(input);
  const stopped = !(await run.unlessStopped(() => live(run)));
  if (run.stage === 'refused') return run.result('refused');
  if (!stopped) return await continueAsNew<typeof hub>(run.nextInput());
  return await CancellationScope.nonCancellable(() => takeHubDown(run));
}

/** Builds, then stays for commands until there is too much history. */
async function live(run: HubRun): Promise<void> {
  if (run.stage === 'preflight') {
    const report = await run.steps.start('preflight', [], (act) => act.preflight(run.input.file));
    if (report.problems.length > 0) {
      run.problems = report.problems;
      run.enter('refused');
      return;
    }
    await run.startSites(report.hostKeys);
    run.enter('building');
  }
  if (run.stage === 'building') {
    await build(run);
    run.enter('connected');
  }
  await condition(() => run.historyIsFull());
  await condition(allHandlersFinished);
}

async function build(run: HubRun): Promise<void> {
  const parts = buildGateway(run);
  const probe = buildProbe(run, parts);
  const told = [
    Promise.all([parts.group, parts.addresses]).then(([, addresses]) => run.tellAddresses(addresses)),
    parts.gateway.then(() => run.tellReady('gateway')),
    ...(probe === null ? [] : [probe.then(() => run.tellReady('probe'))]),
  ];
  for (const telling of told) telling.catch(() => undefined);
  await Promise.all(told);
}
