/** A deployment as the store keeps it, so that it goes on after a restart of the lab in the middle of it. */
import { type JsonObject, isObject } from '../json.ts';
import type { Failure } from '../store/operations.ts';
import type { Resource } from '../store/store.ts';
import type { World } from '../world.ts';
import { newBudget } from './limits.ts';
import { type Parameters, loadParameters, saveParameters } from './parameters.ts';
import { type Place, type Refer, makeScope } from './scope.ts';
import type { Scope } from './evaluate.ts';
import type { Planned } from './planned.ts';

type StepState = 'Waiting' | 'Running' | 'Succeeded' | 'Failed' | 'Skipped';

/** A resource on its way. */
export interface Step extends Planned {
  state: StepState;
  /** The long operation of its PUT; null where there is none (yet). */
  operation: string | null;
  /** HTTP status of its PUT, in words: `Created`. */
  statusCode: string;
  startedAt: number | null;
  endedAt: number | null;
  error: Failure | null;
}

/** Complete: what stands in the group and not in the template is deleted in the end. */
export type Mode = 'Incremental' | 'Complete';

type DeploymentState = 'Accepted' | 'Running' | 'Succeeded' | 'Failed' | 'Canceled';

/** What no GET shows. */
interface Kept {
  readonly template: JsonObject;
  readonly mode: Mode;
  /** With the values of secrets while it runs; without any once it has ended. */
  parameters: JsonObject;
  steps: Step[];
  status: DeploymentState;
  /** Its own operation. */
  operation: string;
  startedAt: number;
  endedAt: number | null;
  outputs: JsonObject | null;
  error: Failure | null;
}

export const keptOf = (deployment: Resource): Kept => deployment.hidden as unknown as Kept;

export const keep = (kept: Kept): JsonObject => kept as unknown as JsonObject;

export function firstStep(planned: Planned): Step {
  const nothing = { operation: null, statusCode: '', startedAt: null, endedAt: null, error: null };
  return { ...planned, state: planned.isExisting ? 'Succeeded' : 'Waiting', ...nothing };
}

export function isActive(deployment: Resource): boolean {
  const { status } = keptOf(deployment);
  return status === 'Accepted' || status === 'Running';
}

export function placeOf(world: World, deployment: Resource): Place {
  const [, , , , group = ''] = deployment.id.split('/');
  const location = world.store.get(deployment.id.split('/').slice(0, 5).join('/'))?.body['location'];
  return {
    world,
    group,
    location: typeof location === 'string' ? location : '',
    deployment: deployment.name,
    mode: keptOf(deployment).mode,
  };
}

/** The scope of a deployment that is under way. */
export function scopeOf(world: World, deployment: Resource, refer: Refer): Scope {
  const { template, parameters } = keptOf(deployment);
  return makeScope({
    place: placeOf(world, deployment),
    variables: variablesOf(template),
    parameters: loadParameters(parameters),
    refer,
    lenient: false,
    budget: newBudget(),
  });
}

export function variablesOf(template: JsonObject): JsonObject {
  const variables = template['variables'];
  return isObject(variables) ? variables : {};
}

/** Once it has ended nothing needs the secrets any more. */
export function forgetSecrets(deployment: Resource): void {
  const kept = keptOf(deployment);
  const parameters: Parameters = new Map(
    [...loadParameters(kept.parameters)].map(([name, one]) => [name, one.secure ? { ...one, value: null } : one]),
  );
  deployment.hidden = keep({ ...kept, parameters: saveParameters(parameters) });
}
