/** Everything the endpoint holds, for the control endpoint: without keys, which no GET shows. */
import { showGroup } from './routes/groups.ts';
import { type JsonObject, compact } from './json.ts';
import type { Operation } from './store/operations.ts';
import { showResource } from './resources/resources.ts';
import type { Resource } from './store/store.ts';
import { hasSpec } from './types/index.ts';
import type { World } from './world.ts';

/** An api-version whose replies hold no shared key. */
const version = '2025-05-01';

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

function resourceRecord(world: World, resource: Resource): JsonObject {
  const shown = hasSpec(resource.type)
    ? showResource(world, resource, version, true, 'instanceView')
    : resource.type === 'Microsoft.Resources/resourceGroups'
      ? showGroup(resource)
      : { id: resource.id, name: resource.name, type: resource.type };
  return { ...shown, generation: resource.generation };
}

/**
 * Shape: `{id, name, target, status, created, startedAt, endsAt, endedAt, error}`; `created` where it is the creation of
 * its target, `endsAt` null where something else ends it.
 */
function operationRecord(operation: Operation): JsonObject {
  return compact({
    id: operation.id,
    name: operation.name,
    target: operation.target,
    status: operation.status,
    created: operation.data['created'] === true ? true : undefined,
    startedAt: iso(operation.startedAt),
    endsAt: iso(operation.endsAt),
    endedAt: iso(operation.endedAt),
    error: operation.error === null ? null : { code: operation.error.code, message: operation.error.message },
  });
}

export function takeInventory(world: World): { resources: JsonObject[]; operations: JsonObject[] } {
  return {
    resources: [...world.store.all()].map((resource) => resourceRecord(world, resource)),
    operations: world.operations.all().map(operationRecord),
  };
}
