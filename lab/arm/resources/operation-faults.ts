/** Faults that strike a long operation, and the PUTs that begin one without a request of their own: a template's. */
import type { Fault } from '../../ports.ts';
import { ArmError } from '../errors.ts';
import { type ResourceId, formatId, lastName } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import type { Failure, Operation } from '../store/operations.ts';
import { type Written, putResource } from './resources.ts';
import type { World } from '../world.ts';

/** Without a length of its own, a slow operation takes this many times as long. */
const slowFactor = 10;

/** `status: 500, code: 'InternalServerError'` unless the fault says otherwise; `Retry-After` where it gives one. */
export function errorOf(fault: Fault): ArmError {
  const status = fault.status ?? 500;
  const code = fault.code ?? (status === 429 ? 'TooManyRequests' : 'InternalServerError');
  const wait = fault.retryAfterSeconds;
  return new ArmError(
    status,
    code,
    fault.message ?? `The lab's fault ${fault.id} struck.`,
    fault.details ?? [],
    wait === undefined
      ? {}
      : { 'Retry-After': String(Math.ceil(wait)), 'x-ms-retry-after-ms': String(Math.round(wait * 1000)) },
  );
}

/** How an operation ends that another one has superseded (azure.md, 1.4). */
function cancellation(fault: Fault, operation: Operation): Failure {
  const code = fault.code ?? 'CanceledAndSupersededDueToAnotherOperation';
  const message =
    fault.message ??
    `Operation ${operation.name} (${operation.id}) was canceled and superseded by another operation on ${lastName(operation.target)}.`;
  return { status: 409, code, message, details: fault.details ?? [], canceled: true };
}

/** `fail`, `cancel`, `slow` and `lose`; other faults leave it as it is. */
export function strikeOperation(world: World, operation: Operation, fault: Fault): void {
  if (operation.status !== 'InProgress') return;
  if (fault.do === 'lose') operation.lost = true;
  else if (fault.do === 'fail') {
    const { status, code, message, details } = errorOf(fault);
    operation.failWith = { status, code, message, details };
  } else if (fault.do === 'cancel') operation.failWith = cancellation(fault, operation);
  else if (fault.do === 'slow' && operation.endsAt !== null)
    operation.endsAt += fault.milliseconds ?? (operation.endsAt - operation.startedAt) * (slowFactor - 1);
  else return;
  world.operations.changed(operation);
}

/**
 * A PUT of a template. There is no connection to cut and no answer to wait for: a delay or a hold is its operation's,
 * and a status fails it, before or after it has had its effect.
 * @throws ArmError
 */
export function putOfTemplate(world: World, id: ResourceId, body: JsonObject, apiVersion: string): Written {
  const occasion = { method: 'PUT', path: formatId(id) };
  const before = world.faults.arm({ ...occasion, at: 'before' });
  refuse(before);
  const written = putResource(world, id, body, apiVersion);
  const after = world.faults.arm({ ...occasion, at: 'afterEffect' });
  const { operation } = written;
  if (operation !== null) {
    for (const fault of [...before, ...after]) {
      strikeOperation(world, operation, fault.do === 'delay' ? { ...fault, do: 'slow' } : fault);
      if (fault.do === 'hold') world.operations.hold(operation, world.faults.hold(fault, `PUT ${occasion.path}`));
    }
  }
  refuse(after);
  return written;
}

function refuse(faults: readonly Fault[]): void {
  const struck = faults.find((fault) => fault.do === 'status');
  if (struck !== undefined) throw errorOf(struck);
}
