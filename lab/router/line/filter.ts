/** What may follow `|` after a show command. */

const KINDS = ['begin', 'count', 'exclude', 'include', 'section'] as const;
type Kind = (typeof KINDS)[number];

export interface Filter {
  readonly kind: Kind;
  readonly expression: RegExp;
  readonly source: string;
}

export type Piped =
  | { readonly kind: 'ok'; readonly command: string; readonly filter: Filter | null }
  | { readonly kind: 'invalid'; readonly column: number }
  | { readonly kind: 'refused'; readonly reply: string };

/** IOS has `_` for a delimiter or an end of the line; the rest is close enough to our own expressions. */
function compileExpression(source: string): RegExp | null {
  try {
    return new RegExp(source.replace(/\\_|_/g, (found) => (found === '_' ? '(?:^|$|[ ,{}()_])' : '_')));
  } catch {
    return null;
  }
}

/** Splits `show … | include x`. Only the first `|` counts: the others belong to the expression. */
export function splitPipe(line: string): Piped {
  const bar = line.indexOf('|');
  if (bar === -1) return { kind: 'ok', command: line, filter: null };
  const [, blanks = '', word = '', source = ''] = /^(\s*)(\S*)\s*(.*?)\s*$/.exec(line.slice(bar + 1)) ?? [];
  const kinds = word === '' ? [] : KINDS.filter((kind) => kind.startsWith(word.toLowerCase()));
  const kind = kinds[0];
  if (word === '') return { kind: 'refused', reply: '% Incomplete command.\n' };
  if (kind === undefined || kinds.length > 1) return { kind: 'invalid', column: bar + 1 + blanks.length };
  if (source === '') return { kind: 'refused', reply: '% Incomplete command.\n' };
  const expression = compileExpression(source);
  if (expression === null) return { kind: 'refused', reply: `% Failed to compile regular expression "${source}".` };
  return { kind: 'ok', command: line.slice(0, bar).trimEnd(), filter: { kind, expression, source } };
}

function depthOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** A matching line and the lines under it that are indented more. */
function sections(lines: readonly string[], expression: RegExp): string[] {
  const out: string[] = [];
  let open: number | null = null;
  for (const line of lines) {
    const depth = depthOf(line);
    if (open !== null && depth > open) out.push(line);
    else if (expression.test(line)) {
      out.push(line);
      open = depth;
    } else open = null;
  }
  return out;
}

export function applyFilter(lines: readonly string[], filter: Filter): string[] {
  const { expression } = filter;
  switch (filter.kind) {
    case 'include':
      return lines.filter((line) => expression.test(line));
    case 'exclude':
      return lines.filter((line) => !expression.test(line));
    case 'begin': {
      const first = lines.findIndex((line) => expression.test(line));
      return first === -1 ? [] : lines.slice(first);
    }
    case 'section':
      return sections(lines, expression);
    case 'count':
      return [`Number of lines which match regexp = ${lines.filter((line) => expression.test(line)).length}`];
    default:
      throw new Error(`unknown filter ${String(filter.kind satisfies never)}`);
  }
}
