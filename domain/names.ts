/** Names that are fixed by what they name: workflow ids, ARM ids, ownership tags. Pure, so that every run finds the same. */

export const taskQueue = 'sitelink';

/** Keyword search attributes; registered at a server that we start, otherwise by the operator. */
export const searchAttributeNames = ['SitelinkHub', 'SitelinkSite', 'SitelinkPhase'] as const;

export const workflowTypes = { hub: 'hub', site: 'site' } as const;

export function hubWorkflowId(hub: string): string {
  return `hub/${hub}`;
}

export function siteWorkflowId(hub: string, site: string): string {
  return `site/${hub}/${site}`;
}

/** The update id of a teardown: a second `down` attaches to the first. */
export const teardownUpdateId = 'teardown';

export function groupId(subscription: string, group: string): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}`;
}

/** Resource types that Sitelink makes, by the word that the code uses for them. */
const providers = {
  network: 'Microsoft.Network/virtualNetworks',
  publicIp: 'Microsoft.Network/publicIPAddresses',
  securityGroup: 'Microsoft.Network/networkSecurityGroups',
  nic: 'Microsoft.Network/networkInterfaces',
  gateway: 'Microsoft.Network/virtualNetworkGateways',
  localGateway: 'Microsoft.Network/localNetworkGateways',
  connection: 'Microsoft.Network/connections',
  vm: 'Microsoft.Compute/virtualMachines',
  disk: 'Microsoft.Compute/disks',
} as const;

export type ResourceKind = keyof typeof providers;

export function resourceId(group: string, kind: ResourceKind, name: string): string {
  return `${group}/providers/${providers[kind]}/${name}`;
}

export function subnetId(networkId: string, name: string): string {
  return `${networkId}/subnets/${name}`;
}

/** `VnetGw` of `/subscriptions/…/virtualNetworkGateways/VnetGw`. */
export function lastName(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

/** `virtualNetworkGateways/VnetGw`: short enough for a line on the screen. */
export function shortId(id: string): string {
  return id.split('/').slice(-2).join('/');
}

/** Tags that mark a resource as ours; adoption, undo and sweep require all of them. */
export function ownershipTags(
  installation: string,
  owner: { hub: string; site: string | null },
): Record<string, string> {
  return {
    'sitelink-installation': installation,
    'sitelink-hub': owner.hub,
    ...(owner.site === null ? {} : { 'sitelink-site': owner.site }),
  };
}

/** True if the tags carry all that marks them as the owner's. */
export function isOwned(
  tags: Readonly<Record<string, string>> | undefined,
  installation: string,
  owner: { hub: string; site: string | null },
): boolean {
  const wanted = Object.entries(ownershipTags(installation, owner));
  const site = tags?.['sitelink-site'] ?? null;
  return tags !== undefined && site === owner.site && wanted.every(([key, value]) => tags[key] === value);
}
