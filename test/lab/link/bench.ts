/** A site's link under test: the clock moves only when told. */
import { seededDraw } from '../../../lab/clock.ts';
import { modelDataplane } from '../../../lab/link.ts';
import type { Dataplane, LinkRecord, PingReply, RouterLink, RouterView } from '../../../lab/ports.ts';
import type { Site } from './site.ts';
import { PROBE, seedSite } from './site.ts';

export * from './site.ts';

async function collected<T>(from: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of from) all.push(one);
  return all;
}

/** A site's link under test. */
export class Bench {
  readonly site: Site;
  readonly dataplane: Dataplane;
  readonly router: RouterView;
  link: RouterLink;
  private wall = Date.UTC(2026, 10, 22);
  private routerOffset = 0;
  private readonly listeners = new Set<() => void>();

  constructor(site: Site) {
    this.site = site;
    this.dataplane = modelDataplane({
      cloud: {
        vms: () => site.vms,
        // As a cloud does it: what was handed out once does not change.
        connections: () => structuredClone(site.connections),
        judge: (nicId, { direction, protocol }) => {
          const shut = site.closed.find(
            (one) => one.nic === nicId && one.direction === direction && one.protocol === protocol,
          );
          return { allowed: shut === undefined, rule: shut?.rule ?? 'nsg/AllowAll' };
        },
        onChange: (listener) => {
          this.listeners.add(listener);
          return () => this.listeners.delete(listener);
        },
      },
      clock: { speed: 1000, now: () => this.wall, scaled: (ms) => ms / 1000 },
      draw: seededDraw('bench'),
    });
    this.router = this.view();
    this.link = this.dataplane.attach(this.router);
  }

  /** Azure and the router both go on by some seconds of the wall clock, in small steps. */
  pass(seconds: number): void {
    const step = Math.max(seconds / 200, 0.1);
    for (let passed = 0; passed < seconds; passed += step) {
      this.wall += step * 1000;
      this.dataplane.inventory();
    }
  }

  /** The router's clock alone moves, as the control endpoint can make it. */
  advanceRouter(seconds: number): void {
    this.routerOffset += seconds * 1000;
    this.dataplane.routerChanged(this.router.key);
  }

  /** Changes an end and lets the other hear of it. */
  change(what: (site: Site) => void): this {
    what(this.site);
    for (const listener of this.listeners) listener();
    this.dataplane.routerChanged(this.router.key);
    return this;
  }

  /** The record of the (only) connection. */
  get record(): LinkRecord {
    const [record] = this.dataplane.inventory();
    if (record === undefined) throw new Error('no connection');
    return record;
  }

  async pingRouter(count = 3, target = '172.20.100.100'): Promise<PingReply[]> {
    const request = { target, count, sizeBytes: 56, timeoutSeconds: 1 };
    return collected(this.dataplane.pingFromVm(PROBE, request));
  }

  async pingProbe(count = 3, source = '172.20.100.100', target = '172.16.1.10'): Promise<PingReply[]> {
    const request = { target, count, sizeBytes: 100, timeoutSeconds: 0.01 };
    return collected(this.link.ping(source, request));
  }

  private view(): RouterView {
    const { site } = this;
    const now = (): number => this.wall + this.routerOffset;
    return {
      key: 'router',
      hostname: 'router210',
      get release() {
        return site.release;
      },
      get vmId() {
        return site.vmId;
      },
      get publicAddress() {
        return site.publicAddress;
      },
      get running() {
        return site.running;
      },
      now,
      interfaces: () => (site.running ? site.interfaces : []),
      crypto: () => structuredClone(site.crypto),
      routes: () => (site.running ? site.routes : []),
      bgp: () => site.bgp,
    };
  }
}

/** A seed's site whose tunnel is up. */
export function established(): Bench {
  const bench = new Bench(seedSite());
  bench.pass(5);
  if (bench.record.state !== 'up') throw new Error(bench.record.reason);
  return bench;
}
