/**
 * The difference of two configurations as a property: whatever a router has and whatever it should have, the lines that
 * lead there lead there, and the difference the other way round leads back. What typed lines do is predicted by a
 * configuration that knows nothing of the driver; the cases are drawn at random, from seeds that a failure names.
 */
import assert from 'node:assert/strict';
import { difference, linesToType, parseConfiguration } from '../../../adapters/ios/config-tree.ts';
import { afterTyping } from './support/apply-lines.ts';

type Random = (below: number) => number;

/** The same numbers for the same seed (Marsaglia's xorshift with 32 bits). */
function numbersFrom(seed: number): Random {
  let state = (seed + 1) * 2_654_435_761;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** One of the wordings of a line, or none of them. */
const perhaps =
  (...wordings: readonly string[]) =>
  (random: Random): string[] => {
    const drawn = random(wordings.length + 1);
    return drawn === wordings.length ? [] : [wordings[drawn]!];
  };
/** Any of the lines. */
const some =
  (...lines: readonly string[]) =>
  (random: Random): string[] =>
    lines.filter(() => random(2) === 0);
/** A section with its lines, indented, or nothing. */
const section =
  (header: (random: Random) => string[], ...inside: readonly ((random: Random) => string[])[]) =>
  (random: Random): string[] => {
    const [line] = header(random);
    return line === undefined ? [] : [line, ...inside.flatMap((part) => part(random)).map((child) => ` ${child}`)];
  };

const parts = [
  section(
    perhaps('crypto ikev2 proposal P1'),
    perhaps('encryption aes-cbc-256', 'encryption aes-gcm-256'),
    perhaps('integrity sha1', 'integrity sha256'),
    perhaps('group 2', 'group 14'),
  ),
  section(perhaps('crypto ikev2 proposal P2'), perhaps('encryption aes-cbc-128'), perhaps('group 19')),
  section(
    perhaps('crypto ikev2 policy Q'),
    some('proposal P1', 'proposal P2', 'match address local 10.0.0.1', 'match address local 10.0.0.2'),
  ),
  section(
    perhaps('crypto ikev2 keyring K'),
    section(
      perhaps('peer A'),
      perhaps('address 192.0.2.1', 'address 192.0.2.9'),
      perhaps('pre-shared-key a', 'pre-shared-key b'),
    ),
    section(perhaps('peer B'), perhaps('address 192.0.2.2'), perhaps('pre-shared-key c')),
  ),
  section(
    perhaps('crypto ikev2 profile F'),
    some(
      'match identity remote address 192.0.2.1 255.255.255.255',
      'match identity remote address 192.0.2.2 255.255.255.255',
    ),
    perhaps('authentication local pre-share'),
    perhaps('keyring local K'),
    perhaps('lifetime 3600', 'lifetime 28800'),
    perhaps('dpd 10 5 on-demand', 'dpd 30 5 periodic'),
  ),
  section(perhaps('crypto ipsec transform-set T esp-gcm 256', 'crypto ipsec transform-set T esp-aes 256 esp-sha-hmac')),
  section(
    perhaps('crypto ipsec profile I'),
    perhaps('set transform-set T'),
    perhaps('set ikev2-profile F'),
    perhaps('set pfs group14', 'set pfs group24'),
    perhaps('set security-association lifetime seconds 27000'),
  ),
  ...[1, 2].map((number) =>
    section(
      perhaps(`interface Tunnel${number}`),
      perhaps('description ours', 'description theirs'),
      perhaps(`ip address 169.254.0.${number} 255.255.255.255`),
      perhaps('tunnel source 10.0.0.1', 'tunnel source GigabitEthernet1'),
      perhaps('tunnel mode ipsec ipv4'),
      perhaps('tunnel destination 192.0.2.1', 'tunnel destination 192.0.2.2'),
      perhaps('tunnel protection ipsec profile I'),
    ),
  ),
  some(
    'ip route 172.16.0.0 255.255.0.0 Tunnel1',
    'ip route 172.16.0.0 255.255.0.0 Tunnel2',
    'ip route 10.9.0.0 255.255.255.0 Tunnel1',
  ),
  section(
    perhaps('router bgp 65010'),
    perhaps('neighbor 10.0.0.4 remote-as 65515', 'neighbor 10.0.0.4 remote-as 65516'),
    perhaps('neighbor 10.0.0.4 ebgp-multihop 255'),
    section(perhaps('address-family ipv4'), some('network 10.1.0.0 mask 255.255.0.0', 'neighbor 10.0.0.4 activate')),
  ),
];

function configurationFrom(random: Random): string {
  return parts.flatMap((part) => part(random)).join('\n');
}

/** Every line with its sections before it, in any order. */
function pathsOf(text: string): string[] {
  const path: string[] = [];
  return text
    .split('\n')
    .filter((line) => !/^\s*(!|end$|no ip address$)/.test(line) && line.trim() !== '')
    .map((line) => {
      path.length = line.length - line.trimStart().length;
      path.push(line.trim());
      return path.join(' / ');
    })
    .toSorted();
}

describe('the difference of two configurations', () => {
  it('leads from any one to any other, and back', () => {
    for (let seed = 0; seed < 200; seed++) {
      const random = numbersFrom(seed);
      const from = configurationFrom(random);
      const to = configurationFrom(random);
      const forward = linesToType(difference(parseConfiguration(from), parseConfiguration(to)));
      const there = afterTyping(from, forward);
      assert.deepEqual(pathsOf(there), pathsOf(to), `seed ${seed}, there`);
      const backward = linesToType(difference(parseConfiguration(there), parseConfiguration(from)));
      assert.deepEqual(pathsOf(afterTyping(from, [...forward, ...backward])), pathsOf(from), `seed ${seed}, back`);
    }
  });

  it('is nothing for what is the same, however it is spaced and ordered', () => {
    for (let seed = 0; seed < 100; seed++) {
      const text = configurationFrom(numbersFrom(seed));
      const spaced = text.replaceAll(/^( *)(.*)$/gm, (_, indent: string, line: string) => `${indent}${indent}${line} `);
      assert.deepEqual(difference(parseConfiguration(text), parseConfiguration(spaced)), [], `seed ${seed}`);
      assert.deepEqual(
        linesToType(difference(parseConfiguration(afterTyping(text, [])), parseConfiguration(text))),
        [],
      );
    }
  });
});
