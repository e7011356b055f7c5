import { firstLine, type Say } from './cache.ts';

/** One way to come by something. */
export interface Rung {
  /** What is tried, as a person would name it. */
  readonly name: string;
  /** Said before it starts; null for what takes no time. */
  readonly announce: string | null;
  /** Resolves when it worked; rejects with the reason why not. */
  attempt(): Promise<void>;
}

/** One rung that did not hold. */
export interface Failure {
  readonly name: string;
  readonly reason: string;
}

/** No way to come by a thing worked: what was tried, why each failed, and how to go on. */
export class NothingWorked extends Error {
  override readonly name = 'NothingWorked';
  readonly failures: readonly Failure[];

  constructor(what: string, failures: readonly Failure[], remedy: string) {
    const tried = failures.map(({ name, reason }) => `  - ${name}: ${reason}`).join('\n');
    super(`${what} could not be found or made. Tried:\n${tried}\n${remedy}`);
    this.failures = failures;
  }
}

/** Tries each rung in turn until one holds; returns the failures before it, or null if none held. */
export async function climb(rungs: readonly Rung[], failures: Failure[], say: Say): Promise<boolean> {
  for (const rung of rungs) {
    if (rung.announce !== null) say(rung.announce);
    try {
      await rung.attempt();
      return true;
    } catch (error) {
      const reason = firstLine(error);
      if (rung.announce !== null) say(`  did not work: ${reason}`);
      failures.push({ name: rung.name, reason });
    }
  }
  return false;
}
