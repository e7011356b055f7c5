/** What a terminal shows of lines typed in configuration mode, with their prompts: which of them were rejected. */
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

const prompted = /^[\w.\-@/:+]{1,63}(?:\(([^()\s]{1,64})\))?[>#] ?(.*)$/;

interface Typed {
  readonly command: string;
  readonly mode: string | null;
  readonly reply: string[];
}

/** In exec mode text is an answer; in configuration mode any text that is no known notice is a rejection. */
function verdict({ command, mode, reply }: Typed): { marker: string | null; notices: readonly string[] } {
  const text = reply.join('\n');
  if (mode === 'exec' || /^do\s/.test(command)) return { marker: execRejection(text), notices: [] };
  const { rejection, marker, notices } = judge(text);
  return { marker: rejection === null ? null : (marker ?? ''), notices };
}

export function parseConfigReply(output: string): ConfigReply {
  const parts: Typed[] = [{ command: '', mode: null, reply: [] }];
  let endsInMode: string | null = null;
  // Log messages and timers print in the middle of a line, also behind the prompt.
  for (const line of withoutInterruptions(output).split(/\r?\n/)) {
    const found = prompted.exec(line);
    if (found === null) parts.at(-1)?.reply.push(line);
    else {
      endsInMode = found[1] ?? 'exec';
      parts.push({ command: (found[2] ?? '').trim(), mode: endsInMode, reply: [] });
    }
  }
  const judged = parts.map((part) => ({ command: part.command, ...verdict(part) }));
  return {
    rejected: judged.flatMap(({ command, marker }) => (marker === null ? [] : [{ command, marker }])),
    advisories: judged.flatMap(({ notices }) => notices),
    syslogLines: syslogLines(output),
    endsInMode,
  };
}
