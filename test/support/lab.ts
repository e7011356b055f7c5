/**
 * The lab in tests: its real process in a temporary folder, with free ports, at 1000 times Azure's speed.
 *
 *     const lab = withLab();
 *     it('does so', async () => {
 *       spawn(…, { env: { ...process.env, ...lab.env } });
 *       const { resources } = await lab.control.inventory();
 *     });
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { LabControl } from './lab-control.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface LabTestOptions {
  /** Default 1000. */
  readonly speed?: number;
  /** Declared devices, as `--devices` has them in its file. */
  readonly devices?: readonly object[];
  /** Faults, as `--faults` has them in its file. */
  readonly faults?: readonly object[];
  /** More arguments of `sitelink lab`. */
  readonly args?: readonly string[];
  readonly port?: number;
}

/** A lab process that runs. */
export class LabProcess {
  /** The state folder. */
  readonly dir: string;
  private readonly args: readonly string[];
  private child: ChildProcess | null = null;
  /** What `DIR/env` sets; filled once it has started. */
  env: Record<string, string> = {};
  private where: LabControl | null = null;
  private said: string[] = [];
  private ended: number | null = null;

  constructor(dir: string, args: readonly string[]) {
    this.dir = dir;
    this.args = args;
  }

  get control(): LabControl {
    if (this.where === null) throw new Error('The lab has not started yet.');
    return this.where;
  }

  /** Of the process that ended last; null while one runs, or after a signal. */
  get exitCode(): number | null {
    return this.ended;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** What it printed since it was started last, both streams. */
  get output(): readonly string[] {
    return this.said;
  }

  /** Starts the process and waits for `lab ready`. */
  async start(seconds = 30): Promise<void> {
    this.said = [];
    this.ended = null;
    const child = spawn(process.execPath, ['lab/bin.js', '--state', this.dir, ...this.args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    const ready = new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr])
        createInterface(stream).on('line', (line) => {
          this.said.push(line);
          if (line === 'lab ready') resolve();
        });
      child.once('close', (code, signal) => {
        this.ended = code;
        reject(new Error(`The lab ended with ${code ?? signal}: ${this.said.join('\n')}`));
      });
      child.once('error', reject);
    });
    const late = AbortSignal.timeout(seconds * 1000);
    const giveUp = once(late, 'abort').then(() => {
      throw new Error(`The lab was not ready within ${seconds} s: ${this.said.join('\n')}`);
    });
    giveUp.catch(() => undefined);
    try {
      await Promise.race([ready, giveUp]);
    } catch (error) {
      await this.end('SIGKILL');
      throw error;
    }
    this.env = variablesIn(await readFile(join(this.dir, 'env'), 'utf8'));
    const { control } = JSON.parse(await readFile(join(this.dir, 'lab.json'), 'utf8')) as { control: string };
    this.where = new LabControl(control);
  }

  /** Ends it in order and starts it anew on the same folder. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Ends it without warning. */
  async kill9(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Ends it in order; rejects if it does not end with 0. */
  async stop(): Promise<void> {
    const code = await this.end('SIGTERM');
    if (code !== null && code !== 0) throw new Error(`The lab ended with ${code}: ${this.said.join('\n')}`);
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.child;
    this.child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return null;
    const gone = once(child, 'close');
    child.kill(signal);
    const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(force);
    return child.exitCode ?? (child.signalCode === signal && signal === 'SIGKILL' ? null : 1);
  }
}

function variablesIn(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name = '', value = '']) => [
    name,
    value.replaceAll(`'\\''`, `'`),
  ]);
  return Object.fromEntries(pairs) as Record<string, string>;
}

/** A lab of one's own, in a folder of its own; `remove` ends it and deletes the folder. */
export async function newLab(options: LabTestOptions = {}): Promise<{ lab: LabProcess; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'sitelink-lab-'));
  const args = ['--port', String(options.port ?? 0), '--speed', String(options.speed ?? 1000)];
  for (const [name, document] of [
    ['devices', options.devices],
    ['faults', options.faults],
  ] as const) {
    if (document === undefined) continue;
    const file = join(folder, `${name}.json`);
    await writeFile(file, JSON.stringify(document));
    args.push(`--${name}`, file);
  }
  const lab = new LabProcess(join(folder, 'state'), [...args, ...(options.args ?? [])]);
  const remove = async (): Promise<void> => {
    try {
      await lab.stop();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  return { lab, remove };
}

/** One lab for the tests of this `describe`. */
export function withLab(options: LabTestOptions = {}): LabProcess {
  let fixture: Awaited<ReturnType<typeof newLab>> | null = null;
  before('start a lab', async () => {
    fixture = await newLab(options);
    await fixture.lab.start();
  });
  after('end the lab', async () => {
    await fixture?.remove();
  });
  return proxyOf(() => {
    if (fixture === null) throw new Error('The lab runs only within tests and their hooks.');
    return fixture.lab;
  });
}

/** The object exists when the tests are defined, the lab when they run. */
function proxyOf(lab: () => LabProcess): LabProcess {
  return new Proxy({} as LabProcess, {
    get: (_, name) => {
      const target = lab();
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
