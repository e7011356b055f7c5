/** The Azure CLI from the package index, against a lab: its own configuration, home and keys, as `. DIR/az-env` makes them. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Context } from 'mocha';
import { KEYS } from '../lab/azure.ts';
import type { LabProcess } from '../support/lab.ts';
import { skipIfListed } from '../support/skips.ts';
import { virtualEnvironment } from './virtual-environment.ts';

const run = promisify(execFile);

const COMMANDS = join(import.meta.dirname, 'azure-cli-commands.py');

/** Long enough for pip to fetch what the cache does not have yet. */
const FIRST_USE_MS = 20 * 60_000;

/** Of one command, on a machine that is busy with other tests. */
const COMMAND_MS = 180_000;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line of a shell. */
type Runner = (command: string) => Promise<Ended>;

/** Each command in a process of its own, as a person's shell does it. */
const separately =
  (env: Record<string, string>): Runner =>
  async (command) => {
    try {
      const { stdout, stderr } = await run('bash', ['-c', command], { env, timeout: COMMAND_MS });
      return { code: 0, stdout, stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as Partial<Ended> & Error;
      if (typeof code !== 'number') throw error;
      return { code, stdout: stdout ?? '', stderr: stderr ?? '' };
    }
  };

/** All commands in one process of the CLI, one after the other; their words are still bash's. */
class OneProcess {
  private readonly child: ChildProcess;
  private readonly answers: AsyncIterator<string>;
  private readonly env: Record<string, string>;
  private last: Promise<unknown> = Promise.resolve();

  constructor(env: Record<string, string>, programs: string) {
    this.env = env;
    const child = spawn(join(programs, 'python'), [COMMANDS], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.child = child;
    this.answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  readonly run: Runner = async (command) => {
    const { stdout } = await run('bash', ['-c', `az() { printf '%s\\0' "$@"; }\n${command}`], { env: this.env });
    const answer = this.last.then(async () => this.ask(stdout.split('\0').slice(0, -1)));
    this.last = answer.catch(() => null);
    return answer;
  };

  async end(): Promise<void> {
    const ended = once(this.child, 'close');
    this.child.stdin?.end();
    await ended;
  }

  private async ask(words: readonly string[]): Promise<Ended> {
    this.child.stdin?.write(`${JSON.stringify(words)}\n`);
    const { value, done } = await this.answers.next();
    if (done === true) throw new Error('the process of the Azure CLI has ended');
    return JSON.parse(value) as Ended;
  }
}

export interface AzureCliOptions {
  /** A process for each command (two seconds each), in place of one for all. */
  readonly processEach?: boolean;
}

export class AzureCli {
  private readonly home: string;
  private readonly runner: Runner;
  private readonly process: OneProcess | null;

  private constructor(home: string, env: Record<string, string>, programs: string, options: AzureCliOptions) {
    this.home = home;
    this.process = options.processEach === true ? null : new OneProcess(env, programs);
    this.runner = this.process?.run ?? separately(env);
  }

  /** Logs in to the lab, with a key in `~/.ssh/authorized_keys` as the seed has it. */
  static async open(lab: LabProcess, options: AzureCliOptions): Promise<AzureCli> {
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
    return new AzureCli(home, Object.fromEntries(pairs.filter(([name]) => name !== '')), programs, options);
  }

  /** What a command prints on its standard output. Rejects with what it said if it does not end with 0. */
  async say(command: string): Promise<string> {
    const { code, stdout, stderr } = await this.runner(command);
    if (code === 0) return stdout;
    throw new Error(`${command}\nended with ${code}: ${stderr}`);
  }

  /** What a command prints, as the JSON that it is. */
  async ask<T = Record<string, unknown>>(command: string): Promise<T> {
    const text = await this.say(command);
    return JSON.parse(text) as T;
  }

  private async refusal(command: string): Promise<string> {
    const { code, stdout, stderr } = await this.runner(command);
    if (code !== 0) return stderr;
    throw new Error(`${command}\nwas not refused and printed ${stdout}`);
  }

  /** Rejects unless a command fails and says a code, or another text. */
  async refused(command: string, code: string): Promise<void> {
    const said = await this.refusal(command);
    if (!said.includes(code)) throw new Error(`${command}\nsaid ${said}, wanted ${code}`);
  }

  async close(): Promise<void> {
    await this.process?.end();
    await rm(this.home, { recursive: true, force: true });
  }
}

/**
 * The CLI for the tests of this `describe`, which are skipped where it cannot be installed.
 *
 *     const cli = withAzureCli(lab);
 *     it('does so', async function () { const az = await cli(this); … });
 */
export function withAzureCli(lab: LabProcess, options: AzureCliOptions = {}): (context: Context) => Promise<AzureCli> {
  let opened: Promise<AzureCli> | null = null;
  after('end the CLI and remove its home', async () => {
    await (await opened?.catch(() => null))?.close();
  });
  return async (context) => {
    context.timeout(FIRST_USE_MS);
    await skipIfListed(context);
    opened ??= AzureCli.open(lab, options);
    return opened;
  };
}
