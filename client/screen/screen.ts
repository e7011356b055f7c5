/** What shows a run as it goes on. */
import type { StatusDocument } from '../../domain/progress.ts';

export interface Screen {
  show(statuses: readonly StatusDocument[]): void;
  /** A line that is no part of the tree; the same line twice in a row is shown once. */
  notice(line: string): void;
  /** Leaves what was shown last on the screen. */
  close(): void;
}
