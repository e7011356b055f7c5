import { overlaps, within } from '../address.ts';
import { badRequest, invalidReference } from '../errors.ts';
import { guidOf } from '../guid.ts';
import { keyOf } from '../ids.ts';
import { type JsonObject, flagAt, isObject, needText, objectAt, objectsAt, textAt, textsAt } from '../json.ts';
import type { Resource } from '../store/store.ts';
import type { Prepared, Put, TypeSpec, View, World } from '../world.ts';
import { needPrefix, propertiesOf } from './common.ts';
import { missing } from '../unreadable.ts';
import { isPrivateByDefault, prefixesOf, prepareSubnet, refuseSubnetRemoval, showSubnet } from './subnet.ts';

function checkAddressSpace(put: Put, prefixes: readonly string[]): void {
  const ranges = prefixes.map((prefix) => needPrefix(prefix, put.target));
  ranges.forEach((range, index) => {
    if (ranges.slice(index + 1).some((other) => overlaps(range, other))) {
      throw badRequest(
        'OverlappingAddressPrefixes',
        `The address prefixes of virtual network ${put.target} overlap each other.`,
      );
    }
  });
  for (const subnet of put.world.store.children(put.target)) {
    for (const prefix of prefixesOf(subnet)) {
      const inner = needPrefix(prefix, subnet.id);
      if (ranges.some((range) => within(inner, range))) continue;
      throw badRequest(
        'InUsePrefixCannotBeDeleted',
        `IpPrefix ${prefix} on Subnet ${subnet.name} is in use and cannot be deleted.`,
      );
    }
  }
}

/** Azure takes a `subnets` array as the whole truth: what it does not name is removed. Without the array all stay. */
function prepareSubnets(put: Put, prefixes: readonly string[]): JsonObject[] | undefined {
  const wanted = objectsAt(put.body, 'properties.subnets');
  if (wanted === undefined) return undefined;
  const names = new Set(wanted.map((subnet) => needText(subnet, 'name').toLowerCase()));
  for (const child of put.world.store.children(put.target)) {
    if (!names.has(child.name.toLowerCase())) refuseSubnetRemoval(child, put.world);
  }
  const taken: { name: string; prefixes: string[] }[] = [];
  return wanted.map((subnet) => {
    const name = needText(subnet, 'name');
    const target = `${put.target}/subnets/${name}`;
    const existing = put.world.store.get(target);
    const prepared = prepareSubnet({ ...put, target, body: subnet, existing }, prefixes, taken, privateByDefault(put));
    const group = textAt(prepared.body, 'properties.networkSecurityGroup.id');
    if (group !== undefined && put.world.store.get(group) === undefined) throw invalidReference(group, target);
    taken.push({ name, prefixes: prefixesOf({ body: prepared.body }) });
    return { ...prepared.body, name };
  });
}

/** Networks that stand stay as they were made. */
const privateByDefault = (put: Put): boolean =>
  put.existing === undefined
    ? isPrivateByDefault(put.world, put.apiVersion)
    : put.existing.hidden['privateByDefault'] === true;

function prepare(put: Put): Prepared {
  const properties = propertiesOf(put.body);
  const prefixes = textsAt(properties, 'addressSpace.addressPrefixes');
  if (prefixes === undefined || prefixes.length === 0) throw missing('properties.addressSpace.addressPrefixes');
  checkAddressSpace(put, prefixes);
  const subnets = prepareSubnets(put, prefixes);
  for (const member of ['subnets', 'enableVmProtection']) delete properties[member];
  if (isObject(properties['dhcpOptions'])) properties['dhcpOptions'] = { dnsServers: [], ...properties['dhcpOptions'] };
  return { body: { properties }, hidden: { subnets, privateByDefault: privateByDefault(put) } };
}

/** Writes the subnets that came inside the PUT. */
function accepted(vnet: Resource, world: World): void {
  const wanted = objectsAt(vnet.hidden, 'subnets');
  delete vnet.hidden['subnets'];
  if (wanted === undefined) return;
  const names = new Set(wanted.map((subnet) => textAt(subnet, 'name')?.toLowerCase()));
  for (const child of world.store.children(vnet.id))
    if (!names.has(child.name.toLowerCase())) world.store.remove(child.id);
  for (const { name: given, ...body } of wanted) {
    const name = typeof given === 'string' ? given : '';
    const id = `${vnet.id}/subnets/${name}`;
    const existing = world.store.get(id);
    world.store.save({
      id: existing?.id ?? id,
      type: 'Microsoft.Network/virtualNetworks/subnets',
      name: existing?.name ?? name,
      generation: existing?.generation ?? world.store.count(`generation ${keyOf(id)}`),
      state: 'Updating',
      body,
      hidden: existing?.hidden ?? {},
      revision: existing?.revision ?? 0,
    });
  }
}

function settled(vnet: Resource, world: World): void {
  for (const subnet of world.store.children(vnet.id)) {
    if (subnet.state !== 'Updating') continue;
    subnet.state = 'Succeeded';
    world.store.save(subnet);
  }
}

function show({ world, resource, apiVersion }: View): JsonObject {
  return {
    resourceGuid: guidOf(`${resource.id}/${resource.generation}`),
    addressSpace: { ipamPoolPrefixAllocations: [], ...objectAt(resource.body, 'properties.addressSpace') },
    privateEndpointVNetPolicies: textAt(resource.body, 'properties.privateEndpointVNetPolicies') ?? 'Disabled',
    subnets: world.store.children(resource.id).map((subnet) => showSubnet(world, subnet)),
    virtualNetworkPeerings: [],
    enableDdosProtection: flagAt(resource.body, 'properties.enableDdosProtection') ?? false,
    // Azure took it out of its replies with the versions of 2021.
    ...(apiVersion < '2021' ? { enableVmProtection: false } : {}),
  };
}

function refuseRemoval(vnet: Resource, world: World): void {
  for (const subnet of world.store.children(vnet.id)) refuseSubnetRemoval(subnet, world);
}

export const virtualNetworkSpec: TypeSpec = {
  type: 'Microsoft.Network/virtualNetworks',
  noun: 'VirtualNetwork',
  located: true,
  seconds: { create: [3, 6], update: [2, 5], remove: [5, 12] },
  hintSeconds: 3,
  etag: 'header',
  prepare,
  links: () => [],
  show,
  accepted,
  settled,
  refuseRemoval,
};
