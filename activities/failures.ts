/**
 * The only place where an error becomes a Temporal failure, hence where it is decided whether a deed is tried again,
 * when, and whether a person has to look.
 */
import { Context } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure, TemporalFailure } from '@temporalio/common';
import { Busy, DeviceRejected, Refused, Unreachable } from '../adapters/errors.ts';

/** What is waited for has not come yet, and everything is as expected. */
export class NotYet extends Error {
  override readonly name = 'NotYet';
  readonly retryAfterMs: number;

  /** @param message how it stands, for the Web UI's list of pending activities. No URL, no secret. */
  constructor(message: string, retryAfterMs: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * The failure for an error. Without `cause`: a cause's text and stack would enter the history unjudged.
 * @param cancelled the activity has been asked to stop: what fails because of that is the cancellation.
 */
export function failureOf(error: unknown, cancelled = false): Error {
  if (error instanceof TemporalFailure) return error;
  if (isAbort(error) || (cancelled && isPassing(error))) return new CancelledFailure('stopped as asked');
  if (error instanceof NotYet) return later(error.message, 'NotYet', error.retryAfterMs);
  if (error instanceof Busy) {
    const { code, status, requestId, details } = error;
    return later(error.message, 'Busy', error.retryAfterSeconds * 1000, facts({ code, status, requestId, details }));
  }
  if (error instanceof Unreachable) {
    return ApplicationFailure.create({
      type: 'Unreachable',
      message: error.message,
      details: facts({ host: error.host }),
    });
  }
  if (error instanceof Refused) {
    const { code, status, requestId, details } = error;
    return final(error.message, 'Refused', facts({ code, status, requestId, details }));
  }
  if (error instanceof DeviceRejected) {
    const { host, line, command, mode, reply } = error;
    return final(error.message, 'DeviceRejected', facts({ host, line, command, mode, reply }));
  }
  // A mistake of ours does not get better by repetition: a person sees it, and `resume` tries a mended worker.
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return final(`Sitelink itself failed (${what}). Report it with the worker's log.`, 'Defect', []);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function isPassing(error: unknown): boolean {
  return error instanceof Unreachable || error instanceof Busy || error instanceof NotYet;
}

/** Expected waiting is benign: no warning in the log, no failure in the metrics. */
function later(message: string, type: string, delayMs: number, details: unknown[] = []): ApplicationFailure {
  return ApplicationFailure.create({
    type,
    message,
    details,
    nextRetryDelay: Math.max(1, Math.round(delayMs)),
    category: ApplicationFailureCategory.BENIGN,
  });
}

function final(message: string, type: string, details: unknown[]): ApplicationFailure {
  return ApplicationFailure.create({ type, message, details, nonRetryable: true });
}

/** One detail that holds what is known; undefined values do not survive JSON anyway. */
function facts(values: Readonly<Record<string, unknown>>): unknown[] {
  return [values];
}

/** The same activities, whose errors are failures. */
export function judged<T extends object>(activities: T): T {
  const entries = Object.entries(activities).map(([name, deed]: [string, (request: unknown) => Promise<unknown>]) => {
    const judgedDeed = async (request: unknown): Promise<unknown> => {
      try {
        return await deed(request);
      } catch (error) {
        throw failureOf(error, Context.current().cancellationSignal.aborted);
      }
    };
    return [name, judgedDeed];
  });
  return Object.fromEntries(entries) as T;
}
