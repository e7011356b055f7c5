/** Hooks around the whole run: what each failed test's Temporal log said, coverage of the sandbox, and the skips. */
import type { Context, RootHookObject, Suite, Test } from 'mocha';
import { endRun, takeKeptLog } from './run-state.ts';
import { judgeSkips } from './skips.ts';

export const mochaHooks: RootHookObject = {
  afterEach(this: Context) {
    const log = takeKeptLog();
    if (this.currentTest?.state === 'failed' && log.length > 0) {
      process.stderr.write(`      Temporal's log during this test:\n        ${log.join('\n        ')}\n`);
    }
  },

  async afterAll(this: Context) {
    endRun();
    const tests = testsOf(this.test?.parent);
    const skipped = tests.filter((test) => test.isPending()).map((test) => test.fullTitle());
    const { lines, unexplained } = await judgeSkips(skipped);
    const list = lines.map((line) => `    ${line}\n`).join('');
    process.stdout.write(`\n  Skipped: ${skipped.length} of ${tests.length} tests\n${list}`);
    if (unexplained.length > 0) throw new Error(`Skipped without a proven reason: ${unexplained.join('; ')}`);
  },
};

function testsOf(suite: Suite | undefined): readonly Test[] {
  return suite === undefined ? [] : [...suite.tests, ...suite.suites.flatMap(testsOf)];
}
