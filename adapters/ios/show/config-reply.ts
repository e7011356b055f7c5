/** What a terminal shows of lines typed in configuration mode, with their prompts: which of them were rejected. */
import { judge } from '../judge.ts';

export interface ConfigReply {
  readonly rejected: readonly { readonly command: string; readonly marker: string }[];
  /** Notices: the line was taken. */
  readonly advisories: readonly string[];
  readonly syslogLines: readonly string[];
  /** `config-if`; `exec` after `end`; null where there is no prompt. */
  readonly endsInMode: string | null;
}

const prompted = /^[\w.\-@/:+]{1,63}(?:\(([^()\s]{1,64})\))?[>#] ?(.*)$/;

export function parseConfigReply(output: string): ConfigReply {
  const parts: { command: string; reply: string[] }[] = [{ command: '', reply: [] }];
  let endsInMode: string | null = null;
  for (const line of output.split(/\r?\n/)) {
    const found = prompted.exec(line);
    if (found === null) parts.at(-1)?.reply.push(line);
    else {
      endsInMode = found[1] ?? 'exec';
      parts.push({ command: (found[2] ?? '').trim(), reply: [] });
    }
  }
  const judged = parts.map(({ command, reply }) => ({ command, ...judge(reply.join('\n')) }));
  return {
    rejected: judged.flatMap(({ command, rejection, marker }) =>
      rejection === null ? [] : [{ command, marker: marker ?? '' }],
    ),
    advisories: judged.flatMap(({ notices }) => notices),
    syslogLines: judged.flatMap(({ syslog }) => syslog),
    endsInMode,
  };
}
