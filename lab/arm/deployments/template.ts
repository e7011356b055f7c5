/** From a template to the resources it deploys, each with what it waits for. Nothing is deployed here. */
import { notModelled } from '../errors.ts';
import { type ResourceTypeName, canonicalType, formatId } from '../ids.ts';
import { type JsonObject, dropNulls, isObject } from '../json.ts';
import { hasSpec } from '../types/index.ts';
import { asText } from './arguments.ts';
import { type Scope, type Turn, evaluateValue } from './evaluate.ts';
import { countOf, mostCopies } from './limits.ts';
import { isNested, nestedDeployment } from './nested.ts';
import type { Place } from './scope.ts';
import { type Planned, deploymentType } from './planned.ts';
import { Deferred, TemplateError } from './template-error.ts';

/** A resource of the template before its dependencies are known. */
interface Draft extends Omit<Planned, 'dependsOn'> {
  readonly raw: JsonObject;
  /** False: its condition does not hold, so it is only known by name. */
  readonly wanted: boolean;
}

/** Members of a resource in a template that are not members of the resource. */
const templateMembers = new Set([
  'apiVersion',
  'comments',
  'condition',
  'copy',
  'dependsOn',
  'existing',
  'metadata',
  'name',
  'resourceGroup',
  'resources',
  'scope',
  'subscriptionId',
  'type',
]);

/** Work that must not wait for other resources. @throws TemplateError if it would */
function atOnce<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Deferred)) throw error;
    throw new TemplateError("The template function 'reference' is not expected at this location");
  }
}

function needText(raw: JsonObject, member: string, scope: Scope): string {
  const value = atOnce(() => evaluateValue(raw[member] ?? null, scope));
  if (typeof value === 'string' && value !== '') return value;
  throw new TemplateError(`The template resource has no text as its property '${member}'`);
}

/** Resources as a template lists them: one after the other, or by symbolic names. @throws TemplateError */
function resourcesOf(parent: JsonObject): (readonly [number | string, JsonObject])[] {
  const resources = parent['resources'] ?? [];
  if (!Array.isArray(resources) && !isObject(resources)) {
    throw new TemplateError("The template's property 'resources' is neither a list nor an object");
  }
  const entries = Array.isArray(resources) ? [...resources.entries()] : Object.entries(resources);
  return entries.map(([key, raw]) => {
    if (isObject(raw)) return [key, raw];
    throw new TemplateError('A resource of the template is not an object');
  });
}

function turnsOf(raw: JsonObject, scope: Scope): (Turn | null)[] {
  const copy = raw['copy'];
  if (copy === undefined) return [null];
  const name = isObject(copy) ? copy['name'] : undefined;
  if (!isObject(copy) || typeof name !== 'string') throw new TemplateError("A resource's copy has no name");
  const count = countOf(
    atOnce(() => evaluateValue(copy['count'] ?? null, scope)),
    name,
  );
  return Array.from({ length: count }, (_, index) => ({ name, index }));
}

export const inTurn = (scope: Scope, turn: Turn | null): Scope =>
  turn === null ? scope : { ...scope, turns: [...scope.turns, turn] };

function holds(raw: JsonObject, scope: Scope): boolean {
  const value = raw['condition'] === undefined ? true : atOnce(() => evaluateValue(raw['condition'] ?? null, scope));
  if (typeof value === 'boolean') return value;
  throw new TemplateError("The value of a resource's property 'condition' is no boolean");
}

/** The id of a resource in a group. @throws TemplateError; ArmError 501 for a type the lab does not hold */
function idOf(place: Place, group: string, type: string, name: string): { id: string; type: ResourceTypeName } {
  const [types, names] = [type.split('/').length - 1, name.split('/')];
  if (types < 1 || types !== names.length || names.includes('')) {
    throw new TemplateError(
      `The template resource '${name}' for type '${type}' at line '1' and column '1' has incorrect segment lengths. A nested resource type must have identical number of segments as its resource name. A root resource type must have segment length one greater than its resource name. Please see https://aka.ms/arm-syntax-resources for usage details`,
    );
  }
  const canonical = canonicalType(type);
  if (canonical === undefined || (!hasSpec(canonical) && canonical !== deploymentType)) {
    throw notModelled(`the deployment of ${type}`);
  }
  const subscription = place.world.subscriptionId;
  return { id: formatId({ subscription, group, type: canonical, names }), type: canonical };
}

interface Parent {
  readonly type: string;
  readonly name: string;
  readonly path: readonly (number | string)[];
  readonly wanted: boolean;
}

function draftsOf(place: Place, template: JsonObject, scope: Scope, parent: Parent | null): Draft[] {
  return resourcesOf(template).flatMap(([key, raw]) => {
    const path = [...(parent?.path ?? []), key];
    return turnsOf(raw, scope).flatMap((turn): Draft[] => {
      const own = inTurn(scope, turn);
      const type = `${parent === null ? '' : `${parent.type}/`}${needText(raw, 'type', own)}`;
      const name = `${parent === null ? '' : `${parent.name}/`}${needText(raw, 'name', own)}`;
      const apiVersion = needText(raw, 'apiVersion', own);
      const wanted = (parent?.wanted ?? true) && holds(raw, own);
      const isExisting = raw['existing'] === true;
      const symbol = typeof key === 'number' ? null : turn === null ? key : `${key}[${turn.index}]`;
      const below = draftsOf(place, raw, own, { type, name, path, wanted });
      const group = raw['resourceGroup'] === undefined ? place.group : needText(raw, 'resourceGroup', own);
      const at = idOf(place, group, type, name);
      return [{ path, turn, symbol, isExisting, name, apiVersion, raw, wanted, ...at }, ...below];
    });
  });
}

