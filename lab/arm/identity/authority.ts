/**
 * What stands beside Azure Resource Manager on the HTTPS port and needs no token: an Entra-like authority, the cloud's
 * metadata and the image alias document (arm-clients.md, 1).
 */
import { timingSafeEqual } from 'node:crypto';
import { ArmError } from '../errors.ts';
import { guidOf } from '../guid.ts';
import type { Secrets } from './secrets.ts';
import type { Tokens } from './tokens.ts';
import type { Reply, Request, World } from '../world.ts';

/** Entra's own lifetime of a client's token, in seconds. */
const clientTokenSeconds = 3600;

/** App Service's own lifetime of a managed identity's token, in seconds. */
const identityTokenSeconds = 24 * 3600;

/** Whether two texts are the same, in a time that tells nothing about where they differ. */
function same(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(guidOf(one)), Buffer.from(guidOf(other))];
  return timingSafeEqual(left, right);
}

function refusal(status: number, error: string, code: number, text: string): Reply {
  return { status, body: { error, error_description: `AADSTS${code}: ${text}`, error_codes: [code] } };
}

/** Scopes that some clients ask for whoever they are; they mean nothing without a person. */
const ofPeople = ['openid', 'profile', 'offline_access', 'email'];

/** Client-credentials grant. Form fields: `grant_type, client_id, client_secret, scope`. */
function grant(secrets: Secrets, tokens: Tokens, form: URLSearchParams): Reply {
  const type = form.get('grant_type') ?? '';
  if (type !== 'client_credentials') {
    return refusal(400, 'unsupported_grant_type', 70003, `The app requested an unsupported grant type '${type}'.`);
  }
  const client = form.get('client_id') ?? '';
  if (client !== secrets.clientId) {
    return refusal(
      400,
      'unauthorized_client',
      700016,
      `Application with identifier '${client}' was not found in the directory.`,
    );
  }
  if (!same(form.get('client_secret') ?? '', secrets.identityHeader)) {
    return refusal(401, 'invalid_client', 7000215, 'Invalid client secret provided.');
  }
  const scopes = (form.get('scope') ?? '').split(' ').filter((one) => one !== '' && !ofPeople.includes(one));
  const [scope = '', ...others] = scopes;
  if (!scope.endsWith('/.default') || others.length > 0) {
    return refusal(
      400,
      'invalid_scope',
      70011,
      `The provided value for the input parameter 'scope' is not valid. ${scopes.join(' ')}`,
    );
  }
  const { token } = tokens.issue(scope.slice(0, -'/.default'.length), client, clientTokenSeconds);
  const lifetime = { expires_in: clientTokenSeconds, ext_expires_in: clientTokenSeconds };
  return { status: 200, body: { token_type: 'Bearer', ...lifetime, access_token: token } };
}

