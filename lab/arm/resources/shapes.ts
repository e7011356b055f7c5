/**
 * Types of the members that the lab reads, by their name: Azure refuses a body with another type when it reads it, so
 * whatever is kept can be read later on. Members that it does not know are kept as they are.
 */
import { type Json, type JsonObject, isObject } from '../json.ts';
import { type Wanted, notA, unknownMember, unreadable } from '../unreadable.ts';

const words = (text: string): string[] => text.trim().split(/\s+/);

const shapes: readonly (readonly [shape: Wanted, items: Wanted | null, names: readonly string[]])[] = [
  [
    'string',
    null,
    words(`id name location addressPrefix gatewayIpAddress fqdn sharedKey connectionType connectionProtocol
      connectionMode privateIPAddress privateIPAllocationMethod privateIPAddressVersion publicIPAllocationMethod
      publicIPAddressVersion domainNameLabel gatewayType vpnType vpnGatewayGeneration tier publisher offer product
      version keyData computerName adminUsername adminPassword customData vmSize evictionPolicy deleteOption
      createOption storageAccountType caching protocol access direction sourcePortRange destinationPortRange
      sourceAddressPrefix destinationAddressPrefix bgpPeeringAddress ipconfigurationId ikeEncryption ikeIntegrity
      dhGroup ipsecEncryption ipsecIntegrity pfsGroup`),
  ],
  [
    'boolean',
    null,
    words(`primary enableIPForwarding enableAcceleratedNetworking activeActive active enableBgp enablePrivateIpAddress
      usePolicyBasedTrafficSelectors useLocalAzureIpAddress expressRouteGatewayBypass disablePasswordAuthentication
      enableDdosProtection enableVmProtection defaultOutboundAccess`),
  ],
  [
    'integer',
    null,
    words(`idleTimeoutInMinutes asn peerWeight dpdTimeoutSeconds routingWeight saLifeTimeSeconds saDataSizeKilobytes
      diskSizeGB maxPrice`),
  ],
  [
    'list',
    'string',
    words(`addressPrefixes dnsServers zones sourceAddressPrefixes destinationAddressPrefixes sourcePortRanges
      destinationPortRanges customBgpIpAddresses localAddressRanges remoteAddressRanges`),
  ],
  [
    'object',
    null,
    words(`properties subnet publicIPAddress networkSecurityGroup virtualNetworkGateway1 localNetworkGateway2
      bgpSettings addressSpace localNetworkAddressSpace hardwareProfile storageProfile imageReference osDisk managedDisk
      osProfile linuxConfiguration ssh networkProfile plan billingProfile dnsSettings dhcpOptions creationData`),
  ],
  [
    'list',
    'object',
    words(`ipConfigurations subnets securityRules networkInterfaces publicKeys ipsecPolicies trafficSelectorPolicies
      bgpPeeringAddresses`),
  ],
];

const known = new Map(
  shapes.flatMap(([shape, items, names]) => names.map((name) => [name, { shape, items }] as const)),
);

const fits: Readonly<Record<Wanted, (value: Json) => boolean>> = {
  string: (value) => typeof value === 'string',
  // Azure reads the words, too.
  boolean: (value) => typeof value === 'boolean' || (typeof value === 'string' && /^(true|false)$/i.test(value)),
  integer: (value) => typeof value === 'number',
  object: isObject,
  list: Array.isArray,
};

/** What every resource may have beside `properties`; Azure Resource Manager knows no other. */
const topMembers = new Set(
  words(`id name type apiVersion location tags properties sku kind plan identity zones scale placement managedBy
    managedByExtended extendedLocation etag eTag instanceId systemData`),
);

function checkMember(type: string, name: string, value: Json, path: string): void {
  const wanted = known.get(name);
  if (wanted === undefined) return;
  if (!fits[wanted.shape](value)) throw unreadable(type, path, notA(wanted.shape, value));
  if (wanted.items === null || !Array.isArray(value)) return;
  for (const [index, item] of value.entries()) {
    if (!fits[wanted.items](item)) throw unreadable(type, `${path}[${index}]`, notA(wanted.items, item));
  }
}

function checkMembers(type: string, body: JsonObject, path: string): void {
  for (const [name, value] of Object.entries(body)) {
    // Whatever a tag is called, its value is text, which is checked with the tags; NAT rules have members of their own.
    if (value === undefined || name === 'tags' || name === 'natRules') continue;
    const here = path === '' ? name : `${path}.${name}`;
    checkMember(type, name, value, here);
    for (const [index, item] of (Array.isArray(value) ? value : [value]).entries()) {
      if (isObject(item)) checkMembers(type, item, Array.isArray(value) ? `${here}[${index}]` : here);
    }
  }
}

/** @throws ArmError 400 that names the first member that is unknown on top, or of a wrong type anywhere */
export function checkShapes(type: string, body: JsonObject): void {
  const stranger = Object.keys(body).find((name) => !topMembers.has(name));
  if (stranger !== undefined) throw unknownMember(stranger);
  checkMembers(type, body, '');
}
