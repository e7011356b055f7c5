/**
 * From what is there and what is wanted to the lines to type, and the lines that lead back.
 */
import { difference, linesToType, merge, missingFrom, renderConfiguration, restrict } from '../config-tree.ts';
import type { ConfigNode, ConfigTree } from '../config-tree.ts';
import { rank } from '../normal-form.ts';
import type { ChangePlan } from './intent.ts';

/**
 * Adds the intended lines to the running ones. Lines that somebody else put into the same sections stay, and come back
 * where one of ours replaced them.
 */
export function changePlan(running: ConfigTree, intended: ConfigTree): ChangePlan {
  const before = restrict(running, intended);
  const after = merge(before, intended);
  const forward = difference(before, after);
  return { intended, forward, commands: linesToType(forward), backward: wayBack(after, before) };
}

/**
 * The difference that leads back. What was changed inside sections comes first: a section may still name an object that
 * is about to be removed.
 */
export function wayBack(after: ConfigTree, before: ConfigTree): ConfigTree {
  const all = difference(after, before);
  const isRemoval = ({ line }: ConfigNode): boolean => line.startsWith('no ');
  const changed = all.filter((one) => !isRemoval(one)).toSorted((a, b) => rank(b.line) - rank(a.line));
  return [...changed, ...all.filter(isRemoval)];
}

/**
 * The way back as data that may be kept: each entry stands for itself. A former shared key must not be kept anywhere, so
 * where ours replaced one, the way back removes ours.
 */
export function inverseLines(backward: ConfigTree): string[] {
  return withoutKeys(backward).map((entry) => renderConfiguration([entry]).join('\n'));
}

function withoutKeys(tree: ConfigTree): ConfigTree {
  return tree.map(({ line, children }) => {
    const key = /^pre-shared-key(?: local| remote)?(?= )/.exec(line)?.[0];
    return { line: key === undefined ? line : `no ${key}`, children: withoutKeys(children) };
  });
}

/** How many lines the tree has, sections counted as one. */
export function countLines(tree: ConfigTree): number {
  return tree.reduce((sum, { children }) => sum + 1 + countLines(children), 0);
}

/** Intended lines that are there, and those that are not. */
export function compare(
  running: ConfigTree,
  intended: ConfigTree,
): { readonly present: number; readonly missing: readonly string[] } {
  const missing = missingFrom(running, intended);
  return { present: countLines(intended) - missing.length, missing };
}
