import type { ArmError } from './errors.ts';
import { type Wanted, invalidJson, missing, notA } from './unreadable.ts';

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json | undefined;
}

/** How deep Azure reads: the limit of its JSON library. */
const deepest = 128;

/**
 * The same value without members that are null: to Azure, null means absent.
 * @throws RangeError for a value that is nested too deeply
 */
export function dropNulls(value: Json | undefined, depth = 0): Json | undefined {
  if (depth > deepest) throw new RangeError(`The reader's MaxDepth of ${deepest} has been exceeded.`);
  if (Array.isArray(value)) return value.map((item) => dropNulls(item, depth + 1)).filter((item) => item !== undefined);
  if (value === null) return undefined;
  if (typeof value !== 'object') return value;
  const kept: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    const clean = dropNulls(member, depth + 1);
    if (clean !== undefined && key !== '__proto__') kept[key] = clean;
  }
  return kept;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The parts of paths that were read before: there are few paths, and nearly all that the lab does reads some. */
const partsOf = new Map<string, readonly string[]>();
const mostPaths = 10_000;

function split(path: string): readonly string[] {
  const before = partsOf.get(path);
  if (before !== undefined) return before;
  if (partsOf.size >= mostPaths) partsOf.clear();
  const parts = path.split('.');
  partsOf.set(path, parts);
  return parts;
}

/** The member at a dotted path, undefined where any part of the path is missing. */
export function at(value: Json | undefined, path: string): Json | undefined {
  let current = value;
  for (const key of split(path)) {
    if (Array.isArray(current)) current = current[Number(key)];
    else if (isObject(current) && Object.hasOwn(current, key)) current = current[key];
    else return undefined;
  }
  return current;
}

/** Where a body is read whose shape nobody has checked before: an action's, a deployment's. */
const wrongType = (wanted: Wanted, value: Json, path: string): ArmError => invalidJson(notA(wanted, value), path);

/** Text at a path; undefined if absent. @throws ArmError 400 if something else stands there. */
export function textAt(value: Json | undefined, path: string): string | undefined {
  const found = at(value, path);
  if (found === undefined || typeof found === 'string') return found;
  throw wrongType('string', found, path);
}

export function numberAt(value: Json | undefined, path: string): number | undefined {
  const found = at(value, path);
  if (found === undefined || typeof found === 'number') return found;
  throw wrongType('integer', found, path);
}

/** True or false at a path; Azure also reads the words. */
export function flagAt(value: Json | undefined, path: string): boolean | undefined {
  const found = at(value, path);
  if (found === undefined || typeof found === 'boolean') return found;
  if (found === 'true' || found === 'True') return true;
  if (found === 'false' || found === 'False') return false;
  throw wrongType('boolean', found, path);
}

export function objectAt(value: Json | undefined, path: string): JsonObject | undefined {
  const found = at(value, path);
  if (found === undefined || isObject(found)) return found;
  throw wrongType('object', found, path);
}

export function listAt(value: Json | undefined, path: string): Json[] | undefined {
  const found = at(value, path);
  if (found === undefined || Array.isArray(found)) return found;
  throw wrongType('list', found, path);
}

export function textsAt(value: Json | undefined, path: string): string[] | undefined {
  return listAt(value, path)?.map((item, index) => {
    if (typeof item === 'string') return item;
    throw wrongType('string', item, `${path}[${index}]`);
  });
}

export function objectsAt(value: Json | undefined, path: string): JsonObject[] | undefined {
  return listAt(value, path)?.map((item, index) => {
    if (isObject(item)) return item;
    throw wrongType('object', item, `${path}[${index}]`);
  });
}

/** Text that must be there. @throws ArmError 400 naming the path. */
export function needText(value: Json | undefined, path: string): string {
  const found = textAt(value, path);
  if (found !== undefined && found !== '') return found;
  throw missing(path);
}

/** Members that are defined, in a new object. */
export function compact(object: JsonObject): JsonObject {
  const kept: JsonObject = {};
  for (const key of Object.keys(object)) if (object[key] !== undefined) kept[key] = object[key];
  return kept;
}
