/**
 * Masking what was on a screen. A log message may cut an echoed secret in two, and a narrow terminal scrolls a long line
 * so that it shows a part of one: parts are masked where they come.
 */
import { MASK, masker } from './mask.ts';

/** A remainder shorter than this says nothing, and a beginning shorter than this is found everywhere. */
const shortestPart = 3;
/** What is found of a secret in the middle of a line, without a beginning or an end that tells it. */
const shortestFragment = 8;

export class LineMasker {
  readonly #mask: (text: string) => string;
  readonly #secrets: readonly string[];
  #owed: readonly string[] = [];

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets.filter((secret) => secret.length >= 2 * shortestPart && !secret.includes('\n'));
    this.#mask = masker(secrets);
  }

  line(text: string): string {
    const found = this.#owed.find((rest) => text.includes(rest));
    if (found !== undefined) this.#owed = [];
    const whole = found === undefined ? text : text.replaceAll(found, MASK);
    const begun = this.#secrets.flatMap((secret) => this.#restOf(secret, whole.trimEnd()));
    if (begun.length > 0) this.#owed = begun;
    return this.#secrets.reduce(withoutFragments, this.#mask(whole));
  }

  #restOf(secret: string, line: string): string[] {
    for (let length = secret.length - shortestPart; length >= shortestPart; length--) {
      if (line.endsWith(secret.slice(0, length))) return [secret.slice(length)];
    }
    return [];
  }
}

/** The line without the longest parts of the secret that it shows. */
function withoutFragments(line: string, secret: string): string {
  for (let at = 0; at + shortestFragment <= secret.length; at++) {
    if (!line.includes(secret.slice(at, at + shortestFragment))) continue;
    let end = at + shortestFragment;
    while (end < secret.length && line.includes(secret.slice(at, end + 1))) end += 1;
    return withoutFragments(line.replaceAll(secret.slice(at, end), MASK), secret);
  }
  return line;
}

/** Masks text that stood on a screen, of several lines. */
export function screenMasker(secrets: readonly string[]): (text: string) => string {
  const mask = masker(secrets);
  return (text) => {
    const lines = new LineMasker(secrets);
    return mask(text)
      .split('\n')
      .map((line) => lines.line(line))
      .join('\n');
  };
}
