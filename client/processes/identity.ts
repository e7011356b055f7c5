/** Which process is meant: its id and when it began, because the system uses ids again. */
import { readFile } from 'node:fs/promises';
import { execa } from 'execa';

export interface ProcessIdentity {
  readonly pid: number;
  /** In the system's own words; only ever compared. */
  readonly began: string;
}

/** The process with this id; null if there is none (a zombie is none). */
export async function identify(pid: number): Promise<ProcessIdentity | null> {
  const began = process.platform === 'linux' ? await beganOnLinux(pid) : await beganByPs(pid);
  return began === null ? null : { pid, began };
}

/** True if the process that was recorded is running still. */
export async function isRunning(recorded: ProcessIdentity): Promise<boolean> {
  const now = await identify(recorded.pid);
  return now !== null && now.began === recorded.began;
}

async function beganOnLinux(pid: number): Promise<string | null> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name in brackets and may hold blanks; state is the third field, start time the 22nd.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

async function beganByPs(pid: number): Promise<string | null> {
  const { stdout, failed } = await execa('ps', ['-o', 'lstart=', '-p', String(pid)], { reject: false });
  return failed || stdout.trim() === '' ? null : stdout.trim();
}
