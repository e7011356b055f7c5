/** How IOS words that it does not take a line. */
import { ofKind } from '../configuration/node.ts';
import type { Answer } from '../exec/commands.ts';
import type { Machine } from '../machine.ts';

type Refusal = Exclude<Answer, { readonly kind: 'lines' }>;

/** The caret under a column of the line, and what it means. */
export function caret(column: number): string {
  return `${' '.repeat(column)}^\n% Invalid input detected at '^' marker.\n`;
}

/**
 * @param line as it was typed
 * @param indent columns that stand before it: the prompt
 */
export function refusalText(machine: Machine, refusal: Refusal, line: string, indent: number): string {
  switch (refusal.kind) {
    case 'refused':
      return refusal.reply;
    case 'invalid':
      return caret(indent + refusal.column);
    case 'unknown':
      return unknownWord(machine, refusal.word);
    case 'ambiguous':
      return `% Ambiguous command:  "${line.trim()}"`;
    case 'incomplete':
      return '% Incomplete command.\n';
    default:
      throw new Error(`unknown answer ${String(refusal satisfies never)}`);
  }
}

/** IOS takes a lone word that is no command for the name of a host. */
function unknownWord({ config }: Machine, word: string): string {
  const looksUp = !ofKind(config.root, 'ip domain lookup').some(({ line }) => line.startsWith('no '));
  const lookup = looksUp ? `Translating "${word}"...domain server (255.255.255.255)\n` : '';
  return `${lookup}% Unknown command or computer name, or unable to find computer address`;
}
