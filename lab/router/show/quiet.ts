/** What the router says of protocols that it does not run, and of those that have nothing to tell in the lab. */
import { ofKind, valueOf } from '../configuration/node.ts';
import type { ExecCommand, Printed, Shell } from '../exec/command.ts';
import { command } from '../exec/command.ts';
import type { Machine } from '../machine.ts';

const MAC = '000d.3a40.2d4d';
/** Azure's fabric answers every ARP request with this address. */
const FABRIC_MAC = '1234.5678.9abc';

function arp({ machine }: Shell): Printed {
  const row = (address: string, age: string, mac: string, face: string): string =>
    `Internet  ${address.padEnd(15)} ${age.padStart(9)}   ${mac}  ARPA   ${face}`;
  const own = machine
    .interfaces()
    .filter(({ kind, address, adminUp }) => kind === 'physical' && address !== null && adminUp)
    .map(({ name, address }) => row(address ?? '', '-', MAC, name));
  const gateway = own.length === 0 ? [] : [row(machine.dhcp.gateway, '0', FABRIC_MAC, 'GigabitEthernet1')];
  return ['Protocol  Address          Age (min)  Hardware Addr   Type   Interface', ...gateway, ...own].join('\n');
}

const CDP = [
  'Capability Codes: R - Router, T - Trans Bridge, B - Source Route Bridge',
  '                  S - Switch, H - Host, I - IGMP, r - Repeater, P - Phone, ',
  '                  D - Remote, C - CVTA, M - Two-port Mac Relay ',
  '',
  'Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID',
  '',
  'Total cdp entries displayed : 0',
].join('\n');

const LLDP = [
  'Capability codes:',
  '    (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device',
  '    (W) WLAN Access Point, (P) Repeater, (S) Station, (O) Other',
  '',
  'Device ID           Local Intf     Hold-time  Capability      Port ID',
  '',
  'Total entries displayed: 0',
  '',
].join('\n');

const CDP_STATE = [
  'Global CDP information:',
  '        Sending CDP packets every 60 seconds',
  '        Sending a holdtime value of 180 seconds',
  '        Sending CDPv2 advertisements is  enabled',
].join('\n');

const LLDP_STATE = [
  '',
  'Global LLDP Information:',
  '    Status: ACTIVE',
  '    LLDP advertisements are sent every 30 seconds',
  '    LLDP hold time advertised is 120 seconds',
  '    LLDP interface reinitialisation delay is 2 seconds',
].join('\n');

const LLDP_FACES = [
  '',
  'GigabitEthernet1:',
  '    Tx: enabled',
  '    Rx: enabled',
  '    Tx state: IDLE',
  '    Rx state: WAIT FOR FRAME',
].join('\n');

/** What a protocol shows only once it is turned on. */
function once(kind: string, off: string, on: string): ExecCommand['run'] {
  return ({ machine }) => (ofKind(machine.config.root, kind).length === 0 ? off : on);
}

function ntpServers(machine: Machine): string[] {
  return ofKind(machine.config.root, 'ntp server').map(({ args }) => args['server'] ?? '');
}

function ntpStatus({ machine }: Shell): Printed {
  if (ntpServers(machine).length === 0) return '%NTP is not enabled.';
  return [
    'Clock is unsynchronized, stratum 16, no reference clock',
    'nominal freq is 250.0000 Hz, actual freq is 250.0000 Hz, precision is 2**10',
    `ntp uptime is ${Math.floor((machine.now() - machine.state.bootedAt) / 10)} (1/100 of seconds), resolution is 4000`,
    'reference time is 00000000.00000000 (00:00:00.000 UTC Mon Jan 1 1900)',
    'clock offset is 0.0000 msec, root delay is 0.00 msec',
    'root dispersion is 0.00 msec, peer dispersion is 0.00 msec',
    "loopfilter state is 'NSET' (Never set), drift is 0.000000000 s/s",
    'system poll interval is 64, never updated.',
  ].join('\n');
}

function ntpAssociations({ machine }: Shell): Printed {
  const servers = ntpServers(machine);
  if (servers.length === 0) return '%NTP is not enabled.';
  const rows = servers.map(
    (server) => ` ~${server.padEnd(15)} .INIT.          16      -     64     0  0.000   0.000 15937.`,
  );
  return [
    '',
    '  address         ref clock       st   when   poll reach  delay  offset   disp',
    ...rows,
    ' * sys.peer, # selected, + candidate, - outlyer, x falseticker, ~ configured',
  ].join('\n');
}

