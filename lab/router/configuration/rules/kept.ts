/**
 * Lines of features that have no effect in the lab: they are taken, kept, shown and removed as they were typed, so that
 * a whole configuration of a router in use goes in and comes out again.
 */
import type { ConfigMode, ConfigRule } from '../node.ts';
import { rule } from '../node.ts';

/** One line, which a later one replaces. */
function one(mode: ConfigMode, rank: number, ...words: readonly string[]): ConfigRule[] {
  return words.map((word) => rule(mode, `${word} / {rest:line}`, { rank }));
}

/** As many lines as there are texts. */
function many(mode: ConfigMode, rank: number, ...words: readonly string[]): ConfigRule[] {
  return words.map((word) => rule(mode, `${word} {rest:line}`, { rank, identity: ['rest'] }));
}

/** Turned on by their name. */
function flags(mode: ConfigMode, rank: number, ...words: readonly string[]): ConfigRule[] {
  return words.map((word) => rule(mode, word, { rank }));
}

/** On unless they are turned off. */
function usual(mode: ConfigMode, rank: number, ...words: readonly string[]): ConfigRule[] {
  return words.map((word) => rule(mode, word, { rank, defaultOn: true }));
}

/** A section of its own mode. */
function section(pattern: string, rank: number, opens: ConfigMode, identity: readonly string[] = ['name']): ConfigRule {
  return rule('config', pattern, { rank, opens, identity });
}

const system: readonly ConfigRule[] = [
  rule('config', 'crypto engine compliance shield disable', {
    rank: 86,
    advice: () => '% Disabling compliance shield mode will take effect after reboot',
  }),
  ...flags('config', 12, 'service pad', 'service nagle', 'service sequence-numbers', 'service compress-config'),
  ...usual('config', 12, 'service dhcp', 'service password-recovery'),
  ...one('config', 44, 'clock summer-time', 'clock calendar-valid'),
  ...many('config', 45, 'login block-for', 'login delay', 'login quiet-mode', 'login on-failure'),
  ...flags('config', 45, 'login on-success log', 'login on-failure log'),
  ...one('config', 46, 'memory free low-watermark processor', 'diagnostic bootup level', 'memory reserve critical'),
  ...flags(
    'config',
    46,
    'subscriber templating',
    'multilink bundle-name authenticated',
    'spanning-tree extend system-id',
  ),
  ...many(
    'config',
    47,
    'alias exec',
    'alias configure',
    'privilege exec',
    'privilege configure',
    'exception',
    'scheduler',
  ),
  ...many('config', 31, 'boot system'),
  ...one('config', 32, 'config-register'),
  ...many('config', 70, 'license smart', 'license feature', 'license accept'),
  ...many('config', 84, 'key config-key password-encrypt'),
  ...flags('config', 84, 'password encryption aes'),
  section('key chain {name:word}', 84, 'config-keychain'),
  ...many('config-keychain', 1, 'key'),
  section('event manager applet {name:word}', 190, 'config-applet'),
  ...one('config-applet', 1, 'event'),
  ...many('config-applet', 2, 'action'),
  section('track {name:1-1000} {rest:line}', 86, 'config-track'),
  ...one('config-track', 1, 'delay', 'object'),
  rule('config', 'call-home', { rank: 43, opens: 'cfg-call-home' }),
  ...many('cfg-call-home', 1, 'contact-email-addr', 'profile', 'http-proxy'),
];

