/** Every request in one line, in memory and in a file that a person can follow with `tail -f`. */
import { type WriteStream, createWriteStream, existsSync, renameSync, statSync } from 'node:fs';
import type { RequestRecord } from '../contract.ts';

/** How many requests are kept in memory. */
const kept = 5000;

/** How long lines are gathered, in milliseconds. */
const gatherMs = 20;

/** Beyond so many bytes the file begins anew; the one before is kept beside it, as `.1`. */
const longestFile = 32 * 1024 * 1024;

/** `at method status milliseconds path api-version code request-id client-request-id "user agent"`; `-` for what is not there. */
function lineOf(record: RequestRecord): string {
  const words = [
    record.at,
    record.method.padEnd(6),
    String(record.status).padEnd(3),
    `${record.milliseconds.toFixed(1)}ms`.padStart(9),
    record.path,
    record.apiVersion ?? '-',
    record.code ?? '-',
    record.requestId,
    record.clientRequestId ?? '-',
    `"${record.userAgent ?? ''}"`,
  ];
  return words.join(' ');
}

/** What came from a client, without what could break a line. */
export const printable = (text: string, limit = 2000): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, limit);

function open(file: string): WriteStream {
  const stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
  // A log that cannot be written must not end the lab; the records in memory stay.
  stream.on('error', () => undefined);
  return stream;
}

export class RequestLog {
  private readonly records: RequestRecord[] = [];
  private readonly file: string;
  private readonly longest: number;
  private stream: WriteStream;
  private size: number;

  constructor(file: string, longest = longestFile) {
    this.file = file;
    this.longest = longest;
    this.size = existsSync(file) ? statSync(file).size : 0;
    this.stream = open(file);
  }

  add(record: RequestRecord): void {
    this.records.push(record);
    if (this.records.length > kept * 1.2) this.records.splice(0, this.records.length - kept);
    const line = `${lineOf(record)}\n`;
    if (this.size > 0 && this.size + line.length > this.longest) this.beginAnew();
    this.size += line.length;
    this.gather();
    this.stream.write(line);
  }

  /** Lines of the same moment go to the file at once: one write per request would cost as much as a small answer. */
  private gather(): void {
    const { stream } = this;
    if (stream.writableCorked > 0) return;
    stream.cork();
    setTimeout(() => {
      stream.uncork();
    }, gatherMs).unref();
  }

  /** Oldest first. */
  recent(): readonly RequestRecord[] {
    return this.records.slice(-kept);
  }

  /** What is still to be written goes where it belongs: into the file that has another name now. */
  private beginAnew(): void {
    try {
      renameSync(this.file, `${this.file}.1`);
    } catch {
      // Whoever took the file away has made room, too.
    }
    this.stream.end();
    this.stream = open(this.file);
    this.size = 0;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.stream.on('close', resolve);
      this.stream.end();
    });
  }
}
