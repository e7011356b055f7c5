/** Reading what Azure answers: a body is `unknown`, and a missing part is an answer, not a failure. */

export type Body = Readonly<Record<string, unknown>>;

/** The value at a path of keys and indexes; undefined if any part is missing. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let here = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = Reflect.get(here, key);
  }
  return here;
}

/** Text at a path; empty if it is missing or no text. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** Number at a path; 0 if it is missing or no number. */
export function numberAt(value: unknown, ...path: readonly (string | number)[]): number {
  const found = at(value, ...path);
  return typeof found === 'number' ? found : 0;
}

/** List at a path; empty if it is missing or no list. */
export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The texts of a list at a path. */
export function textsAt(value: unknown, ...path: readonly (string | number)[]): string[] {
  return listAt(value, ...path).filter((item): item is string => typeof item === 'string');
}

/** The tags of a resource; undefined if it has none. */
export function tagsOf(resource: unknown): Record<string, string> | undefined {
  const tags = at(resource, 'tags');
  if (typeof tags !== 'object' || tags === null) return undefined;
  const entries = Object.entries(tags).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(entries);
}

/** `Succeeded`, `Updating`, `Deleting`, `Failed`…; empty if the resource says none. */
export function stateOf(resource: unknown): string {
  return textAt(resource, 'properties', 'provisioningState');
}

/** ARM ids are compared without regard to case. */
export function sameId(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
