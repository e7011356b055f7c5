/** How a test runs a Python script of a tool that is not ours against a router of the lab. */
import type { Context } from 'mocha';
import { join } from 'node:path';
import { runTool } from '../../client/temporal-server/run-tool.ts';
import { skipIfListed } from '../support/skips.ts';
import type { PythonPackage } from './virtual-environment.ts';
import { virtualEnvironment } from './virtual-environment.ts';

/** Long enough for pip to fetch what the cache does not have yet. */
const FIRST_USE_MS = 10 * 60_000;

export interface PythonRun {
  readonly pack: PythonPackage;
  /** Prints one JSON object as a line of its own; what the tool's threads log may come before and after it. */
  readonly script: string;
  readonly args: readonly string[];
  readonly timeoutMs?: number;
}

/** The last object that the script printed. Skips the test where there is no Python. */
export async function runPython<T>(context: Context, run: PythonRun): Promise<T> {
  context.timeout(FIRST_USE_MS);
  await skipIfListed(context);
  const programs = await virtualEnvironment(run.pack);
  const printed = await runTool(join(programs, 'python'), ['-c', run.script, ...run.args], {
    timeoutMs: run.timeoutMs ?? 90_000,
  });
  const document = printed.split('\n').findLast((line) => line.startsWith('{'));
  return JSON.parse(document ?? '') as T;
}

/** Without the blanks at line ends, which tools strip or keep as they please. */
export function trimmed(text: string): string {
  return text.replaceAll(/[ \r]+$/gm, '');
}
