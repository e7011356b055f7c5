/**
 * Runs deployments: each resource goes through the same code as a PUT of its own, once everything it waits for is
 * there. All that is known stands in the store, so a deployment goes on with the next process.
 */
import { STATUS_CODES } from 'node:http';
import { ArmError, type ArmErrorDetail } from '../errors.ts';
import { type ResourceId, parseId } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import { putOfTemplate } from '../resources/operation-faults.ts';
import type { Effect, Failure, Operation } from '../store/operations.ts';
import { deleteWhatCan, users } from '../resources/ordered-deletion.ts';
import type { Resource } from '../store/store.ts';
import type { World } from '../world.ts';
import type { Scope } from './evaluate.ts';
import { leftOver } from './left-over.ts';
import { isNested, nestedRequest } from './nested.ts';
import { evaluateOutputs, referenceTo } from './outputs.ts';
import { loadParameters } from './parameters.ts';
import { judged, placeOfNested } from './scope.ts';
import { type Started, deploymentKind, startDeployment, whatIfKind } from './start.ts';
import { deploymentType } from './planned.ts';
import { type Step, forgetSecrets, isActive, keep, keptOf, placeOf, scopeOf } from './state.ts';
import { TemplateError } from './template-error.ts';
import { bodyOf, inTurn, rawAt } from './template.ts';

const failureOf = (error: ArmError): Failure => ({
  status: error.status,
  code: error.code,
  message: error.message,
  details: error.details,
});

function asFailure(error: unknown): Failure {
  if (error instanceof ArmError) return failureOf(error);
  if (error instanceof TemplateError) {
    return { status: 400, code: 'DeploymentFailed', message: error.message, details: [] };
  }
  // A mistake of the lab's own fails the deployment, and nothing else.
  const message = error instanceof Error ? error.message : String(error);
  return { status: 500, code: 'InternalServerError', message, details: [] };
}

