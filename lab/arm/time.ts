/** A moment as the compute provider writes it: tenths of microseconds, and the offset instead of `Z`. */
export const computeTime = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().replace(/Z$/, '0000+00:00');
