/** A router and a gateway that fit each other, as in the seed, for tests to change. */
import type {
  CloudConnection,
  CloudNic,
  CloudVm,
  Flow,
  RouterBgp,
  RouterCrypto,
  RouterInterface,
  RouterRoute,
} from '../../../lab/ports.ts';

/** Everything in it can be written. */
type Open<T> = T extends (...args: never[]) => unknown
  ? T
  : T extends object
    ? { -readonly [K in keyof T]: Open<T[K]> }
    : T;

const GROUP = '/subscriptions/s/resourceGroups/g/providers';
export const CONNECTION = `${GROUP}/Microsoft.Network/connections/ConnectToSite01`;
export const PROBE = `${GROUP}/Microsoft.Compute/virtualMachines/linux010`;
const ROUTER_VM = `${GROUP}/Microsoft.Compute/virtualMachines/router210`;
const HUB = `${GROUP}/Microsoft.Network/virtualNetworks/Vnet16`;
const KEY = 'P@ssw0rd1234';

/** What a test may change before or while the link is looked at. */
export interface Site {
  vms: Open<CloudVm>[];
  connections: Open<CloudConnection>[];
  /** A flow that is not named here is let through. */
  closed: { nic: string; direction: Flow['direction']; protocol: Flow['protocol']; rule: string }[];
  running: boolean;
  publicAddress: string | null;
  vmId: string | null;
  release: string;
  interfaces: Open<RouterInterface>[];
  crypto: Open<RouterCrypto>;
  routes: Open<RouterRoute>[];
  bgp: Open<RouterBgp> | null;
}

function machine(id: string, os: CloudVm['os'], nic: Partial<CloudNic>): Open<CloudVm> {
  const name = id.split('/').at(-1) ?? id;
  return {
    id,
    name,
    computerName: name,
    location: 'japanwest',
    os,
    powerState: 'running',
    bootedAt: 0,
    vmUuid: name,
    image: { publisher: 'p', offer: 'o', sku: 's', version: '1' },
    adminUsername: 'azureuser',
    sshPublicKeys: [],
    nics: [
      Object.assign(
        {
          id: `${name}-nic`,
          primary: true,
          privateAddress: '0.0.0.0',
          publicAddress: null,
          subnetId: 'subnet',
          subnetPrefix: '172.20.10.0/24',
          vnetId: `${GROUP}/Microsoft.Network/virtualNetworks/Vnet20`,
          vnetPrefixes: ['172.20.0.0/16'],
          ipForwarding: true,
          macAddress: '00-0D-3A-40-2D-4D',
        },
        nic,
      ),
    ],
  };
}

function connectionOfSeed(): Open<CloudConnection> {
  return {
    id: CONNECTION,
    name: 'ConnectToSite01',
    provisioningState: 'Succeeded',
    gateway: {
      id: `${GROUP}/Microsoft.Network/virtualNetworkGateways/VnetGw`,
      name: 'VnetGw',
      provisioningState: 'Succeeded',
      publicAddresses: ['20.210.93.46'],
      vnetId: HUB,
      vnetPrefixes: ['172.16.0.0/16'],
      activeActive: false,
      bgp: null,
      epoch: 0,
    },
    localGateway: {
      id: 'Site01',
      address: '20.210.140.4',
      prefixes: ['172.20.100.0/24', '172.20.200.0/24'],
      bgp: null,
    },
    sharedKey: KEY,
    connectionMode: 'Default',
    connectionProtocol: 'IKEv2',
    ipsecPolicy: null,
    usePolicyBasedTrafficSelectors: false,
    enableBgp: false,
    dpdTimeoutSeconds: 0,
    epoch: 0,
  };
}

