/** The router's end of a tunnel: what it would send, or why it sends nothing. */
import type {
  CloudNic,
  CloudView,
  IkeProfile,
  IkeProposal,
  IpsecProfile,
  RouterCrypto,
  RouterInterface,
  RouterRoute,
  RouterTunnel,
  RouterView,
  TransformSet,
} from '../ports.ts';
import { inMasked, longestMatch } from './ipv4.ts';
import { DEFAULT_TRANSFORM_SET, defaultIkeProposal, isComplete } from './proposals.ts';

/** A reason why there is no tunnel; `stage` says how far the exchange got. */
export interface Failure {
  readonly ok: false;
  /** `local`: nothing leaves the router; `silent`: nothing comes back; `rejected`: the peer refuses. */
  readonly stage: 'local' | 'silent' | 'rejected';
  readonly reason: string;
}

export const failure = (stage: Failure['stage'], reason: string): Failure => ({ ok: false, stage, reason });

/** Where IKE leaves the router, and where it goes. */
export interface Path {
  readonly ok: true;
  readonly tunnel: RouterTunnel;
  readonly local: string;
  readonly peer: string;
  /** The address that the peer sees: `local`, or what a NAT in front makes of it. */
  readonly seenAs: string;
  readonly behindNat: boolean;
  /** The NIC that the packets pass; null for a device. */
  readonly nic: CloudNic | null;
}

/** What the router proposes on that path. */
export interface RouterEnd {
  readonly ok: true;
  readonly policyName: string;
  readonly proposals: readonly IkeProposal[];
  readonly profile: IkeProfile;
  readonly ipsecProfile: IpsecProfile;
  readonly transformSets: readonly TransformSet[];
  readonly localKey: string;
  readonly remoteKey: string;
  readonly keyringPeer: string;
}

/** Source, route and NAT of a tunnel interface. */
export function pathOf(router: RouterView, tunnel: RouterTunnel, cloud: CloudView): Path | Failure {
  const name = router.hostname;
  const face = router.interfaces().find((one) => one.name === tunnel.name);
  if (face !== undefined && !face.adminUp)
    return failure('local', `${tunnel.name} of ${name} is shut down; give it "no shutdown".`);
  if (tunnel.source === null) return failure('local', `${tunnel.name} of ${name} has no tunnel source.`);
  if (tunnel.destination === null) return failure('local', `${tunnel.name} of ${name} has no tunnel destination.`);
  const source = resolveSource(router, tunnel.name, tunnel.source);
  if ('ok' in source) return source;
  const route = routeTo(router.routes(), router.interfaces(), tunnel.destination, () => true);
  if (route === null) return failure('local', `${name} has no route to the tunnel destination ${tunnel.destination}.`);
  if (route.name === tunnel.name)
    return failure('local', `${name} would route ${tunnel.destination} into ${tunnel.name} itself: recursive routing.`);
  return translate(router, tunnel, source, tunnel.destination, cloud);
}

type Source = RouterInterface & { readonly address: string };

function resolveSource(router: RouterView, tunnelName: string, source: string): Source | Failure {
  const name = router.hostname;
  const face = router.interfaces().find((one) => one.name === source || one.address === source);
  if (face === undefined) {
    const own = router.interfaces().flatMap((one) => (one.address === null ? [] : [one.address]));
    return failure(
      'local',
      `The tunnel source ${source} of ${tunnelName} is not an address of ${name}, which has ${own.join(', ') || 'none'}; behind NAT it must be the private address.`,
    );
  }
  if (face.address === null) return failure('local', `The tunnel source ${source} of ${name} has no address.`);
  if (!face.adminUp)
    return failure('local', `The tunnel source ${source} of ${name} is on ${face.name}, which is shut down.`);
  return { ...face, address: face.address };
}

