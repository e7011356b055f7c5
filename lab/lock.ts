/** One lab per state folder: the operation URLs, ports and files in it belong to one process at a time. */
import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere } from './state-dir.ts';

/** Another lab runs on this folder; the message is the one line to print. */
class StateInUse extends Error {}

/**
 * Takes the lock of a state folder, also from a lab that was killed; returns how to give it back.
 * @throws StateInUse
 */
export function lockState(stateDir: string): () => void {
  const path = join(stateDir, 'lock');
  const mine = `${process.pid} ${startOf(process.pid) ?? '-'} ${randomBytes(8).toString('hex')}\n`;
  const made = `${path}.${process.pid}`;
  writeFileSync(made, mine, { mode: 0o600 });
  try {
    while (!claimed(made, path)) evict(path, stateDir);
  } finally {
    rmSync(made, { force: true });
  }
  return () => {
    if (readIfThere(path) === mine) rmSync(path, { force: true });
  };
}

/** A link comes into being with its content, or not at all. */
function claimed(made: string, path: string): boolean {
  try {
    linkSync(made, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function evict(path: string, stateDir: string): void {
  const holder = readIfThere(path);
  if (holder === null) return;
  const [pid = '', start = '-'] = holder.split(' ');
  if (lives(Number(pid), start)) throw inUse(stateDir, pid);
  const away = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, away);
  } catch (error) {
    // Someone else took the dead lab's lock away first.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const taken = readIfThere(away);
  if (taken !== holder) linkSync(away, path);
  rmSync(away, { force: true });
  if (taken !== holder) throw inUse(stateDir, taken?.split(' ')[0] ?? '?');
}

const inUse = (stateDir: string, pid: string): StateInUse =>
  new StateInUse(
    `Another lab (process ${pid}) runs on ${stateDir}; end it, or give this one another folder with --state.`,
  );

/** Whether the process that wrote the lock is the one that has its number now. */
function lives(pid: number, start: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = startOf(pid);
  return now === null || start === '-' || now === start;
}

/** When a process began, in Linux's own ticks; null where that cannot be read. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold blanks; what follows it begins with field 3, and the start is field 22.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
