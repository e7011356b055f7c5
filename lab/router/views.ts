import type { IkeProfile, RouterBgp, RouterCrypto, RouterInterface, RouterRoute, RouterTunnel } from '../ports.ts';
import { maskOf, prefixLength, prefixOf } from './address.ts';
import type { ConfigNode } from './configuration/node.ts';
import { ofKind, sortedChildren, valueOf } from './configuration/node.ts';

/** The configuration as the link sees it. */

export interface Dhcp {
  readonly address: string;
  readonly mask: string;
  readonly gateway: string;
}

function list(node: ConfigNode, kind: string, name: string): string[] {
  return (valueOf(node, kind, name) ?? '').split(' ').filter((word) => word !== '');
}

export function interfacesOf(root: ConfigNode, dhcp: Dhcp): RouterInterface[] {
  return sortedChildren(root)
    .filter((node) => node.rule.kind === 'interface')
    .map((node) => {
      const name = node.args['name'] ?? '';
      const args = ofKind(node, 'ip address')[0]?.args;
      return {
        name,
        kind: name.startsWith('Loopback') ? 'loopback' : name.startsWith('Tunnel') ? 'tunnel' : 'physical',
        address: args ? (args['address'] ?? dhcp.address) : null,
        mask: args ? (args['mask'] ?? dhcp.mask) : null,
        adminUp: ofKind(node, 'shutdown').length === 0,
      };
    });
}

/** Connected, local and static routes, and the default route that DHCP brings. */
export function routesOf(root: ConfigNode, dhcp: Dhcp): RouterRoute[] {
  const connected = interfacesOf(root, dhcp)
    .filter(({ adminUp, address }) => adminUp && address !== null)
    .flatMap(({ name, address, mask }): RouterRoute[] => {
      const prefix = prefixOf(address ?? '', mask ?? '');
      const own: RouterRoute = { prefix, source: 'C', nextHop: null, interface: name };
      return prefixLength(prefix) === 32
        ? [own]
        : [own, { prefix: `${address ?? ''}/32`, source: 'L', nextHop: null, interface: name }];
    });
  const fixed = ofKind(root, 'ip route').map(({ args }): RouterRoute => ({
    prefix: prefixOf(args['network'] ?? '', args['mask'] ?? ''),
    source: 'S',
    nextHop: args['nextHop'] ?? null,
    interface: args['interface'] ?? null,
  }));
  return [...connected, ...fixed, ...dhcpRoute(root, dhcp, fixed)];
}

/** DHCP's default route has distance 254: any other one wins. */
function dhcpRoute(root: ConfigNode, dhcp: Dhcp, fixed: readonly RouterRoute[]): RouterRoute[] {
  const leased = ofKind(root, 'interface').some(
    (node) =>
      ofKind(node, 'ip address').some((line) => line.args['address'] === undefined) &&
      ofKind(node, 'shutdown').length === 0,
  );
  if (!leased || fixed.some(({ prefix }) => prefix === '0.0.0.0/0')) return [];
  return [{ prefix: '0.0.0.0/0', source: 'S', nextHop: dhcp.gateway, interface: null }];
}

function profileOf(node: ConfigNode): IkeProfile {
  const side = (which: string): string | null => {
    const line = ofKind(node, 'authentication').find(({ args }) => args['side'] === which);
    return line ? line.line.replace(/^authentication \S+ /, '') : null;
  };
  const dpd = ofKind(node, 'dpd')[0]?.args;
  return {
    name: node.args['name'] ?? '',
    matchAddressLocal: ofKind(node, 'match address local').flatMap(({ args }) => args['address'] ?? []),
    matchIdentityRemoteAddress: ofKind(node, 'match identity remote address').map(({ args }) => ({
      address: args['address'] ?? '',
      mask: args['mask'] ?? maskOf(32),
    })),
    identityLocalAddress: valueOf(node, 'identity local', 'address'),
    authenticationLocal: side('local'),
    authenticationRemote: side('remote'),
    keyring: valueOf(node, 'keyring local', 'name'),
    lifetimeSeconds: Number(valueOf(node, 'lifetime', 'seconds') ?? 86_400),
    dpd: dpd
      ? {
          intervalSeconds: Number(dpd['interval']),
          retrySeconds: Number(dpd['retry']),
          mode: dpd['mode'] === 'periodic' ? 'periodic' : 'on-demand',
        }
      : null,
  };
}

function tunnelOf(node: ConfigNode): RouterTunnel {
  const source = ofKind(node, 'tunnel source')[0]?.args;
  return {
    name: node.args['name'] ?? '',
    source: source?.['address'] ?? source?.['interface'] ?? null,
    destination: valueOf(node, 'tunnel destination', 'address'),
    mode: ofKind(node, 'tunnel mode')[0]?.line === 'tunnel mode ipsec ipv4' ? 'ipsec ipv4' : 'gre ip',
    protectionProfile: valueOf(node, 'tunnel protection ipsec profile', 'name'),
  };
}

/** Type 6 keys are kept as they were typed: they stand for themselves. */
function keysOf(peer: ConfigNode): { localKey: string | null; remoteKey: string | null } {
  const both = valueOf(peer, 'pre-shared-key', 'key');
  return {
    localKey: valueOf(peer, 'pre-shared-key local', 'key') ?? both,
    remoteKey: valueOf(peer, 'pre-shared-key remote', 'key') ?? both,
  };
}

