/** How long each end waits for a peer that says nothing, in milliseconds. */
import type { IkeState } from './associations.ts';

/** Azure gives a silent peer 45 s unless the connection says otherwise. */
const AZURE_DPD_SECONDS = 45;

export function azureDpdMs(ike: IkeState | null): number {
  return (ike?.agreement.connection.dpdTimeoutSeconds || AZURE_DPD_SECONDS) * 1000;
}

/** The interval and five retries; for ever without `dpd`. */
export function routerDpdMs({ agreement: { dpd } }: IkeState): number {
  return dpd === null ? Infinity : (dpd.intervalSeconds + 5 * dpd.retrySeconds) * 1000;
}
