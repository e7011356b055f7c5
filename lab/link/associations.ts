/** The SAs of one tunnel interface, as the router holds them, and what they depend on. */
import type { CloudView, Draw, LabClock } from '../ports.ts';
import type { Agreement, EspPart } from './negotiation.ts';

export interface Surroundings {
  readonly cloud: CloudView;
  readonly clock: LabClock;
  readonly draw: Draw;
}

export interface IkeState {
  readonly agreement: Agreement;
  readonly tunnelId: number;
  readonly localSpi: string;
  readonly remoteSpi: string;
  /** By the router's clock. */
  readonly since: number;
  /** By the wall clock. */
  readonly establishedAt: number;
}

export interface EspState {
  readonly part: EspPart;
  readonly inboundSpi: string;
  readonly outboundSpi: string;
  readonly since: number;
  readonly establishedAt: number;
}

/** A row that `show crypto ikev2 sa` still lists for a moment after the SA is gone. */
export interface Farewell {
  readonly ike: IkeState;
  readonly until: number;
}
