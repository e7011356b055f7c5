/** What the workflows ask of Azure, and what they get; the rules are those of contracts.ts. */
import type { Json, Row } from '../domain/evidence.ts';
import type { Problem } from '../domain/progress.ts';
import type { SecurityRule } from '../domain/security-rules.ts';
import type {
  Cidr,
  ConnectionSpec,
  FileReference,
  GatewaySpec,
  HubSpec,
  ImageSpec,
  Ipv4,
  SiteBgpSpec,
  SiteFile,
  SiteSpec,
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
