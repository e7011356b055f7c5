/** Requests that nobody would send: what is right, spoilt in ways that a seed decides. */
import type { Chance } from '../../support/chance.ts';
import { samples } from './fuzz-samples.ts';

export interface FuzzRequest {
  readonly method: string;
  /** With its query. */
  readonly target: string;
  /** As it is sent. */
  readonly body: string | undefined;
  readonly contentType: string;
}

type Value = unknown;

const methods = ['GET', 'PUT', 'POST', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
const oddTexts = [
  '',
  ' ',
  'x',
  '__proto__',
  'constructor',
  '10.1.1.4',
  '10.1.0.0/33',
  '*',
  '\u0000',
  'ü\u2028',
  '/subscriptions/',
  '[x]',
  "[reference('x')]",
  'null',
  '2',
  "' or 1 eq 1",
];
const oddValues: readonly Value[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e308,
  65536,
  [],
  {},
  [null],
  [[]],
  [{}],
  { id: 1 },
  { id: '/' },
  ['x'],
  { __proto__: null, name: 5 },
];

function oddValue(chance: Chance): Value {
  if (chance.isTrue(0.5)) return chance.pick(oddValues);
  if (chance.isTrue(0.8)) return chance.pick(oddTexts);
  if (chance.isTrue(0.5)) return 'x'.repeat(1 + chance.below(5000));
  let nested: Value = [];
  for (let depth = chance.below(1000); depth > 0; depth -= 1) nested = chance.isTrue(0.5) ? [nested] : { a: nested };
  return nested;
}

/** Spoils one place of a value, most often a deep one. */
function spoil(value: Value, chance: Chance): Value {
  if (typeof value !== 'object' || value === null || chance.isTrue(0.15)) return oddValue(chance);
  if (Array.isArray(value)) {
    const list: Value[] = [...(value as Value[])];
    if (list.length === 0 || chance.isTrue(0.15)) return [...list, oddValue(chance)];
    const index = chance.below(list.length);
    if (chance.isTrue(0.15)) list.push(list[index]);
    else list[index] = spoil(list[index], chance);
    return list;
  }
  const object: Record<string, Value> = { ...(value as Record<string, Value>) };
  const keys = Object.keys(object);
  const key = keys.length === 0 || chance.isTrue(0.1) ? chance.pick(oddTexts) : chance.pick(keys);
  if (chance.isTrue(0.15)) delete object[key];
  else
    Object.defineProperty(object, key, {
      value: spoil(object[key], chance),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return object;
}

const oddSegments = [
  '',
  '..',
  '%00',
  '%2F',
  '%zz',
  '%F0%9F%92%A3',
  '__proto__',
  'subnets',
  'resourceGroups',
  'Microsoft.Network',
  'a'.repeat(300),
  'G.',
  '~',
  "'",
];

function spoilPath(path: string, chance: Chance): string {
  const segments = path.split('/');
  const index = 1 + chance.below(segments.length - 1);
  const way = chance.below(6);
  if (way === 0) segments.splice(index, 1);
  else if (way === 1) segments.splice(index, 0, chance.pick(oddSegments));
  else if (way === 2) segments[index] = chance.pick(oddSegments);
  else if (way === 3) segments[index] = (segments[index] ?? '').toUpperCase();
  else if (way === 4) segments.length = index;
  else segments.push(...segments.slice(index));
  return segments.join('/');
}

const queries = [
  'api-version=2025-05-01',
  'api-version=2020-01-01&$expand=instanceView',
  'api-version=2025-05-01&$top=-1&$filter=resourceType%20eq%20%27x%27',
  'api-version=2025-05-01&$filter=location%20eq%20%27japaneast%27',
  'api-version=x',
  'api-version=2025-05-01&api-version=1',
  '$filter=%27',
  'api-version=2025-05-01&$filter=tagName eq',
  '',
  '%%%',
];

const brokenBodies = [
  '{',
  '[]',
  '"text"',
  'null',
  '1',
  '{"a":}',
  '{"location":"japaneast"',
  '\u0000',
  '['.repeat(20_000),
  `{"a":${'['.repeat(3000)}${']'.repeat(3000)}}`,
];
const contentTypes = ['text/plain', '', 'application/xml', 'application/json; charset=utf-16', 'multipart/form-data'];

/** The next request; most are nearly right, so that they come far. */
export function nextRequest(chance: Chance): FuzzRequest {
  const sample = chance.pick(samples);
  const method = chance.isTrue(0.8) ? sample.method : chance.pick(methods);
  const path = chance.isTrue(0.8) ? sample.path : spoilPath(sample.path, chance);
  const query = chance.isTrue(0.85) ? (queries[0] ?? '') : chance.pick(queries);
  let body: string | undefined;
  if (method !== 'GET' && method !== 'HEAD') {
    let value: Value = sample.body;
    for (let times = chance.below(3); times > 0 && value !== undefined; times -= 1) value = spoil(value, chance);
    body = chance.isTrue(0.05) ? chance.pick(brokenBodies) : value === undefined ? undefined : JSON.stringify(value);
  }
  return {
    method,
    target: `${path.startsWith('/') ? path : `/${path}`}${path.includes('?') ? '&' : '?'}${query.replaceAll(' ', '%20')}`,
    body,
    contentType: chance.isTrue(0.97) ? 'application/json' : chance.pick(contentTypes),
  };
}
