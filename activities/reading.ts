/** Reading a resource and comparing it with an aim: absence and difference are findings here, never errors. */
import type { Aim } from '../adapters/azure/aim.ts';
import { stateOf } from '../adapters/azure/json.ts';
import type { Json, Row } from '../domain/evidence.ts';
import { shortId } from '../domain/names.ts';
import { paces } from '../domain/poll-schedule.ts';
import type { Observation } from './contracts.ts';
import type { ActivityDeps } from './deps.ts';
import { LongWork } from './long-work.ts';

/** What was read of one resource, and every way in which it is not as wanted; empty where it is. */
export interface Reading {
  readonly source: string;
  readonly facts: Json;
  readonly wrong: readonly string[];
}

export class Reader {
  readonly deps: ActivityDeps;
  private readonly work: LongWork;

  constructor(deps: ActivityDeps) {
    this.deps = deps;
    this.work = new LongWork(deps.arm, 'what was built', paces.quick);
  }

  /** `more` judges what an aim leaves open; `suffix` is added to the path that is read. */
  async read(
    aim: Aim,
    facts: (resource: unknown) => Json,
    more: (resource: unknown) => readonly string[] = () => [],
    suffix = '',
  ): Promise<Reading> {
    const source = `GET ${shortId(aim.id)}`;
    const resource = await this.deps.arm.get(`${aim.id}${suffix}`, aim.apiVersion, this.work.reading());
    if (resource === null) return { source, facts: 'absent', wrong: ['it is absent'] };
    const foreign = aim.owned(resource) === false && !aim.adopt ? ['it does not carry our tags'] : [];
    const state = stateOf(resource);
    const unsettled = state === '' || state === 'Succeeded' ? [] : [`its provisioning state is ${state}`];
    const different = aim.differences(resource).map(({ what }) => what);
    return { source, facts: facts(resource), wrong: [...foreign, ...unsettled, ...different, ...more(resource)] };
  }
}

/** One observation of several readings: it holds only if each of them does. */
export function observation(row: Row, readings: Readonly<Record<string, Reading>>): Observation {
  const all = Object.entries(readings);
  const wrong = all.flatMap(([name, reading]) =>
    reading.wrong.map((line) => (all.length === 1 ? line : `${name}: ${line}`)),
  );
  const facts: Json =
    all.length === 1
      ? (all[0]?.[1].facts ?? null)
      : Object.fromEntries(all.map(([name, reading]) => [name, reading.facts]));
  return {
    row,
    holds: wrong.length === 0,
    observed: wrong.length === 0 ? facts : { ...asObject(facts), wrong },
    source: all.map(([, reading]) => reading.source).join(', '),
  };
}

function asObject(facts: Json): { readonly [key: string]: Json } {
  return typeof facts === 'object' && facts !== null && !Array.isArray(facts)
    ? (facts as { readonly [key: string]: Json })
    : { found: facts };
}

export function different(name: string, found: string, wanted: string): string[] {
  return found === wanted ? [] : [`${name} is ${found === '' ? 'absent' : found}, wanted ${wanted}`];
}
