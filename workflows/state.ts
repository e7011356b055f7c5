/**
 * Arguments of the workflows. The client gives the first form; a run that continues as new gives its whole state in
 * `carried`, so that one serialisable value is all there is.
 */
import type { EvidenceItem } from '../domain/evidence.ts';
import type { Phase, StepView } from '../domain/progress.ts';
import type { HubSpec, Ipv4, SiteFile, SiteSpec } from '../domain/spec.ts';
import type { ConnectionFacts, RouterAccess, TunnelRequest } from '../activities/contracts.ts';
import type { Undo } from './undo.ts';

export interface RunOptions {
  /** False where the server does not know our search attributes: setting them would fail every workflow task. */
  readonly searchAttributes: boolean;
  /** Events after which a run that is at rest continues as new; the server's own suggestion counts too. */
  readonly historyEvents: number;
}

export const defaultRunOptions: RunOptions = { searchAttributes: true, historyEvents: 2000 };

/** What both kinds of run carry over. */
export interface Carried {
  readonly startedAt: string;
  readonly stage: Phase;
  readonly steps: readonly StepView[];
  readonly undos: readonly Undo[];
  readonly observations: readonly EvidenceItem[];
  readonly notes: readonly string[];
}

export interface HubInput {
  readonly schema: 1;
  readonly file: SiteFile;
  readonly options?: RunOptions;
  readonly carried?: Carried & { readonly liveSites: readonly string[]; readonly gatewayAddresses: readonly Ipv4[] };
}

export interface SiteInput {
  readonly schema: 1;
  readonly hub: HubSpec;
  readonly site: SiteSpec;
  /** Fingerprint that preflight saw first, or the pin of the site file; null for a VM that is still to be made. */
  readonly hostKey: string | null;
  readonly options: RunOptions;
  readonly carried?: Carried & { readonly hubObservations: readonly EvidenceItem[]; readonly built: Built };
}

/** What verification and teardown of a connected site need of its building. */
export interface Built {
  readonly access: RouterAccess;
  readonly tunnel: TunnelRequest;
  readonly baseline: ConnectionFacts;
  /** The lines that take the tunnel off the router again. */
  readonly inverse: readonly string[];
  readonly saved: boolean;
  /** The copy that the owner of a `device` keeps, `bootflash:…`; null without one. */
  readonly backup: string | null;
}
