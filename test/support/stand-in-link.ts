/** The link of a router in tests that have no Azure. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BgpPeer, IkeSa, IpsecSa, PingReply, PingRequest, RouterLink, SaFilter } from '../../lab/ports.ts';

function named(what: string, { local, remote }: SaFilter): string {
  return [what, local, remote].filter((word) => word !== undefined).join(' ');
}

/** A link whose answers a test sets. */
export class StandInLink implements RouterLink {
  ike: IkeSa[] = [];
  ipsec: IpsecSa[] = [];
  bgp: BgpPeer[] = [];
  up = new Set<string>();
  cleared: string[] = [];
  readonly pings: { source: string; request: PingRequest }[] = [];
  /** Decides each echo request; by default only 169.254 sources get no reply. */
  answers = (source: string): boolean => !source.startsWith('169.254.');

  ikeSas(): readonly IkeSa[] {
    return this.ike;
  }

  ipsecSas(): readonly IpsecSa[] {
    return this.ipsec;
  }

  lineUp(name: string): boolean {
    return this.up.has(name);
  }

  reason(name: string): string | null {
    return this.up.has(name) ? null : 'nobody answers';
  }

  async *ping(source: string, request: PingRequest): AsyncIterable<PingReply> {
    this.pings.push({ source, request });
    for (let sent = 0; sent < request.count; sent += 1) {
      const received = this.answers(source);
      if (!received) await sleep(request.timeoutSeconds * 1000);
      yield { received, milliseconds: received ? 10 + (sent % 3) : 0, ttl: received ? 64 : 0 };
    }
  }

  clearIke(which: SaFilter = {}): void {
    this.cleared.push(named('ike', which));
    this.ike = [];
  }

  clearIpsec(which: SaFilter = {}): void {
    this.cleared.push(named('ipsec', which));
    this.ipsec = [];
  }

  clearCounters(): void {
    this.cleared.push('counters');
  }

  bgpPeers(): readonly BgpPeer[] {
    return this.bgp;
  }
}
