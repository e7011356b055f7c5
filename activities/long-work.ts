/**
 * A long Azure operation is one activity, every attempt the same: take the operation's URL from the heartbeat details,
 * look once, and if it has not ended throw `NotYet` with the time of the next look. So a wait of 45 minutes holds no
 * worker slot, costs no event, and survives the death of any process. Where nothing is kept, or Azure no longer knows
 * the operation, the resource itself is read (the callers do that).
 */
import { Context } from '@temporalio/activity';
import type { Arm, Ask } from '../adapters/azure/arm.ts';
import { stateOf } from '../adapters/azure/json.ts';
import type { ArmReply } from '../adapters/azure/replies.ts';
import type { AdapterError } from '../adapters/errors.ts';
import { isShort, nextLookMs, nextPollMs, type Pace } from '../domain/poll-schedule.ts';
import { NotYet } from './failures.ts';
import { keep, keptDetails } from './heartbeat.ts';

type DeedKind = 'put' | 'delete' | 'post';

/** An operation that Azure has accepted and that has not been seen to end. */
interface Underway {
  readonly deed: DeedKind;
  /** Null where only the resource's own state tells how it stands. */
  readonly url: string | null;
  readonly kind: 'operation' | 'location';
  /** Where the result of a POST is found. */
  readonly resultUrl: string | null;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** The unit of the poll schedule. */
  readonly unitMs: number;
}

/** What one attempt leaves for the next. */
interface Details {
  readonly operation?: Underway;
  /** Accepted PUTs of this activity. */
  readonly puts?: number;
  /** A choice that this activity made on its way, such as `Regular` for a VM that found no Spot capacity. */
  readonly choice?: string;
  /** When this activity began to wait for something without an operation; milliseconds since 1970. */
  readonly since?: number;
}

export type Ended =
  /** Nothing was under way. */
  | { readonly state: 'none' }
  | { readonly state: 'succeeded'; readonly body: unknown; readonly resultUrl: string | null }
  | { readonly state: 'failed'; readonly error: AdapterError }
  /** Azure knows the operation no longer, or never gave a URL. */
  | { readonly state: 'unknown' };

/** How long an attempt may wait by itself for what usually ends soon. */
const patienceMs = 5_000;
const changing = new Set(['creating', 'updating', 'deleting', 'accepted', 'running', 'provisioning', 'migrating']);

export class LongWork {
  readonly what: string;
  private readonly arm: Arm;
  private readonly pace: Pace;
  private leftMs = patienceMs;
  private details: Details;

  /** @param what for messages: `VPN gateway VnetGw`. */
  constructor(arm: Arm, what: string, pace: Pace) {
    this.arm = arm;
    this.what = what;
    this.pace = pace;
    const kept = keptDetails();
    this.details = typeof kept === 'object' && kept !== null ? (kept as Details) : {};
  }

  get puts(): number {
    return this.details.puts ?? 0;
  }
  get choice(): string | null {
    return this.details.choice ?? null;
  }
  get deedUnderway(): DeedKind | null {
    return this.details.operation?.deed ?? null;
  }

  /** For a request that may be broken off when the activity is asked to stop: one that changes nothing. */
  reading(): Ask {
    return { deed: `Reading ${this.what}`, signal: Context.current().cancellationSignal };
  }

  choose(choice: string): void {
    this.keep({ ...this.details, choice, puts: 0 });
  }

  /** To be called with the reply to a write before anything else is done: it keeps the operation's URL. */
  begin(deed: DeedKind, reply: ArmReply): void {
    const operation = this.underwayOf(deed, reply);
    this.keep({
      ...this.details,
      ...(deed === 'put' ? { puts: this.puts + 1 } : {}),
      operation,
    });
  }

