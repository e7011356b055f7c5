/** Requests on resources in a group: by id, by collection, and on what lies below a resource. */
import { absentType } from './absent.ts';
import { actions } from '../actions/index.ts';
import { ArmError, notModelled, resourceNotFound } from '../errors.ts';
import { type ResourceId, type ResourceTypeName, canonicalType, formatId, groupId, lastName } from '../ids.ts';
import { type Json, type JsonObject, compact, isObject } from '../json.ts';
import { pageReply } from './paging.ts';
import type { Operation } from '../store/operations.ts';
import { readPart } from '../resources/parts.ts';
import { longReply } from './replies.ts';
import { deleteResource, needGroup, patchTags, putResource, showResource } from '../resources/resources.ts';
import { answerRule, answerRules } from './security-rules.ts';
import type { Resource } from '../store/store.ts';
import { countOf, etagOf } from '../types/common.ts';
import { hasSpec, specOf } from '../types/index.ts';
import type { Reply, Request, World } from '../world.ts';

const ruleType = 'Microsoft.Network/networkSecurityGroups/securityRules';
const groupType = 'Microsoft.Network/networkSecurityGroups';

const isServed = (type: ResourceTypeName | undefined): type is ResourceTypeName =>
  type !== undefined && (hasSpec(type) || type === ruleType);

export const served = (type: string): ResourceTypeName | undefined => {
  const canonical = canonicalType(type);
  return isServed(canonical) ? canonical : undefined;
};

interface Place {
  /** Null: the collection right below the group. */
  readonly id: ResourceId | null;
  /** What stands after the resource's name. */
  readonly rest: readonly string[];
}

/** The longest part of a path that is a resource the lab holds; null: none. */
function place(subscription: string, group: string, namespace: string, segments: readonly string[]): Place | null {
  for (let levels = Math.floor(segments.length / 2); levels > 0; levels -= 1) {
    const pairs = segments.slice(0, levels * 2);
    const type = served([namespace, ...pairs.filter((_, index) => index % 2 === 0)].join('/'));
    if (type === undefined) continue;
    const names = pairs.filter((_, index) => index % 2 === 1);
    return { id: { subscription, group, type, names }, rest: segments.slice(levels * 2) };
  }
  return segments.length === 1 ? { id: null, rest: segments } : null;
}

/** A GET's reply, with the ETag header that Azure sends for most types read by name, but not with a VM's instance view. */
function shown(world: World, request: Request, resource: Resource, status = 200): Reply {
  const expand = request.query.get('$expand') ?? undefined;
  const body = showResource(world, resource, request.apiVersion, true, expand);
  const { etag } = specOf(resource.type);
  if (etag === 'header') return { status, headers: { ETag: etagOf(resource) }, body };
  const counted = etag === 'count' && body['etag'] !== undefined && expand?.toLowerCase() !== 'instanceview';
  return { status, ...(counted ? { headers: { ETag: countOf(resource) } } : {}), body };
}

/** @throws ArmError 404 in the words of the resource's provider */
function needResource(world: World, id: ResourceId): Resource {
  needGroup(world, id, false);
  const found = world.store.get(formatId(id));
  if (found !== undefined) return found;
  const [top = '', ...children] = id.names;
  const topType = canonicalType(id.type.split('/').slice(0, 2).join('/')) ?? id.type;
  // The provider is asked only for what stands in something that is there.
  if (children.length === 0 || world.store.get(formatId({ ...id, type: topType, names: [top] })) === undefined) {
    throw resourceNotFound(topType, top, id.group);
  }
  throw new ArmError(404, 'NotFound', `Resource ${formatId(id)} not found.`);
}

function put(world: World, request: Request, id: ResourceId): Reply {
  if (request.body === undefined) {
    throw new ArmError(400, 'InvalidRequestContent', 'The request content was invalid: the body is missing.');
  }
  const { resource, created, operation } = putResource(world, id, request.body, request.apiVersion);
  const status = specOf(id.type).putStatus ?? (created ? 201 : 200);
  return written(world, request, resource, operation, status);
}

/** The answer to a PUT or PATCH, with the ETag header that the compute provider gives a VM's. */
function written(
  world: World,
  request: Request,
  resource: Resource,
  operation: Operation | null,
  status: 200 | 201 | 202,
): Reply {
  const body = showResource(world, resource, request.apiVersion, true);
  const counts = specOf(resource.type).etag === 'count' && body['etag'] !== undefined;
  const reply = operation === null ? { status, body } : longReply(world, request, operation, status, body);
  return counts ? { ...reply, headers: { ...reply.headers, ETag: countOf(resource) } } : reply;
}

/** Members of objects one by one; lists and plain values as wholes. */
function merged(before: Json | undefined, given: Json | undefined): Json | undefined {
  if (!isObject(before) || !isObject(given)) return given ?? before;
  const names = new Set([...Object.keys(before), ...Object.keys(given)]);
  return compact(Object.fromEntries([...names].map((name) => [name, merged(before[name], given[name])])));
}

/** The network's PATCH changes tags only; that of compute takes anything that a PUT takes. */
function patch(world: World, request: Request, id: ResourceId, resource: Resource): Reply {
  const { tags, ...rest } = request.body ?? {};
  const body = merged(resource.body, rest);
  const wanted = { ...(isObject(body) ? body : {}), ...(tags === undefined ? {} : { tags }) };
  const { operation } = putResource(world, id, wanted, request.apiVersion);
  return written(world, request, needResource(world, id), operation, 200);
}

