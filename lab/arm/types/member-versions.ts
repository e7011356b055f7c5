/**
 * From which api-version on a reply has a member, as Azure's recorded exchanges have it: an older version leaves out what
 * came later. A table of names only; what the members hold is the types' own matter.
 */
import type { ResourceTypeName } from '../ids.ts';
import { type Json, type JsonObject, isObject } from '../json.ts';

/** Dotted path, arrays walked through, and the first version that has it. */
type Since = readonly (readonly [path: string, version: string])[];

const subnet: Since = [
  ['privateEndpointNetworkPolicies', '2019-04-01'],
  ['privateLinkServiceNetworkPolicies', '2019-04-01'],
  ['delegations', '2018-04-01'],
  ['defaultOutboundAccess', '2022-01-01'],
  ['ipamPoolPrefixAllocations', '2024-01-01'],
];

const below = (path: string, since: Since): Since => since.map(([member, version]) => [`${path}.${member}`, version]);

const tables: Partial<Record<ResourceTypeName, Since>> = {
  'Microsoft.Network/virtualNetworks': [
    ['properties.addressSpace.ipamPoolPrefixAllocations', '2024-01-01'],
    ['properties.privateEndpointVNetPolicies', '2024-03-01'],
    ['properties.subnets.type', '2018-06-01'],
    ...below('properties.subnets.properties', subnet),
  ],
  'Microsoft.Network/virtualNetworks/subnets': below('properties', subnet),
  'Microsoft.Network/publicIPAddresses': [
    ['properties.ddosSettings', '2022-05-01'],
    ['sku.tier', '2018-01-01'],
    ['properties.ipTags', '2018-01-01'],
  ],
  'Microsoft.Network/networkInterfaces': [
    ['kind', '2022-01-01'],
    ['properties.hostedWorkloads', '2018-10-01'],
    ['properties.tapConfigurations', '2018-10-01'],
    ['properties.nicType', '2020-11-01'],
    ['properties.vnetEncryptionSupported', '2022-01-01'],
    ['properties.allowPort25Out', '2022-01-01'],
    ['properties.auxiliaryMode', '2022-01-01'],
    ['properties.auxiliarySku', '2022-11-01'],
    ['properties.disableTcpStateTracking', '2022-11-01'],
  ],
  'Microsoft.Network/virtualNetworkGateways': [
    ['properties.bgpSettings.bgpPeeringAddresses', '2019-11-01'],
    ['properties.enablePrivateIpAddress', '2019-11-01'],
    ['properties.natRules', '2021-02-01'],
    ['properties.enableBgpRouteTranslationForNat', '2021-02-01'],
    ['properties.disableIPSecReplayProtection', '2022-01-01'],
    ['properties.virtualNetworkGatewayPolicyGroups', '2022-01-01'],
    ['properties.allowRemoteVnetTraffic', '2023-06-01'],
    ['properties.allowVirtualWanTraffic', '2023-06-01'],
  ],
  'Microsoft.Network/connections': [
    ['properties.authenticationType', '2022-01-01'],
    ['properties.connectionMode', '2020-07-01'],
    ['properties.dpdTimeoutSeconds', '2019-11-01'],
    ['properties.gatewayCustomBgpIpAddresses', '2021-05-01'],
    ['properties.useLocalAzureIpAddress', '2020-05-01'],
  ],
  'Microsoft.Compute/virtualMachines': [
    ['etag', '2024-07-01'],
    ['properties.timeCreated', '2021-11-01'],
    ['properties.osProfile.linuxConfiguration.patchSettings', '2020-12-01'],
    ['properties.storageProfile.imageReference.exactVersion', '2019-07-01'],
    ['properties.storageProfile.osDisk.deleteOption', '2021-03-01'],
  ],
  'Microsoft.Compute/disks': [
    ['properties.encryption', '2019-07-01'],
    ['properties.networkAccessPolicy', '2020-05-01'],
    ['properties.tier', '2020-05-01'],
    ['properties.publicNetworkAccess', '2021-04-01'],
  ],
};

function without(value: Json | undefined, [name = '', ...rest]: readonly string[]): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => without(item, [name, ...rest]) ?? null);
  if (!isObject(value) || !Object.hasOwn(value, name)) return value;
  const { [name]: inner, ...others } = value;
  return rest.length === 0 ? others : { ...value, [name]: without(inner, rest) };
}

/** The reply as this api-version has it. */
export function ofVersion(type: ResourceTypeName, shown: JsonObject, apiVersion: string): JsonObject {
  // A preview of a version counts as that version.
  const asked = apiVersion.slice(0, 10);
  let fitted = shown;
  for (const [path, version] of tables[type] ?? []) {
    if (asked >= version) continue;
    const left = without(fitted, path.split('.'));
    if (isObject(left)) fitted = left;
  }
  return fitted;
}
