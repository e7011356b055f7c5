/** Replies that begin or follow a long operation, with the headers that Azure sends (azure.md, 1.1 and 1.2). */
import { keyOf } from './ids.ts';
import type { JsonObject } from './json.ts';
import type { Operation } from './operations.ts';
import { showResource } from './resources.ts';
import type { Reply, Request, World } from './world.ts';

/** Where an operation is asked about; groups have an address of their own. */
function operationUrl(
  world: World,
  operation: Operation,
  kind: 'operations' | 'operationResults',
  version: string,
): string {
  const base = `${world.baseUrl()}/subscriptions/${world.subscriptionId}`;
  const query = `api-version=${encodeURIComponent(version)}`;
  if (operation.kind === 'group-delete') return `${base}/operationresults/${operation.id}?${query}`;
  const provider = /\/providers\/(Microsoft\.[^/]+)\//i.exec(operation.target)?.[1] ?? 'Microsoft.Resources';
  return `${base}/providers/${provider}/locations/${operation.location}/${kind}/${operation.id}?${query}`;
}

/**
 * How long to wait before asking again: Azure's hint divided by the speed, in whole seconds and at least 1, and beside
 * it the exact figure in milliseconds.
 */
export function retryHeaders(world: World, hintSeconds: number): Record<string, string> {
  const exact = world.clock.scaled(hintSeconds * 1000);
  return {
    'Retry-After': String(Math.max(1, Math.round(exact / 1000))),
    'x-ms-retry-after-ms': String(Math.max(1, Math.round(exact))),
  };
}

/** Headers of a reply that began an operation. `Location` is what a POST, a DELETE and any 202 get besides. */
function operationHeaders(
  world: World,
  request: Request,
  operation: Operation,
  status: number,
): Record<string, string> {
  const version = request.apiVersion;
  const withLocation = status === 202 || request.method === 'POST' || request.method === 'DELETE';
  const wait = retryHeaders(world, operation.hintSeconds);
  if (operation.kind === 'group-delete')
    return { Location: operationUrl(world, operation, 'operationResults', version), ...wait };
  return {
    'Azure-AsyncOperation': operationUrl(world, operation, 'operations', version),
    ...(withLocation ? { Location: operationUrl(world, operation, 'operationResults', version) } : {}),
    ...(keyOf(operation.target).includes('/microsoft.network/') ? { 'Azure-AsyncNotification': 'Enabled' } : {}),
    ...wait,
  };
}

/** The answer to a request that began this operation; faults that strike the request may strike the operation too. */
export function longReply(
  world: World,
  request: Request,
  operation: Operation,
  status: 200 | 201 | 202,
  body?: unknown,
): Reply {
  request.began.push(operation);
  return {
    status,
    headers: operationHeaders(world, request, operation, status),
    ...(body === undefined ? {} : { body }),
  };
}

/** What Azure says at the first polls of a gateway's creation, and from the last one on (azure.md, 1.5). */
const growingSeconds = [10, 20, 20, 40, 40, 80];

/** How often somebody has asked; a new process begins anew. */
const polls = new WeakMap<Operation, number>();

function hintOf(operation: Operation): number {
  if (operation.name !== 'PutVirtualNetworkGatewayOperation' || operation.data['created'] !== true) {
    return operation.hintSeconds;
  }
  const before = polls.get(operation) ?? 0;
  polls.set(operation, before + 1);
  return growingSeconds[Math.min(before, growingSeconds.length - 1)] ?? operation.hintSeconds;
}

const errorOf = ({ error }: Operation): JsonObject =>
  error === null
    ? {}
    : {
        error: {
          code: error.code,
          message: error.message,
          ...(error.details.length === 0
            ? {}
            : { details: error.details.map(({ code, message }) => ({ code, message })) }),
        },
      };

/** What the `Azure-AsyncOperation` URL answers. */
export function operationStatus(world: World, operation: Operation): Reply {
  const running = operation.status === 'InProgress';
  const compute = keyOf(operation.target).includes('/microsoft.compute/');
  const times = {
    startTime: new Date(operation.startedAt).toISOString(),
    ...(operation.endedAt === null ? {} : { endTime: new Date(operation.endedAt).toISOString() }),
    name: operation.id,
  };
  const output =
    operation.result === null ? {} : { properties: compute ? { output: operation.result } : operation.result };
  return {
    status: 200,
    ...(running ? { headers: retryHeaders(world, hintOf(operation)) } : {}),
    body: { ...(compute ? times : {}), status: operation.status, ...errorOf(operation), ...output },
  };
}

/** What the `Location` URL answers: 202 until the end, then the result; 204 (compute: 200) where there is none. */
export function operationResult(world: World, request: Request, operation: Operation): Reply {
  if (operation.status === 'InProgress') {
    const version = request.apiVersion;
    const location = operationUrl(world, operation, 'operationResults', version);
    return { status: 202, headers: { Location: location, ...retryHeaders(world, operation.hintSeconds) } };
  }
  if (operation.error !== null) return { status: operation.error.status, body: errorOf(operation) };
  if (operation.kind === 'group-delete') return { status: 200 };
  // A rule's operation is its group's, and its result is not the group.
  const whole = operation.kind === 'put' && !operation.name.endsWith('SecurityRuleOperation');
  const made = whole ? world.store.get(operation.target) : undefined;
  if (made !== undefined) return { status: 200, body: showResource(world, made, request.apiVersion, true) };
  // The vendor's compute client takes no 204 at the end of a start or a deallocation.
  const empty = keyOf(operation.target).includes('/microsoft.compute/') ? 200 : 204;
  return operation.result === null ? { status: empty } : { status: 200, body: operation.result };
}