function answerResource(world: World, request: Request, id: ResourceId, route: string): Reply {
  switch (request.method) {
    case 'GET':
      return shown(world, request, needResource(world, id));
    case 'HEAD':
      needGroup(world, id, false);
      return { status: world.store.get(formatId(id)) === undefined ? 404 : 204 };
    case 'PUT':
      return put(world, request, id);
    case 'PATCH': {
      const resource = needResource(world, id);
      if (id.type.startsWith('Microsoft.Compute/')) return patch(world, request, id, resource);
      const members = Object.keys(request.body ?? {}).filter((member) => member !== 'tags');
      if (members.length > 0) throw notModelled(`PATCH of ${id.type} with ${members.join(', ')}`);
      patchTags(world, resource, request.body ?? {});
      return shown(world, request, resource);
    }
    case 'DELETE': {
      needGroup(world, id, false);
      const operation = deleteResource(world, formatId(id));
      return operation === null ? { status: 204 } : longReply(world, request, operation, 202);
    }
    default:
      throw notModelled(route);
  }
}

/** `{value}` of resources as a list shows them. */
export function listReply(world: World, request: Request, resources: readonly Resource[]): Reply {
  return pageReply(world, request, resources, (one) => showResource(world, one, request.apiVersion, false));
}

function answerCollection(world: World, request: Request, type: ResourceTypeName, group: string): Reply {
  needGroup(world, { subscription: world.subscriptionId, group }, false);
  return listReply(world, request, world.store.list(type, groupId(world.subscriptionId, group)));
}

/** What stands below a resource: a collection of children, or an action. */
function answerBelow(world: World, request: Request, id: ResourceId, rest: readonly string[], route: string): Reply {
  const resource = needResource(world, id);
  const below = rest.join('/');
  const children = rest.length === 1 ? served(`${id.type}/${below}`) : undefined;
  if (request.method === 'GET' && children === ruleType) return answerRules(resource);
  if (request.method === 'GET' && children !== undefined) {
    return listReply(
      world,
      request,
      world.store.children(resource.id).filter((child) => child.type === children),
    );
  }
  const part = request.method === 'GET' ? readPart(resource, rest) : undefined;
  if (part !== undefined) return part;
  const action = actions.get(`${id.type}/${below}`.toLowerCase());
  if (action === undefined) throw notModelled(route);
  return action(world, resource, request);
}

/** A GET of what nobody can make in the lab; az asks for an image by a name that it does not know as an alias. */
function answerAbsent(world: World, group: string, type: string, name: string | undefined): Reply {
  needGroup(world, { subscription: world.subscriptionId, group }, false);
  if (name === undefined) return { status: 200, body: { value: [] } };
  throw resourceNotFound(type, name, group);
}

/** Refusals of Azure Resource Manager itself, before a provider hears of the request. */
const ofResourceManager = new Set([
  'HttpMethodNotAllowed',
  'InvalidApiVersionParameter',
  'InvalidRequestContent',
  'InvalidResourceLocation',
  'LinkedInvalidPropertyId',
  'LocationNotAvailableForResourceType',
  'LocationRequired',
  'NotModelled',
  'ParentResourceNotFound',
  'ResourceGroupBeingDeleted',
  'ResourceGroupNotFound',
  'ResourceNotFound',
]);

/** `/subscriptions/{s}/resourceGroups/{group}/providers/{namespace}/{segments}`. @throws ArmError 501 for what is not modelled */
export function answerInGroup(
  world: World,
  request: Request,
  group: string,
  namespace: string,
  segments: readonly string[],
): Reply {
  try {
    return answerIn(world, request, group, namespace, segments);
  } catch (error) {
    const networks = namespace.toLowerCase() === 'microsoft.network' && error instanceof ArmError;
    throw networks && !ofResourceManager.has(error.code) ? error.ofNetwork() : error;
  }
}

function answerIn(
  world: World,
  request: Request,
  group: string,
  namespace: string,
  segments: readonly string[],
): Reply {
  // Nothing is written in a group that is going, whatever it is about.
  if (['PUT', 'PATCH'].includes(request.method)) needGroup(world, { subscription: world.subscriptionId, group }, true);
  const absent = absentType(`${namespace}/${segments[0] ?? ''}`);
  if (absent !== undefined && request.method === 'GET' && segments.length <= 2) {
    return answerAbsent(world, group, absent, segments[1]);
  }
  const route = `${request.method} ${namespace}/${segments.filter((_, index) => index % 2 === 0).join('/')}`;
  const found = place(world.subscriptionId, group, namespace, segments);
  if (found === null) throw notModelled(route);
  const { id, rest } = found;
  if (id === null) {
    const type = served(`${namespace}/${rest.join('/')}`);
    if (type === undefined || request.method !== 'GET') throw notModelled(route);
    return answerCollection(world, request, type, group);
  }
  if (rest.length > 0) return answerBelow(world, request, id, rest, route);
  if (id.type !== ruleType) return answerResource(world, request, id, route);
  const [owner = '', name = ''] = id.names;
  const parent = needResource(world, { ...id, type: groupType, names: [owner] });
  return answerRule(world, request, parent, name) ?? refuse(route);
}

function refuse(route: string): never {
  throw notModelled(route);
}

/** A top-level resource as `GET …/resources` shows it. */
export function brief(resource: Resource): JsonObject {
  const { location, tags, sku, zones, plan } = resource.body;
  return Object.fromEntries(
    Object.entries({
      id: resource.id,
      name: lastName(resource.id),
      type: resource.type,
      location,
      tags,
      sku,
      zones,
      plan,
    }).filter(([, value]) => value !== undefined),
  );
}
