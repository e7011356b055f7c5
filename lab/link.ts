/**
 * Is there a tunnel between a router and a VPN gateway, and why not: worked out from both ends, without packets.
 * The seam is `Dataplane`; an implementation with real IKE and ESP can stand in its place.
 */
import type {
  CloudConnection,
  CloudView,
  Dataplane,
  Draw,
  IpsecSa,
  LabClock,
  LinkRecord,
  PingReply,
  PingRequest,
  RouterLink,
  RouterView,
  SaFilter,
  TunnelState,
} from './ports.ts';
import { BgpSpeaker } from './link/bgp.ts';
import { sameId } from './link/router-end.ts';
import { TunnelSession } from './link/session.ts';
import type { Surroundings } from './link/associations.ts';
import { espRow, ikeRows, stateOf } from './link/show.ts';
import type { Answer, Network } from './link/traffic.ts';
import { echoFromRouter, echoFromVm } from './link/traffic.ts';
import { Alarm } from './link/alarm.ts';
import { ByteCounts } from './link/byte-counts.ts';
import { roundTrip } from './link/round-trip.ts';
import { Sleeper } from './link/sleeper.ts';

export interface ModelOptions {
  readonly cloud: CloudView;
  readonly clock: LabClock;
  readonly draw: Draw;
}

/** After a change of the cloud the sessions are looked at once, not once per change. */
const CHANGE_MS = 20;
const LONGEST_WAIT_MS = 60_000;
/** What Linux's ping adds to its payload: IP and ICMP headers. */
const PING_HEADER_BYTES = 28;

/** The data plane that is worked out from configuration, without packets. */
export function modelDataplane(options: ModelOptions): Dataplane {
  return new ModelDataplane(options);
}

class ModelDataplane implements Dataplane {
  readonly kind = 'model';
  private readonly routers = new Map<string, RouterView>();
  private readonly tunnels = new Map<string, TunnelSession>();
  private readonly speakers = new Map<string, BgpSpeaker>();
  private readonly bytes = new ByteCounts();
  private readonly around: Surroundings;
  private readonly sleeper = new Sleeper();
  private readonly unsubscribe: () => void;
  private readonly alarm: Alarm;
  private tunnelIds = 0;
  private pings = 0;
  private closed = false;
  private cloudChanged = false;
  private readonly network: Network;

  constructor(options: ModelOptions) {
    this.around = options;
    this.alarm = new Alarm(options.clock, () => this.awake());
    this.network = {
      cloud: options.cloud,
      sessions: () => [...this.tunnels.values()],
      bgpRoutes: (router) => this.speakers.get(router.key)?.routes() ?? [],
      learned: (id) => this.prefixesOf(id),
      count: (id, direction, bytes) => {
        this.bytes.of(id)[direction] += bytes;
      },
    };
    this.unsubscribe = options.cloud.onChange(() => {
      this.wake(CHANGE_MS, true);
    });
  }

  connection(connectionId: string): TunnelState {
    this.settle();
    const bytes = this.bytes.of(connectionId);
    const counted = { ingressBytes: bytes.ingress, egressBytes: bytes.egress };
    for (const session of this.tunnels.values()) {
      if (session.ike !== null && session.azureHolds && sameId(session.ike.agreement.connection.id, connectionId))
        return {
          ...counted,
          up: true,
          reason: session.reason ?? 'established',
          establishedAt: session.esp?.establishedAt ?? null,
        };
    }
    for (const { remembered, reason } of this.tunnels.values()) {
      if (remembered !== null && sameId(remembered.connectionId, connectionId))
        return {
          ...counted,
          up: true,
          reason: `established, but the peer is silent: ${reason ?? ''}`,
          establishedAt: remembered.establishedAt,
        };
    }
    return { ...counted, up: false, reason: this.whyDown(connectionId), establishedAt: null };
  }

  pingFromVm(vmId: string, request: PingRequest): AsyncIterable<PingReply> {
    const bytes = request.sizeBytes + PING_HEADER_BYTES;
    return this.pingStream(request, this.around.clock.scaled(request.timeoutSeconds * 1000), () => {
      const vm = this.around.cloud.vms().find((one) => sameId(one.id, vmId));
      return vm === undefined ? null : echoFromVm(this.network, vm, request.target, bytes);
    });
  }

  learned(connectionId: string): readonly string[] {
    this.settle();
    return this.prefixesOf(connectionId);
  }

  attach(router: RouterView): RouterLink {
    this.routers.set(router.key, router);
    const tunnels = (): TunnelSession[] => [...this.tunnels.values()].filter((one) => one.router.key === router.key);
    this.speakers.set(router.key, new BgpSpeaker(router, this.around, tunnels));
    this.settle();
    const mine = (): TunnelSession[] => {
      this.settle();
      return tunnels();
    };
    const chosen = (which: SaFilter = {}): TunnelSession[] => mine().filter((one) => concerns(one, which));
    const named = (name: string): TunnelSession | undefined => mine().find((one) => one.name === name);
    return {
      ikeSas: () => mine().flatMap(ikeRows),
      ipsecSas: () =>
        mine()
          .map(espRow)
          .filter((row): row is IpsecSa => row !== null),
      lineUp: (name) => named(name)?.isUp ?? false,
      reason: (name) => {
        const session = named(name);
        return session === undefined ? null : session.reason;
      },
      ping: (source, request) =>
        this.pingStream(request, request.timeoutSeconds * 1000, () =>
          echoFromRouter(this.network, router, source, request.target, request.sizeBytes),
        ),
      clearIke: (which) => {
        for (const session of chosen(which)) session.drop(`The SAs of ${session.name} were cleared.`);
        this.settle();
      },
      clearIpsec: (which) => {
        for (const session of chosen(which)) session.clearEsp();
        this.settle();
      },
      clearCounters: () => {
        for (const session of mine()) session.clearCounters();
      },
      bgpPeers: () => {
        this.settle();
        return this.speakers.get(router.key)?.peers() ?? [];
      },
    };
  }

