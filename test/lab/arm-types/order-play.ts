/** Plays a sequence of writes and deletes to the lab and to the model, and tells where they disagree. */
import assert from 'node:assert/strict';
import { ArmError } from '../../../lab/arm/errors.ts';
import { type JsonObject, textAt } from '../../../lab/arm/json.ts';
import { answerArm } from '../../../lab/arm/routes/routes.ts';
import type { Reply } from '../../../lab/arm/world.ts';
import { Chance } from '../../support/chance.ts';
import { AzureModel, type Plan, type Verdict } from './azure-model.ts';
import { type Deed, deeds, pathOf } from './order-world.ts';
import { idOf, location } from './samples.ts';
import { type Bench, bench } from './world.ts';

type Step =
  | { readonly do: 'put'; readonly deed: number }
  | { readonly do: 'delete' | 'routes' | 'key'; readonly deed: number }
  /** The group of it all is deleted; once it is gone, it is made anew. */
  | { readonly do: 'group' }
  | { readonly do: 'wait'; readonly seconds: number };

/** A client learns that late of the end of an operation. */
const pollSeconds = 5;

const version = 'api-version=2024-07-01';

const indexOf = (name: string): number => deeds.findIndex(({ plan }) => plan.name === name);
const connections = ['c1', 'c2', 'c3'].map(indexOf);
const put = (name: string): Step => ({ do: 'put', deed: indexOf(name) });
const wait = (seconds: number): Step => ({ do: 'wait', seconds });

/** A hub with its gateway, two sites, and a running VM: what takes chance too long to build. */
const hub: readonly Step[] = [
  ...['v1', 'p1', 'p3', 'nsg', 's1', 's2'].map(put),
  wait(20),
  put('v1/subnets/GatewaySubnet'),
  wait(20),
  put('v1/subnets/a'),
  wait(20),
  put('g1'),
  put('n1'),
  wait(20),
  put('m1'),
  wait(3000),
];

/** The hub when its gateway is going: what it held is still held for a while. */
const leaving: readonly Step[] = [...hub, { do: 'delete', deed: indexOf('g1') }, wait(600)];

/** Steps that meet each other: most of them are about a few things. */
function sequenceOf(chance: Chance, length: number): Step[] {
  const begun = chance.pick([[], hub.slice(0, chance.below(hub.length)), hub, hub, leaving]);
  const few = Array.from({ length: 6 }, () => chance.below(deeds.length));
  if (begun === leaving) few.push(...['p1', 'v1/subnets/GatewaySubnet', 'v1'].map(indexOf));
  const pauses = [1, 5, 20, 60, 60, 90, ...(begun === leaving ? [] : [300, 900, 1500, 3000])];
  const steps = Array.from({ length: Math.max(0, length - begun.length) }, (): Step => {
    const way = chance.next();
    if (way < 0.24) return wait(chance.pick(pauses));
    if (way < 0.25) return { do: 'group' };
    const deed = chance.isTrue(0.7) ? chance.pick(few) : chance.below(deeds.length);
    if (way < 0.7) return { do: 'put', deed };
    if (way < 0.92) return { do: 'delete', deed };
    return way < 0.97 ? { do: 'key', deed: chance.pick(connections) } : { do: 'routes', deed };
  });
  return [...begun, ...steps];
}

interface Told {
  readonly status: number;
  readonly code: string;
  readonly reply: Reply | null;
}

function ask(one: Bench, method: string, path: string, body?: JsonObject): Told {
  try {
    const reply = answerArm(one.world, {
      method,
      path,
      query: new URLSearchParams(version),
      apiVersion: version.slice(-10),
      headers: {},
      body,
      began: [],
    });
    one.world.store.commit();
    return { status: reply.status, code: '', reply };
  } catch (error) {
    if (!(error instanceof ArmError)) throw error;
    return { status: error.status, code: error.code, reply: null };
  }
}

const text = (verdict: Verdict): string =>
  `${verdict.codes.join(' or ') || 'to be accepted'}${verdict.maybe ? ', or accepted' : ''}`;

const groupPath = idOf('').replace(/\/providers\/$/, '');

