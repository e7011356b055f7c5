/** Shows a run as it goes on: a live tree on a terminal, a line per change elsewhere. */
import type { StatusDocument } from '../../domain/progress.ts';
import type { Output } from '../output.ts';
import { LiveScreen } from './live.ts';
import { PlainScreen } from './plain.ts';

export interface Screen {
  show(statuses: readonly StatusDocument[]): void;
  /** A line that is no part of the tree; the same line twice in a row is shown once. */
  notice(line: string): void;
  /** Leaves what was shown last on the screen. */
  close(): void;
}

/** `phaseOnly`: lines tell only the phase at first sight, because the steps were told before. */
export function makeScreen(output: Output, pace: number, phaseOnly: boolean): Screen {
  return output.live ? new LiveScreen(output, pace) : new PlainScreen(output, pace, phaseOnly);
}