const management: readonly ConfigRule[] = [
  rule('config', 'snmp-server community {name:word} / [ view {view:word} ] [ {access=ro,rw} ] [ {list:word} ]', {
    rank: 150,
    identity: ['name'],
    line: ({ name, view, access, list }) =>
      [
        'snmp-server community',
        name,
        view === undefined ? '' : `view ${view}`,
        (access ?? 'ro').toUpperCase(),
        list ?? '',
      ]
        .filter((word) => word !== '')
        .join(' '),
  }),
  ...one(
    'config',
    151,
    'snmp-server contact',
    'snmp-server location',
    'snmp-server chassis-id',
    'snmp-server trap-source',
  ),
  ...flags('config', 177, 'ntp authenticate', 'ntp logging', 'ntp update-calendar'),
  ...many('config', 178, 'ntp authentication-key', 'ntp trusted-key', 'ntp access-group', 'ntp peer'),
  ...one('config', 178, 'ntp master', 'ntp max-associations', 'ntp clock-period'),
  ...flags('config', 138, 'lldp run'),
  ...one('config', 138, 'cdp timer', 'cdp holdtime', 'lldp timer', 'lldp holdtime'),
  ...one('config', 137, 'logging facility', 'logging origin-id', 'logging rate-limit', 'logging count'),
  ...usual('config', 36, 'logging on'),
  ...many('config', 122, 'ip http', 'ip tftp', 'ip ftp', 'ip host', 'ip radius', 'ip tacacs', 'ip domain list'),
  ...many('config', 152, 'radius-server', 'tacacs-server'),
  section('radius server {name:word}', 153, 'config-radius-server'),
  section('tacacs server {name:word}', 153, 'config-server-tacacs'),
  ...one('config-radius-server', 1, 'address', 'key', 'timeout', 'retransmit'),
  ...one('config-server-tacacs', 1, 'address', 'key', 'timeout', 'port'),
  section('crypto pki trustpoint {name:word}', 85, 'ca-trustpoint'),
  ...one('ca-trustpoint', 1, 'enrollment', 'subject-name', 'revocation-check', 'rsakeypair', 'fqdn', 'usage', 'hash'),
];

const routing: readonly ConfigRule[] = [
  section('vrf definition {name:word}', 39, 'config-vrf'),
  ...one('config-vrf', 1, 'rd', 'description', 'vpn'),
  ...many('config-vrf', 2, 'route-target'),
  rule('config-vrf', 'address-family {family=ipv4,ipv6}', {
    rank: 3,
    identity: ['family'],
    opens: 'config-vrf-af',
    ending: 'exit-address-family',
  }),
  ...many('config-vrf-af', 1, 'route-target', 'import', 'export'),
  section('router ospf {name:1-65535}', 108, 'config-router:ospf'),
  ...many(
    'config-router:ospf',
    2,
    'network',
    'area',
    'passive-interface',
    'redistribute',
    'default-information',
    'distance',
  ),
  ...one('config-router:ospf', 1, 'router-id', 'auto-cost', 'log-adjacency-changes', 'maximum-paths', 'timers'),
  section('router eigrp {name:word}', 107, 'config-router:eigrp'),
  ...many('config-router:eigrp', 2, 'network', 'passive-interface', 'redistribute', 'distance'),
  ...one('config-router:eigrp', 1, 'eigrp', 'metric', 'variance'),
  rule('config', 'route-map {name:word} [ {action=permit,deny} ] [ {sequence:0-65535} ]', {
    rank: 143,
    identity: ['name', 'sequence'],
    opens: 'config-route-map',
    tail: true,
    line: ({ name, action, sequence }) => `route-map ${name ?? ''} ${action ?? 'permit'} ${sequence ?? '10'}`,
  }),
  ...one('config-route-map', 1, 'description', 'continue'),
  ...many('config-route-map', 2, 'match', 'set'),
  ...flags('config', 47, 'ipv6 unicast-routing', 'ipv6 cef'),
  ...many('config', 131, 'ipv6 route', 'ip community-list', 'ip as-path', 'ip nat', 'ip local'),
  ...usual('config', 118, 'ip cef', 'ip classless', 'ip source-route', 'ip bootp server', 'ip finger', 'ip routing'),
  ...many('config', 53, 'ip dhcp excluded-address', 'ip multicast-routing'),
  section('ip dhcp pool {name:word}', 54, 'dhcp-config'),
  ...one('dhcp-config', 1, 'network', 'default-router', 'dns-server', 'lease', 'domain-name'),
];

