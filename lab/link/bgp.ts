/** BGP between a router and the gateways at the far ends of its tunnels: worked out from both ends, like the tunnels. */
import type { BgpPeer, CloudConnection, RouterBgp, RouterRoute, RouterView } from '../ports.ts';
import { inMasked } from './ipv4.ts';
import { routeTo, sameId, usableRoutes } from './router-end.ts';
import type { Surroundings } from './associations.ts';
import type { TunnelSession } from './session.ts';

type Neighbor = RouterBgp['neighbors'][number];

/** What a neighbor comes to at this moment. */
type Verdict =
  | { readonly up: true; readonly connection: CloudConnection }
  | { readonly up: false; readonly state: 'Active' | 'Idle' | 'Idle (Admin)'; readonly reason: string };

/** A session's memory. Times by the router's clock. */
interface Memory {
  readonly connection: CloudConnection | null;
  /** When the exchange of OPEN messages ends; null: there is nobody to talk to. */
  readonly upAt: number | null;
  readonly downSince: number | null;
  readonly verdict: Verdict;
}

/** From the first TCP segment to Established. */
const OPEN_MS = { least: 500, spread: 2500 };

/** The BGP process of one router. */
export class BgpSpeaker {
  private readonly router: RouterView;
  private readonly around: Surroundings;
  private readonly tunnels: () => readonly TunnelSession[];
  private memory = new Map<string, Memory>();
  private attempts = 0;

  /** @param tunnels the sessions of this router's tunnels, brought up to the present. */
  constructor(router: RouterView, around: Surroundings, tunnels: () => readonly TunnelSession[]) {
    this.router = router;
    this.around = around;
    this.tunnels = tunnels;
  }

  /** Brings the sessions up to the present. */
  step(): void {
    const bgp = this.router.running ? this.router.bgp() : null;
    const now = this.router.now();
    const next = new Map<string, Memory>();
    for (const neighbor of bgp?.neighbors ?? [])
      next.set(neighbor.address, this.remembered(this.judge(bgp as RouterBgp, neighbor), neighbor.address, now));
    this.memory = next;
  }

  peers(): readonly BgpPeer[] {
    const up = [...this.memory].filter(([, { verdict, upAt }]) => verdict.up && this.isUp(upAt));
    // Of equal paths the oldest is the best one.
    const oldest = up.toSorted(([, left], [, right]) => (left.upAt ?? 0) - (right.upAt ?? 0));
    const most = this.router.bgp()?.maximumPaths ?? 1;
    const isBest = (prefix: string, neighbor: string): boolean =>
      oldest
        .filter(([, { connection }]) => this.received(connection).includes(prefix))
        .slice(0, most)
        .some(([address]) => address === neighbor);
    return [...this.memory].map(([neighbor, { verdict, connection, upAt, downSince }]) => {
      if (!verdict.up)
        return { neighbor, state: verdict.state, since: downSince, prefixes: [], reason: verdict.reason };
      if (!this.isUp(upAt))
        return { neighbor, state: 'Active', since: downSince, prefixes: [], reason: `${neighbor} is being opened.` };
      const asPath = [connection?.gateway.bgp?.asn ?? 0];
      const prefixes = this.received(connection).map((prefix) => ({ prefix, asPath, best: isBest(prefix, neighbor) }));
      return { neighbor, state: 'Established', since: upAt, prefixes, reason: null };
    });
  }

  /** The routes that the sessions bring. */
  routes(): RouterRoute[] {
    return this.peers().flatMap(({ neighbor, prefixes }) =>
      prefixes
        .filter(({ best }) => best)
        .map(({ prefix }): RouterRoute => ({ prefix, source: 'B', nextHop: neighbor, interface: null })),
    );
  }

  /** The prefixes that Azure has learned over a connection. */
  learned(connectionId: string): readonly string[] {
    const up = [...this.memory.values()].some(
      ({ connection, upAt }) => connection !== null && this.isUp(upAt) && sameId(connection.id, connectionId),
    );
    const bgp = this.router.bgp();
    return up && bgp !== null ? this.announced(bgp) : [];
  }

  private isUp(upAt: number | null): boolean {
    return upAt !== null && upAt <= this.router.now();
  }

  private remembered(verdict: Verdict, address: string, now: number): Memory {
    const before = this.memory.get(address);
    if (!verdict.up) {
      const fell = before !== undefined && this.isUp(before.upAt);
      return { connection: null, upAt: null, downSince: fell ? now : (before?.downSince ?? null), verdict };
    }
    const { connection } = verdict;
    if (before?.connection != null && before.upAt !== null && sameId(before.connection.id, connection.id))
      return { ...before, connection, verdict };
    this.attempts += 1;
    const draw = this.around.draw(`bgp/${this.router.key}/${address}/${this.attempts}`);
    const upAt = now + OPEN_MS.least + draw * OPEN_MS.spread;
    return { connection, upAt, downSince: before?.downSince ?? null, verdict };
  }

