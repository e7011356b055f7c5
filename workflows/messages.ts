/** Wire names, once: workflow types and ids, the task queue, signals, updates, queries, search attributes. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { EvidenceItem } from '../domain/evidence.ts';
import type { StatusDocument } from '../domain/progress.ts';
import type { Ipv4 } from '../domain/spec.ts';

/** Hub to site, as soon as the gateway's public addresses exist: for the NSG and the checks before the first line. */
export interface HubAddresses {
  readonly gatewayAddresses: readonly Ipv4[];
  readonly observations: readonly EvidenceItem[];
}

/** Hub to site, sent once for the gateway and once for the probe, when each is ready. */
export interface HubReady {
  readonly part: 'gateway' | 'probe';
  readonly observations: readonly EvidenceItem[];
}

export interface SiteReport {
  readonly site: string;
}

export const hubAddressesSignal = defineSignal<[HubAddresses]>('hubAddresses');
export const hubReadySignal = defineSignal<[HubReady]>('hubReady');
export const siteConnectedSignal = defineSignal<[SiteReport]>('siteConnected');
/** Nothing of the site is left in Azure; its router may still be tried. */
export const siteOffAzureSignal = defineSignal<[SiteReport]>('siteOffAzure');
export const siteGoneSignal = defineSignal<[SiteReport]>('siteGone');

/** Takes everything down, from any phase. The signal is for the Web UI and for when no worker answers. */
export const teardownUpdate = defineUpdate<string>('teardown');
export const teardownSignal = defineSignal('teardown');
/** Yes to what waits for a person: every step in attention is tried again. */
export const resumeUpdate = defineUpdate<string>('resume');
export const resumeSignal = defineSignal('resume');
/** Proves the tunnel anew; returns the status with the new evidence. */
export const verifyUpdate = defineUpdate<StatusDocument>('verify');

export const statusQuery = defineQuery<StatusDocument>('status');
