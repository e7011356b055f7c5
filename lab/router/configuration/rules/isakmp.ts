/** IKEv1: policies, keys, keyrings, profiles and crypto maps. They are kept and shown; the link negotiates IKEv2 only. */
import type { ConfigMode, ConfigRule } from '../node.ts';
import { rule } from '../node.ts';
import { refuseWeak } from '../weak-cryptography.ts';

const IPSEC_GROUPS = 'group1,group2,group5,group14,group15,group16,group19,group20,group21,group24';

/** A line of which there is one for each text. */
function lines(mode: ConfigMode, words: string, rank: number): ConfigRule {
  return rule(mode, `${words} {rest:line}`, { rank, identity: ['rest'] });
}

const policy: readonly ConfigRule[] = [
  rule('config', 'crypto isakmp policy {number:1-10000}', {
    rank: 95,
    identity: ['number'],
    opens: 'config-isakmp',
    sort: (left, right) => Number(left.args['number']) - Number(right.args['number']),
  }),
  rule('config-isakmp', 'encryption / {encryption=des,3des,aes} [ {bits=128,192,256} ]', {
    rank: 1,
    refuse: (context, { encryption }) => refuseWeak(context, [encryption ?? '']),
    line: ({ encryption, bits }) => `encryption ${encryption ?? ''}${bits && bits !== '128' ? ` ${bits}` : ''}`,
  }),
  rule('config-isakmp', 'hash / {hash=sha,sha256,sha384,sha512,md5}', {
    rank: 2,
    hidden: ({ hash }) => hash === 'sha',
  }),
  rule('config-isakmp', 'authentication / {method=pre-share,rsa-sig,rsa-encr,ecdsa-sig}', {
    rank: 3,
    hidden: ({ method }) => method === 'rsa-sig',
  }),
  rule('config-isakmp', 'group / {group=1,2,5,14,15,16,19,20,21,24}', {
    rank: 4,
    refuse: (context, { group }) => refuseWeak(context, [group ?? '']),
  }),
  rule('config-isakmp', 'lifetime / {seconds:60-86400}', { rank: 5, hidden: ({ seconds }) => seconds === '86400' }),
];

const keys: readonly ConfigRule[] = [
  rule('config', 'crypto isakmp key [ {kind=0,6} ] {key:word} address {address:ip} / [ {mask:ip} ] [ no-xauth ]', {
    rank: 95,
    identity: ['address', 'mask'],
    line: ({ kind, key, address, mask }) =>
      `crypto isakmp key ${kind === '6' ? '6 ' : ''}${key ?? ''} address ${(address ?? '').padEnd(15)}${mask ? ` ${mask}` : ''}`,
  }),
  rule('config', 'crypto keyring {name:word} [ vrf {vrf:word} ]', {
    rank: 88,
    identity: ['name'],
    opens: 'conf-keyring',
    tail: true,
  }),
  rule('conf-keyring', 'local-address / ( {address:ip} | {interface:if} )', { rank: 1 }),
  rule('conf-keyring', 'pre-shared-key address {address:ip} / [ {mask:ip} ] key [ {kind=0,6} ] {key:word}', {
    rank: 2,
    identity: ['address', 'mask'],
    line: ({ address, mask, kind, key }) =>
      `pre-shared-key address ${address ?? ''}${mask ? ` ${mask}` : ''} key ${kind === '6' ? '6 ' : ''}${key ?? ''}`,
  }),
  rule('config', 'crypto isakmp profile {name:word}', { rank: 95, identity: ['name'], opens: 'conf-isa-prof' }),
  rule('conf-isa-prof', 'keyring / {name:word}', { rank: 2 }),
  rule('conf-isa-prof', 'self-identity / ( address | fqdn | user-fqdn {value:word} )', { rank: 2 }),
  rule('conf-isa-prof', 'match identity address {address:ip} / [ {mask:ip} ] [ {vrf:word} ]', {
    rank: 3,
    identity: ['address', 'mask'],
    tail: true,
    line: ({ address, mask, vrf }) =>
      `match identity address ${address ?? ''} ${mask ?? '255.255.255.255'}${vrf ? ` ${vrf}` : ''}`,
  }),
  rule('conf-isa-prof', 'keepalive / {seconds:10-3600} retry {retry:2-60}', { rank: 4 }),
  rule('conf-isa-prof', 'local-address / ( {address:ip} | {interface:if} )', { rank: 5 }),
  rule('conf-isa-prof', 'vrf / {name:word}', { rank: 1 }),
  rule('config', 'crypto isakmp identity / {type=address,hostname,dn}', {
    rank: 95,
    hidden: ({ type }) => type === 'address',
  }),
  rule('config', 'crypto isakmp aggressive-mode disable', { rank: 95 }),
  rule('config', 'crypto isakmp nat keepalive / {seconds:5-3600}', { rank: 95 }),
  rule('config', 'crypto isakmp enable', { rank: 94, defaultOn: true }),
];

const maps: readonly ConfigRule[] = [
  rule('config', 'crypto map {name:word} {number:1-65535} ipsec-isakmp', {
    rank: 99,
    identity: ['name', 'number'],
    opens: 'config-crypto-map',
    tail: true,
  }),
  lines('config-crypto-map', 'description', 1),
  rule('config-crypto-map', 'set peer / {address:ip} [ default ]', { rank: 2, identity: ['address'] }),
  rule('config-crypto-map', 'set security-association lifetime seconds / {seconds:120-2592000}', { rank: 3 }),
  rule('config-crypto-map', 'set transform-set / {name:word}+', { rank: 4, tail: true }),
  rule('config-crypto-map', `set pfs / [ {group=${IPSEC_GROUPS}} ]`, {
    rank: 5,
    line: ({ group }) => `set pfs ${group ?? 'group1'}`,
  }),
  rule('config-crypto-map', 'set ikev2-profile / {name:word}', { rank: 6 }),
  rule('config-crypto-map', 'set isakmp-profile / {name:word}', { rank: 6 }),
  rule('config-crypto-map', 'match address / {list:word}', { rank: 7 }),
  rule('config-crypto-map', 'reverse-route / [ static ]', { rank: 8 }),
  rule('config-if', 'crypto map / {name:word}', { rank: 20 }),
  rule('ipsec-profile', 'set isakmp-profile / {name:word}', { rank: 5 }),
];

export const ISAKMP_RULES: readonly ConfigRule[] = [...policy, ...keys, ...maps];
