/** Which security rules a NIC really has: those of its own group and of its subnet's, with service tags spelled out. */
import { interfaceOf } from '../cloud/cloud.ts';
import { type Json, type JsonObject, compact, numberAt, textAt, textsAt } from '../json.ts';
import type { Effect } from '../store/operations.ts';
import type { Resource } from '../store/store.ts';
import { ipConfigurationsOf } from '../types/common.ts';
import { defaultRules, rulesOf } from '../types/security-group.ts';
import type { World } from '../world.ts';
import type { Action } from './begin.ts';
import { networkOf, prefixesBehindGateways } from './effective-routes.ts';
import { askRunning, effectOnNic } from './running-nic.ts';

/** Of its operations. */
const kind = 'effective-groups';

/** @throws ArmError 400 unless the NIC belongs to a running VM */
const effectiveGroups: Action = (world, nic, request) => askRunning(world, nic, request, 'SecurityGroups', kind);

/** `22` is a range, too: `22-22`. */
function portRange(range: string): string {
  if (range === '*') return '0-65535';
  return range.includes('-') ? range : `${range}-${range}`;
}

function ports(rule: JsonObject, side: 'source' | 'destination'): string[] {
  const single = textAt(rule, `properties.${side}PortRange`);
  const several = textsAt(rule, `properties.${side}PortRanges`) ?? [];
  return [...(single === undefined || single === '' ? [] : [single]), ...several].map(portRange);
}

interface Addresses {
  readonly prefixes: string[];
  /** What service tags among them stand for; undefined without any. */
  readonly expanded: string[] | undefined;
}

function addresses(rule: JsonObject, side: 'source' | 'destination', network: readonly string[]): Addresses {
  const single = textAt(rule, `properties.${side}AddressPrefix`);
  const several = textsAt(rule, `properties.${side}AddressPrefixes`) ?? [];
  const given = [...(single === undefined || single === '' ? [] : [single]), ...several];
  const tags = given.some((one) => one.toLowerCase() === 'virtualnetwork');
  return {
    prefixes: given.map((one) => (one === '*' ? '0.0.0.0/0' : one)),
    expanded: tags ? [...network, '168.63.129.16/32'] : undefined,
  };
}

function effectiveRule(rule: JsonObject, kind: string, network: readonly string[]): JsonObject {
  const protocol = textAt(rule, 'properties.protocol') ?? '*';
  const [from, to] = [ports(rule, 'source'), ports(rule, 'destination')];
  const [source, destination] = [addresses(rule, 'source', network), addresses(rule, 'destination', network)];
  return compact({
    name: `${kind}/${textAt(rule, 'name')}`,
    protocol: protocol === '*' ? 'All' : protocol,
    sourcePortRange: from[0],
    destinationPortRange: to[0],
    sourcePortRanges: from,
    destinationPortRanges: to,
    sourceAddressPrefix: source.prefixes[0],
    destinationAddressPrefix: destination.prefixes[0],
    sourceAddressPrefixes: source.prefixes,
    destinationAddressPrefixes: destination.prefixes,
    expandedSourceAddressPrefix: source.expanded,
    expandedDestinationAddressPrefix: destination.expanded,
    access: textAt(rule, 'properties.access'),
    priority: numberAt(rule, 'properties.priority'),
    direction: textAt(rule, 'properties.direction'),
  });
}

function entry(group: Resource, association: JsonObject, network: readonly string[]): JsonObject {
  const rules = [
    ...rulesOf(group).map((rule) => effectiveRule(rule, 'securityRules', network)),
    ...defaultRules.map((rule) => effectiveRule(rule, 'defaultSecurityRules', network)),
  ];
  return { networkSecurityGroup: { id: group.id }, association, effectiveSecurityRules: rules };
}

/** As Azure answers it: `{value: [{networkSecurityGroup, association, effectiveSecurityRules}]}`. */
function groupsAt(world: World, nic: Resource): Json {
  const at = interfaceOf(world.store, nic.id, []);
  const subnet = textAt(ipConfigurationsOf(nic)[0]?.properties, 'subnet.id') ?? '';
  const network = [...(at?.virtualNetwork ?? []), ...prefixesBehindGateways(world, networkOf(world, nic))];
  const found: [Resource | undefined, JsonObject][] = [
    [at?.subnetGroup, { subnet: { id: subnet } }],
    [at?.nicGroup, { networkInterface: { id: nic.id } }],
  ];
  return {
    value: found.flatMap(([group, association]) => (group === undefined ? [] : [entry(group, association, network)])),
  };
}

export const groupActions: readonly [string, Action][] = [
  ['microsoft.network/networkinterfaces/effectivenetworksecuritygroups', effectiveGroups],
];

export function groupEffects(world: World): [string, Effect][] {
  return [effectOnNic(world, kind, (nic) => groupsAt(world, nic))];
}
