import type { RouterInterface, RouterRoute } from '../../ports.ts';
import { byPrefix, maskLength, prefixLength } from '../address.ts';
import { ofKind, valueOf } from '../config-node.ts';
import type { ConfigNode } from '../config-node.ts';
import { elapsed } from '../dates.ts';
import type { ExecCommand, Printed, Shell } from '../exec/command.ts';
import { command } from '../exec/command.ts';
import type { Args } from '../grammar.ts';
import type { Machine } from '../machine.ts';
import { routeFor, tableOf } from '../routing-table.ts';
import { byInterface } from '../rules/interface.ts';

/** Interfaces and the routing table. */

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
    '  Tunnel TTL 255',
    '  Tunnel transport MTU 1438 bytes',
    ...(profile === null ? [] : [`  Tunnel protection via IPSec (profile "${profile}")`]),
  ];
}

const HARDWARE = {
  physical: ['vNIC, address is 000d.3a40.2d4d (bia 000d.3a40.2d4d)', '1500', '1000000', '10', 'ARPA'],
  loopback: ['Loopback', '1514', '8000000', '5000', 'LOOPBACK'],
  tunnel: ['Tunnel', '9938', '100', '50000', 'TUNNEL'],
} as const;

function detail(machine: Machine, face: RouterInterface): string {
  const node = nodeOf(machine, face.name);
  const { status: state, protocol } = status(machine, face);
  const [hardware, mtu, bandwidth, delay, encapsulation] = HARDWARE[face.kind];
  const description = node ? valueOf(node, 'description', 'text') : null;
  const address =
    face.address === null ? [] : [`  Internet address is ${face.address}/${maskLength(face.mask ?? '') ?? 32}`];
  return [
    `${face.name} is ${state}, line protocol is ${protocol} `,
    `  Hardware is ${hardware}`,
    ...(description === null ? [] : [`  Description: ${description}`]),
    ...address,
    `  MTU ${mtu} bytes, BW ${bandwidth} Kbit/sec, DLY ${delay} usec, `,
    '     reliability 255/255, txload 1/255, rxload 1/255',
    `  Encapsulation ${encapsulation}, loopback not set`,
    '  Keepalive not set',
    ...(node && face.kind === 'tunnel' ? tunnelLines(machine, node) : []),
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

const CODES = `Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area 
       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2
       E1 - OSPF external type 1, E2 - OSPF external type 2, m - OMP
       n - NAT, Ni - NAT inside, No - NAT outside, Nd - NAT DIA
       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2
       ia - IS-IS inter area, * - candidate default, U - per-user static route
       H - NHRP, G - NHRP registered, g - NHRP registration summary
       o - ODR, P - periodic downloaded static route, l - LISP
       a - application route
       + - replicated route, % - next hop override, p - overrides from PfR
       & - replicated local route overrides by connected
`;

const CLASSIC_CODES = `Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area 
       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2
       E1 - OSPF external type 1, E2 - OSPF external type 2
       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2
       ia - IS-IS inter area, * - candidate default, U - per-user static route
       o - ODR, P - periodic downloaded static route, H - NHRP, l - LISP
       a - application route
       + - replicated route, % - next hop override, p - overrides from PfR
`;

/** 254 for the route that DHCP brings, as no line of the configuration has it; 20 for those of eBGP. */
function distance(machine: Machine, route: RouterRoute): string {
  if (route.source === 'B') return '20';
  const line = ofKind(machine.config.root, 'ip route').find(
    ({ args }) => args['network'] === route.prefix.split('/')[0] && args['nextHop'] === (route.nextHop ?? undefined),
  );
  return line ? (line.args['distance'] ?? '1') : '254';
}

/** Routes that a protocol brings show how long they have been there. */
function age(machine: Machine, route: RouterRoute): string {
  if (route.source !== 'B') return '';
  const peer = machine.link?.bgpPeers().find(({ neighbor }) => neighbor === route.nextHop);
  return `, ${elapsed(Math.max(Math.floor((machine.now() - (peer?.since ?? machine.now())) / 1000), 0))}`;
}

function ways(machine: Machine, routes: readonly RouterRoute[], start: string): string[] {
  const pad = ' '.repeat(start.length);
  return routes.map((route, index) => {
    const lead = index === 0 ? start : pad;
    if (route.nextHop === null) return `${lead} is directly connected, ${route.interface ?? ''}`;
    const out = route.interface === null ? age(machine, route) : `, ${route.interface}`;
    return `${lead} [${distance(machine, route)}/0] via ${route.nextHop}${out}`;
  });
}

/** The network of class A, B or C that a prefix lies in; null for one that is wider. */
function classful(prefix: string): string | null {
  const [network = ''] = prefix.split('/');
  const first = Number(network.split('.')[0]);
  const length = first < 128 ? 8 : first < 192 ? 16 : 24;
  if (prefixLength(prefix) < length || prefix === '0.0.0.0/0') return null;
  const parts = network.split('.').map((part, index) => (index * 8 < length ? part : '0'));
  return `${parts.join('.')}/${length}`;
}

function code(route: RouterRoute): string {
  return `${route.source}${route.prefix === '0.0.0.0/0' ? '*' : ' '}`;
}

function group(machine: Machine, net: string | null, prefixes: readonly (readonly RouterRoute[])[]): string[] {
  const plain = prefixes.every(([route]) => route?.prefix === net);
  const lone = net === null || plain;
  const lengths = new Set(prefixes.map(([route]) => prefixLength(route?.prefix ?? '')));
  const same = lengths.size === 1;
  const count = `${prefixes.length} subnets`;
  const [address = '', own = ''] = (net ?? '').split('/');
  const title = same
    ? `${address}/${[...lengths][0] ?? own} is subnetted, ${count}`
    : `${net ?? ''} is variably subnetted, ${count}, ${lengths.size} masks`;
  const lines = prefixes.flatMap((routes) => {
    const [first] = routes;
    if (!first) return [];
    const shown = same && !lone ? (first.prefix.split('/')[0] ?? '') : first.prefix;
    return ways(machine, routes, `${code(first).padEnd(lone ? 5 : 8)} ${shown}`);
  });
  return lone ? lines : [`      ${title}`, ...lines];
}

function table(machine: Machine, routes: readonly RouterRoute[]): string[] {
  const sorted = routes.toSorted((left, right) => byPrefix(left.prefix, right.prefix));
  const nets = new Map<string, RouterRoute[][]>();
  for (const route of sorted) {
    const net = classful(route.prefix) ?? `alone ${route.prefix}`;
    const known = nets.get(net) ?? [];
    const same = known.find(([first]) => first?.prefix === route.prefix && first.source === route.source);
    if (same) same.push(route);
    else known.push([route]);
    nets.set(net, known);
  }
  return [...nets].flatMap(([net, prefixes]) => group(machine, net.startsWith('alone') ? null : net, prefixes));
}

function routes({ machine }: Shell, { which }: Args): Printed {
  const all = tableOf(machine);
  const last = all.find(({ prefix }) => prefix === '0.0.0.0/0');
  const wanted: Record<string, readonly string[]> = { static: ['S'], connected: ['C', 'L'], bgp: ['B'] };
  const shown = which === undefined ? all : all.filter(({ source }) => wanted[which]?.includes(source) === true);
  const gateway = last
    ? `Gateway of last resort is ${last.nextHop ?? '0.0.0.0'} to network 0.0.0.0`
    : 'Gateway of last resort is not set';
  return `${machine.release.number[0] < 16 ? CLASSIC_CODES : CODES}\n${gateway}\n\n${table(machine, shown).join('\n')}`;
}

function routeTo({ machine }: Shell, { target = '' }: Args): Printed {
  const route = routeFor(machine, target);
  if (route === null || route.prefix === '0.0.0.0/0') return '% Network not in table';
  const via = route.source === 'S' ? 'static' : route.source === 'B' ? 'bgp' : 'connected';
  const far = route.source === 'S' || route.source === 'B' ? distance(machine, route) : '0';
  const connected = route.nextHop === null ? ' (connected)' : '';
  const way = route.nextHop === null ? `directly connected, via ${route.interface ?? ''}` : route.nextHop;
  return [
    `Routing entry for ${route.prefix}`,
    `  Known via "${via}", distance ${far}, metric 0${connected}`,
    '  Routing Descriptor Blocks:',
    `  * ${way}`,
    '      Route metric is 0, traffic share count is 1',
  ].join('\n');
}

export const NETWORK_SHOWS: readonly ExecCommand[] = [
  command('show ip interface brief [ {name:if} ]', brief),
  command('show ip interface [ {name:if} ]', ipInterfaces),
  command('show interfaces [ {name:if} ]', interfaces),
  command('show interfaces description', descriptions),
  command('show ip route [ {which=static,connected,bgp} ]', routes),
  command('show ip route {target:ip}', routeTo),
];
