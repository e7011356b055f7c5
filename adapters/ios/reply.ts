/**
 * One exchange with the router: a command typed, its echo read, and everything up to the next prompt of this router.
 */
import { DeviceRejected, Refused } from '../errors.ts';
import { iosXe } from './dialect.ts';
import type { Shell } from './shell.ts';
import { endingPrompt, isNameOf, lastLine, visible } from './text.ts';
import type { Prompt } from './text.ts';

export interface Reply {
  /** What stands between the echo and the prompt. */
  readonly text: string;
  readonly prompt: Prompt;
}

/** Idle times after which a silence says something, in milliseconds. */
const silence = { question: 1500, foreignPrompt: 1500, noEcho: 2500 };

/** Characters from which on a reply is read as a whole only when its last line could be a prompt, a question or a pager. */
const longReply = 20_000;
const couldEnd = /(?:[#>:?\]]|--More--)\s*$/;

/** `?` opens help while a line is typed; after Ctrl-V it is a character. */
const literalNext = String.fromCharCode(22);

/** Where the reply begins: after the echo of the command, which a slow terminal may have broken by blanks. */
function afterEcho(text: string, command: string): string | null {
  if (command === '') return text;
  const at = text.indexOf(command);
  if (at >= 0) return text.slice(at + command.length);
  const compact = command.replace(/\s+/g, '');
  const line = text.split('\n').findIndex((candidate) => candidate.replace(/\s+/g, '').endsWith(compact));
  return line < 0
    ? null
    : `\n${text
        .split('\n')
        .slice(line + 1)
        .join('\n')}`;
}

export class ReplyReader {
  readonly #host: string;
  readonly #hostname: string;
  readonly #shell: Shell;
  readonly #mask: (text: string) => string;
  #mode = 'exec';

  constructor(host: string, hostname: string, shell: Shell, mask: (text: string) => string) {
    this.#host = host;
    this.#hostname = hostname;
    this.#shell = shell;
    this.#mask = mask;
  }

  /** The mode of the last prompt. */
  get mode(): string {
    return this.#mode;
  }

  /**
   * Types one line and reads to the next prompt. Known questions are answered; any other question, and a prompt with
   * another name, stops with what was shown.
   */
  async exchange(command: string, seconds: number): Promise<Reply> {
    let from = 0;
    let pages = '';
    this.#shell.clear();
    this.#shell.write(`${command.replaceAll('?', `${literalNext}?`)}\n`);
    const reply = await this.#shell.waitFor<Reply>(
      (raw, idleMs) => {
        if (raw.length - from > longReply && idleMs < silence.question && !couldEnd.test(raw.slice(-200)))
          return undefined;
        const text = pages + visible(raw.slice(from));
        const rest = afterEcho(text, command) ?? (idleMs > silence.noEcho ? text : null);
        if (rest === null) return undefined;
        const line = lastLine(rest);
        if (iosXe.pager.test(line)) {
          pages = text.replace(iosXe.pager, '');
          from = raw.length;
          this.#shell.write(' ');
          return undefined;
        }
        const prompt = rest.includes('\n') ? this.#ownPrompt(rest, idleMs) : null;
        if (prompt !== null) return { text: withoutPrompt(rest, prompt), prompt };
        if (this.#answer(command, line, idleMs)) {
          pages = `${text}\n`;
          from = raw.length;
        }
        return undefined;
      },
      { seconds, what: `the prompt after \`${this.#mask(command)}\`` },
    );
    this.#mode = reply.prompt.mode;
    return reply;
  }

  #ownPrompt(text: string, idleMs: number): Prompt | null {
    const prompt = endingPrompt(text);
    if (prompt === null || isNameOf(prompt.name, this.#hostname)) return prompt;
    if (idleMs < silence.foreignPrompt) return null;
    throw new Refused({
      what: `The prompt of ${this.#host} has changed from ${this.#hostname} to ${prompt.name}`,
      next: 'Check which device answers at this address, and whether it was renamed meanwhile',
    });
  }

  #answer(command: string, line: string, idleMs: number): boolean {
    const known = iosXe.questions.find(({ question, command: after }) => question.test(line) && after.test(command));
    if (known !== undefined) {
      this.#shell.write(`${known.answer}\n`);
      return true;
    }
    if (idleMs < silence.question || !iosXe.looksLikeQuestion.test(line)) return false;
    throw new DeviceRejected({
      what: `Router ${this.#host} asks \`${this.#mask(line.trim())}\` after \`${this.#mask(command)}\`, which Sitelink does not answer`,
      host: this.#host,
      line: 0,
      command: this.#mask(command),
      mode: this.#mode,
      reply: this.#mask(line.trim()),
      next: 'Answer it by hand on the router, then run this again',
    });
  }
}

function withoutPrompt(text: string, prompt: Prompt): string {
  const lines = text.split('\n');
  const ending = prompt.mode === 'exec' ? prompt.name : `${prompt.name}(${prompt.mode})`;
  const at = lines.findLastIndex((line) => line.startsWith(ending));
  lines.splice(at, 1);
  return lines.join('\n').replace(/^\n/, '').replace(/\n+$/, '');
}
