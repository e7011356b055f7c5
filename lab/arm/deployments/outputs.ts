/** What a deployment says once its resources are there: `reference`, and the outputs that use it. */
import { keyOf } from '../ids.ts';
import { type Json, type JsonObject, isObject } from '../json.ts';
import { showResource } from '../resources/resources.ts';
import type { Resource } from '../store/store.ts';
import { hasSpec } from '../types/index.ts';
import type { World } from '../world.ts';
import { evaluateValue } from './evaluate.ts';
import { fits, isSecure, typeOf } from './parameters.ts';
import type { Refer } from './scope.ts';
import { showDeployment } from './show.ts';
import { deploymentType } from './planned.ts';
import { type Step, keptOf, placeOf, scopeOf } from './state.ts';
import { TemplateError } from './template-error.ts';

/** An api-version whose replies hold no shared key: outputs are kept and shown. */
const referenceVersion = '2025-05-01';

/** What `reference` reads: the whole of a resource, or of a nested deployment. */
function read(world: World, id: string): JsonObject | undefined {
  const found = world.store.get(id);
  if (found?.type === deploymentType) return showDeployment(found, placeOf(world, found).location);
  return found === undefined || !hasSpec(found.type) ? undefined : showResource(world, found, referenceVersion, true);
}

/** Answers `reference(name or id, apiVersion, 'Full')` from what is there now; a name may be a symbolic one. */
export function referenceTo(world: World, deployment: Resource): Refer {
  const { steps } = keptOf(deployment);
  return (name, args) => {
    const key = keyOf(name);
    const names = (step: Step): (string | null)[] => [step.name, `${step.type}/${step.name}`, step.symbol];
    const step = steps.find((one) => names(one).some((known) => known !== null && keyOf(known) === key));
    const found = read(world, step?.id ?? name);
    if (found === undefined) {
      throw new TemplateError(`The resource '${name}' that the template function 'reference' names was not found`);
    }
    const { properties, ...rest } = found;
    const full = typeof args[2] === 'string' && args[2].toLowerCase() === 'full';
    return full ? { ...rest, apiVersion: referenceVersion, properties } : (properties ?? {});
  };
}

/** The outputs that a template declares; null members are absent. @throws TemplateError if they are no object */
export function declaredOutputs(template: JsonObject): [string, JsonObject][] {
  const outputs = template['outputs'] ?? {};
  if (!isObject(outputs)) throw new TemplateError("The template's property 'outputs' is not an object");
  return Object.entries(outputs).map(([name, output]) => {
    if (isObject(output)) return [name, output];
    throw new TemplateError(`The template output '${name}' is not an object`);
  });
}

/** An output's expression; a `copy` makes a list, as in a property. */
export function valueOf(output: JsonObject): Json {
  const copy = output['copy'];
  return isObject(copy) ? { copy: [{ ...copy, name: 'made' }] } : (output['value'] ?? null);
}

/** Shape: `{name: {type, value}}`; a secret has no value. @throws TemplateError */
export function evaluateOutputs(world: World, deployment: Resource): JsonObject {
  const { template } = keptOf(deployment);
  const scope = scopeOf(world, deployment, referenceTo(world, deployment));
  const shown = declaredOutputs(template).flatMap(([name, output]): [string, Json][] => {
    const wanted = output['condition'] === undefined || evaluateValue(output['condition'], scope) === true;
    if (!wanted) return [];
    const type = typeOf(output, `template output '${name}'`);
    const value = evaluateValue(valueOf(output), scope);
    const made = isObject(value) && output['copy'] !== undefined ? (value['made'] ?? null) : value;
    if (!fits(type, made)) throw new TemplateError(`The template output '${name}' is not of the type '${type}'`);
    return [[name, isSecure(type) ? { type } : { type, value: made }]];
  });
  return Object.fromEntries(shown);
}
