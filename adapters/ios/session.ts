/**
 * A session with a router, as a careful operator would hold it: learn the prompt, type one line, read its echo, read to
 * the next prompt, judge.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Busy, DeviceRejected } from '../errors.ts';
import type { Connection } from './connect.ts';
import { iosXe } from './dialect.ts';
import { execRejection, judge } from './judge.ts';
import type { Shell } from './shell.ts';
import { ReplyReader } from './reply.ts';
import type { Reply } from './reply.ts';
import { visible, withoutInterruptions } from './text.ts';
import type { Transcript } from './transcript.ts';
import { typeAhead } from './type-ahead.ts';
import type { Shown } from './type-ahead.ts';

export interface ConfigureOptions {
  /** `configure terminal revert timer N`: the router undoes everything unless it is confirmed within N minutes. */
  readonly revertMinutes?: number;
  /** How long a removal may be refused because the object is still in use; default 66 s. */
  readonly inUseSeconds?: number;
}

export interface Session {
  readonly host: string;
  /** Who is logged in. */
  readonly username: string;
  /** The name in the exec prompt. */
  readonly hostname: string;
  /** `SHA256:…` of the key that the router showed. */
  readonly hostKey: string;
  /** Runs an exec command; returns what it printed. Throws `DeviceRejected` if the router did not take it. */
  run(command: string, options?: { readonly seconds?: number }): Promise<string>;
  /**
   * What commands that only show something printed, in order; the refusal for each that the router did not take. They
   * are typed at once where the router keeps what is typed ahead.
   */
  show(commands: readonly string[]): Promise<readonly Shown[]>;
  /**
   * Types configuration lines one by one and returns the notices. At the first rejection it leaves configuration mode
   * and throws `DeviceRejected`, whose `line` counts from 1: the lines before it are in effect.
   */
  configure(lines: readonly string[], options?: ConfigureOptions): Promise<{ readonly notices: readonly string[] }>;
  /** Ends the session; releases the vty line in every case. */
  close(): Promise<void>;
  /** Everything that the router printed, masked. */
  transcript(): string;
  /** Masks the secrets of this session in any text. */
  mask(text: string): string;
}

/** Somebody's change waits to be confirmed: the router takes no second one, and what is sent now may be taken back. */
export function rollbackPending(host: string, user: string | null): Busy {
  return new Busy({
    what: `Router ${host} has a change pending${user === null ? '' : ` of user ${user}`} that it takes back unless it is confirmed`,
    next: 'Type `configure confirm` or `configure revert now` on the router, or wait until its timer is over',
    retryAfterSeconds: 30,
  });
}

/** How callers get sessions: applying a configuration needs a second one. */
export type OpenSession = () => Promise<Session>;

export class RouterSession implements Session {
  readonly host: string;
  readonly username: string;
  readonly hostname: string;
  readonly hostKey: string;
  readonly mask: (text: string) => string;
  readonly #connection: Connection;
  readonly #shell: Shell;
  readonly #record: Transcript | null;
  readonly #reader: ReplyReader;
  readonly #seconds: number;
  /** What is typed ahead would turn a page, or is lost. */
  #oneByOne: boolean;

  constructor(parts: {
    host: string;
    username: string;
    hostname: string;
    connection: Connection;
    shell: Shell;
    record: Transcript | null;
    mask: (text: string) => string;
    seconds: number;
    pages: boolean;
  }) {
    this.host = parts.host;
    this.username = parts.username;
    this.hostname = parts.hostname;
    this.hostKey = parts.connection.hostKey;
    this.mask = parts.mask;
    this.#connection = parts.connection;
    this.#shell = parts.shell;
    this.#record = parts.record;
    this.#seconds = parts.seconds;
    this.#oneByOne = parts.pages;
    this.#reader = new ReplyReader(parts.host, parts.hostname, parts.shell, parts.mask);
  }

  async run(command: string, options: { readonly seconds?: number } = {}): Promise<string> {
    const reply = await this.#reader.exchange(command, options.seconds ?? this.#seconds);
    const rejection = this.#refusal(command, reply.text);
    if (rejection !== null) throw rejection;
    return withoutInterruptions(reply.text);
  }

