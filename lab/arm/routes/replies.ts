/** Replies that begin or follow a long operation, with the headers that Azure sends (azure.md, 1.1 and 1.2). */
import { guidOf } from '../guid.ts';
import { keyOf } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import type { Operation } from '../store/operations.ts';
import { showResource } from '../resources/resources.ts';
import { computeTime } from '../time.ts';
import type { Reply, Request, World } from '../world.ts';

const isNetworks = (operation: Operation): boolean => keyOf(operation.target).includes('/microsoft.network/');
const isComputes = (operation: Operation): boolean => keyOf(operation.target).includes('/microsoft.compute/');
const isDisks = (operation: Operation): boolean => keyOf(operation.target).includes('/disks/');

/**
 * Where an operation is asked about, or its result. Each provider has a form of its own: compute tells the result from
 * the status by `monitor=true`, and names a partition in `p`; groups have one address for both.
 */
function operationUrl(world: World, operation: Operation, kind: 'status' | 'result', version: string): string {
  const base = `${world.baseUrl()}/subscriptions/${world.subscriptionId}`;
  const query = `api-version=${encodeURIComponent(version)}`;
  if (operation.kind === 'group-delete') return `${base}/operationresults/${operation.id}?${query}`;
  if (isComputes(operation)) {
    const monitor = kind === 'result' ? '&monitor=true' : '';
    const at = `${base}/providers/Microsoft.Compute/locations/${operation.location}`;
    const partition = guidOf(`${world.subscriptionId}/${operation.location}`);
    return `${at}/${isDisks(operation) ? 'DiskOperations' : 'operations'}/${operation.id}?p=${partition}${monitor}&${query}`;
  }
  const provider = /\/providers\/(Microsoft\.[^/]+)\//i.exec(operation.target)?.[1] ?? 'Microsoft.Resources';
  const last = kind === 'status' ? 'operations' : 'operationResults';
  return `${base}/providers/${provider}/locations/${operation.location}/${last}/${operation.id}?${query}`;
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

/** How an operation is followed: by its status, by its result, or by either. */
type Style = 'status' | 'result' | 'both';

/** What locks nothing changes nothing: it has a result alone, and says `null` until it knows that. */
const onlyAsks = (operation: Operation): boolean => isNetworks(operation) && operation.locks.length === 0;

function styleOf(request: Request, operation: Operation, status: number): Style {
  if (operation.kind === 'group-delete' || onlyAsks(operation)) return 'result';
  return status === 202 || request.method === 'POST' || request.method === 'DELETE' ? 'both' : 'status';
}

/** Headers that name an operation. Whoever asks for its result later on gets them again. */
function operationHeaders(world: World, operation: Operation, style: Style, version: string): Record<string, string> {
  const notifies = isNetworks(operation) || (isComputes(operation) && !isDisks(operation));
  return {
    ...(style === 'result' ? {} : { 'Azure-AsyncOperation': operationUrl(world, operation, 'status', version) }),
    ...(style === 'status' ? {} : { Location: operationUrl(world, operation, 'result', version) }),
    ...(notifies ? { 'Azure-AsyncNotification': 'Enabled' } : {}),
  };
}

const pendingBody = (operation: Operation): { body?: null } => (onlyAsks(operation) ? { body: null } : {});

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
    headers: {
      ...operationHeaders(world, operation, styleOf(request, operation, status), request.apiVersion),
      ...retryHeaders(world, operation.hintSeconds),
    },
    ...(body === undefined ? pendingBody(operation) : { body }),
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

/** The network provider has `details` in each of its errors, the others only where there are some. */
function errorOf(operation: Operation): JsonObject {
  const { error } = operation;
  if (error === null) return {};
  const details = error.details.map(({ code, message }) => ({ code, message }));
  const withDetails = details.length > 0 || isNetworks(operation);
  return { error: { code: error.code, message: error.message, ...(withDetails ? { details } : {}) } };
}

/** What the `Azure-AsyncOperation` URL answers. */
export function operationStatus(world: World, operation: Operation): Reply {
  const running = operation.status === 'InProgress';
  const compute = isComputes(operation);
  const output =
    operation.result === null ? {} : { properties: compute ? { output: operation.result } : operation.result };
  const body = { status: operation.status, ...output, ...errorOf(operation) };
  return {
    status: 200,
    ...(running ? { headers: retryHeaders(world, hintOf(operation)) } : {}),
    body: compute
      ? {
          startTime: computeTime(operation.startedAt),
          ...(operation.endedAt === null ? {} : { endTime: computeTime(operation.endedAt) }),
          ...body,
          name: operation.id,
        }
      : body,
  };
}

/** What the `Location` URL answers: 202 until the end, then the result; 204 (compute: 200) where there is none. */
export function operationResult(world: World, request: Request, operation: Operation): Reply {
  const network = isNetworks(operation);
  const headers = operationHeaders(
    world,
    operation,
    network && !onlyAsks(operation) ? 'both' : 'result',
    request.apiVersion,
  );
  if (operation.status === 'InProgress') {
    return {
      status: 202,
      headers: { ...headers, ...retryHeaders(world, operation.hintSeconds) },
      ...pendingBody(operation),
    };
  }
  if (operation.error !== null) return { status: operation.error.status, body: errorOf(operation) };
  if (operation.kind === 'group-delete') return { status: 200 };
  const again = network ? { headers } : {};
  // A rule's operation is its group's, and its result is not the group.
  const whole = operation.kind === 'put' && !operation.name.endsWith('SecurityRuleOperation');
  const made = whole ? world.store.get(operation.target) : undefined;
  if (made !== undefined) return { status: 200, ...again, body: showResource(world, made, request.apiVersion, true) };
  // The vendor's compute client takes no 204 at the end of a start or a deallocation.
  const empty = isComputes(operation) ? 200 : 204;
  return operation.result === null ? { status: empty, ...again } : { status: 200, ...again, body: operation.result };
}
