/** What most tests of resource types need, as short as it can be. */
import { groupId } from '../../../lab/arm/ids.ts';
import type { JsonObject } from '../../../lab/arm/json.ts';

export const subscription = '00000000-0000-0000-0000-000000000000';
export const location = 'japaneast';

/** `Microsoft.Network/virtualNetworks/Vnet16` in group East. */
export const idOf = (path: string, group = 'East'): string => `${groupId(subscription, group)}/providers/${path}`;

/** What makes a resource and waits for its end. */
interface Maker {
  make(path: string, body: JsonObject): unknown;
}

export const paths = {
  vnet: 'Microsoft.Network/virtualNetworks/Vnet16',
  gatewaySubnet: 'Microsoft.Network/virtualNetworks/Vnet16/subnets/GatewaySubnet',
  subnet: 'Microsoft.Network/virtualNetworks/Vnet16/subnets/Subnet01',
  address: 'Microsoft.Network/publicIPAddresses/GwIp',
  gateway: 'Microsoft.Network/virtualNetworkGateways/Gw',
  local: 'Microsoft.Network/localNetworkGateways/Site01',
  connection: 'Microsoft.Network/connections/ToSite01',
  nic: 'Microsoft.Network/networkInterfaces/Nic',
  group: 'Microsoft.Network/networkSecurityGroups/Nsg',
  vm: 'Microsoft.Compute/virtualMachines/linux010',
} as const;

export const bodies = {
  vnet: { location, properties: { addressSpace: { addressPrefixes: ['172.16.0.0/16'] } } },
  gatewaySubnet: { properties: { addressPrefix: '172.16.0.0/27' } },
  subnet: { properties: { addressPrefix: '172.16.1.0/24' } },
  address: {
    location,
    sku: { name: 'Standard' },
    zones: ['1', '2', '3'],
    properties: { publicIPAllocationMethod: 'Static' },
  },
  local: {
    location,
    properties: {
      gatewayIpAddress: '20.210.140.4',
      localNetworkAddressSpace: { addressPrefixes: ['172.20.100.0/24', '172.20.200.0/24'] },
    },
  },
};

export const gatewayBody = (sku = 'VpnGw1AZ', more: JsonObject = {}): JsonObject => ({
  location,
  properties: {
    gatewayType: 'Vpn',
    vpnType: 'RouteBased',
    sku: { name: sku, tier: sku },
    ipConfigurations: [
      {
        name: 'default',
        properties: { subnet: { id: idOf(paths.gatewaySubnet) }, publicIPAddress: { id: idOf(paths.address) } },
      },
    ],
    ...more,
  },
});

export const connectionBody = (more: JsonObject = {}): JsonObject => ({
  location,
  properties: {
    connectionType: 'IPsec',
    connectionProtocol: 'IKEv2',
    virtualNetworkGateway1: { id: idOf(paths.gateway) },
    localNetworkGateway2: { id: idOf(paths.local) },
    sharedKey: 'P@ssw0rd1234',
    ...more,
  },
});

export const nicBody = (more: JsonObject = {}): JsonObject => ({
  location,
  properties: {
    ipConfigurations: [{ name: 'c', properties: { subnet: { id: idOf(paths.subnet) }, ...more } }],
  },
});

export const publicKey = `ssh-rsa ${'A'.repeat(368)} test`;

export const ubuntu: JsonObject = {
  publisher: 'Canonical',
  offer: '0001-com-ubuntu-server-jammy',
  sku: '22_04-lts-gen2',
  version: 'latest',
};

export const csr: JsonObject = { publisher: 'cisco', offer: 'cisco-csr-1000v', sku: '17_3_3-byol', version: 'latest' };

export const vmBody = (more: JsonObject = {}, image: JsonObject = ubuntu, nic: string = paths.nic): JsonObject => ({
  location,
  properties: {
    hardwareProfile: { vmSize: 'Standard_B1s' },
    storageProfile: { imageReference: image, osDisk: { createOption: 'FromImage', deleteOption: 'Delete' } },
    osProfile: {
      computerName: 'linux010',
      adminUsername: 'azureuser',
      linuxConfiguration: {
        disablePasswordAuthentication: true,
        ssh: { publicKeys: [{ path: '/home/azureuser/.ssh/authorized_keys', keyData: publicKey }] },
      },
    },
    networkProfile: { networkInterfaces: [{ id: idOf(nic), properties: { primary: true } }] },
    ...more,
  },
});

/** Network, gateway, site and connection, all of them ready. */
export function buildHub(
  one: Maker,
  connection: JsonObject = connectionBody(),
  gateway: JsonObject = gatewayBody(),
): void {
  one.make(paths.vnet, bodies.vnet);
  one.make(paths.gatewaySubnet, bodies.gatewaySubnet);
  one.make(paths.address, bodies.address);
  one.make(paths.local, bodies.local);
  one.make(paths.gateway, gateway);
  one.make(paths.connection, connection);
}

/** A running Linux VM in Subnet01. */
export function buildProbe(one: Maker): void {
  one.make(paths.subnet, bodies.subnet);
  one.make(paths.nic, nicBody({ privateIPAllocationMethod: 'Static', privateIPAddress: '172.16.1.10' }));
  one.make(paths.vm, vmBody());
}
