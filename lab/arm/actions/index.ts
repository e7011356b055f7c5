import type { Effect } from '../operations.ts';
import type { Resource } from '../store.ts';
import type { Reply, Request, World } from '../world.ts';

/** What a request on a path below a resource does; the resource exists. @throws ArmError */
export type Action = (world: World, resource: Resource, request: Request) => Reply;

/** A path under `/subscriptions/{id}/providers` that belongs to no resource; the pattern is tried on the whole path. */
export interface ProviderRoute {
  readonly method: string;
  readonly pattern: RegExp;
  readonly handle: (world: World, request: Request, match: RegExpExecArray) => Reply;
}

/** By `type/rest of the path` in small letters, whatever the method. */
export const actions: ReadonlyMap<string, Action> = new Map();

export const providerRoutes: readonly ProviderRoute[] = [];

/** The ends of operations that actions begin. */
export function actionEffects(_world: World): [string, Effect][] {
  return [];
}
