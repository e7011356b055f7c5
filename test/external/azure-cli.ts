/** The Azure CLI from the package index, against a lab: its own configuration, home and keys, as `. DIR/az-env` makes them. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Context } from 'mocha';
import { KEYS } from '../lab/azure.ts';
import type { LabProcess } from '../support/lab.ts';
import { skipIfListed } from '../support/skips.ts';
import { virtualEnvironment } from './virtual-environment.ts';

const run = promisify(execFile);

/** Long enough for pip to fetch what the cache does not have yet. */
const FIRST_USE_MS = 20 * 60_000;

/** Of one command, on a machine that is busy with other tests. */
const COMMAND_MS = 180_000;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export class AzureCli {
  private readonly home: string;
  private readonly env: Record<string, string>;

  private constructor(home: string, env: Record<string, string>) {
    this.home = home;
    this.env = env;
  }

  /** Logs in to the lab, with a key in `~/.ssh/authorized_keys` as the seed has it. */
  static async open(lab: LabProcess): Promise<AzureCli> {
    const programs = await virtualEnvironment({ name: 'azure-cli', version: '2.91.0', module: 'azure.cli' });
    const home = await mkdtemp(join(tmpdir(), 'sitelink-az-'));
    await mkdir(join(home, '.ssh'));
    await writeFile(join(home, '.ssh', 'authorized_keys'), `${KEYS.publicKey}\n`);
    const bare = { HOME: home, PATH: `${programs}:${process.env['PATH'] ?? ''}`, LANG: 'C.UTF-8' };
    const { stdout } = await run('bash', ['-c', `. '${join(lab.dir, 'az-env')}' >/dev/null && env -0`], {
      env: bare,
      timeout: COMMAND_MS,
    });
    const pairs = stdout.split('\0').map((line): [string, string] => {
      const split = line.indexOf('=');
      return [line.slice(0, split), line.slice(split + 1)];
    });
    return new AzureCli(home, Object.fromEntries(pairs.filter(([name]) => name !== '')));
  }

  /** What a command prints on its standard output. Rejects with what it said if it does not end with 0. */
  async say(command: string): Promise<string> {
    const { code, stdout, stderr } = await this.end(command);
    if (code === 0) return stdout;
    throw new Error(`${command}\nended with ${code}: ${stderr}`);
  }

  /** What a command prints, as the JSON that it is. */
  async ask<T = Record<string, unknown>>(command: string): Promise<T> {
    const text = await this.say(command);
    return JSON.parse(text) as T;
  }

  /** What a command that must fail says about it. Rejects if it ends with 0. */
  async refusal(command: string): Promise<string> {
    const { code, stdout, stderr } = await this.end(command);
    if (code !== 0) return stderr;
    throw new Error(`${command}\nwas not refused and printed ${stdout}`);
  }

  async remove(): Promise<void> {
    await rm(this.home, { recursive: true, force: true });
  }

  private async end(command: string): Promise<Ended> {
    try {
      const { stdout, stderr } = await run('bash', ['-c', command], { env: this.env, timeout: COMMAND_MS });
      return { code: 0, stdout, stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as Partial<Ended> & Error;
      if (typeof code !== 'number') throw error;
      return { code, stdout: stdout ?? '', stderr: stderr ?? '' };
    }
  }
}

/**
 * The CLI for the tests of this `describe`, which are skipped where it cannot be installed.
 *
 *     const cli = withAzureCli(() => lab);
 *     it('does so', async function () { const az = await cli(this); … });
 */
export function withAzureCli(lab: LabProcess): (context: Context) => Promise<AzureCli> {
  let opened: Promise<AzureCli> | null = null;
  after('remove the home of the CLI', async () => {
    await (await opened?.catch(() => null))?.remove();
  });
  return async (context) => {
    context.timeout(FIRST_USE_MS);
    await skipIfListed(context);
    opened ??= AzureCli.open(lab);
    return opened;
  };
}
