/** What a deployment says once its resources are there: `reference`, and the outputs that use it. */
import { keyOf } from '../ids.ts';
import { type Json, type JsonObject, isObject } from '../json.ts';
import { showResource } from '../resources.ts';
import type { Resource } from '../store.ts';
import { hasSpec } from '../types/index.ts';
import type { World } from '../world.ts';
import { evaluateValue } from './evaluate.ts';
import { fits, isSecure, typeOf } from './parameters.ts';
import type { Refer } from './scope.ts';
import { keptOf, scopeOf } from './state.ts';
import { TemplateError } from './template-error.ts';

/** An api-version whose replies hold no shared key: outputs are kept and shown. */
const referenceVersion = '2025-05-01';

/** Answers `reference(name or id, apiVersion, 'Full')` from what is there now. */
export function referenceTo(world: World, deployment: Resource): Refer {
  const { steps } = keptOf(deployment);
  return (name, args) => {
    const key = keyOf(name);
    const step = steps.find((one) => key === keyOf(one.name) || key === keyOf(`${one.type}/${one.name}`));
    const found = world.store.get(step?.id ?? name);
    if (found === undefined || !hasSpec(found.type)) {
      throw new TemplateError(`The resource '${name}' that the template function 'reference' names was not found`);
    }
    const { properties, ...rest } = showResource(world, found, referenceVersion, true);
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

/** Shape: `{name: {type, value}}`; a secret has no value. @throws TemplateError */
export function evaluateOutputs(world: World, deployment: Resource): JsonObject {
  const { template } = keptOf(deployment);
  const scope = scopeOf(world, deployment, referenceTo(world, deployment));
  const shown = declaredOutputs(template).flatMap(([name, output]): [string, Json][] => {
    const wanted = output['condition'] === undefined || evaluateValue(output['condition'], scope) === true;
    if (!wanted) return [];
    const type = typeOf(output, `template output '${name}'`);
    const value = evaluateValue(output['value'] ?? null, scope);
    if (!fits(type, value)) throw new TemplateError(`The template output '${name}' is not of the type '${type}'`);
    return [[name, isSecure(type) ? { type } : { type, value }]];
  });
  return Object.fromEntries(shown);
}
