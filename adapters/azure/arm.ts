/**
 * The ARM endpoint over HTTPS: one request, one reply, errors by class. Knows nothing of resources, and retries nothing
 * itself: who called decides that from the error's class.
 */
import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  setClientRequestIdPolicy,
  tlsPolicy,
  proxyPolicy,
  userAgentPolicy,
  type HttpClient,
  type HttpMethods,
  type Pipeline,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import type { TokenCredential } from '@azure/core-auth';
import { AdapterError, Refused, Unreachable } from '../errors.ts';
import {
  azureErrorOf,
  errorOf,
  hintOf,
  isStaleToken,
  parseBody,
  unreachable,
  withoutQueries,
  type ArmReply,
} from './replies.ts';
import { type Body, listAt, textAt } from './json.ts';

/** Azure's usual hint, the unit of waiting while the server has not said any. */
const azureUnitMs = 10_000;
const requestTimeoutMs = 30_000;

export interface ArmOptions {
  /** `https://management.azure.com`, or of another cloud. */
  readonly endpoint: string;
  /** OAuth scope: `https://management.azure.com/.default`. */
  readonly scope: string;
  readonly credential: TokenCredential;
  /** Sends the requests; default: Node's HTTPS. */
  readonly httpClient?: HttpClient;
}

export interface Ask {
  /** What the request does, for messages: `PUT of VPN gateway VnetGw`. */
  readonly deed: string;
  readonly signal?: AbortSignal;
}

/** How an operation stands. `failed` is the error by class, with Azure's code and inner details. */
export type OperationState =
  | { readonly state: 'running'; readonly hintMs: number | null }
  | { readonly state: 'succeeded'; readonly body: unknown }
  | { readonly state: 'failed'; readonly error: AdapterError }
  | { readonly state: 'unknown' };

export interface Arm {
  readonly endpoint: string;
  /** The smallest hint seen of an accepted operation: the unit of waiting where a reply carries no hint. */
  unitMs(): number;
  /** The resource, or null if it is absent. */
  get(path: string, apiVersion: string, ask: Ask): Promise<unknown>;
  /** All pages of a list. Empty if the parent is absent. */
  list(path: string, apiVersion: string, ask: Ask): Promise<readonly unknown[]>;
  put(path: string, apiVersion: string, body: unknown, ask: Ask): Promise<ArmReply>;
  /** Absent is success. */
  delete(path: string, apiVersion: string, ask: Ask): Promise<ArmReply>;
  /** @param body null sends none: Azure's specification knows no body of many actions */
  post(path: string, apiVersion: string, body: Body | null, ask: Ask): Promise<ArmReply>;
  /** Looks once at an operation, by the URL of `Azure-AsyncOperation` or of `Location`. */
  poll(url: string, kind: 'operation' | 'location', ask: Ask): Promise<OperationState>;
  /** The result of an action, from its `Location`. */
  result(url: string, ask: Ask): Promise<unknown>;
}

interface Sent {
  readonly method: HttpMethods;
  readonly url: string;
  readonly body?: unknown;
  readonly ask: Ask;
}

export function createArm(options: ArmOptions): Arm {
  return new ArmClient(options);
}

class ArmClient implements Arm {
  readonly endpoint: string;
  private readonly options: ArmOptions;
  private readonly httpClient: HttpClient;
  private pipeline: Pipeline;
  private unit: number | null = null;

  constructor(options: ArmOptions) {
    this.options = options;
    this.endpoint = options.endpoint.replace(/\/+$/, '');
    this.httpClient = options.httpClient ?? createDefaultHttpClient();
    this.pipeline = pipelineOf(options);
  }

  unitMs(): number {
    return this.unit ?? azureUnitMs;
  }

  async get(path: string, apiVersion: string, ask: Ask): Promise<unknown> {
    const reply = await this.send({ method: 'GET', url: this.urlOf(path, apiVersion), ask });
    if (reply.status === 404) return null;
    if (reply.status >= 400) throw this.failure(reply, ask);
    return reply.body;
  }

  async list(path: string, apiVersion: string, ask: Ask): Promise<readonly unknown[]> {
    const found: unknown[] = [];
    let url = this.urlOf(path, apiVersion);
    while (url !== '') {
      const reply = await this.send({ method: 'GET', url, ask });
      if (reply.status === 404) return found;
      if (reply.status >= 400) throw this.failure(reply, ask);
      found.push(...listAt(reply.body, 'value'));
      url = nextLink(reply.body, this.endpoint);
    }
    return found;
  }

  put(path: string, apiVersion: string, body: unknown, ask: Ask): Promise<ArmReply> {
    return this.write('PUT', path, apiVersion, ask, body);
  }

  post(path: string, apiVersion: string, body: Body | null, ask: Ask): Promise<ArmReply> {
    return this.write('POST', path, apiVersion, ask, body ?? undefined);
  }

  delete(path: string, apiVersion: string, ask: Ask): Promise<ArmReply> {
    return this.write('DELETE', path, apiVersion, ask);
  }

  async poll(url: string, kind: 'operation' | 'location', ask: Ask): Promise<OperationState> {
    if (!isSameHost(url, this.endpoint)) return { state: 'unknown' };
    const reply = await this.send({ method: 'GET', url, ask });
    if (reply.status === 404) return { state: 'unknown' };
    if (reply.status >= 400) throw this.failure(reply, ask);
    if (kind === 'operation') return operationState(reply, ask.deed, this.unitMs());
    return reply.status === 202 ? { state: 'running', hintMs: reply.hintMs } : { state: 'succeeded', body: reply.body };
  }