  detach(routerKey: string): void {
    this.routers.delete(routerKey);
    this.speakers.delete(routerKey);
    for (const session of this.tunnels.values()) if (session.router.key === routerKey) session.abandon();
    this.settle();
  }

  routerChanged(routerKey: string): void {
    this.settle();
    for (const session of this.tunnels.values()) if (session.router.key === routerKey) session.poke();
    this.wake(0, false);
  }

  inventory(): readonly LinkRecord[] {
    this.settle();
    return this.around.cloud.connections().flatMap((connection): LinkRecord[] => {
      const { id } = connection;
      const sessions = this.sessionsTowards(connection);
      if (sessions.length > 0)
        return sessions.map((one) => ({
          connection: id,
          router: one.router.hostname,
          tunnel: one.name,
          ...stateOf(one),
        }));
      return [{ connection: id, router: null, tunnel: null, state: 'down', reason: this.whyDown(id) }];
    });
  }

  close(): void {
    this.closed = true;
    this.unsubscribe();
    this.alarm.clear();
    this.sleeper.close();
  }

  private prefixesOf(connectionId: string): readonly string[] {
    return [...this.speakers.values()].flatMap((one) => one.learned(connectionId));
  }

  private sessionsTowards(connection: CloudConnection): TunnelSession[] {
    return [...this.tunnels.values()].filter((session) => {
      if (session.ike !== null) return sameId(session.ike.agreement.connection.id, connection.id);
      const tunnel = session.router.crypto().tunnels.find((one) => one.name === session.name);
      if (!connection.gateway.publicAddresses.includes(tunnel?.destination ?? '')) return false;
      const rival = this.around.cloud
        .connections()
        .some(
          (other) =>
            sameId(other.gateway.id, connection.gateway.id) &&
            other.localGateway.address === session.router.publicAddress,
        );
      return !rival || connection.localGateway.address === session.router.publicAddress;
    });
  }

  private whyDown(connectionId: string): string {
    const connection = this.around.cloud.connections().find((one) => sameId(one.id, connectionId));
    if (connection === undefined) return `There is no connection ${connectionId}.`;
    const reasons = this.sessionsTowards(connection).flatMap((one) => one.reason ?? []);
    return (
      reasons[0] ??
      `No router has a protected tunnel from ${connection.localGateway.address} to ${connection.gateway.publicAddresses.join(' or ')}.`
    );
  }

  /** Brings every session up to the present and plans the next look. */
  private settle(): void {
    if (this.closed) return;
    this.adopt();
    this.bytes.prune(this.around.cloud.connections());
    let wait = LONGEST_WAIT_MS;
    for (const session of this.tunnels.values()) {
      session.step();
      if (session.router.running) wait = Math.min(wait, session.waitMs());
    }
    for (const speaker of this.speakers.values()) speaker.step();
    if (this.tunnels.size > 0) this.wake(wait, false);
  }

  /** One session per protected tunnel interface of each attached router. */
  private adopt(): void {
    const wanted = new Set<string>();
    for (const router of this.routers.values()) {
      for (const tunnel of router.crypto().tunnels) {
        if (tunnel.protectionProfile === null) continue;
        const key = `${router.key}\n${tunnel.name}`;
        wanted.add(key);
        const known = this.tunnels.get(key);
        if (known?.router !== router)
          this.tunnels.set(key, new TunnelSession(router, tunnel.name, this.around, () => ++this.tunnelIds));
      }
    }
    for (const [key, session] of this.tunnels) {
      // A router that is off has lost its running configuration, not its tunnel; and Azure may not know yet.
      const off = this.routers.has(session.router.key) && !session.router.running;
      if (wanted.has(key) || off || session.remembered !== null) continue;
      session.drop(`${session.name} was removed from ${session.router.hostname}.`);
      this.tunnels.delete(key);
    }
  }

  private wake(milliseconds: number, poke: boolean): void {
    if (this.closed) return;
    if (poke) this.cloudChanged = true;
    this.alarm.within(milliseconds);
  }

  private awake(): void {
    if (this.cloudChanged) for (const session of this.tunnels.values()) session.poke();
    this.cloudChanged = false;
    this.settle();
  }

  private async *pingStream(request: PingRequest, lostMs: number, echo: () => Answer | null): AsyncIterable<PingReply> {
    this.pings += 1;
    const run = this.pings;
    for (let sequence = 0; sequence < request.count && !this.closed; sequence += 1) {
      this.settle();
      const answer = echo();
      const milliseconds = answer === null ? lostMs : roundTrip(answer, this.around.draw(`ping/${run}/${sequence}`));
      await this.sleeper.sleep(milliseconds);
      yield { received: answer !== null, milliseconds, ttl: answer?.ttl ?? 0 };
    }
  }
}

/** Whether a session's ends are those that a command names. */
function concerns(session: TunnelSession, { local, remote }: SaFilter): boolean {
  const path = session.ike?.agreement.path ?? session.underWay;
  return (local === undefined || path?.local === local) && (remote === undefined || path?.peer === remote);
}
