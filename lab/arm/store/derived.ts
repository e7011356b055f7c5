import { keyOf } from '../ids.ts';
import { type Resource, type Store, anything } from './store.ts';

/** What is worked out from a resource and from others that it names, kept until one of those has changed. */
export class Derived<T> {
  private readonly store: Store;
  private readonly workOut: (resource: Resource) => T;
  private readonly values = new Map<string, T>();
  /** By the key of a resource that was read: whose values come from it. */
  private readonly readers = new Map<string, Set<string>>();

  constructor(store: Store, workOut: (resource: Resource) => T) {
    this.store = store;
    this.workOut = workOut;
  }

  of(resource: Resource): T {
    const key = keyOf(resource.id);
    const before = this.values.get(key);
    if (before !== undefined) return before;
    const { value, read } = this.store.traced(() => this.workOut(resource));
    this.values.set(key, value);
    for (const source of [key, ...read]) {
      const readers = this.readers.get(source);
      if (readers === undefined) this.readers.set(source, new Set([key]));
      else readers.add(key);
    }
    return value;
  }

  /** Forgets what came from these. */
  changed(keys: ReadonlySet<string>): void {
    for (const source of [anything, ...keys]) {
      for (const reader of this.readers.get(source) ?? []) this.values.delete(reader);
      this.readers.delete(source);
    }
  }
}
