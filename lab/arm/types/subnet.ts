import { overlaps, within } from '../address.ts';
import { ArmError, badRequest } from '../errors.ts';
import { parentId } from '../ids.ts';
import { type Json, type JsonObject, compact, flagAt, objectAt, textAt, textsAt } from '../json.ts';
import type { Resource } from '../store/store.ts';
import type { Prepared, Put, TypeSpec, World } from '../world.ts';
import { etagOf, hiddenNumber, hiddenText, idList, needPrefix, propertiesOf, reference } from './common.ts';

/** A subnet's prefixes, whichever of the two members holds them. */
export function prefixesOf(subnet: { body: JsonObject }): string[] {
  const single = textAt(subnet.body, 'properties.addressPrefix');
  return single === undefined ? (textsAt(subnet.body, 'properties.addressPrefixes') ?? []) : [single];
}

/** Azure holds five addresses of each subnet, so /29 is the smallest. */
const smallest = 29;

/** From this api-version on, subnets of networks made with it have no way out unless they are told to. */
const privateSince = '2025-07-01';

/** Whether subnets are private by default, for a network or subnet that is made with this api-version (azure.md, 0). */
export const isPrivateByDefault = (world: World, apiVersion: string): boolean =>
  world.rules === '2026' && apiVersion >= privateSince;

/** Set when the subnet is made, and kept. */
function outboundAccess(put: Put, ofPrivateNetwork: boolean): Json | undefined {
  const given = flagAt(put.body, 'properties.defaultOutboundAccess');
  if (given !== undefined) return given;
  if (put.existing !== undefined) return flagAt(put.existing.body, 'properties.defaultOutboundAccess');
  return ofPrivateNetwork && isPrivateByDefault(put.world, put.apiVersion) ? false : undefined;
}

/**
 * Judges a subnet, alone or inside a VNet's PUT.
 * @param vnetPrefixes the address space it must lie in
 * @param others its neighbours, as far as the store does not know them yet
 * @param ofPrivateNetwork whether its network was made with an api-version whose subnets are private by default
 */
export function prepareSubnet(
  put: Put,
  vnetPrefixes: readonly string[],
  others: readonly { name: string; prefixes: readonly string[] }[],
  ofPrivateNetwork: boolean,
): Prepared {
  const properties = propertiesOf(put.body);
  delete properties['ipConfigurations'];
  const name = put.target.slice(put.target.lastIndexOf('/') + 1);
  const vnet = parentId(put.target);
  const vnetName = vnet.slice(vnet.lastIndexOf('/') + 1);
  const prefixes = prefixesOf({ body: { properties } });
  if (prefixes.length === 0) {
    throw badRequest('NoAddressPrefixOrPoolProvided', `No address prefix or IPAM pool is provided for Subnet ${name}.`);
  }
  for (const prefix of prefixes) {
    const range = needPrefix(prefix, put.target);
    const inside = vnetPrefixes.some((outer) => within(range, needPrefix(outer, vnet)));
    if (!inside || range.length > smallest) {
      throw badRequest('NetcfgInvalidSubnet', `Subnet '${name}' is not valid in virtual network '${vnetName}'.`);
    }
    const clash = others.find((other) => other.prefixes.some((theirs) => overlaps(range, needPrefix(theirs, vnet))));
    if (clash === undefined) continue;
    throw badRequest(
      'NetcfgSubnetRangesOverlap',
      `Subnet '${name}' is not valid because its IP address range overlaps with that of an existing subnet in virtual network '${vnetName}'.`,
    );
  }
  refuseMoveInUse(put, prefixes, name);
  return {
    body: {
      properties: compact({
        ...properties,
        networkSecurityGroup: reference(properties, 'networkSecurityGroup'),
        defaultOutboundAccess: outboundAccess(put, ofPrivateNetwork),
      }),
    },
  };
}

function refuseMoveInUse(put: Put, prefixes: readonly string[], name: string): void {
  const before = put.existing === undefined ? prefixes : prefixesOf(put.existing);
  const same = before.length === prefixes.length && before.every((prefix) => prefixes.includes(prefix));
  if (same || put.world.store.usersOf(put.target).length === 0) return;
  throw badRequest('InUseSubnetCannotBeUpdated', `Subnet ${name} is in use and cannot be updated.`);
}

function prepare(put: Put): Prepared {
  const vnetId = parentId(put.target);
  const vnet = put.world.store.get(vnetId);
  if (vnet === undefined) {
    throw new ArmError(
      404,
      'ParentResourceNotFound',
      `Failed to perform 'write' on resource(s) of type 'virtualNetworks/subnets', because the parent resource '${vnetId}' could not be found.`,
    );
  }
  const others = put.world.store
    .children(vnetId)
    .filter((subnet) => subnet.id !== put.existing?.id)
    .map((subnet) => ({ name: subnet.name, prefixes: prefixesOf(subnet) }));
  const space = textsAt(vnet.body, 'properties.addressSpace.addressPrefixes') ?? [];
  return prepareSubnet(put, space, others, vnet.hidden['privateByDefault'] === true);
}

/** Who holds the subnet, as ids of ipConfigurations; a removed gateway still does for a while. */
function holders(subnet: Resource, world: World): string[] {
  const users = world.store.usersOf(subnet.id).map((link) => link.via);
  const held = hiddenText(subnet, 'heldBy');
  return held !== null && hiddenNumber(subnet, 'heldUntil') > world.clock.now() ? [...users, held] : users;
}

/** @throws ArmError 400 while something stands in the subnet. */
export function refuseSubnetRemoval(subnet: Resource, world: World): void {
  const [holder] = holders(subnet, world);
  if (holder === undefined) return;
  throw badRequest(
    'InUseSubnetCannotBeDeleted',
    `Subnet ${subnet.name} is in use by ${holder} and cannot be deleted. In order to delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.`,
  );
}

function computed(world: World, subnet: Resource): JsonObject {
  const users = world.store.usersOf(subnet.id).map((link) => link.via);
  const properties = objectAt(subnet.body, 'properties') ?? {};
  return {
    ...(users.length > 0 ? { ipConfigurations: idList(users) } : {}),
    ipamPoolPrefixAllocations: properties['ipamPoolPrefixAllocations'] ?? [],
    delegations: properties['delegations'] ?? [],
    privateEndpointNetworkPolicies: properties['privateEndpointNetworkPolicies'] ?? 'Disabled',
    privateLinkServiceNetworkPolicies: properties['privateLinkServiceNetworkPolicies'] ?? 'Enabled',
  };
}

/** A subnet as its VNet shows it. */
export function showSubnet(world: World, subnet: Resource): JsonObject {
  return {
    name: subnet.name,
    id: subnet.id,
    etag: etagOf(subnet),
    type: subnet.type,
    properties: { provisioningState: subnet.state, ...objectAt(subnet.body, 'properties'), ...computed(world, subnet) },
  };
}

export const subnetSpec: TypeSpec = {
  type: 'Microsoft.Network/virtualNetworks/subnets',
  noun: 'Subnet',
  located: false,
  seconds: { create: [2, 5], update: [2, 5], remove: [4, 11] },
  hintSeconds: 3,
  etag: 'header',
  prepare,
  links: (subnet) => {
    const group = textAt(subnet.body, 'properties.networkSecurityGroup.id');
    return group === undefined ? [] : [{ target: group, via: subnet.id }];
  },
  locks: (subnet) => [parentId(subnet.id)],
  show: ({ world, resource }) => computed(world, resource),
  refuseRemoval: refuseSubnetRemoval,
};
