/** Shared key, reset and SAs of a connection. */
import { badRequest } from '../errors.ts';
import { type JsonObject, at, needText, numberAt, textAt } from '../json.ts';
import type { Effect, Operation } from '../store/operations.ts';
import { longReply } from '../routes/replies.ts';
import { refuseIfBusy } from '../resources/resources.ts';
import type { Resource } from '../store/store.ts';
import { hiddenNumber, hiddenText } from '../types/common.ts';
import { checkSharedKey, connectionLinks } from '../types/connection.ts';
import { publicAddressesOf } from '../types/gateway.ts';
import type { Range, Reply, Request, World } from '../world.ts';
import { type Action, begin, needMethod } from './begin.ts';

const writeSeconds: Range = [8, 30];
const askSeconds: Range = [2, 6];
const longestKey = 128;

/** The connection and its gateway: one write at a time (azure.md, 1.4). */
const locksOf = (connection: Resource): string[] => [
  connection.id,
  ...connectionLinks(connection)
    .slice(0, 1)
    .map(({ target }) => target),
];

/** The key waits in the hidden part, never in the operation, until the operation puts it to use. */
function change(world: World, connection: Resource, name: string, key: string): Operation {
  refuseIfBusy(world, locksOf(connection));
  connection.state = 'Updating';
  connection.hidden = { ...connection.hidden, pendingKey: key };
  world.store.save(connection);
  return begin(world, connection, {
    kind: 'set-shared-key',
    name,
    locks: locksOf(connection),
    hintSeconds: 10,
    seconds: writeSeconds,
  });
}

/** A PUT answers 200, without a body, while the connection is still `Updating`. */
function sharedKey(world: World, connection: Resource, request: Request): Reply {
  needMethod(request, 'GET', 'PUT');
  if (request.method === 'PUT') {
    const value = checkSharedKey(needText(request.body, 'value'), connection.id);
    const operation = change(world, connection, 'SetVirtualNetworkGatewayConnectionSharedKeyOperation', value);
    return longReply(world, request, operation, 200);
  }
  return { status: 200, body: { value: hiddenText(connection, 'pendingKey') ?? hiddenText(connection, 'sharedKey') } };
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function resetSharedKey(world: World, connection: Resource, request: Request): Reply {
  needMethod(request, 'POST');
  const length = numberAt(request.body, 'keyLength') ?? longestKey;
  if (!Number.isInteger(length) || length < 1 || length > longestKey) {
    throw badRequest('InvalidSharedKeyLength', `keyLength ${length} of ${connection.id} is not in 1 to ${longestKey}.`);
  }
  const nth = world.store.count(`key ${connection.id}`);
  const key = Array.from({ length }, (_, index) => {
    const drawn = world.draw(`key/${connection.id}/${connection.generation}/${nth}/${index}`);
    return letters[Math.floor(drawn * letters.length)];
  }).join('');
  const operation = change(world, connection, 'ResetVirtualNetworkGatewayConnectionSharedKeyOperation', key);
  operation.result = { keyLength: length };
  world.operations.changed(operation);
  return longReply(world, request, operation, 202);
}

function resetConnection(world: World, connection: Resource, request: Request): Reply {
  needMethod(request, 'POST');
  refuseIfBusy(world, locksOf(connection));
  const operation = begin(world, connection, {
    kind: 'reset-connection',
    name: 'ResetVirtualNetworkGatewayConnectionOperation',
    locks: locksOf(connection),
    hintSeconds: 10,
    seconds: writeSeconds,
  });
  return longReply(world, request, operation, 202);
}

function getIkeSas(world: World, connection: Resource, request: Request): Reply {
  needMethod(request, 'POST');
  const operation = begin(world, connection, {
    kind: 'ike-sas',
    name: 'GetVirtualNetworkGatewayConnectionIkeSasOperation',
    locks: [],
    hintSeconds: 10,
    seconds: askSeconds,
  });
  return longReply(world, request, operation, 202);
}

/** Main mode SAs as Azure writes them: a JSON array inside a string, empty while there is none. */
function ikeSasOf(world: World, connection: Resource): string {
  const tunnel = world.dataplane()?.connection(connection.id);
  if (tunnel?.up !== true) return '[]';
  const gateway = world.store.get(textAt(connection.body, 'properties.virtualNetworkGateway1.id') ?? '');
  const local = world.store.get(textAt(connection.body, 'properties.localNetworkGateway2.id') ?? '');
  const policy = at(connection.body, 'properties.ipsecPolicies.0');
  const [localEndpoint = ''] = gateway === undefined ? [] : publicAddressesOf(gateway, world);
  const since = tunnel.establishedAt ?? world.clock.now();
  const shown: JsonObject = {
    localEndpoint,
    remoteEndpoint: textAt(local?.body, 'properties.gatewayIpAddress') ?? '',
    localUdpEncapsulationPort: 4500,
    remoteUdpEncapsulationPort: 4500,
    encryption: textAt(policy, 'ikeEncryption') ?? 'AES256',
    integrity: textAt(policy, 'ikeIntegrity') ?? 'SHA1',
    dhGroup: textAt(policy, 'dhGroup') ?? 'DHGroup2',
    lifeTimeSeconds: 28_800,
    elapsedTimeInseconds: Math.max(0, Math.floor((world.clock.now() - since) / 1000)),
  };
  return JSON.stringify([shown]);
}

export const connectionActions: readonly [string, Action][] = [
  ['microsoft.network/connections/sharedkey', sharedKey],
  ['microsoft.network/connections/sharedkey/reset', resetSharedKey],
  ['microsoft.network/connections/resetconnection', resetConnection],
  ['microsoft.network/connections/getikesas', getIkeSas],
];

export function connectionEffects(world: World): [string, Effect][] {
  const settle =
    (state: 'Succeeded' | 'Failed') =>
    (operation: Operation): undefined => {
      const connection = world.store.get(operation.target);
      if (connection === undefined) return;
      const { pendingKey, ...hidden } = connection.hidden;
      connection.state = state;
      connection.hidden =
        state === 'Succeeded' && pendingKey !== undefined ? { ...hidden, sharedKey: pendingKey } : hidden;
      world.store.save(connection);
    };
  const renew = (operation: Operation): undefined => {
    const connection = world.store.get(operation.target);
    if (connection === undefined) return;
    connection.hidden = { ...connection.hidden, epoch: hiddenNumber(connection, 'epoch') + 1 };
    world.store.save(connection);
  };
  return [
    ['set-shared-key', settle('Succeeded')],
    ['set-shared-key-failed', settle('Failed')],
    ['reset-connection', renew],
    [
      'ike-sas',
      (operation) => {
        const connection = world.store.get(operation.target);
        return connection === undefined ? '[]' : ikeSasOf(world, connection);
      },
    ],
  ];
}
