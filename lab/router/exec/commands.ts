import { BASIC_COMMANDS } from './basic.ts';
import type { ExecCommand, Shell } from './command.ts';
import { COPY_COMMANDS } from './copy.ts';
import { FILE_COMMANDS } from './files.ts';
import { DIAGNOSIS_COMMANDS } from './diagnosis.ts';
import { PING_COMMANDS } from './ping.ts';
import { ROLLBACK_COMMANDS } from './rollback.ts';
import { applyFilter, splitPipe } from '../line/filter.ts';
import { match, tokenize } from '../grammar.ts';
import { BGP_NEIGHBOR_SHOWS } from '../show/bgp-neighbors.ts';
import { BGP_SHOWS } from '../show/bgp.ts';
import { CONFIG_SHOWS } from '../show/config.ts';
import { CRYPTO_SESSION_SHOWS } from '../show/crypto-session.ts';
import { CRYPTO_SHOWS } from '../show/crypto.ts';
import { HARDWARE_SHOWS } from '../show/hardware.ts';
import { IKE_STATISTICS } from '../show/ike-statistics.ts';
import { IKEV2_SHOWS } from '../show/ikev2.ts';
import { INTERFACE_SHOWS } from '../show/interfaces.ts';
import { PLATFORM_SHOWS } from '../show/platform.ts';
import { POLICY_SHOWS } from '../show/policy.ts';
import { QUIET_SHOWS } from '../show/quiet.ts';
import { ROUTE_SHOWS } from '../show/routes.ts';
import { SYSTEM_SHOWS } from '../show/system.ts';
import { VERSION_SHOWS } from '../show/version.ts';

const COMMANDS: readonly ExecCommand[] = [
  ...BASIC_COMMANDS,
  ...PING_COMMANDS,
  ...ROLLBACK_COMMANDS,
  ...FILE_COMMANDS,
  ...COPY_COMMANDS,
  ...DIAGNOSIS_COMMANDS,
  ...SYSTEM_SHOWS,
  ...VERSION_SHOWS,
  ...HARDWARE_SHOWS,
  ...CONFIG_SHOWS,
  ...INTERFACE_SHOWS,
  ...ROUTE_SHOWS,
  ...QUIET_SHOWS,
  ...PLATFORM_SHOWS,
  ...POLICY_SHOWS,
  ...BGP_SHOWS,
  ...BGP_NEIGHBOR_SHOWS,
  ...CRYPTO_SHOWS,
  ...CRYPTO_SESSION_SHOWS,
  ...IKEV2_SHOWS,
  ...IKE_STATISTICS,
];

const PRIVILEGES = 16;
const BY_PRIVILEGE = Array.from({ length: PRIVILEGES }, (_, level) => COMMANDS.filter((one) => one.privilege <= level));

/** The exec commands that a privilege level may give. */
export function commandsFor(privilege: number): readonly ExecCommand[] {
  return BY_PRIVILEGE[privilege] ?? [];
}

export type Answer =
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  | { readonly kind: 'refused'; readonly reply: string }
  | { readonly kind: 'invalid'; readonly column: number }
  | { readonly kind: 'unknown'; readonly word: string }
  | { readonly kind: 'ambiguous' | 'incomplete' };

/** Only what shows something takes a filter; a `|` elsewhere is a word like others. */
const SHOWS = /^\s*(sh\w*|mor\w*|dir|wr\w*\s+t\w*)\s/i;

/** Carries out one exec command, which begins at the column `from` of the line. */
export async function execute(shell: Shell, line: string, from: number): Promise<Answer> {
  const piped = SHOWS.test(line.slice(from)) ? splitPipe(line) : ({ kind: 'ok', command: line, filter: null } as const);
  if (piped.kind !== 'ok') return piped;
  const found = match(commandsFor(shell.privilege), piped.command, from);
  if (found.kind === 'invalid' && tokenize(line.slice(from)).length === 1)
    return { kind: 'unknown', word: line.slice(from).trim() };
  if (found.kind === 'incomplete' && /^show?$/i.test(piped.command.slice(from).trim()))
    return { kind: 'refused', reply: '% Type "show ?" for a list of subcommands\n' };
  if (found.kind !== 'ok') return found;
  const text = await found.command.run(shell, found.args);
  if (text === null) return { kind: 'lines', lines: [] };
  const lines = text.split('\n');
  return { kind: 'lines', lines: piped.filter === null ? lines : applyFilter(lines, piped.filter) };
}

/** Commands that cannot be given as the one command of an SSH `exec`: they need a terminal. */
const NEEDS_TERMINAL = /^\s*(conf|ena|dis|rel|cop|del|era|cle)/i;

/** Whether SSH's `exec` takes it: one exec command, complete and known. */
export function isSingle(text: string, privilege: number): boolean {
  if (/[;\r\n]/.test(text.trim()) || NEEDS_TERMINAL.test(text)) return false;
  const piped = splitPipe(text);
  return piped.kind === 'ok' && match(commandsFor(privilege), piped.command).kind === 'ok';
}
