/** What a command of a script finds and leaves. */
import type { PingReply, PingRequest } from '../../ports.ts';

/** The machine that a script runs on. */
export interface Host {
  readonly hostname: string;
  readonly address: string;
  /** Wall-clock milliseconds of so much time on the machine. */
  scaled(milliseconds: number): number;
  /** Undefined: there is no network at all. */
  ping(request: PingRequest): AsyncIterable<PingReply> | undefined;
}

export interface Output {
  stdout: string;
  stderr: string;
}
