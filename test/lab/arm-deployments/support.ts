/** Deployments to a world of the lab's Azure without HTTP. */
import assert from 'node:assert/strict';
import { answerDeployments } from '../../../lab/arm/deployments/index.ts';
import type { JsonObject } from '../../../lab/arm/json.ts';
import type { Reply, Request } from '../../../lab/arm/world.ts';
import { location } from '../arm-types/samples.ts';
import { type Bench } from '../arm-types/world.ts';

/** A request to `…/deployments/{path}` of group East. */
export function ask(one: Bench, method: string, path: string, body?: JsonObject, query = ''): Reply {
  const request: Request = {
    method,
    path: `/subscriptions/s/resourceGroups/East/providers/Microsoft.Resources/deployments/${path}`,
    query: new URLSearchParams(query),
    apiVersion: '2024-11-01',
    headers: {},
    body,
    began: [],
  };
  const reply = answerDeployments(one.world, request, 'East', path === '' ? [] : path.split('/'));
  one.world.store.commit();
  assert(reply !== undefined, `${method} ${path} is not answered`);
  return reply;
}

export const deployment = (template: JsonObject, parameters: JsonObject = {}): JsonObject => ({
  properties: { mode: 'Incremental', template, parameters },
});

export const group = (name: string, more: JsonObject = {}): JsonObject => ({
  type: 'Microsoft.Network/networkSecurityGroups',
  apiVersion: '2023-09-01',
  name,
  location,
  ...more,
});

/** A network that takes as long as any. */
export const network = (name: string, more: JsonObject = {}): JsonObject => ({
  type: 'Microsoft.Network/virtualNetworks',
  apiVersion: '2023-09-01',
  name,
  location,
  properties: { addressSpace: { addressPrefixes: ['10.0.0.0/16'] } },
  ...more,
});

export const subnet = (name: string, more: JsonObject = {}): JsonObject => ({
  type: 'Microsoft.Network/virtualNetworks/subnets',
  apiVersion: '2023-09-01',
  name,
  properties: { addressPrefix: '10.0.1.0/24' },
  ...more,
});

/** Deploys as `main` and lets time pass until nothing is under way; what a GET then shows of it. */
export function deploy(one: Bench, template: JsonObject, parameters: JsonObject = {}): JsonObject {
  ask(one, 'PUT', 'main', deployment(template, parameters));
  for (let rounds = 0; rounds < 50; rounds += 1) one.pass(120);
  return shown(one);
}

export function shown(one: Bench, name = 'main'): JsonObject {
  return (ask(one, 'GET', name).body as { properties: JsonObject }).properties;
}
