/** Valibot's issues as problems for people: path, value, what is wrong, what to do. */
import type * as v from 'valibot';
import type { Problem } from '../../domain/progress.ts';
import { nearest } from './nearest.ts';
import { sampleAt, type Key } from './sample.ts';
import type { siteFileSchema } from './schema.ts';

export type Issue = v.InferIssue<typeof siteFileSchema>;

/** For content that is far from a site file. */
export const beginFrom = 'begin from a copy of examples/seed.yaml';

const secretKeys = ['sharedKey', 'password', 'enableSecret'];

/** The keys that lead to what an issue is about. */
export function keysOf(issue: Issue): Key[] {
  const keys = (issue.path ?? []).map((item) => (typeof item.key === 'number' ? item.key : String(item.key)));
  // A misspelt key inside a secret's reference may be the secret itself: the problem stands at the reference.
  const secret = keys.findIndex((key) => secretKeys.includes(String(key)));
  return secret === -1 ? keys : keys.slice(0, secret + 1);
}

/** `sites[0].connection.sharedKey`; empty for the file itself. */
export function pathText(keys: readonly Key[]): string {
  return keys.map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`)).join('');
}

/** The problem that an issue stands for. `routerKind` is the kind of the router that the path belongs to. */
export function problemOf(issue: Issue, keys: readonly Key[], routerKind: unknown): Problem {
  const path = pathText(keys);
  const base = { path: path === '' ? '(the file)' : path, kind: 'refused' as const };
  const secret = secretKeys.includes(String(keys.at(-1)));
  const atItself = issue.path?.length === keys.length;
  if (issue.type === 'strict_object' && issue.expected === 'never' && (!secret || atItself)) {
    return { ...base, value: '(key)', ...unknownKey(keys, routerKind) };
  }
  const missing = issue.type === 'strict_object' && issue.received === 'undefined';
  if (missing && !secret) return { ...base, value: '(missing)', ...missingKey(keys, routerKind) };
  if (missing && atItself) {
    return { ...base, value: '(missing)', ...missingKey(keys, routerKind) };
  }
  const [message, remedy] = wording(issue, keys, routerKind);
  return { ...base, value: secret ? '(not shown)' : shown(issue), message, remedy };
}

function unknownKey(keys: readonly Key[], routerKind: unknown): { message: string; remedy: string } {
  const known = knownKeys(keys.slice(0, -1), routerKind);
  const near = nearest(String(keys.at(-1)), known);
  const remedy = near === null ? `known here: ${known.join(', ')}` : `did you mean ${near}?`;
  return { message: 'is no known key', remedy };
}

function knownKeys(parent: readonly Key[], routerKind: unknown): string[] {
  const value = sampleAt(parent, routerKind);
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

function missingKey(keys: readonly Key[], routerKind: unknown): { message: string; remedy: string } {
  const key = String(keys.at(-1));
  const sample = sampleAt(keys, routerKind);
  // A whole hub or site would be a line of a thousand characters.
  const remedy = keys.length === 1 ? beginFrom : `add it, for instance ${key}: ${inYaml(sample)}`;
  return { message: 'but needed', remedy };
}

/** A value in YAML's one-line form. */
function inYaml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inYaml).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{ ${entries.map(([key, inner]) => `${key}: ${inYaml(inner)}`).join(', ')} }`;
}

function wording(issue: Issue, keys: readonly Key[], routerKind: unknown): [string, string] {
  const [message, remedy] = issue.message.split('\n');
  if (message !== undefined && remedy !== undefined) return [message, remedy];
  const what = issue.expected === 'Object' ? 'must be a mapping of keys to values' : 'has the wrong form';
  return [what, `write it like this: ${inYaml(sampleAt(keys, routerKind))}`];
}

/** A value for people. Lists and mappings are only named, and so is text where it does not belong: it may be a secret. */
function shown(issue: Issue): string {
  const { input } = issue;
  if (Array.isArray(input)) return '(a list)';
  if (typeof input === 'object' && input !== null) return '(a mapping)';
  if (typeof input === 'string') {
    if (issue.expected === 'Object') return '(text)';
    return JSON.stringify(input).slice(1, -1).slice(0, 100);
  }
  return String(input);
}
