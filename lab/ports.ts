/**
 * The seams inside the lab, as types: what the ARM endpoint, the routers, the link between them and the control
 * endpoint ask of each other. `lab/arm` implements `CloudView`, `lab/router` implements `RouterView`, `lab/link.ts`
 * implements `Dataplane`, `lab/faults.ts` implements `FaultDesk`. `lab/main.ts` alone joins them.
 *
 * Addresses are dotted IPv4 text, prefixes `a.b.c.d/len`, times are milliseconds of the wall clock.
 */

/** Two clocks: Azure's durations are scaled by `--speed`; whatever a router's client can time is not. */
export interface LabClock {
  /** Milliseconds since the epoch, wall clock. */
  now(): number;
  /** How many times faster than Azure the lab's cloud runs (1 to 1000). */
  readonly speed: number;
  /** Wall-clock milliseconds that `labMs` milliseconds of Azure time take. */
  scaled(labMs: number): number;
}

/** A number in [0, 1) that depends only on the seed and the key, never on the order of arrival. */
export type Draw = (key: string) => number;

export type * from './ports/cloud.ts';
export type * from './ports/faults.ts';
export type * from './ports/link.ts';
export type * from './ports/router.ts';
