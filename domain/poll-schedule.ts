/**
 * When to look at a long operation again. Pure, and in units of the server's own hint (`Retry-After`), so that the
 * same schedule fits Azure and anything that runs faster: only the hints tell the speed.
 *
 * The hint is a floor, never a target: a gateway that takes 20 to 45 minutes at a hint of 10 s is looked at some 55
 * times instead of 270. Looks are sparse while an end is unlikely and close where such operations usually end.
 */

/** How long an operation of one kind usually takes, in units of the server's hint. */
export interface Pace {
  readonly from: number;
  readonly to: number;
}

/** Azure's usual hint; what is used while the server has not said any. */
const defaultUnitMs = 10_000;

/**
 * Usual durations in units of Azure's hint of 10 s (azure.md, section 5: gateway 20 to 45 minutes, its deletion about
 * 10 to 20, a connection about 10 s; the others from the field's experience).
 */
export const paces = {
  quick: { from: 0, to: 0.9 },
  connection: { from: 0.5, to: 6 },
  action: { from: 1, to: 6 },
  vm: { from: 3, to: 24 },
  vmDelete: { from: 3, to: 18 },
  gateway: { from: 120, to: 270 },
  gatewayDelete: { from: 30, to: 120 },
  groupDelete: { from: 1, to: 60 },
} as const satisfies Record<string, Pace>;

/** Looks in the sparse part, and in the usual part; together with the first look below 60 for a gateway. */
const sparseLooks = 10;
const closeLooks = 45;

export interface Moment {
  /** Since the operation was accepted. */
  readonly elapsedMs: number;
  /** The first hint that the server gave for this operation: the unit of the schedule. */
  readonly unitMs: number;
  /** The server's latest hint: never look earlier than this. 0 if it gave none. */
  readonly hintMs: number;
}

/** Milliseconds until the next look at an operation that has not ended. */
export function nextPollMs(pace: Pace, moment: Moment): number {
  return Math.max(moment.hintMs, stepUnits(pace, moment.elapsedMs / moment.unitMs) * moment.unitMs);
}

function stepUnits(pace: Pace, elapsed: number): number {
  // A request that is wrong often fails at once: the first look does not wait for the sparse step.
  if (elapsed < 1) return 1;
  if (elapsed >= pace.from) return Math.max(1, (pace.to - pace.from) / closeLooks);
  const sparse = Math.max(1, pace.from / sparseLooks);
  return Math.max(1, Math.min(sparse, pace.from - elapsed));
}

/**
 * Milliseconds until the next look at a resource whose operation is unknown, so that there is no hint at all: about a
 * sixth of the time already waited, so that the delay of the discovery stays in proportion at any speed.
 */
export function nextLookMs(elapsedMs: number): number {
  return Math.min(30_000, Math.max(1_000, elapsedMs * 0.15));
}

/** True for what usually ends so soon that waiting inside the attempt is cheaper than a retry. */
export function isShort(pace: Pace, unitMs: number): boolean {
  return pace.to * unitMs < 10_000;
}

/**
 * How much faster than Azure the server runs, from a hint: 1 for Azure's 10 s, 1/60 for a sixtieth of it. Bounds that
 * are stated at Azure's pace (minutes until a status is true) are multiplied by it.
 */
export function timeScale(unitMs: number): number {
  return Math.min(1, unitMs / defaultUnitMs);
}
