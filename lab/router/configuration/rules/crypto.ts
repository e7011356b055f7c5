import type { ConfigNode, ConfigRule, RuleContext } from '../node.ts';
import { named, ofKind, rule } from '../node.ts';
import type { Args } from '../../grammar.ts';
import { refuseWeak } from '../weak-cryptography.ts';

/**
 * The lines of `crypto ikev2` and `crypto ipsec`. Layout, hidden defaults and blanks at line ends follow what public
 * captures of IOS-XE show. Wordings for a missing reference are sourced for the transform set only; the others are
 * refused too, since what a router does with them is not known and nothing should rely on it.
 */

const KEY_TYPE = '{kind=0,6}';
const GROUPS = '1,2,5,14,15,16,19,20,21,24';

/** Names of ipsec profiles, tunnels and so on that point at an object; empty if it is free. */
function users(context: RuleContext, kind: string, child: string, value: string): string[] {
  return ofKind(context.root, kind)
    .filter((node) => ofKind(node, child).some((line) => (line.args['name'] ?? '').split(' ').includes(value)))
    .map((node) => node.args['name'] ?? '');
}

function inUse(kind: string, child: string, what: string): (context: RuleContext, node: ConfigNode) => string | null {
  return (context, node) => {
    const name = node.args['name'] ?? '';
    const by = users(context, kind, child, name);
    return by.length > 0 ? `% ${what} ${name} is still in use and cannot be removed (${by.join(', ')}).` : null;
  };
}

function mustExist(kind: string, what: string): (context: RuleContext, args: Args) => string | null {
  return (context, args) => {
    const name = args['name'] ?? '';
    return context.loading || named(context.root, kind, name) ? null : `% ${what} ${name} does not exist.`;
  };
}

/** A `refuse` by values of which some are weak. */
function weak(...names: readonly string[]): (context: RuleContext, args: Args) => string | null {
  return (context, args) =>
    refuseWeak(
      context,
      names.flatMap((name) => (args[name] ?? '').split(' ')),
    );
}

function refuseWeakPfs(context: RuleContext, args: Args): string | null {
  return refuseWeak(context, [args['group'] ?? 'group1']);
}

function adviseProposal(_context: RuleContext, node: ConfigNode): string | null {
  const has = (kind: string): boolean => ofKind(node, kind).length > 0;
  const gcm = (ofKind(node, 'encryption')[0]?.args['encryption'] ?? '').includes('gcm');
  if (has('encryption') && has('group') && (gcm ? has('prf') : has('integrity'))) return null;
  return [
    'IKEv2 proposal MUST either have a set of an encryption algorithm other than aes-gcm, an integrity algorithm and a DH group configured or ',
    ' encryption algorithm aes-gcm, a prf algorithm and a DH group configured',
  ].join('\n');
}

function advisePolicy(_context: RuleContext, node: ConfigNode): string | null {
  return ofKind(node, 'proposal').length > 0 ? null : 'IKEv2 policy MUST have atleast one complete proposal attached ';
}

function adviseProfile(_context: RuleContext, node: ConfigNode): string | null {
  const sides = ofKind(node, 'authentication').map((line) => line.args['side']);
  const identified = node.children.some((line) => line.rule.kind.startsWith('match identity'));
  if (identified && sides.includes('local') && sides.includes('remote')) return null;
  return [
    'IKEv2 profile MUST have:',
    '   1. A local and a remote authentication method.',
    '   2. A match identity or a match certificate or match any statement.',
  ].join('\n');
}

const proposal: readonly ConfigRule[] = [
  rule('config', 'crypto ikev2 proposal {name:word}', {
    rank: 90,
    identity: ['name'],
    opens: 'config-ikev2-proposal',
    tail: true,
    advice: adviseProposal,
    refuseNo: inUse('crypto ikev2 policy', 'proposal', 'Proposal'),
  }),
  rule(
    'config-ikev2-proposal',
    'encryption / {encryption=aes-cbc-128,aes-cbc-192,aes-cbc-256,aes-gcm-128,aes-gcm-256,3des,des}+',
    { rank: 1, refuse: weak('encryption') },
  ),
  rule('config-ikev2-proposal', 'integrity / {integrity=md5,sha1,sha256,sha384,sha512}+', {
    rank: 2,
    refuse: weak('integrity'),
  }),
  rule('config-ikev2-proposal', 'prf / {prf=md5,sha1,sha256,sha384,sha512}+', { rank: 3 }),
  rule('config-ikev2-proposal', `group / {groups=${GROUPS}}+`, { rank: 4, refuse: weak('groups') }),
];

const policy: readonly ConfigRule[] = [
  rule('config', 'crypto ikev2 policy {name:word}', {
    rank: 91,
    identity: ['name'],
    opens: 'config-ikev2-policy',
    tail: true,
    advice: advisePolicy,
  }),
  rule('config-ikev2-policy', 'match address local {address:ip}', { rank: 2, identity: ['address'] }),
  rule('config-ikev2-policy', 'match fvrf ( any | {vrf:word} )', { rank: 1 }),
  rule('config-ikev2-policy', 'proposal {name:word}', {
    rank: 3,
    identity: ['name'],
    // The default proposal is always there.
    refuse: (context, args) =>
      args['name'] === 'default' ? null : mustExist('crypto ikev2 proposal', 'IKEv2 proposal')(context, args),
  }),
];

