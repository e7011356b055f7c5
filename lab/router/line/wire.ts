import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../ports.ts';

/** How a session reaches its client. */
export interface Wire {
  /** `isEcho`: what the client typed comes back. */
  send(text: string, isEcho: boolean): void;
  /** Ends the connection once everything is sent; `abruptly` as if the network had gone. */
  end(abruptly: boolean): void;
}

/** The connection under a wire. */
export interface Outlet {
  write(text: string): void;
  finish(): void;
  destroy(): void;
}

interface Piece {
  readonly text: string;
  /** Milliseconds to wait before it is written. */
  readonly wait: number;
}

/** A slow device, or line, echoes a character each so many milliseconds. */
const ECHO_MS = 20;
/** What `split` waits between two writes. */
const SPLIT_MS = 1;
/** Sizes of the writes under `split`, one after another: they never fall on the same place of a line for long. */
const SIZES = [1, 3, 2, 7, 5];

/** Cuts a text as the faults `slowEcho` and `split` have it. */
function cut(text: string, isEcho: boolean, faults: readonly Fault[]): Piece[] {
  const slow = isEcho ? faults.find((one) => one.do === 'slowEcho') : undefined;
  if (slow) return Array.from(text, (letter) => ({ text: letter, wait: slow.milliseconds ?? ECHO_MS }));
  const split = faults.find((one) => one.do === 'split');
  if (!split) return [{ text, wait: 0 }];
  const pieces: Piece[] = [];
  for (let at = 0; at < text.length;) {
    const size = SIZES[pieces.length % SIZES.length] ?? 1;
    pieces.push({ text: text.slice(at, at + size), wait: split.milliseconds ?? SPLIT_MS });
    at += size;
  }
  return pieces;
}

/** A wire that writes at once, or as the faults have it at the time of writing; the order stays. */
export function wireTo(outlet: Outlet, manners: () => readonly Fault[]): Wire {
  let waiting: Piece[] = [];
  let pumping = false;
  let ended = false;
  const pump = async (): Promise<void> => {
    pumping = true;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await sleep(next.wait);
      outlet.write(next.text);
    }
    pumping = false;
    if (ended) outlet.finish();
  };
  return {
    send(text, isEcho) {
      if (ended) return;
      const pieces = cut(text, isEcho, manners());
      if (!pumping && pieces.every(({ wait }) => wait === 0)) for (const piece of pieces) outlet.write(piece.text);
      else {
        waiting.push(...pieces);
        if (!pumping) void pump();
      }
    },
    end(abruptly) {
      if (abruptly) {
        waiting = [];
        outlet.destroy();
      }
      if (ended) return;
      ended = true;
      if (!pumping) outlet.finish();
    },
  };
}
