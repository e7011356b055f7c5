/**
 * The one shell of a connection: text in, text out, every wait with a deadline, every buffer with a limit.
 */
import { StringDecoder } from 'node:string_decoder';
import type { Client, ClientChannel } from 'ssh2';
import type { AdapterError } from '../errors.ts';
import { Refused, Unreachable } from '../errors.ts';
import { iosXe } from './dialect.ts';
import type { Transcript } from './transcript.ts';

/** Looks at what has arrived; returns undefined to wait on. `idleMs` is how long nothing has come. */
export type Match<T> = (text: string, idleMs: number) => T | undefined;

export interface Wait {
  readonly seconds: number;
  /** Completes the sentence "… while waiting for": what was expected. */
  readonly what: string;
}

const idleCheckMs = 250;
const maximumTranscriptCharacters = 4_000_000;

export class Shell {
  readonly #host: string;
  readonly #channel: ClientChannel;
  readonly #decoder = new StringDecoder('utf8');
  readonly #transcript: string[] = [];
  readonly #record: Transcript | null;
  #transcriptLength = 0;
  #text = '';
  #arrivedAt = Date.now();
  #ended: AdapterError | null = null;
  #wake: () => void = () => undefined;

  constructor(host: string, channel: ClientChannel, record: Transcript | null) {
    this.#host = host;
    this.#record = record;
    this.#channel = channel;
    channel.on('data', (chunk: Buffer) => this.#arrive(this.#decoder.write(chunk)));
    channel.stderr.on('data', (chunk: Buffer) => this.#arrive(chunk.toString('utf8')));
    channel.on('close', () => this.fail(this.#lost('the router closed the session')));
    channel.on('error', () => this.fail(this.#lost('the session broke')));
  }

  /** All that has been received, oldest parts dropped beyond 4 million characters. Not masked. */
  get received(): string {
    return this.#transcript.join('');
  }

  get ended(): boolean {
    return this.#ended !== null;
  }

  write(text: string): void {
    if (this.#ended === null) this.#channel.write(text);
  }

  /** Forgets what has arrived and was not asked for. */
  clear(): void {
    this.#text = '';
  }

  /** Ends all waits, now and later, with this error. The first one counts. */
  fail(error: AdapterError): void {
    this.#ended ??= error;
    this.#record?.end(error.shortMessage);
    this.#wake();
  }

  /** Resolves once the router has closed the shell, or after the given time. */
  async closed(milliseconds: number): Promise<void> {
    const until = Date.now() + milliseconds;
    while (this.#ended === null && Date.now() < until) await this.#pause(until - Date.now());
  }

  /** Waits until `match` finds what it looks for in all that has arrived since `clear`. */
  async waitFor<T>(match: Match<T>, wait: Wait): Promise<T> {
    const until = Date.now() + wait.seconds * 1000;
    for (;;) {
      const found = match(this.#text, Date.now() - this.#arrivedAt);
      if (found !== undefined) return found;
      if (this.#ended !== null) throw this.#ended;
      const left = until - Date.now();
      if (left <= 0) throw this.#lost(`nothing more came within ${wait.seconds} s while waiting for ${wait.what}`);
      await this.#pause(Math.min(left, idleCheckMs));
    }
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #arrive(text: string): void {
    this.#arrivedAt = Date.now();
    this.#text += text;
    this.#record?.received(text);
    this.#keep(text);
    if (this.#text.length > iosXe.maximumReplyCharacters) {
      this.fail(
        new Refused({
          what: `Router ${this.#host} printed more than ${iosXe.maximumReplyCharacters} characters in one reply`,
          next: 'Ask for less, for example with `| section`',
        }),
      );
    }
    this.#wake();
  }

  #keep(text: string): void {
    this.#transcript.push(text);
    this.#transcriptLength += text.length;
    while (this.#transcriptLength > maximumTranscriptCharacters) {
      this.#transcriptLength -= this.#transcript.shift()?.length ?? this.#transcriptLength;
    }
  }

  #lost(why: string): Unreachable {
    return new Unreachable({
      host: this.#host,
      what: `The session with router ${this.#host} was lost: ${why}`,
      next: 'It is safe to run this again: the running configuration is read before anything is sent',
    });
  }
}

/** Opens the only channel that IOS allows on a connection, as a wide terminal. */
export function openShell(
  host: string,
  client: Client,
  seconds: number,
  record: Transcript | null = null,
): Promise<Shell> {
  const { columns, rows, term } = iosXe.terminal;
  return new Promise((resolve, reject) => {
    const refuse = (why: string, cause?: unknown): void =>
      reject(
        new Unreachable({
          host,
          what: `Router ${host} opens no shell: ${why}`,
          next: 'Check that a vty line is free (`show users` on the router)',
          cause,
        }),
      );
    const timer = setTimeout(() => refuse(`no answer within ${seconds} s`), seconds * 1000);
    client.once('close', () => refuse('it closed the connection'));
    client.shell({ cols: columns, rows, term }, (error, channel) => {
      clearTimeout(timer);
      if (error === undefined) resolve(new Shell(host, channel, record));
      else refuse(error.message, error);
    });
  });
}