/** Every name that an expression or a `dependsOn` may call a resource by, in small letters. */
function namesOf(draft: Draft): string[] {
  const fromProvider = draft.id.slice(draft.id.indexOf('/providers/') + '/providers/'.length);
  const names = [draft.id, fromProvider, `${draft.type}/${draft.name}`, draft.name];
  const { turn, symbol, path } = draft;
  const loop = turn === null ? [] : [turn.name];
  // A symbolic name means every turn of its copy, `name[0]` one of them.
  const symbolic = symbol === null ? [] : [symbol, String(path.at(-1))];
  return [...names, ...loop, ...symbolic].map((name) => name.toLowerCase());
}

function undefinedResource(name: string): TemplateError {
  return new TemplateError(
    `The resource '${name}' is not defined in the template. Please see https://aka.ms/arm-syntax for usage details`,
  );
}

function explicit(draft: Draft, byName: ReadonlyMap<string, Draft[]>, scope: Scope): Draft[] {
  const listed = draft.raw['dependsOn'] ?? [];
  if (!Array.isArray(listed)) throw new TemplateError("A resource's property 'dependsOn' is not a list");
  return listed.flatMap((entry) => {
    const name = atOnce(() => evaluateValue(entry, scope));
    const found = typeof name === 'string' ? byName.get(name.toLowerCase()) : undefined;
    if (found !== undefined) return found;
    throw undefinedResource(typeof name === 'string' ? name : JSON.stringify(name));
  });
}

/** What its expressions refer to; a whole id may stand for a resource outside of the template. */
function implicit(draft: Draft, byName: ReadonlyMap<string, Draft[]>, scope: Scope): Draft[] {
  const found: Draft[] = [];
  const refer = scope.functions.get('reference');
  const watching = new Map(scope.functions);
  watching.set('reference', (args, inner) => {
    const [name] = args;
    const named = typeof name === 'string' ? byName.get(name.toLowerCase()) : undefined;
    if (named !== undefined) found.push(...named);
    else if (!isNested(draft.type) && (typeof name !== 'string' || !name.startsWith('/'))) {
      throw undefinedResource(asText(name ?? null));
    }
    return refer?.(args, inner) ?? null;
  });
  if (isNested(draft.type)) nestedDeployment(draft.raw, { ...scope, functions: watching });
  else bodyOf(draft.raw, { ...scope, functions: watching });
  return found;
}

function refuseCircles(planned: readonly Planned[]): void {
  const left = new Map(planned.map((one) => [one.id, one]));
  for (let size = -1; size !== left.size;) {
    size = left.size;
    for (const one of left.values()) if (one.dependsOn.every((id) => !left.has(id))) left.delete(one.id);
  }
  const [stuck] = left.keys();
  if (stuck === undefined) return;
  throw new TemplateError(
    `Circular dependency detected on resource: '${stuck}'. Please see https://aka.ms/arm-syntax-resources for usage details`,
  );
}

/** What is sent for a resource of the template, with its expressions worked out as far as the scope goes. */
export function bodyOf(raw: JsonObject, scope: Scope): JsonObject {
  const members = Object.entries(raw).filter(([name]) => !templateMembers.has(name));
  const body = dropNulls(evaluateValue(Object.fromEntries(members), scope));
  return isObject(body) ? body : {};
}

/** The resource of the template at a path. */
export function rawAt(template: JsonObject, path: readonly (number | string)[]): JsonObject {
  return path.reduce<JsonObject>(
    (parent, key) => resourcesOf(parent).find(([one]) => one === key)?.[1] ?? {},
    template,
  );
}

/**
 * The resources of a template, in its order.
 * @param scope lenient, with a `reference` that defers
 * @throws TemplateError; ArmError 501 for what the lab does not deploy
 */
export function planOf(place: Place, template: JsonObject, scope: Scope): Planned[] {
  const drafts = draftsOf(place, template, { ...scope, lenient: false }, null);
  if (drafts.length > mostCopies) {
    throw new TemplateError(`The number of template resources exceeds the limit of '${mostCopies}'`);
  }
  const byName = new Map<string, Draft[]>();
  for (const draft of drafts) {
    for (const name of new Set(namesOf(draft))) byName.set(name, [...(byName.get(name) ?? []), draft]);
  }
  const seen = new Set<string>();
  const planned = drafts
    .filter(({ wanted }) => wanted)
    .map((draft): Planned => {
      const key = draft.id.toLowerCase();
      if (seen.has(key) && !draft.isExisting) {
        throw new TemplateError(
          `The resource '${draft.id}' at line '1' and column '1' is defined multiple times in a template. Please see https://aka.ms/arm-syntax-resources for usage details`,
        );
      }
      seen.add(key);
      const own = inTurn(scope, draft.turn);
      const before = [...explicit(draft, byName, { ...own, lenient: false }), ...implicit(draft, byName, own)];
      const dependsOn = [...new Set(before.filter((one) => one.wanted && one !== draft).map((one) => one.id))];
      const { path, turn, symbol, isExisting, id, type, name, apiVersion } = draft;
      return { path, turn, symbol, isExisting, id, type, name, apiVersion, dependsOn };
    });
  refuseCircles(planned);
  return planned;
}