  private lineUp = (tunnel: string): boolean => this.tunnels().find(({ name }) => name === tunnel)?.isUp ?? false;

  private judge(bgp: RouterBgp, neighbor: Neighbor): Verdict {
    const { router } = this;
    const down = (state: 'Active' | 'Idle' | 'Idle (Admin)', reason: string): Verdict => ({ up: false, state, reason });
    const { address } = neighbor;
    if (neighbor.shutdown) return down('Idle (Admin)', `The neighbor ${address} is shut down.`);
    const faces = router.interfaces();
    const out = routeTo(router.routes(), faces, address, this.lineUp);
    if (out === null) return down('Idle', `${router.hostname} has no route to its BGP neighbor ${address}.`);
    const near =
      out.address !== null && out.mask !== '255.255.255.255' && inMasked(address, out.address, out.mask ?? '');
    if (!near && neighbor.hops < 2)
      return down('Idle', `The BGP neighbor ${address} is not on a connected network and has no ebgp-multihop.`);
    const session = this.tunnels().find(({ name }) => name === out.name);
    const agreed = session?.isUp === true && session.broken === null ? session.ike?.agreement.connection : undefined;
    if (agreed === undefined) return down('Active', `Nobody at ${address}, out of ${out.name}, speaks BGP.`);
    if (session?.esp?.part.gre !== false) return down('Active', `${out.name} carries no traffic to ${address}.`);
    const source = neighbor.updateSource ?? out.name;
    const own = faces.find(({ name, adminUp }) => name === source && adminUp)?.address ?? null;
    const connection = this.around.cloud.connections().find((one) => sameId(one.id, agreed.id));
    if (connection === undefined) return down('Active', `The connection ${agreed.name} is gone.`);
    const refused = refusedBy(connection, bgp, neighbor, own);
    return refused === null ? { up: true, connection } : down('Active', refused);
  }

  /** The networks of the gateway, and the sites behind its other connections. */
  private received(connection: CloudConnection | null): readonly string[] {
    if (connection === null) return [];
    const { gateway } = connection;
    const others = this.around.cloud
      .connections()
      .filter((one) => sameId(one.gateway.id, gateway.id) && !sameId(one.localGateway.id, connection.localGateway.id));
    const prefixes = [...gateway.vnetPrefixes, ...others.flatMap((one) => one.localGateway.prefixes)];
    return [...new Set(prefixes)];
  }

  private announced({ networks, redistribute }: RouterBgp): readonly string[] {
    const table = usableRoutes(this.router.routes(), this.router.interfaces(), this.lineUp);
    const sources = redistribute.map((source) => (source === 'connected' ? 'C' : 'S'));
    const named = table.filter((route) => route.source !== 'L' && networks.includes(route.prefix));
    // The default route is not redistributed.
    const others = table.filter(
      ({ prefix, source }) => prefix !== '0.0.0.0/0' && sources.some((one) => one === source),
    );
    const all = [...named, ...others];
    return [...new Set(all.map(({ prefix }) => prefix))];
  }
}

/** What Azure's end has against it, or null. */
function refusedBy(
  { name, enableBgp, gateway, localGateway }: CloudConnection,
  bgp: RouterBgp,
  neighbor: Neighbor,
  source: string | null,
): string | null {
  const { address, remoteAs } = neighbor;
  if (!enableBgp) return `The connection ${name} has enableBgp false.`;
  if (gateway.bgp === null) return `The gateway ${gateway.name} speaks no BGP.`;
  if (!gateway.bgp.addresses.includes(address))
    return `The gateway ${gateway.name} speaks BGP at ${gateway.bgp.addresses.join(', ')}, not at ${address}.`;
  if (gateway.bgp.asn !== remoteAs)
    return `The gateway ${gateway.name} is AS ${gateway.bgp.asn}, the neighbor ${address} is configured as ${remoteAs}.`;
  if (localGateway.bgp === null) return `The local gateway of ${name} has no bgpSettings.`;
  if (localGateway.bgp.asn !== bgp.as)
    return `The local gateway of ${name} is AS ${localGateway.bgp.asn}, the router is ${bgp.as}.`;
  if (localGateway.bgp.peerAddress !== source)
    return `The local gateway of ${name} expects BGP from ${localGateway.bgp.peerAddress}, the router sends from ${source ?? 'no address'}.`;
  return neighbor.hasPassword ? `Azure's gateways have no password for BGP, the neighbor ${address} has one.` : null;
}
