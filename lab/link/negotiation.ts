/** One IKEv2 negotiation between a router's tunnel interface and a VPN gateway, worked out from both ends. */
import type { CloudConnection, CloudView, RouterTunnel, RouterView } from '../ports.ts';
import { inMasked } from './ipv4.ts';
import { AZURE_IKE_LIFETIME_SECONDS, espLifetimeSeconds, phase1Offers, phase1Text } from './offers.ts';
import { phase2Offers, phase2Text } from './offers.ts';
import type { EspAgreement, IkeAgreement } from './proposals.ts';
import { agreeOnEsp, agreeOnIke, ikeProposalText, pfsGroup, transformSetText } from './proposals.ts';
import type { Failure, Path, RouterEnd } from './router-end.ts';
import { failure, pathOf, routerEnd } from './router-end.ts';

/** What both ends agreed on. With `esp` a failure, the IKE SA stands without an SA for traffic. */
export interface Agreement {
  readonly ok: true;
  readonly path: Path;
  readonly connection: CloudConnection;
  readonly ike: IkeAgreement;
  readonly esp: EspPart | Failure;
  readonly localId: string;
  readonly ikeLifetimeSeconds: number;
  readonly initiatedByRouter: boolean;
  readonly dpd: { intervalSeconds: number; retrySeconds: number } | null;
}

export interface EspPart {
  readonly ok: true;
  readonly agreement: EspAgreement;
  readonly lifetimeSeconds: number;
  readonly pfs: string | null;
  /** A tunnel without `tunnel mode ipsec ipv4` protects GRE between the two addresses, not the sites' traffic. */
  readonly gre: boolean;
}

/** Runs the whole exchange, from the tunnel interface to the SA for traffic. */
export function negotiate(router: RouterView, tunnel: RouterTunnel, cloud: CloudView): Agreement | Failure {
  const path = pathOf(router, tunnel, cloud);
  if (!path.ok) return path;
  const end = routerEnd(router, path);
  if (!end.ok) return end;
  const connection = reachGateway(router, path, cloud);
  if ('ok' in connection) return connection;
  const refused = mayStart(router, path, connection, cloud);
  if (refused !== null) return refused;
  const ike = agreeOnIke(end.proposals, phase1Offers(connection.ipsecPolicy));
  if (ike === null) return failure('rejected', ikeMismatch(router, end, connection));
  const unknown = authenticate(router, path, end, connection);
  if (unknown !== null) return unknown;
  return {
    ok: true,
    path,
    connection,
    ike,
    esp: espPart(router, path, end, connection, 'first'),
    localId: end.profile.identityLocalAddress ?? path.local,
    ikeLifetimeSeconds: Math.min(end.profile.lifetimeSeconds, AZURE_IKE_LIFETIME_SECONDS),
    initiatedByRouter: connection.connectionMode !== 'InitiatorOnly',
    dpd: end.profile.dpd,
  };
}

/** Renews the SA for traffic under an IKE SA that stands; here PFS counts. */
export function renewEsp(
  router: RouterView,
  tunnel: RouterTunnel,
  connection: CloudConnection,
  cloud: CloudView,
): EspPart | Failure {
  const path = pathOf(router, tunnel, cloud);
  if (!path.ok) return path;
  const end = routerEnd(router, path);
  if (!end.ok) return end;
  return espPart(router, path, end, connection, pfsGroup(end.ipsecProfile.pfs));
}

/** The connection that answers at the peer's address for the address that it sees. */
function reachGateway(router: RouterView, path: Path, cloud: CloudView): CloudConnection | Failure {
  const here = cloud.connections().filter((connection) => connection.gateway.publicAddresses.includes(path.peer));
  const [first] = here;
  if (first === undefined)
    return failure(
      'silent',
      `No VPN gateway with a connection answers at ${path.peer}, the tunnel destination of ${router.hostname}.`,
    );
  const gateway = first.gateway;
  if (gateway.provisioningState !== 'Succeeded')
    return failure('silent', `The gateway ${gateway.name} is ${gateway.provisioningState}, not Succeeded.`);
  const connection = here.find((one) => one.localGateway.address === path.seenAs);
  if (connection === undefined) {
    const known = here.map((one) => `${one.name}: ${one.localGateway.address}`).join(', ');
    return failure(
      'silent',
      `${gateway.name} sees IKE from ${path.seenAs}, but its local gateways have other addresses (${known}).`,
    );
  }
  if (connection.provisioningState !== 'Succeeded')
    return failure('silent', `The connection ${connection.name} is ${connection.provisioningState}, not Succeeded.`);
  if (connection.connectionProtocol !== 'IKEv2')
    return failure(
      'rejected',
      `The connection ${connection.name} uses ${connection.connectionProtocol}, ${path.tunnel.name} of ${router.hostname} uses IKEv2.`,
    );
  return connection;
}

