/** A live tree on a terminal, a line per change elsewhere. */
import type { Output } from '../output.ts';
import { LiveScreen } from './live.ts';
import { PlainScreen } from './plain.ts';
import type { Screen } from './screen.ts';

/** `phaseOnly`: lines tell only the phase at first sight, because the steps were told before. */
export function makeScreen(output: Output, pace: number, phaseOnly: boolean): Screen {
  return output.live ? new LiveScreen(output, pace) : new PlainScreen(output, pace, phaseOnly);
}
