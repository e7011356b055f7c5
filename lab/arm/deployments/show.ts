/** Deployments and their operations as Azure's replies show them. */
import { guidOf } from '../guid.ts';
import type { ArmErrorDetail } from '../errors.ts';
import { type Json, type JsonObject, compact } from '../json.ts';
import type { Failure } from '../store/operations.ts';
import type { Resource } from '../store/store.ts';
import { isNested } from './nested.ts';
import { loadParameters, shownParameters } from './parameters.ts';
import { type Mode, type Step, isActive, keptOf } from './state.ts';
import { deploymentType, type Planned } from './planned.ts';

const iso = (at: number): string => new Date(at).toISOString();

/** `PT12.345S`. */
const duration = (from: number, to: number): string => `PT${(Math.max(0, to - from) / 1000).toFixed(3)}S`;

function detailOf({ code, target, message, details }: ArmErrorDetail): JsonObject {
  return compact({ code, target, message, details: details?.map(detailOf) });
}

/** `{code, target, message, details}`, as deep as the failure is. */
export function errorOf(failure: Failure, target: string): JsonObject {
  const { code, message, details } = failure;
  return compact({ code, target, message, details: details.length === 0 ? undefined : details.map(detailOf) });
}

const reference = ({ id, type, name }: Planned): JsonObject => ({ id, resourceType: type, resourceName: name });

/** Which types a deployment deploys, by their provider. */
function providers(planned: readonly Planned[], location: string): Json[] {
  const byNamespace = new Map<string, Set<string>>();
  for (const { type } of planned) {
    const [namespace = '', ...rest] = type.split('/');
    byNamespace.set(namespace, (byNamespace.get(namespace) ?? new Set()).add(rest.join('/')));
  }
  return [...byNamespace].map(([namespace, types]) => ({
    namespace,
    resourceTypes: [...types].map((resourceType) => ({ resourceType, locations: [location] })),
  }));
}

function dependencies(planned: readonly Planned[]): Json[] {
  const byId = new Map(planned.map((one) => [one.id, one]));
  return planned
    .filter((one) => one.dependsOn.length > 0)
    .map((one) => ({
      dependsOn: one.dependsOn
        .map((id) => byId.get(id))
        .flatMap((found) => (found === undefined ? [] : [reference(found)])),
      ...reference(one),
    }));
}

/** Members of `properties` that are known before anything is deployed. */
export function plannedProperties(mode: Mode, planned: readonly Planned[], location: string): JsonObject {
  const deployed = planned.filter((one) => !one.isExisting);
  return { mode, providers: providers(deployed, location), dependencies: dependencies(deployed) };
}

export function showDeployment(deployment: Resource, location: string): JsonObject {
  const kept = keptOf(deployment);
  const until = kept.endedAt ?? kept.startedAt;
  const ready = kept.steps.filter((step) => step.state === 'Succeeded' && !step.isExisting);
  return compact({
    id: deployment.id,
    name: deployment.name,
    type: deploymentType,
    tags: deployment.body['tags'],
    properties: compact({
      templateHash: String(BigInt(`0x${guidOf(JSON.stringify(kept.template)).replaceAll('-', '').slice(0, 15)}`)),
      parameters: shownParameters(loadParameters(kept.parameters)),
      ...plannedProperties(kept.mode, kept.steps, location),
      provisioningState: kept.status,
      timestamp: iso(until),
      duration: duration(kept.startedAt, until),
      correlationId: kept.operation,
      outputs: kept.outputs ?? undefined,
      outputResources: isActive(deployment)
        ? undefined
        : ready.filter(({ type }) => !isNested(type)).map(({ id }) => ({ id })),
      error: kept.error === null ? undefined : errorOf(kept.error, deployment.id),
    }),
  });
}

const stepStates = { Waiting: 'NotStarted', Running: 'Running', Succeeded: 'Succeeded', Failed: 'Failed' } as const;

function showStep(deployment: Resource, step: Step, now: number): JsonObject {
  const operationId = guidOf(`${deployment.id}/${step.id}`).replaceAll('-', '').toUpperCase().slice(0, 16);
  const from = step.startedAt ?? now;
  const until = step.endedAt ?? now;
  return {
    id: `${deployment.id}/operations/${operationId}`,
    operationId,
    properties: compact({
      provisioningOperation: 'Create',
      provisioningState: step.state === 'Skipped' ? 'NotStarted' : stepStates[step.state],
      timestamp: iso(until),
      duration: duration(from, until),
      trackingId: guidOf(`${keptOf(deployment).operation}/${step.id}`),
      statusCode: step.statusCode,
      statusMessage: step.error === null ? undefined : { status: 'Failed', error: errorOf(step.error, step.id) },
      targetResource: reference(step),
    }),
  };
}

/** The operations of a deployment, the newest first: what has begun, and the outputs at the end. */
export function showOperations(deployment: Resource, now: number): JsonObject[] {
  const kept = keptOf(deployment);
  const steps = kept.steps
    .filter((step) => step.startedAt !== null)
    .toSorted((one, other) => (other.startedAt ?? 0) - (one.startedAt ?? 0))
    .map((step) => showStep(deployment, step, now));
  if (kept.status !== 'Succeeded') return steps;
  const at = kept.endedAt ?? now;
  const last = {
    id: `${deployment.id}/operations/${kept.operation.replaceAll('-', '').slice(0, 20)}`,
    operationId: kept.operation.replaceAll('-', '').slice(0, 20),
    properties: {
      provisioningOperation: 'EvaluateDeploymentOutput',
      provisioningState: 'Succeeded',
      timestamp: iso(at),
      duration: duration(at, at),
      trackingId: guidOf(kept.operation),
      statusCode: 'OK',
    },
  };
  return [last, ...steps];
}
