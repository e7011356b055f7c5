/** Which routes a NIC really has: the network's own, Azure's defaults, and those of the sites behind its gateways. */
import { keyOf, parentId } from '../ids.ts';
import { type Json, type JsonObject, flagAt, textAt, textsAt } from '../json.ts';
import type { Effect } from '../store/operations.ts';
import type { Resource } from '../store/store.ts';
import { hiddenNumber, ipConfigurationsOf } from '../types/common.ts';
import { bgpAddressesOf } from '../types/gateway.ts';
import type { Range, World } from '../world.ts';
import type { Action } from './begin.ts';
import { askRunning, effectOnNic } from './running-nic.ts';

/** Of its operations. */
const kind = 'effective-routes';

/** How long after a connection was made its routes reach the NICs, in seconds of Azure time. */
const propagationSeconds: Range = [15, 60];

/** Ranges that Azure drops unless the network itself has them. */
const dropped = ['10.0.0.0/8', '127.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '198.18.0.0/15', '192.168.0.0/16'];

/** @throws ArmError 400 unless the NIC belongs to a running VM (azure.md, 1.4). */
const effectiveRouteTable: Action = (world, nic, request) => askRunning(world, nic, request, 'Routes', kind);

function route(
  source: string,
  prefixes: readonly string[],
  nextHopType: string,
  nextHops: readonly string[] = [],
): JsonObject {
  return {
    disableBgpRoutePropagation: false,
    source,
    state: 'Active',
    hasBgpOverride: false,
    addressPrefix: [...prefixes],
    nextHopType,
    nextHopIpAddress: [...nextHops],
    destinationServiceTags: [],
    tagMap: {},
  };
}

/** The id of the network in which a NIC or a gateway stands. */
export function networkOf(world: World, resource: Resource): string {
  const [first] = ipConfigurationsOf(resource);
  const subnet = world.store.get(textAt(first?.properties, 'subnet.id') ?? '');
  return subnet === undefined ? '' : parentId(subnet.id);
}

function sitePrefixes(world: World, connection: Resource): string[] {
  const local = world.store.get(textAt(connection.body, 'properties.localNetworkGateway2.id') ?? '');
  const peer = textAt(local?.body, 'properties.bgpSettings.bgpPeeringAddress') ?? '';
  const speaksBgp = flagAt(connection.body, 'properties.enableBgp') === true && peer !== '';
  const prefixes = [
    ...(textsAt(local?.body, 'properties.localNetworkAddressSpace.addressPrefixes') ?? []),
    ...(speaksBgp ? [`${peer}/32`] : []),
    ...(world.dataplane()?.learned(connection.id) ?? []),
  ];
  return [...new Set(prefixes)];
}

/** A connection's routes stand from a while after its creation until it goes. */
function hasSpread(world: World, connection: Resource): boolean {
  const settledAt = hiddenNumber(connection, 'settledAt');
  if (settledAt === 0 || connection.state === 'Failed' || connection.state === 'Deleting') return false;
  const [least, most] = propagationSeconds;
  const drawn = world.draw(`routes/${keyOf(connection.id)}/${connection.generation}`);
  return world.clock.now() >= settledAt + world.clock.scaled((least + (most - least) * drawn) * 1000);
}

/** The gateways of a network by their connections, once their routes have spread. */
function connected(world: World, network: string): { connection: Resource; gateway: Resource }[] {
  return world.store.list('Microsoft.Network/connections').flatMap((connection) => {
    const gateway = world.store.get(textAt(connection.body, 'properties.virtualNetworkGateway1.id') ?? '');
    if (gateway === undefined || keyOf(networkOf(world, gateway)) !== keyOf(network)) return [];
    return hasSpread(world, connection) ? [{ connection, gateway }] : [];
  });
}

/** What the sites behind a network's gateways add to the tag VirtualNetwork. */
export function prefixesBehindGateways(world: World, network: string): string[] {
  return connected(world, network).flatMap(({ connection }) => sitePrefixes(world, connection));
}

function learnedRoutes(world: World, network: string): Json[] {
  return connected(world, network).flatMap(({ connection, gateway }) => {
    const hops = bgpAddressesOf(gateway, world);
    return sitePrefixes(world, connection).map((prefix) =>
      route('VirtualNetworkGateway', [prefix], 'VirtualNetworkGateway', hops),
    );
  });
}

/** As Azure answers it: `{value: [{source, state, addressPrefix[], nextHopType, nextHopIpAddress[]}]}`. */
function effectiveRoutes(world: World, nic: Resource): JsonObject {
  const network = networkOf(world, nic);
  const own = textsAt(world.store.get(network)?.body, 'properties.addressSpace.addressPrefixes') ?? [];
  return {
    value: [
      route('Default', own, 'VnetLocal'),
      ...learnedRoutes(world, network),
      route('Default', ['0.0.0.0/0'], 'Internet'),
      ...dropped.filter((prefix) => !own.includes(prefix)).map((prefix) => route('Default', [prefix], 'None')),
    ],
  };
}

export const routeActions: readonly [string, Action][] = [
  ['microsoft.network/networkinterfaces/effectiveroutetable', effectiveRouteTable],
];

export function routeEffects(world: World): [string, Effect][] {
  return [effectOnNic(world, kind, (nic) => effectiveRoutes(world, nic))];
}
