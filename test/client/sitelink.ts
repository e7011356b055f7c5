/** The `sitelink` command and its output in tests. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { makeOutput, type Output, type Stream } from '../../client/output.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Ended {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** The environment of a person who has nothing set and a home with nothing in it. */
export function bareEnv(folder: string): Record<string, string> {
  const { PATH = '', NODE_V8_COVERAGE } = process.env;
  return { PATH, HOME: folder, ...(NODE_V8_COVERAGE === undefined ? {} : { NODE_V8_COVERAGE }) };
}

/** Runs the command to its end, within 30 s. */
export async function sitelink(args: readonly string[], env: Record<string, string>): Promise<Ended> {
  const options = { env, extendEnv: false, cwd: ROOT, reject: false, timeout: 30_000, stdin: 'ignore' } as const;
  const { exitCode, stdout, stderr } = await execa(process.execPath, ['client/bin.js', ...args], options);
  return { code: exitCode, stdout, stderr };
}

export class Recorder implements Stream {
  text = '';
  readonly isTTY: boolean;
  readonly columns: number | undefined;
  readonly rows = 30;

  constructor(terminal: { columns: number } | null = null) {
    this.isTTY = terminal !== null;
    this.columns = terminal?.columns;
  }

  write(text: string): boolean {
    this.text += text;
    return true;
  }
}

/** An output that keeps what was said, as text or with `--output json`. */
export function recorded(json = false): { output: Output; out: Recorder; err: Recorder; document: () => unknown } {
  const [out, err] = [new Recorder(), new Recorder()];
  const output = makeOutput({ json, env: {}, stdout: out, stderr: err });
  return { output, out, err, document: () => JSON.parse(out.text) as unknown };
}

/** A folder for each test, removed after it. */
export function withFolder(): () => string {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sitelink-client-'));
  });
  afterEach(async () => rm(folder, { recursive: true, force: true }));
  return () => folder;
}
