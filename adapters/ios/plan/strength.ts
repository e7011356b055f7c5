/**
 * Weak cryptography: IOS-XE from 17.11 on refuses it line by line, unless its owner has configured otherwise (Cisco's field
 * notice FN72510 has the list). Said before the first line, because a policy has to be another one at both ends.
 */
import { Refused } from '../../errors.ts';
import type { ConfigTree } from '../config-tree.ts';
import type { RouterState } from './intent.ts';

const weak: readonly RegExp[] = [
  /^encryption (?:.* )?(?:des|3des)\b/,
  /^integrity (?:.* )?md5\b/,
  /^group (?:.* )?(?:1|2|5|24)\b/,
  /^crypto ipsec transform-set \S+ .*\b(?:esp-des|esp-3des|esp-null|esp-gmac|esp-md5-hmac|ah-md5-hmac)\b/,
  /^set pfs group(?:1|2|5|24)$/,
];

/** The line by which an owner lets the router take weak cryptography all the same. */
export const weakAllowed = 'crypto engine compliance shield disable';

function refusesWeak(version: string): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > 17 || (Number(major) === 17 && Number(minor) >= 11);
}

/** Lines to be added that this router would refuse, each behind its section. */
function weakLines(tree: ConfigTree, section = ''): string[] {
  return tree.flatMap(({ line, children }) => [
    ...(weak.some((pattern) => pattern.test(line)) ? [`\`${section}${line}\``] : []),
    ...weakLines(children, `${line} / `),
  ]);
}

/** @throws Refused where a line to be sent is too weak for the router's release. */
export function checkStrength({ hostname, version, running }: RouterState, forward: ConfigTree): void {
  if (!refusesWeak(version) || running.some(({ line }) => line === weakAllowed)) return;
  const lines = weakLines(forward);
  if (lines.length === 0) return;
  throw new Refused({
    what: `Router ${hostname} runs IOS-XE ${version}, which refuses weak cryptography: ${lines.join(', ')}`,
    next: 'Give connection.ipsecPolicy stronger algorithms, or leave it out: then Sitelink sets AES256, SHA256 and DHGroup14 on both ends',
  });
}
