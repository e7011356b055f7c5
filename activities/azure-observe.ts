/**
 * Reads in Azure everything that the site file asks for, and compares it with what is found, by the same aims with
 * which it was made. Nothing is changed; what is absent is an observation that does not hold.
 */
import { connectionAim } from '../adapters/azure/connection.ts';
import { gatewayAim } from '../adapters/azure/gateway.ts';
import { textAt } from '../adapters/azure/json.ts';
import { localGatewayAim } from '../adapters/azure/local-gateway.ts';
import { networkAim, subnetAim } from '../adapters/azure/network.ts';
import { addressOf, publicIpAim } from '../adapters/azure/public-ip.ts';
import { resourceGroupAim } from '../adapters/azure/resource-group.ts';
import { hubResources, siteResources, type PlannedResource } from '../domain/resources.ts';
import { routerSecurityRules } from '../domain/security-rules.ts';
import type { HubSpec, Ipv4, SiteSpec } from '../domain/spec.ts';
import type { AzureActivities, Observation } from './contracts.ts';
import type { ActivityDeps } from './deps.ts';
import {
  connectionFacts,
  connectionStateOf,
  gatewayFacts,
  groupFacts,
  localGatewayFacts,
  networkFacts,
  publicIpFacts,
  subnetFacts,
} from './facts.ts';
import { observeMachine } from './observe-machine.ts';
import { different, observation, Reader, type Reading } from './reading.ts';

interface ObserveRequest {
  readonly hub: HubSpec;
  readonly site: SiteSpec;
  readonly gatewayAddresses: readonly Ipv4[];
  readonly publicAddress: Ipv4;
}

export function observingActivities(deps: ActivityDeps): Pick<AzureActivities, 'observeSite'> {
  return {
    async observeSite(request) {
      const parts = [observeHub, observeConnection, observeRouterVm, observeProbe];
      const seen: Observation[] = [];
      for (const part of parts) seen.push(...(await part(new Reader(deps), request)));
      return seen;
    },
  };
}

function wantedOf(resource: PlannedResource, location: string, adopt: boolean) {
  return { id: resource.id, owner: resource.owner, location, adopt };
}

/** Rows 1 (the hub's group), 5, 6 and 7. */
async function observeHub(reader: Reader, { hub, gatewayAddresses }: ObserveRequest): Promise<Observation[]> {
  const { installation } = reader.deps;
  const resources = hubResources(hub);
  const { adopt, addressSpace, gatewaySubnet } = hub.network;
  const group = resourceGroupAim(wantedOf(resources.group, hub.location, adopt), installation);
  const network = networkAim({ ...wantedOf(resources.network, hub.location, adopt), addressSpace }, installation);
  const subnet = subnetAim({ id: resources.gatewaySubnet.id, adopt, prefix: gatewaySubnet });
  const gateway = gatewayAim(
    {
      ...wantedOf(resources.gateway, hub.location, hub.gateway.adopt),
      gateway: hub.gateway,
      gatewaySubnetId: resources.gatewaySubnet.id,
      publicIpIds: resources.publicIps.map(({ id }) => id),
    },
    installation,
  );
  const addresses: Record<string, Reading> = {};
  for (const [index, ip] of hub.gateway.publicIps.entries()) {
    const resource = resources.publicIps[index] as PlannedResource;
    const wanted = { ...wantedOf(resource, hub.location, hub.gateway.adopt), zones: ip.zones };
    addresses[ip.name] = await reader.read(publicIpAim(wanted, installation), publicIpFacts, (found) =>
      different('address', addressOf(found), gatewayAddresses[index] ?? 'none published'),
    );
  }
  return [
    observation(1, { group: await reader.read(group, (found) => groupFacts(found, installation, hub.name)) }),
    observation(5, {
      network: await reader.read(network, networkFacts),
      subnet: await reader.read(subnet, subnetFacts),
    }),
    observation(6, addresses),
    observation(7, { gateway: await reader.read(gateway, gatewayFacts) }),
  ];
}

/** Rows 8 and 9. */
async function observeConnection(reader: Reader, request: ObserveRequest): Promise<Observation[]> {
  const { hub, site, publicAddress } = request;
  const { installation } = reader.deps;
  const resources = siteResources(hub, site);
  const { adopt } = site.connection;
  const localGateway = localGatewayAim(
    {
      ...wantedOf(resources.localGateway, hub.location, adopt),
      address: publicAddress,
      prefixes: site.prefixes,
      bgp: site.bgp,
    },
    installation,
  );
  const connection = connectionAim(
    {
      ...wantedOf(resources.connection, hub.location, adopt),
      gatewayId: hubResources(hub).gateway.id,
      localGatewayId: resources.localGateway.id,
      enableBgp: site.bgp !== null,
      connection: site.connection,
    },
    installation,
    () => '',
  );
  return [
    observation(8, { localGateway: await reader.read(localGateway, localGatewayFacts) }),
    observation(9, {
      connection: await reader.read(
        connection,
        (found) => ({ ...connectionFacts(found), ...connectionStateOf(found) }),
        (found) => different('protocol', textAt(found, 'properties', 'connectionProtocol') || 'IKEv2', 'IKEv2'),
      ),
    }),
  ];
}

/** Rows 1 (the site's group), 2 and 3; none for a `device`. */
async function observeRouterVm(reader: Reader, request: ObserveRequest): Promise<Observation[]> {
  const { hub, site, gatewayAddresses, publicAddress } = request;
  const { installation } = reader.deps;
  const { router } = site;
  const resources = siteResources(hub, site).router;
  if (router.kind !== 'azure-vm' || resources === null) return [];
  const { adopt, addressSpace, subnet } = router.network;
  const groupIsHubs = resources.group.id.toLowerCase() === hubResources(hub).group.id.toLowerCase();
  const group = resourceGroupAim(wantedOf(resources.group, router.location, adopt || groupIsHubs), installation);
  const network = networkAim({ ...wantedOf(resources.network, router.location, adopt), addressSpace }, installation);
  const inNetwork = subnetAim({ id: resources.subnet.id, adopt, prefix: subnet.prefix });
  const machine = await observeMachine(reader, resources, {
    location: router.location,
    adopt: router.adopt,
    privateIp: router.privateIp,
    ipForwarding: true,
    rules: routerSecurityRules(router.ssh.allowFrom, gatewayAddresses),
    publicAddress,
    vm: { ...router, acceptedPriorities: router.spotFallback ? ['Spot', 'Regular'] : [router.priority] },
  });
  return [
    observation(1, { group: await reader.read(group, (found) => groupFacts(found, installation, hub.name)) }),
    observation(2, {
      network: await reader.read(network, networkFacts),
      subnet: await reader.read(inNetwork, subnetFacts),
    }),
    observation(3, machine),
  ];
}

/** Row 15; none without a probe. */
async function observeProbe(reader: Reader, { hub }: ObserveRequest): Promise<Observation[]> {
  const resources = hubResources(hub).probe;
  const { probe } = hub;
  if (probe === null || resources === null) return [];
  const machine = await observeMachine(reader, resources, {
    location: hub.location,
    adopt: probe.adopt,
    privateIp: probe.privateIp,
    ipForwarding: false,
    rules: [],
    publicAddress: null,
    vm: { ...probe, acceptedPriorities: ['Regular'] },
  });
  return [observation(15, machine)];
}
