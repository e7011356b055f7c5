/** What IKE counts, and IPsec and IKEv1 objects as their show commands print them; layouts as in public captures. */
import type { ConfigNode } from '../configuration/node.ts';
import { ofKind, valueOf } from '../configuration/node.ts';
import type { ExecCommand, Printed, Shell } from '../exec/command.ts';
import { command } from '../exec/command.ts';
import type { Args } from '../grammar.ts';
import type { Machine } from '../machine.ts';
import { cryptoOf } from '../views.ts';
import { ikeSas } from './crypto-flows.ts';

const RULE = '-'.repeat(80);
/** Where IOS puts the second and third number of a line. */
const COLUMNS = [33, 26] as const;

function counts(first: string, second: string, third: string): string {
  return `${first.padEnd(COLUMNS[0])} ${second.padEnd(COLUMNS[1])}${third}`;
}

/** The negotiations that were won and that go on, by who began them. */
function tally(machine: Machine, initiator: boolean): { active: number; negotiating: number } {
  const own = ikeSas(machine).filter((sa) => sa.initiator === initiator);
  return {
    active: own.filter(({ status }) => status === 'READY').length,
    negotiating: own.filter(({ status }) => status === 'IN-NEG').length,
  };
}

function statistics({ machine }: Shell): Printed {
  const row = (title: string, { active, negotiating }: { active: number; negotiating: number }): string =>
    counts(
      `Total ${title} IKEv2 SA Count:    ${active + negotiating}`,
      `  active:        ${String(active).padEnd(9)}`,
      `negotiating: ${negotiating}     `,
    );
  const [incoming, outgoing] = [tally(machine, false), tally(machine, true)];
  const requests = (title: string, { active }: { active: number }): string =>
    counts(
      `${title} IKEv2 Requests: ${active}`,
      `  accepted:      ${String(active).padEnd(9)}`,
      'rejected:    0       ',
    );
  return [
    RULE,
    '                          Crypto IKEv2 SA Statistics',
    RULE,
    'System Resource Limit:   0        Max IKEv2 SAs: 0        Max in nego(in/out): 40/400',
    row('incoming', incoming),
    row('outgoing', outgoing),
    requests('Incoming', incoming),
    requests('Outgoing', outgoing),
    counts('Rejected IKEv2 Requests: 0', '  rsrc low:      0        ', 'SA limit:    0       '),
    'IKEv2 packets dropped at dispatch: 0       ',
    'Incoming Requests dropped as LOW Q limit reached : 0       ',
    'Incoming IKEV2 Cookie Challenged Requests: 0       ',
    '    accepted: 0        rejected: 0        rejected no cookie: 0       ',
    'Total Deleted sessions of Cert Revoked Peers: 0       ',
    '',
  ].join('\n');
}

function exchanges({ machine }: Shell): Printed {
  const ours = tally(machine, true);
  const row = (name: string, sent: number, answered: number): string =>
    name.padEnd(30) + [sent, 0, 0, answered].map((count) => String(count).padStart(11)).join('');
  const tries = ours.active + ours.negotiating;
  return [
    'EXCHANGE/NOTIFY                   TX(REQ)    TX(RES)    RX(REQ)    RX(RES)',
    '',
    'EXCHANGES',
    '',
    row('IKE_SA_INIT', tries, ours.active),
    row('IKE_AUTH', ours.active, ours.active),
    row('CREATE_CHILD_SA', 0, 0),
    row('INFORMATIONAL', 0, 0),
    '',
    'ERROR NOTIFY',
    '',
    row('NO_PROPOSAL_CHOSEN', 0, 0),
    row('AUTHENTICATION_FAILED', 0, 0),
    '',
    'OTHER NOTIFY',
    '',
    row('INITIAL_CONTACT', ours.active, 0),
    row('NAT_DETECTION_SOURCE_IP', tries, ours.active),
    row('NAT_DETECTION_DESTINATION_IP', tries, ours.active),
    '',
  ].join('\n');
}

function saCount({ machine }: Shell): Printed {
  const sas = (machine.link?.ipsecSas() ?? []).filter(({ inboundSpi }) => inboundSpi !== null).length * 2;
  return `IPsec SA total: ${sas}, active: ${sas}, rekeying: 0, unused: 0, invalid: 0`;
}

function profiles({ machine }: Shell, { name }: Args): Printed {
  const crypto = cryptoOf(machine.config.root);
  const kilobytes = (node: ConfigNode): string =>
    valueOf(node, 'set security-association lifetime kilobytes', 'kilobytes') ?? '4608000';
  const nodes = ofKind(machine.config.root, 'crypto ipsec profile');
  const own = crypto.ipsecProfiles.map((profile, index) => ({
    name: profile.name,
    lines: [
      ...(profile.ikev2Profile === null ? [] : [`\tIKEv2 Profile: ${profile.ikev2Profile}`]),
      `\tSecurity association lifetime: ${kilobytes(nodes[index] as ConfigNode)} kilobytes/${profile.lifetimeSeconds} seconds`,
      '\tResponder-Only (Y/N): N',
      ...(profile.pfs === null ? ['\tPFS (Y/N): N'] : ['\tPFS (Y/N): Y', `\tDH group:  ${profile.pfs}`]),
      '\tMixed-mode : Disabled',
      '\tTransform sets={ ',
      ...profile.transformSets.map((set) => `\t\t${set}:  { ${transform(machine, set)}  } , `),
      '\t}',
      '',
    ],
  }));
  const smart = {
    name: 'default',
    lines: [
      '\tSecurity association lifetime: 4608000 kilobytes/3600 seconds',
      '\tResponder-Only (Y/N): N',
      '\tPFS (Y/N): N',
      '\tMixed-mode : Disabled',
      '\tTransform sets={ ',
      '\t\tdefault:  { esp-aes esp-sha-hmac  } , ',
      '\t}',
      '',
    ],
  };
  return [...own, smart]
    .filter((each) => name === undefined || each.name === name)
    .flatMap((each) => [`IPSEC profile ${each.name}`, ...each.lines])
    .join('\n');
}