/** As Azure's device script has it, rewritten for a router behind NAT. */
function cryptoOfSeed(): Open<RouterCrypto> {
  return {
    proposals: [
      { name: 'Prop', encryption: ['aes-cbc-256', 'aes-cbc-128'], integrity: ['sha1', 'sha256'], prf: [], groups: [2] },
    ],
    policies: [{ name: 'Policy', matchAddressLocal: ['172.20.10.210'], proposals: ['Prop'] }],
    keyrings: [
      {
        name: 'Keyring',
        peers: [
          { name: '20.210.93.46', address: '20.210.93.46', mask: '255.255.255.255', localKey: KEY, remoteKey: KEY },
        ],
      },
    ],
    profiles: [
      {
        name: 'Profile',
        matchAddressLocal: ['172.20.10.210'],
        matchIdentityRemoteAddress: [{ address: '20.210.93.46', mask: '255.255.255.255' }],
        identityLocalAddress: null,
        authenticationLocal: 'pre-share',
        authenticationRemote: 'pre-share',
        keyring: 'Keyring',
        lifetimeSeconds: 28_800,
        dpd: { intervalSeconds: 10, retrySeconds: 5, mode: 'on-demand' },
      },
    ],
    transformSets: [{ name: 'Set', encryption: 'esp-gcm 256', integrity: null, mode: 'tunnel' }],
    ipsecProfiles: [
      { name: 'Ipsec', transformSets: ['Set'], ikev2Profile: 'Profile', pfs: null, lifetimeSeconds: 3600 },
    ],
    tunnels: [
      {
        name: 'Tunnel11',
        source: '172.20.10.210',
        destination: '20.210.93.46',
        mode: 'ipsec ipv4',
        protectionProfile: 'Ipsec',
      },
    ],
  };
}

const interfaceOf = (
  name: string,
  kind: RouterInterface['kind'],
  address: string,
  mask: string,
): Open<RouterInterface> => ({
  name,
  kind,
  address,
  mask,
  adminUp: true,
});
const route = (prefix: string, source: RouterRoute['source'], to: string): Open<RouterRoute> => ({
  prefix,
  source,
  nextHop: /^\d/.test(to) ? to : null,
  interface: /^\d/.test(to) ? null : to,
});

/** The seed's two ends, whole. */
export function seedSite(): Site {
  return {
    vms: [
      machine(ROUTER_VM, 'ios-xe', { privateAddress: '172.20.10.210', publicAddress: '20.210.140.4' }),
      machine(PROBE, 'linux', { privateAddress: '172.16.1.10', vnetId: HUB, vnetPrefixes: ['172.16.0.0/16'] }),
    ],
    connections: [connectionOfSeed()],
    closed: [],
    running: true,
    publicAddress: '20.210.140.4',
    vmId: ROUTER_VM,
    release: '17.3.3',
    interfaces: [
      interfaceOf('GigabitEthernet1', 'physical', '172.20.10.210', '255.255.255.0'),
      interfaceOf('Loopback100', 'loopback', '172.20.100.100', '255.255.255.0'),
      interfaceOf('Tunnel11', 'tunnel', '169.254.0.1', '255.255.255.255'),
    ],
    crypto: cryptoOfSeed(),
    routes: [
      route('0.0.0.0/0', 'S', '172.20.10.1'),
      route('172.20.10.0/24', 'C', 'GigabitEthernet1'),
      route('172.20.100.0/24', 'C', 'Loopback100'),
      route('172.16.0.0/16', 'S', 'Tunnel11'),
    ],
    bgp: null,
  };
}

/** The same site with a router that is no VM and has its public address itself. */
export function deviceSite(): Site {
  const site = seedSite();
  const text = JSON.stringify({ ...site, vms: [], connections: [] }).replaceAll('172.20.10.210', '203.0.113.7');
  const device = JSON.parse(text) as Site;
  const connections = site.connections;
  for (const one of connections) one.localGateway.address = '203.0.113.7';
  return { ...device, vms: site.vms.slice(1), connections, publicAddress: '203.0.113.7', vmId: null };
}

/** The first of a list that tests change. */
export function first<T>(list: readonly T[]): T {
  const [one] = list;
  if (one === undefined) throw new Error('the list is empty');
  return one;
}
export const connection = (site: Site) => first(site.connections);
export const tunnel = (site: Site) => first(site.crypto.tunnels);
export const profile = (site: Site) => first(site.crypto.profiles);
export const keyPeer = (site: Site) => first(first(site.crypto.keyrings).peers);
export const face = (site: Site, name: string) => first(site.interfaces.filter((one) => one.name === name));
