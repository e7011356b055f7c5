/** What a gateway says of its BGP sessions: its peers, what they told it, and what it tells them. */
import { badRequest } from '../errors.ts';
import { keyOf, parentId } from '../ids.ts';
import { type JsonObject, flagAt, numberAt, textAt, textsAt } from '../json.ts';
import type { Effect } from '../store/operations.ts';
import { longReply } from '../routes/replies.ts';
import type { Resource } from '../store/store.ts';
import { hiddenNumber, ipConfigurationsOf } from '../types/common.ts';
import { bgpAddressesOf } from '../types/gateway.ts';
import type { Range, Reply, Request, World } from '../world.ts';
import { type Action, begin, needMethod } from './begin.ts';

const askSeconds: Range = [3, 10];

/** A session between the gateway and the site behind one of its connections. */
interface Peer {
  readonly neighbor: string;
  readonly asn: number;
  /** The site's own prefixes, which the gateway knows without BGP. */
  readonly fixed: readonly string[];
  readonly learned: readonly string[];
  /** Since when its tunnel is up; null: it is not. */
  readonly since: number | null;
}

function peersOf(world: World, gateway: Resource): Peer[] {
  return world.store.list('Microsoft.Network/connections').flatMap((connection) => {
    if (keyOf(textAt(connection.body, 'properties.virtualNetworkGateway1.id') ?? '') !== keyOf(gateway.id)) return [];
    const local = world.store.get(textAt(connection.body, 'properties.localNetworkGateway2.id') ?? '');
    const neighbor = textAt(local?.body, 'properties.bgpSettings.bgpPeeringAddress') ?? '';
    if (flagAt(connection.body, 'properties.enableBgp') !== true || neighbor === '') return [];
    const tunnel = world.dataplane()?.connection(connection.id);
    return {
      neighbor,
      asn: numberAt(local?.body, 'properties.bgpSettings.asn') ?? 0,
      fixed: textsAt(local?.body, 'properties.localNetworkAddressSpace.addressPrefixes') ?? [],
      learned: world.dataplane()?.learned(connection.id) ?? [],
      since: tunnel?.up === true ? tunnel.establishedAt : null,
    };
  });
}

/** `[d.]hh:mm:ss`. */
function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const days = Math.floor(seconds / 86_400);
  const clock = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
  return days === 0 ? clock : `${days}.${clock}`;
}

/** The lab sees of a session what it brings: one that brings no route counts as not connected yet. */
function statusOf(world: World, gateway: Resource): JsonObject[] {
  const now = world.clock.now();
  return bgpAddressesOf(gateway, world).flatMap((localAddress) =>
    peersOf(world, gateway).map(({ neighbor, asn, learned, since }) => {
      const elapsed = learned.length > 0 && since !== null ? now - since : 0;
      // One keepalive a minute in each direction.
      const messages = learned.length === 0 ? 0 : 2 + Math.floor(elapsed / 60_000);
      return {
        localAddress,
        neighbor,
        asn,
        state: learned.length > 0 ? 'Connected' : 'Connecting',
        connectedDuration: duration(elapsed),
        routesReceived: learned.length,
        messagesSent: messages,
        messagesReceived: messages,
      };
    }),
  );
}

function networkPrefixes(world: World, gateway: Resource): readonly string[] {
  const subnet = textAt(ipConfigurationsOf(gateway)[0]?.properties, 'subnet.id') ?? '';
  return textsAt(world.store.get(parentId(subnet))?.body, 'properties.addressSpace.addressPrefixes') ?? [];
}

function learnedBy(world: World, gateway: Resource): JsonObject[] {
  const peers = peersOf(world, gateway);
  return bgpAddressesOf(gateway, world).flatMap((localAddress) => {
    const own = (network: string): JsonObject => ({
      localAddress,
      network,
      sourcePeer: localAddress,
      origin: 'Network',
      asPath: '',
      weight: 32_768,
    });
    const told = peers.flatMap(({ neighbor, asn, learned }) =>
      learned.map((network) => ({
        localAddress,
        network,
        nextHop: neighbor,
        sourcePeer: neighbor,
        origin: 'EBgp',
        asPath: String(asn),
        weight: 32_768,
      })),
    );
    const fixed = peers.flatMap((peer) => [...peer.fixed, `${peer.neighbor}/32`]);
    return [...[...networkPrefixes(world, gateway), ...new Set(fixed)].map(own), ...told];
  });
}

function toldTo(world: World, gateway: Resource, peer: string): JsonObject[] {
  const to = peersOf(world, gateway).find(({ neighbor }) => neighbor === peer);
  if (to === undefined || to.learned.length === 0) return [];
  const others = peersOf(world, gateway).filter(({ neighbor }) => neighbor !== peer);
  const networks = [
    ...networkPrefixes(world, gateway),
    ...others.flatMap(({ fixed, learned }) => [...fixed, ...learned]),
  ];
  const asPath = String(hiddenNumber(gateway, 'asn'));
  return bgpAddressesOf(gateway, world).flatMap((localAddress) =>
    [...new Set(networks)].map((network) => ({
      localAddress,
      network,
      nextHop: localAddress,
      sourcePeer: localAddress,
      origin: 'Igp',
      asPath,
      weight: 0,
    })),
  );
}

function asks(kind: string, name: string): Action {
  return (world: World, gateway: Resource, request: Request): Reply => {
    needMethod(request, 'POST');
    const peer = request.query.get('peer');
    if (kind === 'bgp-advertised' && peer === null) {
      throw badRequest('MissingParameter', 'The query parameter peer, the address of a BGP peer, is missing.');
    }
    const operation = begin(world, gateway, {
      kind,
      name,
      locks: [],
      hintSeconds: 10,
      seconds: askSeconds,
      data: { peer: peer ?? '' },
    });
    return longReply(world, request, operation, 202);
  };
}

export const bgpActions: readonly [string, Action][] = [
  [
    'microsoft.network/virtualnetworkgateways/getbgppeerstatus',
    asks('bgp-peers', 'GetVirtualNetworkGatewayBgpPeerStatusOperation'),
  ],
  [
    'microsoft.network/virtualnetworkgateways/getlearnedroutes',
    asks('bgp-learned', 'GetVirtualNetworkGatewayLearnedRoutesOperation'),
  ],
  [
    'microsoft.network/virtualnetworkgateways/getadvertisedroutes',
    asks('bgp-advertised', 'GetVirtualNetworkGatewayAdvertisedRoutesOperation'),
  ],
];

export function bgpEffects(world: World): [string, Effect][] {
  const answer =
    (list: (gateway: Resource, peer: string) => JsonObject[]): Effect =>
    (operation) => {
      const gateway = world.store.get(operation.target);
      return { value: gateway === undefined ? [] : list(gateway, textAt(operation.data, 'peer') ?? '') };
    };
  return [
    ['bgp-peers', answer((gateway) => statusOf(world, gateway))],
    ['bgp-learned', answer((gateway) => learnedBy(world, gateway))],
    ['bgp-advertised', answer((gateway, peer) => toldTo(world, gateway, peer))],
  ];
}
