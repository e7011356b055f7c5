/**
 * The revert timer of IOS: a change that the router takes back by itself unless it is confirmed. It guards the way in,
 * not the tunnel. It works where the configuration archive is on (ios.md, 1.9).
 */
import { DeviceRejected, Refused } from '../errors.ts';
import { findSection, node, parseConfiguration, sameLines, without } from './config-tree.ts';
import type { ConfigTree } from './config-tree.ts';
import { iosXe } from './dialect.ts';
import type { PendingRollback, RouterState, Safeguards } from './plan/intent.ts';
import { rollbackPending } from './session.ts';
import type { Session } from './session.ts';
import { parseArchive } from './show/archive.ts';

export function archiveIsOn(running: ConfigTree): boolean {
  return findSection(running, 'archive')?.children.some(({ line }) => line.startsWith('path ')) === true;
}

/** The lines that turn the archive on; none where it is on, or is to stay as it is. */
export function archiveLines(running: ConfigTree, { archive }: Pick<Safeguards, 'archive'>): ConfigTree {
  if (archive !== 'turnOn' || archiveIsOn(running)) return [];
  return [node('archive', [`path ${diskOf(running)}sitelink-archive`])];
}

/** Before IOS-XE the disk had another name. */
function diskOf(running: ConfigTree): string {
  return running.some(({ line }) => /^version 1[25]\./.test(line)) ? 'flash:' : 'bootflash:';
}

/** What turns it off again. The section stays: others may have put lines of their own there. */
export function archiveInverse(lines: ConfigTree): string[] {
  return lines.map(({ line, children }) => [line, ...children.map((child) => ` no ${child.line}`)].join('\n'));
}

/** `show archive config rollback timer`. Null: nothing is pending. */
export function parsePending(text: string): PendingRollback | null {
  const user = /^\s*User:\s*(\S+)/m.exec(text)?.[1];
  const minutes = /^\s*Timer value:\s*(\d+)/m.exec(text)?.[1];
  if (user === undefined && minutes === undefined) return null;
  return { user: user ?? null, minutes: minutes === undefined ? null : Number(minutes) };
}

const leastMinutes = 5;
/** A slow router's line; a lost session is noticed long before. */
const secondsPerLine = 2;

/** Long enough for all lines, a second login and the reading back, so that it runs out only when nobody comes. */
export function minutesFor(commands: readonly string[]): number {
  const { connect, show } = iosXe.timeouts;
  return Math.max(leastMinutes, Math.ceil((commands.length * secondsPerLine + connect + show) / 60) + 1);
}

/** Keeps a pending change. False: nothing was pending any more. */
export async function confirm(session: Session): Promise<boolean> {
  const reply = await session.run('configure confirm');
  return !/%\s*No Rollback Confirmed Change pending/i.test(reply);
}

/** Puts back what was there when the timer began, at once. */
export async function revertNow(session: Session): Promise<void> {
  const reply = await session.run('configure revert now', { seconds: iosXe.timeouts.save });
  if (!/failed|error|not a valid config file|aborting/i.test(reply)) return;
  throw new DeviceRejected({
    host: session.host,
    line: 0,
    command: 'configure revert now',
    mode: 'exec',
    reply: session.mask(reply.trim()),
    next: 'Look at the running configuration on the router, and compare it with the newest file of `show archive`',
  });
}

/** What the router would go back to: the newest file of the archive, which the timer made when it began. */
async function readBackup(session: Session): Promise<ConfigTree | null> {
  const { mostRecent } = parseArchive(await session.run('show archive'));
  if (mostRecent === null) return null;
  const text = await session.run(`more ${mostRecent}`, { seconds: iosXe.timeouts.show });
  return /^end\s*$/m.test(text) ? parseConfiguration(text) : null;
}

/** Whether somebody else was at work too: lines differ that are in none of our sections. */
export function othersChanged(before: ConfigTree, running: ConfigTree, ours: ConfigTree): boolean {
  return !sameLines(without(before, ours), without(running, ours));
}

/** What is known of our lines while a change is pending. */
export interface OwnLines {
  /** Sections by their first lines. */
  readonly sections: ConfigTree;
  /** How many of our lines a configuration has. */
  readonly count: (running: ConfigTree) => number;
  /** All of them. */
  readonly whole: number;
}

