/**
 * The memory of one tunnel interface: which SAs it has, since when, and what becomes of them.
 *
 *   idle -> negotiating -> ready (IKE SA; with an SA for traffic: the tunnel is up) -> idle
 *
 * Nothing runs by itself here: `step` brings the session up to the present, however long ago it was last asked.
 * A changed key or proposal shows only when something is negotiated anew: at the lifetime, after DPD, `clear`, a
 * reset at either end, or a stop. Lifetimes and DPD follow the router's own clock, Azure's DPD the wall clock.
 */
import type { RouterTunnel, RouterView } from '../ports.ts';
import { azureDpdMs, routerDpdMs } from './dead-peer.ts';
import type { EspState, Farewell, IkeState, Surroundings } from './associations.ts';
import { Chance, EXCHANGE_MS, RETRY_MS } from './chance.ts';
import type { Agreement, EspPart } from './negotiation.ts';
import { negotiate, renewEsp } from './negotiation.ts';
import type { Failure, Path } from './router-end.ts';
import { pathOf } from './router-end.ts';
import { whyEnded } from './endings.ts';

const FAREWELL_MS = 1000;

export class TunnelSession {
  phase: 'idle' | 'negotiating' | 'ready' = 'idle';
  /** The latest reason for not being up; null while it is. */
  reason: string | null = null;
  ike: IkeState | null = null;
  esp: EspState | null = null;
  lastEsp: EspState | null = null;
  farewell: Farewell | null = null;
  /** Azure has not noticed yet that the router is gone. */
  remembered: { connectionId: string; until: number; establishedAt: number } | null = null;
  encaps = 0;
  decaps = 0;
  /** Wall clock: when the exchange under way ends, or the next one begins. */
  dueAt: number;
  /** No packet passes although the SAs stand; by both clocks. */
  private brokenSince: { router: number; wall: number; reason: string } | null = null;
  /** The router was taken away; only Azure's memory of it is left. */
  private orphan = false;
  private attempts = 0;

  readonly router: RouterView;
  readonly name: string;
  private readonly around: Surroundings;
  private readonly nextTunnelId: () => number;
  private readonly chance: Chance;

  constructor(router: RouterView, name: string, around: Surroundings, nextTunnelId: () => number) {
    this.router = router;
    this.name = name;
    this.around = around;
    this.nextTunnelId = nextTunnelId;
    this.chance = new Chance(around.draw, `${router.key}/${name}`);
    this.dueAt = around.clock.now();
  }

  /** The addresses of an exchange under way, for its row in `show crypto ikev2 sa`. */
  get underWay(): Path | null {
    const tunnel = this.tunnel();
    if (this.phase !== 'negotiating' || tunnel === undefined) return null;
    const path = pathOf(this.router, tunnel, this.around.cloud);
    return path.ok ? path : null;
  }

  get isUp(): boolean {
    return this.ike !== null && this.esp !== null;
  }

  /** Brings the session up to the present. */
  step(): void {
    const now = this.around.clock.now();
    if (this.remembered !== null && now >= this.remembered.until) this.remembered = null;
    if (this.farewell !== null && now >= this.farewell.until) this.farewell = null;
    if (this.orphan) return;
    if (!this.router.running) {
      this.vanish(`${this.router.hostname} is not running.`);
      return;
    }
    const tunnel = this.tunnel();
    if (tunnel === undefined) {
      this.drop(`${this.router.hostname} has no protected ${this.name}.`);
      return;
    }
    this.keep(tunnel);
    if (this.ike === null) this.attempt(tunnel, now);
  }

  /** The router is no more, without a word to the peer. */
  abandon(): void {
    this.vanish(`${this.router.hostname} is gone.`);
    this.orphan = true;
  }

  /** Whether Azure takes the tunnel for up: of a broken path it hears only by its own dead-peer detection. */
  get azureHolds(): boolean {
    return this.isUp && (this.brokenSince === null || !this.azureGaveUp(this.brokenSince.wall));
  }