function discovery(authority: string): Reply {
  return {
    status: 200,
    body: {
      issuer: `${authority}/v2.0`,
      authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
      token_endpoint: `${authority}/oauth2/v2.0/token`,
      device_authorization_endpoint: `${authority}/oauth2/v2.0/devicecode`,
      end_session_endpoint: `${authority}/oauth2/v2.0/logout`,
      jwks_uri: `${authority}/discovery/v2.0/keys`,
      token_endpoint_auth_methods_supported: ['client_secret_post'],
      response_types_supported: ['code'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['HS256'],
      scopes_supported: ['openid'],
    },
  };
}

/** The cloud as its own ARM describes it; older api-versions list several. */
function metadata(world: World, version: string): Reply {
  const base = world.baseUrl();
  const cloud = {
    name: 'SitelinkLab',
    portal: base,
    resourceManager: `${base}/`,
    galleryEndpoint: base,
    graphEndpoint: base,
    graph: base,
    authentication: { loginEndpoint: base, audiences: [`${base}/`], tenant: world.tenantId, identityProvider: 'AAD' },
    media: base,
    batch: base,
    vmImageAliasDoc: imageAliasUrl(base),
    suffixes: {},
  };
  return { status: 200, body: /^20(19|20|21)-/.test(version) ? [cloud] : cloud };
}

export const imageAliasUrl = (base: string): string => `${base}/aliases.json`;

/** Names for images, as `az vm create --image` reads them; `UbuntuLTS` went in 2023 (azure.md, 0). */
function imageAliases(world: World): Reply {
  const image = (publisher: string, offer: string, sku: string): object => ({
    publisher,
    offer,
    sku,
    version: 'latest',
    architecture: 'x64',
  });
  const linux = {
    ...(world.rules === '2021' ? { UbuntuLTS: image('Canonical', 'UbuntuServer', '18.04-LTS') } : {}),
    Ubuntu2204: image('Canonical', '0001-com-ubuntu-server-jammy', '22_04-lts-gen2'),
    Ubuntu2404: image('Canonical', 'ubuntu-24_04-lts', 'server'),
    Debian12: image('Debian', 'debian-12', '12-gen2'),
  };
  return {
    status: 200,
    body: {
      $schema: 'http://schema.management.azure.com/schemas/2015-01-01/deploymentTemplate.json',
      contentVersion: '1.0.0.0',
      parameters: {},
      variables: {},
      resources: [],
      outputs: { aliases: { type: 'object', value: { Linux: linux, Windows: {} } } },
    },
  };
}

/** Answers what needs no token; null: the path is none of these. `form` is the body of a token request. */
export function answerOpen(
  world: World,
  secrets: Secrets,
  tokens: Tokens,
  request: Request,
  form: string,
): Reply | null {
  const { method, path } = request;
  if (method === 'GET' && path === '/aliases.json') return imageAliases(world);
  if (method === 'GET' && path.toLowerCase() === '/metadata/endpoints') return metadata(world, request.apiVersion);
  const [, tenant = '', rest] =
    /^\/([^/]+)\/(v2\.0\/\.well-known\/openid-configuration|discovery\/v2\.0\/keys|oauth2\/v2\.0\/token)$/i.exec(
      path,
    ) ?? [];
  if (rest === undefined) return null;
  if (tenant.toLowerCase() !== secrets.tenantId) {
    return refusal(
      400,
      'invalid_tenant',
      90002,
      `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID.`,
    );
  }
  if (rest.toLowerCase().startsWith('oauth2/')) {
    if (method === 'POST') return grant(secrets, tokens, new URLSearchParams(form));
    throw new ArmError(405, 'MethodNotAllowed', `The token endpoint takes POST, not ${method}.`);
  }
  // Its tokens are signed with a secret of its own, which nobody else can check.
  if (rest.toLowerCase().startsWith('discovery/')) return { status: 200, body: { keys: [] } };
  return discovery(`${world.baseUrl()}/${secrets.tenantId}`);
}

/**
 * The managed identity endpoints of an App Service (`/msi/token`, header `X-IDENTITY-HEADER`) and of a VM
 * (`/metadata/identity/oauth2/token`, header `Metadata: true`; what `AZURE_POD_IDENTITY_AUTHORITY_HOST` names).
 * Query: `resource, api-version`.
 */
export function answerIdentity(secrets: Secrets, tokens: Tokens, request: Request): Reply {
  const { method, path, headers, query } = request;
  // A web page must not get at a token through a name that resolves to loopback.
  const host = (headers['host'] ?? '127.0.0.1').replace(/:\d+$/, '');
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(host))
    return { status: 403, body: { statusCode: 403, message: `This endpoint answers on loopback, not for ${host}.` } };
  if (method === 'GET' && path === '/metadata/identity/oauth2/token') {
    const refuse = (error: string, text: string): Reply => ({ status: 400, body: { error, error_description: text } });
    if (headers['metadata']?.toLowerCase() !== 'true')
      return refuse('invalid_request', 'Required metadata header not specified');
    if ((query.get('resource') ?? '') === '')
      return refuse('invalid_request', 'Required query variable resource is missing');
    return identityToken(secrets, tokens, query.get('resource') ?? '');
  }
  const refuse = (status: number, message: string): Reply => ({ status, body: { statusCode: status, message } });
  if (path !== '/msi/token' || method !== 'GET')
    return refuse(404, 'There is GET /msi/token and GET /metadata/identity/oauth2/token.');
  if (!same(headers['x-identity-header'] ?? '', secrets.identityHeader)) {
    return refuse(401, 'The header X-IDENTITY-HEADER is missing or wrong.');
  }
  if ((query.get('resource') ?? '') === '') return refuse(400, 'The query parameter resource is missing.');
  return identityToken(secrets, tokens, query.get('resource') ?? '');
}

function identityToken(secrets: Secrets, tokens: Tokens, resource: string): Reply {
  const { token, expiresOn } = tokens.issue(resource, secrets.clientId, identityTokenSeconds);
  const seconds = String(identityTokenSeconds);
  return {
    status: 200,
    body: {
      access_token: token,
      client_id: secrets.clientId,
      expires_in: seconds,
      expires_on: String(expiresOn),
      ext_expires_in: seconds,
      not_before: String(expiresOn - identityTokenSeconds),
      resource,
      token_type: 'Bearer',
    },
  };
}
