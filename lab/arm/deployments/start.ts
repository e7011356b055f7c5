/** How a deployment begins: judged, and written down with an operation of its own. */
import { conflict } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { Operation } from '../store/operations.ts';
import { needGroup } from '../resources/resources.ts';
import type { Resource } from '../store/store.ts';
import { readTags } from '../resources/tags.ts';
import type { World } from '../world.ts';
import { judgeDeployment } from './judge.ts';
import { saveParameters } from './parameters.ts';
import type { Place } from './scope.ts';
import { deploymentType } from './planned.ts';
import { firstStep, isActive, keep, keptOf } from './state.ts';

/** The kind of a deployment's own operation. */
export const deploymentKind = 'deployment';

/** The kind of a what-if's, which has its result with it. */
export const whatIfKind = 'what-if';

/** Azure's hint for the polls of a deployment, in seconds. */
export const deploymentHintSeconds = 15;

export interface Started {
  readonly deployment: Resource;
  readonly created: boolean;
  readonly operation: Operation;
}

function refuseActive(world: World, deployment: Resource): void {
  if (!isActive(deployment)) return;
  const { startedAt } = keptOf(deployment);
  const [from, until] = [startedAt, startedAt + world.clock.scaled(7 * 24 * 3_600_000)].map((at) =>
    new Date(at).toISOString(),
  );
  throw conflict(
    'DeploymentActive',
    `Unable to edit or replace deployment '${deployment.name}': previous deployment from '${from}' is still active (expiration time is '${until}'). Please see https://aka.ms/arm-deploy for usage details.`,
  );
}

/**
 * Judges a deployment and writes it down; it goes on with `goOn`.
 * @param body of its PUT
 * @throws ArmError what `judgeDeployment` does; 409 while an earlier one of this name goes on
 */
export function startDeployment(place: Place, body: JsonObject | undefined): Started {
  const { world } = place;
  const group = needGroup(world, { subscription: world.subscriptionId, group: place.group }, true);
  const name = place.deployment;
  const existing = world.store.get(`${group.id}/providers/${deploymentType}/${name}`);
  if (existing !== undefined) refuseActive(world, existing);
  const { mode, template, parameters, planned } = judgeDeployment(place, body);
  const id = existing?.id ?? `${group.id}/providers/${deploymentType}/${name}`;
  const generation = world.store.count(`generation ${id.toLowerCase()}`);
  const operation = world.operations.start({
    kind: deploymentKind,
    name: 'PutDeploymentOperation',
    target: id,
    location: place.location,
    generation,
    locks: [],
    hintSeconds: deploymentHintSeconds,
    seconds: null,
  });
  const tags = readTags(body ?? {});
  const deployment: Resource = {
    id,
    type: deploymentType,
    name: existing?.name ?? name,
    generation,
    state: 'Updating',
    body: tags === undefined ? {} : { tags },
    hidden: keep({
      template,
      mode,
      parameters: saveParameters(parameters),
      steps: planned.map(firstStep),
      status: 'Accepted',
      operation: operation.id,
      startedAt: world.clock.now(),
      endedAt: null,
      outputs: null,
      error: null,
    }),
    revision: existing?.revision ?? 0,
  };
  world.store.save(deployment);
  return { deployment, created: existing === undefined, operation };
}
