/**
 * How the workflows reach their activities: one table of bounds, and a readable summary for the Web UI on every call.
 */
import { scheduleActivity, type ActivityOptions } from '@temporalio/workflow';
import type { AzureActivities, RouterActivities } from '../activities/contracts.ts';
import { lastName, shortId } from '../domain/names.ts';

export type Deeds = AzureActivities & RouterActivities;
export type DeedName = keyof Deeds;

interface Bound {
  /** Of one attempt. */
  readonly attempt: NonNullable<ActivityOptions['startToCloseTimeout']>;
  /** Of all attempts together: after it the step has one last look, then waits for a person. */
  readonly total: NonNullable<ActivityOptions['scheduleToCloseTimeout']>;
}

const quick: Bound = { attempt: '60s', total: '15m' };
const resource: Bound = { attempt: '60s', total: '45m' };
const shell: Bound = { attempt: '10m', total: '45m' };
const removal: Bound = { attempt: '60s', total: '60m' };

const bounds: Readonly<Record<DeedName, Bound>> = {
  preflight: { attempt: '2m', total: '5m' },
  isAbsent: quick,
  ensureResourceGroup: quick,
  ensureNetwork: resource,
  ensureSubnet: resource,
  ensurePublicIp: resource,
  ensureSecurityGroup: resource,
  ensureNic: resource,
  acceptTerms: quick,
  ensureVm: resource,
  ensureGateway: { attempt: '60s', total: '2h' },
  ensureLocalGateway: resource,
  ensureConnection: resource,
  readConnection: quick,
  observeSite: { attempt: '2m', total: '15m' },
  observeRouter: { attempt: '2m', total: '15m' },
  awaitConnected: { attempt: '60s', total: '1h' },
  effectiveRoutes: { attempt: '60s', total: '1h' },
  pingFromProbe: { attempt: '60s', total: '30m' },
  removeResource: removal,
  removeResourceGroup: removal,
  awaitNoConnections: { attempt: '60s', total: '60m' },
  listOwned: quick,
  awaitRouter: { attempt: '2m', total: '30m' },
  ensureLicence: { attempt: '10m', total: '60m' },
  configureLoopbacks: shell,
  inspectScript: quick,
  planTunnel: shell,
  configureTunnel: shell,
  readSecurityAssociations: { attempt: '2m', total: '15m' },
  awaitReady: { attempt: '10m', total: '30m' },
  awaitBgp: { attempt: '10m', total: '30m' },
  pingFromRouter: { attempt: '30m', total: '60m' },
  saveConfiguration: { attempt: '5m', total: '30m' },
  removeLines: { attempt: '10m', total: '20m' },
};

function optionsOf(name: DeedName, request: unknown, lastLook: boolean): ActivityOptions {
  const bound = bounds[name];
  return {
    startToCloseTimeout: bound.attempt,
    scheduleToCloseTimeout: lastLook ? bound.attempt : bound.total,
    heartbeatTimeout: '10s',
    // A deed in the middle of a change ends in an orderly way before its undo begins.
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    // Polls are spaced by nextRetryDelay alone: a larger interval would also delay the attempt after a worker's death.
    retry: {
      initialInterval: '1s',
      backoffCoefficient: 1.5,
      maximumInterval: '30s',
      ...(lastLook ? { maximumAttempts: 1 } : {}),
    },
    summary: summaryOf(name, request),
  };
}

/** What the Web UI shows beside the activity's type: the resource or the router it is about. */
function summaryOf(name: DeedName, request: unknown): string {
  if (typeof request !== 'object' || request === null) return name;
  const about = request as {
    id?: string;
    access?: { expectedHostname?: string };
    tunnel?: { access: { expectedHostname: string } };
    site?: { name: string };
    target?: string;
    vmId?: string;
    nicId?: string;
    gatewayId?: string;
  };
  if (about.target !== undefined) return `ping ${about.target}`;
  if (about.access?.expectedHostname !== undefined) return about.access.expectedHostname;
  if (about.tunnel !== undefined) return about.tunnel.access.expectedHostname;
  if (about.site !== undefined) return `site ${about.site.name}`;
  const id = about.id ?? about.vmId ?? about.nicId ?? about.gatewayId;
  if (id === undefined) return name;
  return id.includes('/providers/') ? shortId(id) : lastName(id);
}

/** The activities as functions. With `lastLook` each has a single attempt. */
export function deeds(lastLook = false): Deeds {
  return new Proxy({} as Deeds, {
    get: (_target, name) => (request: unknown) =>
      scheduleActivity(name as string, [request], optionsOf(name as DeedName, request, lastLook)),
  });
}
