/** `show archive`. */
import { find, findNumber } from './text.ts';

export interface Archive {
  /** Null where the text says nothing about it. */
  readonly enabled: boolean | null;
  readonly maximum: number | null;
  readonly saved: number | null;
  readonly mostRecent: string | null;
}

export function parseArchive(output: string): Archive {
  const known = /archive configurations?|next archive file|Archive #/i.test(output);
  return {
    enabled: /archive feature not enabled/i.test(output) ? false : known ? true : null,
    maximum: findNumber(output, /maximum archive configurations allowed is (\d+)/i) ?? null,
    saved: findNumber(output, /currently (\d+) archive configurations? saved/i) ?? null,
    mostRecent: find(output, /^[ \t]*(?::\s*)?\d+\s+(\S+)\s+<- Most Recent/im) ?? null,
  };
}
