import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { lock } from 'proper-lockfile';

/** Takes one line of text for people. */
export type Say = (line: string) => void;

/** Lines for people go to stderr: stdout belongs to documents. */
export const sayOnStderr: Say = (line) => void process.stderr.write(`${line}\n`);

/** Something that takes long to make and is kept in a folder of the cache. */
export interface CacheEntry {
  /** The folder's name in the cache; names the version too, so that a new version is another entry. */
  readonly name: string;
  /** Rejects with the reason if the folder's content cannot be used. Called before every use. */
  check(folder: string): Promise<void>;
  /** Fills an empty folder. Only one process at a time does so for one entry. */
  fill(folder: string): Promise<void>;
  /**
   * `rename` (default): filled beside its place and renamed into it. `mark`: filled where it will stay and marked when
   * complete, for content that holds its own path, such as a Python virtual environment.
   */
  readonly place?: 'rename' | 'mark';
}

export interface CacheOptions {
  /** The cache's folder; default `cacheFolder()`. */
  readonly cache?: string;
  readonly say?: Say;
  /** How old a lock without a sign of life may become before it counts as left behind by a dead process. */
  readonly staleLockMs?: number;
  /** How long to wait for a live process that fills the entry; default an hour, longer than any of our fillers may take. */
  readonly waitSeconds?: number;
}

const COMPLETE = '.complete';

/** Where Sitelink keeps what it downloads or builds: `$XDG_CACHE_HOME/sitelink`, or `~/.cache/sitelink`. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const xdg = env['XDG_CACHE_HOME'];
  // The XDG specification asks to ignore relative paths.
  return join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 'sitelink');
}

/**
 * The folder of an entry, filled if need be. A copy that fails its check is remade. Two processes that want the same
 * entry at once both get it: one fills, the other waits. Rejects with what `fill` rejects with.
 */
export async function cached(entry: CacheEntry, options: CacheOptions = {}): Promise<string> {
  const cache = options.cache ?? cacheFolder();
  const folder = join(cache, entry.name);
  if ((await whyNot(entry, folder)) === null) return folder;
  await mkdir(cache, { recursive: true, mode: 0o700 });
  const release = await lockEntry(folder, entry.name, options);
  try {
    const problem = await whyNot(entry, folder);
    if (problem === null) return folder;
    if (problem !== NOT_THERE) (options.say ?? sayOnStderr)(`The cached copy in ${folder} is remade: ${problem}`);
    await refill(entry, cache, folder);
    return folder;
  } finally {
    // A lock that was lost meanwhile cannot be released; what was filled is there all the same.
    await release().catch(() => undefined);
  }
}

const NOT_THERE = 'not there';

/** Why an entry cannot be used as it stands in the cache: a reason for people, or null if it can. */
export async function whyNot(entry: CacheEntry, folder: string): Promise<string | null> {
  const proof = entry.place === 'mark' ? join(folder, COMPLETE) : folder;
  if (!(await exists(folder))) return NOT_THERE;
  if (!(await exists(proof))) return 'it was not completed';
  return entry.check(folder).then(
    () => null,
    (error: unknown) => firstLine(error),
  );
}

async function refill(entry: CacheEntry, cache: string, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  if (entry.place === 'mark') {
    await mkdir(folder, { recursive: true });
    await entry.fill(folder);
    await entry.check(folder);
    await writeFile(join(folder, COMPLETE), '');
    return;
  }
  const prefix = `.filling-${entry.name}-`;
  await removeLeftovers(cache, prefix);
  const fresh = join(cache, `${prefix}${randomBytes(4).toString('hex')}`);
  await mkdir(fresh);
  try {
    await entry.fill(fresh);
    await entry.check(fresh);
    await rename(fresh, folder);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Half-filled folders of processes that died; nobody else fills this entry while we hold its lock. */
async function removeLeftovers(cache: string, prefix: string): Promise<void> {
  const names = (await readdir(cache)).filter((name) => name.startsWith(prefix));
  await Promise.all(names.map((name) => rm(join(cache, name), { recursive: true, force: true })));
}

async function lockEntry(folder: string, name: string, options: CacheOptions): Promise<() => Promise<void>> {
  const say = options.say ?? sayOnStderr;
  const stale = options.staleLockMs ?? 30_000;
  const attempt = (seconds: number) =>
    lock(folder, {
      realpath: false,
      stale,
      retries: { retries: seconds * 2, factor: 1, minTimeout: 500, maxTimeout: 500 },
      // Without this, a lock lost while the machine slept would end the process. The rename keeps both fillers right.
      onCompromised: (error) => say(`The lock on ${name} was lost (${error.message}); going on.`),
    });
  try {
    return await attempt(0);
  } catch (error) {
    if (codeOf(error) !== 'ELOCKED') throw error;
  }
  const wait = options.waitSeconds ?? 3600;
  const time = wait < 120 ? `${wait} s` : `${Math.round(wait / 60)} minutes`;
  say(`Another process is filling ${folder}; waiting for it (up to ${time}).`);
  try {
    return await attempt(wait);
  } catch (error) {
    if (codeOf(error) !== 'ELOCKED') throw error;
    throw new Error(`Another process is still filling ${folder} after ${time}; try again when it has ended`, {
      cause: error,
    });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** The first line of an error's message: enough for a list of what was tried. */
export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0] ?? message;
}
