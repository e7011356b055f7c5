import { keyOf } from '../ids.ts';
import { type Json, compact, isObject, textAt } from '../json.ts';
import type { Effect, Operation } from '../store/operations.ts';
import { longReply } from '../routes/replies.ts';
import { refuseIfBusy, showResource } from '../resources/resources.ts';
import type { Resource } from '../store/store.ts';
import { hiddenNumber } from '../types/common.ts';
import type { Reply, Request, World } from '../world.ts';
import { type Action, begin, needMethod } from './begin.ts';

/** Seconds that a reset takes: the instance starts again. */
const resetSeconds = [60, 240] as const;

/** All SAs of the gateway end with the reset; it also mends a gateway that ended as Failed (azure.md, 1.4). */
function reset(world: World, gateway: Resource, request: Request): Reply {
  needMethod(request, 'POST');
  refuseIfBusy(world, [gateway.id]);
  gateway.state = 'Updating';
  world.store.save(gateway);
  const operation = begin(world, gateway, {
    kind: 'reset-gateway',
    name: 'ResetVirtualNetworkGatewayOperation',
    locks: [gateway.id],
    hintSeconds: 10,
    seconds: resetSeconds,
    data: { apiVersion: request.apiVersion },
  });
  return longReply(world, request, operation, 202);
}

/** In this list both ends of a connection are ids and nothing else. */
const reference = (properties: Json | undefined, end: string): Json | undefined => {
  const id = textAt(properties, `${end}.id`);
  return id === undefined ? undefined : { id };
};

/** The connections that end at the gateway, in whatever group they stand; as in all lists, without what only a GET tells. */
function connections(world: World, gateway: Resource, request: Request): Reply {
  needMethod(request, 'GET');
  const ends = ['virtualNetworkGateway1', 'virtualNetworkGateway2'];
  const isAt = (connection: Resource) =>
    ends.some((end) => keyOf(textAt(connection.body, `properties.${end}.id`) ?? '') === keyOf(gateway.id));
  const value = world.store
    .list('Microsoft.Network/connections')
    .filter(isAt)
    .map((connection) => {
      const { properties, ...shown } = showResource(world, connection, request.apiVersion, false);
      const bare = [...ends, 'localNetworkGateway2'].map((end): [string, Json | undefined] => [
        end,
        reference(properties, end),
      ]);
      return {
        ...shown,
        properties: compact({ ...(isObject(properties) ? properties : {}), ...Object.fromEntries(bare) }),
      };
    });
  return { status: 200, body: { value } };
}

export const gatewayActions: readonly [string, Action][] = [
  ['microsoft.network/virtualnetworkgateways/reset', reset],
  ['microsoft.network/virtualnetworkgateways/connections', connections],
];

export function gatewayEffects(world: World): [string, Effect][] {
  const end = (state: 'Succeeded' | 'Failed') => (operation: Operation) => {
    const gateway = world.store.get(operation.target);
    if (gateway === undefined) return undefined;
    gateway.state = state;
    gateway.hidden = { ...gateway.hidden, built: true, epoch: hiddenNumber(gateway, 'epoch') + 1 };
    world.store.save(gateway);
    return showResource(world, gateway, textAt(operation.data, 'apiVersion') ?? '', true);
  };
  return [
    ['reset-gateway', end('Succeeded')],
    ['reset-gateway-failed', end('Failed')],
  ];
}
