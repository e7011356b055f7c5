/** Validated site files for tests, as the workflows get them: the seed, and a device behind no NAT at a hub without a probe. */
import type {
  AzureVmRouterSpec,
  Cidr,
  DeviceRouterSpec,
  HubSpec,
  Ipv4,
  SiteFile,
  SiteSpec,
  SshSpec,
} from '../../domain/spec.ts';

export const cidr = (text: string): Cidr => text as Cidr;
export const ipv4 = (text: string): Ipv4 => text as Ipv4;

const key = { file: '~/.ssh/id_rsa' };
const ssh: SshSpec = {
  host: null,
  port: null,
  username: 'azureuser',
  privateKey: key,
  password: null,
  enableSecret: null,
  hostKey: null,
};

export const seedHub: HubSpec = {
  name: 'japan',
  subscription: '00000000-0000-0000-0000-000000000000',
  location: 'japaneast',
  resourceGroup: 'ResourceGroupEast',
  network: {
    name: 'Vnet16',
    addressSpace: [cidr('172.16.0.0/16')],
    gatewaySubnet: cidr('172.16.0.0/27'),
    adopt: false,
  },
  gateway: {
    name: 'VnetGw',
    sku: 'VpnGw1AZ',
    publicIps: [{ name: 'VpnGwPublicIp', zones: ['1', '2', '3'] }],
    bgp: null,
    adopt: false,
  },
  probe: {
    name: 'linux010',
    subnet: { name: 'Subnet01', prefix: cidr('172.16.1.0/24') },
    privateIp: ipv4('172.16.1.10'),
    size: 'Standard_B1s',
    image: { publisher: 'Canonical', offer: 'server', sku: '22_04-lts-gen2', version: 'latest' },
    adminUsername: 'azureuser',
    privateKey: key,
    adopt: false,
  },
};

export const seedRouter: AzureVmRouterSpec = {
  kind: 'azure-vm',
  name: 'router210',
  resourceGroup: 'ResourceGroupWest',
  location: 'japanwest',
  network: {
    name: 'Vnet20',
    addressSpace: [cidr('172.20.0.0/16')],
    subnet: { name: 'Subnet10', prefix: cidr('172.20.10.0/24') },
    adopt: false,
  },
  privateIp: ipv4('172.20.10.210'),
  image: { publisher: 'cisco', offer: 'cisco-csr-1000v', sku: '17_3_3-byol', version: 'latest' },
  acceptMarketplaceTerms: true,
  size: 'Standard_D2_v5',
  priority: 'Spot',
  spotFallback: false,
  loopbacks: [
    { name: 'Loopback100', address: ipv4('172.20.100.100'), prefixLength: 24 },
    { name: 'Loopback200', address: ipv4('172.20.200.200'), prefixLength: 24 },
  ],
  ssh: { ...ssh, allowFrom: [cidr('198.51.100.10/32')] },
  change: { archive: 'turnOn', sharePolicy: false, onVerifyFailure: 'keep' },
  adopt: false,
};

export const seedSite: SiteSpec = {
  name: 'Site01',
  localGateway: { name: 'Site01' },
  prefixes: [cidr('172.20.100.0/24'), cidr('172.20.200.0/24')],
  connection: {
    name: 'ConnectToSite01',
    sharedKey: { env: 'SITE01_SHARED_KEY' },
    ipsecPolicy: null,
    dpdTimeoutSeconds: null,
    connectionMode: 'Default',
    deviceScript: null,
    adopt: false,
  },
  router: seedRouter,
  verify: {
    fromProbe: { targets: [ipv4('172.20.100.100')], count: 3 },
    fromRouter: { target: ipv4('172.16.1.10'), source: 'Loopback100', count: 100 },
    maxLossPercent: 0,
    withinSeconds: { ready: 180, routes: 600, status: 900 },
  },
  bgp: null,
};

export const seedFile: SiteFile = { hub: seedHub, sites: [seedSite] };

export const deviceRouter: DeviceRouterSpec = {
  kind: 'device',
  address: ipv4('203.0.113.7'),
  privateAddress: null,
  expectedHostname: 'osaka-r1',
  ssh: { ...ssh, host: 'osaka-r1' },
  tunnelNumbers: [11],
  change: {
    archive: 'useIfOn',
    sharePolicy: false,
    onVerifyFailure: 'keep',
    approval: 'none',
    save: 'verified',
  },
};

export const deviceSite: SiteSpec = {
  ...seedSite,
  name: 'Osaka',
  localGateway: { name: 'Osaka' },
  prefixes: [cidr('10.8.0.0/24')],
  connection: { ...seedSite.connection, name: 'ConnectToOsaka', sharedKey: { generate: true } },
  router: deviceRouter,
  verify: {
    ...seedSite.verify,
    fromProbe: null,
    fromRouter: { ...seedSite.verify.fromRouter, source: 'GigabitEthernet2' },
  },
};

/** A router that exists, at a hub without a probe. */
export const deviceFile: SiteFile = { hub: { ...seedHub, probe: null }, sites: [deviceSite] };
