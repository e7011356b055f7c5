import { contains, parseAddress } from '../address.ts';
import { freePrivateAddress, reserved } from '../resources/address-pool.ts';
import { badRequest } from '../errors.ts';
import { guidOf } from '../guid.ts';
import { keyOf, lastName, parentId } from '../ids.ts';
import { type JsonObject, compact, flagAt, isObject, objectAt, textAt } from '../json.ts';
import type { Resource } from '../store/store.ts';
import { valueOf } from '../unreadable.ts';
import type { Prepared, Put, TypeSpec, View, World } from '../world.ts';
import {
  etagOf,
  hiddenText,
  ipConfigurationLinks,
  ipConfigurationsOf,
  needSameRegion,
  propertiesOf,
  readIpConfigurations,
  reference,
} from './common.ts';
import { prefixesOf } from './subnet.ts';

/** Private addresses in use in a subnet, with who has them. */
function addressesIn(world: World, subnet: string, except: string): Map<string, string> {
  const taken = new Map<string, string>();
  for (const link of world.store.usersOf(subnet)) {
    const user = world.store.get(link.from);
    if (user === undefined || keyOf(user.id) === keyOf(except)) continue;
    const configuration = ipConfigurationsOf(user).find((found) => found.id === link.via);
    const address = textAt(configuration?.properties, 'privateIPAddress');
    if (address !== undefined) taken.set(address, link.via);
  }
  return taken;
}

function checkStatic(
  address: string,
  prefixes: readonly string[],
  taken: ReadonlyMap<string, string>,
  via: string,
): void {
  const home = prefixes.find((prefix) => contains(prefix, address));
  if (parseAddress(address) === null) {
    throw badRequest('InvalidIPAddress', `IP address ${address} in ipConfiguration ${via} is invalid.`);
  }
  if (home === undefined) {
    throw badRequest(
      'PrivateIPAddressNotInSubnet',
      `Private static IP address ${address} does not belong to the range of subnet prefix ${prefixes.join(', ')}.`,
    );
  }
  if (reserved(home, address)) {
    throw badRequest(
      'PrivateIPAddressInReservedRange',
      `Private static IP address ${address} falls within reserved range of subnet prefix ${home}.`,
    );
  }
  const holder = taken.get(address);
  if (holder !== undefined) {
    throw badRequest(
      'PrivateIPAddressIsAllocated',
      `IP configuration ${via} is using the private IP address ${address} which is already allocated to resource ${holder}.`,
    );
  }
}

/** Gives a configuration its address and judges the one it asks for. */
function settle(put: Put, configuration: JsonObject, index: number): JsonObject {
  const via = `${put.target}/ipConfigurations/${textAt(configuration, 'name')}`;
  const properties = objectAt(configuration, 'properties') ?? {};
  const subnetId = textAt(properties, 'subnet.id');
  if (subnetId === undefined) {
    throw badRequest('SubnetIsRequired', `Subnet reference is required for ipconfiguration ${via}.`);
  }
  const subnet = put.world.store.get(subnetId);
  const method = valueOf(
    textAt(properties, 'privateIPAllocationMethod') ?? 'Dynamic',
    ['Dynamic', 'Static'],
    'IpAllocationMethod',
    `properties.ipConfigurations[${index}].properties.privateIPAllocationMethod`,
  );
  const primary = flagAt(properties, 'primary') ?? index === 0;
  if (subnet === undefined) return configuration;
  if (lastName(subnet.id) === 'GatewaySubnet') {
    throw badRequest(
      'ResourceNotAllowedInGatewaySubnet',
      `Network interface ${put.target} cannot be placed in subnet ${subnet.id}: it is reserved for virtual network gateways.`,
    );
  }
  needSameRegion(put, subnetId);
  refuseForeignAddress(put, properties, via);
  const taken = addressesIn(put.world, subnet.id, put.target);
  const prefixes = prefixesOf(subnet);
  const wanted = textAt(properties, 'privateIPAddress');
  if (method === 'Static' && wanted === undefined) {
    throw badRequest(
      'PrivateIPAddressRequired',
      `ipConfiguration ${via} has the allocation method Static but no private IP address.`,
    );
  }
  if (method === 'Static' && wanted !== undefined) checkStatic(wanted, prefixes, taken, via);
  const before =
    put.existing === undefined ? undefined : ipConfigurationsOf(put.existing).find((found) => found.id === via);
  const kept =
    textAt(before?.properties, 'subnet.id') === subnetId ? textAt(before?.properties, 'privateIPAddress') : undefined;
  const address =
    method === 'Static' && wanted !== undefined
      ? wanted
      : (kept ?? freePrivateAddress(prefixes, new Set(taken.keys()), subnet.name));
  return {
    ...configuration,
    properties: {
      ...properties,
      privateIPAllocationMethod: method,
      privateIPAddress: address,
      primary,
      privateIPAddressVersion: 'IPv4',
    },
  };
}

function refuseForeignAddress(put: Put, properties: JsonObject, via: string): void {
  const address = textAt(properties, 'publicIPAddress.id');
  if (address === undefined) return;
  const other = put.world.store.usersOf(address).find((link) => link.from !== put.target);
  if (other === undefined) return;
  throw badRequest(
    'PublicIPAddressInUse',
    `Resource ${via} is referencing public IP address ${address} that is already allocated to resource ${other.via}.`,
  );
}

