/**
 * The activities as the workflows see them: types only. Arguments and results are plain JSON, small, and never hold a
 * secret, an operation URL or a whole Azure resource.
 *
 * Every activity is safe to run again: it observes, and does only what is missing. A permanent refusal is thrown as an
 * ApplicationFailure of type `Refused` or `DeviceRejected`, non-retryable; `Busy`, `Unreachable` and `NotYet` are retried.
 */
export type * from './azure-contracts.ts';
export type * from './router-contracts.ts';
