/** What a deployment would change, told without deploying anything. */
import { keyOf, lastName } from '../ids.ts';
import { type Json, type JsonObject, compact, dropNulls, isObject, textAt } from '../json.ts';
import { showResource } from '../resources/resources.ts';
import { hasSpec } from '../types/index.ts';
import { type Judged, judgeDeployment } from './judge.ts';
import { newBudget } from './limits.ts';
import { leftOver } from './left-over.ts';
import { isNested, nestedRequest } from './nested.ts';
import type { Parameters } from './parameters.ts';
import { type Place, makeScope, notYet, placeOfNested } from './scope.ts';
import { deploymentType, type Planned } from './planned.ts';
import { variablesOf } from './state.ts';
import { Deferred } from './template-error.ts';
import { bodyOf, inTurn, rawAt } from './template.ts';

type Kind = 'Create' | 'Modify' | 'Delete' | 'Array';

/** One difference; `children` are those within it. Shape: Azure's WhatIfPropertyChange. */
function difference(path: string, propertyChangeType: Kind, before?: Json, after?: Json, children: Json[] = []): Json {
  return { ...compact({ path, propertyChangeType, before, after }), children };
}

/** What only the deployment itself will know stands for whatever there is. */
const isUnknown = (value: Json | undefined): boolean => typeof value === 'string' && /^\[[^[]/.test(value);

const same = (one: Json, other: Json): boolean =>
  typeof one === 'string' && typeof other === 'string' ? keyOf(one) === keyOf(other) : one === other;

/** Members that the template names, against what there is; what it does not name stays as it is. */
function differences(before: JsonObject, after: JsonObject, above = ''): Json[] {
  return Object.entries(after).flatMap(([name, wanted = null]): Json[] => {
    const path = above === '' ? name : `${above}.${name}`;
    const key = Object.keys(before).find((one) => keyOf(one) === keyOf(name));
    const found = key === undefined ? undefined : before[key];
    if (isUnknown(wanted)) return [];
    if (found === undefined) return [difference(path, 'Create', undefined, wanted)];
    if (isObject(found) && isObject(wanted)) return differences(found, wanted, path);
    if (Array.isArray(found) && Array.isArray(wanted)) return inList(path, found, wanted);
    return same(found, wanted) ? [] : [difference(path, 'Modify', found, wanted)];
  });
}

function inList(path: string, before: readonly Json[], after: readonly Json[]): Json[] {
  const length = Math.max(before.length, after.length);
  const children = Array.from({ length }, (_, index) => [index, before[index], after[index]] as const).flatMap(
    ([index, found, wanted]): Json[] => {
      const at = String(index);
      if (found === undefined) return [difference(at, 'Create', undefined, wanted)];
      if (wanted === undefined) return [difference(at, 'Delete', found)];
      if (isObject(found) && isObject(wanted)) {
        const within = differences(found, wanted);
        return within.length === 0 ? [] : [difference(at, 'Modify', undefined, undefined, within)];
      }
      return isUnknown(wanted) || same(found, wanted) ? [] : [difference(at, 'Modify', found, wanted)];
    },
  );
  return children.length === 0 ? [] : [difference(path, 'Array', undefined, undefined, children)];
}

/** Whether the answer holds the resources themselves, or only their ids. */
type Format = 'full' | 'ids';

function changeOf(place: Place, planned: Planned, body: JsonObject, format: Format): JsonObject {
  const { id: resourceId, type, name, apiVersion } = planned;
  const found = place.world.store.get(resourceId);
  if (format === 'ids') return { resourceId, changeType: found === undefined ? 'Create' : 'Deploy' };
  const after = { ...body, id: resourceId, name: lastName(name), type, apiVersion };
  if (found === undefined) return { resourceId, changeType: 'Create', after };
  const shown = dropNulls(showResource(place.world, found, apiVersion, true));
  const before = isObject(shown) ? { ...shown, apiVersion } : {};
  const delta = differences(before, after);
  const changed = delta.length > 0;
  return { resourceId, changeType: changed ? 'Modify' : 'NoChange', before, after, ...(changed ? { delta } : {}) };
}

/** Secrets do not stand in the answer. */
const masked = (parameters: Parameters): Parameters =>
  new Map(
    [...parameters].map(([name, one]) => [
      name,
      one.secure && typeof one.value === 'string' ? { ...one, value: '*******' } : one,
    ]),
  );

function changesOf(place: Place, judged: Judged, format: Format): JsonObject[] {
  const { template, planned } = judged;
  const parameters = masked(judged.parameters);
  const parts = { place, parameters, variables: variablesOf(template), refer: notYet, budget: newBudget() };
  const scope = makeScope({ ...parts, lenient: true });
  return planned
    .filter((one) => !one.isExisting)
    .flatMap((one): JsonObject[] => {
      const [raw, own] = [rawAt(template, one.path), inTurn(scope, one.turn)];
      if (!isNested(one.type)) return [changeOf(place, one, bodyOf(raw, own), format)];
      const within = placeOfNested(place, one.id);
      try {
        const request = nestedRequest(raw, { ...own, lenient: false }, { template, parameters }, one.turn !== null);
        return changesOf(within, judgeDeployment(within, request), format);
      } catch (error) {
        if (!(error instanceof Deferred)) throw error;
        const unsupportedReason = 'The parameters of the nested deployment are known only once others have ended.';
        return [{ resourceId: one.id, changeType: 'Unsupported', unsupportedReason }];
      }
    });
}

/**
 * As Azure answers it: `{status, properties: {changes: [{resourceId, changeType, before, after, delta}]}}`.
 * @throws ArmError what a PUT of the same would be refused with
 */
export function whatIf(place: Place, body: JsonObject | undefined, format: Format): JsonObject {
  const judged = judgeDeployment(place, body);
  const changes = changesOf(place, judged, format);
  const group = `/subscriptions/${place.world.subscriptionId}/resourceGroups/${place.group}`;
  const named = new Set(changes.map((change) => keyOf(textAt(change, 'resourceId') ?? '')));
  const others = leftOver(place.world, `${group}/providers/${deploymentType}/x`, judged.planned)
    .filter((one) => hasSpec(one.type) && !named.has(keyOf(one.id)))
    .map((one) => ({
      resourceId: one.id,
      changeType: judged.mode === 'Complete' ? 'Delete' : 'Ignore',
      ...(format === 'ids' ? {} : { before: showResource(place.world, one, '2025-05-01', true) }),
    }));
  return { status: 'Succeeded', properties: { changes: [...changes, ...others] } };
}
