/** What differs from one negotiation to the next, drawn from the lab's seed: how long it takes, and its SPIs. */
import type { Draw } from '../ports.ts';

interface Range {
  readonly least: number;
  readonly spread: number;
}

/** Until a negotiation that failed is begun again, in milliseconds. */
export const RETRY_MS: Range = { least: 2000, spread: 2000 };
/** How long a negotiation takes, in milliseconds. */
export const EXCHANGE_MS: Range = { least: 250, spread: 600 };

export class Chance {
  private readonly draw: Draw;
  private readonly key: string;

  /** @param key names the tunnel interface in the whole lab. */
  constructor(draw: Draw, key: string) {
    this.draw = draw;
    this.key = key;
  }

  /** A number of the range, the same for the same attempt. */
  span({ least, spread }: Range, attempt: number): number {
    return least + this.draw(`link/${this.key}/${attempt}`) * spread;
  }

  /** So many hexadecimal digits, 16 at most. */
  spi(what: string, digits: number, attempt: number): string {
    const half = (part: number): string =>
      Math.floor(this.draw(`spi/${this.key}/${attempt}/${what}/${part}`) * 0xffffffff)
        .toString(16)
        .toUpperCase()
        .padStart(8, '0');
    return (half(0) + half(1)).slice(0, digits);
  }
}