/** Users of the other sessions, by `show users`: all lines with a user, except our own, which is marked `*`. */
function othersIn(users: string): string[] {
  return users
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('*'))
    .flatMap((line) => /^\s*\d+ (?:vty|con|aux|tty) +\d+(?:\/\d+)* +(\S+) /.exec(line)?.[1] ?? []);
}

/** Who changed the configuration last: `! Last configuration change at … by NAME`. */
function changedBy(text: string): string | null {
  return /^! Last configuration change at .* by (\S+)\s*$/m.exec(text)?.[1] ?? null;
}

/**
 * Whether our timer was left behind before its first line: its user is ours, nobody is logged in under that name any
 * more, and nothing was changed since, or by somebody with another name alone. Nobody works under its protection.
 */
async function isAbandoned(session: Session, state: Settling, before: ConfigTree): Promise<boolean> {
  const [users, header] = await session.show(['show users', 'show running-config | include ^! Last configuration']);
  if (typeof users !== 'string' || !users.includes('*')) return false;
  // `show users` cuts long names.
  if (othersIn(users).some((user) => user.startsWith(session.username) || session.username.startsWith(user)))
    return false;
  if (sameLines(before, state.running)) return true;
  const by = typeof header === 'string' ? changedBy(header) : null;
  return by !== null && by !== session.username;
}

type Settling = Pick<RouterState, 'pending' | 'running'>;

/**
 * A session of ours that was lost has left its timer running. What it left is kept if it is whole; else the router goes
 * back at once. Nobody else's work may be restored away: where somebody has changed something meanwhile, the change is
 * confirmed, and what is to go on or to be taken out is up to the caller. True when the configuration is another now.
 * @throws Busy when the pending change is not known to be ours.
 */
export async function settlePending(session: Session, state: Settling, own: OwnLines): Promise<boolean> {
  const { pending, running } = state;
  if (pending === null) return false;
  const before = pending.user === session.username ? await readBackup(session) : null;
  if (before === null) throw rollbackPending(session.host, pending.user);
  if (own.count(running) <= own.count(before)) {
    if (!(await isAbandoned(session, state, before))) throw rollbackPending(session.host, pending.user);
    await confirm(session);
    return false;
  }
  if (own.count(running) < own.whole && !othersChanged(before, running, own.sections)) {
    await revertNow(session);
    return true;
  }
  await confirm(session);
  return false;
}

const disks = ['bootflash:', 'flash:'];

async function reply(session: Session, command: string): Promise<string | null> {
  try {
    return await session.run(command, { seconds: iosXe.timeouts.save });
  } catch (error) {
    if (error instanceof DeviceRejected) return null;
    throw error;
  }
}

/** The name of the copy that an earlier attempt has made; null if there is none, or only a part of one. */
export async function existingCopy(session: Session, name: string): Promise<string | null> {
  for (const disk of disks) {
    const listed = await reply(session, `dir ${disk}${name}`);
    if (listed?.split('\n').some((line) => line.trim().endsWith(` ${name}`)) !== true) continue;
    if (/^end\s*$/m.test((await reply(session, `more ${disk}${name}`)) ?? '')) return `${disk}${name}`;
  }
  return null;
}

/**
 * Copies the running configuration to the router's flash, unless an earlier attempt has done so: that copy is the one
 * from before the first line. Returns its name.
 * @throws Refused where no copy can be made.
 */
export async function keepCopy(session: Session, name: string): Promise<string> {
  const existing = await existingCopy(session, name);
  if (existing !== null) return existing;
  const reasons: string[] = [];
  for (const disk of disks) {
    const copied = await reply(session, `copy running-config ${disk}${name}`);
    if (copied !== null && /\d+ bytes copied/.test(copied)) return `${disk}${name}`;
    reasons.push(`${disk} ${session.mask((copied ?? 'is not known').trim().split('\n').at(-1) ?? '')}`);
  }
  throw new Refused({
    what: `Router ${session.host} takes no copy of its running configuration (${reasons.join('; ')})`,
    next: 'Make room on its flash (`dir bootflash:`), then run this again',
  });
}
