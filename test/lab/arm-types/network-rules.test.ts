import assert from 'node:assert/strict';
import type { JsonObject } from '../../../lab/arm/json.ts';
import { address, build, group, nic2, rule } from './network-samples.ts';
import { bodies, idOf, location, nicBody, paths } from './samples.ts';
import { refused, withBench } from './world.ts';

const addressSpace = (...prefixes: string[]): JsonObject => ({
  location,
  properties: { addressSpace: { addressPrefixes: prefixes } },
});

const other = 'Microsoft.Network/virtualNetworks/Vnet17';
const fixed = (privateIPAddress: string): JsonObject =>
  nicBody({ privateIPAllocationMethod: 'Static', privateIPAddress });

describe('the lab’s networks', () => {
  const refusals: readonly [what: string, code: string, path: string, body: JsonObject][] = [
    ['a network without an address space', 'InvalidRequestFormat', other, { location, properties: {} }],
    ['an address space with host bits', 'InvalidCIDRNotation', other, addressSpace('10.0.0.1/16')],
    ['a malformed address space', 'InvalidAddressPrefixFormat', other, addressSpace('ten/16')],
    ['overlapping address spaces', 'OverlappingAddressPrefixes', other, addressSpace('10.0.0.0/8', '10.1.0.0/16')],
    ['an address space that leaves a subnet out', 'InUsePrefixCannotBeDeleted', paths.vnet, addressSpace('10.0.0.0/8')],
    ['a region that is none', 'LocationNotAvailableForResourceType', other, { ...bodies.vnet, location: 'mars' }],
    [
      'another region for what exists',
      'InvalidResourceLocation',
      paths.vnet,
      { ...bodies.vnet, location: 'japanwest' },
    ],
    ['a subnet without a prefix', 'NoAddressPrefixOrPoolProvided', `${paths.vnet}/subnets/S2`, { properties: {} }],
    [
      'a subnet outside its network',
      'NetcfgInvalidSubnet',
      `${paths.vnet}/subnets/S2`,
      { properties: { addressPrefix: '10.0.0.0/24' } },
    ],
    [
      'a subnet that is too small for Azure',
      'NetcfgInvalidSubnet',
      `${paths.vnet}/subnets/S2`,
      { properties: { addressPrefix: '172.16.2.0/30' } },
    ],
    [
      'a subnet over another one',
      'NetcfgSubnetRangesOverlap',
      `${paths.vnet}/subnets/S2`,
      { properties: { addressPrefix: '172.16.1.128/25' } },
    ],
    [
      'another prefix for a subnet in use',
      'InUseSubnetCannotBeUpdated',
      paths.subnet,
      { properties: { addressPrefix: '172.16.2.0/24' } },
    ],
    ['a subnet of no network', 'ParentResourceNotFound', `${other}/subnets/S2`, bodies.subnet],
    [
      'a subnet with a group that is not there',
      'InvalidResourceReference',
      `${paths.vnet}/subnets/S2`,
      { properties: { addressPrefix: '172.16.2.0/24', networkSecurityGroup: { id: idOf(`${paths.group}2`) } } },
    ],
    [
      'a network whose subnet has a group that is not there',
      'InvalidResourceReference',
      other,
      {
        location,
        properties: {
          addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
          subnets: [
            {
              name: 'S',
              properties: { addressPrefix: '10.0.0.0/24', networkSecurityGroup: { id: idOf(`${paths.group}2`) } },
            },
          ],
        },
      },
    ],
    ['a Basic address', 'IPv4BasicSkuPublicIpCountLimitReached', `${paths.address}2`, { location, properties: {} }],
    ['an address of no known SKU', 'InvalidRequestFormat', `${paths.address}2`, address({ sku: { name: 'Gold' } })],
    [
      'a Standard address that is not static',
      'StandardSkuPublicIPAddressesMustBeStatic',
      `${paths.address}2`,
      address({ properties: {} }),
    ],
    [
      'other zones for an address',
      'ResourceAvailabilityZonesCannotBeModified',
      paths.address,
      address({ zones: ['1'] }),
    ],
    [
      'an IPv6 address',
      'NotModelled',
      `${paths.address}2`,
      address({ properties: { publicIPAllocationMethod: 'Static', publicIPAddressVersion: 'IPv6' } }),
    ],
    [
      'a NIC without a subnet',
      'SubnetIsRequired',
      nic2,
      { location, properties: { ipConfigurations: [{ name: 'c' }] } },
    ],
    [
      'a NIC without ipConfigurations',
      'NetworkInterfaceMustHaveIpConfigurationOrAttachedElasticNetworkInterface',
      nic2,
      { location, properties: {} },
    ],
    ['a NIC with an empty reference', 'InvalidRequestFormat', nic2, nicBody({ subnet: {} })],
    [
      'a NIC whose subnet is an address',
      'InvalidRequestFormat',
      nic2,
      nicBody({ subnet: { id: idOf(paths.address) } }),
    ],
    ['a NIC with a method that is none', 'InvalidRequestFormat', nic2, nicBody({ privateIPAllocationMethod: 'Magic' })],
    ['a member that no resource has', 'InvalidRequestContent', nic2, { ...nicBody(), hardware_profile: {} }],
    ['a NIC in another region', 'InvalidResourceReference', nic2, { ...nicBody(), location: 'japanwest' }],
    [
      'a NIC in GatewaySubnet',
      'ResourceNotAllowedInGatewaySubnet',
      nic2,
      nicBody({ subnet: { id: idOf(paths.gatewaySubnet) } }),
    ],
    [
      'a NIC in a subnet that is not there',
      'InvalidResourceReference',
      nic2,
      nicBody({ subnet: { id: idOf(`${paths.subnet}2`) } }),
    ],
    ['a NIC with a malformed reference', 'LinkedInvalidPropertyId', nic2, nicBody({ subnet: { id: 'Subnet01' } })],
    [
      'a static NIC without an address',
      'PrivateIPAddressRequired',
      nic2,
      nicBody({ privateIPAllocationMethod: 'Static' }),
    ],
    ['a malformed private address', 'InvalidIPAddress', nic2, fixed('172.16.1')],
    ['a private address outside the subnet', 'PrivateIPAddressNotInSubnet', nic2, fixed('172.16.9.10')],
    ['a private address that Azure keeps', 'PrivateIPAddressInReservedRange', nic2, fixed('172.16.1.3')],
    ['a private address that is taken', 'PrivateIPAddressIsAllocated', nic2, fixed('172.16.1.10')],
    [
      'a public address that is taken',
      'PublicIPAddressInUse',
      nic2,
      nicBody({ publicIPAddress: { id: idOf(paths.address) } }),
    ],
    [
      'a rule with a priority out of range',
      'SecurityRuleInvalidPriority',
      paths.group,
      group(rule('a', { priority: 99 })),
    ],
    [
      'a rule without a source',
      'SecurityRuleParameterNotSpecified',
      paths.group,
      group(rule('a', { sourceAddressPrefix: '' })),
    ],
    [
      'a rule with a malformed source',
      'SecurityRuleInvalidAddressPrefix',
      paths.group,
      group(rule('a', { sourceAddressPrefix: '10.0.0.1/24' })),
    ],
    [
      'a rule with ports that are none',
      'SecurityRuleInvalidPortRange',
      paths.group,
      group(rule('a', { destinationPortRange: '70000' })),
    ],
    [
      'a rule with a port that is no text',
      'InvalidRequestFormat',
      paths.group,
      group(rule('a', { destinationPortRanges: [{}] })),
    ],
    ['a rule of no known protocol', 'SecurityRuleInvalidProtocol', paths.group, group(rule('a', { protocol: 'Sctp' }))],
    ['two rules of one priority', 'SecurityRuleConflict', paths.group, group(rule('a'), rule('b'))],
    ['a name with a blank', 'InvalidResourceName', 'Microsoft.Network/publicIPAddresses/a b', bodies.address],
    ['a tag that is no text', 'InvalidTagNameOrValue', `${paths.address}2`, address({ tags: { a: 1 } })],
  ];
  for (const [what, code, path, body] of refusals) {
    it(`refuse ${what}: ${code}`, () => {
      withBench((one) => {
        build(one);
        if (code === 'InvalidTagNameOrValue') assert.throws(() => one.begin(path, body));
        else refused(code, () => one.begin(path, body));
      });
    });
  }
});
