/** `copy`: between configurations and files, with the questions that `file prompt` asks for. */
import { ofKind, valueOf } from '../configuration/node.ts';
import type { Place } from '../files/disk.ts';
import { missing, placeOf, readPlace, writeFile } from '../files/disk.ts';
import type { Args } from '../grammar.ts';
import { archiveNow } from '../rollback.ts';
import type { ExecCommand, Printed, Shell } from './command.ts';
import { command } from './command.ts';

const PRIVILEGED = 15;
/** What a copy of a configuration takes, in seconds. */
const SECONDS = 0.086;

/** Saves; with `write-memory` in `archive` a copy goes to the archive too. */
export function save(shell: Shell): Printed {
  const { machine } = shell;
  machine.save(shell.user);
  const archive = ofKind(machine.config.root, 'archive')[0];
  if (archive && ofKind(archive, 'write-memory').length > 0) archiveNow(machine);
  return 'Building configuration...\n[OK]';
}

function copied(text: string): string {
  const bytes = Buffer.byteLength(text);
  return `${bytes} bytes copied in ${SECONDS} secs (${Math.round(bytes / SECONDS)} bytes/sec)`;
}

function usualName(from: Place, to: Place, hostname: string): string {
  if (to.kind !== 'disk') return to.shown;
  if (to.path !== '') return to.path;
  return from.kind === 'disk' ? from.path : `${hostname.toLowerCase()}-confg`;
}

/** Asks what is to be asked; the name to copy to, or null: broken off. */
async function nameOf(shell: Shell, from: Place, to: Place): Promise<string | null> {
  const { root } = shell.machine.config;
  const how = valueOf(root, 'file prompt', 'how') ?? 'alert';
  const usual = usualName(from, to, shell.machine.hostname);
  if (how === 'quiet') return usual;
  const source = from.kind === 'disk' ? from.path : from.shown;
  if (how === 'noisy' && (await shell.ask(`Source filename [${source}]? `)) === null) return null;
  const typed = await shell.ask(`Destination filename [${usual}]? `);
  if (typed === null) return null;
  const name = typed.trim() === '' ? usual : typed.trim();
  const key = placeOf(name);
  if (to.kind !== 'disk' || key.kind !== 'disk' || shell.machine.state.files[key.key] === undefined) return name;
  shell.print('%Warning:There is a file already existing with this name ');
  return (await shell.confirm('Do you want to over write? [confirm]')) ? name : null;
}

/** What a stored configuration had that is not understood: each such line with the caret under it. */
function complaints(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n ^\n% Invalid input detected at '^' marker.\n\n`).join('');
}

async function copy(shell: Shell, { from = '', to = '' }: Args): Promise<Printed> {
  const { machine } = shell;
  const [source, target] = [placeOf(from), placeOf(to)];
  if (source.kind === 'remote' || target.kind === 'remote') return remote(shell, source, target);
  const before = readPlace(machine, source);
  if (before === null) return source.kind === 'startup' ? null : missing(source);
  const name = await nameOf(shell, source, target);
  if (name === null) return null;
  if (target.kind === 'running') {
    const unknown = machine.mergeConfig(before, shell.user);
    return `${complaints(unknown)}${copied(before)}`;
  }
  if (target.kind === 'startup') {
    if (name !== 'startup-config') return `%Error opening nvram:/${name} (Permission denied)`;
    if (source.kind === 'running') return save(shell);
    machine.restoreStartup(before, shell.user);
    return `[OK]\n${copied(before)}`;
  }
  if (target.kind === 'null') return copied(before);
  const place = placeOf(name.includes(':') ? name : `bootflash:${name}`);
  if (place.kind !== 'disk') return missing(place);
  // What is copied is the text at the moment of the answer.
  const text = readPlace(machine, source) ?? before;
  writeFile(machine, place.key, text);
  return source.kind === 'disk' ? `Copy in progress...C\n${copied(text)}` : copied(text);
}

/** No server answers in the lab. */
async function remote(shell: Shell, source: Place, target: Place): Promise<Printed> {
  const far = source.kind === 'remote' ? source : target;
  const [, protocol = '', host = '', path = ''] = /^(\w+):\/*([^/]*)\/?(.*)$/.exec(far.shown) ?? [];
  const quiet = valueOf(shell.machine.config.root, 'file prompt', 'how') === 'quiet';
  const ask = async (question: string): Promise<boolean> => quiet || (await shell.ask(question)) !== null;
  const asked =
    (await ask(`Address or name of remote host [${host}]? `)) &&
    (source.kind !== 'remote' || (await ask(`Source filename [${path}]? `))) &&
    (await ask(`Destination filename [${usualName(source, target, shell.machine.hostname)}]? `));
  if (!asked) return null;
  return source.kind === 'remote'
    ? `Accessing ${far.shown}...\n%Error opening ${far.shown} (Timed out)`
    : `%Error opening ${protocol}://${host}/${path} (Timed out)`;
}

export const COPY_COMMANDS: readonly ExecCommand[] = [
  command(
    'copy {from=running-config,startup-config} ( {to=running-config,startup-config} | {to:file} )',
    copy,
    PRIVILEGED,
  ),
  command('copy {from:file} ( {to=running-config,startup-config} | {to:file} )', copy, PRIVILEGED),
];
