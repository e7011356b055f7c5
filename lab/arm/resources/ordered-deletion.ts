/** Deletes many resources in the order of their references, each with its own operation and duration. */
import { deploymentType } from '../deployments/planned.ts';
import { ArmError } from '../errors.ts';
import { keyOf, parentId } from '../ids.ts';
import { deleteResource } from './resources.ts';
import type { Resource } from '../store/store.ts';
import type { World } from '../world.ts';

/** Top-level resources; children go with their parents, deployments with the group. */
export function ownResources(world: World, group: string): Resource[] {
  return world.store
    .inGroup(group)
    .filter((one) => one.type !== deploymentType && world.store.get(parentId(one.id)) === undefined);
}

/** Who still uses a resource or one of its children, other than these themselves. */
export function users(world: World, resource: Resource): string[] {
  const whole = [resource, ...world.store.children(resource.id)];
  const own = new Set(whole.map((one) => keyOf(one.id)));
  return whole
    .flatMap((one) => world.store.usersOf(one.id).map((link) => link.from))
    .filter((from) => !own.has(keyOf(from)));
}

/** Begins every delete that is possible by now; true if nothing can ever go on without someone else. */
export function deleteWhatCan(world: World, left: readonly Resource[]): boolean {
  let waiting = false;
  for (const resource of left) {
    if (resource.state === 'Deleting') waiting = true;
    else if (users(world, resource).length === 0) waiting = begin(world, resource) || waiting;
    else if (world.operations.holding([resource.id]) !== undefined) waiting = true;
  }
  return !waiting;
}

/** True if its delete is under way, or something that will end still holds it. */
function begin(world: World, resource: Resource): boolean {
  try {
    return deleteResource(world, resource.id, { inGroupDeletion: true }) !== null;
  } catch (error) {
    // Another operation holds it; its end wakes the deletion again.
    if (error instanceof ArmError) return true;
    throw error;
  }
}
