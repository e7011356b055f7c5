/**
 * A step is a named promise, and awaiting a step is depending on it.
 *
 * waiting -> running -> done, or attention and then running again after a person said `resume`; undone after teardown.
 * A step never rejects except by cancellation: a permanent failure puts that step alone into attention, keeps what
 * there is, and other steps go on.
 */
import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  TimeoutFailure,
  condition,
  isCancellation,
} from '@temporalio/workflow';
import type { StepState, StepView } from '../domain/progress.ts';
import type { StepPlan } from '../domain/runbook.ts';
import { deeds, type Deeds } from './deeds.ts';

/** What a step does. It is given the activities, and a way to say in one line what it found or is at. */
export type Deed<T> = (act: Deeds, say: (detail: string) => void) => Promise<T>;

export class Steps {
  private readonly byId = new Map<string, StepView>();
  private readonly started: Promise<unknown>[] = [];
  private resumes = 0;
  private readonly changed: () => void;

  constructor(plans: readonly StepPlan[], carried: readonly StepView[], changed: () => void) {
    this.changed = changed;
    for (const plan of plans) this.byId.set(plan.id, waiting(plan));
    for (const view of carried) this.byId.set(view.id, view);
  }

  views(): StepView[] {
    return [...this.byId.values()];
  }

  attention(): { step: string; question: string }[] {
    return this.views()
      .filter((view) => view.state === 'attention')
      .map((view) => ({ step: view.id, question: view.detail }));
  }

  /** Yes to everything that waits for a person. */
  resume(): number {
    const count = this.attention().length;
    this.resumes += 1;
    return count;
  }

  /** Starts a step, for the first time or anew; it runs once what it waits for is there. */
  start<T>(id: string, after: readonly Promise<unknown>[], deed: Deed<T>): Promise<T> {
    const step = this.run(id, after, deed);
    // A promise that rejects while nobody awaits it would fail the workflow task again and again.
    step.catch(() => undefined);
    this.started.push(step);
    return step;
  }

  /** A question within a running step: it waits in attention until a person says `resume`. */
  async ask(id: string, question: string): Promise<void> {
    await this.wait(id, question);
    this.set(id, { state: 'running' });
  }

  /** Resolves when every started step has ended, in whatever way. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.started);
  }

  /** Every step that did something is shown as undone; what never ran stays waiting. */
  undone(): void {
    for (const view of this.views()) {
      if (view.state !== 'waiting') this.set(view.id, { state: 'undone' });
    }
  }

  private async run<T>(id: string, after: readonly Promise<unknown>[], deed: Deed<T>): Promise<T> {
    await Promise.all(after);
    this.set(id, { attempts: 0, startedAt: null });
    for (;;) {
      // No new deed once a teardown has begun.
      if (CancellationScope.current().consideredCancelled) throw new CancelledFailure(`${id} is not begun`);
      this.begin(id);
      try {
        const result = await this.attempt(id, deed);
        this.set(id, { state: 'done', endedAt: now() });
        return result;
      } catch (error) {
        if (isCancellation(error)) {
          this.stopped(id);
          throw error;
        }
        await this.wait(id, describeFailure(error));
      }
    }
  }

  private stopped(id: string): void {
    this.set(id, { state: 'running', endedAt: now(), detail: 'stopped' });
  }

  private async attempt<T>(id: string, deed: Deed<T>): Promise<T> {
    const say = (detail: string): void => this.set(id, { detail });
    try {
      return await deed(deeds(), say);
    } catch (error) {
      if (!timedOut(error)) throw error;
      say('the time is over; one last look');
      return await deed(deeds(true), say);
    }
  }

  /** The step waits for a person; cancellation of the build ends the wait. */
  private async wait(id: string, question: string): Promise<void> {
    const seen = this.resumes;
    this.set(id, { state: 'attention', detail: question });
    try {
      await condition(() => this.resumes > seen);
    } catch (error) {
      this.stopped(id);
      throw error;
    }
  }

  private begin(id: string): void {
    const view = this.view(id);
    this.set(id, {
      state: 'running',
      attempts: view.attempts + 1,
      startedAt: view.startedAt ?? now(),
      endedAt: null,
      detail: '',
    });
  }

  private view(id: string): StepView {
    const view = this.byId.get(id);
    if (view === undefined) throw ApplicationFailure.nonRetryable(`No step is called ${id}`, 'UnknownStep');
    return view;
  }

  private set(id: string, change: Partial<StepView> & { state?: StepState }): void {
    this.byId.set(id, { ...this.view(id), ...change });
    this.changed();
  }
}

function waiting(plan: StepPlan): StepView {
  const long = plan.expectedSeconds.to >= 60;
  return {
    id: plan.id,
    title: plan.title,
    state: 'waiting',
    attempts: 0,
    startedAt: null,
    endedAt: null,
    detail: '',
    expectedSeconds: long ? plan.expectedSeconds : null,
  };
}

/**
 * The results of deeds that run side by side within one step. All have ended before it rejects: what is still at work
 * must not meet itself when the step is tried again.
 */
export async function together<T extends readonly unknown[]>(
  ...deedsAtWork: { [K in keyof T]: Promise<T[K]> }
): Promise<T> {
  await Promise.allSettled(deedsAtWork);
  return (await Promise.all(deedsAtWork)) as unknown as T;
}

/** The workflow's clock as ISO 8601. */
export function now(): string {
  return new Date().toISOString();
}

/** The total bound is over: told so by the server, or the next attempt would have come after it. */
function timedOut(error: unknown): boolean {
  return error instanceof ActivityFailure && (error.cause instanceof TimeoutFailure || error.retryState === 'TIMEOUT');
}

/** One line for a person: the innermost message, without the wrapping of the activity. */
export function describeFailure(error: unknown): string {
  if (error instanceof ActivityFailure && error.cause !== undefined) return describeFailure(error.cause);
  if (error instanceof CancelledFailure) return 'cancelled';
  if (error instanceof TimeoutFailure) return describeTimeout(error);
  return error instanceof Error ? error.message : String(error);
}

function describeTimeout(error: TimeoutFailure): string {
  const last = error.cause === undefined ? '' : ` Last seen: ${describeFailure(error.cause)}`;
  return `It took longer than it may.${last}`;
}
