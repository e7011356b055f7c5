/**
 * All `show` parsers under one function. They tolerate other layouts, unknown lines and missing ones: what is not there
 * is `[]`, null or absent, and never an error.
 */
import { parseArchive } from './archive.ts';
import { parseBgpSummary } from './bgp-summary.ts';
import { fits, includesPackets, wordsOf } from './command.ts';
import type { KnownCommand } from './command.ts';
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

/** What is typed may be abbreviated, and more words may follow. */
const parsers: readonly (readonly [KnownCommand, Parser])[] = [
  [{ words: 'show crypto ikev2 sa' }, parseIkeAssociations],
  [{ words: 'show crypto ipsec sa' }, parseFlows],
  [{ words: 'show crypto session' }, parseCryptoSessions],
  [{ words: 'show crypto ikev2 proposal' }, parseProposals],
  [{ words: 'show crypto ikev2 policy' }, parsePolicies],
  [{ words: 'show ip interface brief', optionsBeforeLast: true }, parseInterfaces],
  [{ words: 'show ip route' }, parseRoutes],
  [{ words: 'show ip bgp summary', optionsBeforeLast: true }, parseBgpSummary],
  [{ words: 'show bgp summary', optionsBeforeLast: true }, parseBgpSummary],
  [{ words: 'show version' }, parseVersion],
  [{ words: 'show archive' }, parseArchive],
  [{ words: 'ping' }, parsePing],
  [{ words: 'write memory' }, parseSave],
  [{ words: 'copy running-config startup-config' }, parseSave],
  [{ words: 'config-reply' }, parseConfigReply],
];

function known(): string[] {
  return parsers.map(([{ words }]) => words);
}

/** As a person reads it: no control characters, no pager, no empty lines, no log messages in between. */
function readable(output: string): string {
  const text = visible(output.replace(/[\u00A0\u202F]/g, ' ').replace(/^\uFEFF/, ''));
  return withoutInterruptions(text.replace(/^ ?--More--[ \t]*/gm, '')).replace(/^\s*\n/gm, '');
}

/**
 * Parses what a router printed. `command` is CLI text, abbreviated or piped (`sh crypto ipsec sa | include pkt`), or the
 * name of a kind of capture (`show-crypto-ikev2-sa`).
 * @throws UnknownShowCommand for a command without a parser, and for an abbreviation that could mean several.
 */
export function parseShow(command: string, output: string): unknown {
  const typed = wordsOf(command);
  const fitting = parsers.filter(([one]) => fits(typed, one));
  const found = new Set(fitting.map(([, parser]) => parser));
  const [parser] = found;
  if (parser === undefined || found.size > 1) throw new UnknownShowCommand(command);
  if (parser === parseConfigReply) return parseConfigReply(visible(output));
  const text = readable(output);
  const onlyCounters = parser === parseFlows && includesPackets(command) && !/local\s+ident/.test(text);
  return onlyCounters ? parseCounters(text) : parser(text);
}
