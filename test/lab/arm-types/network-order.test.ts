import assert from 'node:assert/strict';
import type { AzureRules } from '../../../lab/arm/contract.ts';
import { parseId } from '../../../lab/arm/ids.ts';
import type { JsonObject } from '../../../lab/arm/json.ts';
import { address, build, nic2 } from './network-samples.ts';
import { at } from '../../../lab/arm/json.ts';
import { putResource } from '../../../lab/arm/resources/resources.ts';
import { bodies, idOf, location, nicBody, paths } from './samples.ts';
import { refused, withBench, textOf } from './world.ts';

describe('the lab’s networks, in order and in time', () => {
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
      assert.match(textOf(given), /^20\.\d+\.\d+\.\d+$/);
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
      assert.deepEqual(new Set(subnets.map((subnet) => subnet['name'])), new Set(['New', 'Subnet01']));
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

  it('have private subnets by default once both are made with an api-version of 2025-07-01 or later', () => {
    const shown = (rules: AzureRules, vnetVersion: string, subnetVersion: string): unknown => {
      let access: unknown;
      withBench((one) => {
        const write = (path: string, body: JsonObject, version: string): void => {
          const id = parseId(idOf(path));
          assert(id !== null);
          const { operation } = putResource(one.world, id, body, version);
          if (operation !== null) one.world.operations.end(operation);
        };
        write(paths.vnet, bodies.vnet, vnetVersion);
        write(paths.subnet, bodies.subnet, subnetVersion);
        // What is set at the creation stays, whatever the next api-version.
        write(paths.subnet, bodies.subnet, '2024-07-01');
        access = at(one.show(paths.subnet), 'properties.defaultOutboundAccess');
      }, rules);
      return access;
    };
    assert.equal(shown('2026', '2025-07-01', '2025-09-01'), false);
    assert.equal(shown('2026', '2025-07-01', '2024-07-01'), undefined);
    assert.equal(shown('2026', '2025-05-01', '2025-07-01'), undefined);
    assert.equal(shown('2021', '2025-07-01', '2025-07-01'), undefined);
  });
});
