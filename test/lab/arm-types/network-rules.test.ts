import assert from 'node:assert/strict';
import type { JsonObject } from '../../../lab/arm/json.ts';
import { at } from '../../../lab/arm/json.ts';
import { type Bench, bodies, idOf, location, nicBody, paths, refused, withBench } from './world.ts';

const addressSpace = (...prefixes: string[]): JsonObject => ({
  location,
  properties: { addressSpace: { addressPrefixes: prefixes } },
});

const rule = (name: string, more: JsonObject = {}): JsonObject => ({
  name,
  properties: {
    protocol: 'Tcp',
    access: 'Allow',
    direction: 'Inbound',
    priority: 100,
    sourceAddressPrefix: '198.51.100.10/32',
    sourcePortRange: '*',
    destinationAddressPrefix: '*',
    destinationPortRange: '22',
    ...more,
  },
});

const group = (...rules: JsonObject[]): JsonObject => ({ location, properties: { securityRules: rules } });

const address = (more: JsonObject): JsonObject => ({ ...bodies.address, ...more });

/** A network with one subnet, a NIC in it that has an address of its own, and a group. */
function build(one: Bench): void {
  one.make(paths.vnet, bodies.vnet);
  one.make(paths.gatewaySubnet, bodies.gatewaySubnet);
  one.make(paths.subnet, bodies.subnet);
  one.make(paths.group, group(rule('ssh')));
  one.make(paths.address, bodies.address);
  one.make(
    paths.nic,
    nicBody({
      privateIPAllocationMethod: 'Static',
      privateIPAddress: '172.16.1.10',
      publicIPAddress: { id: idOf(paths.address) },
    }),
  );
}

