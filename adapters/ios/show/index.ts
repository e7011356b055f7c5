/**
 * All `show` parsers under one function. They tolerate other layouts, unknown lines and missing ones: what is not there
 * is `[]`, null or absent, and never an error.
 */
import { parseArchive } from './archive.ts';
import { parseBgpSummary } from './bgp-summary.ts';
import { parseConfigReply } from './config-reply.ts';
import { parseCryptoSessions } from './crypto-session.ts';
import { parsePolicies, parseProposals } from './ikev2-offers.ts';
import { parseIkeAssociations } from './ikev2-sa.ts';
import { parseInterfaces } from './interfaces.ts';
import { parseRoutes } from './ip-route.ts';
import { parseCounters, parseFlows } from './ipsec-sa.ts';
import { parsePing } from './ping.ts';
import { visible, withoutInterruptions } from '../text.ts';
import { parseVersion } from './version.ts';
import { parseSave } from './write-memory.ts';

/** No parser for this command. */
export class UnknownShowCommand extends Error {
  override readonly name = 'UnknownShowCommand';
  readonly command: string;

  constructor(command: string) {
    super(`There is no parser for \`${command}\`. There is one for each of: ${known().join(', ')}`);
    this.command = command;
  }
}

type Parser = (output: string) => unknown;

/** The words of a command in full; what is typed may be abbreviated, and more words may follow. */
const parsers: readonly (readonly [string, Parser])[] = [
  ['show crypto ikev2 sa', parseIkeAssociations],
  ['show crypto ipsec sa', parseFlows],
  ['show crypto session', parseCryptoSessions],
  ['show crypto ikev2 proposal', parseProposals],
  ['show crypto ikev2 policy', parsePolicies],
  ['show ip interface brief', parseInterfaces],
  ['show ip route', parseRoutes],
  ['show ip bgp summary', parseBgpSummary],
  ['show ip bgp all summary', parseBgpSummary],
  ['show ip bgp vpnv4 all summary', parseBgpSummary],
  ['show bgp summary', parseBgpSummary],
  ['show bgp all summary', parseBgpSummary],
  ['show bgp ipv4 unicast summary', parseBgpSummary],
  ['show version', parseVersion],
  ['show archive', parseArchive],
  ['ping', parsePing],
  ['write memory', parseSave],
  ['copy running-config startup-config', parseSave],
  ['config-reply', parseConfigReply],
];

function known(): string[] {
  return parsers.map(([command]) => command);
}

/** Command words in lower case, without `do` and without what stands behind a pipe. A capture's name counts too. */
function wordsOf(command: string): string[] {
  const typed = command.split('|')[0]!.trim().toLowerCase();
  const isName = !/\s/.test(typed) && typed.includes('-') && typed !== 'config-reply';
  const words = typed.split(isName ? '-' : /\s+/);
  return words[0] === 'do' ? words.slice(1) : words;
}

function fits(typed: readonly string[], command: string): boolean {
  const words = command.split(' ');
  // `write` alone saves; any other command is typed in full length.
  if (typed.length < words.length && !(command === 'write memory' && typed.length === 1)) return false;
  return typed.slice(0, words.length).every((word, index) => word !== '' && words[index]!.startsWith(word));
}

/** Whether the command keeps the lines with packet counters and leaves out whose they are. */
function onlyPackets(command: string, output: string): boolean {
  const asked = /\|\s*i\S*\s.*(?:pkt|encap|decap|crypt|digest|verify)|-include-pkts?$/i.test(command);
  return asked && !/local\s+ident/.test(output);
}

/** As a person reads it: no control characters, no pager, no log messages in between. */
function readable(output: string): string {
  return withoutInterruptions(visible(output).replace(/^ ?--More--[ \t]*/gm, ''));
}

/**
 * Parses what a router printed. `command` is CLI text, abbreviated or piped (`sh crypto ipsec sa | include pkt`), or the
 * name of a kind of capture (`show-crypto-ikev2-sa`).
 * @throws UnknownShowCommand for a command without a parser, and for an abbreviation that could mean several.
 */
export function parseShow(command: string, output: string): unknown {
  const typed = wordsOf(command);
  const fitting = parsers.filter(([full]) => fits(typed, full));
  const found = new Set(fitting.map(([, parser]) => parser));
  const [parser] = found;
  if (parser === undefined || found.size > 1) throw new UnknownShowCommand(command);
  if (parser === parseConfigReply) return parseConfigReply(visible(output));
  const text = readable(output);
  return parser === parseFlows && onlyPackets(command, text) ? parseCounters(text) : parser(text);
}