function encryptionOf(node: ConfigNode): string {
  const bits = node.args['bits'];
  const name = node.args['encryption'] ?? '';
  return bits ? `${name} ${bits}` : name;
}

/** Everything that IKE and IPsec follow from. */
export function cryptoOf(root: ConfigNode): RouterCrypto {
  const globalLifetime = valueOf(root, 'crypto ipsec security-association lifetime seconds', 'seconds');
  return {
    proposals: ofKind(root, 'crypto ikev2 proposal').map((node) => ({
      name: node.args['name'] ?? '',
      encryption: list(node, 'encryption', 'encryption'),
      integrity: list(node, 'integrity', 'integrity'),
      prf: list(node, 'prf', 'prf'),
      groups: list(node, 'group', 'groups').map(Number),
    })),
    policies: ofKind(root, 'crypto ikev2 policy').map((node) => ({
      name: node.args['name'] ?? '',
      matchAddressLocal: ofKind(node, 'match address local').map(({ args }) => args['address'] ?? ''),
      proposals: ofKind(node, 'proposal').map(({ args }) => args['name'] ?? ''),
    })),
    keyrings: ofKind(root, 'crypto ikev2 keyring').map((node) => ({
      name: node.args['name'] ?? '',
      peers: ofKind(node, 'peer').map((peer) => ({
        name: peer.args['name'] ?? '',
        address: valueOf(peer, 'address', 'address'),
        mask: valueOf(peer, 'address', 'mask'),
        ...keysOf(peer),
      })),
    })),
    profiles: ofKind(root, 'crypto ikev2 profile').map(profileOf),
    transformSets: ofKind(root, 'crypto ipsec transform-set').map((node) => ({
      name: node.args['name'] ?? '',
      encryption: encryptionOf(node),
      integrity: node.args['integrity'] ?? null,
      mode: valueOf(node, 'mode', 'mode') === 'transport' ? 'transport' : 'tunnel',
    })),
    ipsecProfiles: ofKind(root, 'crypto ipsec profile').map((node) => ({
      name: node.args['name'] ?? '',
      transformSets: list(node, 'set transform-set', 'name'),
      ikev2Profile: valueOf(node, 'set ikev2-profile', 'name'),
      pfs: ofKind(node, 'set pfs').map(({ args }) => args['group'] ?? 'group1')[0] ?? null,
      lifetimeSeconds: Number(
        valueOf(node, 'set security-association lifetime seconds', 'seconds') ?? globalLifetime ?? 3600,
      ),
    })),
    tunnels: ofKind(root, 'interface')
      .filter((node) => (node.args['name'] ?? '').startsWith('Tunnel'))
      .map(tunnelOf),
  };
}

/** The BGP process, or null. Lines of the address family count like those above it. */
export function bgpOf(root: ConfigNode): RouterBgp | null {
  const node = ofKind(root, 'router bgp')[0];
  if (node === undefined) return null;
  const lines = [...node.children, ...ofKind(node, 'address-family ipv4').flatMap(({ children }) => children)];
  const of = (kind: string): ConfigNode[] => lines.filter(({ rule }) => rule.kind === kind);
  // After `no bgp default ipv4-unicast` a neighbor takes part only if it is activated.
  const everyone = of('bgp default ipv4-unicast').length === 0;
  const isActivated = ({ args }: ConfigNode): boolean =>
    everyone || of('activate').some((line) => line.args['neighbor'] === args['neighbor']);
  return {
    as: Number(node.args['as']),
    neighbors: of('remote-as')
      .filter(isActivated)
      .map(({ args: { neighbor = '', as } }) => {
        const own = (kind: string): ConfigNode | undefined =>
          of(kind).find(({ args }) => args['neighbor'] === neighbor);
        const multihop = own('ebgp-multihop');
        return {
          address: neighbor,
          remoteAs: Number(as),
          hops: multihop === undefined ? 1 : Number(multihop.args['hops'] ?? 255),
          updateSource: own('update-source')?.args['interface'] ?? null,
          shutdown: own('neighbor shutdown') !== undefined,
          hasPassword: own('neighbor password') !== undefined,
        };
      }),
    networks: of('network').map(({ args: { network = '', mask } }) => prefixOf(network, mask ?? classMask(network))),
    maximumPaths: Number(of('maximum-paths')[0]?.args['count'] ?? 1),
    redistribute: of('redistribute').map(({ args }) => (args['source'] === 'static' ? 'static' : 'connected')),
  };
}

/** A `network` line without a mask means the network of its class. */
function classMask(network: string): string {
  const first = Number(network.split('.')[0]);
  return maskOf(first < 128 ? 8 : first < 192 ? 16 : 24);
}

/** The `ip address` line of each interface that has one. */
export function addressLines(root: ConfigNode): Record<string, string> {
  return Object.fromEntries(
    ofKind(root, 'interface').flatMap((node) =>
      ofKind(node, 'ip address').map(({ line }) => [node.args['name'] ?? '', line]),
    ),
  );
}
