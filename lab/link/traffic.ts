/** The way of one echo request and its reply: routes, tunnel, NSGs, and the way back. Counters move as packets do. */
import type { CloudConnection, CloudNic, CloudView, CloudVm, RouterRoute, RouterView } from '../ports.ts';
import { inPrefix, longestMatch } from './ipv4.ts';
import { routeTo, sameId } from './router-end.ts';
import type { TunnelSession } from './session.ts';

/** What the ways need to know of the lab at this moment. */
export interface Network {
  readonly cloud: CloudView;
  sessions(): readonly TunnelSession[];
  /** The routes that BGP brings to a router. */
  bgpRoutes(router: RouterView): readonly RouterRoute[];
  /** The prefixes that Azure has learned by BGP over a connection. */
  learned(connectionId: string): readonly string[];
  /** Adds to what Azure counts on a connection. */
  count(connectionId: string, direction: 'ingress' | 'egress', bytes: number): void;
}

/** Null: the reply never comes. */
export interface Answer {
  readonly ttl: number;
  /** `self`: the machine's own address; `near`: within Azure; `tunnel`: across it. */
  readonly way: 'self' | 'near' | 'tunnel';
}

/** TTL that IOS gives its replies, as the seed shows through the tunnel; Linux begins with 64. */
const IOS_TTL = 255;
const LINUX_TTL = 64;

const carries = (session: TunnelSession): boolean =>
  session.isUp && session.broken === null && session.esp?.part.gre === false;

/** One echo request from an address of the router. `bytes` is the whole IP packet. */
export function echoFromRouter(
  network: Network,
  router: RouterView,
  source: string,
  target: string,
  bytes: number,
): Answer | null {
  if (!router.running || !owns(router, source)) return null;
  if (owns(router, target)) return { ttl: IOS_TTL, way: 'self' };
  const out = outOf(network, router, target);
  if (out === null) return null;
  if (out.kind !== 'tunnel') return nearby(network, router, source, target);
  const session = sessionOf(network, router, out.name);
  if (session?.ike == null || !session.isUp) return null;
  session.encaps += 1;
  if (!carries(session)) return null;
  const connection = session.ike.agreement.connection;
  network.count(connection.id, 'ingress', bytes);
  const nic = hostIn(network.cloud, connection.gateway.vnetId, target);
  if (nic === null || !admits(network, nic, 'Inbound', source)) return null;
  return sendBack(network, nic, source, router, bytes) ? { ttl: LINUX_TTL, way: 'tunnel' } : null;
}

/** The reply follows Azure's routes, which may lead through another connection of the same router. */
function sendBack(network: Network, nic: CloudNic, target: string, router: RouterView, bytes: number): boolean {
  const session = sessionTowards(network, nic, target);
  if (session?.ike == null || session.router.key !== router.key) return false;
  network.count(session.ike.agreement.connection.id, 'egress', bytes);
  session.decaps += 1;
  return true;
}

/** One echo request from a VM's primary NIC. */
export function echoFromVm(network: Network, vm: CloudVm, target: string, bytes: number): Answer | null {
  const nic = vm.nics.find((one) => one.primary) ?? vm.nics[0];
  if (nic === undefined || vm.powerState !== 'running') return null;
  if (nic.privateAddress === target) return { ttl: LINUX_TTL, way: 'self' };
  if (!admits(network, nic, 'Outbound', target)) return null;
  if (nic.vnetPrefixes.some((prefix) => inPrefix(target, prefix))) {
    const other = hostIn(network.cloud, nic.vnetId, target);
    return other !== null && admits(network, other, 'Inbound', nic.privateAddress)
      ? { ttl: LINUX_TTL, way: 'near' }
      : null;
  }
  const session = sessionTowards(network, nic, target);
  if (session?.ike == null) return null;
  network.count(session.ike.agreement.connection.id, 'egress', bytes);
  session.decaps += 1;
  return answerFromRouter(network, session, target, nic.privateAddress, bytes);
}

