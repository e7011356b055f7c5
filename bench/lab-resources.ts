/** What a large subscription holds: groups of a hundred resources, each group alike. */

interface Resource {
  readonly path: string;
  readonly body: object;
}

export const version = 'api-version=2024-05-01';

const location = 'japaneast';
const key = `ssh-rsa ${'A'.repeat(368)} bench`;

const inGroup = (subscription: string, group: number): string => `${subscription}/resourceGroups/g${group}`;
const network = (subscription: string, group: number, rest: string): string =>
  `${inGroup(subscription, group)}/providers/Microsoft.Network/${rest}`;
const compute = (subscription: string, group: number, rest: string): string =>
  `${inGroup(subscription, group)}/providers/Microsoft.Compute/${rest}`;

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** How many resources a group of `wavesOf` has, itself, subnets and disks included. */
export const groupSize = 100;

function virtualMachine(nic: string): object {
  return {
    location,
    properties: {
      hardwareProfile: { vmSize: 'Standard_B1s' },
      storageProfile: {
        imageReference: {
          publisher: 'Canonical',
          offer: '0001-com-ubuntu-server-jammy',
          sku: '22_04-lts-gen2',
          version: 'latest',
        },
        osDisk: { createOption: 'FromImage', deleteOption: 'Delete' },
      },
      osProfile: {
        computerName: 'box',
        adminUsername: 'azureuser',
        linuxConfiguration: { ssh: { publicKeys: [{ path: '/home/azureuser/.ssh/authorized_keys', keyData: key }] } },
      },
      networkProfile: { networkInterfaces: [{ id: nic }] },
    },
  };
}

type At = (rest: string) => string;

const address = {
  location,
  sku: { name: 'Standard' },
  zones: ['1', '2', '3'],
  properties: { publicIPAllocationMethod: 'Static' },
};

const site = {
  location,
  properties: { gatewayIpAddress: '192.0.2.1', localNetworkAddressSpace: { addressPrefixes: ['172.20.0.0/16'] } },
};

const vnet = {
  location,
  properties: {
    addressSpace: { addressPrefixes: ['10.1.0.0/16'] },
    subnets: [
      { name: 'GatewaySubnet', properties: { addressPrefix: '10.1.0.0/27' } },
      ...range(20).map((n) => ({ name: `s${n}`, properties: { addressPrefix: `10.1.${n + 1}.0/24` } })),
    ],
  },
};

const securityGroup = {
  location,
  properties: {
    securityRules: [
      {
        name: 'ssh',
        properties: {
          protocol: 'Tcp',
          access: 'Allow',
          direction: 'Inbound',
          priority: 1000,
          sourceAddressPrefix: '198.51.100.10/32',
          sourcePortRange: '*',
          destinationAddressPrefix: '*',
          destinationPortRange: '22',
        },
      },
    ],
  },
};

const configuration = (at: At, subnet: string, publicAddress: string): object => ({
  name: 'one',
  properties: {
    subnet: { id: at(`virtualNetworks/vnet/subnets/${subnet}`) },
    publicIPAddress: { id: at(`publicIPAddresses/${publicAddress}`) },
  },
});

const nic = (at: At, n: number): object => ({
  location,
  properties: {
    networkSecurityGroup: { id: at(`networkSecurityGroups/nsg${n % 15}`) },
    ipConfigurations: [configuration(at, `s${n}`, `ip${n}`)],
  },
});

const gateway = (at: At): object => ({
  location,
  properties: {
    sku: { name: 'VpnGw1AZ', tier: 'VpnGw1AZ' },
    ipConfigurations: [configuration(at, 'GatewaySubnet', 'gateway')],
  },
});

const connection = (at: At): object => ({
  location,
  properties: {
    connectionType: 'IPsec',
    virtualNetworkGateway1: { id: at('virtualNetworkGateways/gw') },
    localNetworkGateway2: { id: at('localNetworkGateways/site') },
    sharedKey: 'bench-key-0123456789',
  },
});

/**
 * A group's PUTs, in waves: each wave needs the one before to have ended. The group itself, a VNet of 21 subnets, 15
 * security groups, 21 addresses, 20 NICs, a gateway, a site, a connection, and 9 VMs with their disks.
 */
export function wavesOf(subscription: string, group: number): Resource[][] {
  const at: At = (rest) => network(subscription, group, rest);
  return [
    [{ path: inGroup(subscription, group), body: { location } }],
    [
      { path: at('virtualNetworks/vnet'), body: vnet },
      ...range(15).map((n) => ({ path: at(`networkSecurityGroups/nsg${n}`), body: securityGroup })),
      ...range(20).map((n) => ({ path: at(`publicIPAddresses/ip${n}`), body: address })),
      { path: at('publicIPAddresses/gateway'), body: address },
      { path: at('localNetworkGateways/site'), body: site },
    ],
    [
      { path: at('virtualNetworkGateways/gw'), body: gateway(at) },
      ...range(20).map((n) => ({ path: at(`networkInterfaces/nic${n}`), body: nic(at, n) })),
    ],
    [
      { path: at('connections/con'), body: connection(at) },
      ...range(9).map((n) => ({
        path: compute(subscription, group, `virtualMachines/vm${n}`),
        body: virtualMachine(at(`networkInterfaces/nic${n}`)),
      })),
    ],
  ];
}

/** GETs that a client of such a subscription sends: single resources of all types, and the lists of a group. */
export function readsOf(subscription: string, group: number): string[] {
  const at = (rest: string): string => network(subscription, group, rest);
  return [
    inGroup(subscription, group),
    at('virtualNetworks/vnet'),
    at('virtualNetworks/vnet/subnets/s7'),
    at('networkSecurityGroups/nsg3'),
    at('publicIPAddresses/ip4'),
    at('networkInterfaces/nic5'),
    at('virtualNetworkGateways/gw'),
    at('localNetworkGateways/site'),
    at('connections/con'),
    compute(subscription, group, 'virtualMachines/vm6'),
    at('networkInterfaces'),
    at('connections'),
  ].map((path) => `${path}?${version}`);
}