const other = 'Microsoft.Network/virtualNetworks/Vnet17';
const nic2 = 'Microsoft.Network/networkInterfaces/Nic2';
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
    ['an address of no known SKU', 'InvalidSkuName', `${paths.address}2`, address({ sku: { name: 'Gold' } })],
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
      'InvalidRequestFormat',
      nic2,
      { location, properties: { ipConfigurations: [{ name: 'c' }] } },
    ],
    ['a NIC without ipConfigurations', 'InvalidRequestFormat', nic2, { location, properties: {} }],
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
      'SecurityRuleInvalidPortRange',
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

  const orders: readonly [what: string, code: string, path: string][] = [
    ['a subnet with a NIC in it', 'InUseSubnetCannotBeDeleted', paths.subnet],
    ['a network with such a subnet', 'InUseSubnetCannotBeDeleted', paths.vnet],
    ['an address that a NIC has', 'PublicIPAddressCannotBeDeleted', paths.address],
  ];
  for (const [what, code, path] of orders) {
    it(`refuse to delete ${what}: ${code}`, () => {
      withBench((one) => {
        build(one);
        assert.equal(refused(code, () => one.remove(path)).status, 400);
        one.remove(paths.nic);
        one.remove(path);
        assert.equal(one.world.store.get(idOf(path)), undefined);
        assert.equal(one.remove(path), null);
      });
    });
  }

  it('refuse to delete a group that a NIC or a subnet uses', () => {
    withBench((one) => {
      build(one);
      one.make(paths.nic, {
        location,
        properties: { ...(nicBody()['properties'] as JsonObject), networkSecurityGroup: { id: idOf(paths.group) } },
      });
      refused('InUseNetworkSecurityGroupCannotBeDeleted', () => one.remove(paths.group));
      const shown = one.show(paths.group);
      assert.deepEqual(at(shown, 'properties.networkInterfaces'), [{ id: idOf(paths.nic) }]);
      one.make(paths.nic, nicBody());
      one.make(paths.subnet, {
        properties: { addressPrefix: '172.16.1.0/24', networkSecurityGroup: { id: idOf(paths.group) } },
      });
      refused('InUseNetworkSecurityGroupCannotBeDeleted', () => one.remove(paths.group));
      assert.equal(at(one.show(paths.group), 'properties.subnets.0.id'), idOf(paths.subnet));
    });
  });

  it('take one write at a time per network', () => {
    withBench((one) => {
      one.make(paths.vnet, bodies.vnet);
      const first = one.begin(paths.subnet, bodies.subnet);
      const busy = refused('AnotherOperationInProgress', () => one.begin(paths.gatewaySubnet, bodies.gatewaySubnet));
      assert.equal(busy.status, 409);
      assert.match(busy.message, new RegExp(`/operations/${first?.id}`));
      one.pass(10);
      one.begin(paths.gatewaySubnet, bodies.gatewaySubnet);
    });
  });

  it('refuse what refers to something that is not ready', () => {
    withBench((one) => {
      one.make(paths.vnet, bodies.vnet);
      one.begin(paths.subnet, bodies.subnet);
      const refusal = refused('ReferencedResourceNotProvisioned', () => one.begin(paths.nic, nicBody()));
      assert.match(refusal.message, /is in Updating state and the last operation .* is PutSubnetOperation/);
    });
  });

  it('give addresses, and keep them', () => {
    withBench((one) => {
      build(one);
      const first = one.make(nic2, nicBody());
      assert.equal(at(first.body, 'properties.ipConfigurations.0.properties.privateIPAddress'), '172.16.1.4');
      const again = one.make(nic2, nicBody());
      assert.equal(at(again.body, 'properties.ipConfigurations.0.properties.privateIPAddress'), '172.16.1.4');
      const given = at(one.show(paths.address), 'properties.ipAddress');
      assert.match(String(given), /^20\.\d+\.\d+\.\d+$/);
      one.make(paths.address, { ...bodies.address, tags: { a: 'b' } });
      assert.equal(at(one.show(paths.address), 'properties.ipAddress'), given);
      assert.equal(
        at(one.show(paths.address), 'properties.ipConfiguration.id'),
        `${idOf(paths.nic)}/ipConfigurations/c`,
      );
      const named = address({
        properties: { publicIPAllocationMethod: 'Static', dnsSettings: { domainNameLabel: 'site' } },
      });
      one.make(`${paths.address}2`, named);
      assert.equal(
        at(one.show(`${paths.address}2`), 'properties.dnsSettings.fqdn'),
        'site.japaneast.cloudapp.azure.com',
      );
    });
  });

  it('take the subnets of a network’s PUT as the whole truth, and keep them without', () => {
    withBench((one) => {
      build(one);
      const put = (...names: [string, string][]): JsonObject => ({
        location,
        properties: {
          addressSpace: { addressPrefixes: ['172.16.0.0/16'] },
          subnets: names.map(([name, addressPrefix]) => ({ name, properties: { addressPrefix } })),
        },
      });
      one.make(paths.vnet, { ...bodies.vnet, tags: { a: 'b' } });
      assert.equal(one.world.store.children(idOf(paths.vnet)).length, 2);
      refused('InUseSubnetCannotBeDeleted', () => one.begin(paths.vnet, put(['New', '172.16.2.0/24'])));
      refused('NetcfgSubnetRangesOverlap', () =>
        one.begin(paths.vnet, put(['Subnet01', '172.16.1.0/24'], ['New', '172.16.1.128/25'])),
      );
      one.make(paths.vnet, put(['Subnet01', '172.16.1.0/24'], ['New', '172.16.2.0/24']));
      const subnets = at(one.show(paths.vnet), 'properties.subnets') as JsonObject[];
      assert.deepEqual(subnets.map((subnet) => subnet['name']).toSorted(), ['New', 'Subnet01']);
      assert.equal(at(subnets, '0.properties.provisioningState'), 'Succeeded');
    });
  });

  it('could still be made with Basic addresses in 2021', () => {
    withBench((one) => {
      one.make(paths.address, { location, properties: {} });
      const shown = one.show(paths.address);
      assert.equal(at(shown, 'sku.name'), 'Basic');
      assert.equal(at(shown, 'properties.ipAddress'), undefined);
    }, '2021');
  });
});
