/**
 * `Microsoft.Resources/deployments` of a group: what `az vm create`, `az network vpn-connection create` and
 * `az deployment group` ask. The routes of subscriptions and of tenants are not modelled.
 */
import { ArmError, badRequest, conflict } from '../errors.ts';
import { parseFilter } from '../routes/filter.ts';
import { groupId } from '../ids.ts';
import { type JsonObject, textAt } from '../json.ts';
import { pageReply } from '../routes/paging.ts';
import { longReply, retryHeaders } from '../routes/replies.ts';
import { needGroup } from '../resources/resources.ts';
import type { Resource } from '../store/store.ts';
import type { Reply, Request, World } from '../world.ts';
import { asValidation, judgeDeployment } from './judge.ts';
import { shownParameters } from './parameters.ts';
import { cancel, goOn } from './run.ts';
import type { Place } from './scope.ts';
import { errorOf, plannedProperties, showDeployment, showOperations } from './show.ts';
import { deploymentHintSeconds, deploymentKind, startDeployment, whatIfKind } from './start.ts';
import { deploymentType } from './planned.ts';
import { isActive, keptOf } from './state.ts';
import { whatIf } from './what-if.ts';

const nameForm = /^[\w().-]{1,64}$/;

interface Target {
  readonly world: World;
  readonly request: Request;
  readonly group: Resource;
  /** The deployment's name as the request has it. */
  readonly name: string;
  readonly existing: Resource | undefined;
}

const locationOf = (group: Resource): string => textAt(group.body, 'location') ?? '';

const show = ({ group }: Target, deployment: Resource): JsonObject => showDeployment(deployment, locationOf(group));

function need({ existing, name }: Target): Resource {
  if (existing !== undefined) return existing;
  throw new ArmError(404, 'DeploymentNotFound', `Deployment '${name}' could not be found.`);
}

function placeOf({ world, group, name }: Target): Place {
  return { world, group: group.name, location: locationOf(group), deployment: name, mode: 'Incremental' };
}

function checkName(name: string): void {
  if (nameForm.test(name) && !name.endsWith('.')) return;
  throw badRequest(
    'InvalidDeploymentName',
    `The deployment name '${name.slice(0, 100)}' is invalid. It can have up to 64 letters, digits, '-', '_', '.', '(' and ')' and must not end with a period.`,
  );
}

function statusUrl({ world, request }: Target, deployment: Resource): string {
  const path = deployment.id.replace('/resourceGroups/', '/resourcegroups/');
  const version = encodeURIComponent(request.apiVersion);
  return `${world.baseUrl()}${path}/operationStatuses/${keptOf(deployment).operation}?api-version=${version}`;
}

function put(target: Target): Reply {
  const { world, request, name } = target;
  checkName(name);
  const { deployment, created, operation } = startDeployment(placeOf(target), request.body);
  request.began.push(operation);
  const body = show(target, deployment);
  goOn(world, deployment);
  const headers = {
    'Azure-AsyncOperation': statusUrl(target, deployment),
    ...retryHeaders(world, deploymentHintSeconds),
  };
  return { status: created ? 201 : 200, headers, body };
}

function validate(target: Target): Reply {
  const { request, name, group, world } = target;
  try {
    const { mode, parameters, planned } = judgeDeployment(placeOf(target), request.body);
    const properties: JsonObject = {
      parameters: shownParameters(parameters),
      ...plannedProperties(mode, planned, locationOf(group)),
      provisioningState: 'Succeeded',
      timestamp: new Date(world.clock.now()).toISOString(),
      duration: 'PT0S',
      validatedResources: planned.filter((one) => !one.isExisting).map(({ id }) => ({ id })),
    };
    return {
      status: 200,
      body: { id: `${group.id}/providers/${deploymentType}/${name}`, name, type: deploymentType, properties },
    };
  } catch (error) {
    if (error instanceof ArmError) throw asValidation(error, name);
    throw error;
  }
}

/** Answers 202, and at the `Location` what the deployment would change. */
function askWhatIf(target: Target): Reply {
  const { world, request, group } = target;
  const format = textAt(request.body, 'properties.whatIfSettings.resultFormat');
  const result = whatIf(placeOf(target), request.body, format === 'ResourceIdOnly' ? 'ids' : 'full');
  const operation = world.operations.start({
    kind: whatIfKind,
    name: 'WhatIfDeploymentOperation',
    target: group.id,
    location: locationOf(group),
    generation: group.generation,
    locks: [],
    hintSeconds: deploymentHintSeconds,
    seconds: [3, 10],
    data: { result },
  });
  return longReply(world, request, operation, 202);
}