/** `Created` for 201, without blanks, as Azure writes it. */
const statusWord = (status: number): string => (STATUS_CODES[status] ?? String(status)).replaceAll(/[ '-]/g, '');

function fail(step: Step, error: Failure, now: number): void {
  Object.assign(step, { state: 'Failed', error, endedAt: now, statusCode: statusWord(error.status) });
}

/** A resource of the template, and the scope in which its expressions are worked out. */
function rawOf(world: World, deployment: Resource, step: Step): [JsonObject, Scope] {
  const scope = inTurn(scopeOf(world, deployment, referenceTo(world, deployment)), step.turn);
  return [rawAt(keptOf(deployment).template, step.path), scope];
}

/** @throws ArmError as a deployment of its own would be refused */
function beginNested(world: World, deployment: Resource, step: Step): Started {
  const { template, parameters } = keptOf(deployment);
  const [raw, scope] = rawOf(world, deployment, step);
  const around = { template, parameters: loadParameters(parameters) };
  const body = judged(() => nestedRequest(raw, scope, around, step.turn !== null));
  const started = startDeployment(placeOfNested(placeOf(world, deployment), step.id), body);
  goOn(world, started.deployment);
  return started;
}

/** Sends the resource's PUT, so to speak. */
function begin(world: World, deployment: Resource, step: Step): void {
  const now = world.clock.now();
  step.startedAt = now;
  try {
    const { created, operation } = isNested(step.type)
      ? beginNested(world, deployment, step)
      : putOfTemplate(
          world,
          parseId(step.id) as ResourceId,
          bodyOf(...rawOf(world, deployment, step)),
          step.apiVersion,
        );
    step.statusCode = statusWord(created ? 201 : 200);
    step.operation = operation?.id ?? null;
    step.state = operation === null ? 'Succeeded' : 'Running';
    if (operation === null) step.endedAt = now;
    // A nested deployment of nothing has ended by now.
    else if (operation.status !== 'InProgress') look(world, step);
  } catch (error) {
    fail(step, asFailure(error), now);
  }
}

/** An operation that failed after its PUT was accepted, as the deployment says it. */
function laterFailure({ error, status }: Operation): Failure {
  const state = status === 'Canceled' ? 'Canceled' : 'Failed';
  return {
    status: 409,
    code: 'ResourceDeploymentFailure',
    message: `The resource write operation failed to complete successfully, because it reached terminal provisioning state '${state}'.`,
    details: error === null ? [] : [{ code: error.code, message: error.message, details: error.details }],
  };
}

function look(world: World, step: Step): void {
  const operation = step.operation === null ? undefined : world.operations.own(step.operation);
  if (operation?.status === 'InProgress') return;
  const now = world.clock.now();
  if (operation !== undefined && operation.status !== 'Succeeded') fail(step, laterFailure(operation), now);
  else Object.assign(step, { state: 'Succeeded', endedAt: operation?.endedAt ?? now, statusCode: 'OK' });
}

/** Begins what can begin; what waits for a failure will not. True if anything changed. */
function advance(world: World, deployment: Resource, steps: readonly Step[]): boolean {
  const byId = new Map(steps.map((step) => [step.id, step]));
  let changed = false;
  for (const step of steps) {
    if (step.state !== 'Waiting') continue;
    const before = step.dependsOn.map((id) => byId.get(id)?.state);
    if (before.some((state) => state === 'Failed' || state === 'Skipped')) step.state = 'Skipped';
    else if (before.every((state) => state === 'Succeeded')) begin(world, deployment, step);
    else continue;
    changed = true;
  }
  return changed;
}

function failedDeployment(steps: readonly Step[]): Failure {
  const details = steps.flatMap((step): ArmErrorDetail[] =>
    step.error === null
      ? []
      : [
          {
            code: step.error.code,
            target: step.id,
            message: step.error.message,
            ...(step.error.details.length === 0 ? {} : { details: step.error.details }),
          },
        ],
  );
  return {
    status: 409,
    code: 'DeploymentFailed',
    message:
      'At least one resource deployment operation failed. Please list deployment operations for details. Please see https://aka.ms/arm-deployment-operations for usage details.',
    details,
  };
}

/** Takes a deployment as far as it can go now. */
export function goOn(world: World, deployment: Resource): void {
  const { steps, operation } = keptOf(deployment);
  for (const step of steps) if (step.state === 'Running') look(world, step);
  while (advance(world, deployment, steps));
  deployment.hidden = keep({ ...keptOf(deployment), steps, status: 'Running' });
  world.store.save(deployment);
  if (steps.some((step) => step.state === 'Running')) return;
  const own = world.operations.own(operation);
  if (own === undefined || own.status !== 'InProgress') return;
  const failed = steps.some((step) => step.error !== null) ? failedDeployment(steps) : undefined;
  if (failed !== undefined || keptOf(deployment).mode !== 'Complete') {
    world.operations.end(own, failed);
    return;
  }
  const others = leftOver(world, deployment.id, steps);
  const stuck = others.length > 0 && deleteWhatCan(world, others);
  if (others.length === 0 || stuck) world.operations.end(own, stuck ? failedDeletions(world, others) : undefined);
}

function failedDeletions(world: World, others: readonly Resource[]): Failure {
  const details = others.map((one) => ({
    code: 'InUse',
    target: one.id,
    message: `The resource cannot be deleted: it is in use by ${users(world, one).join(', ')}.`,
  }));
  return { ...failedDeployment([]), details };
}

const open = (world: World): Resource[] => world.store.list(deploymentType).filter((one) => isActive(one));

/** Has open deployments go on whenever an operation ends; to be called once, after the operations were resumed. */
export function driveDeployments(world: World): void {
  world.operations.onEnd((ended) => {
    for (const deployment of open(world)) {
      const { steps, mode } = keptOf(deployment);
      const isDeleting = mode === 'Complete' && steps.every((step) => step.state === 'Succeeded');
      if (isDeleting || steps.some((step) => step.operation === ended.id)) goOn(world, deployment);
    }
  });
  for (const deployment of open(world)) goOn(world, deployment);
}

/** Cancels what waits; what is under way goes on by itself. */
export function cancel(world: World, deployment: Resource): void {
  const own = world.operations.own(keptOf(deployment).operation);
  if (own === undefined) return;
  const message = 'The deployment was canceled.';
  world.operations.end(own, { status: 409, code: 'DeploymentCanceled', message, details: [] });
  own.status = 'Canceled';
  world.operations.changed(own);
  deployment.hidden = keep({ ...keptOf(deployment), status: 'Canceled' });
  world.store.save(deployment);
}

/** A group that is gone takes its deployments along. */
export function removeDeployments(world: World, group: string): void {
  for (const deployment of world.store.list(deploymentType, group)) world.store.remove(deployment.id);
}

export function deploymentEffects(world: World): [string, Effect][] {
  const settle = (operation: Operation, status: 'Succeeded' | 'Failed'): undefined => {
    const deployment = world.store.get(operation.target);
    if (deployment === undefined) return;
    let outputs = null;
    if (status === 'Succeeded') {
      try {
        outputs = evaluateOutputs(world, deployment);
      } catch (error) {
        const { status: code, message } = asFailure(error);
        throw new ArmError(
          code,
          'DeploymentOutputEvaluationFailed',
          `Unable to evaluate template outputs: ${message}.`,
        );
      }
    }
    const kept = keptOf(deployment);
    deployment.state = status;
    deployment.hidden = keep({ ...kept, status, outputs, error: operation.error, endedAt: world.clock.now() });
    forgetSecrets(deployment);
    world.store.save(deployment);
  };
  return [
    [deploymentKind, (operation) => settle(operation, 'Succeeded')],
    [whatIfKind, ({ data }) => data['result']],
    [`${deploymentKind}-failed`, (operation) => settle(operation, 'Failed')],
  ];
}