  async show(commands: readonly string[]): Promise<readonly Shown[]> {
    const each = iosXe.timeouts.show;
    if (!this.#oneByOne && commands.length > 1) {
      const replies = await typeAhead(this.#shell, this, commands, each + this.#seconds * commands.length);
      if (replies !== null) return replies.map((text, index) => this.#refusal(commands[index] ?? '', text) ?? text);
      this.#oneByOne = true;
    }
    const shown: Shown[] = [];
    for (const command of commands) {
      const { text } = await this.#reader.exchange(command, each);
      shown.push(this.#refusal(command, text) ?? withoutInterruptions(text));
    }
    return shown;
  }

  #refusal(command: string, text: string): DeviceRejected | null {
    if (execRejection(text) === null) return null;
    return new DeviceRejected({
      host: this.host,
      line: 0,
      command: this.mask(command),
      mode: 'exec',
      reply: this.mask(text.trim()),
      next: this.#remedy(text, 'Check that the router runs IOS-XE with the features that this command needs'),
    });
  }

  async configure(
    lines: readonly string[],
    options: ConfigureOptions = {},
  ): Promise<{ readonly notices: readonly string[] }> {
    const notices = await this.#enterConfiguration(options);
    try {
      for (const [index, line] of lines.entries()) {
        notices.push(...(await this.#configureLine(line.trim(), index + 1, options)));
      }
    } finally {
      await this.#leaveConfiguration();
    }
    return { notices };
  }

  async #enterConfiguration(options: ConfigureOptions): Promise<string[]> {
    const { revertMinutes } = options;
    const command = `configure terminal${revertMinutes === undefined ? '' : ` revert timer ${revertMinutes}`}`;
    const reply = await this.#reader.exchange(command, this.#seconds).catch((error: unknown) => {
      throw this.#asLocked(error);
    });
    // The name of the copy may stand in a line of its own.
    const judgement = judge(reply.text.replace(/(Backing up current running config to)\s+(\S+)/i, '$1 $2'));
    if (judgement.configLocked) throw this.#locked(judgement.marker ?? '');
    if (judgement.rejection !== null && iosXe.rollbackPending.test(judgement.rejection)) {
      throw rollbackPending(this.host, null);
    }
    if (judgement.rejection !== null || reply.prompt.mode === 'exec') {
      throw this.#rejected(command, 0, 'exec', judgement.rejection ?? 'configuration mode was not entered');
    }
    return [...judgement.notices];
  }

  #locked(words: string): Busy {
    return new Busy({
      what: `Configuration mode of router ${this.host} is locked: ${words}`,
      next: 'Wait until the other session has left configuration mode',
      retryAfterSeconds: 30,
    });
  }

  /** The question whether to end the session that holds the configuration stays without an answer. */
  #asLocked(error: unknown): unknown {
    if (!(error instanceof DeviceRejected) || !iosXe.configLocked.test(error.reply)) return error;
    this.#connection.end();
    return this.#locked(error.reply);
  }

  async #configureLine(line: string, number: number, options: ConfigureOptions): Promise<readonly string[]> {
    const until = Date.now() + (options.inUseSeconds ?? 66) * 1000;
    for (;;) {
      const before = this.#reader.mode;
      const reply = await this.#reader.exchange(line, Math.min(this.#seconds, iosXe.timeouts.line));
      const judgement = judge(reply.text);
      const mayPass = judgement.inUse && !iosXe.removeFirst.test(reply.text);
      if (mayPass && line.startsWith('no ') && Date.now() < until) {
        await sleep(1000);
        continue;
      }
      if (judgement.rejection !== null) throw this.#rejected(line, number, before, judgement.rejection);
      if (reply.prompt.mode === 'exec') throw this.#rejected(line, number, before, 'the line left configuration mode');
      return judgement.notices;
    }
  }

  #rejected(command: string, line: number, mode: string, reply: string): DeviceRejected {
    return new DeviceRejected({
      host: this.host,
      line,
      command: this.mask(command),
      mode,
      reply: this.mask(reply),
      next: this.#remedy(
        reply,
        "Nothing was sent after it. Compare the line with the router's release, then run this again",
      ),
    });
  }

  #remedy(reply: string, usual: string): string {
    if (!/authorization failed/i.test(reply)) return usual;
    return `Let the AAA server permit this command to user ${this.username}, then run this again`;
  }

  async #leaveConfiguration(): Promise<void> {
    if (this.#shell.ended) return;
    const left: Reply | null = await this.#reader.exchange('end', this.#seconds).catch(() => null);
    // A session that does not find back to exec mode is of no use: what it shows next would be misread.
    if (left === null || left.prompt.mode !== 'exec') this.#connection.end();
  }

  async close(): Promise<void> {
    this.#record?.end('closed by Sitelink');
    try {
      if (!this.#shell.ended) {
        this.#shell.write('exit\n');
        await this.#shell.closed(500);
      }
    } finally {
      this.#connection.end();
    }
  }

  transcript(): string {
    return this.mask(visible(this.#shell.received));
  }
}
