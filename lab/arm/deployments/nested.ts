/**
 * Deployments within deployments. With the scope `inner` (what Bicep emits) the template within works its expressions
 * out by itself; with `outer`, the default, it has the parameters and the variables of the template around it.
 */
import type { ResourceTypeName } from '../ids.ts';
import { type Json, type JsonObject, isObject, objectAt, textAt } from '../json.ts';
import { type Scope, evaluateValue } from './evaluate.ts';
import { deploymentType } from './planned.ts';
import { TemplateError } from './template-error.ts';

export const isNested = (type: ResourceTypeName): boolean => type === deploymentType;

const isInner = (properties: JsonObject): boolean =>
  textAt(properties, 'expressionEvaluationOptions.scope')?.toLowerCase() === 'inner';

/** Expressions as far as the outer scope knows them; what only the inner one knows stays as it is. */
function workedOut(value: Json, scope: Scope): Json {
  if (Array.isArray(value)) return value.map((item) => workedOut(item, scope));
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, workedOut(one ?? null, scope)]));
  }
  if (typeof value !== 'string' || !value.startsWith('[') || value.startsWith('[[')) return value;
  try {
    const made = evaluateValue(value, { ...scope, lenient: true });
    // A text that looks like an expression must not be read as one within.
    return typeof made === 'string' && made !== value && made.startsWith('[') ? `[${made}` : made;
  } catch (error) {
    if (error instanceof TemplateError) return value;
    throw error;
  }
}

/**
 * The `properties` of a nested deployment as a request of its own would have them, but for what the outer scope gives.
 * @throws Deferred where the scope is not lenient and a parameter needs another resource; TemplateError
 */
export function nestedDeployment(raw: JsonObject, scope: Scope): JsonObject {
  const { template, ...others } = objectAt(raw, 'properties') ?? {};
  const own = evaluateValue(others, scope);
  const properties = isObject(own) ? own : {};
  // In a copy, and for what it refers to, the outer scope's expressions are worked out as far as they can be now.
  const within = isInner(properties) ? template : workedOut(template ?? null, scope);
  return within === undefined ? properties : { ...properties, template: within };
}

/** Parameters of a deployment request from those that a template already has: `{name: {value}}`. */
const given = (values: ReadonlyMap<string, { readonly value: Json }>): JsonObject =>
  Object.fromEntries([...values].map(([name, { value }]) => [name, { value }]));

/** The template around a nested one, and what its parameters are. */
export interface Around {
  readonly template: JsonObject;
  readonly parameters: ReadonlyMap<string, { readonly value: Json }>;
}

/** What a request for a nested deployment says. Throws as `nestedDeployment` does. */
export function nestedRequest(raw: JsonObject, scope: Scope, around: Around, isCopied: boolean): JsonObject {
  const properties = nestedDeployment(raw, scope);
  if (isInner(properties)) return { properties };
  const template = isCopied ? objectAt(properties, 'template') : objectAt(raw, 'properties.template');
  if (template === undefined) return { properties };
  const { parameters = {}, variables = {} } = around.template;
  return {
    properties: {
      ...properties,
      template: { ...template, parameters, variables },
      parameters: given(around.parameters),
    },
  };
}
