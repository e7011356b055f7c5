/**
 * Types of the members that the lab reads, by their name: Azure refuses a body with another type when it reads it, so
 * whatever is kept can be read later on. Members that it does not know are kept as they are.
 */
import {
  type Json,
  type JsonObject,
  flagAt,
  isObject,
  numberAt,
  objectAt,
  objectsAt,
  textAt,
  textsAt,
} from './json.ts';

type Read = (value: Json | undefined, path: string) => unknown;

const words = (text: string): string[] => text.trim().split(/\s+/);

const readers: readonly (readonly [Read, readonly string[]])[] = [
  [
    textAt,
    words(`id name location addressPrefix gatewayIpAddress fqdn sharedKey connectionType connectionProtocol
      connectionMode privateIPAddress privateIPAllocationMethod privateIPAddressVersion publicIPAllocationMethod
      publicIPAddressVersion domainNameLabel gatewayType vpnType vpnGatewayGeneration tier publisher offer product
      version keyData computerName adminUsername adminPassword customData vmSize evictionPolicy deleteOption
      createOption storageAccountType caching protocol access direction sourcePortRange destinationPortRange
      sourceAddressPrefix destinationAddressPrefix bgpPeeringAddress ipconfigurationId ikeEncryption ikeIntegrity
      dhGroup ipsecEncryption ipsecIntegrity pfsGroup`),
  ],
  [
    flagAt,
    words(`primary enableIPForwarding enableAcceleratedNetworking activeActive active enableBgp enablePrivateIpAddress
      usePolicyBasedTrafficSelectors useLocalAzureIpAddress expressRouteGatewayBypass disablePasswordAuthentication
      enableDdosProtection enableVmProtection defaultOutboundAccess`),
  ],
  [
    numberAt,
    words(`idleTimeoutInMinutes asn peerWeight dpdTimeoutSeconds routingWeight saLifeTimeSeconds saDataSizeKilobytes
      diskSizeGB maxPrice`),
  ],
  [
    textsAt,
    words(`addressPrefixes dnsServers zones sourceAddressPrefixes destinationAddressPrefixes sourcePortRanges
      destinationPortRanges customBgpIpAddresses localAddressRanges remoteAddressRanges`),
  ],
  [
    objectAt,
    words(`properties subnet publicIPAddress networkSecurityGroup virtualNetworkGateway1 localNetworkGateway2
      bgpSettings addressSpace localNetworkAddressSpace hardwareProfile storageProfile imageReference osDisk managedDisk
      osProfile linuxConfiguration ssh networkProfile plan billingProfile dnsSettings dhcpOptions creationData`),
  ],
  [
    objectsAt,
    words(`ipConfigurations subnets securityRules networkInterfaces publicKeys ipsecPolicies trafficSelectorPolicies
      bgpPeeringAddresses`),
  ],
];

const known = new Map<string, Read>(readers.flatMap(([read, names]) => names.map((name) => [name, read])));

/** @throws ArmError 400 that names the first member of a wrong type */
export function checkShapes(body: JsonObject, path = ''): void {
  for (const [name, value] of Object.entries(body)) {
    // Whatever a tag is called, its value is text; that is checked with the tags.
    if (name === 'tags') continue;
    const here = path === '' ? name : `${path}.${name}`;
    known.get(name)?.({ [name]: value }, name);
    for (const [index, item] of (Array.isArray(value) ? value : [value]).entries()) {
      if (isObject(item)) checkShapes(item, Array.isArray(value) ? `${here}[${index}]` : here);
    }
  }
}