function prepare(put: Put): Prepared {
  const properties = propertiesOf(put.body);
  const configurations = readIpConfigurations(properties);
  if (configurations.length === 0) {
    throw badRequest(
      'NetworkInterfaceMustHaveIpConfigurationOrAttachedElasticNetworkInterface',
      `Network interface ${put.target} must have one or more IP configurations or an attached elastic network interface.`,
    );
  }
  for (const member of ['virtualMachine', 'macAddress', 'primary', 'ipConfigurations', 'tapConfigurations'])
    delete properties[member];
  const seed = put.world.draw(`mac/${keyOf(put.target)}/${put.world.store.usersOf(put.target).length}`);
  const tail = Math.floor(seed * 2 ** 24)
    .toString(16)
    .toUpperCase()
    .padStart(6, '0');
  const mac = `00-0D-3A-${tail.slice(0, 2)}-${tail.slice(2, 4)}-${tail.slice(4)}`;
  return {
    body: {
      properties: compact({
        ...properties,
        ipConfigurations: configurations.map((configuration, index) => settle(put, configuration, index)),
        networkSecurityGroup: reference(properties, 'networkSecurityGroup'),
        enableIPForwarding: flagAt(properties, 'enableIPForwarding') ?? false,
        enableAcceleratedNetworking: flagAt(properties, 'enableAcceleratedNetworking'),
        dnsSettings: isObject(properties['dnsSettings']) ? properties['dnsSettings'] : { dnsServers: [] },
      }),
    },
    hidden: { mac: put.existing === undefined ? mac : hiddenText(put.existing, 'mac') },
  };
}

/** The VM that has this NIC, if any. */
export function vmOf(world: World, nic: string): Resource | undefined {
  const user = world.store.usersOf(nic).find((link) => link.from.includes('/virtualMachines/'));
  return user === undefined ? undefined : world.store.get(user.from);
}

/** The ipConfigurations as the NIC shows them, and as each is read by itself. */
export function showIpConfigurations(nic: Resource): JsonObject[] {
  return ipConfigurationsOf(nic).map(({ name, id, properties }) => ({
    name,
    id,
    etag: etagOf(nic),
    type: 'Microsoft.Network/networkInterfaces/ipConfigurations',
    properties: { provisioningState: 'Succeeded', ...properties },
  }));
}

/** One domain per network, as Azure's own resolver has it, and the name in it that was asked for. */
function dnsOf(nic: Resource, network: string): JsonObject {
  const suffix = `${guidOf(network).replaceAll('-', '').slice(0, 26)}.lx.internal.cloudapp.net`;
  const label = textAt(nic.body, 'properties.dnsSettings.internalDnsNameLabel');
  return {
    dnsServers: [],
    appliedDnsServers: [],
    ...(label === undefined ? {} : { internalFqdn: `${label}.${suffix}` }),
    internalDomainNameSuffix: suffix,
    ...objectAt(nic.body, 'properties.dnsSettings'),
  };
}

function show({ world, resource, apiVersion }: View): JsonObject {
  const vm = vmOf(world, resource.id);
  const home = textAt(ipConfigurationsOf(resource)[0]?.properties, 'subnet.id') ?? resource.id;
  return compact({
    resourceGuid: guidOf(`${resource.id}/${resource.generation}`),
    ipConfigurations: showIpConfigurations(resource),
    dnsSettings: dnsOf(resource, parentId(home)),
    // Since the versions of 2022 only whoever asks for it, or against it, reads of it.
    ...(apiVersion < '2022' && flagAt(resource.body, 'properties.enableAcceleratedNetworking') === undefined
      ? { enableAcceleratedNetworking: false }
      : {}),
    vnetEncryptionSupported: false,
    disableTcpStateTracking: false,
    hostedWorkloads: [],
    auxiliaryMode: 'None',
    auxiliarySku: 'None',
    macAddress: vm === undefined ? undefined : (hiddenText(resource, 'mac') ?? undefined),
    virtualMachine: vm === undefined ? undefined : { id: vm.id },
    primary: vm === undefined ? undefined : true,
    tapConfigurations: [],
    nicType: 'Standard',
    allowPort25Out: true,
    '': { kind: 'Regular' },
  });
}

function refuseRemoval(nic: Resource, world: World): void {
  const vm = vmOf(world, nic.id);
  if (vm === undefined) return;
  throw badRequest(
    'NicInUse',
    `Network Interface ${nic.id} is used by existing resource ${vm.id}. In order to delete the network interface, it must be dissociated from the resource. To learn more, see aka.ms/deletenic.`,
  );
}

export const networkInterfaceSpec: TypeSpec = {
  type: 'Microsoft.Network/networkInterfaces',
  noun: 'NetworkInterface',
  located: true,
  // Done at once, unless a VM has to learn of the change.
  seconds: { create: null, update: null, remove: [2, 8] },
  changeSeconds: (before, _after, world) => (vmOf(world, before.id) === undefined ? undefined : [1, 3]),
  hintSeconds: 3,
  etag: 'header',
  prepare,
  links: (nic) => {
    const group = textAt(nic.body, 'properties.networkSecurityGroup.id');
    return [...ipConfigurationLinks(nic), ...(group === undefined ? [] : [{ target: group, via: nic.id }])];
  },
  show,
  refuseRemoval,
};
