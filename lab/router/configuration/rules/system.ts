import type { ConfigNode, ConfigRule } from '../node.ts';
import { ofKind, rule } from '../node.ts';
import type { Args } from '../../grammar.ts';
import { hashSecret } from '../../secret.ts';

/** Everything about the machine itself: name, users, lines, AAA, logging, time, archive. */

/** Type 9 is what this router stores for `secret`; `0` and no number mean clear text. */
function userLine(args: Args): string {
  const privilege = args['privilege'] && args['privilege'] !== '1' ? ` privilege ${args['privilege']}` : '';
  if (args['secret'] !== undefined) return `username ${args['name'] ?? ''}${privilege} secret 9 ${args['secret']}`;
  if (args['password'] !== undefined)
    return `username ${args['name'] ?? ''}${privilege} password 0 ${args['password']}`;
  return `username ${args['name'] ?? ''}${privilege}`;
}

function hashInPlace(_context: unknown, node: ConfigNode): void {
  const { secret, type } = node.args;
  if (secret === undefined || type === '9') return;
  node.args = { ...node.args, secret: hashSecret(secret), type: '9' };
  node.line = node.rule.line?.(node.args) ?? node.line;
}

const users: readonly ConfigRule[] = [
  rule('config', 'enable secret / [ {type=0,9} ] {secret:word}', {
    rank: 38,
    line: ({ secret }) => `enable secret 9 ${secret ?? ''}`,
    after: hashInPlace,
  }),
  rule('config', 'enable password / [ {type=0,7} ] {password:word}', { rank: 38 }),
  rule(
    'config',
    'username {name:word} / [ privilege {privilege:0-15} ] [ secret [ {type=0,9} ] {secret:word} | password [ {type=0,7} ] {password:word} ]',
    { rank: 80, identity: ['name'], line: userLine, after: hashInPlace },
  ),
  rule('config', 'ip ssh pubkey-chain', { rank: 136, opens: 'conf-ssh-pubkey' }),
  rule('conf-ssh-pubkey', 'username {name:word}', { rank: 1, identity: ['name'], opens: 'conf-ssh-pubkey-user' }),
  rule('conf-ssh-pubkey-user', 'key-hash {type=ssh-rsa,ssh-ed25519} {hash:word} [ {comment:line} ]', {
    rank: 1,
    identity: ['hash'],
  }),
];

const aaa: readonly ConfigRule[] = [
  rule('config', 'aaa new-model', { rank: 40 }),
  rule('config', 'aaa group server {type=radius,tacacs+} {name:word}', { rank: 41, identity: ['name'] }),
  rule('config', 'aaa authentication {what=login,enable,dot1x,ppp} {list:word} / {methods:line}', {
    rank: 41,
    identity: ['what', 'list'],
  }),
  rule('config', 'aaa authorization {what=exec,network,commands,console,config-commands} / [ {rest:line} ]', {
    rank: 42,
    identity: ['what', 'rest'],
  }),
  rule('config', 'aaa accounting {rest:line}', { rank: 42, identity: ['rest'] }),
  rule('config', 'aaa session-id {which=common,unique}', { rank: 43 }),
  rule('config', 'tacacs-server host {address:ip} / [ {rest:line} ]', { rank: 151, identity: ['address'] }),
  rule('config', 'radius-server host {address:ip} / [ {rest:line} ]', { rank: 151, identity: ['address'] }),
];

/** Keys are no lines of the configuration; the host key stays the one that clients know. */
function generated(context: { readonly root: ConfigNode }, { args }: ConfigNode): string {
  const name = args['label'] ?? `${ofKind(context.root, 'hostname')[0]?.args['name'] ?? 'Router'}`;
  const bits = args['modulus'] ?? '2048';
  return [
    `The name for the keys will be: ${name}`,
    '',
    `% The key modulus size is ${bits} bits`,
    `% Generating ${bits} bit RSA keys, keys will be non-exportable...`,
    '[OK] (elapsed time was 1 seconds)',
    '',
  ].join('\n');
}

