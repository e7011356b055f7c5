/** Azure Resource Manager's token buckets, per principal and kind of request, in real time (azure.md, 1.3). */
import { ArmError } from '../errors.ts';

type Kind = 'reads' | 'writes' | 'deletes';

/** How many requests a bucket holds, and how many come back per second. */
const buckets: Record<Kind, { readonly size: number; readonly perSecond: number }> = {
  reads: { size: 250, perSecond: 25 },
  writes: { size: 200, perSecond: 10 },
  deletes: { size: 200, perSecond: 10 },
};

function kindOf(method: string): Kind {
  if (method === 'GET' || method === 'HEAD') return 'reads';
  return method === 'DELETE' ? 'deletes' : 'writes';
}

interface Level {
  tokens: number;
  at: number;
}

export class Throttle {
  private readonly levels = new Map<string, Level>();
  private readonly on: boolean;
  private readonly now: () => number;

  /** @param now milliseconds of a clock that never goes back */
  constructor(on: boolean, now: () => number = () => performance.now()) {
    this.on = on;
    this.now = now;
  }

  /**
   * Takes one request of this principal; the headers that say how many are left.
   * @param scope what the request is about: a subscription, or the tenant as a whole
   * @throws ArmError 429
   */
  take(principal: string, method: string, scope: 'subscription' | 'tenant' = 'subscription'): Record<string, string> {
    const kind = kindOf(method);
    const { size, perSecond } = buckets[kind];
    const header = `x-ms-ratelimit-remaining-${scope}-${kind}`;
    if (!this.on) return { [header]: String(size - 1) };
    const now = this.now();
    const key = `${principal} ${scope} ${kind}`;
    const before = this.levels.get(key) ?? { tokens: size, at: now };
    const tokens = Math.min(size, before.tokens + ((now - before.at) / 1000) * perSecond);
    if (tokens < 1) {
      this.levels.set(key, { tokens, at: now });
      const seconds = Math.max(1, Math.ceil((1 - tokens) / perSecond));
      throw new ArmError(
        429,
        scope === 'tenant' ? 'TenantRequestsThrottled' : 'SubscriptionRequestsThrottled',
        `Number of '${kind}' requests for ${scope} exceeded the limit of ${size}. Please try again after '${seconds}' seconds.`,
        [],
        { 'Retry-After': String(seconds), [header]: '0' },
      );
    }
    this.levels.set(key, { tokens: tokens - 1, at: now });
    return { [header]: String(Math.floor(tokens - 1)) };
  }
}
