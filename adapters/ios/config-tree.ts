/**
 * A configuration as a tree: parse, render, and the lines that lead from one tree to another. All lines are in normal
 * form, so that trees can be compared.
 */
import { isDefault, lineKey, negation, normalLine, rank } from './normal-form.ts';

export interface ConfigNode {
  readonly line: string;
  readonly children: readonly ConfigNode[];
  /** Line number in the text it came from, from 1. */
  readonly at?: number;
}

export type ConfigTree = readonly ConfigNode[];

interface Growing {
  readonly line: string;
  readonly at: number;
  readonly indent: number;
  readonly children: Growing[];
}

const noise =
  /^(!|Building configuration|Current configuration|Using \d+ out of|end$|ntp clock-period|exit-address-family|exit$)/;

/** A leaf or a section, in normal form. */
export function node(line: string, children: readonly (string | ConfigNode)[] = []): ConfigNode {
  return {
    line: normalLine(line),
    children: children.map((child) => (typeof child === 'string' ? node(child) : child)),
  };
}

/** How many of the lines belong to a banner that begins in the one at `start`. */
function bannerLength(lines: readonly string[], start: number): number {
  const found = /^banner \S+ (\^C|\S)(.*)$/.exec(lines[start] ?? '');
  if (found === null) return 0;
  const [, mark, rest] = found;
  if (mark === undefined || rest?.includes(mark) === true) return 1;
  const end = lines.findIndex((line, index) => index > start && line.includes(mark));
  return (end < 0 ? lines.length : end + 1) - start;
}

/** Parses `show running-config`, or lines that we indented ourselves: a child is indented deeper than its parent. */
export function parseConfiguration(text: string): ConfigTree {
  const lines = text.split(/\r?\n/);
  const root: Growing = { line: '', at: 0, indent: -1, children: [] };
  const path: Growing[] = [root];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    const indent = line.length - line.trimStart().length;
    const banner = indent === 0 ? bannerLength(lines, index) : 0;
    if (banner > 0) {
      root.children.push({ line: lines.slice(index, index + banner).join('\n'), at: index + 1, indent, children: [] });
      index += banner - 1;
    } else if (line.trim() !== '' && !noise.test(line.trim())) {
      while (path.at(-1)!.indent >= indent) path.pop();
      const grown: Growing = { line: normalLine(line), at: index + 1, indent, children: [] };
      path.at(-1)!.children.push(grown);
      path.push(grown);
    }
  }
  return root.children.map(settle);
}

function settle(growing: Growing): ConfigNode {
  const children = growing.children.map(settle).filter((child) => !isDefault(growing.line, child.line));
  return { line: growing.line, at: growing.at, children };
}

/** The same tree without what IOS hides because it is the default. */
export function withoutDefaults(tree: ConfigTree, section = ''): ConfigTree {
  return tree
    .filter((child) => section === '' || !isDefault(section, child.line))
    .map((child) => ({ ...child, children: withoutDefaults(child.children, child.line) }));
}

/** One line per node, children indented by one blank more, as IOS prints them. */
export function renderConfiguration(tree: ConfigTree, depth = 0): string[] {
  return tree.flatMap(({ line, children }) => [
    `${' '.repeat(depth)}${line}`,
    ...renderConfiguration(children, depth + 1),
  ]);
}

/** The lines to type: as rendered, with an `exit` behind each section. */
export function linesToType(tree: ConfigTree): string[] {
  return tree.flatMap(({ line, children }) =>
    children.length === 0 ? [line] : [line, ...linesToType(children), 'exit'],
  );
}

export function findSection(tree: ConfigTree, line: string, section = ''): ConfigNode | undefined {
  const key = lineKey(section, normalLine(line));
  return tree.find((candidate) => lineKey(section, candidate.line) === key);
}

/** Whether `tree` has all lines of `part`, below the same sections. */
export function includesTree(tree: ConfigTree, part: ConfigTree): boolean {
  return missingFrom(tree, part).length === 0;
}

