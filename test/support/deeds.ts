/**
 * A world in memory, behind the activities that the workflows call: what is made exists until it is removed, the
 * gateway takes its time, and the tunnel works once the router is configured.
 *
 *     const world = new World({ gatewayMinutes: 45 });
 *     world.fault('ensureVm router210', refused('no capacity'));
 *     await temporal.startWorker({ activities: world.activities });
 *
 * A deed is named by the activity and what it is about, `ensureVm router210`, or by the activity alone for any.
 */
import { Context } from '@temporalio/activity';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PingResult } from '../../activities/contracts.ts';
import { lastName } from '../../domain/names.ts';
import type { Row } from '../../domain/evidence.ts';
import type { DeedName, Deeds } from '../../workflows/deeds.ts';
import { azureDeeds } from './deeds-azure.ts';
import { routerDeeds } from './deeds-router.ts';

export interface Resource {
  readonly id: string;
  /** Null: somebody else made it. */
  readonly owner: { readonly hub: string; readonly site: string | null } | null;
}

export interface Hold {
  /** Resolves when the deed has come to the hold. */
  readonly reached: Promise<void>;
  release(): void;
}

interface Fault {
  readonly deed: string;
  readonly error: () => Error;
  /** How often it still strikes. */
  left: number;
  readonly afterEffect: boolean;
}

interface Waiting {
  readonly deed: string;
  readonly arrive: () => void;
  readonly released: Promise<void>;
}

export class World {
  readonly activities: Deeds;
  readonly resources = new Map<string, Resource>();
  /** Lines of the running configuration, by router. */
  readonly lines = new Map<string, Set<string>>();
  /** Routers whose configuration was saved. */
  readonly saved = new Set<string>();
  /** `begin ensureVm router210` and `end ensureVm router210`, one for each attempt. */
  readonly log: string[] = [];
  /** Arguments of the activities, by deed. */
  readonly requests = new Map<string, unknown>();
  /** Rows whose reading does not hold. */
  readonly broken = new Set<Row>();
  /** Whether somebody has changed a `device` and not saved it. */
  othersUnsaved = false;
  /** Whether the tunnel carries packets, apart from the configuration of the router. */
  tunnelWorks = true;
  /** Release of every router. */
  version = '17.3.3';
  /** Problems that preflight finds. */
  problems: Awaited<ReturnType<Deeds['preflight']>>['problems'] = [];
  gatewayPolls = 0;
  /** Carried by the tunnel so far, each way. */
  packets = 0;
  readonly gatewayMs: number;
  private readonly deeds: Deeds;
  private readonly asked = new Map<string, number>();
  private faults: Fault[] = [];
  private readonly waiting: Waiting[] = [];

  constructor({ gatewayMinutes = 45 }: { gatewayMinutes?: number } = {}) {
    this.gatewayMs = gatewayMinutes * 60_000;
    this.deeds = { ...azureDeeds(this), ...routerDeeds(this) };
    const names = Object.keys(this.deeds) as DeedName[];
    const entries = names.map((name) => [name, (request: unknown) => this.perform(name, request)]);
    this.activities = Object.fromEntries(entries) as Deeds;
  }

  /** Lets a deed fail so many times, by default for ever; with `afterEffect` what it does has happened. */
  fault(deed: string, error: () => Error, { times = Infinity, afterEffect = false } = {}): void {
    this.faults.push({ deed, error, left: times, afterEffect });
  }

  /** Takes all faults of the deed away. */
  mend(deed: string): void {
    this.faults = this.faults.filter((fault) => fault.deed !== deed);
  }

  /** Stops the next attempt of a deed before its effect until it is released, or its activity cancelled. */
  hold(deed: string): Hold {
    let arrive = (): void => undefined;
    let release = (): void => undefined;
    const reached = new Promise<void>((resolve) => (arrive = resolve));
    const released = new Promise<void>((resolve) => (release = resolve));
    this.waiting.push({ deed, arrive, released });
    return { reached, release };
  }

  /** Position in the log of the first end of a deed; -1 if it never ended. */
  ended(deed: string): number {
    return this.log.indexOf(`end ${deed}`);
  }

  /** Position in the log of the first beginning of a deed; -1 if it never began. */
  began(deed: string): number {
    return this.log.indexOf(`begin ${deed}`);
  }

  /** How many attempts of a deed began. */
  attempts(deed: string): number {
    return this.log.filter((line) => line === `begin ${deed}` || line.startsWith(`begin ${deed} `)).length;
  }

  /** How often the workflow asked for a deed, its retries not counted. */
  schedules(deed: string): number {
    return this.asked.get(deed) ?? 0;
  }

  /** Ids of what is there and was made by us. */
  ours(): string[] {
    return [...this.resources.values()].filter(({ owner }) => owner !== null).map(({ id }) => id);
  }

  /** What a ping through the tunnel prints. The row is the one that can be broken. */
  ping(command: string, count: number, row: Row): PingResult {
    const received = this.tunnelWorks && !this.broken.has(row) ? count : 0;
    this.packets += received;
    const lossPercent = 100 - (100 * received) / count;
    const statistics = `${count} packets transmitted, ${received} received, ${lossPercent}% packet loss`;
    return { sent: count, received, lossPercent, statistics, command };
  }

  private async perform(name: DeedName, request: unknown): Promise<unknown> {
    const deed = `${name} ${subject(request)}`.trim();
    const named = (fault: { deed: string }): boolean => fault.deed === deed || fault.deed === name;
    this.log.push(`begin ${deed}`);
    if (Context.current().info.attempt === 1) this.asked.set(deed, this.schedules(deed) + 1);
    this.requests.set(deed, request);
    const at = this.waiting.findIndex(named);
    const [hold] = at === -1 ? [] : this.waiting.splice(at, 1);
    if (hold !== undefined) await held(hold);
    const fault = this.faults.find((one) => named(one) && one.left > 0);
    if (fault !== undefined) fault.left -= 1;
    if (fault?.afterEffect === false) throw fault.error();
    const result = await (this.deeds[name] as (request: unknown) => Promise<unknown>)(request);
    if (fault !== undefined) throw fault.error();
    this.log.push(`end ${deed}`);
    return result;
  }
}

/** The last name in what an activity is about. */
function subject(request: unknown): string {
  const about = request as {
    access?: { expectedHostname: string };
    tunnel?: { access: { expectedHostname: string } };
    site?: { name: string };
    groupIds?: readonly string[];
    [id: string]: unknown;
  };
  const hostname = (about.access ?? about.tunnel?.access)?.expectedHostname;
  if (hostname !== undefined) return hostname;
  if (about.site !== undefined) return about.site.name;
  const id = about['id'] ?? about['vmId'] ?? about['nicId'] ?? about['gatewayId'] ?? about.groupIds?.at(-1);
  return typeof id === 'string' ? lastName(id) : '';
}

async function held(hold: Waiting): Promise<void> {
  const context = Context.current();
  const alive = setInterval(() => context.heartbeat(), 500);
  hold.arrive();
  try {
    await Promise.race([hold.released, context.cancelled]);
  } finally {
    clearInterval(alive);
  }
}

/** Waits, in real time, for something that another process or a workflow does. */
export async function eventually<T>(look: () => Promise<T | undefined> | T | undefined, seconds = 20): Promise<T> {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > until) throw new Error(`not seen within ${seconds} s: ${look.toString()}`);
    await sleep(25);
  }
}
