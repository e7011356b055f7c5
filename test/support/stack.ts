/**
 * The whole of Sitelink in tests, as its users run it: a Temporal dev server with its database on disk, the lab, a worker
 * and the `sitelink` command, each a process of its own, in a home that has nothing in it.
 *
 *     const stack = withStack({ file: 'examples/seed.yaml' });
 *     it('does so', async () => {
 *       const { code, document } = await stack.sitelink('up', stack.file);
 *     });
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import ssh2 from 'ssh2';
import type { EvidenceDocument, EvidenceItem, Row } from '../../domain/evidence.ts';
import { startDevServer, type DevServer } from '../../client/temporal-server/dev-server.ts';
import { failedWorkflowTasks } from './histories.ts';
import { newLab, type LabProcess, type LabTestOptions } from './lab.ts';
import { collect, end, parsed, read, until } from './processes.ts';
import { temporalCli } from './temporal.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Where the examples say that their shared keys are. */
const KEY_NAMES = ['SITE01_SHARED_KEY', 'MILANO_SHARED_KEY', 'LISBON_SHARED_KEY', 'BERN_SHARED_KEY'] as const;

export interface StackOptions {
  readonly lab?: LabTestOptions;
  /** Variables of worker and command beside the ones that every stack has. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Answered extends Ended {
  /** What `--output json` printed; undefined if it is no JSON. */
  readonly document: unknown;
}

export interface WorkerProcess {
  readonly pid: number;
  kill9(): Promise<void>;
  stop(): Promise<void>;
}

export class Stack {
  readonly folder: string;
  readonly lab: LabProcess;
  /** The shared key of this stack's sites: another one each time, with what is special in URLs and shells. */
  readonly sharedKey = `k+/%&=${randomBytes(18).toString('base64')}`;
  private readonly options: StackOptions;
  private readonly removeLab: () => Promise<void>;
  private server: DevServer | null = null;
  private connection: Connection | null = null;
  private readonly workers: ChildProcess[] = [];

  constructor(folder: string, lab: { lab: LabProcess; remove: () => Promise<void> }, options: StackOptions) {
    this.folder = folder;
    this.lab = lab.lab;
    this.removeLab = lab.remove;
    this.options = options;
  }

  get databaseFile(): string {
    return join(this.folder, 'temporal.db');
  }

  get logs(): string {
    return join(this.folder, 'logs');
  }

  /** The SSH key of worker and routers, PEM. */
  get privateKey(): string {
    return readFileSync(join(this.folder, 'secrets', 'id_rsa'), 'utf8');
  }

  /** The public half of the SSH key, as an OpenSSH line: for routers that a test declares. */
  get publicKey(): string {
    const key = ssh2.utils.parseKey(readFileSync(join(this.folder, 'secrets', 'id_rsa')));
    if (key instanceof Error) throw key;
    return `${key.type} ${key.getPublicSSH().toString('base64')} netops`;
  }

  get client(): Client {
    if (this.connection === null) throw new Error('The stack runs only within tests and their hooks.');
    return new Client({ connection: this.connection });
  }

  /** The environment of worker and command: nothing of the user's but the PATH. */
  get env(): Record<string, string> {
    const { PATH = '', NODE_V8_COVERAGE } = process.env;
    return {
      PATH,
      ...(NODE_V8_COVERAGE === undefined ? {} : { NODE_V8_COVERAGE }),
      HOME: join(this.folder, 'home'),
      NO_COLOR: '1',
      TEMPORAL_ADDRESS: this.server?.address ?? '',
      SITELINK_SSH_KEY: join(this.folder, 'secrets', 'id_rsa'),
      ...Object.fromEntries(KEY_NAMES.map((name) => [name, this.sharedKey])),
      ...this.lab.env,
      ...this.options.env,
    };
  }

