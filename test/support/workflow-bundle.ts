/** The workflow bundle of the tests: built once per process, instrumented when coverage is wanted. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WorkflowCoverage } from '@temporalio/nyc-test-coverage';
import { bundleWorkflowCode, DefaultLogger, type WorkerOptions, type WorkflowBundle } from '@temporalio/worker';
import { atRunEnd } from './run-state.ts';

/** The project's workflows, as the worker gets them. */
const WORKFLOWS = fileURLToPath(new URL('../../workflows', import.meta.url));

/** Set by `npm run coverage`: where the lines run inside the workflow sandbox are written to. */
const reportFolder = process.env['SITELINK_WORKFLOW_COVERAGE'];
const counters = globalThis as { __coverage__?: object };
// The coverage tool works only if it finds this global, which other tools of its family set.
if (reportFolder !== undefined) {
  counters.__coverage__ = {};
  atRunEnd(() => writeWorkflowCoverage(reportFolder));
}

const coverage = new WorkflowCoverage();
const bundles = new Map<string, Promise<WorkflowBundle>>();

/** The bundle of a folder of workflows, built at the first call. */
export function workflowBundle(workflowsPath = WORKFLOWS): Promise<WorkflowBundle> {
  const known = bundles.get(workflowsPath);
  if (known !== undefined) return known;
  const logger = new DefaultLogger('ERROR');
  const bundle = bundleWorkflowCode(coverage.augmentBundleOptions({ workflowsPath, logger }));
  bundles.set(workflowsPath, bundle);
  return bundle;
}

type BundledWorkerOptions = WorkerOptions & { workflowBundle: NonNullable<WorkerOptions['workflowBundle']> };

/** Worker options with what brings the counters out of the sandbox, if they are wanted. */
export function withWorkflowSinks(options: BundledWorkerOptions): WorkerOptions {
  return coverage.augmentWorkerOptionsWithBundle(options);
}

function writeWorkflowCoverage(folder: string): void {
  coverage.mergeIntoGlobalCoverage();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${process.pid}.json`), JSON.stringify(counters.__coverage__));
}