  /** Looks at what is under way until it ends. @throws NotYet when that takes longer than an attempt may wait. */
  async end(): Promise<Ended> {
    for (;;) {
      const { operation } = this.details;
      if (operation === undefined) return { state: 'none' };
      if (operation.url === null) return { state: 'unknown' };
      const ask = { deed: verbs[operation.deed](this.what), signal: Context.current().cancellationSignal };
      const seen = await this.arm.poll(operation.url, operation.kind, ask);
      if (seen.state !== 'running') {
        this.keep({ ...this.details, operation: undefined });
        return seen.state === 'succeeded' ? { ...seen, resultUrl: operation.resultUrl } : seen;
      }
      const elapsedMs = Date.now() - operation.startedAt;
      const { unitMs } = operation;
      await this.wait(nextPollMs(this.pace, { elapsedMs, unitMs, hintMs: seen.hintMs ?? 0 }), 'is under way', unitMs);
    }
  }

  /** True where the resource's own state says that something is under way on it. */
  isChanging(resource: unknown): boolean {
    return changing.has(stateOf(resource).toLowerCase());
  }

  /** Waits for a resource whose own state is all there is to look at. @throws NotYet likewise. */
  async waitForState(resource: unknown): Promise<void> {
    const deed: DeedKind = stateOf(resource).toLowerCase() === 'deleting' ? 'delete' : 'put';
    const startedAt = this.details.operation?.startedAt ?? Date.now();
    const unitMs = this.arm.unitMs();
    this.keep({
      ...this.details,
      operation: { deed, url: null, kind: 'operation', resultUrl: null, startedAt, unitMs },
    });
    await this.wait(nextLookMs(Date.now() - startedAt), `is ${stateOf(resource)}`, unitMs);
  }

  /** What was under way has ended, as the resource itself says. */
  ended(): void {
    if (this.details.operation !== undefined) this.keep({ ...this.details, operation: undefined });
  }

  /** Milliseconds since this activity first asked, over all attempts. */
  waitedMs(): number {
    const { since } = this.details;
    if (since !== undefined) return Date.now() - since;
    this.keep({ ...this.details, since: Date.now() });
    return 0;
  }

  /** @throws NotYet always: the attempt is over, and the next one comes after this time. */
  later(how: string, ms: number): never {
    // A timeout with which the activity ends records the last details, and no URL may enter the history.
    if (isLastAttempt(ms)) this.keep({ ...this.details, operation: undefined });
    throw new NotYet(`${this.what} ${how}`, ms);
  }

  private async wait(ms: number, how: string, unitMs: number): Promise<void> {
    if (!isShort(this.pace, unitMs) || ms > this.leftMs) this.later(how, ms);
    this.leftMs -= ms;
    await Context.current().sleep(ms);
  }

  private keep(details: Omit<Details, 'operation'> & { readonly operation?: Underway | undefined }): void {
    const { operation, ...others } = details;
    this.details = operation === undefined ? others : { ...others, operation };
    keep(this.details);
  }

  private underwayOf(deed: DeedKind, reply: ArmReply): Underway | undefined {
    const location = reply.status === 202 ? reply.location : null;
    const url = reply.operationUrl ?? location;
    // A reply without a URL is final, unless the resource in it says otherwise.
    if (url === null && !this.isChanging(reply.body)) return undefined;
    return {
      deed,
      url,
      kind: reply.operationUrl === null ? 'location' : 'operation',
      resultUrl: deed === 'post' ? reply.location : null,
      startedAt: Date.now(),
      unitMs: reply.hintMs !== null && reply.hintMs > 0 ? reply.hintMs : this.arm.unitMs(),
    };
  }
}

const verbs: Readonly<Record<DeedKind, (what: string) => string>> = {
  put: (what) => `Writing ${what}`,
  delete: (what) => `Deleting ${what}`,
  post: (what) => what,
};

/** True if the server will not begin another attempt after this time: the activity's total bound is over by then. */
function isLastAttempt(delayMs: number): boolean {
  const { scheduledTimestampMs, scheduleToCloseTimeoutMs } = Context.current().info;
  if (scheduleToCloseTimeoutMs === 0) return false;
  // An attempt that begins shortly before the bound is cut off by it, with its details recorded.
  return Date.now() + delayMs + 15_000 > scheduledTimestampMs + scheduleToCloseTimeoutMs;
}
