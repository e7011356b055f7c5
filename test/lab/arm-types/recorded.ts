/** A hub with a probe behind it, and requests to it as a client of any api-version sends them. */
import type { JsonObject } from '../../../lab/arm/json.ts';
import { answerArm } from '../../../lab/arm/routes/routes.ts';
import type { Reply } from '../../../lab/arm/world.ts';
import { buildHub, buildProbe, idOf, paths } from './samples.ts';
import { type Bench } from './world.ts';

export const newest = '2026-03-01';

export function send(one: Bench, method: string, id: string, apiVersion = newest, body?: JsonObject): Reply {
  const [path = '', query = ''] = id.split('?');
  const request = { method, path, query: new URLSearchParams(query), apiVersion, headers: {}, body, began: [] };
  const reply = answerArm(one.world, request);
  one.world.store.commit();
  return reply;
}

export const show = (one: Bench, path: string, version?: string): JsonObject =>
  send(one, 'GET', idOf(path), version).body as JsonObject;

export function build(one: Bench): void {
  buildHub(one);
  one.make(paths.group, { location: 'japaneast' });
  buildProbe(one);
  one.pass(120);
}