/** One deed for each thing. */
const everything = [...new Map(deeds.map((deed) => [deed.plan.name, deed])).values()];

const agrees = ({ codes, maybe }: Verdict, { status, code }: Told): boolean =>
  status < 300 ? codes.length === 0 || maybe : codes.includes(code);

class Play {
  private readonly one: Bench;
  private readonly model: AzureModel;
  /** Operation URLs that were given out, with whom they are of. */
  private readonly open = new Map<string, string>();
  private groupUrl: string | null = null;
  private keys = 0;

  constructor(one: Bench) {
    this.one = one;
    this.model = new AzureModel(() => one.world.clock.now() / 1000);
  }

  /** Null: both agree. */
  step(step: Step): string | null {
    if (step.do === 'wait') return this.wait(step.seconds);
    if (step.do === 'group') return this.group();
    const deed = deeds[step.deed] as Deed;
    const { name, kind } = deed.plan;
    const path = pathOf(name, kind);
    if (step.do === 'routes') return kind === 'nic' ? this.routes(name, path) : null;
    if (step.do === 'key') return this.key(deed, path);
    // What the deletion of the group has begun to delete by itself, nobody outside knows.
    if (step.do === 'delete' && this.model.groupState === 'deleting') return null;
    const verdict = step.do === 'put' ? this.model.judgePut(deed.plan) : this.model.judgeDelete(name);
    const told = ask(this.one, step.do === 'put' ? 'PUT' : 'DELETE', path, step.do === 'put' ? deed.body : undefined);
    const what = `${step.do} ${name}: the lab says ${told.status} ${told.code}`;
    if (verdict === null) return told.status === 204 ? null : `${what}, the model says that it is not there`;
    if (!agrees(verdict, told)) return `${what}, the model expects it ${text(verdict)}`;
    if (told.status < 300) this.began(step.do, deed, told);
    return this.compare(step.do === 'put' ? [deed] : everything);
  }

  private group(): string | null {
    if (this.model.groupState === 'gone') {
      const { status } = ask(this.one, 'PUT', groupPath, { location });
      this.model.groupState = 'there';
      return status === 201 ? this.compare(everything) : `the group anew: the lab says ${status}`;
    }
    const { status, reply } = ask(this.one, 'DELETE', groupPath);
    if (status !== 202) return `delete of the group: the lab says ${status}`;
    this.groupUrl = new URL(reply?.headers?.['Location'] ?? '').pathname;
    this.model.deleteGroup();
    return null;
  }

  private key(deed: Deed, path: string): string | null {
    this.keys += 1;
    const value = `set-${this.keys}`;
    const verdict = this.model.judgeKey(deed.plan);
    const told = ask(this.one, 'PUT', `${path}/sharedkey`, { value });
    if (!agrees(verdict, told))
      return `key of ${deed.plan.name}: the lab says ${told.status} ${told.code}, the model expects it ${text(verdict)}`;
    if (told.status < 300) this.model.setKey(deed.plan.name, value);
    return this.compare([deed]);
  }

  private began(what: 'put' | 'delete', { plan }: Deed, { reply }: Told): void {
    if (what === 'put') this.model.put(plan);
    else this.model.delete(plan.name);
    const url = reply?.headers?.['Azure-AsyncOperation'];
    if (url !== undefined) this.open.set(new URL(url).pathname, plan.name);
  }

  /** Lets time pass in the steps of a client that polls, as the model must know when each operation ended. */
  private wait(seconds: number): string | null {
    const end = this.one.world.clock.now() / 1000 + seconds;
    for (let left = seconds; left > 0; left = end - this.one.world.clock.now() / 1000) {
      this.one.pass(Math.min(left, this.open.size === 0 ? left : pollSeconds));
      for (const [url, name] of this.open) {
        const status = textAt(ask(this.one, 'GET', url).reply?.body as JsonObject, 'status');
        if (status === 'InProgress') continue;
        if (status !== 'Succeeded') return `the operation on ${name} ended as ${status}`;
        this.open.delete(url);
        this.model.ended(name);
      }
      const stuck = this.lookAround();
      if (stuck !== null) return stuck;
    }
    return this.compare(everything);
  }

