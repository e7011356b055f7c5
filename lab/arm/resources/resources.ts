import type { ArmError } from '../errors.ts';
import { badRequest, conflict, groupNotFound, invalidReference } from '../errors.ts';
import { type ResourceId, formatId, groupId, keyOf, lastName, parentId, parseId } from '../ids.ts';
import { type Json, type JsonObject, compact, isObject, textAt, textsAt } from '../json.ts';
import type { Effect, Operation } from '../store/operations.ts';
import { checkLocation } from '../catalogue/regions.ts';
import type { Resource } from '../store/store.ts';
import { readTags } from './tags.ts';
import { checkShapes } from './shapes.ts';
import { missing } from '../unreadable.ts';
import { countOf, etagOf } from '../types/common.ts';
import { specOf } from '../types/index.ts';
import { ofVersion } from '../types/member-versions.ts';
import type { TypeSpec, World } from '../world.ts';

export interface Written {
  readonly resource: Resource;
  readonly created: boolean;
  /** Null: done at once. */
  readonly operation: Operation | null;
}

const nameForm = /^[A-Za-z0-9_]([A-Za-z0-9_.()-]{0,78}[A-Za-z0-9_()-])?$/;

/** The group's resource. @throws ArmError 404 if there is none, 409 if it is being deleted and something shall be written. */
export function needGroup(world: World, id: { subscription: string; group: string }, writing: boolean): Resource {
  const group = world.store.get(groupId(id.subscription, id.group));
  if (group === undefined) throw groupNotFound(id.group);
  if (writing && group.state === 'Deleting') {
    throw conflict(
      'ResourceGroupBeingDeleted',
      `The resource group '${group.name}' is in deprovisioning state and cannot perform this operation.`,
    );
  }
  return group;
}

/** The id with the spelling of what exists already: the group, the parent and the resource itself. */
function settledId(world: World, id: ResourceId, group: Resource): string {
  const wanted = formatId({ ...id, group: group.name });
  const existing = world.store.get(wanted);
  if (existing !== undefined) return existing.id;
  if (id.names.length < 2) return wanted;
  const parent = world.store.get(parentId(wanted));
  return parent === undefined ? wanted : `${parent.id}${wanted.slice(parent.id.length)}`;
}

function anotherOperation(world: World, operation: Operation): ArmError {
  const uri = `${world.baseUrl()}/subscriptions/${world.subscriptionId}/providers/Microsoft.Network/locations/${operation.location}/operations/${operation.id}`;
  return conflict(
    'AnotherOperationInProgress',
    `Another operation on this or dependent resource is in progress. To retrieve status of the operation use uri: ${uri}.`,
  );
}

/** @throws ArmError 409 if a write to one of these ids is under way. */
export function refuseIfBusy(world: World, ids: readonly string[]): void {
  const holder = world.operations.holding(ids);
  if (holder === undefined) return;
  if (holder.target.includes('/Microsoft.Compute/')) {
    throw conflict(
      'Conflict',
      `The request failed due to conflict with a concurrent request. The operation ${holder.name} on '${lastName(holder.target)}' is in progress.`,
    );
  }
  throw anotherOperation(world, holder);
}

/** @throws ArmError if something that this resource uses is absent, elsewhere or not provisioned. */
function checkLinks(world: World, spec: TypeSpec, resource: Resource): void {
  for (const { target } of spec.links(resource)) {
    const parsed = parseId(target);
    const found = parsed === null ? undefined : world.store.get(target);
    // An OS disk is made with its VM.
    if (found === undefined && parsed?.type === 'Microsoft.Compute/disks') continue;
    if (found === undefined) throw invalidReference(target, resource.id);
    const regional = found.type.startsWith('Microsoft.Network/') && found.body['location'] !== undefined;
    // A subnet's region is its network's.
    if (regional && found.body['location'] !== locationOf(world, resource)) throw invalidReference(target, resource.id);
    if (found.state === 'Succeeded') continue;
    const last = found.state === 'Deleting' ? 'Delete' : 'Put';
    throw badRequest(
      'ReferencedResourceNotProvisioned',
      `Cannot proceed with operation because resource ${found.id} used by resource ${resource.id} is not in Succeeded state. Resource is in ${found.state} state and the last operation that updated/is updating the resource is ${last}${specOf(found.type).noun}Operation.`,
    );
  }
}