const quality: readonly ConfigRule[] = [
  section('class-map [ {match=match-any,match-all} ] {name:word}', 86, 'config-cmap'),
  ...many('config-cmap', 1, 'match', 'description'),
  section('policy-map {name:word}', 87, 'config-pmap'),
  rule('config-pmap', 'class {name:word}', { rank: 1, identity: ['name'], opens: 'config-pmap-c' }),
  ...one('config-pmap-c', 1, 'bandwidth', 'priority', 'police', 'shape', 'set', 'service-policy', 'queue-limit'),
  ...flags('config-pmap-c', 1, 'fair-queue'),
];

const interfaces: readonly ConfigRule[] = [
  ...one('config-if', 2, 'vrf forwarding', 'delay'),
  ...usual('config-if', 5, 'ip unreachables', 'ip redirects', 'ip proxy-arp', 'ip route-cache'),
  ...many(
    'config-if',
    5,
    'ip ospf',
    'ip nhrp',
    'ip helper-address',
    'ip verify',
    'ip policy',
    'ip pim',
    'ip unnumbered',
  ),
  ...many('config-if', 5, 'ip flow', 'ip dhcp', 'ip igmp', 'ip hello-interval', 'ip summary-address'),
  ...many(
    'config-if',
    9,
    'service-policy',
    'zone-member',
    'standby',
    'ntp',
    'snmp',
    'hold-queue',
    'tx-ring-limit',
    'arp',
  ),
  ...one(
    'config-if',
    9,
    'speed',
    'duplex',
    'tunnel key',
    'tunnel ttl',
    'tunnel vrf',
    'tunnel bandwidth',
    'logging event',
  ),
  ...flags('config-if', 9, 'qos pre-classify', 'cdp enable', 'lldp transmit', 'lldp receive', 'ipv6 enable'),
  rule('config-if', 'ipv6 address {rest:line}', {
    rank: 9,
    identity: ['rest'],
    line: ({ rest }) => `ipv6 address ${(rest ?? '').toUpperCase()}`,
  }),
  ...many('config-if', 9, 'ipv6 ospf', 'ipv6 nd', 'ipv6 traffic-filter'),
];

const lines: readonly ConfigRule[] = [
  ...one(
    'config-line',
    3,
    'session-timeout',
    'absolute-timeout',
    'history size',
    'transport output',
    'escape-character',
  ),
  ...one('config-line', 3, 'authorization', 'accounting', 'speed', 'databits', 'parity', 'rotary', 'autocommand'),
  ...usual('config-line', 3, 'exec', 'editing', 'history'),
  ...flags('config-line', 3, 'monitor', 'exec prompt timestamp'),
  rule('config-archive', 'log config', { rank: 1, opens: 'config-archive-log-cfg' }),
  ...flags(
    'config-archive-log-cfg',
    1,
    'logging enable',
    'hidekeys',
    'notify syslog',
    'notify syslog contenttype plaintext',
  ),
  ...one('config-archive-log-cfg', 1, 'logging size'),
  ...one('config-archive', 2, 'rollback'),
];

/** What the lab's negotiation takes no notice of. */
const ikev2: readonly ConfigRule[] = [
  rule('config', 'crypto ikev2 authorization policy {name:word}', {
    rank: 89,
    identity: ['name'],
    opens: 'config-ikev2-author-policy',
  }),
  ...many('config-ikev2-author-policy', 1, 'route'),
  ...one('config-ikev2-author-policy', 1, 'pool', 'dns', 'netmask', 'def-domain', 'def-route'),
  ...one('config', 94, 'crypto ikev2 limit', 'crypto ikev2 cookie-challenge', 'crypto ikev2 window'),
  ...many('config', 94, 'crypto logging'),
  ...one('config', 98, 'crypto ipsec fragmentation'),
  ...usual('config', 98, 'crypto ipsec nat-transparency udp-encapsulation'),
  ...many('config-ikev2-profile', 7, 'aaa', 'pki trustpoint', 'match certificate'),
  ...one('config-ikev2-profile', 11, 'virtual-template', 'ivrf', 'initiate', 'redirect', 'config-exchange'),
];

export const KEPT_RULES: readonly ConfigRule[] = [
  ...system,
  ...management,
  ...routing,
  ...quality,
  ...interfaces,
  ...lines,
  ...ikev2,
];