function translate(
  router: RouterView,
  tunnel: RouterTunnel,
  source: Source,
  peer: string,
  cloud: CloudView,
): Path | Failure {
  const local = source.address;
  const name = router.hostname;
  const path = (seenAs: string, nic: CloudNic | null): Path => ({
    ok: true,
    tunnel,
    local,
    peer,
    seenAs,
    behindNat: seenAs !== local,
    nic,
  });
  if (router.vmId !== null) {
    const nics = cloud.vms().find((vm) => sameId(vm.id, router.vmId ?? ''))?.nics ?? [];
    const nic = nics.find((one) => one.privateAddress === local);
    if (nic === undefined) {
      const known = nics.map((one) => one.privateAddress).join(', ');
      return failure(
        'silent',
        `Azure drops packets from ${local}: the network interface of ${name} has ${known || 'no address'}.`,
      );
    }
    if (nic.publicAddress === null)
      return failure('silent', `${name} (${local}) has no public address, so nothing reaches ${peer}.`);
    return path(nic.publicAddress, nic);
  }
  if (router.publicAddress === null || router.publicAddress === local) return path(local, null);
  if (source.kind === 'physical') return path(router.publicAddress, null);
  return failure(
    'silent',
    `IKE leaves ${name} from ${local} (${source.name}), which the NAT in front of it does not translate to ${router.publicAddress}.`,
  );
}

/** ARM ids are compared without regard to case. */
export const sameId = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** The interface that the router's table sends a packet out of, by longest match over interfaces that are up. */
export function routeTo(
  routes: readonly RouterRoute[],
  interfaces: readonly RouterInterface[],
  target: string,
  lineUp: (tunnelName: string) => boolean,
  depth = 0,
): RouterInterface | null {
  const usable = usableRoutes(routes, interfaces, lineUp, target, depth);
  const best = longestMatch(target, usable, (route) => route.prefix);
  if (best === null) return null;
  const face = interfaces.find((one) => one.name === best.interface);
  if (face !== undefined) return face;
  return best.nextHop === null || depth >= 4 ? null : routeTo(routes, interfaces, best.nextHop, lineUp, depth + 1);
}

/** The routes whose interface is up, or whose next hop can be reached: what stands in the routing table. */
export function usableRoutes(
  routes: readonly RouterRoute[],
  interfaces: readonly RouterInterface[],
  lineUp: (tunnelName: string) => boolean,
  target: string | null = null,
  depth = 0,
): readonly RouterRoute[] {
  return routes.filter((route) => {
    const face = interfaces.find((one) => one.name === route.interface);
    // A route by next hop alone is as good as the route to that next hop.
    if (face === undefined)
      return route.nextHop !== null && depth < 4 && route.nextHop !== target
        ? routeTo(routes, interfaces, route.nextHop, lineUp, depth + 1) !== null
        : false;
    return face.adminUp && (face.kind !== 'tunnel' || lineUp(face.name));
  });
}

/** IKEv2 policy, profile, keyring and IPsec profile that apply to this path. */
export function routerEnd(router: RouterView, path: Path): RouterEnd | Failure {
  const crypto = router.crypto();
  const policy = choosePolicy(router, crypto, path.local);
  if ('ok' in policy) return policy;
  const ipsec = crypto.ipsecProfiles.find((one) => one.name === path.tunnel.protectionProfile);
  if (ipsec === undefined)
    return failure(
      'local',
      `${path.tunnel.name} is protected by the IPsec profile ${path.tunnel.protectionProfile ?? '(none)'}, which ${router.hostname} does not have.`,
    );
  const profile = chooseProfile(router, crypto, ipsec, path);
  if ('ok' in profile) return profile;
  const sets = transformSets(crypto, ipsec);
  if ('ok' in sets) return sets;
  const keys = chooseKeys(router, crypto, profile, path.peer);
  if ('reason' in keys) return keys;
  return { ok: true, ...policy, profile, ipsecProfile: ipsec, transformSets: sets, ...keys };
}

type Chosen = { policyName: string; proposals: readonly IkeProposal[] };

