/** Where two values of plain JSON differ. */

export interface Difference {
  /** `sites[0].prefixes[1]`. */
  readonly path: string;
  readonly running: string;
  readonly given: string;
  /** What to do so that the file is what runs. */
  readonly remedy: string;
}

export function differences(running: unknown, given: unknown, path = ''): Difference[] {
  if (!isContainer(running) || !isContainer(given) || Array.isArray(running) !== Array.isArray(given)) {
    if (running === given) return [];
    const remedy = running === undefined ? 'remove it' : `write ${shown(running)}`;
    return [{ path, running: shown(running), given: shown(given), remedy }];
  }
  const [before, after] = [new Map(Object.entries(running)), new Map(Object.entries(given))];
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  return keys.flatMap((key) => differences(before.get(key), after.get(key), below(path, key, Array.isArray(running))));
}

function below(path: string, key: string, inList: boolean): string {
  if (inList) return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  return value === undefined ? '(nothing)' : JSON.stringify(value);
}
