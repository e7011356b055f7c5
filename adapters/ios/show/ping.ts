/** `ping`: the line with the success rate alone counts; the marks above it may be cut. */
import { find, findNumber } from './text.ts';

export interface Ping {
  readonly destination: string | null;
  readonly source: string | null;
  readonly sizeBytes: number | null;
  readonly timeoutSeconds: number | null;
  readonly sent: number | null;
  readonly received: number | null;
  readonly successPercent: number | null;
  /** Milliseconds; null where nothing came back. */
  readonly rttMin: number | null;
  readonly rttAvg: number | null;
  readonly rttMax: number | null;
}

export function parsePing(output: string): Ping {
  const [, min, avg, max] = /min\/avg\/max\s*=\s*(\d+)\/(\d+)\/(\d+)/.exec(output) ?? [];
  const milliseconds = (text: string | undefined): number | null => (text === undefined ? null : Number(text));
  return {
    destination: find(output, /ICMP Echos? to ([^\s,]+)/) ?? null,
    source: find(output, /source address of (\S+)/) ?? null,
    sizeBytes: findNumber(output, /(\d{1,9})-byte ICMP/) ?? null,
    timeoutSeconds: findNumber(output, /timeout is (\d+) second/) ?? null,
    // Nothing sums up the replies to a broadcast: then it is the number announced.
    sent:
      findNumber(output, /Success rate is \d+ percent \(\d+\/(\d+)\)/) ??
      findNumber(output, /Sending (\d{1,10}), /) ??
      null,
    received: findNumber(output, /Success rate is \d+ percent \((\d+)\/\d+\)/) ?? null,
    successPercent: findNumber(output, /Success rate is (\d+) percent/) ?? null,
    rttMin: milliseconds(min),
    rttAvg: milliseconds(avg),
    rttMax: milliseconds(max),
  };
}
