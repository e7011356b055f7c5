/** From unknown content to a domain `SiteFile`, or to every problem at once. */
import * as v from 'valibot';
import type { Breach } from '../../domain/breach.ts';
import type { Problem } from '../../domain/progress.ts';
import { checkRules } from '../../domain/site-rules.ts';
import type { SiteFile } from '../../domain/spec.ts';
import { fill } from './fill.ts';
import { beginFrom, keysOf, pathText, problemOf, type Issue } from './problems.ts';
import { sampleAt, type Key } from './sample.ts';
import { siteFileSchema, type WrittenFile } from './schema.ts';

/** Either the file, complete, or what is wrong with it. */
export type Checked = { readonly file: SiteFile; readonly problems: readonly [] } | Refused;
export interface Refused {
  readonly file: null;
  readonly problems: readonly Problem[];
}

/**
 * Checks content as parsed from YAML. `env` supplies AZURE_SUBSCRIPTION_ID and SITELINK_OPERATOR_CIDR where the file
 * leaves them to their default. Never throws; no problem's text holds a secret.
 */
export function checkSiteFile(content: unknown, env: NodeJS.ProcessEnv): Checked {
  if (!isMapping(content)) return { file: null, problems: [noMapping(content)] };
  const repaired = repair(content);
  const problems = [...repaired.problems];
  if (repaired.written === null) return { file: null, problems };
  const filled = fill(repaired.written, env);
  const clearOf = (known: readonly string[]) => (breach: Breach) =>
    ![breach.path, ...breach.with].some((path) => known.some((bad) => related(path, bad)));
  // What stands in for a value that has no default breaks rules of its own, of which nobody needs to hear.
  const filledIn = filled.problems.map(({ path }) => path);
  const breaches = [
    ...filled.problems.filter(clearOf(repaired.paths)),
    ...checkRules(filled.file).filter(clearOf([...repaired.paths, ...filledIn])),
  ];
  problems.push(...breaches.map(({ with: _others, ...problem }) => problem));
  return problems.length === 0 ? { file: filled.file, problems: [] } : { file: null, problems };
}

function isMapping(content: unknown): boolean {
  return isRecord(content) && !Array.isArray(content);
}

/** One line in place of everything that a list, a text or nothing lacks. */
function noMapping(content: unknown): Problem {
  const empty = content === null || content === undefined;
  const value = empty ? '(nothing)' : Array.isArray(content) ? '(a list)' : '(text)';
  const message = empty ? 'is in it: the file is empty' : 'is no mapping of keys to values, with hub and sites';
  return { path: '(the file)', value, message, remedy: beginFrom, kind: 'refused' };
}

interface Repaired {
  /** The content with what is wrong replaced by the sample's; null if that did not help. */
  readonly written: WrittenFile | null;
  readonly problems: readonly Problem[];
  /** Where something was replaced. */
  readonly paths: readonly string[];
}

/** Replaces what is wrong, so that one mistake hides no other. What a replacement breaks in turn is not reported. */
function repair(content: unknown): Repaired {
  const root: { content: unknown } = { content: structuredClone(content) };
  const problems: Problem[] = [];
  const paths: string[] = [];
  for (let round = 0; round < 20; round++) {
    const result = v.safeParse(siteFileSchema, root.content);
    if (result.success) return { written: result.output, problems, paths };
    for (const issue of result.issues) {
      const keys = keysOf(issue);
      const path = pathText(keys);
      // A key that is not known is found one at a time, so it counts in every round; the rest only in the first.
      const news = round === 0 || (isUnknownKey(issue) && !paths.some((bad) => related(path, bad)));
      if (news) problems.push(problemOf(issue, keys, kindAt(content, keys)));
      if (!isUnknownKey(issue)) paths.push(path);
      replace(root, keys, sampleAt(keys, kindAt(root.content, keys)), isUnknownKey(issue));
    }
  }
  return { written: null, problems, paths };
}

function isUnknownKey(issue: Issue): boolean {
  return issue.type === 'strict_object' && issue.expected === 'never';
}

/** True if one path is the other or lies within it. */
function related(a: string, b: string): boolean {
  const within = (inner: string, outer: string) =>
    inner === outer || outer === '' || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
  return within(a, b) || within(b, a);
}

/** The kind of the router that a path belongs to, as written. */
function kindAt(content: unknown, keys: readonly Key[]): unknown {
  return at(content, [...keys.slice(0, 2), 'router', 'kind']);
}

function at(content: unknown, keys: readonly Key[]): unknown {
  return keys.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), content);
}

function replace(root: { content: unknown }, keys: readonly Key[], value: unknown, remove: boolean): void {
  const last = keys.at(-1);
  if (last === undefined) {
    root.content = value;
    return;
  }
  const parent = at(root.content, keys.slice(0, -1));
  if (!isRecord(parent)) return;
  if (remove || value === undefined) delete parent[last];
  else parent[last] = value;
}

function isRecord(value: unknown): value is Record<Key, unknown> {
  return typeof value === 'object' && value !== null;
}