function commonMembers(spec: TypeSpec, body: JsonObject, existing: Resource | undefined): JsonObject {
  const common = compact({ tags: readTags(body), zones: textsAt(body, 'zones') });
  if (!spec.located) return {};
  const given = textAt(body, 'location');
  if (given === undefined)
    throw badRequest('LocationRequired', 'The location property is required for this definition.');
  const location = checkLocation(given, spec.type);
  const before = textAt(existing?.body, 'location');
  if (before !== undefined && before !== location) {
    throw conflict(
      'InvalidResourceLocation',
      `The resource '${existing?.name}' already exists in location '${before}'. A resource with the same name cannot be created in location '${location}'. Please select a new resource name.`,
    );
  }
  return { location, ...common };
}

function checkName(spec: TypeSpec, id: ResourceId): void {
  const name = id.names.at(-1) ?? '';
  if (nameForm.test(name)) return;
  throw badRequest(
    'InvalidResourceName',
    `Resource name ${name} is invalid. The name can be up to 80 characters long. It must begin with a word character, and it must end with a word character or with '_'. The name may contain word characters or '.', '-', '_'. Resource type: ${spec.type}.`,
  );
}

/** Judges and accepts a PUT; the caller commits. */
export function putResource(world: World, id: ResourceId, body: JsonObject, apiVersion: string): Written {
  const spec = specOf(id.type);
  const group = needGroup(world, id, true);
  checkName(spec, id);
  const target = settledId(world, id, group);
  const existing = world.store.get(target);
  checkShapes(spec.type, body);
  const common = commonMembers(spec, body, existing);
  const prepared = spec.prepare({ world, id, target, body, existing, apiVersion });
  const resource: Resource = {
    id: target,
    type: id.type,
    name: lastName(target),
    generation: existing?.generation ?? 0,
    state: 'Updating',
    body: { ...common, ...prepared.body },
    hidden: { ...existing?.hidden, ...prepared.hidden },
    revision: existing?.revision ?? 0,
  };
  if (existing?.state === 'Deleting') refuseIfBusy(world, [target]);
  checkLinks(world, spec, resource);
  const locks = [target, ...(spec.locks?.(resource, world) ?? [])];
  refuseIfBusy(world, locks);
  return accept(world, spec, existing === undefined ? named(world, resource) : resource, existing, locks);
}

function named(world: World, resource: Resource): Resource {
  return { ...resource, generation: world.store.count(`generation ${keyOf(resource.id)}`) };
}

function accept(
  world: World,
  spec: TypeSpec,
  resource: Resource,
  existing: Resource | undefined,
  locks: string[],
): Written {
  const created = existing === undefined;
  const seconds = created
    ? spec.seconds.create
    : (spec.changeSeconds?.(existing, resource, world) ?? spec.seconds.update);
  resource.state =
    seconds === null ? 'Succeeded' : created && spec.type.startsWith('Microsoft.Compute') ? 'Creating' : 'Updating';
  world.store.save(resource);
  spec.accepted?.(resource, world, created);
  if (seconds === null) {
    spec.settled?.(resource, world);
    return { resource, created, operation: null };
  }
  const operation = world.operations.start({
    kind: 'put',
    name: `Put${spec.noun}Operation`,
    target: resource.id,
    location: locationOf(world, resource),
    generation: resource.generation,
    locks,
    hintSeconds: spec.hintSeconds,
    seconds,
    data: { created },
  });
  return { resource, created, operation };
}

