import { directoryDate } from '../dates.ts';
import type { ExecCommand, Printed, Shell } from './command.ts';
import { command } from './command.ts';
import type { Args } from '../grammar.ts';
import { fileName } from '../rollback.ts';
import { fullConfig } from '../show/config.ts';

/** The files on `bootflash:`: copies of configurations. */

const PRIVILEGED = 15;
const DISK_BYTES = 6_286_540_800;

function missing(name: string): string {
  return `%Error opening ${name} (No such file or directory)`;
}

function dir({ machine }: Shell): Printed {
  const files = Object.entries(machine.state.files);
  const used = files.reduce((sum, [, { text }]) => sum + text.length, 0);
  const rows = files.map(
    ([name, { text, at }], index) =>
      `${String(11 + index).padStart(5)}  -rw-${String(text.length).padStart(17)}  ${directoryDate(at)}  ${name.replace('bootflash:', '')}`,
  );
  return [
    'Directory of bootflash:/',
    '',
    ...rows,
    '',
    `${DISK_BYTES} bytes total (${DISK_BYTES - used} bytes free)`,
  ].join('\n');
}

function more({ machine }: Shell, { file = '' }: Args): Printed {
  const name = fileName(file);
  return machine.state.files[name]?.text ?? missing(name);
}

async function remove(shell: Shell, { file = '' }: Args): Promise<Printed> {
  const { machine } = shell;
  const name = fileName(file);
  if (machine.state.files[name] === undefined) return missing(name);
  const shown = await shell.ask(`Delete filename [${name.replace('bootflash:', '')}]? `);
  if (shown === null || !(await shell.confirm(`Delete ${name}? [confirm]`))) return null;
  const { [name]: gone, ...rest } = machine.state.files;
  machine.state.files = rest;
  machine.state.archived = machine.state.archived.filter((one) => one !== name);
  machine.changed();
  return gone === undefined ? missing(name) : null;
}

async function copyOut(shell: Shell, { file = '' }: Args): Promise<Printed> {
  const { machine } = shell;
  const usual = fileName(file).replace('bootflash:', '') || `${machine.hostname}-confg`;
  const typed = await shell.ask(`Destination filename [${usual}]? `);
  if (typed === null) return null;
  const name = fileName(`bootflash:${typed.trim() || usual}`);
  const text = fullConfig(machine);
  machine.state.files[name] = { text, at: machine.now() };
  machine.changed();
  return `${text.length} bytes copied in 0.086 secs (${Math.round(text.length / 0.086)} bytes/sec)`;
}

async function copyIn(shell: Shell, { file = '' }: Args): Promise<Printed> {
  const { machine } = shell;
  const name = fileName(file);
  const text = machine.state.files[name]?.text;
  if (text === undefined) return missing(name);
  const typed = await shell.ask('Destination filename [running-config]? ');
  if (typed === null) return null;
  machine.mergeConfig(text, shell.user);
  return `${text.length} bytes copied in 0.120 secs (${Math.round(text.length / 0.12)} bytes/sec)`;
}

export const FILE_COMMANDS: readonly ExecCommand[] = [
  command('dir [ {file:flash} ]', dir, PRIVILEGED),
  command('more {file:flash}', more, PRIVILEGED),
  command('delete {file:flash}', remove, PRIVILEGED),
  command('copy running-config {file:flash}', copyOut, PRIVILEGED),
  command('copy {file:flash} running-config', copyIn, PRIVILEGED),
];
