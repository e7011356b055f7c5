/** What a template's expressions can ask of the deployment and of the cloud around it. */
import { groupId, lastName } from '../ids.ts';
import { type Json, type JsonObject, isObject, textAt } from '../json.ts';
import type { World } from '../world.ts';
import { asText } from './arguments.ts';
import { type Scope, type ScopeFunction, evaluateValue } from './evaluate.ts';
import { type Budget, spend } from './limits.ts';
import { type Parameters, parametersFunction } from './parameters.ts';
import { Deferred, TemplateError } from './template-error.ts';

/** The deployment that a template belongs to. */
export interface Place {
  readonly world: World;
  /** The group's name, as created. */
  readonly group: string;
  readonly location: string;
  readonly deployment: string;
  readonly mode: string;
}

/** Where a nested deployment deploys: its own group, which need not be there yet. */
export function placeOfNested(place: Place, id: string): Place {
  const [, , , , group = place.group] = id.split('/');
  const found = place.world.store.get(groupId(place.world.subscriptionId, group));
  const location = textAt(found?.body, 'location') ?? place.location;
  return { ...place, group: found?.name ?? group, location, deployment: lastName(id) };
}

/** Answers `reference`; what it throws as Deferred stays unanswered for now. */
export type Refer = (name: string, args: readonly Json[]) => Json;

/** For what is worked out before anything is deployed. */
export const notYet: Refer = () => {
  throw new Deferred();
};

const textsOf = (name: string, args: readonly Json[]): string[] =>
  args.map((arg) => {
    if (typeof arg === 'string') return arg;
    throw new TemplateError(`The template function '${name}' takes texts only`);
  });

/** `resourceId([subscription], [group], type, name, …)`: what stands before the type names other places. */
function resourceId(place: Place, args: readonly Json[]): string {
  const texts = textsOf('resourceId', args);
  const typeAt = texts.findIndex((text) => text.includes('/'));
  const [namespace = '', ...types] = texts[typeAt]?.split('/') ?? [];
  const names = texts.slice(typeAt + 1);
  if (typeAt < 0 || names.length !== types.length || typeAt > 2) {
    throw new TemplateError(
      `Unable to evaluate template language function 'resourceId': the type '${texts[typeAt] ?? ''}' requires '${types.length}' resource name argument(s)`,
    );
  }
  const group = typeAt === 0 ? place.group : (texts[typeAt - 1] ?? '');
  const subscription = typeAt === 2 ? (texts[0] ?? '') : place.world.subscriptionId;
  const path = types.map((type, level) => `/${type}/${names[level] ?? ''}`).join('');
  return `${groupId(subscription, group)}/providers/${namespace}${path}`;
}

/** `subscriptionResourceId([subscription], type, name, …)`. */
function subscriptionResourceId({ world }: Place, args: readonly Json[]): string {
  const texts = textsOf('subscriptionResourceId', args);
  const typeAt = texts.findIndex((text) => text.includes('/'));
  const [namespace = '', ...types] = texts[typeAt]?.split('/') ?? [];
  const path = types.map((type, level) => `/${type}/${texts[typeAt + 1 + level] ?? ''}`).join('');
  return `/subscriptions/${typeAt === 1 ? texts[0] : world.subscriptionId}/providers/${namespace}${path}`;
}

/** The cloud: the lab itself. */
function environmentOf({ world }: Place): JsonObject {
  const base = world.baseUrl();
  return { name: 'SitelinkLab', resourceManager: base, authentication: { loginEndpoint: base, audiences: [base] } };
}

function subscriptionOf({ world }: Place): JsonObject {
  const { subscriptionId, tenantId } = world;
  return { id: `/subscriptions/${subscriptionId}`, subscriptionId, tenantId, displayName: 'Sitelink lab' };
}

function groupOf(place: Place): JsonObject {
  const id = groupId(place.world.subscriptionId, place.group);
  const { tags } = place.world.store.get(id)?.body ?? {};
  return {
    id,
    name: place.group,
    type: 'Microsoft.Resources/resourceGroups',
    location: place.location,
    tags: tags ?? {},
    properties: { provisioningState: 'Succeeded' },
  };
}

/** `providers(namespace, type)`: the api-versions are the lab's own word, as it takes any. */
function providerOf(args: readonly Json[]): JsonObject {
  const [, type = ''] = textsOf('providers', args);
  return { resourceType: type, locations: [], apiVersions: ['2024-11-01'] };
}

/** The variables of a template, each worked out when it is asked for first. */
function variablesFunction(variables: JsonObject, base: () => Scope, budget: Budget): ScopeFunction {
  const known = new Map<string, Json>();
  const open = new Set<string>();
  // A `copy` among them makes one variable per entry.
  const loops = Array.isArray(variables['copy']) ? variables['copy'] : [];
  const looped = loops.flatMap((loop) => (isObject(loop) && typeof loop['name'] === 'string' ? [loop['name']] : []));
  return ([name]) => {
    const key = typeof name === 'string' ? name.toLowerCase() : '';
    const found = known.get(key);
    if (found !== undefined) return found;
    const own = Object.keys(variables).find((one) => one.toLowerCase() === key && one !== 'copy');
    const loop = looped.findIndex((one) => one.toLowerCase() === key);
    if ((own === undefined && loop < 0) || open.has(key)) {
      throw new TemplateError(`The template variable '${asText(name ?? null)}' is not found`);
    }
    open.add(key);
    const source = own === undefined ? { copy: [loops[loop] ?? null] } : (variables[own] ?? null);
    const made = evaluateValue(source, { ...base(), turns: [] });
    const value = own === undefined && isObject(made) ? (Object.values(made)[0] ?? null) : made;
    known.set(key, spend(budget, value));
    return value;
  };
}

export interface ScopeParts {
  readonly place: Place;
  readonly variables: JsonObject;
  /** Null while they are being read themselves. */
  readonly parameters: Parameters | null;
  readonly refer: Refer;
  readonly lenient: boolean;
  readonly budget: Budget;
}

export function makeScope({ place, variables, parameters, refer, lenient, budget }: ScopeParts): Scope {
  const functions = new Map<string, ScopeFunction>([
    ['resourceid', (args) => resourceId(place, args)],
    ['subscriptionresourceid', (args) => subscriptionResourceId(place, args)],
    ['environment', () => environmentOf(place)],
    ['tenant', () => ({ tenantId: place.world.tenantId })],
    ['subscription', () => subscriptionOf(place)],
    ['resourcegroup', () => groupOf(place)],
    ['deployment', () => ({ name: place.deployment, properties: { mode: place.mode } })],
    ['providers', (args) => providerOf(args)],
    ['resourceinfo', (args) => refer(textsOf('resourceInfo', args)[0] ?? '', [args[0] ?? '', '', 'Full'])],
    ['reference', (args) => refer(textsOf('reference', args)[0] ?? '', args)],
  ]);
  if (parameters !== null) functions.set('parameters', parametersFunction(parameters));
  const scope: Scope = { functions, turns: [], lenient, budget };
  if (parameters !== null)
    functions.set(
      'variables',
      variablesFunction(variables, () => scope, budget),
    );
  return scope;
}

/** Runs work on a template; what is wrong with the template becomes Azure's refusal. @throws ArmError */
export function judged<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof TemplateError) throw error.refusal();
    if (error instanceof Deferred) {
      throw new TemplateError("The template function 'reference' is not expected at this location").refusal();
    }
    // Variables that need each other, thousands deep.
    if (error instanceof RangeError) throw new TemplateError('The template is nested too deep').refusal();
    throw error;
  }
}
