/** The ledger of what a hub and a site make: ids known before the deed, owners, and what has to go before what. */
import assert from 'node:assert/strict';
import { shortId } from '../../domain/names.ts';
import { allOfSite, hubResources, siteResources, type PlannedResource } from '../../domain/resources.ts';
import type { HubSpec } from '../../domain/spec.ts';
import { deviceFile, deviceSite, seedHub, seedSite } from '../support/site-files.ts';

const east = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/ResourceGroupEast';
const west = east.replace('East', 'West');

function allOfHub(hub: HubSpec): PlannedResource[] {
  const { group, network, gatewaySubnet, publicIps, gateway, probe } = hubResources(hub);
  return [group, network, gatewaySubnet, ...publicIps, gateway, ...(probe === null ? [] : Object.values(probe))];
}

/** Short id -> short ids of what it stands on. */
const ledger = (planned: readonly PlannedResource[]) =>
  Object.fromEntries(planned.map(({ id, dependsOn }) => [shortId(id), dependsOn.map(shortId)]));

const inEast = 'resourceGroups/ResourceGroupEast';
const inWest = 'resourceGroups/ResourceGroupWest';
const hubLedger = {
  [inEast]: [],
  'virtualNetworks/Vnet16': [inEast],
  'subnets/GatewaySubnet': ['virtualNetworks/Vnet16'],
  'publicIPAddresses/VpnGwPublicIp': [inEast],
  'virtualNetworkGateways/VnetGw': [inEast, 'subnets/GatewaySubnet', 'publicIPAddresses/VpnGwPublicIp'],
};
const siteLedger = {
  'connections/ConnectToSite01': ['localNetworkGateways/Site01'],
  'localNetworkGateways/Site01': [],
};

function machineLedger(group: string, network: string, subnet: string, name: string) {
  return {
    [`subnets/${subnet}`]: [`virtualNetworks/${network}`],
    [`networkSecurityGroups/${name}-nsg`]: [group],
    [`publicIPAddresses/${name}-ip`]: [group],
    [`networkInterfaces/${name}-nic`]: [
      group,
      `subnets/${subnet}`,
      `networkSecurityGroups/${name}-nsg`,
      `publicIPAddresses/${name}-ip`,
    ],
    [`disks/${name}-osdisk`]: [group],
    [`virtualMachines/${name}`]: [group, `networkInterfaces/${name}-nic`, `disks/${name}-osdisk`],
  };
}

describe('the resources of a hub', () => {
  it('are those of the seed, each with what it stands on', () => {
    const expected = { ...hubLedger, ...machineLedger(inEast, 'Vnet16', 'Subnet01', 'linux010') };
    assert.deepEqual(ledger(allOfHub(seedHub)), expected);
  });

  it('have no machine without a probe', () => {
    assert.equal(hubResources(deviceFile.hub).probe, null);
    assert.deepEqual(ledger(allOfHub(deviceFile.hub)), hubLedger);
  });

  it('have the gateway stand on each of its public addresses', () => {
    const publicIps = ['one', 'two'].map((name) => ({ name, zones: [] }));
    const { gateway, publicIps: made } = hubResources({ ...seedHub, gateway: { ...seedHub.gateway, publicIps } });
    assert.deepEqual(
      made.map((ip) => shortId(ip.id)),
      ['publicIPAddresses/one', 'publicIPAddresses/two'],
    );
    for (const { id } of made) assert.ok(gateway.dependsOn.includes(id), id);
  });

  it("are the hub's and no site's, and lie in its group", () => {
    for (const planned of allOfHub(seedHub)) {
      assert.deepEqual(planned.owner, { hub: 'japan', site: null });
      assert.equal(planned.kind, planned.id === east ? 'group' : 'resource');
      assert.ok(planned.id === east || planned.id.startsWith(`${east}/`), planned.id);
    }
  });
});

describe('the resources of a site', () => {
  it('are those of the seed, each with what it stands on', () => {
    const expected = {
      ...siteLedger,
      [inWest]: [],
      'virtualNetworks/Vnet20': [inWest],
      ...machineLedger(inWest, 'Vnet20', 'Subnet10', 'router210'),
    };
    assert.deepEqual(ledger(allOfSite(seedHub, seedSite)), expected);
  });

  it('are connection and local gateway alone with a device', () => {
    assert.equal(siteResources(seedHub, deviceSite).router, null);
    assert.deepEqual(ledger(allOfSite(seedHub, deviceSite)), {
      'connections/ConnectToOsaka': ['localNetworkGateways/Osaka'],
      'localNetworkGateways/Osaka': [],
    });
  });

  it("are the site's; connection and local gateway lie in the hub's group, the router in its own", () => {
    for (const planned of allOfSite(seedHub, seedSite)) {
      assert.deepEqual(planned.owner, { hub: 'japan', site: 'Site01' });
      assert.equal(planned.kind, planned.id === west ? 'group' : 'resource');
      const home = /\/(connections|localNetworkGateways)\//.test(planned.id) ? east : west;
      assert.ok(planned.id === home || planned.id.startsWith(`${home}/`), planned.id);
    }
  });
});

describe('the ledger of a hub and its site', () => {
  const all = [...allOfHub(seedHub), ...allOfSite(seedHub, seedSite)];
  const byId = new Map(all.map((planned) => [planned.id, planned]));

  it('names nothing twice, and nothing that it does not hold', () => {
    assert.equal(byId.size, all.length);
    for (const { id, dependsOn } of all) for (const other of dependsOn) assert.ok(byId.has(other), `${id}: ${other}`);
  });

  it('has no circle, so that everything can be undone in turn', () => {
    const left = new Set(byId.keys());
    while (left.size > 0) {
      const neededBy = new Set([...left].flatMap((id) => byId.get(id)?.dependsOn ?? []));
      const free = [...left].filter((id) => !neededBy.has(id));
      assert.ok(free.length > 0, `a circle among ${[...left].join(', ')}`);
      for (const id of free) left.delete(id);
    }
  });
});
