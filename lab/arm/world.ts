import type { Dataplane, Draw, FaultDesk, LabClock } from '../ports.ts';
import type { AzureRules } from './contract.ts';
import type { JsonObject } from './json.ts';
import type { ResourceId, ResourceTypeName } from './ids.ts';
import type { Operation, Operations } from './store/operations.ts';
import type { Resource, Store } from './store/store.ts';

/** What every part of the endpoint works with. */
export interface World {
  readonly store: Store;
  readonly operations: Operations;
  readonly clock: LabClock;
  readonly draw: Draw;
  readonly faults: FaultDesk;
  readonly rules: AzureRules;
  readonly subscriptionId: string;
  readonly tenantId: string;
  /** `https://127.0.0.1:PORT`; known once the server listens. */
  baseUrl(): string;
  dataplane(): Dataplane | null;
  /** What Azure shows of a connection's tunnel by now, 1 to 5 minutes late. */
  observed(connectionId: string): Observation;
}

/** Azure's own, late idea of a tunnel. */
export interface Observation {
  readonly status: 'Unknown' | 'Connecting' | 'Connected' | 'NotConnected';
  readonly ingressBytes: number;
  readonly egressBytes: number;
  readonly establishedAt: number | null;
}

export interface Request {
  readonly method: string;
  /** Decoded, without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly apiVersion: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Without nulls; undefined if there was none. */
  readonly body: JsonObject | undefined;
  /** Operations that this request began, for faults. */
  readonly began: Operation[];
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; undefined: no body. */
  readonly body?: unknown;
}

/** A PUT that is being judged. */
export interface Put {
  readonly world: World;
  readonly id: ResourceId;
  /** The canonical id. */
  readonly target: string;
  readonly body: JsonObject;
  readonly existing: Resource | undefined;
  readonly apiVersion: string;
}

/** What a PUT leaves: the body to keep, and what no GET shows. */
export interface Prepared {
  readonly body: JsonObject;
  readonly hidden?: JsonObject;
}

export interface View {
  readonly world: World;
  readonly resource: Resource;
  readonly apiVersion: string;
  /** False inside a list. */
  readonly single: boolean;
  /** `$expand`. */
  readonly expand?: string;
}

export type Range = readonly [number, number];

/** How one type of resource behaves; the engine does the rest. */
export interface TypeSpec {
  readonly type: ResourceTypeName;
  /** In Azure's operation names: `Put<noun>Operation`. */
  readonly noun: string;
  readonly located: boolean;
  /** Length of its operations in seconds of Azure time; null: done at once, without an operation. */
  readonly seconds: { readonly create: Range | null; readonly update: Range | null; readonly remove: Range | null };
  /** Length of a change that takes another time than `seconds.update`; undefined: that one. */
  readonly changeSeconds?: (before: Resource, after: Resource, world: World) => Range | undefined;
  readonly hintSeconds: number;
  /** Its entity tag: in the body and as a GET's header, in the body alone, a count in both, or none. */
  readonly etag: 'header' | 'body' | 'count' | 'none';
  /** What answers a PUT instead of 201 or 200. */
  readonly putStatus?: 202;
  /** Judges and normalises. @throws ArmError */
  readonly prepare: (put: Put) => Prepared;
  /** What it uses; `via` is shown at the target. */
  readonly links: (resource: Resource) => readonly { target: string; via: string }[];
  /** What else must not be written meanwhile. */
  readonly locks?: (resource: Resource, world: World) => readonly string[];
  /** Members of `properties` that are worked out, and any of the top level under `''`. */
  readonly show?: (view: View) => JsonObject;
  /** Whether it may be removed now. @throws ArmError */
  readonly refuseRemoval?: (resource: Resource, world: World) => void;
  /** Once a PUT is accepted, before the reply. */
  readonly accepted?: (resource: Resource, world: World, created: boolean) => void;
  /** Once the PUT's operation has succeeded. */
  readonly settled?: (resource: Resource, world: World) => void;
  /** Before it is gone. */
  readonly removing?: (resource: Resource, world: World) => void;
}