/** The lines of `part` that `tree` has not, each with its sections before it, joined by ` / `. */
export function missingFrom(tree: ConfigTree, part: ConfigTree, path: readonly string[] = []): string[] {
  return part.flatMap((wanted) => {
    const here = tree.find(({ line }) => line === wanted.line);
    const inside = [...path, wanted.line];
    const below = missingFrom(here?.children ?? [], wanted.children, inside);
    return here === undefined ? [inside.join(' / '), ...below] : below;
  });
}

/** The sections and lines of `tree` that have the keys of `like`, at the top only. */
export function restrict(tree: ConfigTree, like: ConfigTree): ConfigTree {
  const keys = new Set(like.map(({ line }) => lineKey('', line)));
  return tree.filter(({ line }) => keys.has(lineKey('', line)));
}

/** What `restrict` leaves out. */
export function without(tree: ConfigTree, like: ConfigTree): ConfigTree {
  const keys = new Set(like.map(({ line }) => lineKey('', line)));
  return tree.filter(({ line }) => !keys.has(lineKey('', line)));
}

/** Whether both have the same lines; sections may stand in another order. */
export function sameLines(a: ConfigTree, b: ConfigTree): boolean {
  return includesTree(a, b) && includesTree(b, a);
}

/** `tree` with the lines of `more`: lines of which there can be one are replaced, others are added. */
export function merge(tree: ConfigTree, more: ConfigTree, section = ''): ConfigTree {
  const merged = [...tree];
  for (const added of more) {
    const key = lineKey(section, added.line);
    const at = merged.findIndex(({ line }) => lineKey(section, line) === key);
    const existing = merged[at];
    if (existing === undefined) merged.push(added);
    else merged[at] = { ...added, children: merge(existing.children, added.children, added.line) };
  }
  return merged;
}

/**
 * The commands that lead from one tree to the other, as a tree: removals first, in reverse order of dependency, then
 * additions in order. Give it trees restricted to what may be changed.
 */
export function difference(from: ConfigTree, to: ConfigTree, section = ''): ConfigTree {
  const removed = removals(from, to, section);
  const added = to.flatMap((wanted) => addition(findSame(from, wanted, section), wanted));
  if (section !== '') return inDependency(removed, added);
  return [
    ...removed.toSorted((a, b) => rank(b.line.replace(/^no /, '')) - rank(a.line.replace(/^no /, ''))),
    ...added.toSorted((a, b) => rank(a.line) - rank(b.line)),
  ];
}

/** Within a section: an inner one gives up what names a line before that line goes, and gets it after the line came. */
function inDependency(removed: ConfigTree, added: ConfigTree): ConfigTree {
  const isInner = ({ children }: ConfigNode): boolean => children.length > 0;
  const onlyTakes = ({ children }: ConfigNode): boolean => children.every(({ line }) => line.startsWith('no '));
  const inner = added.filter(isInner);
  return [
    ...inner.filter(onlyTakes),
    ...removed,
    ...added.filter((one) => !isInner(one)),
    ...inner.filter((one) => !onlyTakes(one)),
  ];
}

function findSame(tree: ConfigTree, wanted: ConfigNode, section: string): ConfigNode | undefined {
  const key = lineKey(section, wanted.line);
  return tree.find(({ line }) => lineKey(section, line) === key);
}

function removals(from: ConfigTree, to: ConfigTree, section: string): ConfigNode[] {
  const gone = from.filter((existing) => findSame(to, existing, section) === undefined);
  return gone.toReversed().map(({ line }) => ({ line: negation(section, line), children: [] }));
}

function addition(existing: ConfigNode | undefined, wanted: ConfigNode): ConfigNode[] {
  if (existing === undefined) return [{ line: wanted.line, children: wanted.children }];
  const children = difference(existing.children, wanted.children, wanted.line);
  return children.length === 0 && existing.line === wanted.line ? [] : [{ line: wanted.line, children }];
}
