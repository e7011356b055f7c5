import { createHash } from 'node:crypto';
import type { RouterUser } from '../types.ts';

/** MD5 of a public key, as `ip ssh pubkey-chain` prints it. */
export function keyHash(publicKey: string): string {
  const body = publicKey.trim().split(/\s+/)[1] ?? '';
  return createHash('md5').update(Buffer.from(body, 'base64')).digest('hex').toUpperCase();
}

function keyType(publicKey: string): string {
  return publicKey.trim().split(/\s+/)[0] === 'ssh-ed25519' ? 'ssh-ed25519' : 'ssh-rsa';
}

function userLine(user: RouterUser): string {
  return `username ${user.name} privilege ${user.privilege}${user.password === undefined ? '' : ` secret 0 ${user.password}`}`;
}

function keyLines(user: RouterUser): string[] {
  return [
    ` username ${user.name}`,
    ...user.publicKeys.map((key) => `  key-hash ${keyType(key)} ${keyHash(key)} ${user.name}`),
  ];
}

/**
 * What a fresh router VM boots with in Azure: its computer name, the VM's user, GigabitEthernet1 by DHCP (which also
 * brings the default route), 16 vty lines, no `archive`.
 */
export function freshConfig(hostname: string, users: readonly RouterUser[]): string {
  const keyed = users.filter((user) => user.publicKeys.length > 0);
  return [
    'service timestamps debug datetime msec',
    'service timestamps log datetime msec',
    'platform qfp utilization monitor load 80',
    'platform punt-keepalive disable-kernel-core',
    'platform console virtual',
    `hostname ${hostname}`,
    'logging buffered 10000',
    ...users.map(userLine),
    'redundancy',
    'interface GigabitEthernet1',
    ' ip address dhcp',
    ' negotiation auto',
    ' no mop enabled',
    ' no mop sysid',
    'ip forward-protocol nd',
    'no ip http server',
    'no ip http secure-server',
    'ip ssh version 2',
    ...(keyed.length > 0 ? ['ip ssh pubkey-chain'] : []),
    ...keyed.flatMap(keyLines),
    'control-plane',
    'line con 0',
    ' stopbits 1',
    'line vty 0 4',
    ' login local',
    ' transport input ssh',
    'line vty 5 15',
    ' login local',
    ' transport input ssh',
    'end',
  ].join('\n');
}

/**
 * A given startup configuration with what it needs so that somebody can log in: the users it does not name, their
 * keys, the enable secret and the vty lines.
 */
export function completedConfig(text: string, users: readonly RouterUser[], enableSecret: string | undefined): string {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== 'end');
  const has = (pattern: RegExp): boolean => lines.some((line) => pattern.test(line));
  const named = (user: RouterUser): RegExp =>
    new RegExp(`^username ${user.name.replace(/[.+]/g, String.raw`\$&`)}( |$)`);
  const missing = users.filter((user) => !has(named(user)));
  const keyed = users.filter((user) => user.publicKeys.length > 0);
  return [
    ...lines,
    ...missing.map(userLine),
    ...(enableSecret !== undefined && !has(/^enable secret/) ? [`enable secret 0 ${enableSecret}`] : []),
    ...(keyed.length > 0 && !has(/^ip ssh pubkey-chain/) ? ['ip ssh pubkey-chain', ...keyed.flatMap(keyLines)] : []),
    ...(has(/^line vty/) ? [] : ['line vty 0 4', ' login local', ' transport input ssh']),
    'end',
  ].join('\n');
}