const services: readonly ConfigRule[] = [
  rule('config', 'service timestamps debug / [ datetime [ msec ] [ localtime ] [ show-timezone ] | uptime ]', {
    rank: 10,
  }),
  rule('config', 'service timestamps log / [ datetime [ msec ] [ localtime ] [ show-timezone ] | uptime ]', {
    rank: 11,
  }),
  rule('config', 'service {name=password-encryption,tcp-keepalives-in,tcp-keepalives-out,sequence-numbers}', {
    rank: 12,
    identity: ['name'],
  }),
  rule('config', 'platform {rest:line}', { rank: 13, identity: ['rest'] }),
  rule('config', 'hostname / {name:word}', { rank: 20 }),
  rule('config', 'clock timezone / {zone:word} {hours:word} [ {minutes:0-59} ]', { rank: 44 }),
  rule('config', 'ip name-server {address:ip}+', { rank: 50, identity: ['address'] }),
  rule('config', 'ip domain lookup', { rank: 51, defaultOn: true }),
  rule('config', 'ip domain-lookup', {
    kind: 'ip domain lookup',
    rank: 51,
    defaultOn: true,
    line: () => 'ip domain lookup',
  }),
  rule('config', 'ip domain name / {name:word}', { rank: 52 }),
  rule('config', 'ip domain-name / {name:word}', {
    kind: 'ip domain name',
    rank: 52,
    line: ({ name }) => `ip domain name ${name ?? ''}`,
  }),
  rule('config', 'file prompt / {how=quiet,noisy,alert}', { rank: 60, hidden: ({ how }) => how === 'alert' }),
  rule('config', 'configuration mode exclusive [ {how=auto,manual} ]', { rank: 61 }),
  rule('config', 'license boot level / {level:word} [ addon {addon:word} ]', {
    rank: 69,
    advice: () => "% use 'write' command to make license boot config take effect on next boot",
  }),
  rule('config', 'crypto key generate rsa [ general-keys ] [ ( modulus {modulus:512-4096} | label {label:word} )+ ]', {
    rank: 89,
    hidden: () => true,
    advice: generated,
  }),
  rule('config', 'crypto key zeroize rsa', { rank: 89, hidden: () => true }),
  rule('config', 'netconf-yang', { rank: 82 }),
  rule('config', 'restconf', { rank: 82 }),
  rule('config', 'redundancy', { rank: 85 }),
  rule(
    'config',
    'ip ssh {what=version,time-out,authentication-retries,maxstartups,rsa,dh,source-interface,server,client} / {rest:line}',
    {
      rank: 135,
      identity: ['what'],
    },
  ),
  rule('config', 'ip scp server enable', { rank: 135 }),
  rule('config', 'snmp-server {rest:line}', { rank: 150, identity: ['rest'] }),
  rule('config', 'control-plane', { rank: 160 }),
  rule('config', 'ntp server {server:word} [ prefer ]', { rank: 180, identity: ['server'] }),
  rule('config', 'ntp source / {interface:if}', { rank: 179 }),
  rule('config', 'cdp run', { rank: 138 }),
];

const logging: readonly ConfigRule[] = [
  rule(
    'config',
    'logging buffered / [ {size:4096-2147483647} ] [ {level=debugging,informational,notifications,warnings,errors} ]',
    { rank: 36 },
  ),
  rule('config', 'logging console / [ {level=debugging,informational,notifications,warnings,errors,critical} ]', {
    rank: 37,
    defaultOn: true,
  }),
  rule('config', 'logging monitor / [ {level=debugging,informational,notifications,warnings,errors,critical} ]', {
    rank: 37,
  }),
  rule('config', 'logging trap / {level=debugging,informational,notifications,warnings,errors}', { rank: 137 }),
  rule('config', 'logging host {address:word}', { rank: 138, identity: ['address'] }),
  rule('config', 'logging source-interface / {interface:if}', { rank: 137 }),
  rule('config', 'banner {type=motd,login,exec} / {text:line}', {
    rank: 155,
    identity: ['type'],
    line: ({ type, text }) => `banner ${type ?? ''} ${text ?? ''}`,
  }),
];

const lines: readonly ConfigRule[] = [
  rule('config', 'line console {first=0}', {
    kind: 'line console',
    rank: 170,
    opens: 'config-line',
    line: () => 'line con 0',
  }),
  rule('config', 'line aux {first=0}', { kind: 'line aux', rank: 171, opens: 'config-line' }),
  rule('config', 'line vty {first:0-15} [ {last:0-15} ]', {
    rank: 172,
    identity: ['first', 'last'],
    opens: 'config-line',
    sort: (left, right) => Number(left.args['first']) - Number(right.args['first']),
  }),
  rule('config-line', 'exec-timeout / {minutes:0-35791} [ {seconds:0-2147483} ]', {
    rank: 1,
    line: ({ minutes, seconds }) => `exec-timeout ${minutes ?? ''} ${seconds ?? '0'}`,
    hidden: ({ minutes, seconds }) => minutes === '10' && (seconds ?? '0') === '0',
  }),
  rule('config-line', 'access-class {name:word} {direction=in,out}', { rank: 1, identity: ['direction'] }),
  rule('config-line', 'password / [ {type=0,7} ] {password:word}', { rank: 2 }),
  rule('config-line', 'privilege level / {level:0-15}', { rank: 2 }),
  rule('config-line', 'logging synchronous / [ level all ]', { rank: 3 }),
  rule('config-line', 'login / [ local | authentication {list:word} ]', { rank: 4 }),
  rule('config-line', 'length / {lines:0-512}', { rank: 5, hidden: ({ lines: count }) => count === '24' }),
  rule('config-line', 'width / {columns:0-512}', { rank: 5, hidden: ({ columns }) => columns === '80' }),
  rule('config-line', 'transport input / {kind=ssh,telnet,all,none}+', { rank: 6 }),
  rule('config-line', 'transport preferred / {kind=none,ssh,telnet}', { rank: 6 }),
  rule('config-line', 'stopbits / {bits=1,2}', { rank: 7 }),
];

const archive: readonly ConfigRule[] = [
  rule('config', 'archive', { rank: 75, opens: 'config-archive' }),
  rule('config-archive', 'path / {path:word}', { rank: 2 }),
  rule('config-archive', 'maximum / {count:1-14}', { rank: 3, hidden: ({ count }) => count === '10' }),
  rule('config-archive', 'write-memory', { rank: 4 }),
  rule('config-archive', 'time-period / {minutes:1-525600}', { rank: 5 }),
];

export const SYSTEM_RULES: readonly ConfigRule[] = [...users, ...aaa, ...services, ...logging, ...lines, ...archive];

/** Where the archive is kept (`bootflash:`), or null while it is not turned on. */
export function archivePath(root: ConfigNode): string | null {
  const section = ofKind(root, 'archive')[0];
  return section ? (ofKind(section, 'path')[0]?.args['path'] ?? null) : null;
}
