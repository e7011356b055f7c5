/** The demo's own folder, and how other commands recognise a demo that is alive. */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { readIfThere, readVariables, writePrivately, type Variables } from '../shell-env.ts';
import { isRunning, type ProcessIdentity } from './identity.ts';

/** Where Sitelink keeps state: `$SITELINK_STATE`, `$XDG_STATE_HOME/sitelink`, or `~/.local/state/sitelink`. */
export function stateFolder(env: NodeJS.ProcessEnv): string {
  const own = env['SITELINK_STATE'] ?? '';
  if (own !== '') return own;
  const xdg = env['XDG_STATE_HOME'] ?? '';
  // The XDG specification asks to ignore relative paths.
  return join(isAbsolute(xdg) ? xdg : join(homedir(), '.local', 'state'), 'sitelink');
}

export interface DemoFiles {
  readonly folder: string;
  readonly database: string;
  readonly lab: string;
  readonly secrets: string;
  readonly sshKey: string;
  readonly sharedKey: string;
  readonly env: string;
  readonly logs: string;
  readonly pids: string;
}

export function demoFiles(env: NodeJS.ProcessEnv): DemoFiles {
  const folder = join(stateFolder(env), 'demo');
  const secrets = join(folder, 'secrets');
  return {
    folder,
    database: join(folder, 'temporal.db'),
    lab: join(folder, 'lab'),
    secrets,
    sshKey: join(secrets, 'id_rsa'),
    sharedKey: join(secrets, 'shared-key'),
    env: join(folder, 'env'),
    logs: join(folder, 'logs'),
    pids: join(folder, 'pids.json'),
  };
}

/** What `pids.json` holds, by name: `demo`, `temporal`, `lab`, `worker`. */
export type Pids = Readonly<Record<string, ProcessIdentity>>;

export async function readPids(files: DemoFiles): Promise<Pids> {
  const text = await readIfThere(files.pids);
  return text === null ? {} : (JSON.parse(text) as Pids);
}

export async function writePids(files: DemoFiles, pids: Pids): Promise<void> {
  await writePrivately(files.pids, `${JSON.stringify(pids, null, 2)}\n`);
}

/** What the lab writes of itself; empty until it has. */
export interface LabFacts {
  readonly control: string;
  readonly dataplane: string | null;
  readonly arm: string;
}

export async function readLabFacts(files: DemoFiles): Promise<Partial<LabFacts>> {
  return JSON.parse((await readIfThere(join(files.lab, 'lab.json'))) ?? '{}') as Partial<LabFacts>;
}

export interface LiveDemo {
  readonly files: DemoFiles;
  readonly variables: Variables;
}

/** The demo of this state folder, if its process is alive and has come as far as writing its variables. */
export async function findLiveDemo(env: NodeJS.ProcessEnv): Promise<LiveDemo | null> {
  const files = demoFiles(env);
  const { demo } = await readPids(files);
  if (demo === undefined || !(await isRunning(demo))) return null;
  const variables = await readVariables(files.env);
  return variables === null ? null : { files, variables };
}

/** The secrets of the scenario as the worker finds them; null where the demo has not made them yet. */
export async function secretVariables(files: DemoFiles): Promise<Variables | null> {
  const key = await readIfThere(files.sharedKey);
  return key === null ? null : { SITE01_SHARED_KEY: key.trimEnd() };
}