  /** Ends that no operation's URL tells: of a change of key, and of the group. */
  private lookAround(): string | null {
    for (const [name, thing] of this.model.things) {
      if (thing.nextKey !== undefined && this.stateOf(thing.plan) === 'Succeeded') this.model.ended(name);
    }
    if (this.groupUrl === null) return null;
    const { status, code } = ask(this.one, 'GET', this.groupUrl);
    if (status === 202) return null;
    this.groupUrl = null;
    if (status !== 200) return `the deletion of the group ended with ${status} ${code}`;
    this.model.groupGone();
    return null;
  }

  private routes(name: string, path: string): string | null {
    const { status } = ask(this.one, 'POST', `${path}/effectiveRouteTable`);
    if (this.model.groupState === 'deleting') return null;
    const expected = this.model.stateOf(name) === undefined ? 404 : this.model.hasRoutes(name) ? 202 : 400;
    return status === expected ? null : `routes of ${name}: the lab says ${status}, the model ${expected}`;
  }

  /** What of it is there, and in which state. */
  private compare(which: readonly Deed[]): string | null {
    if (this.model.groupState === 'deleting') return null;
    for (const { plan } of which) {
      const state = this.stateOf(plan);
      const expected = this.model.stateOf(plan.name);
      if (state !== expected) return `${plan.name} is ${state ?? 'not there'}, to the model ${expected ?? 'not there'}`;
      if (plan.kind !== 'connection' || state !== 'Succeeded') continue;
      const { reply } = ask(this.one, 'GET', `${pathOf(plan.name, plan.kind)}/sharedkey`);
      const key = textAt(reply?.body as JsonObject, 'value');
      const known = this.model.things.get(plan.name)?.key;
      if (key !== known) return `the key of ${plan.name} is ${key}, to the model ${known}`;
    }
    return null;
  }

  private stateOf(plan: Plan): string | undefined {
    const { status, reply } = ask(this.one, 'GET', pathOf(plan.name, plan.kind));
    const shown = status === 200 ? textAt(reply?.body as JsonObject, 'properties.provisioningState') : undefined;
    return shown === 'Creating' ? 'Updating' : shown;
  }
}

/** Plays the steps in a new world. Null: the lab and the model agree; else where they do not, with the step's number. */
function play(steps: readonly Step[]): { at: number; why: string } | null {
  const one = bench();
  try {
    const game = new Play(one);
    for (const [at, step] of steps.entries()) {
      const why = game.step(step);
      if (why !== null) return { at, why };
    }
    return null;
  } finally {
    one.close();
  }
}

/** The shortest part of the sequence that still shows a disagreement, step by step left out. */
function shorten(steps: readonly Step[]): Step[] {
  let shortest = [...steps];
  for (let index = shortest.length - 1; index >= 0; index -= 1) {
    const without = shortest.filter((_, at) => at !== index);
    const found = play(without);
    if (found !== null) shortest = without.slice(0, found.at + 1);
    index = Math.min(index, shortest.length);
  }
  return shortest;
}

/** A step as a person reads it. */
function said(step: Step): string {
  if (step.do === 'wait') return `wait ${step.seconds} s`;
  if (step.do === 'group') return 'delete the group, or make it anew';
  const { plan, body } = deeds[step.deed] as Deed;
  return `${step.do} ${plan.kind} ${plan.name}${step.do === 'put' ? ` ${JSON.stringify(body).slice(0, 160)}` : ''}`;
}

/**
 * Plays so many sequences of so many steps.
 * @throws AssertionError with the seed and the shortest sequence after which the lab and the model disagree
 */
export function agree(seed: string, runs: number, length: number): void {
  for (let run = 0; run < runs; run += 1) {
    const steps = sequenceOf(new Chance(`${seed}/${run}`), length);
    const found = play(steps);
    if (found === null) continue;
    const shortest = shorten(steps.slice(0, found.at + 1));
    const story = shortest.map((step) => `  ${said(step)}`).join('\n');
    assert.fail(`seed ${seed}, run ${run}: ${play(shortest)?.why ?? found.why}; after\n${story}`);
  }
}
