/** Progress of a run: phases, steps and the document that the query `status` answers. */
import type { EvidenceDocument, Leftover } from './evidence.ts';

export type Phase =
  | 'preflight'
  | 'waiting-for-hub'
  | 'building'
  | 'configuring'
  | 'verifying'
  | 'connected'
  | 'degraded'
  | 'attention'
  | 'tearing-down'
  | 'gone'
  | 'refused';

export type StepState = 'waiting' | 'running' | 'done' | 'attention' | 'undone';

export interface StepView {
  /** Stable within a run: `gateway`, `connection`, `push`. */
  readonly id: string;
  readonly title: string;
  readonly state: StepState;
  /** How often the step was tried; more than 1 after a `resume`. */
  readonly attempts: number;
  /** ISO 8601; null while it waits. */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** One line: what it found, or why it waits for a person and what to do. */
  readonly detail: string;
  /** What Azure usually needs, in seconds, for the steps where that is long; null elsewhere. */
  readonly expectedSeconds: { readonly from: number; readonly to: number } | null;
}

export interface StatusDocument {
  readonly schema: 'sitelink.status/1';
  readonly kind: 'hub' | 'site';
  readonly hub: string;
  /** Null for the hub itself. */
  readonly site: string | null;
  readonly phase: Phase;
  readonly steps: readonly StepView[];
  /** The questions that wait for a person, each with what `resume` would do. */
  readonly attention: readonly { readonly step: string; readonly question: string }[];
  /** Names of the sites of a hub; empty for a site. */
  readonly sites: readonly string[];
  readonly startedAt: string;
  /** Of a site; null for a hub. */
  readonly evidence: EvidenceDocument | null;
  readonly leftovers: readonly Leftover[];
  /** What preflight found wrong; the run is then `refused` and nothing was created. */
  readonly problems: readonly Problem[];
  /** Things a person should know that stop nothing: an undelivered message, a command that was recorded. */
  readonly notes: readonly string[];
}

export interface Problem {
  /** Path in the site file: `sites[0].connection.sharedKey`. */
  readonly path: string;
  readonly value: string;
  readonly message: string;
  readonly remedy: string;
  /** `refused`: the file or a secret is wrong (exit 2); `unreachable`: something did not answer (exit 1). */
  readonly kind: 'refused' | 'unreachable';
}

/** What a hub's or a site's run returns. */
export interface RunResult {
  readonly schema: 'sitelink.result/1';
  readonly outcome: 'removed' | 'refused';
  readonly status: StatusDocument;
}

/** True once nothing more will happen by itself. */
export function isFinal(phase: Phase): boolean {
  return phase === 'gone' || phase === 'refused';
}

/** True when `up` has nothing more to wait for. */
export function isSettled(phase: Phase): boolean {
  return phase === 'connected' || phase === 'degraded' || phase === 'attention' || isFinal(phase);
}
