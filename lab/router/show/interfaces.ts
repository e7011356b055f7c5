import type { RouterInterface } from '../../ports.ts';
import { maskLength } from '../address.ts';
import { ofKind, valueOf } from '../configuration/node.ts';
import type { ConfigNode } from '../configuration/node.ts';
import type { ExecCommand, Printed, Shell } from '../exec/command.ts';
import { command } from '../exec/command.ts';
import type { Args } from '../grammar.ts';
import type { Machine } from '../machine.ts';
import { byInterface } from '../configuration/rules/interface.ts';

/** The interfaces. */

const PHYSICAL_FIRST = { physical: 0, loopback: 1, tunnel: 2 } as const;

function listed(machine: Machine): RouterInterface[] {
  return machine
    .interfaces()
    .toSorted(
      (left, right) => PHYSICAL_FIRST[left.kind] - PHYSICAL_FIRST[right.kind] || byInterface(left.name, right.name),
    );
}

function nodeOf(machine: Machine, name: string): ConfigNode | undefined {
  return ofKind(machine.config.root, 'interface').find(({ args }) => args['name'] === name);
}

function status(machine: Machine, face: RouterInterface): { status: string; protocol: string } {
  if (!face.adminUp) return { status: 'administratively down', protocol: 'down' };
  return { status: 'up', protocol: machine.lineUp(face.name) ? 'up' : 'down' };
}

function method(machine: Machine, face: RouterInterface): string {
  if (face.address === null) return 'unset';
  const node = nodeOf(machine, face.name);
  const line = node && ofKind(node, 'ip address')[0];
  if (line?.args['address'] === undefined) return 'DHCP';
  return machine.state.nvramAddresses[face.name] === line.line ? 'NVRAM' : 'manual';
}

function brief({ machine }: Shell, { name }: Args): Printed {
  const rows = listed(machine)
    .filter((face) => name === undefined || face.name === name)
    .map((face) => {
      const { status: state, protocol } = status(machine, face);
      const address = face.address ?? 'unassigned';
      return `${face.name.padEnd(22)} ${address.padEnd(15)} YES ${method(machine, face).padEnd(6)} ${state.padEnd(21)} ${protocol.padEnd(8)}`;
    });
  return ['Interface              IP-Address      OK? Method Status                Protocol', ...rows].join('\n');
}

function tunnelLines(machine: Machine, node: ConfigNode): string[] {
  const source = ofKind(node, 'tunnel source')[0]?.args;
  const destination = valueOf(node, 'tunnel destination', 'address') ?? 'UNKNOWN';
  const named = source?.['interface'];
  const address = named ? machine.interfaces().find((one) => one.name === named)?.address : source?.['address'];
  const mode = ofKind(node, 'tunnel mode')[0]?.line === 'tunnel mode ipsec ipv4' ? 'IPSEC/IP' : 'GRE/IP';
  const profile = valueOf(node, 'tunnel protection ipsec profile', 'name');
  return [
    `  Tunnel source ${address ?? 'UNKNOWN'}${named ? ` (${named})` : ''}, destination ${destination}`,
    `  Tunnel protocol/transport ${mode}`,
    ...(mode === 'GRE/IP' ? ['    Key disabled, sequencing disabled', '    Checksumming of packets disabled'] : []),
    '  Tunnel TTL 255',
    '  Tunnel transport MTU 1438 bytes',
    '  Tunnel transmit bandwidth 8000 (kbps)',
    '  Tunnel receive bandwidth 8000 (kbps)',
    ...(profile === null ? [] : [`  Tunnel protection via IPSec (profile "${profile}")`]),
  ];
}

const HARDWARE = {
  physical: { name: 'CSR vNIC', mtu: 1500, bandwidth: 1_000_000, delay: 10, encapsulation: 'ARPA', queue: '0/375' },
  loopback: {
    name: 'Loopback',
    mtu: 1514,
    bandwidth: 8_000_000,
    delay: 5000,
    encapsulation: 'LOOPBACK',
    queue: '0/75',
  },
  tunnel: { name: 'Tunnel', mtu: 9938, bandwidth: 100, delay: 50_000, encapsulation: 'TUNNEL', queue: '0/375' },
} as const;

