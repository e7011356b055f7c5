/** The files on `bootflash:`: what lists, shows, checks and removes them. */
import { createHash } from 'node:crypto';
import { valueOf } from '../configuration/node.ts';
import { directoryDate } from '../dates.ts';
import { DISK_BYTES, entriesOf, missing, placeOf, readPlace, removeFile, writeFile } from '../files/disk.ts';
import type { Entry } from '../files/disk.ts';
import type { Args } from '../grammar.ts';
import type { Machine } from '../machine.ts';
import type { ExecCommand, Printed, Shell } from './command.ts';
import { command } from './command.ts';

const PRIVILEGED = 15;
/** The inode of the first entry. */
const FIRST = 11;

function row({ name, rights, bytes, at }: Entry, index: number): string {
  return `${String(FIRST + index).padEnd(7)} ${rights}  ${String(bytes).padStart(15)}  ${directoryDate(at)}  ${name}`;
}

function spaceLine(entries: readonly Entry[]): string {
  const used = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  return `${DISK_BYTES} bytes total (${DISK_BYTES - used} bytes free)`;
}

function dir({ machine }: Shell, { file = 'bootflash:' }: Args): Printed {
  const all = entriesOf(machine);
  if (/^nvram:/i.test(file)) return dirNvram(machine);
  const place = placeOf(file);
  if (place.kind !== 'disk' || !place.key.startsWith('bootflash:'))
    return `%Error opening ${place.shown} (No such device)`;
  const rows = all.map((entry, index) => ({ entry, text: row(entry, index) }));
  const wanted = rows.filter(({ entry }) => place.path === '' || matches(entry.name, place.path));
  if (wanted.length === 0) return missing(place);
  return [`Directory of ${place.shown}`, '', ...wanted.map(({ text }) => text), '', spaceLine(all)].join('\n');
}

/** A name, or a pattern with `*`. */
function matches(name: string, pattern: string): boolean {
  const source = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*');
  return new RegExp(`^${source}$`).test(name);
}

const NVRAM_BYTES = 33_554_432;

function dirNvram(machine: Machine): string {
  const bytes = machine.state.startup?.length ?? 0;
  return [
    'Directory of nvram:/',
    '',
    `32769  -rw-            ${String(bytes).padStart(8)}                    <no date>  startup-config`,
    '32770  ----                   0                    <no date>  private-config',
    '',
    `${NVRAM_BYTES} bytes total (${NVRAM_BYTES - bytes} bytes free)`,
  ].join('\n');
}

function showFlash({ machine }: Shell): Printed {
  const all = entriesOf(machine);
  const rows = all.map(
    ({ name, bytes, at }, index) =>
      `${String(index + 1).padEnd(4)} ${String(bytes).padStart(10)} ${directoryDate(at)} /bootflash/${name}`,
  );
  const used = all.reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    '-#- --length-- ---------date/time--------- path',
    ...rows,
    '',
    `${DISK_BYTES - used} bytes available (${used} bytes used)`,
  ].join('\n');
}

function fileSystems({ machine }: Shell): Printed {
  const used = entriesOf(machine).reduce((sum, { bytes }) => sum + bytes, 0);
  const line = (size: string, free: string, type: string, flags: string, prefix: string): string =>
    `${size.padStart(15)} ${free.padStart(15)} ${type.padStart(9)} ${flags.padStart(6)}   ${prefix}`;
  return [
    'File Systems:',
    '',
    line('Size(b)', 'Free(b)', 'Type', 'Flags', 'Prefixes'),
    line('-', '-', 'opaque', 'rw', 'system:'),
    line('-', '-', 'opaque', 'rw', 'tmpsys:'),
    `*${line(String(DISK_BYTES), String(DISK_BYTES - used), 'disk', 'rw', 'bootflash: flash:').slice(1)}`,
    line(String(NVRAM_BYTES), String(NVRAM_BYTES - (machine.state.startup?.length ?? 0)), 'nvram', 'rw', 'nvram:'),
    line('-', '-', 'opaque', 'wo', 'syslog:'),
    ...['null', 'tar'].map((name) => line('-', '-', 'opaque', name === 'tar' ? 'ro' : 'rw', `${name}:`)),
    ...['tftp', 'rcp', 'scp', 'ftp', 'http', 'https'].map((name) => line('-', '-', 'network', 'rw', `${name}:`)),
    '',
  ].join('\n');
}

function more({ machine }: Shell, { file = '' }: Args): Printed {
  const place = placeOf(file);
  return readPlace(machine, place)?.replace(/\n$/, '') ?? missing(place);
}

function verify({ machine }: Shell, { file = '', digest }: Args): Printed {
  const place = placeOf(file);
  const text = readPlace(machine, place);
  if (text === null) return missing(place);
  const method = digest === '/sha512' ? 'sha512' : 'md5';
  const sum = createHash(method).update(text).digest('hex');
  const name = place.shown.replace(':/', ':');
  return `.${method.toUpperCase()} of ${name} Done!\nverify /${method} (${name}) = ${sum}\n`;
}

function quiet(machine: Machine): boolean {
  return valueOf(machine.config.root, 'file prompt', 'how') === 'quiet';
}

async function remove(shell: Shell, { file = '', force }: Args): Promise<Printed> {
  const { machine } = shell;
  const place = placeOf(file);
  if (place.kind !== 'disk') return `%Error deleting ${place.shown} (Permission denied)`;
  if (force === undefined && !quiet(machine)) {
    if (machine.state.files[place.key] === undefined) return missing(place);
    if ((await shell.ask(`Delete filename [${place.path}]? `)) === null) return null;
  }
  if (force === undefined && !(await shell.confirm(`Delete ${place.shown}? [confirm]`))) return null;
  return removeFile(machine, place.key) ? null : `%Error deleting ${place.shown} (No such file or directory)`;
}

async function rename(shell: Shell, { file = '', to = '' }: Args): Promise<Printed> {
  const { machine } = shell;
  const [from, target] = [placeOf(file), placeOf(to)];
  const text = from.kind === 'disk' ? readPlace(machine, from) : null;
  if (text === null || from.kind !== 'disk' || target.kind !== 'disk') return missing(from);
  const typed = quiet(machine) ? '' : await shell.ask(`Destination filename [${target.path}]? `);
  if (typed === null) return null;
  removeFile(machine, from.key);
  writeFile(machine, typed.trim() === '' ? target.key : `bootflash:${typed.trim()}`, text);
  return null;
}

export const FILE_COMMANDS: readonly ExecCommand[] = [
  command('dir [ /all | /recursive ] [ {file:file} ]', dir, PRIVILEGED),
  command('more [ /ascii | /binary ] {file:file}', more, PRIVILEGED),
  command('verify {digest=/md5,/sha512} {file:file}', verify, PRIVILEGED),
  command('delete [ ( {force=/force} | /recursive )+ ] {file:file}', remove, PRIVILEGED),
  command('rename {file:file} {to:file}', rename, PRIVILEGED),
  command('pwd', () => 'bootflash:/', PRIVILEGED),
  command('show ( flash: | bootflash: ) [ all ]', showFlash),
  command('show file systems', fileSystems),
];
