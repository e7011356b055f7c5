/**
 * The activities as the workflows see them: types only. Arguments and results are plain JSON, small, and never hold a
 * secret, an operation URL or a whole Azure resource.
 *
 * Every activity is safe to run again: it observes, and does only what is missing. A permanent refusal is thrown as an
 * ApplicationFailure of type `Refused` or `DeviceRejected`, non-retryable; `Busy`, `Unreachable` and `NotYet` are retried.
 */
import type { Json, Leftover, Row } from '../domain/evidence.ts';
import type { Problem } from '../domain/progress.ts';
import type { SecurityRule } from '../domain/security-rules.ts';
import type {
  Cidr,
  ConnectionSpec,
  GatewaySpec,
  HubSpec,
  ImageSpec,
  Ipv4,
  IpsecPolicySpec,
  LoopbackSpec,
  SiteBgpSpec,
  SiteFile,
  SiteSpec,
  SshSpec,
  FileReference,
} from '../domain/spec.ts';

/** Whose resource it is: becomes the ownership tags, together with the installation that the worker knows. */
export interface Owner {
  readonly hub: string;
  /** Null for the hub's own resources. */
  readonly site: string | null;
}

/** A full ARM id, `/subscriptions/…`. */
export type ArmId = string;

interface Make {
  readonly id: ArmId;
  readonly location: string;
  readonly owner: Owner;
  /** Accept an existing resource that does not carry our tags. */
  readonly adopt: boolean;
}

export interface Made {
  readonly id: ArmId;
  /** It was there before and is not ours: it will not be deleted. */
  readonly adopted: boolean;
  /** What was read back from Azure, as evidence. */
  readonly observed: Json;
}

export interface PublicIpMade extends Made {
  readonly address: Ipv4;
}
export interface VmMade extends Made {
  readonly powerState: string;
  readonly privateAddress: Ipv4;
  readonly priority: string;
}
export interface GatewayMade extends Made {
  readonly provisioningState: string;
}

export interface ConnectionFacts {
  readonly provisioningState: string;
  /** `Unknown`, `Connecting`, `Connected`, `NotConnected`. */
  readonly connectionStatus: string;
  readonly ingressBytes: number;
  readonly egressBytes: number;
}

export interface MakeConnection extends Make {
  readonly gatewayId: ArmId;
  readonly localGatewayId: ArmId;
  readonly enableBgp: boolean;
  readonly connection: ConnectionSpec;
}

export interface MakeVm extends Make {
  readonly name: string;
  readonly nicId: ArmId;
  readonly size: string;
  readonly image: ImageSpec;
  /** Marketplace images carry their plan. */
  readonly withPlan: boolean;
  readonly priority: 'Spot' | 'Regular';
  readonly spotFallback: boolean;
  readonly adminUsername: string;
  readonly privateKey: FileReference;
  /** Name of the OS disk, made with the VM and deleted with it. */
  readonly diskName: string;
}

export interface PingResult {
  readonly sent: number;
  readonly received: number;
  readonly lossPercent: number;
  /** The statistics line as printed. */
  readonly statistics: string;
  /** The command as sent. */
  readonly command: string;
}

export interface Route {
  readonly prefix: string;
  readonly nextHopType: string;
  readonly source: string;
  readonly state: string;
}

export interface PreflightReport {
  /** Empty: go on. */
  readonly problems: readonly Problem[];
  /** Fingerprints first seen, by site, of the `device` routers that were reached. */
  readonly hostKeys: Readonly<Record<string, string>>;
}

/** One fact of the scenario, read and compared with what the site file asks for; nothing is changed by reading it. */
export interface Observation {
  readonly row: Row;
  readonly holds: boolean;
  /** What was read; where it does not hold, this shows why. */
  readonly observed: Json;
  readonly source: string;
}

/** What can be removed in Azure: delete, then proof of absence. */
export interface RemoveResource {
  readonly id: ArmId;
  readonly owner: Owner;
  /** A child without tags of its own (a subnet): it was absent before we made it. */
  readonly oursByRecord: boolean;
}

export interface Removed {
  /** `absent`: it is gone, or never was. `kept`: it is not ours. */
  readonly outcome: 'absent' | 'kept';
  readonly detail: string;
}

export interface AzureActivities {
  /** Reads the subscription, checks every secret reference, opens the SSH port of each `device`. Creates nothing. */
  preflight(file: SiteFile): Promise<PreflightReport>;

