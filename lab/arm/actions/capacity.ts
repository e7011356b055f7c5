/** What a region has and takes: sizes and SKUs of VMs, usages and limits, and the regions themselves. */
import type { ResourceTypeName } from '../ids.ts';
import { type JsonObject, compact, textAt } from '../json.ts';
import { displayNameOf, hasZones, normalLocation, regions } from '../catalogue/regions.ts';
import type { Resource } from '../store/store.ts';
import type { Reply, Request, World } from '../world.ts';
import type { SubscriptionRoute } from './subscription-route.ts';

/** Cores, memory in GB and most NICs of the sizes that the lab names; a VM may have any other. */
const sizes: readonly (readonly [name: string, cores: number, memory: number, nics: number])[] = [
  ['Standard_B1s', 1, 1, 2],
  ['Standard_B2s', 2, 4, 3],
  ['Standard_D2_v5', 2, 8, 2],
  ['Standard_D2s_v5', 2, 8, 2],
  ['Standard_D4_v5', 4, 16, 2],
  ['Standard_DS2_v2', 2, 7, 2],
];

function listSkus(_world: World, request: Request): Reply {
  const wanted = /location eq '([^']+)'/i.exec(request.query.get('$filter') ?? '')?.[1]?.toLowerCase();
  const locations = wanted === undefined ? regions : regions.filter((region) => region === wanted);
  const value = locations.flatMap((location) =>
    sizes.map(([name, cores, memory, nics]) => ({
      resourceType: 'virtualMachines',
      name,
      tier: 'Standard',
      size: name.slice('Standard_'.length),
      locations: [location],
      locationInfo: [{ location, zones: hasZones(location) ? ['1', '2', '3'] : [] }],
      capabilities: [
        { name: 'vCPUs', value: String(cores) },
        { name: 'MemoryGB', value: String(memory) },
        { name: 'LowPriorityCapable', value: 'True' },
        { name: 'MaxNetworkInterfaces', value: String(nics) },
      ],
      restrictions: [],
    })),
  );
  return { status: 200, body: { value } };
}

export function listSizes(): Reply {
  const value = sizes.map(([name, numberOfCores, memory, nics]) => ({
    name,
    numberOfCores,
    memoryInMB: memory * 1024,
    osDiskSizeInMB: 1_047_552,
    resourceDiskSizeInMB: 0,
    maxDataDiskCount: nics * 2,
  }));
  return { status: 200, body: { value } };
}

function listLocations(world: World): Reply {
  const value = regions.map((name) => {
    const [displayName, zones] = [displayNameOf(name), hasZones(name)];
    return compact({
      id: `/subscriptions/${world.subscriptionId}/locations/${name}`,
      name,
      type: 'Region',
      displayName,
      regionalDisplayName: displayName,
      metadata: { regionType: 'Physical', regionCategory: zones ? 'Recommended' : 'Other' },
      availabilityZoneMappings: zones
        ? ['1', '2', '3'].map((zone) => ({ logicalZone: zone, physicalZone: `${name}-az${zone}` }))
        : undefined,
    });
  });
  return { status: 200, body: { value } };
}

/** A limit and how much of it is used. */
const usage = (name: string, localizedValue: string, currentValue: number, limit: number): JsonObject => ({
  unit: 'Count',
  currentValue,
  limit,
  name: { value: name, localizedValue },
});

const locationIn = (request: Request): string => normalLocation(request.path.split('/').at(-2) ?? '');

/** Azure's default limits of a subscription, per region; az lists them as `az network list-usages`. */
const networkLimits: readonly (readonly [ResourceTypeName, name: string, shown: string, limit: number])[] = [
  ['Microsoft.Network/virtualNetworks', 'VirtualNetworks', 'Virtual Networks', 1000],
  ['Microsoft.Network/networkInterfaces', 'NetworkInterfaces', 'Network Interfaces', 65_536],
  ['Microsoft.Network/networkSecurityGroups', 'NetworkSecurityGroups', 'Network Security Groups', 5000],
  ['Microsoft.Network/publicIPAddresses', 'PublicIPAddresses', 'Public IP Addresses', 1000],
  ['Microsoft.Network/virtualNetworkGateways', 'VirtualNetworkGateways', 'Virtual Network Gateways', 1000],
  ['Microsoft.Network/localNetworkGateways', 'LocalNetworkGateways', 'Local Network Gateways', 1000],
  ['Microsoft.Network/connections', 'Connections', 'Connections', 1000],
];

const standing = (world: World, type: ResourceTypeName, location: string): Resource[] =>
  world.store.list(type).filter((one) => textAt(one.body, 'location') === location);

function networkUsages(world: World, request: Request): Reply {
  const location = locationIn(request);
  const base = `/subscriptions/${world.subscriptionId}/providers/Microsoft.Network/locations/${location}/usages`;
  const value = networkLimits.map(([type, name, shown, limit]) => ({
    id: `${base}/${name}`,
    ...usage(name, shown, standing(world, type, location).length, limit),
  }));
  return { status: 200, body: { value } };
}

function computeUsages(world: World, request: Request): Reply {
  const machines = standing(world, 'Microsoft.Compute/virtualMachines', locationIn(request));
  const coresOf = (vm: Resource): number =>
    sizes.find(([name]) => name === textAt(vm.body, 'properties.hardwareProfile.vmSize'))?.[1] ?? 2;
  const cores = machines.reduce((sum, vm) => sum + coresOf(vm), 0);
  const spot = machines.filter((vm) => textAt(vm.body, 'properties.priority') === 'Spot');
  const value = [
    usage('availabilitySets', 'Availability Sets', 0, 2500),
    usage('cores', 'Total Regional vCPUs', cores, 100),
    usage('virtualMachines', 'Virtual Machines', machines.length, 25_000),
    usage(
      'lowPriorityCores',
      'Total Regional Spot vCPUs',
      spot.reduce((sum, vm) => sum + coresOf(vm), 0),
      100,
    ),
  ];
  return { status: 200, body: { value } };
}

export const capacityRoutes: readonly SubscriptionRoute[] = [
  { method: 'GET', pattern: /^\/subscriptions\/[^/]+\/providers\/microsoft\.compute\/skus$/, handle: listSkus },
  {
    method: 'GET',
    pattern: /^\/subscriptions\/[^/]+\/providers\/microsoft\.compute\/locations\/[^/]+\/vmsizes$/,
    handle: listSizes,
  },
  { method: 'GET', pattern: /^\/subscriptions\/[^/]+\/locations$/, handle: listLocations },
  {
    method: 'GET',
    pattern: /^\/subscriptions\/[^/]+\/providers\/microsoft\.network\/locations\/[^/]+\/usages$/,
    handle: networkUsages,
  },
  {
    method: 'GET',
    pattern: /^\/subscriptions\/[^/]+\/providers\/microsoft\.compute\/locations\/[^/]+\/usages$/,
    handle: computeUsages,
  },
];