/** Lines that only a kind of interface has, between its encapsulation and its counters. */
function kindLines(machine: Machine, face: RouterInterface, node: ConfigNode | undefined): string[] {
  if (face.kind === 'physical')
    return [
      '  Keepalive set (10 sec)',
      '  Full Duplex, 1000Mbps, link type is auto, media type is Virtual',
      '  output flow-control is unsupported, input flow-control is unsupported',
      '  ARP type: ARPA, ARP Timeout 04:00:00',
    ];
  if (face.kind === 'loopback' || node === undefined) return ['  Keepalive set (10 sec)'];
  return ['  Keepalive not set', ...tunnelLines(machine, node)];
}

interface Traffic {
  readonly packetsIn: number;
  readonly packetsOut: number;
}

/** What went through a tunnel is known from its SAs; the physical interface carried that, and nothing else here. */
function trafficOf(machine: Machine, face: RouterInterface): Traffic {
  const sas = (machine.link?.ipsecSas() ?? []).filter((sa) => face.kind === 'physical' || sa.interface === face.name);
  if (face.kind === 'loopback') return { packetsIn: 0, packetsOut: 0 };
  return {
    packetsIn: sas.reduce((sum, { decaps }) => sum + decaps, 0),
    packetsOut: sas.reduce((sum, { encaps }) => sum + encaps, 0),
  };
}

/** Bytes of a packet, for the counters: the usual echo request. */
const PACKET_BYTES = 100;

function counterLines(machine: Machine, face: RouterInterface): string[] {
  const { packetsIn, packetsOut } = trafficOf(machine, face);
  const { queue } = HARDWARE[face.kind];
  const last = packetsIn + packetsOut === 0 ? 'never' : '00:00:01';
  const physical = face.kind === 'physical';
  return [
    `  Last input ${last}, output ${last}, output hang never`,
    '  Last clearing of "show interface" counters never',
    `  Input queue: ${queue}/0/0 (size/max/drops/flushes); Total output drops: 0`,
    '  Queueing strategy: fifo',
    `  Output queue: 0/${physical ? 40 : 0} (size/max)`,
    '  5 minute input rate 0 bits/sec, 0 packets/sec',
    '  5 minute output rate 0 bits/sec, 0 packets/sec',
    `     ${packetsIn} packets input, ${packetsIn * PACKET_BYTES} bytes, 0 no buffer`,
    '     Received 0 broadcasts (0 IP multicasts)',
    '     0 runts, 0 giants, 0 throttles ',
    `     0 input errors, 0 CRC, 0 frame, 0 overrun, 0 ignored${physical ? '' : ', 0 abort'}`,
    ...(physical ? ['     0 watchdog, 0 multicast, 0 pause input'] : []),
    `     ${packetsOut} packets output, ${packetsOut * PACKET_BYTES} bytes, 0 underruns`,
    `     0 output errors, 0 collisions, ${physical ? 1 : 0} interface resets`,
    '     0 unknown protocol drops',
    ...(physical
      ? ['     0 babbles, 0 late collision, 0 deferred', '     0 lost carrier, 0 no carrier, 0 pause output']
      : []),
    '     0 output buffer failures, 0 output buffers swapped out',
  ];
}

function detail(machine: Machine, face: RouterInterface): string {
  const node = nodeOf(machine, face.name);
  const { status: state, protocol } = status(machine, face);
  const { name, mtu, bandwidth, delay, encapsulation } = HARDWARE[face.kind];
  const description = node ? valueOf(node, 'description', 'text') : null;
  const set = (kind: string, value: string): string | null => (node ? valueOf(node, kind, value) : null);
  const mac = ', address is 000d.3a40.2d4d (bia 000d.3a40.2d4d)';
  return [
    `${face.name} is ${state}, line protocol is ${protocol} `,
    `  Hardware is ${name}${face.kind === 'physical' ? mac : ''}`,
    ...(description === null ? [] : [`  Description: ${description}`]),
    ...(face.address === null ? [] : [`  Internet address is ${face.address}/${maskLength(face.mask ?? '') ?? 32}`]),
    `  MTU ${set('mtu', 'bytes') ?? mtu} bytes, BW ${set('bandwidth', 'kilobits') ?? bandwidth} Kbit/sec, DLY ${delay} usec, `,
    '     reliability 255/255, txload 1/255, rxload 1/255',
    `  Encapsulation ${encapsulation}, loopback not set`,
    ...kindLines(machine, face, node),
    ...counterLines(machine, face),
  ].join('\n');
}

