/** The link, as routers and Azure see it. */
import type { RouterView } from './router.ts';

export interface IkeSa {
  readonly tunnelId: number;
  readonly local: string;
  readonly localPort: number;
  readonly remote: string;
  readonly remotePort: number;
  readonly status: 'IN-NEG' | 'READY' | 'DELETE';
  /** As IOS prints: `AES-CBC`, keysize 256, `SHA1`, `SHA96`, group 2. Null while negotiating. */
  readonly encryption: string | null;
  readonly keySize: number | null;
  readonly prf: string | null;
  readonly hash: string | null;
  readonly dhGroup: number | null;
  readonly lifetimeSeconds: number;
  readonly activeSeconds: number;
  readonly localSpi: string;
  readonly remoteSpi: string;
  readonly localId: string;
  readonly remoteId: string;
  readonly nat: 'inside' | 'outside' | 'not detected';
  readonly initiator: boolean;
}

export interface IpsecSa {
  /** The tunnel interface. */
  readonly interface: string;
  readonly localAddress: string;
  readonly peer: string;
  readonly peerPort: number;
  readonly localIdent: string;
  readonly remoteIdent: string;
  readonly encaps: number;
  readonly decaps: number;
  /** Eight hexadecimal digits. Null: no SA at present, the counters are those of the interface's earlier ones. */
  readonly inboundSpi: string | null;
  readonly outboundSpi: string | null;
  readonly transform: string;
  readonly udpEncapsulated: boolean;
  readonly remainingSeconds: number;
  readonly remainingKilobytes: number;
  readonly pfs: string | null;
}

export interface PingReply {
  readonly received: boolean;
  readonly milliseconds: number;
  readonly ttl: number;
}

export interface PingRequest {
  readonly target: string;
  readonly count: number;
  readonly sizeBytes: number;
  readonly timeoutSeconds: number;
}

/** What a router's commands ask of the link. */
export interface RouterLink {
  ikeSas(): readonly IkeSa[];
  ipsecSas(): readonly IpsecSa[];
  /** Line protocol of a protected tunnel interface. */
  lineUp(tunnelName: string): boolean;
  /** Why each tunnel is not up, as a person would say it; for syslog and the inventory. */
  reason(tunnelName: string): string | null;
  /** Sends echo requests one after another from `source`, an address of the router; each lost one takes its timeout. */
  ping(source: string, request: PingRequest): AsyncIterable<PingReply>;
  /** What is not named in `which` matches every SA. */
  clearIke(which?: SaFilter): void;
  clearIpsec(which?: SaFilter): void;
  /** Sets the packet counters of all SAs to zero. */
  clearCounters(): void;
  /** The BGP sessions of the configured neighbors. */
  bgpPeers(): readonly BgpPeer[];
}

/** Addresses of the two ends of an SA. */
export interface SaFilter {
  readonly local?: string | undefined;
  readonly remote?: string | undefined;
}

/** One BGP session, as the router sees it. Times are of the router's clock. */
export interface BgpPeer {
  readonly neighbor: string;
  readonly state: 'Established' | 'Active' | 'Idle' | 'Idle (Admin)';
  /** Since when it is established, or since when it is not any more; null: it never was. */
  readonly since: number | null;
  /** `best`: it stands in the routing table, unless a nearer route does. */
  readonly prefixes: readonly { readonly prefix: string; readonly asPath: readonly number[]; readonly best: boolean }[];
  /** Why it is not established, as a person would say it; null while it is. */
  readonly reason: string | null;
}

/** What Azure sees of a connection's tunnel at this moment, without the lag that Azure's own status adds. */
export interface TunnelState {
  readonly up: boolean;
  /** Why it is not, or `established`. */
  readonly reason: string;
  /** Bytes from the site to Azure, since the connection was made. */
  readonly ingressBytes: number;
  readonly egressBytes: number;
  readonly establishedAt: number | null;
}

export interface Dataplane {
  /** `model`: worked out from both ends. A second implementation sends real packets. */
  readonly kind: 'model' | 'packets';
  connection(connectionId: string): TunnelState;
  /** The prefixes that Azure has learned by BGP over a connection. */
  learned(connectionId: string): readonly string[];
  /** From a VM's primary NIC, along Azure's effective routes. */
  pingFromVm(vmId: string, request: PingRequest): AsyncIterable<PingReply>;
  attach(router: RouterView): RouterLink;
  detach(routerKey: string): void;
  /** To be called after any change of a router's configuration, power or clock. */
  routerChanged(routerKey: string): void;
  inventory(): readonly LinkRecord[];
  close(): void;
}

export interface LinkRecord {
  readonly connection: string;
  readonly router: string | null;
  readonly tunnel: string | null;
  readonly state: 'up' | 'down' | 'negotiating';
  readonly reason: string;
}