function hosts({ machine }: Shell): Printed {
  const { root } = machine.config;
  const domain = valueOf(root, 'ip domain name', 'name');
  const servers = ofKind(root, 'ip name-server').map(({ args }) => args['address'] ?? '');
  return [
    domain === null ? 'Default domain is not set' : `Default domain is ${domain}`,
    `Name servers are ${servers.length === 0 ? '255.255.255.255' : servers.join(', ')}`,
    'NAME  TTL  CLASS   TYPE      DATA/ADDRESS',
    '-----------------------------------------',
  ].join('\n');
}

function vrfs({ machine }: Shell): Printed {
  const { root } = machine.config;
  const rows = ofKind(root, 'vrf definition').map((node) => {
    const rd = valueOf(node, 'rd', 'rest') ?? '<not set>';
    const families = ofKind(node, 'address-family').map(({ args }) => args['family'] ?? '');
    const faces = ofKind(root, 'interface')
      .filter((face) => valueOf(face, 'vrf forwarding', 'rest') === node.args['name'])
      .map((face) => shortName(face.args['name'] ?? ''));
    const gap = `\n${' '.repeat(69)}`;
    return `  ${(node.args['name'] ?? '').padEnd(33)}${rd.padEnd(22)}${families.join(',').padEnd(12)}${faces.join(gap)}`;
  });
  const title = '  Name                             Default RD            Protocols   Interfaces';
  return rows.length === 0 ? null : [title, ...rows].join('\n');
}

/** `Gi1`, `Lo100`, `Tu11`. */
function shortName(name: string): string {
  return `${name.slice(0, 2)}${/\d+$/.exec(name)?.[0] ?? ''}`;
}

function natStatistics({ machine }: Shell): Printed {
  const side = (which: string): string[] =>
    ofKind(machine.config.root, 'interface')
      .filter((node) => valueOf(node, 'ip nat', 'side') === which)
      .map(({ args }) => `  ${args['name'] ?? ''}`);
  return [
    'Total active translations: 0 (0 static, 0 dynamic; 0 extended)',
    'Outside interfaces:',
    ...side('outside'),
    'Inside interfaces: ',
    ...side('inside'),
    'Hits: 0  Misses: 0',
    'Expired translations: 0',
    'Dynamic mappings:',
    'nat-limit statistics:',
    ' max entry: max allowed 0, used 0, missed 0',
    'In-to-out drops: 0  Out-to-in drops: 0',
    'Pool stats drop: 0  Mapping stats drop: 0',
    'Port block alloc fail: 0',
    'IP alias add fail: 0',
    'Limit entry add fail: 0',
  ].join('\n');
}

const nothing = (): Printed => null;

/** Shows that print nothing while there is nothing, as on a router that was never told of these. */
const SILENT = [
  'show alias',
  'show class-map',
  'show crypto map',
  'show ip eigrp neighbors',
  'show ip nat translations',
  'show ip ospf neighbor',
  'show policy-map',
  'show standby brief',
  'show track',
];

export const QUIET_SHOWS: readonly ExecCommand[] = [
  command('show arp', arp),
  command('show ip arp', arp),
  command('show cdp neighbors [ detail ]', once('cdp run', '% CDP is not enabled', CDP)),
  command('show lldp neighbors', once('lldp run', '% LLDP is not enabled', LLDP)),
  command('show lldp neighbors detail', once('lldp run', '% LLDP is not enabled', '\nTotal entries displayed: 0')),
  command('show cdp', once('cdp run', '% CDP is not enabled', CDP_STATE)),
  command('show lldp', once('lldp run', '% LLDP is not enabled', LLDP_STATE)),
  command('show lldp interface', once('lldp run', '% LLDP is not enabled', LLDP_FACES)),
  command('show ntp status', ntpStatus),
  command('show ntp associations', ntpAssociations),
  command('show hosts', hosts),
  command('show vrf', vrfs),
  command('show ip nat statistics', natStatistics),
  command('show lacp sys-id', () => `32768, ${MAC}`),
  ...SILENT.map((pattern) => command(pattern, nothing)),
];
