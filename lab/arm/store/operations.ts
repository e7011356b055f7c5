import type { Draw, LabClock } from '../../ports.ts';
import { asGuid } from '../guid.ts';
import { ArmError, type ArmErrorDetail } from '../errors.ts';
import type { Json, JsonObject } from '../json.ts';
import { keyOf } from '../ids.ts';
import type { Store } from './store.ts';

export interface Failure {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly details: readonly ArmErrorDetail[];
  /** It did not go wrong: it was superseded. */
  readonly canceled?: boolean;
}

/** A long operation; plain data, so that it survives the process. */
export interface Operation {
  readonly id: string;
  /** Names the effect that ends it. */
  readonly kind: string;
  /** Azure's name for it, `PutVirtualNetworkGatewayOperation`. */
  readonly name: string;
  /** The resource it works on. */
  readonly target: string;
  readonly location: string;
  /** Writes to these ids are refused until it ends. */
  readonly locks: readonly string[];
  /** Azure's polling hint, in seconds of Azure time. */
  readonly hintSeconds: number;
  readonly startedAt: number;
  /** Wall clock; null: something else ends it. */
  endsAt: number | null;
  endedAt: number | null;
  status: 'InProgress' | 'Succeeded' | 'Failed' | 'Canceled';
  error: Failure | null;
  result: Json;
  /** What the effect needs to know. */
  data: JsonObject;
  /** A fault: it ends so instead of having its effect. */
  failWith: Failure | null;
  /** A fault: its id is unknown to whoever asks. */
  lost: boolean;
}

export interface NewOperation {
  readonly kind: string;
  readonly name: string;
  readonly target: string;
  readonly location: string;
  readonly generation: number;
  readonly locks: readonly string[];
  readonly hintSeconds: number;
  /** Range of its length in seconds of Azure time; null: something else ends it. */
  readonly seconds: readonly [number, number] | null;
  readonly data?: JsonObject;
}

/** Has the operation's effect; what it returns is the operation's result. @throws ArmError: the operation failed. */
export type Effect = (operation: Operation) => Json | undefined;

/** How long Azure still answers for an operation that has ended, in seconds of Azure time. */
const keptSeconds = 24 * 3600;

const longestTimer = 2 ** 31 - 1;

/** Operations in flight and ended, by id; each ends by a timer that is set again after a restart. */
export class Operations {
  private readonly byId = new Map<string, Operation>();
  private readonly locks = new Map<string, Operation>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly inProgress = new Set<Operation>();
  private readonly held = new Set<Operation>();
  private readonly store: Store;
  private readonly clock: LabClock;
  private readonly draw: Draw;
  private effects: ReadonlyMap<string, Effect> = new Map();
  private isClosed = false;
  private forgetAbove: number;
  private readonly endListeners = new Set<(operation: Operation) => void>();

  /** @param forgetAbove beyond so many operations the expired ones are forgotten */
  constructor(store: Store, clock: LabClock, draw: Draw, forgetAbove = 20_000) {
    this.forgetAbove = forgetAbove;
    this.store = store;
    this.clock = clock;
    this.draw = draw;
  }

  /** Takes up what an earlier process left; overdue operations end at once. */
  resume(effects: ReadonlyMap<string, Effect>): Operation[] {
    this.effects = effects;
    for (const saved of this.store.savedOperations()) {
      const operation = saved as unknown as Operation;
      this.byId.set(operation.id, operation);
      if (operation.status !== 'InProgress') continue;
      this.inProgress.add(operation);
      for (const lock of operation.locks) this.locks.set(lock, operation);
    }
    const open = [...this.inProgress].toSorted((one, other) => (one.endsAt ?? Infinity) - (other.endsAt ?? Infinity));
    for (const operation of open) this.arm(operation);
    return open;
  }

  start(wanted: NewOperation): Operation {
    const key = `${wanted.name}/${keyOf(wanted.target)}/${wanted.generation}`;
    const nth = this.store.count(`operation ${key}`);
    const now = this.clock.now();
    const operation: Operation = {
      id: this.identifier(`${key}/${nth}`),
      kind: wanted.kind,
      name: wanted.name,
      target: wanted.target,
      location: wanted.location,
      locks: wanted.locks.map(keyOf),
      hintSeconds: wanted.hintSeconds,
      startedAt: now,
      endsAt: wanted.seconds === null ? null : now + this.length(wanted.seconds, nth === 1 ? key : `${key}/${nth}`),
      endedAt: null,
      status: 'InProgress',
      error: null,
      result: null,
      data: wanted.data ?? {},
      failWith: null,
      lost: false,
    };
    if (this.byId.size > this.forgetAbove) this.forget();
    this.byId.set(operation.id, operation);
    this.inProgress.add(operation);
    for (const lock of operation.locks) this.locks.set(lock, operation);
    this.save(operation);
    this.arm(operation);
    return operation;
  }

