/** What people and the vendor's clients look up before they build, and at what stands: regions, market, limits, addresses, rules. */
import assert from 'node:assert/strict';
import { type ArmFixture, withArm } from '../../support/arm.ts';
import {
  compute,
  errorCode,
  makeConnection,
  makeNetwork,
  makeNic,
  network,
  put,
  subscription,
  vmBody,
} from './support.ts';

async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of pages) found.push(one);
  return found;
}

const valueOf = async (lab: ArmFixture, path: string): Promise<Record<string, unknown>[]> =>
  ((await lab.call('GET', path)).body as { value: Record<string, unknown>[] }).value;

describe('around what stands in the lab’s Azure', () => {
  it('the market lists its publishers, offers, skus and versions', async () => {
    await withArm(async ({ compute: { virtualMachineImages: market }, call }) => {
      const at = 'japaneast';
      const names = (list: readonly { name: string }[]): string[] => list.map(({ name }) => name);
      assert.deepEqual(names(await market.listPublishers(at)), ['Canonical', 'cisco', 'Debian']);
      assert.deepEqual(names(await market.listOffers(at, 'CISCO')), ['cisco-c8000v-byol', 'cisco-csr-1000v']);
      assert.ok(names(await market.listSkus(at, 'cisco', 'cisco-csr-1000v')).includes('17_3_3-byol'));
      assert.equal((await market.list(at, 'cisco', 'cisco-csr-1000v', '17_3_3-byol')).length, 1);
      // Taken from the market with the rules of 2021.
      assert.equal(names(await market.listOffers(at, 'Canonical')).includes('UbuntuServer'), false);
      const missing = `${subscription}/providers/Microsoft.Compute/locations/${at}/publishers/nobody/artifacttypes/vmimage/offers`;
      assert.equal(errorCode(await call('GET', missing)), 'NotFound');
    });
  });

  it('terms that were accepted can be withdrawn from', async () => {
    await withArm(async ({ call }) => {
      const path = `${subscription}/providers/Microsoft.MarketplaceOrdering/offerTypes/virtualmachine/publishers/cisco/offers/cisco-csr-1000v/plans/17_3_3-byol/agreements/current`;
      const terms = (await call('GET', path)).body as { properties: object };
      for (const accepted of [true, false]) {
        const answer = await call('PUT', path, { ...terms, properties: { ...terms.properties, accepted } });
        assert.equal((answer.body as { properties: { accepted: boolean } }).properties.accepted, accepted);
      }
    });
  });

  it('regions have names for people, and providers use them', async () => {
    await withArm(async (lab) => {
      const regions = await valueOf(lab, `${subscription}/locations`);
      const japan = regions.find(({ name }) => name === 'japaneast');
      assert.deepEqual([japan?.['displayName'], japan?.['type']], ['Japan East', 'Region']);
      const { resourceTypes } = await lab.resources.providers.get('Microsoft.Network');
      assert.ok(resourceTypes?.[0]?.locations?.includes('Japan East'));
    });
  });

  it('limits and what is used of them are told per region', async () => {
    await withArm(async (lab) => {
      await makeNetwork(lab, 'east');
      await put(lab, `${compute('east')}/virtualMachines/box`, vmBody(await makeNic(lab, 'east', 'nic')));
      const used = async (list: AsyncIterable<{ name: { value?: string }; currentValue: number }>, what: string) =>
        (await all(list)).find(({ name }) => name.value === what)?.currentValue;
      assert.equal(await used(lab.network.usages.list('japaneast'), 'VirtualNetworks'), 1);
      assert.equal(await used(lab.network.usages.list('japanwest'), 'VirtualNetworks'), 0);
      assert.equal(await used(lab.compute.usage.list('japaneast'), 'cores'), 1);
      const [gateways, hosts] = await all(lab.network.virtualNetworks.listUsage('east', 'vnet'));
      assert.deepEqual([gateways?.limit, gateways?.currentValue], [27, 0]);
      assert.deepEqual([hosts?.limit, hosts?.currentValue], [251, 1]);
    });
  });

  it('a network says whether an address is free, and which are', async () => {
    await withArm(async (lab) => {
      await makeNetwork(lab, 'east');
      await makeNic(lab, 'east', 'nic');
      const ask = async (address: string) =>
        lab.network.virtualNetworks.checkIPAddressAvailability('east', 'vnet', address);
      assert.equal((await ask('10.1.1.9')).available, true);
      const taken = await ask('10.1.1.4');
      assert.equal(taken.available, false);
      assert.deepEqual(taken.availableIPAddresses, ['10.1.1.5', '10.1.1.6', '10.1.1.7', '10.1.1.8', '10.1.1.9']);
      assert.equal((await ask('10.1.1.1')).available, false);
      await assert.rejects(ask('10.1.9.9'), { code: 'PrivateIPAddressNotInAnySubnet' });
      await assert.rejects(ask('none'), { code: 'InvalidIPAddress' });
    });
  });

  it('a NIC says which security rules are effective, with what VirtualNetwork stands for', async () => {
    await withArm(async (lab) => {
      await makeNetwork(lab, 'east');
      await makeConnection(lab, 'east');
      const group = `${network('east')}/networkSecurityGroups/nsg`;
      const ssh = { protocol: 'Tcp', access: 'Allow', direction: 'Inbound', priority: 100 };
      const ports = { sourcePortRange: '*', destinationPortRanges: ['22', '500-501'] };
      const rule = { ...ssh, ...ports, sourceAddressPrefix: '*', destinationAddressPrefix: 'VirtualNetwork' };
      await put(lab, group, {
        location: 'japaneast',
        properties: { securityRules: [{ name: 'ssh', properties: rule }] },
      });
      const nic = await makeNic(lab, 'east', 'nic', { group });
      const ask = async () =>
        lab.network.networkInterfaces.beginListEffectiveNetworkSecurityGroupsAndWait('east', 'nic');
      await assert.rejects(ask(), { code: 'NicMustBeAttachedToRunningVmToGetEffectiveSecurityGroups' });
      await put(lab, `${compute('east')}/virtualMachines/box`, vmBody(nic));
      const [found, ...more] = (await ask()).value ?? [];
      assert.deepEqual([found?.networkSecurityGroup?.id, found?.association?.networkInterface?.id], [group, nic]);
      assert.deepEqual(more, []);
      const [first, ...defaults] = found?.effectiveSecurityRules ?? [];
      assert.equal(defaults.length, 6);
      assert.equal(first?.name, 'securityRules/ssh');
      assert.deepEqual(first?.destinationPortRanges, ['22-22', '500-501']);
      assert.deepEqual(first?.sourceAddressPrefixes, ['0.0.0.0/0']);
      assert.ok(first?.expandedDestinationAddressPrefix?.includes('10.1.0.0/16'));
      await lab.compute.virtualMachines.deallocate('east', 'box');
      await assert.rejects(ask(), { code: 'NicMustBeAttachedToRunningVmToGetEffectiveSecurityGroups' });
    });
  });

  it('a VM is told its sizes and deployed elsewhere; Run Commands are listed', async () => {
    await withArm(async (lab) => {
      await makeNetwork(lab, 'east');
      await put(lab, `${compute('east')}/virtualMachines/box`, vmBody(await makeNic(lab, 'east', 'nic')));
      const sizes = await all(lab.compute.virtualMachines.listAvailableSizes('east', 'box'));
      assert.ok(sizes.some(({ name }) => name === 'Standard_D2_v5'));
      await lab.compute.virtualMachines.redeploy('east', 'box');
      const commands = `${subscription}/providers/Microsoft.Compute/locations/japaneast/runCommands`;
      assert.equal((await valueOf(lab, commands))[0]?.['id'], 'RunShellScript');
      assert.equal((await lab.call('GET', `${commands}/runshellscript`)).status, 200);
      assert.equal(errorCode(await lab.call('GET', `${commands}/nothing`)), 'NotFound');
    });
  });

  it('the names and values of tags are counted', async () => {
    await withArm(async (lab) => {
      for (const name of ['a', 'b']) {
        await put(lab, `${subscription}/resourceGroups/${name}`, { location: 'japaneast', tags: { owner: 'me' } });
      }
      const [owner] = await valueOf(lab, `${subscription}/tagNames`);
      assert.deepEqual([owner?.['tagName'], owner?.['count']], ['owner', { type: 'Total', value: 2 }]);
    });
  });
});
