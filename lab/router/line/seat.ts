/** What the machine asks of a session that is logged in. */
export interface Seat {
  readonly user: string;
  /** Number of the vty. */
  readonly line: number;
  /** The address it came from. */
  readonly from: string;
  readonly mode: string;
  readonly inConfigure: boolean;
  readonly since: number;
  /** When the client last typed a line. */
  readonly activeAt: number;
  /** True after `terminal monitor`. */
  readonly monitors: boolean;
  /** Writes into whatever the session is doing. */
  interject(text: string): void;
  /** Breaks the connection. */
  kick(): void;
}
