import { badRequest, conflict } from '../errors.ts';
import { guidOf } from '../guid.ts';
import { type JsonObject, compact, needText, numberAt, objectAt, objectsAt, textAt, textsAt } from '../json.ts';
import { parsePrefix } from '../address.ts';
import type { Resource } from '../store/store.ts';
import { valueOf } from '../unreadable.ts';
import type { Prepared, Put, TypeSpec, View, World } from '../world.ts';
import { idList, propertiesOf } from './common.ts';

const protocols = ['*', 'Tcp', 'Udp', 'Icmp', 'Esp', 'Ah'];

function protocolOf(rule: string, value: string): string {
  const found = protocols.find((item) => item.toLowerCase() === value.toLowerCase());
  if (found !== undefined) return found;
  throw badRequest(
    'SecurityRuleInvalidProtocol',
    `Security rule ${rule} has invalid Protocol. Value provided: ${value}. Allowed values: ${protocols.join(', ')}.`,
  );
}

function checkPrefixes(rule: string, properties: JsonObject, side: 'source' | 'destination'): void {
  const single = textAt(properties, `${side}AddressPrefix`);
  const several = textsAt(properties, `${side}AddressPrefixes`) ?? [];
  const all = [...(single === undefined || single === '' ? [] : [single]), ...several];
  for (const prefix of all) {
    if (prefix === '*' || /^[A-Za-z][\w.]*$/.test(prefix) || parsePrefix(prefix) !== null) continue;
    throw badRequest(
      'SecurityRuleInvalidAddressPrefix',
      `Security rule has invalid Address prefix. Value provided: ${JSON.stringify(prefix)}`,
    );
  }
  if (all.length === 0) {
    throw badRequest(
      'SecurityRuleParameterNotSpecified',
      `Required security rule parameters are missing for security rule with Id: ${rule}. Security rule must specify ${side === 'source' ? 'SourceAddressPrefix' : 'DestinationAddressPrefix'}.`,
    );
  }
}

function checkPorts(rule: string, properties: JsonObject, side: 'source' | 'destination'): void {
  const single = textAt(properties, `${side}PortRange`);
  const several = textsAt(properties, `${side}PortRanges`) ?? [];
  for (const range of [...(single === undefined ? [] : [single]), ...several]) {
    const [, low, high] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range) ?? [];
    const valid =
      range === '*' || (low !== undefined && Number(high ?? low) <= 65535 && Number(low) <= Number(high ?? low));
    if (!valid)
      throw badRequest(
        'SecurityRuleInvalidPortRange',
        `Security rule ${rule} has invalid Port range. Value provided: ${JSON.stringify(range)}. Value should be an integer OR integer range with '-' delimiter. Valid range 0-65535.`,
      );
  }
}

/** One rule as it is kept: `{name, properties}`. @throws ArmError */
export function readRule(group: string, entry: JsonObject): JsonObject {
  const name = needText(entry, 'name');
  const id = `${group}/securityRules/${name}`;
  const properties = objectAt(entry, 'properties') ?? {};
  const priority = numberAt(properties, 'priority') ?? 0;
  if (!Number.isInteger(priority) || priority < 100 || priority > 4096) {
    throw badRequest(
      'SecurityRuleInvalidPriority',
      `Security rule has invalid Priority. Value provided: ${priority} Allowed range 100-4096.`,
    );
  }
  checkPrefixes(id, properties, 'source');
  checkPrefixes(id, properties, 'destination');
  checkPorts(id, properties, 'source');
  checkPorts(id, properties, 'destination');
  return {
    name,
    properties: compact({
      ...properties,
      provisioningState: undefined,
      protocol: protocolOf(id, needText(properties, 'protocol')),
      access: valueOf(needText(properties, 'access'), ['Allow', 'Deny'], 'SecurityRuleAccess', 'properties.access'),
      direction: valueOf(
        needText(properties, 'direction'),
        ['Inbound', 'Outbound'],
        'SecurityRuleDirection',
        'properties.direction',
      ),
      priority,
    }),
  };
}

/** @throws ArmError if two rules share direction and priority. */
export function refuseRuleClash(rules: readonly JsonObject[]): void {
  const seen = new Map<string, string>();
  for (const rule of rules) {
    const key = `${textAt(rule, 'properties.direction')}/${numberAt(rule, 'properties.priority')}`;
    const name = textAt(rule, 'name') ?? '';
    const other = seen.get(key);
    if (other !== undefined) {
      throw conflict(
        'SecurityRuleConflict',
        `Security rule ${name} conflicts with rule ${other}. Rules cannot have the same Priority and Direction.`,
      );
    }
    seen.set(key, name);
  }
}

