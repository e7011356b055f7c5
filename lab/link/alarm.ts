import type { LabClock } from '../ports.ts';

const SHORTEST_WAIT_MS = 25;

/** One timer that rings at the earliest of the times asked for; it keeps no process alive. */
export class Alarm {
  private readonly clock: LabClock;
  private readonly ring: () => void;
  private timer: NodeJS.Timeout | null = null;
  private at = Infinity;

  constructor(clock: LabClock, ring: () => void) {
    this.clock = clock;
    this.ring = ring;
  }

  within(milliseconds: number): void {
    const at = this.clock.now() + milliseconds;
    if (this.timer !== null && this.at <= at) return;
    this.clear();
    this.at = at;
    this.timer = setTimeout(
      () => {
        this.clear();
        this.ring();
      },
      Math.max(milliseconds, SHORTEST_WAIT_MS),
    );
    this.timer.unref();
  }

  clear(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.at = Infinity;
  }
}
