/** Resource groups: made at once, deleted as a whole. */
import { badRequest, conflict, groupNotFound } from '../errors.ts';
import { groupId } from '../ids.ts';
import { type JsonObject, compact, objectAt, textAt } from '../json.ts';
import { beginGroupDeletion } from '../resources/group-deletion.ts';
import { longReply } from './replies.ts';
import { checkLocation } from '../catalogue/regions.ts';
import { needGroup } from '../resources/resources.ts';
import { checkShapes } from '../resources/shapes.ts';
import type { Resource } from '../store/store.ts';
import { readTags } from '../resources/tags.ts';
import { missing } from '../unreadable.ts';
import type { Reply, Request, World } from '../world.ts';

const nameForm = /^[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$/u;

export function showGroup(group: Resource): JsonObject {
  return {
    id: group.id,
    name: group.name,
    type: group.type,
    ...group.body,
    properties: { provisioningState: group.state },
  };
}

function putGroup(world: World, name: string, body: JsonObject): Reply {
  if (!nameForm.test(name)) {
    throw badRequest(
      'InvalidResourceGroup',
      `The provided resource group name '${name}' has these invalid characters or ends with a period. The name can only be letters, digits, '-', '.', '(', ')' or '_'.`,
    );
  }
  checkShapes('Microsoft.Resources/resourceGroups', body);
  const given = textAt(body, 'location');
  if (given === undefined)
    throw badRequest('LocationRequired', 'The location property is required for this definition.');
  const location = checkLocation(given, 'Microsoft.Resources/resourceGroups');
  const existing = world.store.get(groupId(world.subscriptionId, name));
  if (existing !== undefined) {
    needGroup(world, { subscription: world.subscriptionId, group: name }, true);
    const before = textAt(existing.body, 'location') ?? '';
    if (before !== location) {
      throw conflict(
        'InvalidResourceGroupLocation',
        `Invalid resource group location '${location}'. The Resource group already exists in location '${before}'.`,
      );
    }
  }
  const id = existing?.id ?? groupId(world.subscriptionId, name);
  const group: Resource = {
    id,
    type: 'Microsoft.Resources/resourceGroups',
    name: existing?.name ?? name,
    generation: existing?.generation ?? world.store.count(`generation ${id.toLowerCase()}`),
    state: 'Succeeded',
    body: compact({ location, tags: readTags(body), managedBy: textAt(body, 'managedBy') }),
    hidden: {},
    revision: existing?.revision ?? 0,
  };
  world.store.save(group);
  return { status: existing === undefined ? 201 : 200, body: showGroup(group) };
}

/** `…/resourceGroups/{name}`; undefined: not modelled. */
export function answerGroup(world: World, request: Request, name: string): Reply | undefined {
  const id = { subscription: world.subscriptionId, group: name };
  switch (request.method) {
    case 'GET':
      return { status: 200, body: showGroup(needGroup(world, id, false)) };
    case 'HEAD':
      return { status: world.store.get(groupId(id.subscription, name)) === undefined ? 404 : 204 };
    case 'PUT':
      return putGroup(world, name, request.body ?? {});
    case 'PATCH': {
      const group = needGroup(world, id, true);
      if (objectAt(request.body, 'tags') === undefined) throw missing('tags');
      group.body = { ...group.body, tags: readTags(request.body ?? {}) };
      world.store.save(group);
      return { status: 200, body: showGroup(group) };
    }
    case 'DELETE': {
      const group = world.store.get(groupId(id.subscription, name));
      if (group === undefined) throw groupNotFound(name);
      return longReply(world, request, beginGroupDeletion(world, group), 202);
    }
    default:
      return undefined;
  }
}
