/**
 * Sending a plan's lines under the router's own guard, reading them back over a second session, and going back when
 * something is wrong.
 */
import { AdapterError, Busy, DeviceRejected, Refused, Unreachable } from '../errors.ts';
import { linesToType, renderConfiguration, restrict, sameLines } from './config-tree.ts';
import type { ConfigTree } from './config-tree.ts';
import {
  archiveInverse,
  archiveIsOn,
  archiveLines,
  confirm,
  existingCopy,
  keepCopy,
  minutesFor,
  othersChanged,
  revertNow,
} from './guard.ts';
import { changePlan, compare, inverseLines, wayBack } from './plan/change.ts';
import type { AppliedLines, ChangePlan, Safeguards } from './plan/intent.ts';
import { withSession } from './router.ts';
import type { OpenSession, Session } from './session.ts';
import { readRunning } from './state.ts';

export interface Sending {
  readonly open: OpenSession;
  readonly session: Session;
  /** The running configuration from which the plan was made. */
  readonly before: ConfigTree;
  /** Terminal lines that were taken then; null if that could not be told. */
  readonly linesTaken: number | null;
  readonly plan: ChangePlan;
  readonly mask: (text: string) => string;
  readonly safeguards: Safeguards;
}

/**
 * Keeps a copy, sends what is missing, and reads everything back over a session of its own, which also shows that the
 * way in is open. What was just read needs no second reading when nothing was sent.
 */
export async function sendGuarded(sending: Sending): Promise<Omit<AppliedLines, 'tunnels'>> {
  const { session, plan, mask, safeguards } = sending;
  const nothing = plan.commands.length === 0;
  if (!nothing) requireFreeLine(sending);
  const name = safeguards.backup;
  const copy = nothing ? existingCopy : keepCopy;
  const backup = name === null ? null : await copy(session, name);
  const archive = nothing ? [] : archiveLines(sending.before, safeguards);
  const before = await turnOn(sending, archive);
  const minutes = nothing || !archiveIsOn(before) ? null : minutesFor(plan.commands);
  if (!nothing) await send({ ...sending, before }, minutes);
  const running = nothing ? before : await readBack({ ...sending, before }, minutes);
  const { present, missing } = compare(running, plan.intended);
  return {
    sent: [...linesToType(archive), ...plan.commands].map(mask),
    inverse: [...inverseLines(plan.backward), ...archiveInverse(archive)].map(mask),
    readBack: present,
    missing: missing.map(mask),
    revertMinutes: minutes,
    backup,
  };
}

/** Lines that a session can be held on: `line vty 0 4`, `line vty 5 15`; five where none is configured. */
function linesOf(running: ConfigTree): number {
  const ranges = running.flatMap(({ line }) => {
    const [, first, last] = /^line vty (\d+)(?: (\d+))?$/.exec(line) ?? [];
    return first === undefined ? [] : [Number(last ?? first) + 1];
  });
  return Math.max(...ranges, ranges.length === 0 ? 5 : 0);
}

/** The second login is what proves the way in: without a line for it nothing is begun. */
function requireFreeLine({ session, before, linesTaken }: Sending): void {
  const lines = linesOf(before);
  if (linesTaken === null || linesTaken < lines) return;
  throw new Busy({
    what: `Router ${session.host} has all its ${lines} terminal lines in use, and none for the second login that a change needs`,
    next: 'Log out of one of them (`show users`), or configure more (`line vty`)',
    retryAfterSeconds: 30,
  });
}

/** The archive has to be on before the timer can be asked for. Returns the configuration as it is then. */
async function turnOn({ session, before, mask }: Sending, archive: ConfigTree): Promise<ConfigTree> {
  if (archive.length === 0) return before;
  const { commands } = changePlan(before, archive);
  try {
    await session.configure(commands);
  } catch (error) {
    if (!(error instanceof DeviceRejected)) throw error;
    throw rejectedAgain(error, mask, 'Nothing else was sent');
  }
  return await readRunning(session);
}

/** The rejection again, with all secrets of this deed masked and with what became of the lines before it. */
function rejectedAgain(error: DeviceRejected, mask: (text: string) => string, undone: string): DeviceRejected {
  return new DeviceRejected({
    host: error.host,
    line: error.line,
    command: mask(error.command),
    mode: error.mode,
    reply: mask(error.reply),
    next: `${undone}. ${/authorization failed/i.test(error.reply) ? error.next : "Compare the line with the router's release, then run this again"}`,
  });
}

async function send(sending: Sending, minutes: number | null): Promise<void> {
  const { session, plan, mask } = sending;
  try {
    await session.configure(plan.commands, minutes === null ? {} : { revertMinutes: minutes });
  } catch (error) {
    if (error instanceof Refused) throw leftInMiddle(error, minutes);
    if (!(error instanceof DeviceRejected)) throw error;
    throw rejectedAgain(error, mask, await undo(sending, minutes));
  }
}

