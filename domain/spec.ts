/**
 * What a hub and its sites are: the site file after validation, with every default filled in. Plain JSON, so that it
 * can be a workflow's argument; it never holds a secret, only references to secrets.
 *
 * Glossary:
 * - hub: the cloud side, one VNet with its GatewaySubnet, VPN gateway and public address, optionally a probe
 * - site: one location joined to a hub by one connection; has prefixes and one router
 * - router: the device at the site; `azure-vm` is made by Sitelink in another region, `device` exists already
 * - probe: a small Linux VM in the hub's VNet from which reachability is measured
 * - device script: the configuration text that Azure offers for a connection
 * - evidence: what was observed that proves a tunnel
 * - attention: a step that cannot go on by itself and waits for a person, keeping everything it has
 */

/** `a.b.c.d/len`, host bits zero. Made only by `parseCidr`. */
export type Cidr = string & { readonly brand: 'Cidr' };
/** Dotted IPv4 text. Made only by `parseIpv4`. */
export type Ipv4 = string & { readonly brand: 'Ipv4' };

/** Where a secret is found by the worker; never the secret itself. */
export type SecretReference = { readonly env: string } | { readonly file: string } | { readonly generate: true };

/** A file whose path may come from an environment variable of the worker. `~` is the worker's home. */
export interface FileReference {
  readonly file: string | { readonly env: string; readonly default?: string };
}

export interface HubSpec {
  readonly name: string;
  readonly subscription: string;
  readonly location: string;
  readonly resourceGroup: string;
  readonly network: NetworkSpec & { readonly addressSpace: readonly Cidr[]; readonly gatewaySubnet: Cidr };
  readonly gateway: GatewaySpec;
  readonly probe: ProbeSpec | null;
}

export interface NetworkSpec {
  readonly name: string;
  /** Take an existing network that does not carry our tags; it is then never deleted. */
  readonly adopt: boolean;
}

export interface GatewaySpec {
  readonly name: string;
  /** `VpnGw1AZ` to `VpnGw5AZ`; the non-AZ SKUs can no longer be created (azure.md, 0). */
  readonly sku: string;
  /** Two make the gateway active-active. */
  readonly publicIps: readonly { readonly name: string; readonly zones: readonly string[] }[];
  /** Null where it speaks no BGP. */
  readonly bgp: GatewayBgpSpec | null;
  readonly adopt: boolean;
}

export interface GatewayBgpSpec {
  readonly asn: number;
  /** Link-local addresses at which it speaks, beside those in its subnet: none, or one for each public address. */
  readonly apipa: readonly Ipv4[];
}

export interface ProbeSpec {
  readonly name: string;
  readonly subnet: SubnetSpec;
  readonly privateIp: Ipv4;
  readonly size: string;
  readonly image: ImageSpec;
  readonly adminUsername: string;
  /** The probe's administrator key: the public half of this private key is put on the VM; nobody logs in. */
  readonly privateKey: FileReference;
  readonly adopt: boolean;
}

export interface SubnetSpec {
  readonly name: string;
  readonly prefix: Cidr;
}

export interface ImageSpec {
  readonly publisher: string;
  readonly offer: string;
  readonly sku: string;
  readonly version: string;
}

export interface SiteSpec {
  readonly name: string;
  readonly localGateway: { readonly name: string };
  /** What Azure routes to the site by itself; what BGP brings comes on top. */
  readonly prefixes: readonly Cidr[];
  readonly connection: ConnectionSpec;
  readonly router: RouterSpec;
  readonly verify: VerifySpec;
  /** Null: static routes. */
  readonly bgp: SiteBgpSpec | null;
}

/** BGP in place of static routes on the router; `prefixes` may then be empty. */
export interface SiteBgpSpec {
  readonly asn: number;
  /** The address that the router speaks from; a loopback has it. Link-local only where the gateway has such too. */
  readonly peerAddress: Ipv4;
}