/** What the `Azure-AsyncOperation` URL of a PUT answers. */
function status(target: Target, id: string): Reply {
  const { world } = target;
  const operation = world.operations.get(id);
  if (operation === undefined || operation.kind !== deploymentKind) {
    throw new ArmError(404, 'OperationNotFound', `Operation ${id} not found.`);
  }
  if (operation.status === 'InProgress') {
    return { status: 200, headers: retryHeaders(world, deploymentHintSeconds), body: { status: 'Running' } };
  }
  const error = operation.error === null ? {} : { error: errorOf(operation.error, operation.target) };
  return { status: 200, body: { status: operation.status, ...error } };
}

function remove(target: Target): Reply {
  const { world, existing } = target;
  if (existing === undefined) return { status: 204 };
  if (isActive(existing)) {
    throw conflict(
      'DeploymentActive',
      `Unable to delete deployment '${existing.name}': it is still active. Cancel it, or wait for its end.`,
    );
  }
  world.store.remove(existing.id);
  return { status: 204 };
}

function onDeployment(target: Target): Reply | undefined {
  switch (target.request.method) {
    case 'GET':
      return { status: 200, body: show(target, need(target)) };
    case 'HEAD':
      return { status: target.existing === undefined ? 404 : 204 };
    case 'PUT':
      return put(target);
    case 'DELETE':
      return remove(target);
    default:
      return undefined;
  }
}

function cancelDeployment(target: Target): Reply {
  const deployment = need(target);
  if (!isActive(deployment)) {
    throw conflict(
      'DeploymentCannotBeCancelled',
      `The deployment '${deployment.name}' cannot be cancelled as its state is '${keptOf(deployment).status}'.`,
    );
  }
  cancel(target.world, deployment);
  return { status: 204 };
}

function operations(target: Target, id: string | undefined): Reply {
  const shown = showOperations(need(target), target.world.clock.now());
  if (id === undefined) return pageReply(target.world, target.request, shown);
  const found = shown.find((one) => textAt(one, 'operationId')?.toLowerCase() === id.toLowerCase());
  if (found !== undefined) return { status: 200, body: found };
  throw new ArmError(404, 'DeploymentOperationNotFound', `Deployment operation '${id}' could not be found.`);
}

/** What stands below a deployment, by method and lower-cased segment. */
function below(target: Target, segment: string, id: string | undefined): Reply | undefined {
  switch (`${target.request.method} ${segment.toLowerCase()}${id === undefined ? '' : '/'}`) {
    case 'GET operationstatuses/':
      return status(target, id ?? '');
    case 'GET operations':
    case 'GET operations/':
      return operations(target, id);
    case 'POST validate':
      return validate(target);
    case 'POST whatif':
      return askWhatIf(target);
    case 'POST cancel':
      return cancelDeployment(target);
    case 'POST exporttemplate':
      return { status: 200, body: { template: keptOf(need(target)).template } };
    default:
      return undefined;
  }
}

function list(world: World, request: Request, group: Resource): Reply {
  const fits = parseFilter(request.query.get('$filter'));
  const value = world.store
    .list(deploymentType, groupId(world.subscriptionId, group.name))
    .map((deployment) => showDeployment(deployment, locationOf(group)))
    .filter((deployment) => fits(deployment));
  return pageReply(world, request, value);
}

/** `…/deployments[/{name}[/{segment}[/{id}]]]` of a group; undefined: not modelled. @throws ArmError */
export function answerDeployments(
  world: World,
  request: Request,
  groupName: string,
  segments: readonly string[],
): Reply | undefined {
  const group = needGroup(world, { subscription: world.subscriptionId, group: groupName }, false);
  const [name, segment, id, ...more] = segments;
  if (name === undefined) return request.method === 'GET' ? list(world, request, group) : undefined;
  const existing = world.store.get(`${group.id}/providers/${deploymentType}/${name}`);
  const target = { world, request, group, name, existing };
  if (segment === undefined) return onDeployment(target);
  return more.length > 0 ? undefined : below(target, segment, id);
}