function keyLine(args: Args, side: string): string {
  const kind = args['kind'] === '6' ? '6 ' : '';
  return `pre-shared-key ${side}${kind}${args['key'] ?? ''}`;
}

function dropKinds(...kinds: string[]): (context: RuleContext, node: ConfigNode) => void {
  return (context) => {
    context.parent.children = context.parent.children.filter((line) => !kinds.includes(line.rule.kind));
  };
}

const keyring: readonly ConfigRule[] = [
  rule('config', 'crypto ikev2 keyring {name:word}', {
    rank: 92,
    identity: ['name'],
    opens: 'config-ikev2-keyring',
    ending: ' !',
    refuseNo: inUse('crypto ikev2 profile', 'keyring local', 'Keyring'),
  }),
  rule('config-ikev2-keyring', 'peer {name:word}', { rank: 1, identity: ['name'], opens: 'config-ikev2-keyring-peer' }),
  rule('config-ikev2-keyring-peer', 'description / {text:line}', { rank: 1 }),
  rule('config-ikev2-keyring-peer', 'address / {address:ip} [ {mask:ip} ]', {
    rank: 2,
    line: ({ address, mask }) => `address ${address ?? ''}${mask && mask !== '255.255.255.255' ? ` ${mask}` : ''}`,
  }),
  rule('config-ikev2-keyring-peer', 'identity address / {address:ip}', { rank: 3 }),
  rule('config-ikev2-keyring-peer', `pre-shared-key / [ ${KEY_TYPE} ] {key:word}`, {
    kind: 'pre-shared-key',
    rank: 4,
    line: (args) => keyLine(args, ''),
    after: dropKinds('pre-shared-key local', 'pre-shared-key remote'),
  }),
  rule('config-ikev2-keyring-peer', `pre-shared-key local / [ ${KEY_TYPE} ] {key:word}`, {
    rank: 5,
    line: (args) => keyLine(args, 'local '),
    after: dropKinds('pre-shared-key'),
  }),
  rule('config-ikev2-keyring-peer', `pre-shared-key remote / [ ${KEY_TYPE} ] {key:word}`, {
    rank: 6,
    line: (args) => keyLine(args, 'remote '),
    after: dropKinds('pre-shared-key'),
  }),
];

const profile: readonly ConfigRule[] = [
  rule('config', 'crypto ikev2 profile {name:word}', {
    rank: 93,
    identity: ['name'],
    opens: 'config-ikev2-profile',
    ending: '!',
    advice: adviseProfile,
    refuseNo: inUse('crypto ipsec profile', 'set ikev2-profile', 'Profile'),
  }),
  rule('config-ikev2-profile', 'description / {text:line}', { rank: 1 }),
  rule('config-ikev2-profile', 'match fvrf / ( any | {vrf:word} )', { rank: 2 }),
  rule('config-ikev2-profile', 'match address local {address:ip}', { rank: 3, identity: ['address'] }),
  rule('config-ikev2-profile', 'match address local interface {interface:if}', { rank: 3, identity: ['interface'] }),
  rule('config-ikev2-profile', 'match identity remote address {address:ip} [ {mask:ip} ]', {
    rank: 4,
    identity: ['address'],
    tail: true,
    line: ({ address, mask }) => `match identity remote address ${address ?? ''} ${mask ?? '255.255.255.255'}`,
  }),
  rule('config-ikev2-profile', 'match identity remote any', { rank: 4 }),
  rule('config-ikev2-profile', 'match identity remote {type=fqdn,email,key-id} {value:word}', {
    rank: 4,
    identity: ['type', 'value'],
  }),
  rule('config-ikev2-profile', 'identity local / ( address {address:ip} | {type=fqdn,email,key-id} {value:word} )', {
    rank: 5,
  }),
  rule(
    'config-ikev2-profile',
    'authentication {side=remote,local} ( pre-share [ key / {key:word} ] | rsa-sig | ecdsa-sig )',
    {
      rank: 6,
      identity: ['side'],
      sort: (left, right) => (right.args['side'] ?? '').localeCompare(left.args['side'] ?? ''),
    },
  ),
  rule('config-ikev2-profile', 'keyring local / {name:word}', {
    rank: 7,
    refuse: mustExist('crypto ikev2 keyring', 'IKEv2 keyring'),
  }),
  rule('config-ikev2-profile', 'lifetime / {seconds:120-86400}', {
    rank: 8,
    hidden: ({ seconds }) => seconds === '86400',
  }),
  rule('config-ikev2-profile', 'dpd / {interval:10-3600} {retry:2-60} {mode=on-demand,periodic}', { rank: 9 }),
  rule('config-ikev2-profile', 'nat keepalive / {seconds:5-3600}', { rank: 10 }),
  rule('config-ikev2-profile', 'no-config-exchange', { rank: 11 }),
];

