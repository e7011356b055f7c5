/** The lab's time, and its chance: both the same again for the same seed. */
import { createHash } from 'node:crypto';
import type { Draw, LabClock } from './ports.ts';

/** A cloud that runs `speed` times faster than Azure; routers keep real time. */
export function labClock(speed: number): LabClock {
  return {
    speed,
    now: () => Date.now(),
    scaled: (labMs) => labMs / speed,
  };
}

/** Draws depend on seed and key alone, so that the order in which requests arrive changes nothing. */
export function seededDraw(seed: string): Draw {
  return (key) => {
    const digest = createHash('sha256').update(seed).update('\0').update(key).digest();
    return digest.readUInt32BE(0) / 2 ** 32;
  };
}