export interface ConnectionSpec {
  readonly name: string;
  readonly sharedKey: SecretReference;
  readonly ipsecPolicy: IpsecPolicySpec | null;
  /** 9 to 3600; null leaves Azure's default of 45 s. */
  readonly dpdTimeoutSeconds: number | null;
  readonly connectionMode: 'Default' | 'ResponderOnly' | 'InitiatorOnly';
  /** Overrides the choice from the supported devices; each part is matched exactly. */
  readonly deviceScript: { readonly vendor: string; readonly family: string; readonly firmware: string } | null;
  readonly adopt: boolean;
}

/** Azure's eight fields, all of them or none (azure.md, 1.1). */
export interface IpsecPolicySpec {
  readonly ikeEncryption: string;
  readonly ikeIntegrity: string;
  readonly dhGroup: string;
  readonly ipsecEncryption: string;
  readonly ipsecIntegrity: string;
  readonly pfsGroup: string;
  readonly saLifeTimeSeconds: number;
  readonly saDataSizeKilobytes: number;
}

export interface ChangeSpec {
  /** The revert timer needs the router's configuration archive: use it where it is on, or turn it on. */
  readonly archive: 'useIfOn' | 'turnOn';
  /** Let our proposal join an IKEv2 policy that serves the same local address, instead of asking. */
  readonly sharePolicy: boolean;
  /** `rollback` removes the tunnel's lines when the verification does not hold; `keep` leaves them, unsaved. */
  readonly onVerifyFailure: 'keep' | 'rollback';
}

export interface SshSpec {
  /** Host name or address as the worker reaches it, before the OpenSSH client configuration is applied. */
  readonly host: string | null;
  readonly port: number | null;
  readonly username: string;
  readonly privateKey: FileReference | null;
  readonly password: SecretReference | null;
  readonly enableSecret: SecretReference | null;
  /** `SHA256:…`; null: the first key seen is kept and every later one must equal it. */
  readonly hostKey: string | null;
}

export type RouterSpec = AzureVmRouterSpec | DeviceRouterSpec;

export interface AzureVmRouterSpec {
  readonly kind: 'azure-vm';
  readonly name: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly network: NetworkSpec & { readonly addressSpace: readonly Cidr[]; readonly subnet: SubnetSpec };
  readonly privateIp: Ipv4;
  readonly image: ImageSpec;
  readonly acceptMarketplaceTerms: boolean;
  readonly size: string;
  readonly priority: 'Spot' | 'Regular';
  /** Take Regular when there is no Spot capacity. */
  readonly spotFallback: boolean;
  readonly loopbacks: readonly LoopbackSpec[];
  readonly ssh: SshSpec & { readonly allowFrom: readonly Cidr[] };
  readonly change: ChangeSpec;
  readonly adopt: boolean;
}

export interface LoopbackSpec {
  readonly name: string;
  readonly address: Ipv4;
  readonly prefixLength: number;
}

export interface DeviceRouterSpec {
  readonly kind: 'device';
  /** What Azure sees. */
  readonly address: Ipv4;
  /** The address on the router's interface; only behind NAT. Only then is the device script rewritten. */
  readonly privateAddress: Ipv4 | null;
  readonly expectedHostname: string;
  readonly ssh: SshSpec & { readonly host: string };
  /** Tunnel interface numbers to use; empty: the script's own if free, else the first free ones. */
  readonly tunnelNumbers: readonly number[];
  readonly change: ChangeSpec & { readonly approval: 'none' | 'required'; readonly save: 'verified' | 'never' };
}

export interface VerifySpec {
  /** Null where the hub has no probe. */
  readonly fromProbe: { readonly targets: readonly Ipv4[]; readonly count: number } | null;
  readonly fromRouter: {
    readonly target: Ipv4;
    readonly source: string;
    readonly count: number;
  };
  readonly maxLossPercent: number;
  /** How long to wait for what comes late: an IKE SA that is READY, routes on the probe's NIC, Azure's own status. */
  readonly withinSeconds: { readonly ready: number; readonly routes: number; readonly status: number };
}

/** A whole site file. */
export interface SiteFile {
  readonly hub: HubSpec;
  readonly sites: readonly SiteSpec[];
}
