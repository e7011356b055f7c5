import { execa } from 'execa';

export interface ToolOptions {
  readonly cwd?: string;
  /** The whole environment; default this process's own. */
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
}

/**
 * Runs a program to its end and returns what it printed (both streams). Rejects, naming the program, if it is not
 * there, ends with another code than 0, or takes longer than `timeoutMs`.
 */
export async function runTool(file: string, args: readonly string[], options: ToolOptions): Promise<string> {
  const result = await execa(file, args, {
    all: true,
    reject: false,
    stdin: 'ignore',
    timeout: options.timeoutMs,
    forceKillAfterDelay: 2_000,
    extendEnv: false,
    env: options.env ?? process.env,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  if (!result.failed) return result.all;
  if (result.code === 'ENOENT') throw new Error(`${file} is not installed (not on the PATH)`);
  if (result.timedOut) throw new Error(`${file} did not finish within ${Math.round(options.timeoutMs / 1000)} s`);
  throw new Error(`${file} ${args[0] ?? ''} failed with ${howItEnded(result)}: ${telling(result.all ?? '')}`);
}

function howItEnded(result: { exitCode?: number | undefined; signal?: string | undefined }): string {
  return result.exitCode === undefined ? (result.signal ?? 'no exit code') : `exit code ${result.exitCode}`;
}

/** The line that says most: the first with the word error, else the last one. */
function telling(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => /error|cannot|denied|not found/i.test(line)) ?? lines.at(-1) ?? 'it printed nothing';
}
