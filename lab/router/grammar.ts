/**
 * The command grammar: a line is matched against the patterns of all commands of a mode at once, so that abbreviations,
 * ambiguity, the caret's place and `?` follow from one description.
 */
import { interfaceName, interfaceType, isAddress } from './address.ts';
import type { Automaton, Edge } from './pattern.ts';

export type Args = Readonly<Record<string, string>>;

export interface Token {
  readonly text: string;
  readonly column: number;
}

export type Match<C> =
  | { readonly kind: 'ok'; readonly command: C; readonly args: Args; readonly words: readonly string[] }
  /** `column`: of the first letter that no keyword has there; IOS puts the caret under it. */
  | { readonly kind: 'invalid'; readonly column: number; readonly tokens: number }
  | { readonly kind: 'ambiguous'; readonly tokens: number }
  | { readonly kind: 'incomplete' };

export interface Command {
  readonly automaton: Automaton;
}

interface Thread<C> {
  readonly command: C;
  readonly state: number;
  readonly args: Args;
  /** The line in full words so far. */
  readonly words: readonly string[];
  /** True once a value has swallowed the rest of the line. */
  readonly rest: boolean;
}

/** Splits a line at blanks and remembers where each token begins. */
export function tokenize(line: string): Token[] {
  return [...line.matchAll(/\S+/g)].map((found) => ({ text: found[0], column: found.index }));
}

/** Every state that can be reached without reading a token. */
function spread<C extends Command>(threads: readonly Thread<C>[]): Thread<C>[] {
  const seen = new Set<string>();
  const out: Thread<C>[] = [];
  const ids = new Map<C, number>();
  const visit = (thread: Thread<C>): void => {
    const id = ids.get(thread.command) ?? ids.size;
    ids.set(thread.command, id);
    const key = `${id}/${thread.state}`;
    if (seen.has(key)) return;
    seen.add(key);
    out.push(thread);
    for (const to of thread.command.automaton.jumps[thread.state] ?? []) visit({ ...thread, state: to });
  };
  threads.forEach(visit);
  return out;
}

type Step<C> =
  | { readonly kind: 'moved'; readonly threads: Thread<C>[] }
  /** `matched`: how many letters of the token some keyword begins with. */
  | { readonly kind: 'invalid'; readonly matched: number }
  | { readonly kind: 'ambiguous' };

function step<C extends Command>(threads: readonly Thread<C>[], token: string, rest: string): Step<C> {
  const all = threads.flatMap((thread) =>
    (thread.command.automaton.edges[thread.state] ?? []).map((edge) => ({ thread, edge })),
  );
  const lower = token.toLowerCase();
  const worded = all.filter(({ edge }) => edge.word?.startsWith(lower));
  const exact = worded.filter(({ edge }) => edge.word === lower);
  const chosen = exact.length > 0 ? exact : worded;
  if (new Set(chosen.map(({ edge }) => edge.word)).size > 1) return { kind: 'ambiguous' };
  const taken = chosen.length > 0 ? chosen : all.filter(({ edge }) => edge.word === null && accepts(edge.type, token));
  if (taken.length === 0)
    return { kind: 'invalid', matched: Math.max(0, ...all.map(({ edge }) => inCommon(edge.word, lower))) };
  const moved = taken.map(({ thread, edge }) => ({
    command: thread.command,
    state: edge.to,
    args: bind(thread.args, edge, edge.type === 'line' ? rest : token),
    words: spell(thread.words, edge, edge.type === 'line' ? rest : token),
    rest: edge.type === 'line',
  }));
  return { kind: 'moved', threads: spread(moved) };
}

/** How many letters two words share from their beginning. */
function inCommon(word: string | null, token: string): number {
  let count = 0;
  while (word !== null && count < token.length && word[count] === token[count]) count += 1;
  return count;
}

function bind(args: Args, edge: Edge, token: string): Args {
  if (edge.bind === null) return args;
  const before = args[edge.bind];
  if (edge.type === 'if-number') return { ...args, [edge.bind]: `${before ?? ''}${Number(token)}` };
  const text = edge.word ?? canonical(edge.type, token);
  return { ...args, [edge.bind]: before === undefined ? text : `${before} ${text}` };
}

