/** Requests that are right, or nearly: what a fuzz test spoils. */
import { compute, network, subscription, vmBody } from './support.ts';

const location = 'japaneast';
const at = (rest: string): string => `${network('G')}/${rest}`;
const gateway = at('virtualNetworkGateways/gw');
const connection = at('connections/con');
const machine = `${compute('G')}/virtualMachines/vm`;
const rule = {
  protocol: 'Tcp',
  access: 'Allow',
  direction: 'Inbound',
  priority: 100,
  sourceAddressPrefixes: ['198.51.100.0/24'],
  sourcePortRange: '*',
  destinationAddressPrefix: '*',
  destinationPortRanges: ['22', '500-4500'],
};
const policy = {
  saLifeTimeSeconds: 3600,
  saDataSizeKilobytes: 102400000,
  ipsecEncryption: 'AES256',
  ipsecIntegrity: 'SHA256',
  ikeEncryption: 'AES256',
  ikeIntegrity: 'SHA256',
  dhGroup: 'DHGroup14',
  pfsGroup: 'PFS2048',
};
const agreement = `${subscription}/providers/Microsoft.MarketplaceOrdering/offerTypes/virtualmachine/publishers/cisco/offers/cisco-csr-1000v/plans/17_3_3-byol/agreements/current`;
const region = `${subscription}/providers/Microsoft.Compute/locations/japaneast`;
const versions = `${region}/publishers/cisco/artifacttypes/vmimage/offers/cisco-csr-1000v/skus/17_3_3-byol/versions`;
const get = (path: string): { method: string; path: string } => ({ method: 'GET', path });
const post = (path: string): { method: string; path: string } => ({ method: 'POST', path });

