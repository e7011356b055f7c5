/** The functions of the template language that need nothing but their arguments. */
import { createHash } from 'node:crypto';
import { guidOf } from '../guid.ts';
import { type Json, type JsonObject, isObject } from '../json.ts';
import { type Pure, asText, flag, text, whole, wrong } from './arguments.ts';
import { networkFunctions } from './network-functions.ts';
import { TemplateError } from './template-error.ts';
import { textFunctions } from './text-functions.ts';

const same = (one: Json | undefined, other: Json | undefined): boolean => JSON.stringify(one) === JSON.stringify(other);

function concat(args: readonly Json[]): Json {
  if (args.some((arg) => Array.isArray(arg))) {
    return args.flatMap((arg, index) => {
      if (Array.isArray(arg)) return arg;
      throw wrong('concat', index, 'an array like the others', arg);
    });
  }
  return args.map((arg) => asText(arg)).join('');
}

function lengthOf(args: readonly Json[]): number {
  const value = args[0];
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  if (isObject(value)) return Object.keys(value).length;
  throw wrong('length', 0, 'a string, an array or an object', value);
}

function contains(args: readonly Json[]): boolean {
  const [where, what] = args;
  if (typeof where === 'string') return where.includes(asText(what ?? null));
  if (Array.isArray(where)) return where.some((item) => same(item, what));
  if (!isObject(where)) throw wrong('contains', 0, 'a string, an array or an object', where);
  const name = text('contains', args, 1).toLowerCase();
  return Object.keys(where).some((key) => key.toLowerCase() === name);
}

/** The first or the last of a text or a list. */
const edge =
  (name: string, index: 0 | -1): Pure =>
  ([value]) => {
    if (typeof value === 'string') return value.at(index) ?? '';
    if (Array.isArray(value)) return value.at(index) ?? null;
    throw wrong(name, 0, 'a string or an array', value);
  };

/** A part of a text or a list: `take` and `skip`. */
const part =
  (name: string, cut: (count: number) => [from: number, to: number | undefined]): Pure =>
  (args) => {
    const [value] = args;
    const [from, to] = cut(Math.max(0, whole(name, args, 1)));
    if (typeof value === 'string' || Array.isArray(value)) return value.slice(from, to);
    throw wrong(name, 0, 'a string or an array', value);
  };

function union(args: readonly Json[]): Json {
  if (args.every((arg) => isObject(arg)))
    return Object.fromEntries(args.flatMap((arg) => Object.entries(arg))) as JsonObject;
  const items = args.flatMap((arg, index) => {
    if (Array.isArray(arg)) return arg;
    throw wrong('union', index, 'an array or an object like the others', arg);
  });
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

function listIn(name: string, value: Json | undefined): readonly Json[] {
  if (Array.isArray(value)) return value;
  throw wrong(name, 0, 'an array', value);
}

function objectIn(name: string, value: Json | undefined): JsonObject {
  if (isObject(value)) return value;
  throw wrong(name, 0, 'an object', value);
}

/** What all of the lists hold, or the members that all of the objects have alike. */
function intersection(args: readonly Json[]): Json {
  const [first, ...others] = args;
  if (isObject(first)) {
    const alike = Object.entries(first).filter(([name, value]) =>
      others.every((other) => same(objectIn('intersection', other)[name], value)),
    );
    return Object.fromEntries(alike);
  }
  return listIn('intersection', first).filter((item) =>
    others.every((other) => listIn('intersection', other).some((one) => same(one, item))),
  );
}

/** `[{key, value}]`, in the order of the keys. */
function items([value]: readonly Json[]): Json {
  return Object.entries(objectIn('items', value))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, member]) => ({ key, value: member ?? null }));
}

/** A member at a path of names and indices; null where there is none. */
function tryGet([value, ...path]: readonly Json[]): Json {
  return path.reduce<Json>((found, key) => {
    if (Array.isArray(found) && typeof key === 'number') return found[key] ?? null;
    if (!isObject(found) || typeof key !== 'string') return null;
    const name = Object.keys(found).find((one) => one.toLowerCase() === key.toLowerCase());
    return (name === undefined ? undefined : found[name]) ?? null;
  }, value ?? null);
}

function createObject(args: readonly Json[]): Json {
  if (args.length % 2 !== 0)
    throw new TemplateError("The template function 'createObject' takes pairs of name and value");
  const pairs = args.flatMap((_, index) =>
    index % 2 === 0 ? [[text('createObject', args, index), args[index + 1] ?? null] as const] : [],
  );
  return Object.fromEntries(pairs);
}

