import { createHash } from 'node:crypto';

/** What was worked out before: every GET shows several. */
const known = new Map<string, string>();
const mostKnown = 50_000;

/** A GUID that depends on the text alone. */
export function guidOf(text: string): string {
  const before = known.get(text);
  if (before !== undefined) return before;
  if (known.size >= mostKnown) known.clear();
  const made = workOut(text);
  known.set(text, made);
  return made;
}

function workOut(text: string): string {
  return asGuid(createHash('sha256').update(text).digest('hex'));
}

/** The first 32 hexadecimal digits with a GUID's hyphens. */
export function asGuid(digits: string): string {
  return [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ]
    .map(([from, to]) => digits.slice(from, to))
    .join('-');
}
