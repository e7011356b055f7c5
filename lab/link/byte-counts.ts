import type { CloudConnection } from '../ports.ts';

type Bytes = Record<'ingress' | 'egress', number>;

/** The bytes that each connection has carried since it was made. */
export class ByteCounts {
  private readonly byId = new Map<string, Bytes>();
  private pruned: readonly CloudConnection[] | null = null;

  of(connectionId: string): Bytes {
    const key = connectionId.toLowerCase();
    const known = this.byId.get(key) ?? { ingress: 0, egress: 0 };
    this.byId.set(key, known);
    return known;
  }

  /** A connection that was deleted takes its counts along. */
  prune(connections: readonly CloudConnection[]): void {
    // The same list as before: nothing of the cloud has changed since, and this is asked very often.
    if (this.byId.size === 0 || connections === this.pruned) return;
    this.pruned = connections;
    const there = new Set(connections.map(({ id }) => id.toLowerCase()));
    for (const id of this.byId.keys()) if (!there.has(id)) this.byId.delete(id);
  }
}
