/**
 * What a session showed, for an auditor: one file per session, line by line as it came, each with its time, secrets
 * masked. What is typed is in it by the router's echo; passwords are not echoed.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Refused } from '../errors.ts';
import { LineMasker } from './line-masker.ts';
import { visible } from './text.ts';

export interface TranscriptFacts {
  /** As the caller names the router; part of the path. */
  readonly router: string;
  readonly host: string;
  readonly username: string;
  readonly hostKey: string;
}

/** Enough for an audit of more than a year's work on one router; what is to be kept longer is copied elsewhere. */
const mostKept = 1000;
const keptDays = 400;
const ours = /^\d{8}T\d{9}Z-[0-9a-f]{6}\.log$/;

/** `20261125T181530123Z`, so that names are in the order of time. */
function stamp(time: Date): string {
  return time.toISOString().replace(/[-:.]/g, '');
}

/** Makes room for one more by removing the oldest transcripts of a router. One that cannot be removed is no reason to do nothing. */
function prune(directory: string, now: Date): void {
  const oldest = stamp(new Date(now.getTime() - keptDays * 86_400_000));
  try {
    const kept = readdirSync(directory)
      .filter((name) => ours.test(name))
      .toSorted();
    const surplus = kept.filter((name, index) => name < oldest || index <= kept.length - mostKept);
    for (const name of surplus) rmSync(join(directory, name), { force: true });
  } catch {
    // Another worker may be at it.
  }
}

/** Writes one session's transcript. Complete lines reach the file at once, so that it outlives the process. */
export class Transcript {
  readonly file: string;
  readonly #masker: LineMasker;
  #descriptor: number | null;
  /** The line that has not ended yet, as it came. */
  #pending = '';

  /** @throws Refused where the file cannot be made: nothing is done on a router that leaves no trace. */
  constructor(folder: string, facts: TranscriptFacts, secrets: readonly string[]) {
    this.#masker = new LineMasker(secrets);
    const directory = join(folder, facts.router.replace(/[^\w.-]/g, '_'));
    const now = new Date();
    this.file = join(directory, `${stamp(now)}-${randomBytes(3).toString('hex')}.log`);
    try {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      prune(directory, now);
      this.#descriptor = openSync(this.file, 'ax', 0o600);
    } catch (error) {
      throw new Refused({
        what: `The transcript ${this.file} cannot be made: ${(error as Error).message}`,
        next: 'Make that folder writable, or set SITELINK_TRANSCRIPTS to another one',
      });
    }
    this.#write([
      `Session with ${facts.router} at ${facts.host} as ${facts.username}, host key ${facts.hostKey}`,
      `Begun ${now.toISOString()}; all times are UTC; ******** stands for a secret`,
    ]);
  }

  /** Takes what has arrived, cut anywhere. */
  received(text: string): void {
    const lines = (this.#pending + text).split('\n');
    this.#pending = lines.pop() ?? '';
    if (lines.length > 0) this.#write(lines.map((line) => this.#shown(line)));
  }

  /** Ends it, with the reason. The first end counts. */
  end(why: string): void {
    if (this.#descriptor === null) return;
    const last = this.#pending === '' ? [] : [this.#shown(this.#pending)];
    this.#pending = '';
    this.#write([...last, `Ended ${new Date().toISOString()}: ${this.#masker.line(why)}`]);
    closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  #shown(raw: string): string {
    return this.#masker.line(visible(raw.replace(/\r+$/, '')));
  }

  #write(lines: readonly string[]): void {
    if (this.#descriptor === null) return;
    const time = new Date().toISOString().slice(11, 23);
    try {
      writeSync(this.#descriptor, lines.map((line) => `${time}  ${line}`.trimEnd()).join('\n') + '\n');
    } catch {
      // A full disk is no reason to break off a change in the middle.
    }
  }
}