  /** For a child in an adopted parent: read before the PUT, so that undo knows whose it is. */
  isAbsent(request: { id: ArmId }): Promise<boolean>;
  ensureResourceGroup(request: Make): Promise<Made>;
  ensureNetwork(request: Make & { readonly addressSpace: readonly Cidr[] }): Promise<Made>;
  /** Refuses a subnet of another prefix, and an NSG on a GatewaySubnet. */
  ensureSubnet(request: Make & { readonly prefix: Cidr }): Promise<Made>;
  ensurePublicIp(request: Make & { readonly zones: readonly string[] }): Promise<PublicIpMade>;
  ensureSecurityGroup(request: Make & { readonly rules: readonly SecurityRule[] }): Promise<Made>;
  ensureNic(
    request: Make & {
      readonly subnetId: ArmId;
      readonly privateAddress: Ipv4;
      readonly publicIpId: ArmId | null;
      readonly securityGroupId: ArmId;
      readonly ipForwarding: boolean;
    },
  ): Promise<Made>;
  /** Accepts the terms of the image's plan, or only reads them when `accept` is false and refuses if they are open. */
  acceptTerms(request: {
    subscription: string;
    image: ImageSpec;
    accept: boolean;
  }): Promise<{ accepted: boolean; detail: string }>;
  ensureVm(request: MakeVm): Promise<VmMade>;
  ensureGateway(
    request: Make & {
      readonly gateway: GatewaySpec;
      readonly gatewaySubnetId: ArmId;
      readonly publicIpIds: readonly ArmId[];
    },
  ): Promise<GatewayMade>;
  ensureLocalGateway(
    request: Make & { readonly address: Ipv4; readonly prefixes: readonly Cidr[]; readonly bgp: SiteBgpSpec | null },
  ): Promise<Made>;
  ensureConnection(request: MakeConnection): Promise<Made & { readonly baseline: ConnectionFacts }>;

  readConnection(request: { id: ArmId }): Promise<ConnectionFacts>;
  /**
   * Reads everything of the hub and one site in Azure anew, and compares it with the file: rows 1 (hub's and site's
   * group with our tags, or adopted), 2 (prefixes), 3 (VM running, NIC with address and IP forwarding, NSG rules, static
   * Standard address), 5 (prefixes, no NSG on the GatewaySubnet), 6 (the published addresses), 7 (Succeeded,
   * RouteBased), 8 (address, prefixes), 9 (Succeeded, IKEv2), 15 (VM running, private address). Something that is
   * absent is an observation that does not hold, never an error. Rows that do not apply are left out.
   */
  observeSite(request: {
    hub: HubSpec;
    site: SiteSpec;
    gatewayAddresses: readonly Ipv4[];
    publicAddress: Ipv4;
  }): Promise<readonly Observation[]>;
  /** Polls until Connected with both counts above the baseline; after the bound it returns what it saw last. */
  awaitConnected(request: {
    id: ArmId;
    baseline: ConnectionFacts;
    withinSeconds: number;
  }): Promise<ConnectionFacts & { holds: boolean }>;
  effectiveRoutes(request: {
    nicId: ArmId;
    expected: readonly Cidr[];
    withinSeconds: number;
  }): Promise<{ routes: readonly Route[]; holds: boolean }>;
  /** A ping from the probe by Azure Run Command. */
  pingFromProbe(request: { vmId: ArmId; target: Ipv4; count: number }): Promise<PingResult>;

  /** Deletes if it is ours, and returns only when a GET says that it is absent. */
  removeResource(request: RemoveResource): Promise<Removed>;
  /** Deletes the group as a whole if it is ours and nothing foreign is in it. */
  removeResourceGroup(request: { id: ArmId; owner: Owner }): Promise<Removed>;
  /** Returns when Azure lists no connection on the gateway. */
  awaitNoConnections(request: { gatewayId: ArmId }): Promise<void>;
  /** Ids in these groups that still carry the owner's tags. */
  listOwned(request: { groupIds: readonly ArmId[]; owner: Owner }): Promise<readonly ArmId[]>;
}

/** How a router is reached and recognised. */
export interface RouterAccess {
  /** Name or address before the OpenSSH client configuration is applied. */
  readonly host: string;
  readonly ssh: SshSpec;
  readonly expectedHostname: string;
  /** The pin of the site file, or the fingerprint first seen; null on first contact. */
  readonly hostKey: string | null;
}

/** What a router says of itself when it answers. */
export interface RouterAnswer {
  readonly hostname: string;
  readonly hostKey: string;
  /** `17.3.3`. */
  readonly version: string;
  /** It refuses IPsec until its licence level is set. */
  readonly needsLicence: boolean;
}

export interface TunnelRequest {
  readonly access: RouterAccess;
  readonly connectionId: ArmId;
  readonly gatewayId: ArmId;
  readonly connection: ConnectionSpec;
  readonly ipsecPolicy: IpsecPolicySpec | null;
  readonly gatewayAddresses: readonly Ipv4[];
  readonly hubPrefixes: readonly Cidr[];
  readonly sitePrefixes: readonly Cidr[];
  readonly publicAddress: Ipv4;
  /** Null without NAT. */
  readonly privateAddress: Ipv4 | null;
  readonly tunnelNumbers: readonly number[];
  readonly sharePolicy: boolean;
  readonly archive: 'useIfOn' | 'turnOn';
  /** Null: static routes. */
  readonly bgp: TunnelBgp | null;
}

/** BGP over the tunnels, one session with each instance of the gateway. */
export interface TunnelBgp extends SiteBgpSpec {
  readonly gatewayAsn: number;
  readonly announce: readonly Cidr[];
}

/** One BGP session as the router sees it. */
export interface BgpSession {
  readonly neighbor: string;
  readonly remoteAs: string;
  /** Up only if this is a number: how many prefixes came; else `Idle`, `Active`, … or `absent`. */
  readonly stateOrPrefixes: string;
  readonly upDown: string;
}

