/** What the workflows ask of a router, and what they get; the rules are those of contracts.ts. */
import type { Leftover } from '../domain/evidence.ts';
import type {
  Cidr,
  ConnectionSpec,
  Ipv4,
  IpsecPolicySpec,
  LoopbackSpec,
  SiteBgpSpec,
  SshSpec,
} from '../domain/spec.ts';
import type { ArmId, Observation, PingResult } from './azure-contracts.ts';

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
  /** Why it is Sitelink's; null for Azure's. */
  readonly reason: string | null;
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
