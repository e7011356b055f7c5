/** From a path of Azure Resource Manager to what answers it. Paths are compared without regard to case. */
import { absentType } from './absent.ts';
import { providerRoutes } from '../actions/index.ts';
import { answerDeployments } from '../deployments/index.ts';
import { ArmError, notModelled } from '../errors.ts';
import { parseFilter } from './filter.ts';
import { answerGroup, showGroup } from './groups.ts';
import { groupId } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import { pageReply } from './paging.ts';
import { answerProviders } from './providers.ts';
import { operationResult, operationStatus } from './replies.ts';
import { answerInGroup, brief, listReply, served } from './resource-routes.ts';
import { needGroup } from '../resources/resources.ts';
import type { Resource } from '../store/store.ts';
import { answerTags, listTagNames } from './tag-routes.ts';
import type { Reply, Request, World } from '../world.ts';

/** Answers what lies below `/subscriptions/{id}`, or undefined. */
type Route = (world: World, request: Request, match: readonly string[]) => Reply | undefined;

const groupType = 'Microsoft.Resources/resourceGroups';

function subscription(world: World): JsonObject {
  return {
    id: `/subscriptions/${world.subscriptionId}`,
    subscriptionId: world.subscriptionId,
    tenantId: world.tenantId,
    displayName: 'Sitelink lab',
    state: 'Enabled',
    subscriptionPolicies: {
      locationPlacementId: 'Public_2014-09-01',
      quotaId: 'PayAsYouGo_2014-09-01',
      spendingLimit: 'Off',
    },
    authorizationSource: 'RoleBased',
  };
}

/** Resources that stand right in a group, the tracked ones. */
function listTopLevel(world: World, request: Request, resources: Iterable<Resource>): Reply {
  const fits = parseFilter(request.query.get('$filter'));
  const value = [...resources]
    .filter((resource) => resource.type !== groupType && resource.body['location'] !== undefined)
    .map((resource) => brief(resource))
    .filter((resource) => fits(resource));
  return pageReply(world, request, value);
}

function listGroups(world: World, request: Request): Reply {
  const fits = parseFilter(request.query.get('$filter'));
  const value = world.store
    .list(groupType)
    .map(showGroup)
    .filter((group) => fits(group));
  return pageReply(world, request, value);
}

/** The status, or the result, of a long operation. @throws ArmError 404 once Azure has forgotten it */
function operation(world: World, request: Request, id: string, kind: string): Reply {
  const found = world.operations.get(id);
  if (found === undefined) {
    const absent = new ArmError(404, 'OperationNotFound', `Operation ${id} not found.`);
    throw /\/microsoft\.network\//i.test(request.path) ? absent.ofNetwork() : absent;
  }
  const result = kind.toLowerCase() === 'operationresults' || request.query.get('monitor') === 'true';
  return result ? operationResult(world, request, found) : operationStatus(world, found);
}

/** `/tenants`: what a client that logs in asks for, before it knows of any subscription. */
function tenants(world: World, request: Request): Reply {
  if (request.method !== 'GET' || request.path.toLowerCase() !== '/tenants')
    throw notModelled(`${request.method} ${request.path}`);
  const tenant = {
    id: `/tenants/${world.tenantId}`,
    tenantId: world.tenantId,
    displayName: 'Sitelink lab',
    defaultDomain: 'lab.example',
    domains: ['lab.example'],
    tenantCategory: 'Home',
    tenantType: 'AAD',
  };
  return { status: 200, body: { value: [tenant] } };
}

const get =
  (route: Route): Route =>
  (world, request, match) =>
    request.method === 'GET' ? route(world, request, match) : undefined;

