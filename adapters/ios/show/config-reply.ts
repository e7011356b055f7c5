/** What a terminal shows of lines typed in configuration mode, with their prompts: which of them were rejected. */
import { iosXe } from '../dialect.ts';
import { execRejection, judge } from '../judge.ts';
import { syslogLines, withoutInterruptions } from '../text.ts';

export interface ConfigReply {
  readonly rejected: readonly { readonly command: string; readonly marker: string }[];
  /** Notices: the line was taken. */
  readonly advisories: readonly string[];
  readonly syslogLines: readonly string[];
  /** `config-if`; `exec` after `end`; null where there is no prompt. */
  readonly endsInMode: string | null;
}

/** `$` stands for the beginning of a line that has scrolled away. */
const prompted = /^[\w.\-@/:+]{1,63}(?:\(([^()\s]{1,64})\))?[>#] ?\$?(.*)$/;

/** Indented text as it stood on the terminal: a prompt begins at the left margin. */
function atMargin(text: string): string {
  const indent = /^([ \t]+)[\w.\-@/:+]{1,63}(?:\([^()\s]{1,64}\))?[>#]/m.exec(text)?.[1]?.length ?? 0;
  return indent === 0 ? text : text.replace(new RegExp(`^[ \\t]{1,${indent}}`, 'gm'), '');
}

const singleBlanks = (text: string): string => text.trim().replace(/\s+/g, ' ');

interface Typed {
  readonly command: string;
  readonly mode: string | null;
  readonly reply: string[];
}

interface Verdict {
  readonly command: string;
  readonly marker: string | null;
  readonly notices: readonly string[];
}

/**
 * In exec mode text is an answer; in configuration mode any text that is no known notice is a rejection. Before the
 * first prompt the mode is unknown and the command, if it is there at all, stands on a line of its own.
 */
function verdict({ command, mode, reply }: Typed): Verdict {
  const text = reply.join('\n');
  if (mode === 'exec' || /^do\s/.test(command)) return { command, marker: execRejection(text), notices: [] };
  const { rejection, marker, notices } = judge(text);
  if (mode !== null) return { command, marker: rejection === null ? null : (marker ?? ''), notices };
  const at = reply.findIndex((line) => iosXe.markers.some((pattern) => pattern.test(line)));
  const above = reply.slice(0, Math.max(at, 0)).filter((line) => /[^\s^]/.test(line));
  return { command: above.at(-1)?.trim() ?? '', marker: at < 0 ? null : marker, notices: [] };
}

export function parseConfigReply(output: string): ConfigReply {
  const parts: Typed[] = [{ command: '', mode: null, reply: [] }];
  let endsInMode: string | null = null;
  // Log messages and timers print in the middle of a line, also behind the prompt.
  for (const line of atMargin(withoutInterruptions(output)).split('\n')) {
    const found = prompted.exec(line);
    if (found === null) parts.at(-1)?.reply.push(line);
    else {
      endsInMode = found[1] ?? 'exec';
      parts.push({ command: (found[2] ?? '').trim(), mode: endsInMode, reply: [] });
    }
  }
  const judged = parts.map(verdict);
  return {
    rejected: judged.flatMap(({ command, marker }) =>
      marker === null ? [] : [{ command: singleBlanks(command), marker: singleBlanks(marker) }],
    ),
    advisories: judged.flatMap(({ notices }) => notices.map(singleBlanks)),
    syslogLines: syslogLines(output).map(singleBlanks),
    endsInMode,
  };
}