function interfaces({ machine }: Shell, { name }: Args): Printed {
  const chosen = listed(machine).filter((face) => name === undefined || face.name === name);
  return chosen.length === 0
    ? `% There is no interface ${name ?? ''}`
    : chosen.map((face) => detail(machine, face)).join('\n');
}

function addressed(machine: Machine, face: RouterInterface): string[] {
  const { status: state, protocol } = status(machine, face);
  const head = `${face.name} is ${state}, line protocol is ${protocol}`;
  if (face.address === null) return [head, '  Internet protocol processing disabled'];
  const node = nodeOf(machine, face.name);
  const mtu = (node && valueOf(node, 'ip mtu', 'bytes')) ?? (face.kind === 'tunnel' ? '1438' : '1500');
  const how = method(machine, face) === 'DHCP' ? 'DHCP' : 'setup command';
  return [
    head,
    `  Internet address is ${face.address}/${maskLength(face.mask ?? '') ?? 32}`,
    '  Broadcast address is 255.255.255.255',
    `  Address determined by ${how}`,
    `  MTU is ${mtu} bytes`,
    '  Helper address is not set',
    '  Directed broadcast forwarding is disabled',
    '  Outgoing access list is not set',
    '  Inbound  access list is not set',
    '  Proxy ARP is enabled',
    '  ICMP redirects are always sent',
    '  ICMP unreachables are always sent',
    '  IP fast switching is enabled',
    '  IP CEF switching is enabled',
  ];
}

function ipInterfaces({ machine }: Shell, { name }: Args): Printed {
  return listed(machine)
    .filter((face) => name === undefined || face.name === name)
    .flatMap((face) => addressed(machine, face))
    .join('\n');
}

function descriptions({ machine }: Shell): Printed {
  const rows = listed(machine).map((face) => {
    const node = nodeOf(machine, face.name);
    const { status: state, protocol } = status(machine, face);
    const short = `${face.name.slice(0, 2)}${/\d+$/.exec(face.name)?.[0] ?? ''}`;
    const shown = state === 'up' ? 'up' : 'admin down';
    return `${short.padEnd(30)} ${shown.padEnd(14)} ${protocol.padEnd(8)} ${(node ? valueOf(node, 'description', 'text') : null) ?? ''}`;
  });
  return ['Interface                      Status         Protocol Description', ...rows].join('\n');
}

function summary({ machine }: Shell): Printed {
  const rows = listed(machine).map((face) => {
    const mark = status(machine, face).protocol === 'up' ? '*' : ' ';
    return `${mark} ${face.name.padEnd(25)}${'0'.padStart(10)}${'0'.padStart(11).repeat(8)}`;
  });
  return [
    '',
    ' *: interface is up',
    ' IHQ: pkts in input hold queue     IQD: pkts dropped from input queue',
    ' OHQ: pkts in output hold queue    OQD: pkts dropped from output queue',
    ' RXBS: rx rate (bits/sec)          RXPS: rx rate (pkts/sec)',
    ' TXBS: tx rate (bits/sec)          TXPS: tx rate (pkts/sec)',
    ' TRTL: throttle count',
    '',
    '  Interface                   IHQ        IQD        OHQ        OQD       RXBS       RXPS       TXBS       TXPS       TRTL',
    '-'.repeat(125),
    ...rows,
  ].join('\n');
}

function brief6({ machine }: Shell): Printed {
  return listed(machine)
    .flatMap((face) => {
      const { status: state, protocol } = status(machine, face);
      const node = nodeOf(machine, face.name);
      const own = node
        ? ofKind(node, 'ipv6 address').map(
            ({ args }) => `    ${(args['rest'] ?? '').split('/')[0]?.toUpperCase() ?? ''}`,
          )
        : [];
      return [`${face.name.padEnd(23)}[${state}/${protocol}]`, ...(own.length === 0 ? ['    unassigned'] : own)];
    })
    .join('\n');
}

export const INTERFACE_SHOWS: readonly ExecCommand[] = [
  command('show ip interface brief [ {name:if} ]', brief),
  command('show ip interface [ {name:if} ]', ipInterfaces),
  command('show interfaces [ {name:if} ]', interfaces),
  command('show interfaces description', descriptions),
  command('show interfaces summary', summary),
  command('show ipv6 interface brief', brief6),
  command('show ipv6 interface', () => null),
];
