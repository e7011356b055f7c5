/**
 * From 17.11 on the weak algorithms are no words of the configuration any more, unless the router booted with
 * `crypto engine compliance shield disable` (Cisco's field notice 72510).
 */
import type { RuleContext } from './node.ts';

const WEAK = new Set(
  `des 3des md5 1 2 5 24
   esp-des esp-3des esp-null esp-gmac esp-md5-hmac
   group1 group2 group5 group24`.split(/\s+/),
);

/** Whether a release knows the shield, and so refuses weak algorithms. */
function isShielded({ release: [major, minor], weakAllowed }: RuleContext): boolean {
  return !weakAllowed && (major > 17 || (major === 17 && minor >= 11));
}

/** The caret under the first of these words that is weak; null: they may all be used. */
export function refuseWeak(context: RuleContext, words: readonly string[]): string | null {
  const weak = isShielded(context) ? words.find((word) => WEAK.has(word)) : undefined;
  return weak === undefined ? null : `^ ${weak}`;
}

/** Whether a configuration asks for weak algorithms to be allowed after the next boot. */
export function asksForWeak(text: string): boolean {
  return /^crypto engine compliance shield disable$/m.test(text);
}
