/**
 * Everything that a hub and a site make in Azure, with ids known before the deed: the ledger from which undo works,
 * also when a run's own memory is lost.
 */
import { groupId, resourceId, subnetId } from './names.ts';
import type { AzureVmRouterSpec, HubSpec, SiteSpec } from './spec.ts';

export interface PlannedResource {
  readonly kind: 'group' | 'resource';
  readonly id: string;
  readonly owner: { readonly hub: string; readonly site: string | null };
  /** Ids of what it stands on: it has to go before these. */
  readonly dependsOn: readonly string[];
}

export interface HubResources {
  readonly group: PlannedResource;
  readonly network: PlannedResource;
  readonly gatewaySubnet: PlannedResource;
  readonly publicIps: readonly PlannedResource[];
  readonly gateway: PlannedResource;
  readonly probe: MachineResources | null;
}

/** A VM with what it needs of its own. */
export interface MachineResources {
  readonly subnet: PlannedResource;
  readonly securityGroup: PlannedResource;
  readonly publicIp: PlannedResource;
  readonly nic: PlannedResource;
  readonly disk: PlannedResource;
  readonly vm: PlannedResource;
}

export interface SiteResources {
  readonly localGateway: PlannedResource;
  readonly connection: PlannedResource;
  /** Null for a `device`. */
  readonly router: RouterResources | null;
}

export interface RouterResources extends MachineResources {
  readonly group: PlannedResource;
  readonly network: PlannedResource;
}

type Owner = PlannedResource['owner'];

function resource(owner: Owner, id: string, ...standsOn: PlannedResource[]): PlannedResource {
  return { kind: 'resource', id, owner, dependsOn: standsOn.map((other) => other.id) };
}

function group(owner: Owner, id: string): PlannedResource {
  return { kind: 'group', id, owner, dependsOn: [] };
}

function machine(
  owner: Owner,
  inGroup: PlannedResource,
  network: PlannedResource,
  vm: { name: string; subnet: string },
): MachineResources {
  const subnet = resource(owner, subnetId(network.id, vm.subnet), network);
  const securityGroup = resource(owner, resourceId(inGroup.id, 'securityGroup', `${vm.name}-nsg`), inGroup);
  const publicIp = resource(owner, resourceId(inGroup.id, 'publicIp', `${vm.name}-ip`), inGroup);
  const nic = resource(
    owner,
    resourceId(inGroup.id, 'nic', `${vm.name}-nic`),
    inGroup,
    subnet,
    securityGroup,
    publicIp,
  );
  const disk = resource(owner, diskId(inGroup.id, vm.name), inGroup);
  return {
    subnet,
    securityGroup,
    publicIp,
    nic,
    disk,
    vm: resource(owner, resourceId(inGroup.id, 'vm', vm.name), inGroup, nic, disk),
  };
}

/** The OS disk's name is ours, so that its absence can be proved. */
function diskId(groupArmId: string, vmName: string): string {
  return resourceId(groupArmId, 'disk', `${vmName}-osdisk`);
}

export function hubResources(hub: HubSpec): HubResources {
  const owner = { hub: hub.name, site: null };
  const inGroup = group(owner, groupId(hub.subscription, hub.resourceGroup));
  const network = resource(owner, resourceId(inGroup.id, 'network', hub.network.name), inGroup);
  const gatewaySubnet = resource(owner, subnetId(network.id, 'GatewaySubnet'), network);
  const publicIps = hub.gateway.publicIps.map((ip) =>
    resource(owner, resourceId(inGroup.id, 'publicIp', ip.name), inGroup),
  );
  const gateway = resource(
    owner,
    resourceId(inGroup.id, 'gateway', hub.gateway.name),
    inGroup,
    gatewaySubnet,
    ...publicIps,
  );
  const probe =
    hub.probe === null
      ? null
      : machine(owner, inGroup, network, { name: hub.probe.name, subnet: hub.probe.subnet.name });
  return { group: inGroup, network, gatewaySubnet, publicIps, gateway, probe };
}

export function siteResources(hub: HubSpec, site: SiteSpec): SiteResources {
  const owner = { hub: hub.name, site: site.name };
  const hubGroup = groupId(hub.subscription, hub.resourceGroup);
  const localGateway = resource(owner, resourceId(hubGroup, 'localGateway', site.localGateway.name));
  const connection = resource(owner, resourceId(hubGroup, 'connection', site.connection.name), localGateway);
  const router = site.router.kind === 'azure-vm' ? routerResources(hub, owner, site.router) : null;
  return { localGateway, connection, router };
}

function routerResources(hub: HubSpec, owner: Owner, router: AzureVmRouterSpec): RouterResources {
  const inGroup = group(owner, groupId(hub.subscription, router.resourceGroup));
  const network = resource(owner, resourceId(inGroup.id, 'network', router.network.name), inGroup);
  return {
    group: inGroup,
    network,
    ...machine(owner, inGroup, network, { name: router.name, subnet: router.network.subnet.name }),
  };
}

/** Everything of a site in Azure, for a removal without the site's own run. */
export function allOfSite(hub: HubSpec, site: SiteSpec): PlannedResource[] {
  const { localGateway, connection, router } = siteResources(hub, site);
  return [connection, localGateway, ...(router === null ? [] : Object.values(router))];
}
