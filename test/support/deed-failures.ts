/** What the activities throw, as the workflows see it. */
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';

/** Never again, until a person mends it. */
export function refused(message: string): () => Error {
  return () => ApplicationFailure.nonRetryable(message, 'Refused');
}

/** The router refused a line. */
export function deviceRejected(message: string): () => Error {
  return () => ApplicationFailure.nonRetryable(message, 'DeviceRejected');
}

/** Tried again by Temporal. */
export function unreachable(message: string, retryAfterMs = 1000): () => Error {
  return () =>
    ApplicationFailure.create({
      message,
      type: 'Unreachable',
      nextRetryDelay: retryAfterMs,
    });
}

/** Not finished, which is no error: looked at again after this many milliseconds. */
export function notYet(message: string, afterMs: number): Error {
  return ApplicationFailure.create({
    message,
    type: 'NotYet',
    nextRetryDelay: afterMs,
    category: ApplicationFailureCategory.BENIGN,
  });
}