export const samples: readonly { readonly method: string; readonly path: string; readonly body?: object }[] = [
  { method: 'PUT', path: `${subscription}/resourceGroups/H`, body: { location, tags: { a: 'b' }, managedBy: 'me' } },
  { method: 'PATCH', path: `${subscription}/resourceGroups/G`, body: { tags: { a: 'b' } } },
  {
    method: 'PUT',
    path: at('virtualNetworks/vnet'),
    body: {
      location,
      tags: { a: 'b' },
      properties: {
        addressSpace: { addressPrefixes: ['10.1.0.0/16'] },
        dhcpOptions: { dnsServers: ['10.1.0.4'] },
        subnets: [
          { name: 'GatewaySubnet', properties: { addressPrefix: '10.1.0.0/27' } },
          {
            name: 'one',
            properties: { addressPrefix: '10.1.1.0/24', networkSecurityGroup: { id: at('networkSecurityGroups/nsg') } },
          },
        ],
      },
    },
  },
  {
    method: 'PUT',
    path: at('virtualNetworks/vnet/subnets/two'),
    body: { properties: { addressPrefix: '10.1.2.0/24' } },
  },
  {
    method: 'PUT',
    path: at('publicIPAddresses/ip'),
    body: {
      location,
      sku: { name: 'Standard', tier: 'Regional' },
      zones: ['1'],
      properties: {
        publicIPAllocationMethod: 'Static',
        idleTimeoutInMinutes: 4,
        dnsSettings: { domainNameLabel: 'x' },
        ipTags: [],
      },
    },
  },
  {
    method: 'PUT',
    path: at('networkSecurityGroups/nsg'),
    body: { location, properties: { securityRules: [{ name: 'r', properties: rule }] } },
  },
  { method: 'PUT', path: at('networkSecurityGroups/nsg/securityRules/r'), body: { properties: rule } },
  {
    method: 'PUT',
    path: at('networkInterfaces/nic'),
    body: {
      location,
      properties: {
        enableIPForwarding: true,
        networkSecurityGroup: { id: at('networkSecurityGroups/nsg') },
        dnsSettings: { dnsServers: [] },
        ipConfigurations: [
          {
            name: 'c',
            properties: {
              primary: true,
              privateIPAllocationMethod: 'Static',
              privateIPAddress: '10.1.1.10',
              subnet: { id: at('virtualNetworks/vnet/subnets/one') },
              publicIPAddress: { id: at('publicIPAddresses/ip'), properties: { deleteOption: 'Delete' } },
            },
          },
        ],
      },
    },
  },
  {
    method: 'PUT',
    path: gateway,
    body: {
      location,
      properties: {
        gatewayType: 'Vpn',
        vpnType: 'RouteBased',
        activeActive: false,
        enableBgp: true,
        sku: { name: 'VpnGw1AZ', tier: 'VpnGw1AZ' },
        bgpSettings: {
          asn: 65010,
          bgpPeeringAddresses: [{ ipconfigurationId: 'x', customBgpIpAddresses: ['169.254.21.1'] }],
        },
        ipConfigurations: [
          {
            name: 'c',
            properties: {
              subnet: { id: at('virtualNetworks/vnet/subnets/GatewaySubnet') },
              publicIPAddress: { id: at('publicIPAddresses/gw-ip') },
            },
          },
        ],
      },
    },
  },
  {
    method: 'PUT',
    path: at('localNetworkGateways/site'),
    body: {
      location,
      properties: {
        gatewayIpAddress: '20.1.2.3',
        localNetworkAddressSpace: { addressPrefixes: ['172.20.0.0/16'] },
        bgpSettings: { asn: 65001, bgpPeeringAddress: '172.20.0.1', peerWeight: 0 },
      },
    },
  },
  {
    method: 'PUT',
    path: connection,
    body: {
      location,
      properties: {
        connectionType: 'IPsec',
        connectionProtocol: 'IKEv2',
        connectionMode: 'Default',
        virtualNetworkGateway1: { id: gateway },
        localNetworkGateway2: { id: at('localNetworkGateways/site') },
        sharedKey: 'fuzz-key',
        enableBgp: true,
        usePolicyBasedTrafficSelectors: true,
        dpdTimeoutSeconds: 45,
        routingWeight: 10,
        ipsecPolicies: [policy],
        trafficSelectorPolicies: [{ localAddressRanges: ['10.1.0.0/16'], remoteAddressRanges: ['172.20.0.0/16'] }],
      },
    },
  },
  {
    method: 'PUT',
    path: machine,
    body: vmBody(at('networkInterfaces/nic'), {
      priority: 'Spot',
      evictionPolicy: 'Deallocate',
      billingProfile: { maxPrice: -1 },
    }),
  },
  {
    method: 'PUT',
    path: `${compute('G')}/disks/d`,
    body: {
      location,
      sku: { name: 'Premium_LRS' },
      properties: { creationData: { createOption: 'Empty' }, diskSizeGB: 8 },
    },
  },
  {
    method: 'POST',
    path: `${machine}/runCommand`,
    body: { commandId: 'RunShellScript', script: ['ping -c 1 10.1.1.4 && echo ok'], parameters: [] },
  },
  { method: 'POST', path: `${machine}/start` },
  { method: 'POST', path: `${machine}/deallocate` },
  { method: 'POST', path: `${machine}/simulateEviction` },
  { method: 'GET', path: `${machine}/instanceView` },
  { method: 'PATCH', path: machine, body: { tags: { a: 'b' } } },
  { method: 'PUT', path: `${connection}/sharedkey`, body: { value: 'other-key' } },
  { method: 'GET', path: `${connection}/sharedkey` },
  { method: 'POST', path: `${connection}/sharedkey/reset`, body: { keyLength: 16 } },
  { method: 'POST', path: `${connection}/resetconnection` },
  { method: 'POST', path: `${connection}/getikesas` },
  {
    method: 'POST',
    path: `${connection}/vpndeviceconfigurationscript`,
    body: { vendor: 'Cisco', deviceFamily: 'IOS (ISR, ASR)', firmwareVersion: '15.x (IKEv2)' },
  },
  {
    method: 'POST',
    path: `${connection}/vpndeviceconfigurationscript`,
    body: { vendor: 'Cisco', deviceFamily: 'Cisco-ISR(IOS)', firmwareVersion: 'Cisco-ISR-15.x--IKEv2+BGP' },
  },
  { method: 'POST', path: `${gateway}/supportedvpndevices` },
  { method: 'POST', path: `${gateway}/getLearnedRoutes` },
  { method: 'GET', path: `${at('networkInterfaces/nic')}/ipConfigurations/c` },
  { method: 'POST', path: `${gateway}/reset` },
  post(`${gateway}/getBgpPeerStatus?peer=10.1.0.4`),
  post(`${gateway}/getAdvertisedRoutes?peer=10.1.0.4`),
  post(`${at('networkInterfaces/nic')}/effectiveNetworkSecurityGroups`),
  get(`${at('virtualNetworks/vnet')}/checkIPAddressAvailability?ipAddress=10.1.1.4`),
  get(`${at('virtualNetworks/vnet')}/usages`),
  ...['redeploy', 'restart', 'powerOff'].map((action) => post(`${machine}/${action}`)),
  get(`${machine}/vmSizes`),
  ...[versions, versions.slice(0, versions.lastIndexOf('/'))].map((path) => get(path.slice(0, path.lastIndexOf('/')))),
  get(`${region}/publishers/cisco/artifacttypes/vmimage/offers`),
  get(`${region}/publishers`),
  get(`${region}/vmSizes`),
  get(`${region}/usages`),
  get(`${region}/runCommands`),
  get(`${region}/runCommands/RunShellScript`),
  get(`${subscription}/providers/Microsoft.Network/locations/japaneast/usages`),
  get(`${subscription}/locations`),
  { method: 'GET', path: `${gateway}/connections` },
  { method: 'POST', path: `${at('networkInterfaces/nic')}/effectiveRouteTable` },
  { method: 'GET', path: agreement },
  { method: 'PUT', path: agreement, body: { properties: { signature: 'x', accepted: true } } },
  { method: 'GET', path: versions },
  { method: 'GET', path: `${versions}/17.3.320240115` },
  { method: 'GET', path: `${subscription}/providers/Microsoft.Compute/skus` },
  { method: 'GET', path: `${subscription}/resources` },
  { method: 'GET', path: `${subscription}/resourceGroups` },
  { method: 'GET', path: `${subscription}/resourceGroups/G/resources` },
  { method: 'GET', path: at('virtualNetworks') },
  { method: 'GET', path: `${subscription}/providers/Microsoft.Network/connections` },
  { method: 'GET', path: `${subscription}/providers/Microsoft.Network/locations/japaneast/operations/1` },
  { method: 'GET', path: `${subscription}/operationresults/1` },
  { method: 'GET', path: '/metadata/endpoints' },
  { method: 'GET', path: '/subscriptions' },
  {
    method: 'PUT',
    path: `${subscription}/resourceGroups/G/providers/Microsoft.Resources/deployments/d`,
    body: {
      properties: {
        mode: 'incremental',
        parameters: { key: { value: 'fuzz-key' } },
        template: {
          $schema: 'https://schema.management.azure.com/schemas/2015-01-01/deploymentTemplate.json#',
          contentVersion: '1.0.0.0',
          parameters: { key: { type: 'securestring' } },
          resources: [
            {
              type: 'Microsoft.Network/networkSecurityGroups',
              name: 'byTemplate',
              apiVersion: '2015-06-15',
              location,
              dependsOn: [],
              properties: { securityRules: [{ name: 'r', properties: rule }] },
            },
          ],
          outputs: { resource: { type: 'object', value: "[reference('byTemplate')]" } },
        },
      },
    },
  },
];
