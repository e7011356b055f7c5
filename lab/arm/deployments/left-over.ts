import { keyOf } from '../ids.ts';
import { ownResources } from '../resources/ordered-deletion.ts';
import type { Resource } from '../store/store.ts';
import type { World } from '../world.ts';
import type { Planned } from './planned.ts';

/** What stands in the group of a deployment and not in its template: the mode Complete deletes it in the end. */
export function leftOver(world: World, deployment: string, planned: readonly Planned[]): Resource[] {
  const own = new Set(planned.map(({ id }) => keyOf(id)));
  return ownResources(world, deployment.split('/').slice(0, 5).join('/')).filter((one) => !own.has(keyOf(one.id)));
}