/** A policy whose `match address local` names the address beats one without; with no policy at all the default applies. */
function choosePolicy(router: RouterView, crypto: RouterCrypto, local: string): Chosen | Failure {
  if (crypto.policies.length === 0) return { policyName: 'default', proposals: [defaultIkeProposal(router.release)] };
  const policy =
    crypto.policies.find((one) => one.matchAddressLocal.includes(local)) ??
    crypto.policies.find((one) => one.matchAddressLocal.length === 0);
  if (policy === undefined) {
    const texts = crypto.policies.map((one) => `${one.name} matches ${one.matchAddressLocal.join(', ')}`);
    return failure(
      'local',
      `No IKEv2 policy of ${router.hostname} matches the address that IKE is sent from, ${local}: ${texts.join('; ')}.`,
    );
  }
  const named = policy.proposals.map(
    (name) =>
      crypto.proposals.find((one) => one.name === name) ??
      (name === 'default' ? defaultIkeProposal(router.release) : undefined),
  );
  const proposals = named.filter((one): one is IkeProposal => one !== undefined && isComplete(one));
  if (proposals.length === 0)
    return failure(
      'local',
      `The IKEv2 policy ${policy.name} of ${router.hostname} has no complete proposal (it names ${policy.proposals.join(', ') || 'none'}).`,
    );
  return { policyName: policy.name, proposals };
}

function chooseProfile(
  router: RouterView,
  crypto: RouterCrypto,
  ipsec: IpsecProfile,
  path: Path,
): IkeProfile | Failure {
  const profile = crypto.profiles.find((one) => one.name === ipsec.ikev2Profile);
  if (profile === undefined)
    return failure(
      'local',
      `The IPsec profile ${ipsec.name} of ${router.hostname} names the IKEv2 profile ${ipsec.ikev2Profile ?? '(none)'}, which does not exist.`,
    );
  if (profile.matchAddressLocal.length > 0 && !profile.matchAddressLocal.includes(path.local))
    return failure(
      'local',
      `The IKEv2 profile ${profile.name} of ${router.hostname} matches the local address ${profile.matchAddressLocal.join(', ')}, but IKE is sent from ${path.local}.`,
    );
  for (const [side, method] of [
    ['local', profile.authenticationLocal],
    ['remote', profile.authenticationRemote],
  ] as const) {
    if (method !== 'pre-share')
      return failure(
        'local',
        `The IKEv2 profile ${profile.name} of ${router.hostname} authenticates the ${side} end by ${method ?? 'nothing'}, the connection by pre-share.`,
      );
  }
  return profile;
}

function transformSets(crypto: RouterCrypto, ipsec: IpsecProfile): readonly TransformSet[] | Failure {
  if (ipsec.transformSets.length === 0) return [DEFAULT_TRANSFORM_SET];
  const sets = ipsec.transformSets.flatMap((name) => crypto.transformSets.filter((one) => one.name === name));
  return sets.length > 0
    ? sets
    : failure(
        'local',
        `The IPsec profile ${ipsec.name} names the transform set ${ipsec.transformSets.join(', ')}, which does not exist.`,
      );
}

type Keys = { localKey: string; remoteKey: string; keyringPeer: string };

function chooseKeys(router: RouterView, crypto: RouterCrypto, profile: IkeProfile, peer: string): Keys | Failure {
  const keyring = crypto.keyrings.find((one) => one.name === profile.keyring);
  if (keyring === undefined)
    return failure(
      'local',
      `The IKEv2 profile ${profile.name} of ${router.hostname} names the keyring ${profile.keyring ?? '(none)'}, which does not exist.`,
    );
  const entry = keyring.peers.find(
    (one) => one.address !== null && inMasked(peer, one.address, one.mask ?? '255.255.255.255'),
  );
  if (entry === undefined) {
    const known = keyring.peers.map((one) => one.address ?? `${one.name} without address`);
    return failure(
      'local',
      `The keyring ${keyring.name} of ${router.hostname} has no peer with the address ${peer}, only ${known.join(', ') || 'none'}.`,
    );
  }
  if (entry.localKey === null || entry.remoteKey === null)
    return failure('local', `The peer ${entry.name} of keyring ${keyring.name} has no pre-shared key.`);
  return {
    localKey: entry.localKey,
    remoteKey: entry.remoteKey,
    keyringPeer: `${keyring.name}/${entry.name}`,
  };
}
