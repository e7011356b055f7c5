/** A world of the lab's Azure without HTTP: the engine in a folder of its own, time and chance in the test's hand. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededDraw } from '../../../lab/clock.ts';
import { faultDesk } from '../../../lab/faults.ts';
import { type Action, actionEffects, actions, providerRoutes } from '../../../lab/arm/actions/index.ts';
import type { AzureRules } from '../../../lab/arm/contract.ts';
import { deploymentEffects, driveDeployments } from '../../../lab/arm/deployments/run.ts';
import { ArmError } from '../../../lab/arm/errors.ts';
import { driveGroupDeletions, groupEffects } from '../../../lab/arm/resources/group-deletion.ts';
import { groupId, parseId } from '../../../lab/arm/ids.ts';
import type { JsonObject } from '../../../lab/arm/json.ts';
import { type Operation, Operations } from '../../../lab/arm/store/operations.ts';
import { deleteResource, putResource, resourceEffects, showResource } from '../../../lab/arm/resources/resources.ts';
import { answerArm } from '../../../lab/arm/routes/routes.ts';
import { type Resource, Store } from '../../../lab/arm/store/store.ts';
import { linksOf } from '../../../lab/arm/types/index.ts';
import type { Reply, Request, World } from '../../../lab/arm/world.ts';
import type { Dataplane } from '../../../lab/ports.ts';
import { idOf, location, subscription } from './samples.ts';

const apiVersion = '2024-07-01';

export interface Bench {
  readonly world: World;
  /** Moves the clock on by seconds of Azure time and ends what is due. */
  pass(seconds: number): void;
  /** Puts and waits for the end. @throws ArmError */
  make(path: string, body: JsonObject): Resource;
  /** Puts, and leaves the operation under way. */
  begin(path: string, body: JsonObject): Operation | null;
  remove(path: string): Operation | null;
  /** As a GET shows it. */
  show(path: string, expand?: string): JsonObject;
  act(path: string, action: string, body?: JsonObject, method?: string): Reply;
  /** A route of the subscription. */
  ask(method: string, path: string, body?: JsonObject, query?: string): Reply;
  last(): Operation;
  setDataplane(dataplane: Dataplane): void;
  close(): void;
}

const request = (method: string, path: string, body?: JsonObject, query = ''): Request => ({
  method,
  path,
  query: new URLSearchParams(query),
  apiVersion,
  headers: {},
  body,
  began: [],
});

/** Operations last as long as Azure's, on a clock that stands still unless told to go on. */
export function bench(rules: AzureRules = '2026', folder = mkdtempSync(join(tmpdir(), 'sitelink-types-'))): Bench {
  let now = Date.UTC(2026, 0, 1);
  let dataplane: Dataplane | null = null;
  const clock = { speed: 1, now: () => now, scaled: (milliseconds: number) => milliseconds };
  const draw = seededDraw('types');
  const faults = faultDesk(draw);
  const store = new Store(folder, linksOf);
  const operations = new Operations(store, clock, draw);
  const world: World = {
    store,
    operations,
    clock,
    draw,
    faults,
    rules,
    subscriptionId: subscription,
    tenantId: subscription,
    baseUrl: () => 'https://127.0.0.1:1',
    dataplane: () => dataplane,
    observed: () => ({ status: 'NotConnected', ingressBytes: 0, egressBytes: 0, establishedAt: null }),
  };
  for (const name of ['East', 'West']) {
    const id = groupId(subscription, name);
    const body = { location };
    const fixed = {
      type: 'Microsoft.Resources/resourceGroups',
      generation: 1,
      state: 'Succeeded',
      revision: 0,
    } as const;
    if (store.get(id) === undefined) store.save({ id, name, body, hidden: {}, ...fixed });
  }
  operations.resume(
    new Map([...resourceEffects(world), ...groupEffects(world), ...actionEffects(world), ...deploymentEffects(world)]),
  );
  driveDeployments(world);
  driveGroupDeletions(world);
  store.commit();
  const due = (): Operation | undefined =>
    operations
      .all()
      .filter(({ status, endsAt }) => status === 'InProgress' && endsAt !== null && endsAt <= now)
      .toSorted((one, other) => (one.endsAt ?? 0) - (other.endsAt ?? 0))[0];
  const pass = (seconds: number): void => {
    now += seconds * 1000;
    for (let next = due(); next !== undefined; next = due()) operations.end(next);
  };
  const begin = (path: string, body: JsonObject): Operation | null => {
    const id = parseId(idOf(path));
    assert(id !== null, path);
    const { operation } = putResource(world, id, body, apiVersion);
    store.commit();
    return operation;
  };
  const found = (path: string): Resource => {
    const resource = store.get(idOf(path));
    assert(resource !== undefined, `${path} is not there`);
    return resource;
  };
  return {
    world,
    pass,
    begin,
    make: (path, body) => {
      const operation = begin(path, body);
      if (operation !== null) operations.end(operation);
      return found(path);
    },
    remove: (path) => {
      const operation = deleteResource(world, idOf(path));
      if (operation !== null) operations.end(operation);
      return operation;
    },
    show: (path, expand) => showResource(world, found(path), apiVersion, true, expand),
    act: (path, action, body, method = 'POST') => {
      const resource = found(path);
      const run: Action | undefined = actions.get(`${resource.type}/${action}`.toLowerCase());
      assert(run !== undefined, `${resource.type} has no action ${action}`);
      const reply = run(world, resource, request(method, `${resource.id}/${action}`, body));
      store.commit();
      return reply;
    },
    ask: (method, path, body, query) => {
      const whole = `/subscriptions/${subscription}/${path}`;
      for (const route of providerRoutes) {
        const match = route.method === method ? route.pattern.exec(whole.toLowerCase()) : null;
        if (match !== null) return route.handle(world, request(method, whole, body, query), match);
      }
      return answerArm(world, request(method, whole, body, query));
    },
    last: () => {
      const operation = operations.all().at(-1);
      assert(operation !== undefined);
      return operation;
    },
    setDataplane: (next) => {
      dataplane = next;
    },
    close: () => {
      operations.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs `use` with a bench that leaves nothing behind. */
export function withBench(use: (one: Bench) => void, rules: AzureRules = '2026'): void {
  const one = bench(rules);
  try {
    use(one);
  } finally {
    one.close();
  }
}

/** A value as text, for patterns. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Asserts that the call is refused with Azure's code, and returns the refusal. */
export function refused(code: string, call: () => unknown): ArmError {
  let refusal: ArmError | undefined;
  assert.throws(call, (error) => {
    if (!(error instanceof ArmError)) return false;
    refusal = error;
    return error.code === code || assert.fail(`${error.code}: ${error.message}, wanted ${code}`);
  });
  assert(refusal !== undefined);
  return refusal;
}