function answerFromRouter(
  network: Network,
  session: TunnelSession,
  target: string,
  backTo: string,
  bytes: number,
): Answer | null {
  const router = session.router;
  if (!owns(router, target)) return null;
  const out = outOf(network, router, backTo);
  if (out?.kind !== 'tunnel') return null;
  const back = sessionOf(network, router, out.name);
  if (back?.ike == null || !back.isUp) return null;
  back.encaps += 1;
  if (!carries(back) || !sameId(back.ike.agreement.connection.gateway.id, gatewayOf(session))) return null;
  network.count(back.ike.agreement.connection.id, 'ingress', bytes);
  return { ttl: IOS_TTL, way: 'tunnel' };
}

const gatewayOf = (session: TunnelSession): string => session.ike?.agreement.connection.gateway.id ?? '';

const owns = (router: RouterView, address: string): boolean =>
  router.interfaces().some((face) => face.adminUp && face.address === address);

const sessionOf = (network: Network, router: RouterView, tunnelName: string): TunnelSession | undefined =>
  network.sessions().find((one) => one.router.key === router.key && one.name === tunnelName);

function outOf(network: Network, router: RouterView, target: string) {
  const lineUp = (tunnel: string): boolean => sessionOf(network, router, tunnel)?.isUp ?? false;
  return routeTo([...router.routes(), ...network.bgpRoutes(router)], router.interfaces(), target, lineUp);
}

/** Azure's effective route from a NIC to a site: the prefixes of the connections of its network's gateways. */
function sessionTowards(network: Network, nic: CloudNic, target: string): TunnelSession | null {
  const entries = network.cloud
    .connections()
    .filter((one) => sameId(one.gateway.vnetId, nic.vnetId) && one.provisioningState !== 'Deleting')
    .flatMap((connection) => sitePrefixes(network, connection).map((prefix) => ({ connection, prefix })));
  const best = longestMatch(target, entries, (entry) => entry.prefix);
  if (best === null) return null;
  return (
    network
      .sessions()
      .find((one) => one.ike !== null && sameId(one.ike.agreement.connection.id, best.connection.id) && carries(one)) ??
    null
  );
}

function sitePrefixes(network: Network, { id, enableBgp, localGateway }: CloudConnection): readonly string[] {
  const peer = enableBgp ? localGateway.bgp?.peerAddress : undefined;
  return [...localGateway.prefixes, ...(peer === undefined ? [] : [`${peer}/32`]), ...network.learned(id)];
}

/** The NIC of a running VM with this address in a network. */
function hostIn(cloud: CloudView, vnetId: string, address: string): CloudNic | null {
  for (const vm of cloud.vms()) {
    const nic = vm.nics.find((one) => one.privateAddress === address && sameId(one.vnetId, vnetId));
    if (nic !== undefined) return vm.powerState === 'running' ? nic : null;
  }
  return null;
}

function admits(
  { cloud, learned }: Pick<Network, 'cloud' | 'learned'>,
  nic: CloudNic,
  direction: 'Inbound' | 'Outbound',
  remote: string,
): boolean {
  const connections = cloud.connections().filter((one) => sameId(one.gateway.vnetId, nic.vnetId));
  const flow = { direction, protocol: 'Icmp' as const, remoteAddress: remote, port: 0 };
  return cloud.judge(nic.id, { ...flow, learned: connections.flatMap(({ id }) => learned(id)) }).allowed;
}

/** Outside any tunnel the lab knows only the router's own virtual network. */
function nearby(network: Network, router: RouterView, source: string, target: string): Answer | null {
  const { cloud } = network;
  const nics = cloud.vms().find((vm) => router.vmId !== null && sameId(vm.id, router.vmId))?.nics ?? [];
  const nic = nics.find((one) => one.privateAddress === source);
  if (nic === undefined || !admits(network, nic, 'Outbound', target)) return null;
  const other = hostIn(cloud, nic.vnetId, target);
  return other !== null && admits(network, other, 'Inbound', source) ? { ttl: LINUX_TTL, way: 'near' } : null;
}