  async result(url: string, ask: Ask): Promise<unknown> {
    if (!isSameHost(url, this.endpoint)) {
      throw new Refused({
        what: `${ask.deed}: the endpoint points to another host for the result`,
        next: 'Check SITELINK_ARM_ENDPOINT; the token of the worker is sent to no other host',
      });
    }
    const reply = await this.send({ method: 'GET', url, ask });
    if (reply.status >= 400) throw this.failure(reply, ask);
    return reply.body;
  }

  private urlOf(path: string, apiVersion: string): string {
    return `${this.endpoint}${path}${path.includes('?') ? '&' : '?'}api-version=${apiVersion}`;
  }

  private failure(reply: ArmReply, ask: Ask): AdapterError {
    return errorOf({ ...reply, deed: ask.deed, error: azureErrorOf(reply.body), unitMs: this.unitMs() });
  }

  private async write(method: HttpMethods, path: string, apiVersion: string, ask: Ask, body?: unknown) {
    const reply = await this.send({ method, url: this.urlOf(path, apiVersion), body, ask });
    const gone = method === 'DELETE' && reply.status === 404;
    if (reply.status >= 400 && !gone) throw this.failure(reply, ask);
    return reply;
  }

  private async send(sent: Sent): Promise<ArmReply> {
    let response = await this.once(sent);
    if (isStaleToken(response.status, azureErrorOf(parseBody(response.bodyAsText)))) {
      // The policy keeps a token until its expiry; only a new policy asks for a new one.
      this.pipeline = pipelineOf(this.options);
      response = await this.once(sent);
    }
    const reply = replyOf(response);
    const accepted = reply.operationUrl !== null || (reply.status === 202 && reply.location !== null);
    if (accepted && reply.hintMs !== null && reply.hintMs > 0) {
      this.unit = Math.min(this.unit ?? reply.hintMs, reply.hintMs);
    }
    return reply;
  }

  private async once(sent: Sent): Promise<PipelineResponse> {
    const request = createPipelineRequest({
      url: sent.url,
      method: sent.method,
      headers: createHttpHeaders({ accept: 'application/json', 'content-type': 'application/json' }),
      timeout: requestTimeoutMs,
      ...(sent.body === undefined ? {} : { body: JSON.stringify(sent.body) }),
      ...(sent.ask.signal === undefined ? {} : { abortSignal: sent.ask.signal }),
    });
    try {
      return await this.pipeline.sendRequest(this.httpClient, request);
    } catch (error) {
      throw requestError(error, new URL(this.endpoint).host);
    }
  }
}

/** No retry policy: a retry here would be unseen, uncounted and deaf to a teardown. No log policy: bodies hold keys. */
function pipelineOf(options: ArmOptions): Pipeline {
  const pipeline = createEmptyPipeline();
  pipeline.addPolicy(tlsPolicy());
  pipeline.addPolicy(proxyPolicy());
  pipeline.addPolicy(userAgentPolicy({ userAgentPrefix: 'sitelink' }));
  pipeline.addPolicy(setClientRequestIdPolicy());
  pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential: options.credential, scopes: options.scope }));
  return pipeline;
}

function replyOf(response: PipelineResponse): ArmReply {
  const header = (name: string) => response.headers.get(name) ?? null;
  return {
    status: response.status,
    body: parseBody(response.bodyAsText),
    operationUrl: header('azure-asyncoperation'),
    location: header('location'),
    hintMs: hintOf(response.headers, Date.now()),
    requestId: header('x-ms-request-id') ?? header('x-ms-correlation-request-id'),
  };
}

function operationState(reply: ArmReply, deed: string, unitMs: number): OperationState {
  const status = textAt(reply.body, 'status').toLowerCase();
  if (status === 'succeeded') return { state: 'succeeded', body: reply.body };
  if (status === 'failed' || status === 'canceled') {
    const error = azureErrorOf(reply.body);
    const known = error.message === '' ? { ...error, message: `the operation ended as ${status}` } : error;
    // The operation's own status is meant, not that of the reply that tells it.
    return { state: 'failed', error: errorOf({ ...reply, deed, error: known, status: 200, unitMs }) };
  }
  return { state: 'running', hintMs: reply.hintMs };
}

function nextLink(page: unknown, endpoint: string): string {
  const link = textAt(page, 'nextLink');
  return link !== '' && isSameHost(link, endpoint) ? link : '';
}

/** Only the endpoint itself gets our token, whatever a reply says. */
function isSameHost(url: string, endpoint: string): boolean {
  return URL.canParse(url) && new URL(url).host === new URL(endpoint).host;
}

function requestError(error: unknown, host: string): unknown {
  if (error instanceof Error && error.name === 'AbortError') return error;
  if (error instanceof AdapterError) return error;
  if (error instanceof Error && credentialErrors.has(error.name)) return credentialError(error, host);
  return unreachable(host, error);
}

const credentialErrors = new Set([
  'CredentialUnavailableError',
  'AuthenticationError',
  'AggregateAuthenticationError',
  'AuthenticationRequiredError',
]);

/** The authority refused (permanent), or no credential could be used at this moment (perhaps later). */
export function credentialError(error: Error, host: string): AdapterError {
  const [line = ''] = withoutQueries(error.message).split('\n');
  const next = 'Check the AZURE_* variables of the worker; AZURE_TOKEN_CREDENTIALS chooses the kind of credential';
  const status: unknown = Reflect.get(error, 'statusCode');
  if (error.name === 'AuthenticationError' && (status === 400 || status === 401 || status === 403)) {
    return new Refused({ what: `Azure's authority refused the credentials for ${host}: ${line}`, next, status });
  }
  return new Unreachable({ host, what: `No credential for ${host}: ${line}`, next });
}
