/**
 * The form in which IOS itself prints a configuration line: single blanks, full keywords, full interface names, no
 * defaults. Two lines that mean the same have the same normal form.
 */

const interfaceTypes = [
  'Tunnel',
  'Loopback',
  'GigabitEthernet',
  'TenGigabitEthernet',
  'TwentyFiveGigE',
  'FortyGigabitEthernet',
  'HundredGigE',
  'FastEthernet',
  'Ethernet',
  'Port-channel',
  'Vlan',
  'Serial',
  'Null',
  'BDI',
  'VirtualPortGroup',
  'Virtual-Template',
  'Dialer',
];

/** `tunnel 11`, `tun11` and `Tunnel11` are all `Tunnel11`; what is no interface name comes back as it is. */
export function interfaceName(text: string): string {
  const found = /^([A-Za-z][A-Za-z-]*) ?(\d[\d/.:]*)$/.exec(text.trim());
  if (found === null) return text.trim();
  const [, type, number] = found;
  const wanted = (type ?? '').toLowerCase();
  const full = wanted.length < 2 ? undefined : interfaceTypes.find((name) => name.toLowerCase().startsWith(wanted));
  return full === undefined ? text.trim() : `${full}${number}`;
}

/** Interfaces that exist only by configuration; any other is a port that carries somebody's traffic. */
export function isLogicalInterface(name: string): boolean {
  return /^(Tunnel|Loopback)\d+$/.test(name);
}

const rewrites: readonly [RegExp, (...parts: string[]) => string][] = [
  [/^inte?r?f?a?c?e? (\S+ ?\S*)$/i, (name) => `interface ${interfaceName(name)}`],
  [
    /^(ip route (?:vrf \S+ )?\S+ \S+) ([A-Za-z][A-Za-z-]* ?\d[\d/.:]*)((?: .*)?)$/,
    (start, name, rest) => `${start} ${interfaceName(name)}${rest}`,
  ],
  [
    /^(tunnel source|ip unnumbered|match address local interface) (.+)$/,
    (start, name) => `${start} ${interfaceName(name)}`,
  ],
  [/^(neighbor \S+ update-source) (.+)$/, (start, name) => `${start} ${interfaceName(name)}`],
  [/^(pre-shared-key(?: local| remote)?) 0 (.+)$/, (start, key) => `${start} ${key}`],
  [/^(ip address \S+ \S+) primary$/, (start) => start],
  [
    /^(network (\d+)\.\S+) mask (\S+)$/,
    (start, first, mask) => (mask === classMask(first) ? start : `${start} mask ${mask}`),
  ],
  [/^(address-family ipv4) unicast$/, (start) => start],
];

/** The mask that the first number of an address implied before there were prefixes: IOS does not print it for BGP. */
function classMask(first: string): string {
  const number = Number(first);
  return number < 128 ? '255.0.0.0' : number < 192 ? '255.255.0.0' : '255.255.255.0';
}

/** One blank between words; a shared key keeps those inside it. */
function singleBlanks(line: string): string {
  const [, keywords, key] = /^(pre-shared-key(?:\s+(?:local|remote|hex|[06]))*)\s+(\S.*)$/.exec(line) ?? [];
  return keywords === undefined || key === undefined
    ? line.replace(/\s+/g, ' ')
    : `${keywords.replace(/\s+/g, ' ')} ${key}`;
}

/** The normal form of one line, without its indentation. Free text (descriptions) keeps its inner blanks. */
export function normalLine(line: string): string {
  const trimmed = line.trim();
  if (/^(description|banner)\b/.test(trimmed)) return trimmed;
  const single = singleBlanks(trimmed);
  const negated = single.startsWith('no ') ? 'no ' : '';
  const positive = single.slice(negated.length);
  for (const [pattern, write] of rewrites) {
    const found = pattern.exec(positive);
    if (found !== null) return `${negated}${write(...found.slice(1).map((part) => part ?? ''))}`;
  }
  return single;
}

/** What IOS leaves out of the running configuration, or prints only while nothing was set, by section. */
const defaults: readonly [RegExp, RegExp][] = [
  [/^crypto ikev2 profile /, /^lifetime 86400$/],
  [/^crypto ipsec transform-set /, /^mode tunnel$/],
  [/^crypto ipsec profile /, /^set security-association lifetime (seconds 3600|kilobytes 4608000)$/],
  [/^interface /, /^(no shutdown|no ip address|tunnel mode gre ip)$/],
  [/^crypto ikev2 (policy|profile) /, /^match fvrf (any|global)$/],
  [/^router bgp /, /^(exit-address-family|no synchronization|no auto-summary)$/],
];

/** Whether the line says in its section what holds anyway. Both lines in normal form. */
export function isDefault(section: string, line: string): boolean {
  return defaults.some(([where, what]) => where.test(section) && what.test(line));
}

/** Lines of which a section has one: a new one replaces the old. The part that stays the same is the key. */
const singles: readonly [RegExp, RegExp][] = [
  [/^crypto ikev2 proposal /, /^(encryption|integrity|prf|group)\b/],
  [/^crypto ikev2 policy /, /^(match fvrf)\b/],
  [/^peer /, /^(address|description|pre-shared-key(?: local| remote)?)\b/],
  [
    /^crypto ikev2 profile /,
    /^(description|authentication (?:local|remote)|keyring local|lifetime|dpd|identity local|match fvrf|ivrf)\b/,
  ],
  [/^crypto ipsec transform-set /, /^(mode)\b/],
  [
    /^crypto ipsec profile /,
    /^(set (?:transform-set|ikev2-profile|pfs|security-association lifetime (?:seconds|kilobytes)))\b/,
  ],
  [
    /^interface /,
    /^(description|ip address(?!.* secondary$)|ip mtu|ip tcp adjust-mss|ip unnumbered|bandwidth|tunnel (?:source|destination|mode|protection))\b/,
  ],
  [/^router bgp /, /^(bgp router-id|neighbor \S+ (?:remote-as|ebgp-multihop|update-source|password|description))\b/],
];

/** What identifies a line among its siblings. `section` is '' at the top. */
export function lineKey(section: string, line: string): string {
  if (section === '') return line.startsWith('crypto ipsec transform-set ') ? line.split(' ', 4).join(' ') : line;
  for (const [where, what] of singles) {
    const found = where.test(section) ? what.exec(line) : null;
    if (found !== null) return found[1] ?? line;
  }
  return line;
}

/** The line that removes this one. */
export function negation(section: string, line: string): string {
  if (line.startsWith('no ')) return line.slice(3);
  if (section === '') return `no ${lineKey('', line)}`;
  // The key itself is not needed to remove it, and would be a secret in the inverse.
  return `no ${/^pre-shared-key(?: local| remote)?/.exec(line)?.[0] ?? line}`;
}

/** The order in which objects must exist; removal goes the other way round (ios.md, 2). */
const order: readonly RegExp[] = [
  /^(archive|license)\b/,
  /^interface Loopback/,
  /^crypto ikev2 proposal /,
  /^crypto ikev2 policy /,
  /^crypto ikev2 keyring /,
  /^crypto ikev2 profile /,
  /^crypto ipsec transform-set /,
  /^crypto ipsec profile /,
  /^interface /,
  /^ip route /,
  /^router /,
];

/** The place of a top-level line in the order of dependency. */
export function rank(line: string): number {
  const at = order.findIndex((pattern) => pattern.test(line));
  return at < 0 ? order.length : at;
}