  /** Something changed: what failed before is tried again at once. */
  poke(): void {
    if (!this.isUp)
      this.dueAt = Math.min(this.dueAt, this.around.clock.now() + this.chance.span(EXCHANGE_MS, this.attempts));
  }

  /** Both ends forget the SAs, as after `clear crypto ikev2 sa`, and negotiate anew. */
  drop(reason: string): void {
    const now = this.around.clock.now();
    if (this.ike !== null) {
      this.farewell = { ike: this.ike, until: now + FAREWELL_MS };
      this.dueAt = now;
      this.attempts += 1;
    }
    this.reason = reason;
    this.forget();
  }

  clearCounters(): void {
    this.encaps = 0;
    this.decaps = 0;
  }

  /** `clear crypto sa`: the SA for traffic is made anew under the IKE SA, which exchanges a group if PFS is on. */
  clearEsp(): void {
    this.clearCounters();
    const tunnel = this.tunnel();
    if (this.ike === null || tunnel === undefined) return;
    this.esp = null;
    this.renew(tunnel, this.ike);
  }

  /** Wall-clock milliseconds until something is due, for the timer that nobody has to ask. */
  waitMs(): number {
    if (this.ike === null || this.esp === null) return Math.max(this.dueAt - this.around.clock.now(), 0);
    const ends = this.ike.since + this.ike.agreement.ikeLifetimeSeconds * 1000;
    const renewal = this.esp.since + this.esp.part.lifetimeSeconds * 1000;
    return Math.max(Math.min(ends, renewal) - this.router.now(), 0);
  }

  private tunnel(): RouterTunnel | undefined {
    return this.router.crypto().tunnels.find((one) => one.name === this.name && one.protectionProfile !== null);
  }

  private forget(): void {
    this.phase = 'idle';
    this.ike = null;
    this.esp = null;
    this.brokenSince = null;
  }

  /** The router lost its SAs without a word: Azure keeps its own until DPD. */
  private vanish(reason: string): void {
    this.reason = reason;
    if (this.ike !== null && this.esp !== null) {
      // Azure began to count when the path broke, not when the router gave up.
      const silentSince = this.brokenSince?.wall ?? this.around.clock.now();
      this.remembered = {
        connectionId: this.ike.agreement.connection.id,
        until: silentSince + azureDpdMs(this.ike),
        establishedAt: this.esp.establishedAt,
      };
    }
    this.forget();
    this.dueAt = this.around.clock.now();
  }

  private attempt(tunnel: RouterTunnel, now: number): void {
    if (now < this.dueAt) return;
    const outcome = negotiate(this.router, tunnel, this.around.cloud);
    if (!outcome.ok && outcome.stage === 'local') {
      this.phase = 'idle';
      this.reason = outcome.reason;
      this.dueAt = now + this.chance.span(RETRY_MS, this.attempts);
      return;
    }
    if (this.phase === 'idle') {
      this.phase = 'negotiating';
      this.attempts += 1;
      this.reason ??= `${this.name} of ${this.router.hostname} is negotiating with ${tunnel.destination ?? 'nobody'}.`;
      this.dueAt = now + this.chance.span(EXCHANGE_MS, this.attempts);
      return;
    }
    if (outcome.ok) this.establish(outcome, now);
    else this.refuse(outcome, now);
  }

  private refuse(outcome: Failure, now: number): void {
    this.reason = outcome.reason;
    this.attempts += 1;
    this.dueAt = now + this.chance.span(RETRY_MS, this.attempts);
    // A peer that says no ends the exchange; one that says nothing leaves it open, retransmitting.
    this.phase = outcome.stage === 'rejected' ? 'idle' : 'negotiating';
  }

  private establish(agreement: Agreement, now: number): void {
    this.attempts += 1;
    this.phase = 'ready';
    this.remembered = null;
    this.ike = {
      agreement,
      tunnelId: this.nextTunnelId(),
      localSpi: this.chance.spi('local', 16, this.attempts),
      remoteSpi: this.chance.spi('remote', 16, this.attempts),
      since: this.router.now(),
      establishedAt: now,
    };
    this.install(agreement.esp);
  }

