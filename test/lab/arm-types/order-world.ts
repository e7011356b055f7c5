/** The small world that the property test plays in: what can be written, with its body, and what the model makes of it. */
import type { JsonObject } from '../../../lab/arm/json.ts';
import type { Kind, Plan } from './azure-model.ts';
import { bodies, connectionBody, gatewayBody, idOf, location, vmBody } from './samples.ts';

/** A plan, and what is sent for it. */
export interface Deed {
  readonly plan: Plan;
  readonly body: JsonObject;
}

const types: Record<Kind, string> = {
  vnet: 'Microsoft.Network/virtualNetworks',
  subnet: 'Microsoft.Network/virtualNetworks',
  address: 'Microsoft.Network/publicIPAddresses',
  group: 'Microsoft.Network/networkSecurityGroups',
  gateway: 'Microsoft.Network/virtualNetworkGateways',
  site: 'Microsoft.Network/localNetworkGateways',
  connection: 'Microsoft.Network/connections',
  nic: 'Microsoft.Network/networkInterfaces',
  machine: 'Microsoft.Compute/virtualMachines',
};

/** The whole id of a thing; a subnet is named `vnet/subnets/name`. */
export const pathOf = (name: string, kind: Kind): string => idOf(`${types[kind]}/${name}`);

const vnet = (name: string, prefix: string): Deed => ({
  plan: { name, kind: 'vnet', uses: [] },
  body: { location, properties: { addressSpace: { addressPrefixes: [prefix] } } },
});

interface SubnetMore {
  readonly group?: string;
  readonly wrong?: string;
}

/** @param range the numbers of its first and last /24, or for less than a /24 parts of one */
function subnet(parent: string, name: string, prefix: string, range: [number, number], more: SubnetMore = {}): Deed {
  const { group, wrong } = more;
  return {
    plan: {
      name: `${parent}/subnets/${name}`,
      kind: 'subnet',
      parent,
      range,
      uses: group === undefined ? [] : [group],
      fixed: 'InUseSubnetCannotBeUpdated',
      ...(wrong === undefined ? {} : { wrong }),
    },
    body: {
      properties: {
        addressPrefix: prefix,
        ...(group === undefined ? {} : { networkSecurityGroup: { id: pathOf(group, 'group') } }),
      },
    },
  };
}

const address = (name: string, zones = true): Deed => ({
  plan: { name, kind: 'address', uses: [], zones, fixed: 'ResourceAvailabilityZonesCannotBeModified' },
  body: { ...bodies.address, zones: zones ? ['1', '2', '3'] : [] },
});

const withIds = (body: JsonObject, subnetName: string, addressName: string | null): JsonObject => ({
  ...body,
  properties: {
    ...(body['properties'] as JsonObject),
    ipConfigurations: [
      {
        name: 'one',
        properties: {
          subnet: { id: pathOf(subnetName, 'subnet') },
          ...(addressName === null ? {} : { publicIPAddress: { id: pathOf(addressName, 'address') } }),
        },
      },
    ],
  },
});

const gateway = (name: string, at: string, addressName: string): Deed => ({
  plan: { name, kind: 'gateway', uses: [`${at}/subnets/GatewaySubnet`, addressName] },
  body: withIds(gatewayBody(), `${at}/subnets/GatewaySubnet`, addressName),
});

function nic(name: string, subnetName: string, addressName: string | null, group: string | null, wrong?: string): Deed {
  const body = withIds({ location, properties: {} }, subnetName, addressName);
  const properties = body['properties'] as JsonObject;
  if (group !== null) properties['networkSecurityGroup'] = { id: pathOf(group, 'group') };
  const uses = [subnetName, addressName, group].filter((one) => one !== null);
  return { plan: { name, kind: 'nic', uses, ...(wrong === undefined ? {} : { wrong }) }, body };
}

const site = (name: string, prefix: string): Deed => ({
  plan: { name, kind: 'site', uses: [] },
  body: {
    location,
    properties: { gatewayIpAddress: '192.0.2.1', localNetworkAddressSpace: { addressPrefixes: [prefix] } },
  },
});

const connection = (name: string, gatewayName: string, siteName: string, key = 'of-the-body'): Deed => ({
  plan: { name, kind: 'connection', uses: [gatewayName, siteName], key },
  body: connectionBody({
    sharedKey: key,
    virtualNetworkGateway1: { id: pathOf(gatewayName, 'gateway') },
    localNetworkGateway2: { id: pathOf(siteName, 'site') },
  }),
});

const machine = (name: string, nicName: string): Deed => ({
  plan: { name, kind: 'machine', uses: [nicName] },
  body: vmBody({ networkProfile: { networkInterfaces: [{ id: pathOf(nicName, 'nic') }] } }),
});

/** Everything that may be written. Names that stand twice are one thing that is written in two ways. */
export const deeds: readonly Deed[] = [
  vnet('v1', '10.1.0.0/16'),
  vnet('v2', '10.2.0.0/16'),
  subnet('v1', 'GatewaySubnet', '10.1.0.0/27', [0, 0]),
  subnet('v2', 'GatewaySubnet', '10.2.0.0/27', [0, 0]),
  subnet('v1', 'a', '10.1.1.0/24', [1, 1]),
  subnet('v1', 'a', '10.1.4.0/24', [4, 4], { group: 'nsg' }),
  subnet('v1', 'b', '10.1.2.0/23', [2, 3], { group: 'nsg' }),
  subnet('v1', 'c', '10.1.3.0/24', [3, 3]),
  subnet('v1', 'd', '10.9.0.0/24', [900, 900], { wrong: 'NetcfgInvalidSubnet' }),
  address('p1'),
  address('p2'),
  address('p2', false),
  address('p3'),
  { plan: { name: 'nsg', kind: 'group', uses: [] }, body: { location, properties: { securityRules: [] } } },
  gateway('g1', 'v1', 'p1'),
  gateway('g2', 'v1', 'p2'),
  gateway('g3', 'v2', 'p2'),
  site('s1', '172.20.0.0/16'),
  site('s2', '172.21.0.0/16'),
  connection('c1', 'g1', 's1'),
  connection('c1', 'g1', 's1', 'of-another-body'),
  connection('c2', 'g1', 's2'),
  connection('c3', 'g3', 's1'),
  nic('n1', 'v1/subnets/a', 'p3', 'nsg'),
  nic('n2', 'v1/subnets/b', null, null),
  nic('n3', 'v1/subnets/a', 'p3', null),
  machine('m1', 'n1'),
  machine('m2', 'n1'),
  machine('m3', 'n2'),
];
