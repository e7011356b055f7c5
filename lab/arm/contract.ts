import type { CloudView, Dataplane, Draw, FaultDesk, LabClock } from '../ports.ts';
import type { JsonObject } from './json.ts';

/** `2026`: what Azure has retired is refused. `2021`: the world in which the non-AZ SKUs could still be created. */
export type AzureRules = '2026' | '2021';

export interface ArmOptions {
  /** A folder that belongs to this ARM endpoint alone; state, CA and secrets are kept in it, mode 0600. */
  readonly stateDir: string;
  /** HTTPS port; 0 picks a free one at the first start. Either way it stays the same for this folder. */
  readonly port: number;
  readonly clock: LabClock;
  readonly draw: Draw;
  readonly rules: AzureRules;
  readonly throttle: 'azure' | 'off';
  readonly faults: FaultDesk;
}

/** One line of the request log: no header, no body, no query but the api-version, hence no secret. */
export interface RequestRecord {
  /** Wall clock, ISO 8601. */
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly apiVersion: string | null;
  /** 0: the connection was dropped without an answer. */
  readonly status: number;
  /** Azure's error code, where the reply is an error. */
  readonly code: string | null;
  readonly milliseconds: number;
  readonly clientRequestId: string | null;
  readonly requestId: string;
  readonly userAgent: string | null;
}

export interface Arm {
  readonly cloud: CloudView;
  /** Until it is called, no connection is up and no ping is answered. */
  setDataplane(dataplane: Dataplane): void;
  /** Base URL of Azure Resource Manager, `https://127.0.0.1:PORT`. */
  readonly endpoint: string;
  /** Base URL of the Entra-like authority. */
  readonly authority: string;
  readonly tenantId: string;
  /** For `IDENTITY_ENDPOINT` and `IDENTITY_HEADER`. */
  readonly identity: string;
  readonly identityHeader: string;
  /** PEM of the CA, for `NODE_EXTRA_CA_CERTS` and `REQUESTS_CA_BUNDLE`. */
  readonly caFile: string;
  /** A service principal of the authority; its secret is the identity header. */
  readonly clientId: string;
  readonly subscriptionId: string;
  /** URL of the image alias document, for `az cloud register --endpoint-vm-image-alias-doc`. */
  readonly imageAliases: string;
  inventory(): { resources: readonly JsonObject[]; operations: readonly JsonObject[] };
  requests(): readonly RequestRecord[];
  close(): Promise<void>;
}
