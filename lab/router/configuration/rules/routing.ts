import { byPrefix, networkOf } from '../../address.ts';
import type { ConfigNode, ConfigRule, RuleContext } from '../node.ts';
import { ofKind, refuseAbsent, rule } from '../node.ts';
import type { Args } from '../../grammar.ts';

/** Static routes, access lists and BGP. */

function routeSort(left: ConfigNode, right: ConfigNode): number {
  return byPrefix(left.args['network'] ?? '', right.args['network'] ?? '');
}

function refuseRoute(context: RuleContext, args: Args): string | null {
  const { network = '', mask = '' } = args;
  if (!context.loading && networkOf(network, mask) !== network) return '%Inconsistent address and mask';
  return refuseAbsent(context, args);
}

function refuseSecondAs(context: RuleContext, args: Args): string | null {
  const running = ofKind(context.root, 'router bgp').find((node) => node.args['as'] !== args['as']);
  return running ? `BGP is already running; AS is ${running.args['as'] ?? ''}` : null;
}

/** A neighbor must have its `remote-as` before anything else (ios.md, 1.5). */
function refuseUnknownNeighbor(context: RuleContext, args: Args): string | null {
  if (context.loading) return null;
  const bgp = ofKind(context.root, 'router bgp')[0];
  const known = bgp ? ofKind(bgp, 'remote-as').some((line) => line.args['neighbor'] === args['neighbor']) : false;
  return known ? refuseAbsent(context, args) : '% Specify remote-as or peer-group commands first';
}

function dropNeighbor(context: RuleContext, node: ConfigNode): void {
  const neighbor = node.args['neighbor'];
  const keep = (line: ConfigNode): boolean => line.args['neighbor'] !== neighbor;
  context.parent.children = context.parent.children.filter(keep);
  for (const family of ofKind(context.parent, 'address-family ipv4')) family.children = family.children.filter(keep);
}

function neighbor(
  rest: string,
  kind: string,
  rank: number,
  mode: 'config-router' | 'config-router-af' = 'config-router',
) {
  return rule(mode, `neighbor {neighbor:ip} ${rest}`, {
    kind,
    rank,
    identity: ['neighbor'],
    sort: (left, right) => byPrefix(left.args['neighbor'] ?? '', right.args['neighbor'] ?? ''),
    refuse: refuseUnknownNeighbor,
  });
}

const bgp: readonly ConfigRule[] = [
  rule('config', 'router bgp {as:1-4294967295}', {
    rank: 110,
    identity: ['as'],
    opens: 'config-router',
    initial: ['bgp log-neighbor-changes'],
    refuse: refuseSecondAs,
  }),
  rule('config-router', 'bgp router-id / {address:ip}', { rank: 1 }),
  rule('config-router', 'bgp log-neighbor-changes', { rank: 2 }),
  rule('config-router', 'bgp default ipv4-unicast', { rank: 2, defaultOn: true }),
  rule('config-router', 'network {network:ip} / [ mask {mask:ip} ]', { rank: 3, identity: ['network', 'mask'] }),
  rule('config-router', 'redistribute / {source=connected,static}', { rank: 4, identity: ['source'] }),
  rule('config-router', 'maximum-paths / {count:1-32}', { rank: 30, hidden: ({ count }) => count === '1' }),
  rule('config-router-af', 'maximum-paths / {count:1-32}', { rank: 9, hidden: ({ count }) => count === '1' }),
  rule('config-router', 'neighbor {neighbor:ip} remote-as / {as:1-4294967295}', {
    kind: 'remote-as',
    rank: 5,
    identity: ['neighbor'],
    afterNo: dropNeighbor,
  }),
  neighbor('description / {text:line}', 'neighbor description', 6),
  neighbor('password / [ {kind=0,7} ] {password:word}', 'neighbor password', 6),
  neighbor('ebgp-multihop / [ {hops:1-255} ]', 'ebgp-multihop', 7),
  neighbor('update-source / {interface:if}', 'update-source', 8),
  neighbor('timers / {keepalive:0-65535} {hold:0-65535}', 'neighbor timers', 9),
  neighbor('shutdown', 'neighbor shutdown', 9),
  neighbor('activate', 'activate', 10),
  rule('config-router', 'address-family ipv4 [ unicast ]', {
    rank: 20,
    opens: 'config-router-af',
    line: () => 'address-family ipv4',
    ending: 'exit-address-family',
  }),
  rule('config-router-af', 'network {network:ip} / [ mask {mask:ip} ]', { rank: 1, identity: ['network', 'mask'] }),
  rule('config-router-af', 'redistribute / {source=connected,static}', { rank: 2, identity: ['source'] }),
  neighbor('activate', 'activate', 3, 'config-router-af'),
  neighbor('soft-reconfiguration inbound', 'soft-reconfiguration', 4, 'config-router-af'),
  neighbor('prefix-list {list:word} {direction=in,out}', 'neighbor prefix-list', 5, 'config-router-af'),
  neighbor('route-map {map:word} {direction=in,out}', 'neighbor route-map', 5, 'config-router-af'),
];

const accessLists: readonly ConfigRule[] = [
  rule('config', 'ip access-list extended {name:word}', {
    rank: 140,
    identity: ['name'],
    opens: 'config-ext-nacl',
  }),
  rule('config', 'ip access-list standard {name:word}', {
    rank: 140,
    identity: ['name'],
    opens: 'config-std-nacl',
  }),
  rule('config-ext-nacl', '[ {sequence:1-2147483647} ] {action=permit,deny,remark} {entry:line}', {
    kind: 'entry',
    rank: 1,
    identity: ['action', 'entry'],
  }),
  rule('config-std-nacl', '[ {sequence:1-2147483647} ] {action=permit,deny,remark} {entry:line}', {
    kind: 'entry',
    rank: 1,
    identity: ['action', 'entry'],
  }),
  rule('config', 'access-list {number:1-2699} / {action=permit,deny,remark} {entry:line}', {
    kind: 'access-list',
    rank: 141,
    identity: ['number', 'action', 'entry'],
    sort: (left, right) => Number(left.args['number']) - Number(right.args['number']),
    line: ({ number, action, entry }) => `access-list ${number ?? ''} ${action ?? ''} ${entryText(entry ?? '')}`,
  }),
  rule('config', 'ip prefix-list {name:word} / [ seq {sequence:1-4294967294} ] {entry:line}', {
    rank: 142,
    identity: ['name', 'sequence', 'entry'],
  }),
];

/** One blank between words, and the names IOS prints for the ports of IKE. */
function entryText(entry: string): string {
  return entry
    .replace(/\s+/g, ' ')
    .replace(/\beq 500\b/g, 'eq isakmp')
    .replace(/\beq 4500\b/g, 'eq non500-isakmp');
}

export const ROUTING_RULES: readonly ConfigRule[] = [
  rule('config', 'ip forward-protocol nd', { rank: 120 }),
  rule('config', 'ip http server', { rank: 121, defaultOn: true }),
  rule('config', 'ip http secure-server', { rank: 121, defaultOn: true }),
  rule(
    'config',
    'ip route {network:ip} {mask:ip} / ( {interface:if} [ {nextHop:ip} ] | {nextHop:ip} ) [ {distance:1-255} ] [ name {name:word} ] [ permanent ]',
    {
      rank: 130,
      identity: ['network', 'mask', 'interface', 'nextHop'],
      sort: routeSort,
      refuse: refuseRoute,
      missing: '%No matching route to delete',
    },
  ),
  ...bgp,
  ...accessLists,
];
