/** A data plane in the test's hand: whether a tunnel is up, and which of its pings come back. */
import type { Dataplane, PingReply, PingRequest, TunnelState } from '../../../lab/ports.ts';

export interface Wanted extends Partial<TunnelState> {
  /** By BGP, over any connection. */
  readonly learned?: readonly string[];
  /** One per echo request; null is lost. The last one holds for all that follow. */
  readonly replies?: readonly (number | null)[];
  /** Called with each request. */
  readonly asked?: (request: PingRequest) => void;
  /** Awaited before each answer. */
  readonly pause?: () => Promise<void>;
}

const unused = (): never => {
  throw new Error('no test asks for this');
};

export function dataplane(wanted: Wanted = {}): Dataplane {
  let sent = 0;
  const next = (): PingReply => {
    const replies = wanted.replies ?? [11.184, 11.605, 11.204];
    const milliseconds = replies[Math.min(sent, replies.length - 1)] ?? null;
    sent += 1;
    return { received: milliseconds !== null, milliseconds: milliseconds ?? 0, ttl: milliseconds === null ? 0 : 255 };
  };
  return {
    kind: 'model',
    connection: () => ({
      up: wanted.up ?? false,
      reason: wanted.reason ?? 'established',
      ingressBytes: 0,
      egressBytes: 0,
      establishedAt: wanted.establishedAt ?? null,
    }),
    async *pingFromVm(_vm, request) {
      wanted.asked?.(request);
      await wanted.pause?.();
      for (let index = 0; index < request.count; index += 1) yield next();
    },
    attach: unused,
    detach: unused,
    routerChanged: unused,
    inventory: () => [],
    learned: () => wanted.learned ?? [],
    close: () => undefined,
  };
}
