import type { Answer } from './traffic.ts';

/**
 * Milliseconds of an echo; `chance` is in [0, 1). Across a tunnel as the seed measured between two Japanese regions:
 * mostly 10 to 12 ms, now and then up to 28.
 */
export function roundTrip({ way }: Answer, chance: number): number {
  if (way === 'self') return 0.05 + chance * 0.1;
  if (way === 'near') return 0.6 + chance;
  return chance < 0.95 ? 10 + chance * 2 : 10 + (chance - 0.95) * 360;
}
