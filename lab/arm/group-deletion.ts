/**
 * Deleting a group deletes what is in it, in the order of its references, each resource with its own operation and
 * duration; the group is gone when the last of them is.
 */
import { removeDeployments } from './deployments/run.ts';
import { deploymentType } from './deployments/state.ts';
import { ArmError } from './errors.ts';
import { keyOf, parentId } from './ids.ts';
import type { Effect, Operation } from './operations.ts';
import { deleteResource, locationOf } from './resources.ts';
import type { Resource } from './store.ts';
import type { Range, World } from './world.ts';

/** Azure's hint for these polls, in seconds (azure.md, 1.2). */
const hintSeconds = 15;

/** From the end of its last resource to that of the group, in seconds of Azure time. */
const lastSeconds: Range = [2, 8];

export function beginGroupDeletion(world: World, group: Resource): Operation {
  const running = world.operations.holding([group.id]);
  if (running !== undefined) return running;
  group.state = 'Deleting';
  world.store.save(group);
  const operation = world.operations.start({
    kind: 'group-delete',
    name: 'DeleteResourceGroupOperation',
    target: group.id,
    location: locationOf(world, group),
    generation: group.generation,
    locks: [group.id],
    hintSeconds,
    seconds: null,
  });
  goOn(world, operation);
  return operation;
}

/** Top-level resources; children go with their parents, deployments with the group. */
function ownResources(world: World, group: string): Resource[] {
  return world.store
    .inGroup(group)
    .filter((one) => one.type !== deploymentType && world.store.get(parentId(one.id)) === undefined);
}

/** Who still uses a resource or one of its children, other than these themselves. */
function users(world: World, resource: Resource): string[] {
  const whole = [resource, ...world.store.children(resource.id)];
  const own = new Set(whole.map((one) => keyOf(one.id)));
  return whole
    .flatMap((one) => world.store.usersOf(one.id).map((link) => link.from))
    .filter((from) => !own.has(keyOf(from)));
}

/** Begins every delete that is possible by now; true if nothing can ever go on without someone else. */
function step(world: World, left: readonly Resource[]): boolean {
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

/** Even an empty group is not gone at once. */
function endSoon(world: World, operation: Operation): void {
  const [least, most] = lastSeconds;
  const seconds = least + (most - least) * world.draw(`last/${operation.id}`);
  operation.endsAt = world.clock.now() + world.clock.scaled(seconds * 1000);
  world.operations.changed(operation);
}

function goOn(world: World, operation: Operation): void {
  const left = ownResources(world, operation.target);
  if (left.length === 0) {
    if (operation.endsAt === null) endSoon(world, operation);
    return;
  }
  if (!step(world, left)) return;
  const names = left.map((resource) => resource.id);
  world.operations.end(operation, {
    status: 409,
    code: 'ResourceGroupDeletionBlocked',
    message: `Deletion of resource group '${operation.target.split('/').at(-1) ?? ''}' failed as resources with identifiers '${names.join(', ')}' could not be deleted. The provisioning state of the resource group will be rolled back.`,
    details: left.flatMap((resource) =>
      users(world, resource).map((user) => ({ code: 'InUse', message: `${resource.id} is in use by ${user}.` })),
    ),
  });
}

/** Has open group deletions go on whenever an operation ends; to be called once, after the operations were resumed. */
export function driveGroupDeletions(world: World): void {
  const all = (): void => {
    for (const operation of world.operations.running('group-delete')) goOn(world, operation);
  };
  world.operations.onEnd(all);
  all();
}

export function groupEffects(world: World): [string, Effect][] {
  const rollBack = (operation: Operation): undefined => {
    const group = world.store.get(operation.target);
    if (group === undefined) return;
    group.state = 'Succeeded';
    world.store.save(group);
  };
  return [
    [
      'group-delete',
      (operation) => {
        removeDeployments(world, operation.target);
        world.store.remove(operation.target);
        return undefined;
      },
    ],
    ['group-delete-failed', rollBack],
  ];
}