  async start(): Promise<void> {
    for (const name of ['home', 'secrets', 'logs'])
      mkdirSync(join(this.folder, name), { recursive: true, mode: 0o700 });
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    });
    writeFileSync(join(this.folder, 'secrets', 'id_rsa'), privateKey, { mode: 0o600 });
    const [server] = await Promise.all([
      startDevServer({
        cli: await temporalCli(),
        port: 0,
        uiPort: null,
        dbFile: this.databaseFile,
        logFile: join(this.logs, 'temporal.log'),
      }),
      this.lab.start(),
    ]);
    this.server = server;
    this.connection = await Connection.connect({ address: server.address });
  }

  /** Starts a worker and waits until it polls. */
  async startWorker(env: Readonly<Record<string, string>> = {}): Promise<WorkerProcess> {
    const log = openSync(join(this.logs, `worker-${this.workers.length}.log`), 'a', 0o600);
    const child = spawn(process.execPath, ['--import', 'tsx', 'worker/main.ts'], {
      cwd: ROOT,
      env: { ...this.env, ...env },
      stdio: ['ignore', 'pipe', log],
    });
    closeSync(log);
    this.workers.push(child);
    const gone = once(child, 'exit').then(([code]) => {
      throw new Error(`The worker ended with ${String(code)} before it was ready: ${this.workerLog()}`);
    });
    gone.catch(() => undefined);
    await Promise.race([until(child, 'worker ready'), gone]);
    return {
      pid: child.pid ?? 0,
      kill9: () => end(child, 'SIGKILL'),
      stop: () => end(child, 'SIGTERM'),
    };
  }

  /** Ends all workers without warning. */
  async killWorkers(): Promise<void> {
    await Promise.all(this.workers.map((worker) => end(worker, 'SIGKILL')));
  }

  workerLog(): string {
    return this.workers.map((_, index) => read(join(this.logs, `worker-${index}.log`))).join('\n');
  }

  /** Runs a `sitelink` command with `--output json`, with all secrets that the examples name. */
  async sitelink(...args: readonly string[]): Promise<Answered> {
    const ended = await this.command(['client/bin.js', '--output', 'json', ...args]);
    return { ...ended, document: parsed(ended.stdout) };
  }

  /** Runs a program of the checkout under Node, 180 s at most. */
  async command(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...this.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 180_000,
    });
    const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stdout: stdout(), stderr: stderr() };
  }

  /** Writes a site file of this stack and returns its path. */
  write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** Ends everything; rejects if a workflow task of any run failed. */
  async remove(): Promise<void> {
    let failed: string[] = [];
    try {
      await Promise.all(this.workers.map((worker) => end(worker, 'SIGTERM')));
      failed = await this.failedTasks();
    } finally {
      await this.connection?.close();
      await this.server?.stop();
      await this.removeLab();
      await rm(this.folder, { recursive: true, force: true });
    }
    if (failed.length > 0) throw new Error(failed.join('\n'));
  }

  private async failedTasks(): Promise<string[]> {
    if (this.connection === null) return [];
    const ids: string[] = [];
    for await (const { workflowId } of this.client.workflow.list()) ids.push(workflowId);
    return await failedWorkflowTasks(this.client, ids, new Set());
  }
}

/** A stack for the tests of this `describe`, with one worker. */
export function withStack(options: StackOptions = {}): Stack {
  let stack: Stack | null = null;
  before('start Temporal, a lab and a worker', async function () {
    // Long enough for a first use on a machine, when the Temporal server has to be made.
    this.timeout(30 * 60_000);
    const folder = await mkdtemp(join(tmpdir(), 'sitelink-stack-'));
    stack = new Stack(folder, await newLab(options.lab), options);
    await stack.start();
    await stack.startWorker();
  });
  afterEach('show the log of the worker', function () {
    if (this.currentTest?.state === 'failed' && stack !== null)
      process.stderr.write(`${stack.workerLog().slice(-4000)}\n`);
  });
  after('end them', async function () {
    this.timeout(60_000);
    await stack?.remove();
  });
  return new Proxy({} as Stack, {
    get: (_, name) => {
      if (stack === null) throw new Error('The stack runs only within tests and their hooks.');
      const member: unknown = Reflect.get(stack, name, stack);
      return typeof member === 'function' ? member.bind(stack) : member;
    },
  });
}

/** The rows of an evidence document, by number. */
export function rowsOf(document: unknown): Map<Row, EvidenceItem> {
  const { items } = document as EvidenceDocument;
  return new Map(items.map((item) => [item.row, item]));
}

/** Numbers of the rows that do not hold. */
export function broken(document: unknown): Row[] {
  return (document as EvidenceDocument).items.filter((item) => !item.holds).map((item) => item.row);
}

/** Asks until the answer is not null; rejects after `seconds`. */
export async function eventually<T>(what: string, ask: () => Promise<T | null>, seconds = 60): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await sleep(100);
  }
}