/** Where a resource's operations are found; a child's is its parent's. */
export function locationOf(world: World, resource: Resource): string {
  const own = resource.body['location'];
  if (typeof own === 'string') return own;
  const parent = world.store.get(parentId(resource.id));
  return typeof parent?.body['location'] === 'string' ? parent.body['location'] : 'global';
}

/** Judges and accepts a DELETE; null: nothing is there. */
export function deleteResource(
  world: World,
  id: string,
  options: { inGroupDeletion?: boolean } = {},
): Operation | null {
  const resource = world.store.get(id);
  if (resource === undefined) return null;
  const spec = specOf(resource.type);
  if (resource.state === 'Deleting') {
    const running = world.operations.holding([id]);
    if (running !== undefined && running.kind === 'delete') return running;
  }
  if (options.inGroupDeletion !== true) spec.refuseRemoval?.(resource, world);
  const locks = [resource.id, ...(spec.locks?.(resource, world) ?? [])];
  refuseIfBusy(world, locks);
  // What stands in it goes with it, and nobody may begin to use it any more.
  for (const one of [resource, ...world.store.children(resource.id)]) {
    one.state = 'Deleting';
    world.store.save(one);
  }
  return world.operations.start({
    kind: 'delete',
    name: `Delete${spec.noun}Operation`,
    target: resource.id,
    location: locationOf(world, resource),
    generation: resource.generation,
    locks,
    hintSeconds: spec.hintSeconds,
    seconds: spec.seconds.remove ?? [0, 0],
  });
}

/** After a delete that failed: what stands in the resource is as it was. */
function keepChildren(world: World, resource: Resource): void {
  for (const child of world.store.children(resource.id)) {
    child.state = 'Succeeded';
    world.store.save(child);
  }
}

/** The ends of plain PUTs and DELETEs. */
export function resourceEffects(world: World): [string, Effect][] {
  const change =
    (state: Resource['state'], then?: (resource: Resource) => void) =>
    (operation: Operation): undefined => {
      const resource = world.store.get(operation.target);
      if (resource === undefined) return;
      resource.state = state === 'Failed' && operation.status === 'Canceled' ? 'Canceled' : state;
      then?.(resource);
      world.store.save(resource);
    };
  const remove = (operation: Operation): undefined => {
    const resource = world.store.get(operation.target);
    if (resource === undefined) return;
    specOf(resource.type).removing?.(resource, world);
    for (const child of world.store.children(resource.id)) world.store.remove(child.id);
    world.store.remove(resource.id);
  };
  return [
    ['put', change('Succeeded', (resource) => specOf(resource.type).settled?.(resource, world))],
    ['put-failed', change('Failed')],
    ['delete', remove],
    ['delete-failed', change('Failed', (resource) => keepChildren(world, resource))],
  ];
}

/** The resource as a GET or a list shows it. */
export function showResource(
  world: World,
  resource: Resource,
  apiVersion: string,
  single: boolean,
  expand?: string,
): JsonObject {
  const spec = specOf(resource.type);
  const { properties, ...top } = resource.body;
  const shown = spec.show?.({ world, resource, apiVersion, single, ...(expand === undefined ? {} : { expand }) }) ?? {};
  const { '': extra, ...computed } = shown;
  const whole = compact({
    name: resource.name,
    id: resource.id,
    ...(spec.etag === 'none' ? {} : { etag: spec.etag === 'count' ? countOf(resource) : etagOf(resource) }),
    type: resource.type,
    ...top,
    ...(isObject(extra) ? extra : {}),
    properties: compact({
      provisioningState: resource.state,
      ...(isObject(properties) ? properties : {}),
      ...computed,
    }) as Json,
  });
  return ofVersion(resource.type, whole, apiVersion);
}

/** Only the tags change, as PATCH does. */
export function patchTags(world: World, resource: Resource, body: JsonObject): void {
  if (resource.state === 'Deleting') refuseIfBusy(world, [resource.id]);
  const tags = readTags(body);
  if (tags === undefined) throw missing('tags');
  resource.body = { ...resource.body, tags };
  world.store.save(resource);
}
