import type { RouterRoute } from '../../ports.ts';
import { byPrefix, prefixLength } from '../address.ts';
import { ofKind } from '../configuration/node.ts';
import { elapsed } from '../dates.ts';
import type { ExecCommand, Printed, Shell } from '../exec/command.ts';
import { command } from '../exec/command.ts';
import type { Args } from '../grammar.ts';
import type { Machine } from '../machine.ts';
import { routeFor, tableOf } from '../routing-table.ts';

/** The routing table. */

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

export const ROUTE_SHOWS: readonly ExecCommand[] = [
  command('show ip route [ vrf default ] [ {which=static,connected,bgp} ]', routes),
  command('show ip route [ vrf default ] {target:ip}', routeTo),
];
