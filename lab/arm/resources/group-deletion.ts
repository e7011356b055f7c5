/**
 * Deleting a group deletes what is in it, in the order of its references, each resource with its own operation and
 * duration; the group is gone when the last of them is.
 */
import { removeDeployments } from '../deployments/run.ts';
import type { Effect, Operation } from '../store/operations.ts';
import { deleteWhatCan, ownResources, users } from './ordered-deletion.ts';
import { locationOf } from './resources.ts';
import type { Resource } from '../store/store.ts';
import type { Range, World } from '../world.ts';

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
  if (!deleteWhatCan(world, left)) return;
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
