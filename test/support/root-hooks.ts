/** Hooks around the whole run: what each failed test's Temporal log said, coverage of the sandbox, and the skips. */
import type { Context, RootHookObject, Runner } from 'mocha';
import { endRun, takeKeptLog } from './run-state.ts';
import { judgeSkips } from './skips.ts';

export const mochaHooks: RootHookObject = {
  afterEach(this: Context) {
    const log = takeKeptLog();
    if (this.currentTest?.state === 'failed' && log.length > 0) {
      process.stderr.write(`      Temporal's log during this test:\n        ${log.join('\n        ')}\n`);
    }
  },

  afterAll() {
    endRun();
  },
};

const skipped: string[] = [];

/** In the main process only, also when files run in parallel; mocha gives it the runner. */
export function mochaGlobalSetup(this: Runner): void {
  // A crash of a process that runs test files leaves mocha waiting for nothing: Node then ends with 0, and no test is
  // counted. At an orderly end mocha sets its own code.
  process.exitCode = 1;
  this.on('pending', (test) => skipped.push(test.fullTitle()));
}

/** Prints every skip with its reason; one that is not listed, or whose reason does not hold here, fails the run. */
export async function mochaGlobalTeardown(): Promise<void> {
  const { lines, unexplained } = await judgeSkips(skipped);
  const list = lines.map((line) => `    ${line}\n`).join('');
  process.stdout.write(`  ${skipped.length} skipped\n${list}`);
  if (unexplained.length > 0) throw new Error(`Skipped without a proven reason: ${unexplained.join('; ')}`);
}
