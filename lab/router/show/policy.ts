/** Prefix lists and route maps, protocols and the summary of the routing table. */
import { byPrefix } from '../address.ts';
import { ofKind, valueOf } from '../configuration/node.ts';
import type { ConfigNode } from '../configuration/node.ts';
import type { ExecCommand, Printed, Shell } from '../exec/command.ts';
import { command } from '../exec/command.ts';
import type { Args } from '../grammar.ts';
import { outgoing, routeFor, tableOf } from '../routing-table.ts';
import { bgpOf } from '../views.ts';

function prefixLists({ machine }: Shell, { name }: Args): Printed {
  const lists = new Map<string, string[]>();
  for (const { args } of ofKind(machine.config.root, 'ip prefix-list')) {
    if (name !== undefined && args['name'] !== name) continue;
    const known = lists.get(args['name'] ?? '') ?? [];
    lists.set(args['name'] ?? '', [
      ...known,
      `   seq ${args['sequence'] ?? (known.length + 1) * 5} ${args['entry'] ?? ''}`,
    ]);
  }
  const text = [...lists].flatMap(([list, entries]) => [
    `ip prefix-list ${list}: ${entries.length} entries`,
    ...entries,
  ]);
  return text.length === 0 ? null : text.join('\n');
}

/** `ip address prefix-list PL` is a clause of its own wording. */
function clause({ line, args }: ConfigNode): string {
  const rest = args['rest'] ?? line;
  const listed = /^ip address prefix-list (.+)$/.exec(rest);
  if (listed) return `    ip address prefix-lists: ${listed[1] ?? ''} `;
  const named = /^ip address (.+)$/.exec(rest);
  return named ? `    ip address (access-lists): ${named[1] ?? ''} ` : `    ${rest}`;
}

function routeMaps({ machine }: Shell, { name }: Args): Printed {
  const lines = ofKind(machine.config.root, 'route-map')
    .filter(({ args }) => name === undefined || args['name'] === name)
    .flatMap((node) => [
      `route-map ${node.args['name'] ?? ''}, ${node.args['action'] ?? 'permit'}, sequence ${node.args['sequence'] ?? '10'}`,
      '  Match clauses:',
      ...ofKind(node, 'match').map(clause),
      '  Set clauses:',
      ...ofKind(node, 'set').map(clause),
      '  Policy routing matches: 0 packets, 0 bytes',
    ]);
  return lines.length === 0 ? null : lines.join('\n');
}

function summary({ machine }: Shell): Printed {
  const table = tableOf(machine);
  const count = (source: string): number => table.filter((route) => route.source === source).length;
  const row = (name: string, networks: number, subnets: number): string =>
    `${name.padEnd(15)} ${String(networks).padEnd(11)} ${String(subnets).padEnd(11)} 0           ${String((networks + subnets) * 96).padEnd(11)} ${(networks + subnets) * 312}`;
  const bgp = bgpOf(machine.config.root);
  const whole = table.filter(({ prefix }) => prefix === '0.0.0.0/0').length;
  return [
    'IP routing table name is default (0x0)',
    'IP routing table maximum-paths is 32',
    'Route Source    Networks    Subnets     Replicates  Overhead    Memory (bytes)',
    row('application', 0, 0),
    row('connected', 0, count('C') + count('L')),
    row('static', whole, count('S') - whole),
    ...(bgp === null ? [] : [row(`bgp ${bgp.as}`, 0, count('B')), `  External: ${count('B')} Internal: 0 Local: 0`]),
    `internal        1                                               ${table.length * 40}`,
    row('Total', whole + 1, table.length - whole),
  ].join('\n');
}

