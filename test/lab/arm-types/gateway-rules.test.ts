import assert from 'node:assert/strict';
import { type JsonObject, at } from '../../../lab/arm/json.ts';
import { bodies, buildHub, connectionBody, gatewayBody, idOf, location, paths } from './samples.ts';
import { type Bench, refused, withBench, textOf } from './world.ts';

const withoutZones: JsonObject = { ...bodies.address, zones: [] };

/** Everything but the gateway. */
function prepare(one: Bench, address: JsonObject = bodies.address, subnet: JsonObject = bodies.gatewaySubnet): void {
  one.make(paths.vnet, bodies.vnet);
  one.make(paths.group, { location, properties: {} });
  one.make(paths.gatewaySubnet, subnet);
  one.make(paths.subnet, bodies.subnet);
  one.make(paths.address, address);
  one.make(paths.local, bodies.local);
}

const configuration = (more: JsonObject): JsonObject => ({
  ipConfigurations: [
    {
      name: 'default',
      properties: { subnet: { id: idOf(paths.gatewaySubnet) }, publicIPAddress: { id: idOf(paths.address) }, ...more },
    },
  ],
});

describe('the lab’s VPN gateways', () => {
  const refusals: readonly [what: string, code: string, body: JsonObject, address?: JsonObject, subnet?: JsonObject][] =
    [
      ['the SKU of the seed', 'NonAzSkusNotAllowedForVPNGateway', gatewayBody('VpnGw1')],
      ['a SKU that is none', 'InvalidRequestFormat', gatewayBody('VpnGw9AZ')],
      ['an address without zones', 'VmssVpnGatewayPublicIpsMustHaveZonesConfigured', gatewayBody(), withoutZones],
      [
        'another subnet',
        'InvalidSubnetName',
        gatewayBody('VpnGw1AZ', configuration({ subnet: { id: idOf(paths.subnet) } })),
      ],
      [
        'a GatewaySubnet that is too small',
        'GatewaySubnetTooSmall',
        gatewayBody(),
        bodies.address,
        { properties: { addressPrefix: '172.16.0.0/28' } },
      ],
      [
        'a GatewaySubnet with a security group',
        'GatewaySubnetWithNetworkSecurityGroup',
        gatewayBody(),
        bodies.address,
        { properties: { addressPrefix: '172.16.0.0/27', networkSecurityGroup: { id: idOf(paths.group) } } },
      ],
      ['no ipConfiguration', 'InvalidRequestFormat', gatewayBody('VpnGw1AZ', { ipConfigurations: [] })],
      [
        'a subnet that is not there',
        'InvalidResourceReference',
        gatewayBody(
          'VpnGw1AZ',
          configuration({ subnet: { id: idOf('Microsoft.Network/virtualNetworks/No/subnets/GatewaySubnet') } }),
        ),
      ],
      [
        'an address that is not there',
        'InvalidResourceReference',
        gatewayBody('VpnGw1AZ', configuration({ publicIPAddress: { id: idOf(`${paths.address}2`) } })),
      ],
      ['another region', 'InvalidResourceReference', { ...gatewayBody(), location: 'japanwest' }],
      [
        'active-active with one address',
        'ActiveActiveGatewayMustHaveExactlyTwoIpConfigurations',
        gatewayBody('VpnGw1AZ', { activeActive: true }),
      ],
      ['an ExpressRoute gateway', 'NotModelled', gatewayBody('VpnGw1AZ', { gatewayType: 'ExpressRoute' })],
    ];
  for (const [what, code, body, address, subnet] of refusals) {
    it(`refuse ${what}: ${code}`, () => {
      withBench((one) => {
        prepare(one, address, subnet);
        refused(code, () => one.begin(paths.gateway, body));
        assert.equal(one.world.store.get(idOf(paths.gateway)), undefined);
      });
    });
  }

  it('take the seed’s SKU and a Basic address in 2021', () => {
    withBench((one) => {
      prepare(one, { location, properties: {} });
      one.make(paths.gateway, gatewayBody('VpnGw1'));
      assert.equal(at(one.show(paths.gateway), 'properties.sku.name'), 'VpnGw1');
      assert.match(textOf(at(one.show(paths.address), 'properties.ipAddress')), /^20\./);
    }, '2021');
  });

  it('refuse a Basic address for a zone-redundant SKU', () => {
    withBench((one) => {
      prepare(one, { location, properties: {} });
      refused('VmssVpnGatewayPublicIpsMustHaveStandardSku', () => one.begin(paths.gateway, gatewayBody()));
    }, '2021');
  });

  it('take 20 to 45 minutes to make, while other subnets can be written', () => {
    withBench((one) => {
      prepare(one);
      const operation = one.begin(paths.gateway, gatewayBody());
      const minutes = ((operation?.endsAt ?? 0) - (operation?.startedAt ?? 0)) / 60_000;
      assert(minutes >= 20 && minutes <= 45, `${minutes} minutes`);
      assert.equal(operation?.hintSeconds, 10);
      one.make(`${paths.vnet}/subnets/Subnet02`, { properties: { addressPrefix: '172.16.2.0/24' } });
      assert.equal(at(one.show(paths.gateway), 'properties.provisioningState'), 'Updating');
      refused('AnotherOperationInProgress', () => one.begin(paths.gateway, gatewayBody()));
      refused('ReferencedResourceNotProvisioned', () => one.begin(paths.connection, connectionBody()));
      refused('AnotherOperationInProgress', () => one.remove(paths.gateway));
      one.pass(45 * 60);
      const shown = one.show(paths.gateway);
      assert.equal(at(shown, 'properties.provisioningState'), 'Succeeded');
      assert.equal(at(shown, 'properties.bgpSettings.bgpPeeringAddress'), '172.16.0.30');
    });
  });

  it('allow one of a kind in a network, and one address in one place', () => {
    withBench((one) => {
      prepare(one);
      one.make(paths.gateway, gatewayBody());
      one.make(`${paths.address}2`, bodies.address);
      const another = gatewayBody('VpnGw1AZ', configuration({ publicIPAddress: { id: idOf(`${paths.address}2`) } }));
      refused('OnlyOneVpnGatewayAllowedPerVirtualNetwork', () => one.begin(`${paths.gateway}2`, another));
      one.make('Microsoft.Network/virtualNetworks/Vnet17', {
        location,
        properties: {
          addressSpace: { addressPrefixes: ['172.17.0.0/16'] },
          subnets: [{ name: 'GatewaySubnet', properties: { addressPrefix: '172.17.0.0/27' } }],
        },
      });
      const there = idOf('Microsoft.Network/virtualNetworks/Vnet17/subnets/GatewaySubnet');
      const taken = gatewayBody('VpnGw1AZ', configuration({ subnet: { id: there } }));
      refused('PublicIPAddressInUse', () => one.begin(`${paths.gateway}2`, taken));
    });
  });

  it('keep what was retired while they have it', () => {
    withBench((one) => {
      prepare(one, withoutZones);
      const old = gatewayBody('VpnGw1');
      const resource = one.world.store.get(idOf(paths.gateway));
      assert.equal(resource, undefined);
      refused('NonAzSkusNotAllowedForVPNGateway', () => one.begin(paths.gateway, old));
    });
  });

  it('are deleted last but the subnet and address, which they hold for a while after', () => {
    withBench((one) => {
      prepare(one);
      one.make(paths.gateway, gatewayBody());
      one.make(paths.connection, connectionBody());
      assert.match(
        refused('VirtualNetworkGatewayCannotBeDeleted', () => one.remove(paths.gateway)).message,
        /ToSite01/,
      );
      refused('LocalNetworkGatewayCannotBeDeleted', () => one.remove(paths.local));
      one.remove(paths.connection);
      refused('InUseSubnetCannotBeDeleted', () => one.remove(paths.gatewaySubnet));
      refused('PublicIPAddressCannotBeDeleted', () => one.remove(paths.address));
      const deletion = one.remove(paths.gateway);
      assert.equal(deletion?.name, 'DeleteVirtualNetworkGatewayOperation');
      refused('InUseSubnetCannotBeDeleted', () => one.remove(paths.gatewaySubnet));
      refused('PublicIPAddressCannotBeDeleted', () => one.remove(paths.address));
      one.pass(600);
      for (const path of [paths.gatewaySubnet, paths.address, paths.local, paths.vnet]) one.remove(path);
      assert.deepEqual(one.world.store.list('Microsoft.Network/virtualNetworks'), []);
    });
  });

  it('are mended by a reset, which ends their SAs', () => {
    withBench((one) => {
      buildHub(one);
      const gateway = one.world.store.get(idOf(paths.gateway));
      assert(gateway !== undefined);
      gateway.state = 'Failed';
      const before = gateway.hidden['epoch'];
      const reply = one.act(paths.gateway, 'reset');
      assert.equal(reply.status, 202);
      assert.match(textOf(reply.headers?.['Location']), /operationResults/);
      assert.equal(gateway.state, 'Updating');
      refused('AnotherOperationInProgress', () => one.act(paths.gateway, 'reset'));
      one.pass(240);
      assert.equal(gateway.state, 'Succeeded');
      assert.equal(gateway.hidden['epoch'], Number(before) + 1);
      assert.equal(at(one.last().result ?? undefined, 'name'), 'Gw');
      one.act(paths.gateway, 'reset');
      one.world.operations.end(one.last(), { status: 500, code: 'X', message: 'x', details: [] });
      assert.equal(gateway.state, 'Failed');
    });
  });

  it('want addresses in the same zones when active-active', () => {
    withBench((one) => {
      prepare(one);
      const second = 'Microsoft.Network/publicIPAddresses/Other';
      one.make(second, { ...bodies.address, zones: ['1'] });
      const two = [paths.address, second].map((address) => ({
        name: address.slice(-5),
        properties: { subnet: { id: idOf(paths.gatewaySubnet) }, publicIPAddress: { id: idOf(address) } },
      }));
      refused('ActiveActiveGatewayPublicIPAddressesDiffersInSkuOrZones', () =>
        one.begin(paths.gateway, gatewayBody('VpnGw1AZ', { activeActive: true, ipConfigurations: two })),
      );
    });
  });

  it('show two instances when active-active, with the addresses asked for', () => {
    withBench((one) => {
      prepare(one);
      one.make(`${paths.address}2`, bodies.address);
      const parts = ['GwIp', 'GwIp2'].map((name) => ({
        name: `c-${name}`,
        properties: {
          subnet: { id: idOf(paths.gatewaySubnet) },
          publicIPAddress: { id: idOf(`Microsoft.Network/publicIPAddresses/${name}`) },
        },
      }));
      one.make(
        paths.gateway,
        gatewayBody('VpnGw1AZ', {
          ipConfigurations: parts,
          activeActive: true,
          enableBgp: true,
          bgpSettings: { asn: 65_010, bgpPeeringAddresses: [{ customBgpIpAddresses: ['169.254.21.2'] }] },
        }),
      );
      const settings = at(one.show(paths.gateway), 'properties.bgpSettings') as JsonObject;
      assert.equal(settings['asn'], 65_010);
      assert.equal(settings['bgpPeeringAddress'], '172.16.0.30,172.16.0.29');
      assert.deepEqual(at(settings, 'bgpPeeringAddresses.0.customBgpIpAddresses'), ['169.254.21.2']);
    });
  });
});
