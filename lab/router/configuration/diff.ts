/** Differences between two configurations, by section, as IOS words them. */

interface Section {
  readonly line: string;
  readonly children: readonly string[];
}

interface Difference {
  readonly line: string;
  /** `removed` and `added`: the whole section. */
  readonly kind: 'removed' | 'added' | 'changed';
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** Lines that are no configuration. */
const NO_LINE = /^(!.*|end|version .*|Building configuration.*|Current configuration.*|\s*)$/;

export function configLines(text: string): string[] {
  return text.split('\n').filter((line) => !NO_LINE.test(line.trim()));
}

function sectionsOf(text: string): Section[] {
  const sections: { line: string; children: string[] }[] = [];
  for (const line of configLines(text)) {
    const last = sections.at(-1);
    if (last !== undefined && line.startsWith(' ')) last.children.push(line.trimEnd());
    else sections.push({ line: line.trimEnd(), children: [] });
  }
  return sections;
}

function differences(before: string, after: string): Difference[] {
  const [old, fresh] = [sectionsOf(before), sectionsOf(after)];
  const in_ = (sections: readonly Section[], line: string): Section | undefined =>
    sections.find((one) => one.line === line);
  const removed = old
    .filter(({ line }) => in_(fresh, line) === undefined)
    .map(({ line, children }): Difference => ({ line, kind: 'removed', removed: children, added: [] }));
  const rest = fresh.flatMap(({ line, children }): Difference[] => {
    const known = in_(old, line);
    if (known === undefined) return [{ line, kind: 'added', removed: [], added: children }];
    const gone = known.children.filter((child) => !children.includes(child));
    const come = children.filter((child) => !known.children.includes(child));
    return gone.length + come.length === 0 ? [] : [{ line, kind: 'changed', removed: gone, added: come }];
  });
  return [...removed, ...rest];
}

function negated(line: string): string {
  const indent = /^ */.exec(line)?.[0] ?? '';
  const words = line.trim();
  return `${indent}${words.startsWith('no ') ? words.slice(3) : `no ${words}`}`;
}

/** The commands that lead from one to the other, as `configure replace … list` prints them. */
export function rollbackCommands(before: string, after: string): string[] {
  return differences(before, after).flatMap(({ line, kind, removed, added }) =>
    kind === 'removed' ? [negated(line)] : [line, ...removed.map(negated), ...added],
  );
}

/** `show archive config differences`: what the second has more (`+`) and less (`-`). */
export function contextualDiff(before: string, after: string): string {
  const sign = (mark: string, line: string): string => line.replace(/^( *)/, `$1${mark}`);
  const lines = differences(before, after).flatMap(({ line, kind, removed, added }) => [
    kind === 'changed' ? line : sign(kind === 'added' ? '+' : '-', line),
    ...removed.map((child) => sign('-', child)),
    ...added.map((child) => sign('+', child)),
  ]);
  return ['!Contextual Config Diffs:', ...(lines.length > 0 ? lines : ['!No changes were found'])].join('\n');
}

/** The lines of a text that a configuration does not have, each under its section. */
export function additions(running: string, text: string): string[] {
  return differences(running, text).flatMap(({ line, kind, added }) =>
    kind === 'removed' || (kind === 'changed' && added.length === 0) ? [] : [line, ...added],
  );
}
