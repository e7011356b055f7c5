/** A breach of a rule over the whole site file. */
import type { Problem } from './progress.ts';

export interface Breach extends Problem {
  /** Paths of the other values that this one was compared with. */
  readonly with: readonly string[];
}

/** A breach at `path`; `others` are the paths that it was compared with. */
export function breach(path: string, value: string, message: string, remedy: string, others: string[] = []): Breach {
  return { path, value, message, remedy, kind: 'refused', with: others };
}

export interface Indexed<T> {
  readonly index: number;
  readonly value: T;
}

/** Every two values of a list, the earlier one first. */
export function pairs<T>(values: readonly T[]): [Indexed<T>, Indexed<T>][] {
  return values.flatMap((later, index) =>
    values.slice(0, index).map((earlier, position): [Indexed<T>, Indexed<T>] => [
      { index: position, value: earlier },
      { index, value: later },
    ]),
  );
}
