import { longDate } from '../dates.ts';
import { additions, configLines, contextualDiff, rollbackCommands } from '../configuration/diff.ts';
import { configureTerminal } from './basic.ts';
import type { ExecCommand, Printed, Shell } from './command.ts';
import { command } from './command.ts';
import type { Args } from '../grammar.ts';
import { fileName, missing, placeOf, readPlace } from '../files/disk.ts';
import { archiveNow, confirmChange, planRevert, revertNow } from '../rollback.ts';
import { archivePath } from '../configuration/rules/system.ts';
import { valueOf, ofKind } from '../configuration/node.ts';

/** `archive`, the revert timer, `configure replace`. */

const PRIVILEGED = 15;
const ARCHIVE_OFF = '%Turn config archive on before using Rollback Confirmed Change';
const NONE_PENDING = '%No Rollback Confirmed Change pending';

function revertTimer(idle: boolean): ExecCommand['run'] {
  return (shell, { minutes = '1' }) => {
    const { machine } = shell;
    if (machine.state.revert !== null) return '%A Rollback Confirmed Change is already pending';
    if (machine.lock !== null && machine.lock !== shell) return configureTerminal(shell);
    const file = archiveNow(machine);
    if (file === null) return ARCHIVE_OFF;
    shell.print(`Rollback Confirmed Change: Backing up current running config to ${file}\n`);
    planRevert(machine, { minutes: Number(minutes), idle, user: shell.user, file, line: shell.line });
    return configureTerminal(shell);
  };
}

function confirmNow({ machine, user }: Shell): Printed {
  return confirmChange(machine, user) ? null : NONE_PENDING;
}

function revert({ machine }: Shell): Printed {
  const pending = machine.state.revert;
  if (pending === null) return NONE_PENDING;
  revertNow(machine);
  return `Rollback Confirmed Change: rolling to: ${pending.file}\n\nTotal number of passes: 1\nRollback Done`;
}

function revertLater({ machine, user, line }: Shell, { minutes = '1' }: Args): Printed {
  const pending = machine.state.revert;
  if (pending === null) return NONE_PENDING;
  planRevert(machine, { ...pending, minutes: Number(minutes), user, line });
  return null;
}

function timer({ machine }: Shell): Printed {
  const pending = machine.state.revert;
  if (pending === null) return NONE_PENDING;
  const began = pending.at - pending.minutes * 60_000;
  return [
    `Time configured(or reconfigured): ${longDate(began)}`,
    `Timer type: ${pending.idle ? 'idle timer' : 'absolute timer'}`,
    `Timer value: ${pending.minutes} min`,
    `User: ${pending.user}`,
  ].join('\n');
}

function showArchive({ machine }: Shell): Printed {
  const path = archivePath(machine.config.root);
  if (path === null) return 'Archive feature not enabled';
  const section = ofKind(machine.config.root, 'archive')[0];
  const maximum = Number((section && valueOf(section, 'maximum', 'count')) ?? 10);
  const { archived, archiveCount } = machine.state;
  const kept = archived.slice(-maximum);
  const rows = Array.from({ length: maximum }, (_, index) => {
    const name = kept[index] ?? '';
    return `  ${index + 1}`.padEnd(11) + name + (name !== '' && index === kept.length - 1 ? ' <- Most Recent' : '');
  });
  return [
    `The maximum archive configurations allowed is ${maximum}.`,
    `There are currently ${kept.length} archive configurations saved.`,
    `The next archive file will be named ${fileName(path)}-<timestamp>-${archiveCount}`,
    ' Archive #  Name',
    ...rows,
  ].join('\n');
}

const SURE = `This will apply all necessary additions and deletions
to replace the current running configuration with the
contents of the specified configuration file, which is
assumed to be a complete configuration, not a partial
configuration. Enter Y if you are sure you want to proceed. ? [no]: `;

/** `revert trigger … timer` and `time`: what is not confirmed rolls back, as after `configure terminal revert`. */
function guardReplace({ machine, user, line }: Shell, minutes: string | undefined): string | null {
  if (minutes === undefined) return null;
  if (machine.state.revert !== null) return '%A Rollback Confirmed Change is already pending';
  const file = archiveNow(machine);
  if (file === null) return ARCHIVE_OFF;
  planRevert(machine, { minutes: Number(minutes), idle: false, user, file, line });
  return null;
}

async function replace(shell: Shell, { file = '', force, list, minutes }: Args): Promise<Printed> {
  const { machine } = shell;
  const place = placeOf(file);
  const text = readPlace(machine, place);
  if (text === null) return missing(place);
  if (!/^end\s*$/m.test(text) || configLines(text).length === 0)
    return `The input file is not a valid config file.\n\nAborting Rollback.`;
  if (force === undefined) {
    const answer = await shell.ask(SURE);
    if (answer === null || !/^y/i.test(answer.trim())) return null;
  }
  const refused = guardReplace(shell, minutes);
  if (refused !== null) return refused;
  const before = machine.runningConfig();
  const unknown = machine.replaceConfig(text, shell.user);
  const commands = rollbackCommands(before, machine.runningConfig());
  const shown = list === undefined ? '' : `!List of Rollback Commands:\n${[...commands, 'end'].join('\n')}\n\n`;
  if (unknown.length > 0)
    return `${shown}% Some lines were not understood: ${unknown.join('; ')}\n\nTotal number of passes: 1\nRollback failed`;
  return `${shown}\nTotal number of passes: ${commands.length === 0 ? 0 : 1}\nRollback Done\n`;
}

/** With one file: what the running configuration has more and less than it. */
function archiveDifferences(
  { machine }: Shell,
  { first = 'startup-config', second = 'running-config' }: Args,
): Printed {
  const [older, newer] = [placeOf(first), placeOf(second)];
  const [before, after] = [readPlace(machine, older), readPlace(machine, newer)];
  if (before === null || after === null) return missing(before === null ? older : newer);
  return contextualDiff(before, after);
}

/** The lines of a file that the running configuration does not have. */
function archiveIncrements({ machine }: Shell, { file = '' }: Args): Printed {
  const place = placeOf(file);
  const text = readPlace(machine, place);
  if (text === null) return missing(place);
  const lines = additions(machine.runningConfig(), text);
  return ['!List of Commands:', ...lines, 'end', ...(lines.length === 0 ? ['!No changes were found'] : [])].join('\n');
}

export const ROLLBACK_COMMANDS: readonly ExecCommand[] = [
  command('configure terminal revert timer {minutes:1-120}', revertTimer(false), PRIVILEGED),
  command('configure terminal revert timer idle {minutes:1-120}', revertTimer(true), PRIVILEGED),
  command('configure confirm', confirmNow, PRIVILEGED),
  command('configure revert now', revert, PRIVILEGED),
  command('configure revert timer {minutes:1-120}', revertLater, PRIVILEGED),
  command(
    'configure replace {file:word} [ ( {list=list} | {force=force} | nolock | ignorecase )+ ] [ revert trigger [ error ] [ timer {minutes:1-120} ] | time {minutes:1-120} ]',
    replace,
    PRIVILEGED,
  ),
  command('show archive config differences [ {first:word} ] [ {second:word} ]', archiveDifferences, PRIVILEGED),
  command('show archive config incremental-diffs {file:word} [ ignorecase ]', archiveIncrements, PRIVILEGED),
  command('show archive', showArchive, PRIVILEGED),
  command('show archive config rollback timer', timer, PRIVILEGED),
  command(
    'archive config',
    ({ machine }) => (archiveNow(machine) === null ? 'Archive feature not enabled' : null),
    PRIVILEGED,
  ),
];
