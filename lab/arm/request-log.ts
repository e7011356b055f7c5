/** Every request in one line, in memory and in a file that a person can follow with `tail -f`. */
import { type WriteStream, createWriteStream } from 'node:fs';
import type { RequestRecord } from './contract.ts';

/** How many requests are kept in memory. */
const kept = 5000;

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

export class RequestLog {
  private readonly records: RequestRecord[] = [];
  private readonly stream: WriteStream;

  constructor(file: string) {
    this.stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
    // A log that cannot be written must not end the lab; the records in memory stay.
    this.stream.on('error', () => undefined);
  }

  add(record: RequestRecord): void {
    this.records.push(record);
    if (this.records.length > kept * 1.2) this.records.splice(0, this.records.length - kept);
    this.stream.write(`${lineOf(record)}\n`);
  }

  /** Oldest first. */
  recent(): readonly RequestRecord[] {
    return this.records.slice(-kept);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.stream.on('close', resolve);
      this.stream.end();
    });
  }
}
