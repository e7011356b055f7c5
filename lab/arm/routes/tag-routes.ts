/**
 * `{scope}/providers/Microsoft.Resources/tags/default`: the tags of a group or a resource, by themselves; and the names
 * and values of tags that a subscription's resources have.
 */
import { ArmError, badRequest } from '../errors.ts';
import { type JsonObject, objectAt, textAt } from '../json.ts';
import { pageReply } from './paging.ts';
import { refuseIfBusy } from '../resources/resources.ts';
import type { Resource } from '../store/store.ts';
import { readTags } from '../resources/tags.ts';
import type { Reply, Request, World } from '../world.ts';

function patched(before: JsonObject, operation: string, given: JsonObject): JsonObject {
  switch (operation.toLowerCase()) {
    case 'merge':
      return { ...before, ...given };
    case 'replace':
      return given;
    case 'delete':
      return Object.fromEntries(
        Object.entries(before).filter(([name, value]) => given[name] === undefined || given[name] !== value),
      );
    default:
      throw badRequest(
        'InvalidRequestContent',
        `The operation '${operation.slice(0, 50)}' on tags is none of Merge, Replace and Delete.`,
      );
  }
}

/** What the tags of a resource shall be after the request; null: it only asks. */
function wanted(request: Request, before: JsonObject): JsonObject | null {
  if (request.method === 'GET') return null;
  if (request.method === 'DELETE') return {};
  const given = readTags(objectAt(request.body, 'properties') ?? {}) ?? {};
  return request.method === 'PUT' ? given : patched(before, textAt(request.body, 'operation') ?? '', given);
}

/** Answers for a resource or a group; undefined: not modelled. @throws ArmError */
export function answerTags(world: World, request: Request, scope: string): Reply | undefined {
  const owner: Resource | undefined = world.store.get(scope);
  if (!['GET', 'PUT', 'PATCH', 'DELETE'].includes(request.method)) return undefined;
  if (owner === undefined) throw new ArmError(404, 'ResourceNotFound', `Resource ${scope} not found.`);
  const before = objectAt(owner.body, 'tags') ?? {};
  const tags = wanted(request, before);
  if (tags !== null) {
    if (owner.state === 'Deleting') refuseIfBusy(world, [owner.id]);
    owner.body = { ...owner.body, tags };
    world.store.save(owner);
  }
  if (request.method === 'DELETE') return { status: 200 };
  const id = `${owner.id}/providers/Microsoft.Resources/tags/default`;
  const body = { id, name: 'default', type: 'Microsoft.Resources/tags', properties: { tags: tags ?? before } };
  return { status: 200, body };
}

const total = (value: number): JsonObject => ({ type: 'Total', value });

/** `/subscriptions/{id}/tagNames`: `{value: [{id, tagName, count, values: [{id, tagValue, count}]}]}`. */
export function listTagNames(world: World, request: Request): Reply {
  const names = new Map<string, Map<string, number>>();
  for (const { body } of world.store.all()) {
    for (const [name, value] of Object.entries(objectAt(body, 'tags') ?? {})) {
      const values = names.get(name) ?? new Map<string, number>();
      if (typeof value === 'string') names.set(name, values.set(value, (values.get(value) ?? 0) + 1));
    }
  }
  const base = `/subscriptions/${world.subscriptionId}/tagNames`;
  const shown = [...names].map(([tagName, values]) => ({
    id: `${base}/${tagName}`,
    tagName,
    count: total([...values.values()].reduce((sum, count) => sum + count, 0)),
    values: [...values].map(([tagValue, count]) => ({
      id: `${base}/${tagName}/tagValues/${tagValue}`,
      tagValue,
      count: total(count),
    })),
  }));
  return pageReply(world, request, shown);
}
