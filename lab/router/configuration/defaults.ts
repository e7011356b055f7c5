/** What `show running-config all` prints beside the lines that were configured: defaults that are hidden otherwise. */
import type { ConfigNode } from './node.ts';

interface Default {
  /** It is not shown where a line begins so, also after `no`. */
  readonly of: string;
  readonly line: string;
}

function defaults(...lines: readonly (string | readonly [of: string, line: string])[]): Default[] {
  return lines.map((each) =>
    typeof each === 'string' ? { of: each.replace(/^no /, ''), line: each } : { of: each[0], line: each[1] },
  );
}

/** By the kind of the section; of interfaces by their type. */
const SECTIONS: Readonly<Record<string, readonly Default[]>> = {
  'crypto ikev2 profile': defaults(['lifetime', 'lifetime 86400'], ['dpd', 'no dpd']),
  'crypto ipsec profile': defaults(
    ['set security-association lifetime kilobytes', 'set security-association lifetime kilobytes 4608000'],
    ['set security-association lifetime seconds', 'set security-association lifetime seconds 3600'],
    ['set pfs', 'no set pfs'],
  ),
  'line vty': defaults(
    ['exec-timeout', 'exec-timeout 10 0'],
    ['length', 'length 24'],
    ['width', 'width 80'],
    ['history size', 'history size 20'],
  ),
  'line console': defaults(['exec-timeout', 'exec-timeout 10 0'], ['length', 'length 24'], ['width', 'width 80']),
  archive: defaults(['maximum', 'maximum 10']),
  Tunnel: defaults(
    'ip redirects',
    'ip unreachables',
    'ip proxy-arp',
    ['tunnel mode', 'tunnel mode gre ip'],
    ['tunnel ttl', 'tunnel ttl 255'],
    'no shutdown',
  ),
  Loopback: defaults('ip redirects', 'ip unreachables', 'ip proxy-arp', 'no shutdown'),
  GigabitEthernet: defaults(
    ['mtu', 'mtu 1500'],
    'ip redirects',
    'ip unreachables',
    'ip proxy-arp',
    ['load-interval', 'load-interval 300'],
    'no shutdown',
  ),
};

/** Lines of the whole configuration, by the rank they stand at. */
const GLOBAL: readonly (Default & { readonly rank: number; readonly block?: readonly string[] })[] = [
  ...defaults('service slave-log', 'service prompt config', 'service dhcp', 'no service tcp-keepalives-in').map(
    (each) => ({ ...each, rank: 12 }),
  ),
  ...defaults(['ip domain', 'ip domain lookup']).map((each) => ({ ...each, rank: 51 })),
  {
    of: 'crypto ikev2 policy default',
    line: 'crypto ikev2 policy default',
    block: [' match fvrf any', ' proposal default'],
    rank: 91,
  },
  ...defaults(
    [
      'crypto ipsec security-association lifetime kilobytes',
      'crypto ipsec security-association lifetime kilobytes 4608000',
    ],
    ['crypto ipsec security-association lifetime seconds', 'crypto ipsec security-association lifetime seconds 3600'],
  ).map((each) => ({ ...each, rank: 96 })),
  {
    of: 'crypto ipsec transform-set default',
    line: 'crypto ipsec transform-set default esp-aes esp-sha-hmac ',
    block: [' mode transport'],
    rank: 97,
  },
  {
    of: 'crypto ipsec profile default',
    line: 'crypto ipsec profile default',
    block: [' set transform-set default ', ' set ikev2-profile default'],
    rank: 99,
  },
  ...defaults('ip cef', 'ip source-route').map((each) => ({ ...each, rank: 118 })),
  ...defaults(
    ['ip ssh time-out', 'ip ssh time-out 120'],
    ['ip ssh authentication-retries', 'ip ssh authentication-retries 3'],
  ).map((each) => ({ ...each, rank: 135 })),
];

function missing(node: ConfigNode, all: readonly Default[]): Default[] {
  const lines = node.children.map(({ line }) => line.replace(/^no /, ''));
  return all.filter(({ of }) => !lines.some((line) => line === of || line.startsWith(`${of} `)));
}

/** The hidden defaults of a section, without indentation. */
export function sectionDefaults(node: ConfigNode): string[] {
  const kind =
    node.rule.kind === 'interface' ? (/^[A-Za-z]+/.exec(node.args['name'] ?? '')?.[0] ?? '') : node.rule.kind;
  return missing(node, SECTIONS[kind] ?? []).map(({ line }) => line);
}

/** The hidden defaults of the whole, each a piece with its rank. */
export function globalDefaults(
  root: ConfigNode,
): { readonly rank: number; readonly lines: readonly string[]; readonly open: boolean }[] {
  const wanted = new Set(missing(root, GLOBAL).map(({ line }) => line));
  return GLOBAL.filter(({ line }) => wanted.has(line)).map(({ rank, line, block = [] }) => ({
    rank,
    lines: [line, ...block],
    open: block.length > 0,
  }));
}