function prepare(put: Put): Prepared {
  const properties = propertiesOf(put.body);
  delete properties['defaultSecurityRules'];
  const rules = (objectsAt(properties, 'securityRules') ?? []).map((rule) => readRule(put.target, rule));
  refuseRuleClash(rules);
  return { body: { properties: { ...properties, securityRules: rules } } };
}

/** Name, priority, access, direction, source, destination, description. */
const defaults = [
  [
    'AllowVnetInBound',
    65000,
    'Allow',
    'Inbound',
    'VirtualNetwork',
    'VirtualNetwork',
    'Allow inbound traffic from all VMs in VNET',
  ],
  [
    'AllowAzureLoadBalancerInBound',
    65001,
    'Allow',
    'Inbound',
    'AzureLoadBalancer',
    '*',
    'Allow inbound traffic from azure load balancer',
  ],
  ['DenyAllInBound', 65500, 'Deny', 'Inbound', '*', '*', 'Deny all inbound traffic'],
  [
    'AllowVnetOutBound',
    65000,
    'Allow',
    'Outbound',
    'VirtualNetwork',
    'VirtualNetwork',
    'Allow outbound traffic from all VMs to all VMs in VNET',
  ],
  [
    'AllowInternetOutBound',
    65001,
    'Allow',
    'Outbound',
    '*',
    'Internet',
    'Allow outbound traffic from all VMs to Internet',
  ],
  ['DenyAllOutBound', 65500, 'Deny', 'Outbound', '*', '*', 'Deny all outbound traffic'],
] as const;

/** The six rules that Azure adds to every group. */
export const defaultRules: readonly JsonObject[] = defaults.map(
  ([name, priority, access, direction, sourceAddressPrefix, destinationAddressPrefix, description]) => ({
    name,
    properties: {
      description,
      protocol: '*',
      sourcePortRange: '*',
      destinationPortRange: '*',
      sourceAddressPrefix,
      destinationAddressPrefix,
      access,
      priority,
      direction,
    },
  }),
);

/** A rule as a GET shows it. */
export function showRule(
  group: Resource,
  rule: JsonObject,
  kind: 'securityRules' | 'defaultSecurityRules',
): JsonObject {
  const id = `${group.id}/${kind}/${textAt(rule, 'name')}`;
  return {
    name: rule['name'],
    id,
    etag: `W/"${guidOf(`${id}/${group.revision}`)}"`,
    type: `Microsoft.Network/networkSecurityGroups/${kind}`,
    properties: {
      provisioningState: group.state,
      sourceAddressPrefixes: [],
      destinationAddressPrefixes: [],
      sourcePortRanges: [],
      destinationPortRanges: [],
      ...objectAt(rule, 'properties'),
    },
  };
}

function show({ world, resource }: View): JsonObject {
  const users = world.store.usersOf(resource.id).map((link) => link.from);
  const subnets = users.filter((id) => id.includes('/subnets/'));
  const interfaces = users.filter((id) => id.includes('/networkInterfaces/'));
  return compact({
    resourceGuid: guidOf(`${resource.id}/${resource.generation}`),
    securityRules: rulesOf(resource).map((rule) => showRule(resource, rule, 'securityRules')),
    defaultSecurityRules: defaultRules.map((rule) => showRule(resource, rule, 'defaultSecurityRules')),
    subnets: subnets.length > 0 ? idList(subnets) : undefined,
    networkInterfaces: interfaces.length > 0 ? idList(interfaces) : undefined,
  });
}

export function rulesOf(group: Resource): JsonObject[] {
  return objectsAt(group.body, 'properties.securityRules') ?? [];
}

function refuseRemoval(group: Resource, world: World): void {
  const users = world.store.usersOf(group.id).map((link) => link.from);
  if (users.length === 0) return;
  throw badRequest(
    'InUseNetworkSecurityGroupCannotBeDeleted',
    `Network security group ${group.id} cannot be deleted because it is in use by the following resources: ${[...new Set(users)].join(', ')}. In order to delete the Network security group, remove the association with the resource(s). To learn how to do this, see aka.ms/deletensg.`,
  );
}

export const securityGroupSpec: TypeSpec = {
  type: 'Microsoft.Network/networkSecurityGroups',
  noun: 'NetworkSecurityGroup',
  located: true,
  seconds: { create: [1, 4], update: [1, 4], remove: [2, 10] },
  hintSeconds: 3,
  etag: 'header',
  prepare,
  links: () => [],
  show,
  refuseRemoval,
};
