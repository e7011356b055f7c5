/**
 * Faults on demand. Which occasion a fault strikes depends on how often it has matched and, with a probability, on
 * the lab's seed, the method and the path (or the device and the line), never on the order of arrival of others.
 */
import * as v from 'valibot';
import type { Draw, Fault, FaultDesk } from './ports.ts';
import { problemsOf } from './problems.ts';

/** Someone waits until `POST /_lab/release/{id}`. */
export interface Hold {
  readonly id: string;
  readonly fault: string;
  readonly what: string;
  readonly since: string;
}

/** The desk, and what the control endpoint does with it. */
export interface Faults extends FaultDesk {
  /** Replaces all faults and begins to count anew; throws `WrongFaults`. */
  set(value: unknown): readonly Fault[];
  list(): readonly Fault[];
  holds(): readonly Hold[];
  /** Lets go of a hold by its id, or of all holds of a fault by the fault's id; how many there were. */
  release(id: string): number;
  close(): void;
}

/** A list of faults that cannot be used; the message lists every problem. */
export class WrongFaults extends Error {}

const pattern = v.pipe(
  v.string(),
  v.check((text) => isPattern(text), 'is no regular expression'),
);

/** What holds for all that a router writes, not for one line of it. */
const MANNERS = ['slowEcho', 'split'] as const;

function isManner(fault: Fault): boolean {
  return MANNERS.some((one) => one === fault.do);
}

/** What can be done where. */
const DEEDS = {
  arm: ['hold', 'delay', 'drop', 'status', 'fail', 'cancel', 'slow', 'lose', 'evict', 'expireToken'],
  router: ['hold', 'delay', 'drop', 'reject', 'busy', 'log', 'reload', 'rename', ...MANNERS],
} as const;
const ALL_DEEDS = [...new Set([...DEEDS.arm, ...DEEDS.router])];

const MEMBERS = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, ".", "_" or "-"')),
  target: v.picklist(['arm', 'router']),
  match: v.optional(
    v.strictObject({
      method: v.optional(pattern),
      path: v.optional(pattern),
      line: v.optional(pattern),
      device: v.optional(pattern),
    }),
    {},
  ),
  nth: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  probability: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  at: v.optional(v.picklist(['before', 'afterEffect'])),
  do: v.picklist(ALL_DEEDS),
  status: v.optional(v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599))),
  code: v.optional(v.string()),
  message: v.optional(v.string()),
  details: v.optional(v.array(v.strictObject({ code: v.string(), message: v.string() }))),
  milliseconds: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(3_600_000))),
  retryAfterSeconds: v.optional(v.pipe(v.number(), v.minValue(0))),
});

const FAULT = v.pipe(
  MEMBERS,
  v.check(
    (fault) => DEEDS[fault.target].some((one) => one === fault.do),
    ({ input }) => `"${input.do}" cannot be done at "${input.target}", only ${DEEDS[input.target].join(', ')}`,
  ),
  v.check((fault) => fault.do !== 'delay' || fault.milliseconds !== undefined, '"delay" needs milliseconds'),
);

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'i') instanceof RegExp;
  } catch {
    return false;
  }
}

/** The faults of a parsed document: a list, or `{faults: [...]}`. Throws `WrongFaults`. */
function parseFaults(value: unknown): readonly Fault[] {
  const list: unknown = typeof value === 'object' && value !== null && 'faults' in value ? value.faults : value;
  const result = v.safeParse(v.array(FAULT), list);
  if (!result.success) {
    throw new WrongFaults(problemsOf(result.issues, 'faults'));
  }
  const ids = result.output.map((one) => one.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new WrongFaults(`two faults have the id ${twice}`);
  return result.output.map(withoutUndefined);
}

/** The schema's optional fields may be undefined, the seam's may only be absent. */
function withoutUndefined(fault: v.InferOutput<typeof FAULT>): Fault {
  return JSON.parse(JSON.stringify(fault)) as Fault;
}

interface Counted {
  readonly fault: Fault;
  matches: number;
  /** Matches per resource and operation, so that a draw does not depend on what happens elsewhere. */
  readonly perOccasion: Map<string, number>;
}

interface Waiting extends Hold {
  readonly let: () => void;
}

/** A desk without faults; `draw` decides the probable ones. */
export function faultDesk(draw: Draw): Faults {
  return new Desk(draw);
}

class Desk implements Faults {
  private counted: Counted[] = [];
  private waiting: Waiting[] = [];
  private holdIds = 0;
  private readonly draw: Draw;

  constructor(draw: Draw) {
    this.draw = draw;
  }

  set(value: unknown): readonly Fault[] {
    const faults = parseFaults(value);
    this.counted = faults.map((fault) => ({ fault, matches: 0, perOccasion: new Map() }));
    return faults;
  }

  list(): readonly Fault[] {
    return this.counted.map((one) => one.fault);
  }

  arm(occasion: { method: string; path: string; at: 'before' | 'afterEffect' }): readonly Fault[] {
    const { method, path } = occasion;
    return this.strike('arm', occasion.at, `${method} ${path}`, (match) => {
      return fits(match.method, method, true) && fits(match.path, path, false);
    });
  }

  router(occasion: { device: string; line: string; at: 'before' | 'afterEffect' }): readonly Fault[] {
    const { device, line } = occasion;
    return this.strike('router', occasion.at, `${device} ${line}`, (match) => {
      return fits(match.device, device, true) && fits(match.line, line, false);
    });
  }

  manners(device: string): readonly Fault[] {
    return this.list().filter(
      (one) => one.target === 'router' && isManner(one) && fits(one.match.device, device, true),
    );
  }

  hold(fault: Fault, what: string): Promise<void> {
    this.holdIds += 1;
    const id = `hold-${this.holdIds}`;
    return new Promise((resolve) => {
      const since = new Date().toISOString();
      this.waiting.push({ id, fault: fault.id, what, since, let: resolve });
    });
  }

  holds(): readonly Hold[] {
    return this.waiting.map(({ id, fault, what, since }) => ({ id, fault, what, since }));
  }

  release(id: string): number {
    const freed = this.waiting.filter((one) => one.id === id || one.fault === id);
    this.waiting = this.waiting.filter((one) => !freed.includes(one));
    for (const one of freed) one.let();
    return freed.length;
  }

  close(): void {
    const freed = this.waiting;
    this.waiting = [];
    for (const one of freed) one.let();
  }

  private strike(
    target: Fault['target'],
    at: 'before' | 'afterEffect',
    occasion: string,
    matches: (match: Fault['match']) => boolean,
  ): readonly Fault[] {
    return this.counted
      .filter(({ fault }) => fault.target === target && (fault.at ?? 'before') === at && !isManner(fault))
      .filter((one) => matches(one.fault.match) && this.counts(one, occasion))
      .map((one) => one.fault);
  }

  /** Counts the match and says whether it is one that strikes. */
  private counts(one: Counted, occasion: string): boolean {
    one.matches += 1;
    const { id, nth, probability } = one.fault;
    if (nth !== undefined) return one.matches === nth;
    if (probability === undefined) return true;
    const before = one.perOccasion.get(occasion) ?? 0;
    one.perOccasion.set(occasion, before + 1);
    return this.draw(`fault/${id}/${occasion}/${before}`) < probability;
  }
}

/** Methods and host names are matched whole, paths and lines anywhere. */
function fits(text: string | undefined, value: string, whole: boolean): boolean {
  if (text === undefined) return true;
  return new RegExp(whole ? `^(?:${text})$` : text, 'i').test(value);
}
