/** What the root hooks need from helpers, without loading these where a test file does not: loading takes a second. */

const KEPT = 100;
const log: string[] = [];
const atEnd: (() => void)[] = [];

/** Keeps a line that is worth showing if the running test fails. */
export function keepLogLine(line: string): void {
  log.push(line);
  log.splice(0, log.length - KEPT);
}

/** What was kept since the last call. */
export function takeKeptLog(): readonly string[] {
  return log.splice(0);
}

/** Has something done after all tests; with parallel runs, in each process after each file, so more than once. */
export function atRunEnd(action: () => void): void {
  atEnd.push(action);
}

export function endRun(): void {
  for (const action of atEnd) action();
}
