/** ARM ids: compared without regard to case, printed canonically. */

export const canonicalTypes = [
  'Microsoft.Network/virtualNetworks',
  'Microsoft.Network/virtualNetworks/subnets',
  'Microsoft.Network/networkSecurityGroups',
  'Microsoft.Network/networkSecurityGroups/securityRules',
  'Microsoft.Network/publicIPAddresses',
  'Microsoft.Network/networkInterfaces',
  'Microsoft.Network/virtualNetworkGateways',
  'Microsoft.Network/localNetworkGateways',
  'Microsoft.Network/connections',
  'Microsoft.Compute/virtualMachines',
  'Microsoft.Compute/disks',
  'Microsoft.Resources/deployments',
] as const;

export type ResourceTypeName = (typeof canonicalTypes)[number] | 'Microsoft.Resources/resourceGroups';

const byLowerCase = new Map<string, ResourceTypeName>(canonicalTypes.map((type) => [type.toLowerCase(), type]));

/** `Microsoft.Network/publicIPAddresses` for any spelling; undefined for a type the lab does not hold. */
export function canonicalType(type: string): ResourceTypeName | undefined {
  return byLowerCase.get(type.toLowerCase());
}

export interface ResourceId {
  readonly subscription: string;
  readonly group: string;
  readonly type: ResourceTypeName;
  /** One name per level: `[vnet, subnet]`. */
  readonly names: readonly string[];
}

export const keyOf = (id: string): string => id.toLowerCase();

export const lastName = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

/** The id without its last two segments: a subnet's VNet. */
export const parentId = (id: string): string => id.split('/').slice(0, -2).join('/');

export function groupId(subscription: string, group: string): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}`;
}

export function formatId(id: ResourceId): string {
  const base = groupId(id.subscription, id.group);
  if (id.type === 'Microsoft.Resources/resourceGroups') return base;
  const [namespace, ...types] = id.type.split('/');
  return `${base}/providers/${namespace}${types.map((type, level) => `/${type}/${id.names[level]}`).join('')}`;
}

/** Parses the id of a resource in a group; null if it is none, or of a type that the lab does not hold. */
export function parseId(text: string): ResourceId | null {
  const parts = text.split('/');
  const [empty, subscriptions, subscription, groups, group, providers, namespace, ...rest] = parts;
  if (empty !== '' || subscriptions?.toLowerCase() !== 'subscriptions' || !subscription) return null;
  if (groups?.toLowerCase() !== 'resourcegroups' || !group) return null;
  if (providers === undefined)
    return { subscription, group, type: 'Microsoft.Resources/resourceGroups', names: [group] };
  if (providers.toLowerCase() !== 'providers' || !namespace || rest.length === 0 || rest.length % 2 !== 0) return null;
  const type = canonicalType([namespace, ...rest.filter((_, index) => index % 2 === 0)].join('/'));
  const names = rest.filter((_, index) => index % 2 === 1);
  return type === undefined || names.includes('') ? null : { subscription, group, type, names };
}

/** The id in canonical spelling, names as given; the text itself if the lab does not hold such a type. */
export function canonicalId(text: string): string {
  const parsed = parseId(text);
  return parsed === null ? text : formatId(parsed);
}
