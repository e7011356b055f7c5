/** How an action begins: the method it answers to, and the long operation behind it. */
import { ArmError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { Operation } from '../store/operations.ts';
import { locationOf } from '../resources/resources.ts';
import type { Resource } from '../store/store.ts';
import type { Range, Reply, Request, World } from '../world.ts';

export type Action = (world: World, resource: Resource, request: Request) => Reply;

export interface NewAction {
  readonly kind: string;
  /** Azure's name for the operation. */
  readonly name: string;
  readonly locks: readonly string[];
  readonly hintSeconds: number;
  /** Length in seconds of Azure time; null: something else ends it. */
  readonly seconds: Range | null;
  readonly data?: JsonObject;
}

/** @throws ArmError 405 for any other method. */
export function needMethod(request: Request, ...allowed: readonly string[]): void {
  if (allowed.includes(request.method)) return;
  throw new ArmError(
    405,
    'HttpMethodNotAllowed',
    `The HTTP method ${request.method} is not supported at ${request.path}; supported: ${allowed.join(', ')}.`,
  );
}

export function begin(world: World, resource: Resource, action: NewAction): Operation {
  return world.operations.start({
    ...action,
    target: resource.id,
    location: locationOf(world, resource),
    generation: resource.generation,
  });
}