function protocols({ machine }: Shell): Printed {
  const bgp = bgpOf(machine.config.root);
  const application = [
    '*** IP Routing is NSF aware ***',
    '',
    'Routing Protocol is "application"',
    '  Sending updates every 0 seconds',
    '  Invalid after 0 seconds, hold down 0, flushed after 0',
    '  Outgoing update filter list for all interfaces is not set',
    '  Incoming update filter list for all interfaces is not set',
    '  Maximum path: 32',
    '  Routing for Networks:',
    '  Routing Information Sources:',
    '    Gateway         Distance      Last Update',
    '  Distance: (default is 4)',
    '',
  ];
  if (bgp === null) return application.join('\n');
  return [
    ...application,
    `Routing Protocol is "bgp ${bgp.as}"`,
    '  Outgoing update filter list for all interfaces is not set',
    '  Incoming update filter list for all interfaces is not set',
    '  IGP synchronization is disabled',
    '  Automatic route summarization is disabled',
    '  Neighbor(s):',
    '    Address          FiltIn FiltOut DistIn DistOut Weight RouteMap',
    ...bgp.neighbors.map(({ address }) => `    ${address.padEnd(16)}                                          `),
    `  Maximum path: ${bgp.maximumPaths}`,
    '  Routing Information Sources:',
    '    Gateway         Distance      Last Update',
    ...(machine.link?.bgpPeers() ?? [])
      .filter(({ state }) => state === 'Established')
      .map(({ neighbor }) => `    ${neighbor.padEnd(15)}       20      00:00:30`),
    '  Distance: external 20 internal 200 local 200',
    '',
  ].join('\n');
}

function cef({ machine }: Shell, { target }: Args): Printed {
  const row = (prefix: string, hop: string, face: string): string => `${prefix.padEnd(20)} ${hop.padEnd(20)} ${face}`;
  if (target !== undefined) {
    const route = routeFor(machine, target);
    if (route === null) return '0.0.0.0/0\n  no route';
    const face = outgoing(machine, target)?.name ?? '';
    return `${route.prefix}\n  ${route.nextHop === null ? `attached to ${face}` : `nexthop ${route.nextHop} ${face}`}`;
  }
  const rows = tableOf(machine)
    .toSorted((left, right) => byPrefix(left.prefix, right.prefix))
    .map(({ prefix, source, nextHop, interface: face }) =>
      row(
        prefix,
        source === 'L' ? 'receive' : (nextHop ?? 'attached'),
        face ?? outgoing(machine, nextHop ?? '')?.name ?? '',
      ),
    );
  return ['Prefix               Next Hop             Interface', ...rows].join('\n');
}

const IPV6_ROUTES = [
  'IPv6 Routing Table - default - 1 entries',
  'Codes: C - Connected, L - Local, S - Static, U - Per-user Static route',
  '       B - BGP, R - RIP, H - NHRP, I1 - ISIS L1',
  '       I2 - ISIS L2, IA - ISIS interarea, IS - ISIS summary, D - EIGRP',
  '       EX - EIGRP external, ND - ND Default, NDp - ND Prefix, DCE - Destination',
  '       NDr - Redirect, RL - RPL, O - OSPF Intra, OI - OSPF Inter',
  '       OE1 - OSPF ext 1, OE2 - OSPF ext 2, ON1 - OSPF NSSA ext 1',
  '       ON2 - OSPF NSSA ext 2, la - LISP alt, lr - LISP site-registrations',
  '       ld - LISP dyn-eid, lA - LISP away, le - LISP extranet-policy',
  '       lp - LISP publications, a - Application, m - OMP',
  'L   FF00::/8 [0/0]',
  '     via Null0, receive',
].join('\n');

function ospf({ machine }: Shell): Printed {
  const nodes = ofKind(machine.config.root, 'router ospf');
  if (nodes.length === 0) return null;
  return nodes
    .map(
      (node) =>
        ` Routing Process "ospf ${node.args['name'] ?? ''}" with ID ${valueOf(node, 'router-id', 'rest') ?? machine.dhcp.address}`,
    )
    .join('\n');
}

export const POLICY_SHOWS: readonly ExecCommand[] = [
  command('show ip prefix-list [ {name:word} ]', prefixLists),
  command('show route-map [ {name:word} ]', routeMaps),
  command('show ip route summary', summary),
  command('show ip protocols', protocols),
  command('show ip cef [ {target:ip} ]', cef),
  command('show ip ospf', ospf),
  command('show ipv6 route', () => IPV6_ROUTES),
];
