/** Faults and holds: what strikes at the ARM endpoint and at the routers. Joined to the other seams in `ports.ts`. */

export interface Fault {
  readonly id: string;
  readonly target: 'arm' | 'router';
  /** Regular expressions, case-insensitive: ARM method and path (without query), or a router's line; `device` a host name. */
  readonly match: {
    readonly method?: string;
    readonly path?: string;
    readonly line?: string;
    readonly device?: string;
  };
  /** Only the nth match, counted from 1. Neither nth nor probability: every match. */
  readonly nth?: number;
  readonly probability?: number;
  readonly at?: 'before' | 'afterEffect';
  readonly do:
    | 'status'
    | 'delay'
    | 'drop'
    | 'hold'
    | 'fail'
    | 'cancel'
    | 'slow'
    | 'lose'
    | 'evict'
    | 'expireToken'
    | 'reject'
    | 'busy'
    | 'log'
    | 'reload'
    | 'rename'
    | 'slowEcho'
    | 'split';
  readonly status?: number;
  readonly code?: string;
  readonly message?: string;
  /** Errors inside the error. */
  readonly details?: readonly { readonly code: string; readonly message: string }[];
  readonly milliseconds?: number;
  readonly retryAfterSeconds?: number;
}

export interface FaultDesk {
  /** The faults that strike this occasion at this point, in the order given; each call counts as one match. */
  arm(occasion: { method: string; path: string; at: 'before' | 'afterEffect' }): readonly Fault[];
  router(occasion: { device: string; line: string; at: 'before' | 'afterEffect' }): readonly Fault[];
  /** The faults that hold for everything a router writes to its clients: `slowEcho` and `split`. */
  manners(device: string): readonly Fault[];
  /** Resolves when `POST /_lab/release/{id}` comes; announces the hold on the control endpoint meanwhile. */
  hold(fault: Fault, what: string): Promise<void>;
}