export interface ScriptFacts {
  readonly vendor: string;
  readonly family: string;
  readonly firmware: string;
  /** sha256 of the text with its secrets masked. */
  readonly digest: string;
  /** `azure`, or `sitelink` where Azure offered no usable script. */
  readonly origin: 'azure' | 'sitelink';
  readonly unresolvedPlaceholders: number;
  readonly rewrites: readonly { readonly where: string; readonly from: string; readonly to: string }[];
}

export interface AppliedLines {
  /** Lines sent, secrets masked; empty when all of them were there. */
  readonly sent: readonly string[];
  /** The lines that undo what was sent, in order; they hold no secret. */
  readonly inverse: readonly string[];
  /** How many intended lines were read back over a second session. */
  readonly readBack: number;
  /** Intended lines that were not read back; empty when it holds. */
  readonly missing: readonly string[];
  /** The tunnel interfaces that carry the connection. */
  readonly tunnels: readonly string[];
  /** The router would have taken the lines back after so many minutes without a second login; null: no such guard. */
  readonly revertMinutes: number | null;
  /** The copy of the running configuration from before the first line, `bootflash:…`; null without one. */
  readonly backup: string | null;
}

export interface SecurityAssociations {
  /** `READY` if there is an SA with each address of the gateway; else that of the first one that is not; `none`. */
  readonly ikeStatus: string;
  readonly local: string;
  readonly remote: string;
  readonly localIdent: string;
  readonly remoteIdent: string;
  readonly encaps: number;
  readonly decaps: number;
}

export interface RouterActivities {
  /** Returns when SSH answers with the expected host name. */
  awaitRouter(request: { access: RouterAccess }): Promise<RouterAnswer>;
  /**
   * Sets the licence level that IPsec needs, saves, reloads and waits until it is in effect. Without `mayReload` nothing
   * is sent, and the refusal has the lines to type.
   */
  ensureLicence(request: { access: RouterAccess; mayReload: boolean }): Promise<{ detail: string }>;
  configureLoopbacks(request: {
    access: RouterAccess;
    loopbacks: readonly LoopbackSpec[];
    archive: TunnelRequest['archive'];
  }): Promise<AppliedLines>;
  /** Chooses and fetches the device script, and checks it; the text stays in the activity. */
  inspectScript(request: TunnelRequest): Promise<ScriptFacts>;
  /** The lines that `configureTunnel` would send, secrets masked; sends nothing. */
  planTunnel(request: TunnelRequest): Promise<{ lines: readonly string[]; inverse: readonly string[] }>;
  /**
   * Fetches, rewrites and pushes the device script with the static routes, and reads everything back.
   * `backup`: the file that the running configuration is copied to before the first line. `approved`: the lines that a
   * person has seen, as `planTunnel` gave them; any other is refused. Null: none. In the result `adjustments` says what
   * was named, numbered or left out otherwise than in the script, and why.
   */
  configureTunnel(
    request: TunnelRequest & { readonly backup: string | null; readonly approved: readonly string[] | null },
  ): Promise<AppliedLines & { readonly rewrites: ScriptFacts['rewrites']; readonly adjustments: readonly string[] }>;
  /**
   * Reads the router and the device script anew and changes nothing: rows 3 (SSH answers with the expected host name),
   * 4 (loopbacks; left out when none are asked for), 10, 11 and 12 (no intended line is missing).
   */
  observeRouter(request: {
    tunnel: TunnelRequest;
    loopbacks: readonly LoopbackSpec[];
  }): Promise<readonly Observation[]>;
  readSecurityAssociations(request: { access: RouterAccess; peers: readonly Ipv4[] }): Promise<SecurityAssociations>;
  /** Polls until every BGP session is up and has brought a prefix; after the bound it returns what it saw last. */
  awaitBgp(request: {
    tunnel: TunnelRequest;
    withinSeconds: number;
  }): Promise<{ holds: boolean; sessions: readonly BgpSession[] }>;
  /** Polls until an IKE SA with each of the peers is READY; after the bound it returns what it saw last. */
  awaitReady(request: {
    access: RouterAccess;
    peers: readonly Ipv4[];
    withinSeconds: number;
  }): Promise<SecurityAssociations>;
  pingFromRouter(request: { access: RouterAccess; target: Ipv4; source: string; count: number }): Promise<PingResult>;
  /**
   * Saves the running configuration. With `inverse`, only if startup and running configuration differ in nothing but the
   * sections that it names: what others have not saved is not ours to save.
   */
  saveConfiguration(request: {
    access: RouterAccess;
    inverse: readonly string[] | null;
  }): Promise<{ saved: boolean; detail: string }>;
  /**
   * Sends the inverse lines and reads back that they are gone; absence is success. `save` as above; lines that stay in the
   * startup configuration are left over, with the command to type.
   */
  removeLines(request: {
    access: RouterAccess;
    inverse: readonly string[];
    save: boolean;
  }): Promise<{ removed: number; leftovers: readonly Leftover[] }>;
}
