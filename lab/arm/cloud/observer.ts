/**
 * Azure's own, late idea of each tunnel: connectionStatus and byte counts follow the data plane after 1 to 5 minutes of
 * Azure time. What was seen last is kept over a restart; the data plane begins to count anew then.
 */
import type { Dataplane } from '../../ports.ts';
import { keyOf } from '../ids.ts';
import type { Resource } from '../store/store.ts';
import type { Observation, World } from '../world.ts';

/** In seconds of Azure time. */
const lagSeconds: readonly [number, number] = [60, 300];
const sampleSeconds = 20;

/** Wall-clock milliseconds between two looks at the data plane. */
const [shortestSample, longestSample] = [40, 1000];

interface Seen {
  readonly up: boolean;
  readonly ingressBytes: number;
  readonly egressBytes: number;
  readonly establishedAt: number | null;
}

interface Track {
  /** What earlier processes counted. */
  readonly base: { ingress: number; egress: number };
  /** How often it came up or went down. */
  turns: number;
  latest: Seen;
  /** What is known by now. */
  known: Seen | null;
  /** What becomes known, oldest first. */
  readonly coming: { readonly at: number; readonly seen: Seen }[];
}

const same = (one: Seen, other: Seen): boolean =>
  one.up === other.up && one.ingressBytes === other.ingressBytes && one.egressBytes === other.egressBytes;

export class Observer {
  private readonly world: World;
  private readonly tracks = new Map<string, Track>();
  private timer: NodeJS.Timeout | null = null;

  constructor(world: World) {
    this.world = world;
  }

  /** Begins to look; the data plane of the world may come later. */
  start(): void {
    const wait = this.world.clock.scaled(sampleSeconds * 1000);
    this.timer = setInterval(
      () => {
        this.sample();
      },
      Math.min(longestSample, Math.max(shortestSample, wait)),
    );
    this.timer.unref();
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  observed(connectionId: string): Observation {
    const connection = this.world.store.get(connectionId);
    const nothing = { ingressBytes: 0, egressBytes: 0, establishedAt: null };
    if (connection === undefined) return { status: 'Unknown', ...nothing };
    const dataplane = this.world.dataplane();
    if (dataplane !== null) this.look(dataplane, connection);
    const track = this.tracks.get(this.key(connection));
    const known = track === undefined ? null : this.ripen(track);
    // Only the creation leaves it open; afterwards a tunnel that was never seen is not connected.
    if (known === null) return { status: connection.revision <= 1 ? 'Unknown' : 'NotConnected', ...nothing };
    return {
      status: known.up ? 'Connected' : 'NotConnected',
      ingressBytes: known.ingressBytes,
      egressBytes: known.egressBytes,
      establishedAt: known.establishedAt,
    };
  }

  private sample(): void {
    const dataplane = this.world.dataplane();
    if (dataplane === null) return;
    const connections = this.world.store.list('Microsoft.Network/connections');
    for (const connection of connections) this.look(dataplane, connection);
    for (const track of this.tracks.values()) this.ripen(track);
    const alive = new Set(connections.map((connection) => this.key(connection)));
    for (const key of this.tracks.keys()) if (!alive.has(key)) this.tracks.delete(key);
    this.world.store.commit();
  }

  /** Each creation of a connection has an observation of its own. */
  private key(connection: Resource): string {
    return `${keyOf(connection.id)}/${connection.generation}`;
  }

  private look(dataplane: Dataplane, connection: Resource): void {
    const key = this.key(connection);
    const track = this.tracks.get(key) ?? this.begin(key);
    const state = dataplane.connection(connection.id);
    const seen: Seen = {
      up: state.up,
      ingressBytes: track.base.ingress + state.ingressBytes,
      egressBytes: track.base.egress + state.egressBytes,
      establishedAt: state.establishedAt,
    };
    if (same(seen, track.latest)) return;
    if (seen.up !== track.latest.up) track.turns += 1;
    track.latest = seen;
    this.keep(key, seen);
    const [least, most] = lagSeconds;
    const seconds = least + (most - least) * this.world.draw(`lag/${key}/${track.turns}`);
    const at = this.world.clock.now() + this.world.clock.scaled(seconds * 1000);
    // What happened later is never known earlier.
    track.coming.push({ at: Math.max(at, track.coming.at(-1)?.at ?? 0), seen });
  }

  private begin(key: string): Track {
    const { store } = this.world;
    const base = { ingress: store.peek(`ingress ${key}`), egress: store.peek(`egress ${key}`) };
    const up = store.peek(`up ${key}`) === 1;
    const latest: Seen = { up, ingressBytes: base.ingress, egressBytes: base.egress, establishedAt: null };
    const seenBefore = up || base.ingress > 0 || base.egress > 0;
    const track: Track = { base, turns: 0, latest, known: seenBefore ? latest : null, coming: [] };
    this.tracks.set(key, track);
    return track;
  }

  private keep(key: string, seen: Seen): void {
    const { store } = this.world;
    store.keep(`up ${key}`, seen.up ? 1 : 0);
    store.keep(`ingress ${key}`, seen.ingressBytes);
    store.keep(`egress ${key}`, seen.egressBytes);
  }

  private ripen(track: Track): Seen | null {
    const now = this.world.clock.now();
    while (track.coming[0] !== undefined && track.coming[0].at <= now) track.known = track.coming.shift()?.seen ?? null;
    return track.known;
  }
}