const routes: readonly (readonly [RegExp, Route])[] = [
  [/^$/, get((world) => ({ status: 200, body: subscription(world) }))],
  [/^\/resourcegroups$/i, get(listGroups)],
  [/^\/resourcegroups\/([^/]+)$/i, (world, request, [name = '']) => answerGroup(world, request, name)],
  [/^\/tagNames$/i, get((world, request) => listTagNames(world, request))],
  [/^\/resources$/i, get((world, request) => listTopLevel(world, request, world.store.all()))],
  [
    /^\/resourcegroups\/([^/]+)\/resources$/i,
    get((world, request, [group = '']) => {
      needGroup(world, { subscription: world.subscriptionId, group }, false);
      return listTopLevel(world, request, world.store.inGroup(groupId(world.subscriptionId, group)));
    }),
  ],
  [
    /^\/providers\/[^/]+\/locations\/[^/]+\/(operations|diskoperations|operationresults)\/([^/]+)$/i,
    get((world, request, [kind = '', id = '']) => operation(world, request, id, kind)),
  ],
  [
    /^\/operationresults\/([^/]+)$/i,
    get((world, request, [id = '']) => operation(world, request, id, 'operationresults')),
  ],
  [
    /^\/providers\/([^/]+\/[^/]+)$/i,
    get((world, request, [name = '']) => {
      if (absentType(name) !== undefined) return { status: 200, body: { value: [] } };
      const type = served(name);
      return type === undefined ? undefined : listReply(world, request, world.store.list(type));
    }),
  ],
  [/^\/providers(?:\/([^/]+))?$/i, get((world, request, [namespace]) => answerProviders(world, request, namespace))],
  [
    /^\/providers\/([^/]+)\/register$/i,
    (world, request, [namespace]) =>
      request.method === 'POST' ? answerProviders(world, request, namespace) : undefined,
  ],
  [
    /^(\/resourcegroups\/.+)\/providers\/microsoft\.resources\/tags\/default$/i,
    (world, request, [scope = '']) => answerTags(world, request, `/subscriptions/${world.subscriptionId}${scope}`),
  ],
  // An address from before providers, which az still asks for a deployment's operations.
  [
    /^\/resourcegroups\/([^/]+)\/deployments\/([^/]+)\/(operations(?:\/[^/]+)?)$/i,
    get((world, request, [group = '', name = '', rest = '']) =>
      answerDeployments(world, request, group, [name, ...rest.split('/')]),
    ),
  ],
  [
    /^\/resourcegroups\/([^/]+)\/providers\/microsoft\.resources\/deployments(?:\/(.+))?$/i,
    (world, request, [group = '', rest]) =>
      answerDeployments(world, request, group, rest === undefined ? [] : rest.split('/')),
  ],
  [
    /^\/resourcegroups\/([^/]+)\/providers\/([^/]+)\/(.+)$/i,
    (world, request, [group = '', namespace = '', rest = '']) =>
      answerInGroup(world, request, group, namespace, rest.split('/')),
  ],
];

function checkVersion(request: Request): void {
  if (request.apiVersion === '') {
    throw new ArmError(
      400,
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    );
  }
  const date = /^(\d{4}-\d{2}-\d{2})(-\w+)?$/.exec(request.apiVersion)?.[1] ?? '';
  if (!Number.isNaN(Date.parse(date))) return;
  throw new ArmError(400, 'InvalidApiVersionParameter', `The api-version '${request.apiVersion}' is invalid.`);
}

/** Answers a request that has shown a valid token. @throws ArmError */
export function answerArm(world: World, request: Request): Reply {
  const [, top = '', id, rest = ''] = /^\/([^/]*)(?:\/([^/]+)(.*))?$/.exec(request.path) ?? [];
  const known = ['subscriptions', 'tenants'].includes(top.toLowerCase());
  if (!known) throw notModelled(`${request.method} ${request.path}`);
  checkVersion(request);
  if (top.toLowerCase() === 'tenants') return tenants(world, request);
  if (id === undefined) {
    if (request.method !== 'GET') throw notModelled(`${request.method} /subscriptions`);
    return { status: 200, body: { value: [subscription(world)], count: { type: 'Total', value: 1 } } };
  }
  if (id.toLowerCase() !== world.subscriptionId) {
    throw new ArmError(404, 'SubscriptionNotFound', `The subscription '${id}' could not be found.`);
  }
  for (const route of providerRoutes) {
    const match = route.method === request.method ? route.pattern.exec(request.path.toLowerCase()) : null;
    if (match !== null) return route.handle(world, request, match);
  }
  for (const [pattern, route] of routes) {
    const match = pattern.exec(rest);
    const reply = match === null ? undefined : route(world, request, match.slice(1));
    if (reply !== undefined) return reply;
  }
  throw notModelled(`${request.method} /subscriptions/{id}${rest}`);
}