  /** Known, not lost and not expired. */
  get(id: string): Operation | undefined {
    const operation = this.byId.get(id.toLowerCase());
    return operation === undefined || operation.lost || this.isExpired(operation) ? undefined : operation;
  }

  private isExpired({ endedAt }: Operation): boolean {
    return endedAt !== null && this.clock.now() > endedAt + this.clock.scaled(keptSeconds * 1000);
  }

  /** Lets go of what nobody can ask about any more; until there is much of it, the inventory still shows it. */
  private forget(): void {
    for (const operation of this.byId.values()) {
      if (!this.isExpired(operation)) continue;
      this.byId.delete(operation.id);
      this.store.saveOperation(operation.id, null);
    }
    this.forgetAbove = Math.max(this.forgetAbove, this.byId.size * 2);
  }

  /** Whatever a fault or its age lets clients see of it. */
  own(id: string): Operation | undefined {
    return this.byId.get(id.toLowerCase());
  }

  all(): Operation[] {
    return [...this.byId.values()];
  }

  /** Those of a kind that have not ended. */
  running(kind: string): Operation[] {
    return [...this.inProgress].filter((operation) => operation.kind === kind);
  }

  /** The operation that holds one of these ids, if any. */
  holding(ids: readonly string[]): Operation | undefined {
    for (const id of ids) {
      const found = this.locks.get(keyOf(id));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Ends it now, with its effect, its fault or an error; further calls do nothing. */
  end(operation: Operation, error?: Failure): void {
    if (operation.status !== 'InProgress') return;
    clearTimeout(this.timers.get(operation.id));
    this.timers.delete(operation.id);
    this.inProgress.delete(operation);
    for (const lock of operation.locks) if (this.locks.get(lock) === operation) this.locks.delete(lock);
    operation.endedAt = this.clock.now();
    this.conclude(operation, error ?? operation.failWith ?? null);
    this.save(operation);
    for (const listener of this.endListeners) listener(operation);
    this.store.commit();
  }

  /** After a fault changed its end, or a command decided its result. */
  changed(operation: Operation): void {
    this.save(operation);
    this.arm(operation);
  }

  /** Does not let it end before `until`, as long as this process lives. */
  hold(operation: Operation, until: Promise<void>): void {
    this.held.add(operation);
    clearTimeout(this.timers.get(operation.id));
    void until.then(() => {
      this.held.delete(operation);
      this.arm(operation);
    });
  }

  onEnd(listener: (operation: Operation) => void): void {
    this.endListeners.add(listener);
  }

  /** True once nothing ends any more, so that whoever works on an operation can leave it to the next process. */
  get closed(): boolean {
    return this.isClosed;
  }

  /** Forgets the timers; operations stay as they are, for the next process. */
  close(): void {
    this.isClosed = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  private conclude(operation: Operation, error: Failure | null): void {
    if (error === null) {
      try {
        operation.result = this.effects.get(operation.kind)?.(operation) ?? operation.result;
        operation.status = 'Succeeded';
        return;
      } catch (thrown) {
        if (!(thrown instanceof ArmError)) throw thrown;
        error = { status: thrown.status, code: thrown.code, message: thrown.message, details: thrown.details };
      }
    }
    operation.status = error.canceled === true ? 'Canceled' : 'Failed';
    operation.error = error;
    this.effects.get(`${operation.kind}-failed`)?.(operation);
  }

  private save(operation: Operation): void {
    this.store.saveOperation(operation.id, operation as unknown as JsonObject);
  }

  private arm(operation: Operation): void {
    clearTimeout(this.timers.get(operation.id));
    if (this.isClosed || this.held.has(operation)) return;
    if (operation.endsAt === null || operation.status !== 'InProgress') return;
    const wait = Math.min(Math.max(0, operation.endsAt - this.clock.now()), longestTimer);
    const timer = setTimeout(() => {
      if (operation.endsAt !== null && operation.endsAt > this.clock.now() + 1) this.arm(operation);
      else this.end(operation);
    }, wait);
    this.timers.set(operation.id, timer);
  }

  private length([least, most]: readonly [number, number], key: string): number {
    return this.clock.scaled((least + (most - least) * this.draw(key)) * 1000);
  }

  /** A GUID that depends on the seed and the key alone. */
  private identifier(key: string): string {
    const digits = [0, 1, 2, 3]
      .map((part) =>
        Math.floor(this.draw(`id/${part}/${key}`) * 2 ** 32)
          .toString(16)
          .padStart(8, '0'),
      )
      .join('');
    return asGuid(digits);
  }
}
