/**
 * Heartbeat details: what one attempt of an activity leaves for the next one. They live in the server's memory of the
 * running activity and not in its history, except that a timeout with which the activity ends records the last ones;
 * `long-work.ts` takes operation URLs out of them before that can happen.
 */
import { Context } from '@temporalio/activity';

const kept = new WeakMap<Context, unknown>();

/** What this attempt, or else the one before it, kept last. */
export function keptDetails(): unknown {
  const context = Context.current();
  return kept.has(context) ? kept.get(context) : context.info.heartbeatDetails;
}

/** Keeps details for the next attempt, and sends them at once unless a heartbeat was sent a moment ago. */
export function keep(details: unknown): void {
  const context = Context.current();
  kept.set(context, details);
  context.heartbeat(details);
}

/** A sign of life that keeps what was kept: a heartbeat without details would wipe it out. */
export function beat(): void {
  Context.current().heartbeat(keptDetails());
}