function spell(words: readonly string[], edge: Edge, token: string): readonly string[] {
  if (edge.type === 'if-number') return [...words.slice(0, -1), `${words.at(-1) ?? ''}${Number(token)}`];
  return [...words, edge.word ?? canonical(edge.type, token)];
}

function canonical(type: string, token: string): string {
  if (type === 'if') return interfaceName(token) ?? token;
  if (type === 'if-type') return interfaceType(token) ?? token;
  return /^\d+-\d+$/.test(type) ? String(Number(token)) : token;
}

function accepts(type: string, token: string): boolean {
  const range = /^(\d+)-(\d+)$/.exec(type);
  if (range) return /^\d+$/.test(token) && Number(token) >= Number(range[1]) && Number(token) <= Number(range[2]);
  if (type === 'ip') return isAddress(token);
  if (type === 'if') return interfaceName(token) !== null;
  if (type === 'if-type') return interfaceType(token) !== null;
  if (type === 'if-number') return /^\d{1,10}$/.test(token);
  if (type === 'file') return /^([a-z-]+\d*:|[\w./])/i.test(token);
  if (type === 'hms') return /^\d{1,2}:\d{2}:\d{2}$/.test(token);
  return true;
}

/** Where lines begin, by the list of commands and the first letter: the lists are few, the lines many. */
const BEGINNINGS = new WeakMap<readonly Command[], Map<string, readonly Thread<Command>[]>>();

/** @param letter of the first token, in lower case; empty for all beginnings. */
function begin<C extends Command>(commands: readonly C[], letter = ''): readonly Thread<C>[] {
  const known = BEGINNINGS.get(commands) ?? new Map<string, readonly Thread<Command>[]>();
  BEGINNINGS.set(commands, known);
  const found = known.get(letter);
  if (found !== undefined) return found as readonly Thread<C>[];
  const all = spread(commands.map((command) => ({ command, state: 0, args: {}, words: [], rest: false })));
  const made = all.filter(({ command, state }) =>
    (command.automaton.edges[state] ?? []).some(({ word }) => word === null || word.startsWith(letter)),
  );
  known.set(letter, made);
  return made;
}

/**
 * Matches a line against the commands of a mode. Columns count from the line's start, `from` being where the first
 * token to look at begins (after `no` or `do`). With `negated`, a line may end from the pattern's `/` on.
 */
export function match<C extends Command>(commands: readonly C[], line: string, from = 0, negated = false): Match<C> {
  const tokens = tokenize(line).filter((token) => token.column >= from);
  let threads = begin(commands, tokens[0]?.text[0]?.toLowerCase());
  for (const [index, token] of tokens.entries()) {
    const next = step(threads, token.text, line.slice(token.column).trimEnd());
    if (next.kind === 'ambiguous') return { kind: 'ambiguous', tokens: index + 1 };
    if (next.kind === 'invalid') return { kind: 'invalid', column: token.column + next.matched, tokens: index };
    threads = next.threads;
    const rest = threads.find((thread) => thread.rest && ends(thread.command.automaton, thread.state, negated));
    if (rest) return { kind: 'ok', command: rest.command, args: rest.args, words: rest.words };
  }
  const done = threads.find(({ command, state }) => ends(command.automaton, state, negated));
  return done ? { kind: 'ok', command: done.command, args: done.args, words: done.words } : { kind: 'incomplete' };
}

function ends(automaton: Automaton, state: number, negated: boolean): boolean {
  return state === automaton.accepts || (negated && automaton.cutStates.has(state));
}

/** What may come next after `line` (complete tokens): keywords and value types, and whether Enter may. */
export function expect<C extends Command>(
  commands: readonly C[],
  line: string,
  from = 0,
): { words: string[]; types: string[]; end: boolean } | null {
  let threads = begin(commands);
  for (const token of tokenize(line).filter(({ column }) => column >= from)) {
    const next = step(threads, token.text, line.slice(token.column).trimEnd());
    if (next.kind !== 'moved') return null;
    threads = next.threads;
  }
  const edges = threads.flatMap(({ command, state }) => command.automaton.edges[state] ?? []);
  return {
    words: [...new Set(edges.flatMap(({ word }) => word ?? []))].toSorted(),
    types: [...new Set(edges.flatMap(({ word, type }) => (word === null ? [type] : [])))],
    end: threads.some(({ command, state }) => state === command.automaton.accepts),
  };
}
