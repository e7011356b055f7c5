/**
 * Patterns of commands, compiled to small automata.
 *
 * A pattern is words with these forms:
 *   word              a keyword, which may be abbreviated while it stays unique
 *   {name:type}       a value; types: ip, word, line (the rest), if (interface), hms, file (with or without its file system), and ranges as 1-255
 *   {name=a,b,c}      one of these keywords, kept under the name
 *   ( x | y )   [ x ]   ( x )+     alternatives, optional, repeated (values of one name are joined by blanks)
 *   /                 from here on the `no` form may leave the rest out
 */

type Part =
  | { kind: 'word'; word: string; bind: string | null }
  | { kind: 'value'; type: string; bind: string }
  | { kind: 'sequence'; parts: Part[] }
  | { kind: 'choice'; parts: Part[] }
  | { kind: 'optional'; part: Part }
  | { kind: 'repeat'; part: Part }
  | { kind: 'cut' };

export interface Edge {
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