/** `esp-aes 256 esp-sha-hmac`, whatever order it was typed in. */
function transformLine(args: Args): string {
  const bits = args['bits'] && args['bits'] !== '128' ? ` ${args['bits']}` : '';
  const parts = [`${args['encryption'] ?? ''}${bits}`.trim(), args['integrity'] ?? ''].filter((part) => part !== '');
  return `crypto ipsec transform-set ${args['name'] ?? ''} ${parts.join(' ')}`;
}

function refuseTransformNo(context: RuleContext, node: ConfigNode): string | null {
  const name = node.args['name'] ?? '';
  const by = users(context, 'crypto ipsec profile', 'set transform-set', name);
  if (by.length === 0) return null;
  return `Transform-set ${name} is used by ipsec profile(s) ${by.join(', ')}\n First remove the transform-set from the above profile(s)`;
}

function refuseMissingTransform(context: RuleContext, args: Args): string | null {
  const missing = (args['name'] ?? '')
    .split(' ')
    .find((name) => !named(context.root, 'crypto ipsec transform-set', name));
  return context.loading || missing === undefined ? null : `ERROR: transform set with tag "${missing}" does not exist.`;
}

const ipsec: readonly ConfigRule[] = [
  rule('config', 'crypto ikev2 nat keepalive / {seconds:5-3600}', { rank: 94 }),
  rule('config', 'crypto ikev2 dpd / {interval:10-3600} {retry:2-60} {mode=on-demand,periodic}', { rank: 94 }),
  rule('config', 'crypto ikev2 fragmentation / [ mtu {mtu:68-1500} ]', { rank: 94 }),
  rule('config', 'crypto isakmp invalid-spi-recovery', { rank: 95 }),
  rule('config', 'crypto isakmp keepalive / {interval:10-3600} [ {retry:2-60} ] [ {mode=on-demand,periodic} ]', {
    rank: 95,
  }),
  rule('config', 'crypto ipsec security-association lifetime seconds / {seconds:120-2592000}', {
    rank: 96,
    hidden: ({ seconds }) => seconds === '3600',
  }),
  rule('config', 'crypto ipsec security-association lifetime kilobytes / ( {kilobytes:2560-4294967295} | disable )', {
    rank: 96,
  }),
  rule('config', 'crypto ipsec security-association replay window-size / {size:64-1024}', { rank: 96 }),
  rule('config', 'crypto ipsec df-bit / {bit=clear,set,copy}', { rank: 98, hidden: ({ bit }) => bit === 'copy' }),
  rule(
    'config',
    'crypto ipsec transform-set {name:word} / ( {encryption=esp-aes,esp-gcm,esp-gmac,esp-3des,esp-des,esp-null} [ {bits=128,192,256} ] | {integrity=esp-sha-hmac,esp-sha256-hmac,esp-sha384-hmac,esp-sha512-hmac,esp-md5-hmac} )+',
    {
      kind: 'crypto ipsec transform-set',
      rank: 97,
      identity: ['name'],
      opens: 'cfg-crypto-trans',
      tail: true,
      line: transformLine,
      refuse: weak('encryption', 'integrity'),
      initial: ['mode tunnel'],
      refuseNo: refuseTransformNo,
    },
  ),
  rule('cfg-crypto-trans', 'mode / {mode=tunnel,transport} [ require ]', { rank: 1 }),
  rule('config', 'crypto ipsec profile {name:word}', {
    rank: 99,
    identity: ['name'],
    opens: 'ipsec-profile',
    refuseNo: inUse('interface', 'tunnel protection ipsec profile', 'Profile'),
  }),
  rule('ipsec-profile', 'description / {text:line}', { rank: 1 }),
  rule('ipsec-profile', 'set security-association lifetime seconds / {seconds:120-2592000}', {
    rank: 2,
    hidden: ({ seconds }) => seconds === '3600',
  }),
  rule('ipsec-profile', 'set security-association lifetime kilobytes / ( {kilobytes:2560-4294967295} | disable )', {
    rank: 2,
  }),
  rule('ipsec-profile', 'set security-association idle-time / {seconds:60-86400}', { rank: 2 }),
  rule('ipsec-profile', 'set transform-set / {name:word}+', { rank: 3, tail: true, refuse: refuseMissingTransform }),
  rule(
    'ipsec-profile',
    'set pfs / [ {group=group1,group2,group5,group14,group15,group16,group19,group20,group21,group24} ]',
    {
      rank: 4,
      line: ({ group }) => `set pfs ${group ?? 'group1'}`,
      refuse: refuseWeakPfs,
    },
  ),
  rule('ipsec-profile', 'set ikev2-profile / {name:word}', {
    rank: 5,
    refuse: mustExist('crypto ikev2 profile', 'IKEv2 profile'),
  }),
  rule('ipsec-profile', 'responder-only', { rank: 6 }),
];

export const CRYPTO_RULES: readonly ConfigRule[] = [...proposal, ...policy, ...keyring, ...profile, ...ipsec];