  private install(part: EspPart | Failure): void {
    this.attempts += 1;
    if (!part.ok) {
      this.reason = part.reason;
      this.esp = null;
      this.dueAt = this.around.clock.now() + this.chance.span(RETRY_MS, this.attempts);
      return;
    }
    this.esp = {
      part,
      inboundSpi: this.chance.spi('in', 8, this.attempts),
      outboundSpi: this.chance.spi('out', 8, this.attempts),
      since: this.router.now(),
      establishedAt: this.esp?.establishedAt ?? this.around.clock.now(),
    };
    this.lastEsp = this.esp;
    this.reason = part.gre
      ? `${this.name} of ${this.router.hostname} is in GRE mode: the SAs carry protocol 47 between the tunnel's ends and no traffic of the sites; give it "tunnel mode ipsec ipv4".`
      : null;
  }

  /** Looks after SAs that stand: a peer that went, a broken path, lifetimes. */
  private keep(tunnel: RouterTunnel): void {
    const ike = this.ike;
    if (ike === null) return;
    const gone = whyEnded(this.router, tunnel, ike.agreement, this.around.cloud);
    if (gone !== null) {
      this.drop(gone);
      return;
    }
    const path = pathOf(this.router, tunnel, this.around.cloud);
    if (!path.ok || path.seenAs !== ike.agreement.path.seenAs || path.local !== ike.agreement.path.local) {
      this.waitForDpd(ike, path.ok ? `The address of ${this.router.hostname} changed.` : path.reason);
      return;
    }
    if (this.brokenSince !== null && this.azureGaveUp(this.brokenSince.wall)) {
      this.drop(`The gateway answers again, but gave up ${this.name} of ${this.router.hostname} meanwhile.`);
      return;
    }
    this.brokenSince = null;
    this.expire(tunnel, ike);
  }

  /** Neither end hears the other: each gives up after its own dead-peer detection. */
  private waitForDpd(ike: IkeState, reason: string): void {
    const now = this.around.clock.now();
    this.brokenSince = { ...(this.brokenSince ?? { router: this.router.now(), wall: now }), reason };
    const routerGivesUp = this.router.now() - this.brokenSince.router >= routerDpdMs(ike);
    const ended = this.router.now() - ike.since >= ike.agreement.ikeLifetimeSeconds * 1000;
    if (!routerGivesUp && !ended) return;
    this.vanish(reason);
  }

  private azureGaveUp(brokenSince: number): boolean {
    return this.around.clock.now() - brokenSince >= azureDpdMs(this.ike);
  }

  /** Why packets cannot pass although the SAs stand; null if they can, or if there are no SAs. */
  get broken(): string | null {
    return this.brokenSince?.reason ?? null;
  }

  private expire(tunnel: RouterTunnel, ike: IkeState): void {
    const now = this.router.now();
    if (now - ike.since >= ike.agreement.ikeLifetimeSeconds * 1000) {
      this.rekeyIke(tunnel);
      return;
    }
    const wall = this.around.clock.now();
    if (this.esp === null) {
      if (wall < this.dueAt) return;
      this.dueAt = wall + this.chance.span(RETRY_MS, this.attempts);
      this.renew(tunnel, ike);
    } else if (now - this.esp.since >= this.esp.part.lifetimeSeconds * 1000) this.renew(tunnel, ike);
  }

  /** The IKE SA is renewed with authentication; traffic goes on if both ends still agree. */
  private rekeyIke(tunnel: RouterTunnel): void {
    const outcome = negotiate(this.router, tunnel, this.around.cloud);
    if (outcome.ok) {
      this.establish(outcome, this.around.clock.now());
      return;
    }
    this.drop(outcome.reason);
    this.dueAt = this.around.clock.now() + this.chance.span(RETRY_MS, this.attempts);
  }

  private renew(tunnel: RouterTunnel, ike: IkeState): void {
    const part = renewEsp(this.router, tunnel, ike.agreement.connection, this.around.cloud);
    this.install(part);
  }
}