/** Whether the one that begins may: an IOS tunnel interface begins by itself, unless the connection must begin. */
function mayStart(router: RouterView, path: Path, connection: CloudConnection, cloud: CloudView): Failure | null {
  const byAzure = connection.connectionMode === 'InitiatorOnly';
  if (path.nic === null) {
    return byAzure && path.behindNat
      ? failure(
          'silent',
          `The connection ${connection.name} is InitiatorOnly, but the NAT in front of ${router.hostname} (${path.seenAs}) lets nothing in that ${router.hostname} did not begin.`,
        )
      : null;
  }
  const direction = byAzure ? 'Inbound' : 'Outbound';
  for (const port of [500, 4500]) {
    const verdict = cloud.judge(path.nic.id, { direction, protocol: 'Udp', remoteAddress: path.peer, port });
    if (!verdict.allowed)
      return failure(
        'silent',
        `UDP ${port} ${byAzure ? 'from' : 'to'} ${path.peer} is closed at ${router.hostname} by ${verdict.rule}${byAzure ? `, and the connection ${connection.name} is InitiatorOnly` : ''}.`,
      );
  }
  return null;
}

function ikeMismatch(router: RouterView, end: RouterEnd, connection: CloudConnection): string {
  const offered = end.proposals.map(ikeProposalText).join(', ');
  const accepted = phase1Offers(connection.ipsecPolicy).map(phase1Text).join(', ');
  return `No IKE proposal chosen: ${router.hostname} offers ${offered} (IKEv2 policy ${end.policyName}), ${connection.name} accepts ${accepted}.`;
}

function authenticate(router: RouterView, path: Path, end: RouterEnd, connection: CloudConnection): Failure | null {
  const identities = end.profile.matchIdentityRemoteAddress;
  if (!identities.some((one) => inMasked(path.peer, one.address, one.mask))) {
    const known = identities.map((one) => `${one.address} ${one.mask}`).join(', ');
    return failure(
      'rejected',
      `IKEv2 profile not found: ${connection.gateway.name} identifies itself as ${path.peer}, the profile ${end.profile.name} of ${router.hostname} expects ${known || 'nobody'}.`,
    );
  }
  // Azure takes any identity of the router, also a private address; the key alone decides.
  if (end.localKey !== connection.sharedKey || end.remoteKey !== connection.sharedKey)
    return failure(
      'rejected',
      `Failed to authenticate the IKE SA: the pre-shared key of ${end.keyringPeer} on ${router.hostname} is not the shared key of the connection ${connection.name}.`,
    );
  return null;
}

function espPart(
  router: RouterView,
  path: Path,
  end: RouterEnd,
  connection: CloudConnection,
  pfs: number | null | 'first',
): EspPart | Failure {
  const gre = path.tunnel.mode === 'gre ip';
  if (connection.usePolicyBasedTrafficSelectors && !gre) {
    const azure = connection.gateway.vnetPrefixes.join(', ');
    return failure(
      'rejected',
      `Traffic selectors unacceptable: ${connection.name} wants ${azure} to ${connection.localGateway.prefixes.join(', ')} (usePolicyBasedTrafficSelectors), ${path.tunnel.name} of ${router.hostname} has 0.0.0.0/0 to 0.0.0.0/0.`,
    );
  }
  const offers = phase2Offers(connection.ipsecPolicy);
  const agreement = agreeOnEsp(end.transformSets, offers, pfs);
  if (agreement !== null)
    return {
      ok: true,
      agreement,
      lifetimeSeconds: Math.min(end.ipsecProfile.lifetimeSeconds, espLifetimeSeconds(connection.ipsecPolicy)),
      pfs: end.ipsecProfile.pfs,
      gre,
    };
  const sets = end.transformSets.map(transformSetText).join(', ');
  if (pfs !== 'first' && agreeOnEsp(end.transformSets, offers, 'first') !== null) {
    const theirs = [...new Set(offers.map((offer) => offer.pfs ?? 'none'))].join(', ');
    return failure(
      'rejected',
      `No ESP proposal chosen at the rekey: ${router.hostname} wants PFS group ${pfs ?? 'none'} with ${sets}, ${connection.name} accepts ${theirs}.`,
    );
  }
  const accepted = [...new Set(offers.map(phase2Text))].join(', ');
  return failure(
    'rejected',
    `No ESP proposal chosen: ${router.hostname} offers ${sets}, ${connection.name} accepts ${accepted}.`,
  );
}
