/**
 * A site file with every key of the format. It tells which keys there are (for the nearest known one), shows how a
 * missing value would look, and stands in for what is wrong, so that the rules can look at the rest.
 */
const change = { archive: 'useIfOn', sharePolicy: false, onVerifyFailure: 'keep' };
const privateKey = { file: '~/.ssh/id_rsa' };

const hub = {
  name: 'japan',
  subscription: '00000000-0000-0000-0000-000000000000',
  location: 'japaneast',
  resourceGroup: 'ResourceGroupEast',
  network: { name: 'Vnet16', addressSpace: ['172.16.0.0/16'], gatewaySubnet: '172.16.0.0/27', adopt: false },
  gateway: {
    name: 'VnetGw',
    sku: 'VpnGw1AZ',
    publicIps: [{ name: 'VpnGwPublicIp', zones: ['1'] }],
    activeActive: false,
    bgp: { asn: 65515, apipa: ['169.254.21.2'] },
    adopt: false,
  },
  probe: {
    name: 'linux010',
    subnet: { name: 'Subnet01', prefix: '172.16.1.0/24' },
    privateIp: '172.16.1.10',
    size: 'Standard_B1s',
    image: 'Ubuntu2204',
    adminUsername: 'azureuser',
    privateKey,
    adopt: false,
  },
};

const azureVm = {
  kind: 'azure-vm',
  name: 'router210',
  resourceGroup: 'ResourceGroupWest',
  location: 'japanwest',
  network: {
    name: 'Vnet20',
    addressSpace: ['172.20.0.0/16'],
    subnet: { name: 'Subnet10', prefix: '172.20.10.0/24' },
    adopt: false,
  },
  privateIp: '172.20.10.210',
  image: 'cisco:cisco-csr-1000v:17_3_3-byol:latest',
  acceptMarketplaceTerms: true,
  size: 'Standard_D2_v5',
  priority: 'Regular',
  spotFallback: false,
  loopbacks: [{ name: 'Loopback100', address: '172.20.100.100/24' }],
  ssh: {
    username: 'azureuser',
    port: 22,
    privateKey,
    enableSecret: { env: 'ENABLE_SECRET' },
    hostKey: 'SHA256:0000000000000000000000000000000000000000000',
    allowFrom: ['198.51.100.10/32'],
    allowAnywhere: false,
  },
  change,
  adopt: false,
};

const device = {
  kind: 'device',
  address: '203.0.113.7',
  privateAddress: '10.0.0.2',
  expectedHostname: 'osaka-r1',
  ssh: {
    host: 'osaka-r1',
    port: 22,
    username: 'azureuser',
    privateKey,
    password: { env: 'ROUTER_PASSWORD' },
    enableSecret: { env: 'ENABLE_SECRET' },
    hostKey: 'SHA256:0000000000000000000000000000000000000000000',
  },
  tunnels: { numbers: [11] },
  change: { approval: 'none', save: 'verified', ...change },
};

const site = {
  name: 'Site01',
  localGateway: { name: 'Site01' },
  prefixes: ['172.20.100.0/24'],
  connection: {
    name: 'ConnectToSite01',
    sharedKey: { env: 'SITE01_SHARED_KEY' },
    ipsecPolicy: {
      ikeEncryption: 'AES256',
      ikeIntegrity: 'SHA256',
      dhGroup: 'DHGroup14',
      ipsecEncryption: 'GCMAES256',
      ipsecIntegrity: 'GCMAES256',
      pfsGroup: 'PFS2048',
      saLifeTimeSeconds: 27_000,
      saDataSizeKilobytes: 102_400_000,
    },
    dpdTimeoutSeconds: 45,
    connectionMode: 'Default',
    deviceScript: { vendor: 'Cisco', family: 'IOS (ISR, ASR)', firmware: '15.x (IKEv2)' },
    adopt: false,
  },
  verify: {
    fromProbe: { targets: ['172.20.100.100'], count: 3 },
    fromRouter: { target: '172.16.1.10', source: 'Loopback100', count: 100 },
    maxLossPercent: 0,
  },
  bgp: { asn: 65010, peerAddress: '10.255.0.1' },
};

export type Key = string | number;

/** What stands at a path in the sample; every index of a list means the first. Undefined where nothing does. */
export function sampleAt(path: readonly Key[], routerKind: unknown): unknown {
  const router = routerKind === 'device' ? device : azureVm;
  let value: unknown = { hub, sites: [{ ...site, router }] };
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([name]) => name === String(Array.isArray(value) ? 0 : key))?.[1];
  }
  return structuredClone(value);
}