function transform(machine: Machine, set: string): string {
  const found = cryptoOf(machine.config.root).transformSets.find((each) => each.name === set);
  return found === undefined ? '' : [found.encryption, found.integrity ?? ''].filter((word) => word !== '').join(' ');
}

const CIPHERS: Readonly<Record<string, string>> = {
  des: 'DES - Data Encryption Standard (56 bit keys).',
  '3des': 'Three key triple DES',
  aes: 'AES - Advanced Encryption Standard',
};
const HASHES: Readonly<Record<string, string>> = {
  sha: 'Secure Hash Standard',
  md5: 'Message Digest 5',
  sha256: 'Secure Hash Standard 2 (256 bit)',
  sha384: 'Secure Hash Standard 2 (384 bit)',
  sha512: 'Secure Hash Standard 2 (512 bit)',
};
const METHODS: Readonly<Record<string, string>> = {
  'pre-share': 'Pre-Shared Key',
  'rsa-sig': 'Rivest-Shamir-Adleman Signature',
  'rsa-encr': 'Rivest-Shamir-Adleman Encryption',
  'ecdsa-sig': 'Elliptic Curve Digital Signature Algorithm',
};
const BITS: Readonly<Record<string, number>> = {
  1: 768,
  2: 1024,
  5: 1536,
  14: 2048,
  15: 3072,
  16: 4096,
  19: 256,
  20: 384,
  21: 521,
  24: 2048,
};

function isakmpPolicies({ machine }: Shell): Printed {
  const policies = ofKind(machine.config.root, 'crypto isakmp policy').flatMap((node) => {
    const cipher = valueOf(node, 'encryption', 'encryption') ?? 'des';
    const bits = valueOf(node, 'encryption', 'bits') ?? '128';
    const group = valueOf(node, 'group', 'group') ?? '1';
    const size = cipher === 'aes' ? ` (${bits} bit keys).` : '';
    return [
      `Protection suite of priority ${node.args['number'] ?? ''}`,
      `\tencryption algorithm:\t${CIPHERS[cipher] ?? cipher}${size}`,
      `\thash algorithm:\t\t${HASHES[valueOf(node, 'hash', 'hash') ?? 'sha'] ?? ''}`,
      `\tauthentication method:\t${METHODS[valueOf(node, 'authentication', 'method') ?? 'rsa-sig'] ?? ''}`,
      `\tDiffie-Hellman group:\t#${group} (${BITS[group] ?? 0} bit)`,
      `\tlifetime:\t\t${valueOf(node, 'lifetime', 'seconds') ?? '86400'} seconds, no volume limit`,
    ];
  });
  return ['', 'Global IKE policy', ...policies].join('\n');
}

/** No negotiation of IKEv1 takes place here. */
const ISAKMP_SA = [
  'IPv4 Crypto ISAKMP SA',
  'dst             src             state          conn-id status',
  '',
  'IPv6 Crypto ISAKMP SA',
  '',
].join('\n');

const ISAKMP_DETAIL = [
  'Codes: C - IKE configuration mode, D - Dead Peer Detection',
  '       K - Keepalives, N - NAT-traversal',
  '       T - cTCP encapsulation, X - IKE Extended Authentication',
  '       psk - Preshared key, rsig - RSA signature',
  '       renc - RSA encryption',
  'IPv4 Crypto ISAKMP SA',
  '',
  'C-id  Local           Remote          I-VRF  Status Encr Hash   Auth DH Lifetime Cap.',
  '',
  'IPv6 Crypto ISAKMP SA',
  '',
].join('\n');

const ENGINE = [
  '        crypto engine name:  Virtual Private Network (VPN) Module',
  '        crypto engine type:  software',
  '             serial number:  00000000',
  '       crypto engine state:  installed',
  '     crypto engine in slot:  N/A',
].join('\n');

export const IKE_STATISTICS: readonly ExecCommand[] = [
  command('show crypto ikev2 stats', statistics),
  command('show crypto ikev2 stats exchange [ detailed ]', exchanges),
  command(
    'show crypto ikev2 diagnose error',
    () => 'Exit Path Table - status: enable, current entry 0, deleted 0, max allow 50\n',
  ),
  command('show crypto ipsec sa count', saCount),
  command('show crypto ipsec profile [ {name:word} ]', profiles),
  command('show crypto isakmp policy', isakmpPolicies),
  command('show crypto isakmp sa', () => ISAKMP_SA),
  command('show crypto isakmp sa detail', () => ISAKMP_DETAIL),
  command('show crypto isakmp peers', () => null),
  command('show crypto engine brief', () => ENGINE),
];
