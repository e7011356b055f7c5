import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere, writeAtomic } from '../../state-dir.ts';
import type { JsonObject } from '../json.ts';

/** A row of a table as it now is; null: it is gone. Applying a record twice does no harm. */
export interface JournalRecord {
  readonly table: 'resource' | 'operation' | 'counter';
  readonly key: string;
  readonly value: JsonObject | null;
}

/** How large the journal may grow before it is folded into the snapshot, in bytes. */
const foldAt = 32 * 1024 * 1024;

/** From which size on an orderly end folds it, in bytes; a fold writes everything anew, which takes its time. */
const longFrom = 1024 * 1024;

/**
 * A snapshot and an append-only journal, one line per transaction. A line that `kill -9` cut short is the last one and
 * is dropped whole, so a transaction is there entirely or not at all.
 */
export class Journal {
  private readonly snapshotFile: string;
  private readonly journalFile: string;
  private size = 0;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.snapshotFile = join(folder, 'state.json');
    this.journalFile = join(folder, 'state.journal');
  }

  /** All records in the order they were written. @throws Error if a line other than the last is damaged. */
  load(): JournalRecord[] {
    const snapshot = readIfThere(this.snapshotFile);
    const records = snapshot === null ? [] : (JSON.parse(snapshot) as JournalRecord[]);
    if (!existsSync(this.journalFile)) return records;
    const bytes = readFileSync(this.journalFile);
    // Counted in bytes: the cut may have gone through a character.
    const whole = bytes.lastIndexOf(0x0a) + 1;
    for (const [index, line] of bytes.toString('utf8', 0, whole).split('\n').entries()) {
      if (line === '') continue;
      try {
        records.push(...(JSON.parse(line) as JournalRecord[]));
      } catch {
        throw new Error(`${this.journalFile}, line ${index + 1}, is damaged; remove the folder to start anew`);
      }
    }
    if (whole < bytes.length) truncateSync(this.journalFile, whole);
    this.size = whole;
    return records;
  }

  /** @throws Error if it cannot be written, as on a full disk; the journal is then as it was. */
  append(records: readonly JournalRecord[]): void {
    const line = Buffer.from(`${JSON.stringify(records)}\n`);
    try {
      appendFileSync(this.journalFile, line, { mode: 0o600 });
    } catch (error) {
      // Half a line would swallow the next one.
      if (existsSync(this.journalFile)) truncateSync(this.journalFile, this.size);
      throw error;
    }
    this.size += line.length;
  }

  get wantsFolding(): boolean {
    return this.size > foldAt;
  }

  /** Whether the next start would have much to read twice. */
  get isLong(): boolean {
    return this.size > longFrom;
  }

  /** Replaces snapshot and journal by these records; a kill between the two steps leaves both, which reads the same. */
  fold(records: readonly JournalRecord[]): void {
    writeAtomic(this.snapshotFile, JSON.stringify(records));
    if (existsSync(this.journalFile)) truncateSync(this.journalFile, 0);
    this.size = 0;
  }
}
