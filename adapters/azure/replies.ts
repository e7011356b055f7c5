/** What an ARM reply says beside its body, and which error class a failure is. */
import { Busy, Refused, Unreachable, type AdapterError } from '../errors.ts';
import { listAt, textAt, at } from './json.ts';

export interface ArmReply {
  readonly status: number;
  /** Parsed JSON; null for an empty body. */
  readonly body: unknown;
  /** Of an accepted long operation: `Azure-AsyncOperation`. Signed, hence never shown or logged. */
  readonly operationUrl: string | null;
  readonly location: string | null;
  /** `x-ms-retry-after-ms`, else `Retry-After`; null if the server gave neither. */
  readonly hintMs: number | null;
  readonly requestId: string | null;
}

interface Headers {
  get(name: string): string | undefined;
}

/** Milliseconds that the server asks to wait. `Retry-After` may be a date; the exact milliseconds win. */
export function hintOf(headers: Headers, now: number): number | null {
  const exact = Number(headers.get('x-ms-retry-after-ms') ?? headers.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(exact) && exact >= 0) return exact;
  const coarse = headers.get('retry-after');
  if (coarse === undefined || coarse === '') return null;
  const seconds = Number(coarse);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(coarse);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** Parses a body; a body that is no JSON is returned as text, because some actions answer plain text. */
export function parseBody(text: string | null | undefined): unknown {
  if (text === null || text === undefined || text.trim() === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Codes that say: the same request is right, later (azure.md, 1.4). Lower case. */
const busyCodes = new Set(
  [
    'AnotherOperationInProgress',
    'ReferencedResourceNotProvisioned',
    'RetryableError',
    'RetryableErrorDueToAnotherOperation',
    'CanceledAndSupersededDueToAnotherOperation',
    'ResourceGroupBeingDeleted',
    'Conflict',
    'TooManyRequests',
    'SubscriptionRequestsThrottled',
    'ServerTimeout',
    // What is deleted in the right order may still be held for minutes (azure.md, 1.4).
    'InUseSubnetCannotBeDeleted',
    'PublicIPAddressCannotBeDeleted',
    'InUseNetworkSecurityGroupCannotBeDeleted',
    'NicInUse',
    'VirtualNetworkGatewayCannotBeDeleted',
    'InUseVirtualNetworkCannotBeDeleted',
    'LocalNetworkGatewayCannotBeDeleted',
    'AttachDiskWhileBeingDetached',
    'DiskInUse',
  ].map((code) => code.toLowerCase()),
);

/** Codes of a token that is no longer good: a new one may be. */
const staleTokenCodes = new Set(['expiredauthenticationtoken', 'invalidauthenticationtoken']);

/** What to do next, for the refusals that people meet (azure.md, 0 and 6). Lower case. */
const remedies: Readonly<Record<string, string>> = {
  nonazskusnotallowedforvpngateway: 'Use VpnGw1AZ to VpnGw5AZ as gateway.sku',
  vmssvpngatewaypublicipsmusthavezonesconfigured:
    'Give gateway.publicIps zones ["1", "2", "3"]; an address without zones must be deleted and made anew',
  ipv4basicskupublicipcountlimitreached: 'Use Standard public addresses',
  marketplacepurchaseeligibilityfailed:
    'Accept the terms with acceptMarketplaceTerms: true, or choose an image that is still offered',
  resourcepurchasevalidationfailed: 'Choose an image that the marketplace still offers',
  skunotavailable: 'Choose another size or region, or set spotFallback: true',
  allocationfailed: 'Choose another size or region, or set spotFallback: true',
  overconstrainedallocationrequest: 'Choose another size or region, or set spotFallback: true',
  quotaexceeded: 'Ask for a higher quota in this region, or choose a smaller size',
  operationnotallowed: 'Ask for a higher quota in this region, or choose a smaller size',
  authorizationfailed: 'Give the identity of the worker the role Contributor on the resource groups, then resume',
  missingsubscriptionregistration: 'Register the resource provider in this subscription, then resume',
  subscriptionnotfound: 'Check hub.subscription, and that the identity of the worker may read it',
};

/** An error as Azure writes it, in a reply or in an operation that failed. */
export interface AzureError {
  readonly code: string;
  readonly message: string;
  readonly details: readonly string[];
}

export function azureErrorOf(body: unknown): AzureError {
  const error = at(body, 'error') ?? at(body, 'properties', 'error') ?? body;
  const text = typeof body === 'string' ? body.slice(0, 300) : '';
  return {
    code: textAt(error, 'code'),
    message: withoutQueries(textAt(error, 'message') || text),
    details: innerErrors(error).slice(0, 10),
  };
}

/** `code: message` of every inner error, outermost first. */
function innerErrors(error: unknown): string[] {
  const children = [...listAt(error, 'details'), at(error, 'innererror')].filter((child) => child !== undefined);
  return children.flatMap((child) => {
    const code = textAt(child, 'code');
    const message = withoutQueries(textAt(child, 'message'));
    const line = code === '' && message === '' ? [] : [`${code}: ${message}`];
    return [...line, ...innerErrors(child)];
  });
}

/** Operation URLs are signed in their query, so no message keeps one. */
export function withoutQueries(text: string): string {
  return text.replace(/(https?:\/\/[^\s?'"]+)\?[^\s'"]+/g, '$1');
}

export interface Failing {
  /** What was asked: `PUT of VPN gateway VnetGw`. */
  readonly deed: string;
  readonly status: number;
  readonly error: AzureError;
  readonly requestId: string | null;
  /** Of the reply; null if it had none. */
  readonly hintMs: number | null;
  /** Waited where the server gave no hint, in milliseconds. */
  readonly unitMs: number;
}

/** The class of a failure, hence whether it is tried again. */
export function errorOf(failing: Failing): AdapterError {
  const { deed, status, error, hintMs, unitMs } = failing;
  const code = error.code.toLowerCase();
  const facts = {
    what: `${deed} failed: ${error.message || `Azure answered ${status}`}`,
    status,
    details: error.details,
    ...(error.code === '' ? {} : { code: error.code }),
    ...(failing.requestId === null ? {} : { requestId: failing.requestId }),
  };
  const retryAfterSeconds = Math.max(0.25, (hintMs ?? unitMs) / 1000);
  if (isBusy(status, code)) {
    return new Busy({ ...facts, retryAfterSeconds, next: 'It is tried again by itself' });
  }
  return new Refused({ ...facts, next: remedies[code] ?? remedyByStatus(status) });
}

function isBusy(status: number, code: string): boolean {
  if (busyCodes.has(code) || staleTokenCodes.has(code)) return true;
  return status === 408 || status === 429 || (status >= 500 && status !== 501);
}

function remedyByStatus(status: number): string {
  if (status === 401) return 'Check the credentials of the worker (AZURE_* variables), then resume';
  if (status === 403) return 'Give the identity of the worker the rights it lacks, then resume';
  if (status === 501) return 'The endpoint does not offer this operation; check SITELINK_ARM_ENDPOINT';
  return 'Correct the cause in Azure or in the site file, then resume';
}

export function isStaleToken(status: number, error: AzureError): boolean {
  return status === 401 && staleTokenCodes.has(error.code.toLowerCase());
}

/** Codes that say there is no capacity for a Spot VM; Regular may have some. */
const capacityCodes = new Set([
  'skunotavailable',
  'allocationfailed',
  'zonalallocationfailed',
  'overconstrainedallocationrequest',
  'overconstrainedzonalallocationrequest',
]);

export function isOutOfCapacity(error: unknown): boolean {
  if (!(error instanceof Refused)) return false;
  const codes = [error.code ?? '', ...error.details.map((detail) => detail.split(':')[0] ?? '')];
  return codes.some((code) => capacityCodes.has(code.toLowerCase()));
}

/** What is thrown when no reply came at all. */
export function unreachable(host: string, cause: unknown): Unreachable {
  const why = cause instanceof Error ? withoutQueries(cause.message) : String(cause);
  return new Unreachable({
    host,
    what: `No answer from ${host}: ${why}`,
    next: 'Check SITELINK_ARM_ENDPOINT, the network and NODE_EXTRA_CA_CERTS',
  });
}
