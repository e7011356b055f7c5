import type { Command } from '../grammar.ts';
import { expect } from '../grammar.ts';
import { HELP_TEXTS } from './help-texts.ts';
import type { Editor } from './terminal.ts';

/** `?` and the tab key, from the same patterns that lines are matched against. */

const VALUES: Readonly<Record<string, string>> = {
  ip: 'A.B.C.D',
  word: 'WORD',
  line: 'LINE',
  if: 'Interface name',
  'if-type': 'Interface type',
  'if-number': '<0-2147483647>',
  hms: 'hh:mm:ss',
  file: 'bootflash:',
};

function valueText(type: string): string {
  return VALUES[type] ?? `<${type}>`;
}

/** The part of a line that is complete, and the word that has been begun. */
function split(line: string): { done: string; begun: string } {
  const begun = /\S*$/.exec(line)?.[0] ?? '';
  return { done: line.slice(0, line.length - begun.length), begun };
}

/** `do`, `no` and `default` stand before a line; what follows them is looked up by itself. */
function after(line: string, prefixes: readonly string[]): { prefix: string; rest: string } {
  const first = /^\s*(\S+)\s+/.exec(line);
  const word = first?.[1]?.toLowerCase() ?? '';
  return first && prefixes.includes(word)
    ? { prefix: word, rest: line.slice(first[0].length) }
    : { prefix: '', rest: line };
}

type Lists = (prefix: string) => readonly Command[];

/** Help over the commands that `lists` gives for a prefix (`do`, `no`, or none); `title` stands above all of them. */
export function helper(title: string, lists: Lists, prefixes: readonly string[], extra: readonly string[]): Editor {
  const candidates = (line: string): { words: string[]; types: string[]; end: boolean; begun: string } | null => {
    const { prefix, rest } = after(line, prefixes);
    const { done, begun } = split(rest);
    const found = expect(lists(prefix), done);
    if (found === null) return null;
    const words = prefix === '' && done.trim() === '' ? [...found.words, ...extra].toSorted() : found.words;
    return { ...found, begun, words: [...new Set(words)].filter((word) => word.startsWith(begun.toLowerCase())) };
  };
  return {
    help(line) {
      const found = candidates(line);
      if (found === null) return '% Unrecognized command\n';
      if (found.begun !== '')
        return found.words.length === 0 ? '% Unrecognized command\n' : `${found.words.join('  ')}\n`;
      const rows = [...found.words, ...found.types.map(valueText), ...(found.end ? ['<cr>'] : [])];
      const width = Math.max(...rows.map(({ length }) => length));
      const text = rows.map((row) => `  ${row.padEnd(width)}  ${HELP_TEXTS[row] ?? ''}`.trimEnd()).join('\n');
      return `${line.trim() === '' ? `${title}:\n` : ''}${text}\n\n`;
    },
    complete(line) {
      const found = candidates(line);
      if (found === null || found.begun === '' || found.words.length !== 1) return line;
      return `${line.slice(0, line.length - found.begun.length)}${found.words[0] ?? ''} `;
    },
  };
}
