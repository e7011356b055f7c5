import { fileDate } from './dates.ts';
import { fileName } from './files/disk.ts';
import type { Machine } from './machine.ts';
import { archivePath } from './configuration/rules/system.ts';
import { fullConfig } from './show/config.ts';
import type { PendingRevert } from './stored-state.ts';

/** The archive of configurations, and changes that take themselves back unless they are confirmed. */

const MINUTE_MS = 60_000;

/** Keeps a copy of the running configuration; its name, or null while the archive is off. */
export function archiveNow(machine: Machine): string | null {
  const path = archivePath(machine.config.root);
  if (path === null) return null;
  const { state } = machine;
  const name = fileName(`${path.replace('$h', machine.hostname)}-${fileDate(machine.now())}-${state.archiveCount}`);
  state.archiveCount += 1;
  state.files[name] = { text: fullConfig(machine), at: machine.now() };
  state.archived = [...state.archived, name].slice(-10);
  machine.changed();
  return name;
}

/** Begins a change that rolls back after `minutes`; with `idle`, minutes without a line typed are what counts. */
export function planRevert(
  machine: Machine,
  plan: Pick<PendingRevert, 'minutes' | 'idle' | 'user' | 'file' | 'line'>,
): void {
  machine.state.revert = { ...plan, at: machine.now() + plan.minutes * MINUTE_MS };
  machine.log(`%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_BACKUP: Backing up current running config to ${plan.file}`);
  machine.log(
    `%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_START_ABSTIMER: User: ${plan.user}: Scheduled to rollback to config ${plan.file} in ${plan.minutes} minutes`,
  );
  watchRevert(machine);
  machine.changed();
}

/** Sets the timers of the pending change; also after the lab's process has started anew. */
export function watchRevert(machine: Machine): void {
  const pending = machine.state.revert;
  if (pending === null) return;
  const warnAt = pending.at - MINUTE_MS;
  if (warnAt >= machine.now()) machine.clock.schedule(warnAt, () => warn(machine, pending));
  machine.clock.schedule(pending.at, () => {
    if (machine.state.revert === pending) revertNow(machine);
  });
}

/** Moves an idle timer on: its session has typed a line. */
export function touchRevert(machine: Machine, line: number): void {
  const pending = machine.state.revert;
  if (pending === null || !pending.idle || pending.line !== line) return;
  machine.state.revert = { ...pending, at: machine.now() + pending.minutes * MINUTE_MS };
  watchRevert(machine);
}

/** The text comes without regard to what the session is showing: on the line of its prompt. */
function warn(machine: Machine, pending: PendingRevert): void {
  if (machine.state.revert !== pending) return;
  const text =
    'Rollback Confirmed Change: Rollback will begin in one minute.\nEnter "configure confirm" if you wish to keep what you\'ve configured\n';
  for (const seat of machine.seats) if (seat.line === pending.line) seat.interject(text);
  machine.log(
    `%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_WARNING_ABSTIMER: System will rollback to config ${pending.file} in one minute. Enter "configure confirm" if you wish to keep what you've configured`,
  );
}

/** Puts the configuration from before the change back. */
export function revertNow(machine: Machine): void {
  const pending = machine.state.revert;
  if (pending === null) return;
  machine.state.revert = null;
  machine.log(`%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_ROLLBACK_START: Start rolling to: ${pending.file}`);
  const text = machine.state.files[pending.file]?.text;
  if (text !== undefined) machine.replaceConfig(text, pending.user);
}

export function confirmChange(machine: Machine, user: string): boolean {
  if (machine.state.revert === null) return false;
  machine.state.revert = null;
  machine.log(`%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_CONFIRM: User: ${user}: Confirm the configuration change`);
  machine.changed();
  return true;
}
