/** Sleeps that all end when the data plane closes, so that no ping outlives it. */
export class Sleeper {
  private readonly pending = new Set<() => void>();
  private closed = false;

  /** Resolves after `milliseconds` of wall-clock time, or at once when closed. */
  sleep(milliseconds: number): Promise<void> {
    if (this.closed || milliseconds < 1) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.pending.delete(done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.pending.add(done);
    });
  }

  close(): void {
    this.closed = true;
    // Each one takes itself out of the set.
    for (const done of this.pending) done();
  }
}