function parseJson(args: readonly Json[]): Json {
  try {
    return JSON.parse(text('json', args, 0)) as Json;
  } catch (error) {
    if (error instanceof TemplateError) throw error;
    throw new TemplateError("The argument of the template function 'json' is no JSON");
  }
}

function int([value]: readonly Json[]): number {
  const number = typeof value === 'string' && /^\s*-?\d+\s*$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return Math.trunc(number);
  throw wrong('int', 0, 'a string or an integer', value);
}

function bool([value]: readonly Json[]): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'string' && /^(true|false|1|0)$/i.test(value)) return /^(true|1)$/i.test(value);
  throw wrong('bool', 0, 'a string or an integer', value);
}

function range(args: readonly Json[]): Json {
  const [from, count] = [whole('range', args, 0), whole('range', args, 1)];
  if (count < 0 || count > 10_000)
    throw new TemplateError("The count of the template function 'range' must be from 0 to 10000");
  return Array.from({ length: count }, (_, index) => from + index);
}

/** Of two numbers or two texts. */
const compared =
  (name: string, judge: (order: number) => boolean): Pure =>
  (args) => {
    const [one, other] = args;
    if (typeof one === 'number' && typeof other === 'number') return judge(one - other);
    const [left, right] = [text(name, args, 0), text(name, args, 1)];
    return judge(left < right ? -1 : left > right ? 1 : 0);
  };

const counted =
  (name: string, work: (one: number, other: number) => number): Pure =>
  (args) => {
    const result = work(whole(name, args, 0), whole(name, args, 1));
    if (Number.isSafeInteger(result)) return result;
    throw new TemplateError(`The result of the template function '${name}' is no integer`);
  };

/** The least or the greatest of integers, or of one list of them. */
const extreme =
  (name: string, work: (...numbers: number[]) => number): Pure =>
  (args) => {
    const list = Array.isArray(args[0]) ? args[0] : args;
    return work(...list.map((_, index) => whole(name, list, index)));
  };

/** Thirteen letters and digits that depend on the arguments alone; not the same ones as Azure's. */
function uniqueString(args: readonly Json[]): string {
  const digest = createHash('sha256').update(JSON.stringify(args)).digest('hex');
  return BigInt(`0x${digest}`).toString(36).slice(0, 13);
}

const isEmpty: Pure = ([value]) =>
  value === null ||
  value === undefined ||
  (typeof value !== 'number' && typeof value !== 'boolean' && lengthOf([value]) === 0);

const all = (args: readonly Json[], name: string): boolean[] => args.map((_, index) => flag(name, args, index));

/** By lower-cased name: the language has no case. */
export const pureFunctions: ReadonlyMap<string, Pure> = new Map<string, Pure>(
  Object.entries({
    ...textFunctions,
    ...networkFunctions,
    add: counted('add', (one, other) => one + other),
    and: (args) => all(args, 'and').every(Boolean),
    array: ([value]) => (Array.isArray(value) ? value : [value ?? null]),
    bool,
    coalesce: (args) => args.find((arg) => arg !== null) ?? null,
    concat,
    contains,
    createArray: (args) => [...args],
    createObject,
    div: counted('div', (one, other) => Math.trunc(one / other)),
    empty: isEmpty,
    equals: ([one, other]) => same(one, other),
    false: () => false,
    first: edge('first', 0),
    greater: compared('greater', (order) => order > 0),
    greaterOrEquals: compared('greaterOrEquals', (order) => order >= 0),
    guid: (args) => guidOf(args.map((arg) => asText(arg)).join('-')),
    flatten: ([value]) => listIn('flatten', value).flatMap((item) => listIn('flatten', item)),
    int,
    intersection,
    items,
    json: parseJson,
    last: edge('last', -1),
    length: lengthOf,
    less: compared('less', (order) => order < 0),
    lessOrEquals: compared('lessOrEquals', (order) => order <= 0),
    max: extreme('max', Math.max),
    min: extreme('min', Math.min),
    mod: counted('mod', (one, other) => one % other),
    mul: counted('mul', (one, other) => one * other),
    not: (args) => !flag('not', args, 0),
    null: () => null,
    objectKeys: ([value]) => Object.keys(objectIn('objectKeys', value)),
    or: (args) => all(args, 'or').some(Boolean),
    range,
    skip: part('skip', (count) => [count, undefined]),
    sub: counted('sub', (one, other) => one - other),
    take: part('take', (count) => [0, count]),
    true: () => true,
    tryGet,
    union,
    uniqueString,
  } satisfies Record<string, Pure>).map(([name, work]) => [name.toLowerCase(), work]),
);
