import type { ConfigNode } from './node.ts';
import { ofKind } from './node.ts';

/** Banners: text of several lines between two delimiters. In the configuration the delimiter is always `^C`. */

const DELIMITER = '^C';
/** `banner motd #text`: everything up to the text, the delimiter, what follows it. A control character counts as two. */
const BEGIN = /^(\s*banner\s+\S+\s+)(\^C|\S)([^]*)$/;

interface Begun {
  readonly head: string;
  readonly delimiter: string;
  readonly text: string;
}

/** A line that begins a banner; null for any other. */
function begun(line: string): Begun | null {
  const [, head, delimiter, text] = BEGIN.exec(line) ?? [];
  return head === undefined || delimiter === undefined ? null : { head, delimiter, text: text ?? '' };
}

function closed({ head, delimiter, text }: Begun): string | null {
  const end = text.indexOf(delimiter);
  return end === -1 ? null : `${head}${DELIMITER}${text.slice(0, end)}${DELIMITER}`;
}

/** The delimiter that a banner's text still lacks; null if the line is none, or is whole. */
export function openBanner(line: string): string | null {
  const banner = begun(line);
  return banner === null || closed(banner) !== null ? null : banner.delimiter;
}

/** A whole banner (lines divided by `\n`) as the configuration keeps it; any other line as it is. */
export function normalBanner(line: string): string {
  const banner = begun(line);
  return banner === null ? line : (closed(banner) ?? line);
}

/** The lines of a stored configuration, each banner being one of them. */
export function logicalLines(text: string): string[] {
  const out: string[] = [];
  let open: string | null = null;
  for (const line of text.split(/\r?\n/)) {
    open = open === null ? line : `${open}\n${line}`;
    if (openBanner(open) !== null) continue;
    out.push(normalBanner(open));
    open = null;
  }
  return open === null ? out : [...out, open];
}

/** What a client is shown of banners of these types, each with a line end. */
export function bannerText(root: ConfigNode, types: readonly string[]): string {
  return types
    .flatMap((type) => ofKind(root, 'banner').filter(({ args }) => args['type'] === type))
    .map(({ args }) => `${(args['text'] ?? '').replaceAll(DELIMITER, '')}\n`)
    .join('');
}
