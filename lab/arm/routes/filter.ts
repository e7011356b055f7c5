/** The part of ARM's `$filter` that resource lists understand. */
import { ArmError } from '../errors.ts';
import { type JsonObject, objectAt, textAt } from '../json.ts';

type Test = (resource: JsonObject) => boolean;

const same = (one: string | undefined, other: string): boolean => one?.toLowerCase() === other.toLowerCase();

const members: Record<string, (value: string) => Test> = {
  name: (value) => (resource) => same(textAt(resource, 'name'), value),
  location: (value) => (resource) => same(textAt(resource, 'location'), value),
  resourcetype: (value) => (resource) => same(textAt(resource, 'type'), value),
  resourcegroup: (value) => (resource) => same(textAt(resource, 'id')?.split('/')[4], value),
  provisioningstate: (value) => (resource) => same(textAt(resource, 'properties.provisioningState'), value),
  tagname: (value) => (resource) => Object.keys(objectAt(resource, 'tags') ?? {}).some((tag) => same(tag, value)),
  tagvalue: (value) => (resource) => Object.values(objectAt(resource, 'tags') ?? {}).includes(value),
};

function invalid(filter: string): ArmError {
  return new ArmError(
    400,
    'InvalidFilterInQueryString',
    `Invalid $filter '${filter}' specified in the query string. The lab understands terms such as resourceType eq 'X' joined by and.`,
  );
}

/** `startswith(tagName, 'x')` and `substringof('x', name)`, as az and the portal ask; null: neither. */
function partOf(text: string): Test | null {
  const [, prefix] = /^\s*startswith\(\s*tagname\s*,\s*'((?:[^']|'')*)'\s*\)\s*$/i.exec(text) ?? [];
  if (prefix !== undefined) {
    const wanted = prefix.replaceAll("''", "'").toLowerCase();
    return (resource) =>
      Object.keys(objectAt(resource, 'tags') ?? {}).some((tag) => tag.toLowerCase().startsWith(wanted));
  }
  const [, part, member] = /^\s*substringof\(\s*'((?:[^']|'')*)'\s*,\s*(name|resourceGroup)\s*\)\s*$/i.exec(text) ?? [];
  if (part === undefined || member === undefined) return null;
  const wanted = part.replaceAll("''", "'").toLowerCase();
  const of = (resource: JsonObject): string | undefined =>
    member.toLowerCase() === 'name' ? textAt(resource, 'name') : textAt(resource, 'id')?.split('/')[4];
  return (resource) => of(resource)?.toLowerCase().includes(wanted) === true;
}

function term(filter: string, text: string): Test {
  const partial = partOf(text);
  if (partial !== null) return partial;
  const [, member = '', quoted = ''] = /^\s*(\w+)\s+eq\s+'((?:[^']|'')*)'\s*$/i.exec(text) ?? [];
  const test = members[member.toLowerCase()];
  if (test === undefined) throw invalid(filter);
  return test(quoted.replaceAll("''", "'"));
}

/** A tag's name and value must belong together. */
function tagPair(filter: string): Test | null {
  const pattern = /^\s*tagName\s+eq\s+'((?:[^']|'')*)'\s+and\s+tagValue\s+eq\s+'((?:[^']|'')*)'\s*$/i;
  const [, name, value] = pattern.exec(filter) ?? [];
  if (name === undefined || value === undefined) return null;
  return (resource) =>
    Object.entries(objectAt(resource, 'tags') ?? {}).some(([tag, text]) => same(tag, name) && text === value);
}

/** What a filter lets through; no filter: everything. @throws ArmError 400 if it is not understood */
export function parseFilter(filter: string | null): Test {
  if (filter === null || filter.trim() === '') return () => true;
  const pair = tagPair(filter);
  if (pair !== null) return pair;
  const tests = filter.split(/\s+and\s+/i).map((text) => term(filter, text));
  return (resource) => tests.every((test) => test(resource));
}