/** Another device's prompt in the middle: nothing more may be typed, so what is in effect already stays for now. */
function leftInMiddle(error: Refused, minutes: number | null): Refused {
  const stays =
    minutes === null
      ? 'Lines of this run are in effect: `resume` completes them, `down` takes them out'
      : `Lines of this run are in effect; the router takes them back by itself within ${minutes} minutes`;
  return new Refused({ what: error.shortMessage, next: `${error.next}. ${stays}` });
}

/** Takes back what this run put there; says how that went. */
async function undo(sending: Sending, minutes: number | null): Promise<string> {
  const { session, before, plan } = sending;
  const like = plan.intended;
  try {
    const lines = linesToType(wayBack(restrict(await readRunning(session), like), restrict(before, like)));
    if (lines.length > 0) await session.configure(lines);
    const left = lines.length > 0 && !sameLines(restrict(await readRunning(session), like), restrict(before, like));
    if (left)
      return await undoFailed(sending, minutes, 'the router took the lines, but what they remove is still there');
    if (minutes !== null) await confirm(session);
    return lines.length === 0 ? 'No line of this run is in effect' : 'What this run had sent before it is undone';
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    return await undoFailed(sending, minutes, error.shortMessage);
  }
}

async function undoFailed(sending: Sending, minutes: number | null, reason: string): Promise<string> {
  const why = `What this run had sent before it could not be undone (${sending.mask(reason)})`;
  return minutes === null ? why : await goBack(sending, why, minutes);
}

/** The router's own way back, unless it would also take away what somebody else has changed meanwhile. */
async function goBack({ session, before, plan }: Sending, why: string, minutes: number): Promise<string> {
  try {
    const running = await readRunning(session);
    if (sameLines(running, before)) return 'What this run had sent before it is undone';
    if (othersChanged(before, running, plan.intended)) {
      await confirm(session);
      return `${why}, and the router's timer was stopped, because somebody else has changed the configuration meanwhile`;
    }
    await revertNow(session);
    return 'The router went back to the configuration from before this run';
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    return `${why}; the router takes it back by itself within ${minutes} minutes`;
  }
}

/** The running configuration over a second session, which also confirms the change. */
async function readBack(sending: Sending, minutes: number | null): Promise<ConfigTree> {
  const { session, plan } = sending;
  const { running, kept } = await secondLogin(sending, minutes, async (second) => {
    const seen = await readRunning(second);
    return { running: seen, kept: minutes === null || (await confirm(second)) };
  });
  if (kept) return running;
  // The timer was over, or somebody has confirmed the change: what is there now tells which.
  const now = await readRunning(session);
  if (compare(now, plan.intended).missing.length === 0) return now;
  const undone = await undo(sending, null);
  throw new Busy({
    what: `Router ${session.host} had taken the change back before it was confirmed`,
    next: `${undone}. Run this again`,
    retryAfterSeconds: 5,
  });
}

async function secondLogin<T>(
  sending: Sending,
  minutes: number | null,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  try {
    return await withSession(sending.open, work);
  } catch (first) {
    if (!(first instanceof Unreachable)) throw await shutOut(sending, minutes, first);
    // One that was lost by chance says nothing of the way in.
    return await withSession(sending.open, work).catch(async (error: unknown) => {
      throw await shutOut(sending, minutes, error);
    });
  }
}

/** Who cannot log in any more has cut the branch that he sits on: the lines go, and the error says so. */
async function shutOut(sending: Sending, minutes: number | null, error: unknown): Promise<unknown> {
  if (!(error instanceof Refused || error instanceof Unreachable)) return error;
  const { host } = sending.session;
  const what = `With the new lines router ${host} lets no second session in: ${error.shortMessage}`;
  const next = `${await undo(sending, minutes)}. Check that the way to the router does not lead through the tunnel`;
  return error instanceof Refused ? new Refused({ what, next }) : new Unreachable({ host, what, next });
}

/** @throws Refused for a line that is not among the approved ones: the router has changed since they were shown. */
export function requireApproval(
  sending: Pick<Sending, 'session' | 'before' | 'plan' | 'mask' | 'safeguards'>,
  approved: readonly string[],
): void {
  const { session, before, plan, mask, safeguards } = sending;
  if (plan.commands.length === 0) return;
  const lines = renderConfiguration([...archiveLines(before, safeguards), ...plan.forward]).map(mask);
  const unseen = lines.filter((line) => !approved.includes(line));
  if (unseen.length === 0) return;
  throw new Refused({
    what: `Router ${session.host} has changed since its lines were approved: ${unseen.map((line) => `\`${line.trim()}\``).join(', ')} would be sent too`,
    next: 'Run this again to see and approve the lines as they are now',
  });
}
