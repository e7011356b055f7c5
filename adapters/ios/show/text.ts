/**
 * Small readers that the `show` parsers share. What is not there is undefined; nothing throws.
 */

/** The first group of the first match, blanks collapsed; undefined without one. */
export function find(text: string, pattern: RegExp): string | undefined {
  const found = pattern.exec(text)?.[1]?.trim().replace(/\s+/g, ' ');
  return found === '' ? undefined : found;
}

export function findNumber(text: string, pattern: RegExp): number | undefined {
  const found = find(text, pattern);
  return found === undefined ? undefined : Number(found);
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The object without its undefined members. */
export function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>;
}

/** Text cut before each line that matches; what stands before the first one is left out. */
export function blocks(text: string, start: RegExp): string[] {
  const found: string[][] = [];
  for (const line of text.split(/\r?\n/)) {
    if (start.test(line)) found.push([line]);
    else found.at(-1)?.push(line);
  }
  return found.map((lines) => lines.join('\n'));
}

/**
 * A terminal of 80 columns cuts longer lines. What stands at the left margin below a full, indented line belongs to it,
 * unless it begins an entry; a line whose last blank was cut off counts as full.
 */
export function unwrapped(text: string): string {
  const cut = /^([ \t].{78,79})\n(?=\S)(?!Tunnel-id|IPv[46] Crypto|interface:|Crypto |\d+\s+\S+\/|\S+[>#]\s*$)/gim;
  return text.replace(cut, (whole, line: string) => (line.length < 80 ? `${line} ` : line));
}
