/**
 * What is wanted on a router, and what a plan to get there holds. Shapes only.
 */
import type { ConnectionSpec, IpsecPolicySpec } from '../../../domain/spec.ts';
import type { ConfigTree } from '../config-tree.ts';
import type { RouteEntry } from '../show/routing-entry.ts';

/** A connection as the router sees it. `TunnelRequest` of the activities fits, with the shared key added. */
export interface TunnelIntent {
  readonly connection: Pick<ConnectionSpec, 'name'>;
  /** A policy of our own on both ends; null leaves what Azure offers. */
  readonly ipsecPolicy: IpsecPolicySpec | null;
  readonly gatewayAddresses: readonly string[];
  readonly hubPrefixes: readonly string[];
  readonly sitePrefixes: readonly string[];
  /** What Azure sees of the router. */
  readonly publicAddress: string;
  /** The address on the router's interface behind NAT; null without NAT. */
  readonly privateAddress: string | null;
  /** Tunnel numbers to take, one for each gateway address; empty: the script's own if free, else the first free ones. */
  readonly tunnelNumbers: readonly number[];
  /** Only for scripts that Sitelink renders itself; secret. */
  readonly sharedKey: string | null;
  /** Let our proposal join an IKEv2 policy that matches the same local address, instead of refusing. */
  readonly sharePolicy?: boolean;
  /** BGP in place of static routes; null or absent: none. */
  readonly bgp?: BgpIntent | null;
}

/** BGP with the instances of the gateway. */
export interface BgpIntent {
  readonly asn: number;
  /** Of a loopback of the router. */
  readonly peerAddress: string;
  readonly gatewayAsn: number;
  /** `172.20.100.0/24`; announced while the routing table has exactly that prefix. */
  readonly announce: readonly string[];
  /** By the public address of the instance. */
  readonly neighbors: readonly { readonly gatewayAddress: string; readonly address: string }[];
}

/** An address that was changed because the router stands behind NAT. */
export interface Rewrite {
  /** `crypto ikev2 policy NAME / match address local`. */
  readonly where: string;
  readonly from: string;
  readonly to: string;
}

/** What the router is at the moment, read in one session. */
export interface RouterState {
  readonly hostname: string;
  /** `17.3.3`. */
  readonly version: string;
  readonly running: ConfigTree;
  /** All interfaces with an address, whether configured or by DHCP. */
  readonly interfaces: readonly InterfaceState[];
  /** The address that this SSH session comes from, as the router sees it; null if it cannot be told. */
  readonly peerAddress: string | null;
  /** Terminal lines that are taken, ours among them; null if it cannot be told. */
  readonly linesTaken: number | null;
  /** Running and startup configuration are alike; null if it cannot be told. */
  readonly saved: boolean | null;
  /** The routing table; empty if the router does not show it. */
  readonly routes: readonly RouteEntry[];
  /** A change that the router takes back unless it is confirmed; asked for only where `archive` is on. */
  readonly pending: PendingRollback | null;
}

/** What `show archive config rollback timer` says while a change waits for `configure confirm`. */
export interface PendingRollback {
  /** Who began the change; null if the router does not say. */
  readonly user: string | null;
  readonly minutes: number | null;
}

/** How a change is guarded. */
export interface Safeguards {
  /** The revert timer needs the configuration archive: use it where it is on, or turn it on. */
  readonly archive: 'useIfOn' | 'turnOn';
  /** Name of the file that the running configuration is copied to before the first line; null: no copy. */
  readonly backup: string | null;
}

export interface InterfaceState {
  readonly name: string;
  /** Null for `unassigned`. */
  readonly address: string | null;
  /** Status and line protocol are both up. */
  readonly up: boolean;
}

/** The way from a running configuration to an intended one, and back. All of it may hold secrets: mask before showing. */
export interface ChangePlan {
  /** What must be in the running configuration afterwards. */
  readonly intended: ConfigTree;
  /** The difference as a tree, removals first. */
  readonly forward: ConfigTree;
  /** The lines to type, in order; empty when all is there. */
  readonly commands: readonly string[];
  /** The difference that leads back to the running configuration that was read. */
  readonly backward: ConfigTree;
}

export interface TunnelPlan extends ChangePlan {
  readonly rewrites: readonly Rewrite[];
  /** Names, numbers and addresses that were taken and therefore changed, and lines left out, as sentences. */
  readonly adjustments: readonly string[];
  /** `Tunnel11`, one for each gateway address. */
  readonly tunnels: readonly string[];
}

/** What a tunnel's configuration is at the moment, compared with what is wanted. No field holds a secret. */
export interface TunnelObservation {
  /** How many intended lines are in the running configuration. */
  readonly present: number;
  /** Intended lines that are not, each with its sections before it, joined by ` / `. */
  readonly missing: readonly string[];
  readonly tunnels: readonly string[];
  /** `present`: the rewritten line is in the running configuration. */
  readonly rewrites: readonly (Rewrite & { readonly present: boolean })[];
}

/** What would be sent. No field holds a secret: values are masked. */
export interface PlannedTunnel extends TunnelObservation {
  /** The lines to type, in order; empty when all is there. */
  readonly lines: readonly string[];
  /** As in `AppliedLines`. */
  readonly inverse: readonly string[];
  readonly adjustments: readonly string[];
}

/** What was sent and seen. No field holds a secret. */
export interface AppliedLines {
  /** Lines sent; empty when all of them were there. */
  readonly sent: readonly string[];
  /**
   * What undoes the sent lines, in order. Each entry stands for itself: a line, or a section and its lines, the latter
   * indented and divided by newlines.
   */
  readonly inverse: readonly string[];
  readonly readBack: number;
  readonly missing: readonly string[];
  readonly tunnels: readonly string[];
  /** The router would have taken the lines back after so many minutes without a second login; null: it could not. */
  readonly revertMinutes: number | null;
  /** The copy of the running configuration from before the first line: `bootflash:…`; null without one. */
  readonly backup: string | null;
}

export interface AppliedTunnel extends AppliedLines {
  readonly rewrites: readonly Rewrite[];
  readonly adjustments: readonly string[];
}
