/**
 * The command grammar: patterns compiled to small automata, and a line matched against all commands of a mode at once,
 * so that abbreviations, ambiguity, the caret's place and `?` follow from one description.
 *
 * A pattern is words with these forms:
 *   word              a keyword, which may be abbreviated while it stays unique
 *   {name:type}       a value; types: ip, word, line (the rest), if (interface), hms, file (with or without its file system), and ranges as 1-255
 *   {name=a,b,c}      one of these keywords, kept under the name
 *   ( x | y )   [ x ]   ( x )+     alternatives, optional, repeated (values of one name are joined by blanks)
 *   /                 from here on the `no` form may leave the rest out
 */
import { interfaceName, interfaceType, isAddress } from './address.ts';

export type Args = Readonly<Record<string, string>>;

type Part =
  | { kind: 'word'; word: string; bind: string | null }
  | { kind: 'value'; type: string; bind: string }
  | { kind: 'sequence'; parts: Part[] }
  | { kind: 'choice'; parts: Part[] }
  | { kind: 'optional'; part: Part }
  | { kind: 'repeat'; part: Part }
  | { kind: 'cut' };

interface Edge {
  readonly word: string | null;
  readonly type: string;
  readonly bind: string | null;
  readonly to: number;
}

/** One compiled pattern. State 0 is the start. */
export interface Automaton {
  readonly edges: readonly (readonly Edge[])[];
  readonly jumps: readonly (readonly number[])[];
  readonly accepts: number;
  /** States from which the `no` form may end. */
  readonly cutStates: ReadonlySet<number>;
}

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

/** Compiles a pattern; throws on one that is not well formed. */
export function compile(pattern: string): Automaton {
  const parts = parsePattern(pattern);
  const edges: Edge[][] = [[]];
  const jumps: number[][] = [[]];
  const cutStates = new Set<number>();
  const state = (): number => {
    edges.push([]);
    jumps.push([]);
    return edges.length - 1;
  };
  let cut = false;
  const build = (part: Part, from: number): number => {
    if (part.kind === 'cut') {
      cut = true;
      cutStates.add(from);
      return from;
    }
    if (part.kind === 'sequence') return part.parts.reduce((at, next) => build(next, at), from);
    const to = state();
    if (part.kind === 'choice') for (const option of part.parts) jumps[build(option, from)]?.push(to);
    else if (part.kind === 'optional') {
      jumps[from]?.push(to);
      jumps[build(part.part, from)]?.push(to);
    } else if (part.kind === 'repeat') {
      const begin = state();
      jumps[from]?.push(begin);
      const end = build(part.part, begin);
      jumps[end]?.push(begin, to);
    } else addToken(part, from, to, edges, state);
    if (cut) cutStates.add(to);
    return to;
  };
  const accepts = build(parts, 0);
  return { edges, jumps, accepts, cutStates };
}

function addToken(
  part: Part & { kind: 'word' | 'value' },
  from: number,
  to: number,
  edges: Edge[][],
  state: () => number,
) {
  if (part.kind === 'word') {
    edges[from]?.push({ word: part.word, type: 'word', bind: part.bind, to });
    return;
  }
  edges[from]?.push({ word: null, type: part.type, bind: part.bind, to });
  if (part.type !== 'if') return;
  // `Tunnel 11` in two tokens is as good as `Tunnel11`.
  const between = state();
  edges[from]?.push({ word: null, type: 'if-type', bind: part.bind, to: between });
  edges[between]?.push({ word: null, type: 'if-number', bind: part.bind, to });
}

function parsePattern(pattern: string): Part {
  const words = pattern.match(/\{[^}]+\}\+?|\(|\)\+?|\[|\]|\||\/(?=\s|$)|[^\s()[\]|]+/g) ?? [];
  let at = 0;
  const sequence = (closers: readonly string[]): Part => {
    const options: Part[][] = [[]];
    while (at < words.length && !closers.includes(words[at] ?? '')) {
      const word = words[at++] ?? '';
      if (word === '|') options.push([]);
      else options.at(-1)?.push(atom(word));
    }
    const parts = options.map((list): Part => ({ kind: 'sequence', parts: list }));
    return parts.length === 1 ? (parts[0] as Part) : { kind: 'choice', parts };
  };
  const atom = (word: string): Part => {
    if (word === '/') return { kind: 'cut' };
    if (word === '(' || word === '[') {
      const inner = sequence(word === '(' ? [')', ')+'] : [']']);
      const close = words[at++];
      if (close === undefined) throw new Error(`pattern "${pattern}" has an unclosed ${word}`);
      if (word === '[') return { kind: 'optional', part: inner };
      return close === ')+' ? { kind: 'repeat', part: inner } : inner;
    }
    return word.startsWith('{') ? value(word) : { kind: 'word', word, bind: null };
  };
  return sequence([]);
}

function value(word: string): Part {
  const repeated = word.endsWith('+');
  const [, bind = '', sign = '', rest = ''] = /^\{([^:=]+)([:=])(.*)\}\+?$/.exec(word) ?? [];
  const part: Part =
    sign === '='
      ? { kind: 'choice', parts: rest.split(',').map((option) => ({ kind: 'word', word: option, bind })) }
      : { kind: 'value', type: rest, bind };
  return repeated ? { kind: 'repeat', part } : part;
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
