/** A router, as the link knows it. */

export interface RouterInterface {
  /** Full name: `GigabitEthernet1`, `Loopback100`, `Tunnel11`. */
  readonly name: string;
  readonly kind: 'physical' | 'loopback' | 'tunnel';
  readonly address: string | null;
  readonly mask: string | null;
  /** False after `shutdown`. */
  readonly adminUp: boolean;
}

export interface IkeProposal {
  readonly name: string;
  /** As configured: `aes-cbc-256`, `3des`, `aes-gcm-256`. */
  readonly encryption: readonly string[];
  /** `sha1`, `sha256`, `sha384`, `sha512`, `md5`. */
  readonly integrity: readonly string[];
  readonly prf: readonly string[];
  readonly groups: readonly number[];
}

export interface IkePolicy {
  readonly name: string;
  readonly matchAddressLocal: readonly string[];
  readonly proposals: readonly string[];
}

export interface IkeKeyring {
  readonly name: string;
  readonly peers: readonly {
    readonly name: string;
    readonly address: string | null;
    readonly mask: string | null;
    readonly localKey: string | null;
    readonly remoteKey: string | null;
  }[];
}

export interface IkeProfile {
  readonly name: string;
  readonly matchAddressLocal: readonly string[];
  readonly matchIdentityRemoteAddress: readonly { readonly address: string; readonly mask: string }[];
  readonly identityLocalAddress: string | null;
  readonly authenticationLocal: string | null;
  readonly authenticationRemote: string | null;
  readonly keyring: string | null;
  readonly lifetimeSeconds: number;
  readonly dpd: { intervalSeconds: number; retrySeconds: number; mode: 'on-demand' | 'periodic' } | null;
}

export interface TransformSet {
  readonly name: string;
  /** `esp-gcm 256`, `esp-aes 256`, `esp-3des`, … */
  readonly encryption: string;
  /** `esp-sha-hmac`, `esp-sha256-hmac`, or null with GCM. */
  readonly integrity: string | null;
  readonly mode: 'tunnel' | 'transport';
}

export interface IpsecProfile {
  readonly name: string;
  readonly transformSets: readonly string[];
  readonly ikev2Profile: string | null;
  /** `group14`, or null without PFS. */
  readonly pfs: string | null;
  readonly lifetimeSeconds: number;
}

export interface RouterTunnel {
  readonly name: string;
  /** An address or an interface name, as configured. */
  readonly source: string | null;
  readonly destination: string | null;
  readonly mode: 'ipsec ipv4' | 'gre ip';
  readonly protectionProfile: string | null;
}

export interface RouterCrypto {
  readonly proposals: readonly IkeProposal[];
  readonly policies: readonly IkePolicy[];
  readonly keyrings: readonly IkeKeyring[];
  readonly profiles: readonly IkeProfile[];
  readonly transformSets: readonly TransformSet[];
  readonly ipsecProfiles: readonly IpsecProfile[];
  readonly tunnels: readonly RouterTunnel[];
}

export interface RouterRoute {
  readonly prefix: string;
  /** C connected, L local, S static, B BGP. */
  readonly source: 'C' | 'L' | 'S' | 'B';
  readonly nextHop: string | null;
  readonly interface: string | null;
}

/** What the router is configured to do with BGP. */
export interface RouterBgp {
  readonly as: number;
  readonly neighbors: readonly {
    readonly address: string;
    readonly remoteAs: number;
    /** Time to live of its packets: 1 without `ebgp-multihop`. */
    readonly hops: number;
    /** The interface of `update-source`; null: the one that the route leads out of. */
    readonly updateSource: string | null;
    readonly shutdown: boolean;
    readonly hasPassword: boolean;
  }[];
  /** Prefixes of `network` lines; announced while the routing table has exactly that prefix. */
  readonly networks: readonly string[];
  readonly redistribute: readonly ('connected' | 'static')[];
  /** How many ways to one prefix the routing table takes; 1 without `maximum-paths`. */
  readonly maximumPaths: number;
}

export interface RouterView {
  /** Unique in the lab: a VM's ARM id, or a declared device's name. */
  readonly key: string;
  readonly hostname: string;
  readonly release: string;
  /** The VM it runs on; null for a declared device. */
  readonly vmId: string | null;
  /** The address that Azure sees packets of this router come from; null while it has none. */
  readonly publicAddress: string | null;
  /** Booted, not reloading. */
  readonly running: boolean;
  /** The router's own clock: the wall clock plus what `advanceSeconds` added. */
  now(): number;
  interfaces(): readonly RouterInterface[];
  crypto(): RouterCrypto;
  /** Configured and connected routes, without regard to whether a tunnel's line protocol is up; none of BGP's. */
  routes(): readonly RouterRoute[];
  /** Null without `router bgp`. */
  bgp(): RouterBgp | null;
}
