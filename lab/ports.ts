/**
 * The seams inside the lab, as types: what the ARM endpoint, the routers, the link between them and the control
 * endpoint ask of each other. `lab/arm` implements `CloudView`, `lab/router` implements `RouterView`, `lab/link.ts`
 * implements `Dataplane`, `lab/faults.ts` implements `FaultDesk`. `lab/main.ts` alone joins them.
 *
 * Addresses are dotted IPv4 text, prefixes `a.b.c.d/len`, times are milliseconds of the wall clock.
 */

/** Two clocks: Azure's durations are scaled by `--speed`; whatever a router's client can time is not. */
export interface LabClock {
  /** Milliseconds since the epoch, wall clock. */
  now(): number;
  /** How many times faster than Azure the lab's cloud runs (1 to 1000). */
  readonly speed: number;
  /** Wall-clock milliseconds that `labMs` milliseconds of Azure time take. */
  scaled(labMs: number): number;
}

/** A number in [0, 1) that depends only on the seed and the key, never on the order of arrival. */
export type Draw = (key: string) => number;

// --- the cloud, as the ARM endpoint knows it ------------------------------------------------------------------------

export type ProvisioningState = 'Succeeded' | 'Updating' | 'Deleting' | 'Failed' | 'Creating' | 'Canceled';

export interface CloudNic {
  readonly id: string;
  readonly primary: boolean;
  readonly privateAddress: string;
  readonly publicAddress: string | null;
  readonly subnetId: string;
  readonly subnetPrefix: string;
  readonly vnetId: string;
  readonly vnetPrefixes: readonly string[];
  readonly ipForwarding: boolean;
  /** As Azure prints it: `00-0D-3A-40-2D-4D`. */
  readonly macAddress: string;
}

export interface CloudVm {
  readonly id: string;
  readonly name: string;
  readonly computerName: string;
  readonly location: string;
  /** A router or a Linux machine, by the image's publisher and offer. */
  readonly os: 'ios-xe' | 'linux';
  readonly powerState: 'starting' | 'running' | 'stopped' | 'deallocated';
  /** When the present power-on began; null while it is off. */
  readonly bootedAt: number | null;
  /** Unique per creation: a VM that was deleted and made anew has another. */
  readonly vmUuid: string;
  readonly image: { publisher: string; offer: string; sku: string; version: string };
  readonly adminUsername: string;
  /** OpenSSH public key lines. */
  readonly sshPublicKeys: readonly string[];
  readonly nics: readonly CloudNic[];
}

export interface IpsecPolicy {
  readonly ikeEncryption: string;
  readonly ikeIntegrity: string;
  readonly dhGroup: string;
  readonly ipsecEncryption: string;
  readonly ipsecIntegrity: string;
  readonly pfsGroup: string;
  readonly saLifeTimeSeconds: number;
  readonly saDataSizeKilobytes: number;
}

export interface CloudGateway {
  readonly id: string;
  readonly name: string;
  readonly provisioningState: ProvisioningState;
  readonly publicAddresses: readonly string[];
  readonly vnetId: string;
  readonly vnetPrefixes: readonly string[];
  readonly activeActive: boolean;
  readonly bgp: { asn: number; addresses: readonly string[] } | null;
  /** Raised by `reset`: all SAs of the gateway are gone when it changes. */
  readonly epoch: number;
}

export interface CloudConnection {
  readonly id: string;
  readonly name: string;
  readonly provisioningState: ProvisioningState;
  readonly gateway: CloudGateway;
  readonly localGateway: {
    readonly id: string;
    readonly address: string;
    readonly prefixes: readonly string[];
    readonly bgp: { asn: number; peerAddress: string } | null;
  };
  readonly sharedKey: string;
  readonly connectionMode: 'Default' | 'ResponderOnly' | 'InitiatorOnly';
  readonly connectionProtocol: 'IKEv1' | 'IKEv2';
  /** Null: Azure's default offers (about-vpn-devices). */
  readonly ipsecPolicy: IpsecPolicy | null;
  readonly usePolicyBasedTrafficSelectors: boolean;
  readonly enableBgp: boolean;
  /** 0 = Azure's default of 45 s. */
  readonly dpdTimeoutSeconds: number;
  /** Raised by `resetconnection`. */
  readonly epoch: number;
}

export interface Flow {
  readonly direction: 'Inbound' | 'Outbound';
  readonly protocol: 'Tcp' | 'Udp' | 'Icmp' | 'Esp';
  readonly remoteAddress: string;
  /** The port at the destination of the flow's first packet; 0 where the protocol has none. */
  readonly port: number;
  /** What BGP has taught Azure: the tag VirtualNetwork stands for these prefixes too. */
  readonly learned?: readonly string[];
}

export interface Verdict {
  readonly allowed: boolean;
  /** `<nsg>/<rule>`, or `no network security group` (a Standard public address is then closed inbound). */
  readonly rule: string;
}

export interface CloudView {
  vms(): readonly CloudVm[];
  connections(): readonly CloudConnection[];
  /** Judges the first packet of a flow at a NIC: the NIC's and its subnet's NSGs with Azure's default rules. */
  judge(nicId: string, flow: Flow): Verdict;
  /** Calls the listener after every change of anything above; returns how to stop. */
  onChange(listener: () => void): () => void;
}

// --- a router, as the link knows it ---------------------------------------------------------------------------------

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

// --- the link -------------------------------------------------------------------------------------------------------

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

// --- faults and holds -----------------------------------------------------------------------------------------------

export type { Fault, FaultDesk } from './fault-ports.ts';
