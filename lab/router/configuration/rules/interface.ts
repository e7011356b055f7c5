import { INTERFACE_TYPES, contains, interfaceType, maskLength, networkOf, prefixOf } from '../../address.ts';
import type { ConfigNode, ConfigRule, RuleContext } from '../node.ts';
import { named, ofKind, refuseAbsent, rule } from '../node.ts';
import type { Args } from '../../grammar.ts';

/** Interfaces: GigabitEthernet1 is the only physical one; loopbacks and tunnels are made by naming them. */

const PHYSICAL = ['GigabitEthernet1'];

function splitName(name: string): { type: string; number: number } {
  const parts = /^([A-Za-z]+)(\d+)$/.exec(name);
  return { type: parts?.[1] ?? '', number: Number(parts?.[2] ?? 0) };
}

/** Loopbacks, tunnels, then physical ones, each by number. */
export function byInterface(left: string, right: string): number {
  const [a, b] = [splitName(left), splitName(right)];
  const place = (type: string): number => INTERFACE_TYPES.findIndex((known) => known === type);
  return place(a.type) - place(b.type) || a.number - b.number;
}

function refuseInterface(_context: RuleContext, args: Args): string | null {
  const name = args['name'] ?? '';
  const makeable = ['Loopback', 'Tunnel'].includes(interfaceType(splitName(name).type) ?? '');
  return makeable || PHYSICAL.includes(name) ? null : '^';
}

function addressOf(node: ConfigNode, context: RuleContext): { address: string; mask: string } | null {
  const args = ofKind(node, 'ip address')[0]?.args;
  if (!args) return null;
  return args['address'] ? { address: args['address'], mask: args['mask'] ?? '' } : context.dhcp;
}

/** A mask with holes, a network or broadcast address, or a net that another interface has (ios.md, 1.5). */
function refuseAddress(context: RuleContext, args: Args): string | null {
  const { address = '', mask = '' } = args;
  const length = maskLength(mask);
  if (length === null) return `Bad mask 0x${maskHex(mask)} for address ${address}`;
  const network = networkOf(address, mask);
  if (length < 31 && (address === network || isBroadcast(address, mask)))
    return `Bad mask /${length} for address ${address}`;
  const own = context.parent.args['name'];
  const other = ofKind(context.root, 'interface').find((node) => {
    const theirs = node.args['name'] === own ? null : addressOf(node, context);
    if (!theirs) return false;
    return (
      contains(prefixOf(address, mask), theirs.address) || contains(prefixOf(theirs.address, theirs.mask), address)
    );
  });
  return other && !context.loading ? `% ${network} overlaps with ${other.args['name'] ?? ''}` : null;
}

function maskHex(mask: string): string {
  return mask
    .split('.')
    .map((part) => Number(part).toString(16).toUpperCase().padStart(2, '0'))
    .join('');
}

function isBroadcast(address: string, mask: string): boolean {
  const parts = address.split('.').map(Number);
  const masks = mask.split('.').map(Number);
  return parts.every((part, index) => (part | (masks[index] ?? 0)) === 255);
}

/** The routes that went through an interface go with it. */
function dropRoutes(context: RuleContext, node: ConfigNode): void {
  context.root.children = context.root.children.filter(
    (line) => line.rule.kind !== 'ip route' || line.args['interface'] !== node.args['name'],
  );
}

function refuseOffTunnel(context: RuleContext): string | null {
  return (context.parent.args['name'] ?? '').startsWith('Tunnel') ? null : '^';
}

function refuseProtection(context: RuleContext, args: Args): string | null {
  const name = args['name'] ?? '';
  if (refuseOffTunnel(context) !== null) return '^';
  if (context.loading || named(context.root, 'crypto ipsec profile', name)) return null;
  return `% IPsec profile ${name} does not exist.`;
}

export const INTERFACE_RULES: readonly ConfigRule[] = [
  rule('config', 'interface {name:if}', {
    rank: 100,
    identity: ['name'],
    opens: 'config-if',
    sort: (left, right) => byInterface(left.args['name'] ?? '', right.args['name'] ?? ''),
    refuse: refuseInterface,
    refuseNo: (_context, node) =>
      PHYSICAL.includes(node.args['name'] ?? '') ? '% Removal of physical interfaces is not permitted' : null,
    afterNo: dropRoutes,
  }),
  rule('config-if', 'description / {text:line}', { rank: 1 }),
  rule('config-if', 'bandwidth / {kilobits:1-10000000}', { rank: 2 }),
  rule('config-if', 'ip address / {address:ip} {mask:ip}', { rank: 3, refuse: refuseAddress }),
  rule('config-if', 'ip address dhcp', {
    kind: 'ip address',
    rank: 3,
    refuse: (context) => (PHYSICAL.includes(context.parent.args['name'] ?? '') ? null : '^'),
  }),
  rule('config-if', 'ip mtu / {bytes:68-9216}', { rank: 4 }),
  rule('config-if', 'ip nat / {side=inside,outside}', { rank: 4 }),
  rule('config-if', 'ip access-group {name:word} {direction=in,out}', { rank: 4, identity: ['direction'] }),
  rule('config-if', 'ip virtual-reassembly', { rank: 5 }),
  rule('config-if', 'ip tcp adjust-mss / {bytes:500-1460}', { rank: 6 }),
  rule('config-if', 'mtu / {bytes:64-9216}', { rank: 7 }),
  rule('config-if', 'load-interval / {seconds:30-600}', { rank: 7 }),
  rule('config-if', 'keepalive / {seconds:0-32767} [ {retries:1-255} ]', { rank: 7 }),
  rule('config-if', 'shutdown', { rank: 8 }),
  rule('config-if', 'tunnel source / ( {address:ip} | {interface:if} )', {
    rank: 10,
    refuse: (context, args) => refuseOffTunnel(context) ?? refuseAbsent(context, args),
  }),
  rule('config-if', 'tunnel mode / ipsec ipv4', {
    kind: 'tunnel mode',
    rank: 11,
    refuse: refuseOffTunnel,
  }),
  rule('config-if', 'tunnel mode / gre ip', {
    kind: 'tunnel mode',
    rank: 11,
    hidden: () => true,
    refuse: refuseOffTunnel,
  }),
  rule('config-if', 'tunnel destination / {address:ip}', { rank: 12, refuse: refuseOffTunnel }),
  rule('config-if', 'tunnel path-mtu-discovery', { rank: 13, refuse: refuseOffTunnel }),
  rule('config-if', 'tunnel protection ipsec profile / {name:word} [ shared ]', { rank: 14, refuse: refuseProtection }),
  rule('config-if', 'negotiation auto', { rank: 15 }),
  rule('config-if', 'mop enabled', { rank: 16, defaultOn: true }),
  rule('config-if', 'mop sysid', { rank: 16, defaultOn: true }),
];
