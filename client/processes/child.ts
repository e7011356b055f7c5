/** Processes of ours that run beside a command: the lab, the worker. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** `exit code 1`, or the signal. */
export function howItEnded({ code, signal }: Ending): string {
  return signal ?? (code === null ? 'no exit code' : `exit code ${code}`);
}

export interface Child {
  readonly pid: number;
  /** Resolves when it has ended, however that came. */
  readonly ended: Promise<Ending>;
  running(): boolean;
  /** Ends it (SIGTERM, then SIGKILL after `graceMs`) and resolves when it has ended. Harmless when repeated. */
  stop(graceMs?: number): Promise<void>;
  signal(signal: NodeJS.Signals): void;
}

export interface ChildOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Where its output goes; `inherit`: to ours, and it stays in the terminal's process group. */
  readonly output: { readonly logFile: string } | 'inherit';
}

/** The programs that the client starts; it imports neither. */
export type Program = 'lab' | 'worker';

/** Node's arguments that run one of our programs from source, or as built. */
function programArguments(program: Program): string[] {
  const file = (name: string) => fileURLToPath(new URL(`../../${program}/${name}`, import.meta.url));
  if (!import.meta.url.endsWith('.ts')) return [file('main.js')];
  // The lab compiles itself.
  return program === 'lab' ? [file('bin.js')] : ['--import', import.meta.resolve('tsx'), file('main.ts')];
}

/** Starts one of our programs. Rejects if the process cannot be made. */
export async function startProgram(program: Program, args: readonly string[], options: ChildOptions): Promise<Child> {
  return await startChild(process.execPath, [...programArguments(program), ...args], options);
}

export async function startChild(file: string, args: readonly string[], options: ChildOptions): Promise<Child> {
  const { env, output } = options;
  const log = output === 'inherit' ? null : openSync(output.logFile, 'a', 0o600);
  let child: ChildProcess;
  try {
    const stdio = log === null ? ('inherit' as const) : ['ignore' as const, log, log];
    // Its own group: Ctrl-C must not end it before those that use it.
    child = spawn(file, args, { env, stdio, detached: log !== null });
  } finally {
    if (log !== null) closeSync(log);
  }
  const ended = new Promise<Ending>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const running = () => child.exitCode === null && child.signalCode === null;
  return {
    pid: child.pid ?? 0,
    ended,
    running,
    signal: (signal) => void child.kill(signal),
    stop: async (graceMs = 8_000) => {
      if (!running()) return;
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(killer);
    },
  };
}

/** Resolves when a log has a line that begins so, after `from` bytes. Rejects if the child ends first, or in `timeoutMs`. */
export async function awaitLogLine(
  child: Child,
  log: { readonly file: string; readonly from: number },
  beginning: string,
  timeoutMs: number,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const running = child.running();
    const lines = (await textFrom(log.file, log.from)).split('\n');
    if (lines.some((line) => line.startsWith(beginning))) return;
    if (!running) throw new Error(`it ended by itself${lastWords(lines)}`);
    if (Date.now() > deadline) throw new Error(`it was not ready within ${timeoutMs / 1000} s${lastWords(lines)}`);
    await sleep(50);
  }
}

/** The last line that says something, for an error's text. */
function lastWords(lines: readonly string[]): string {
  const last = lines.findLast((line) => line.trim() !== '');
  return last === undefined ? '' : `: ${last.trim()}`;
}

/** How long a file is now; 0 if it is not there. */
export async function sizeOf(file: string): Promise<number> {
  return await stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

/** What a file holds after `from` bytes. */
export async function textFrom(file: string, from: number): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.max(0, size - from));
    await handle.read(buffer, 0, buffer.length, from);
    return buffer.toString('utf8');
  } finally {
    await handle.close();
  }
}
