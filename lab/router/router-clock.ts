import type { LabClock } from '../ports.ts';

/** One thing that is due; `cancel` makes it never happen. */
export interface Timer {
  /** Milliseconds since the epoch, by the router's clock. */
  readonly at: number;
  cancel(): void;
}

interface Pending {
  readonly at: number;
  readonly act: () => void;
}

/** setTimeout cannot wait longer than this. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** A router's own clock: the wall clock plus what it was moved on, and what falls due on it. */
export class RouterClock {
  offsetMs: number;
  private readonly wall: LabClock;
  private pending: Pending[] = [];
  private handle: NodeJS.Timeout | null = null;

  constructor(wall: LabClock, offsetMs: number) {
    this.wall = wall;
    this.offsetMs = offsetMs;
  }

  now(): number {
    return this.wall.now() + this.offsetMs;
  }

  schedule(at: number, act: () => void): Timer {
    const entry: Pending = { at, act };
    this.pending.push(entry);
    this.arm();
    return {
      at,
      cancel: () => {
        this.pending = this.pending.filter((one) => one !== entry);
        this.arm();
      },
    };
  }

  /** Moves the clock on; what falls due on the way fires in order, each at its own time. */
  advance(seconds: number): void {
    const target = this.now() + seconds * 1000;
    for (let next = this.first(); next !== null && next.at <= target; next = this.first()) {
      this.offsetMs = Math.max(this.offsetMs, next.at - this.wall.now());
      this.fire(next);
    }
    this.offsetMs = target - this.wall.now();
    this.arm();
  }

  close(): void {
    this.pending = [];
    this.arm();
  }

  private first(): Pending | null {
    return this.pending.toSorted((left, right) => left.at - right.at)[0] ?? null;
  }

  private fire(entry: Pending): void {
    this.pending = this.pending.filter((one) => one !== entry);
    entry.act();
  }

  private arm(): void {
    if (this.handle !== null) clearTimeout(this.handle);
    this.handle = null;
    const next = this.first();
    if (next === null) return;
    const wait = Math.min(Math.max(next.at - this.now(), 0), LONGEST_WAIT_MS);
    this.handle = setTimeout(() => {
      const due = this.first();
      if (due !== null && due.at <= this.now()) this.fire(due);
      this.arm();
    }, wait);
    this.handle.unref();
  }
}
