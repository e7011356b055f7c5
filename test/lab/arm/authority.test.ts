import assert from 'node:assert/strict';
import { get } from 'node:http';
import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { ClientSecretCredential } from '@azure/identity';
import { execa } from 'execa';
import { loadSecrets } from '../../../lab/arm/identity/secrets.ts';
import { Tokens } from '../../../lab/arm/identity/tokens.ts';
import { type ArmFixture, openArm, requestArm } from '../../support/arm.ts';
import { errorCode, subscription } from './support.ts';

/** What a TLS client that trusts only the CA gets for a certificate. */
function peerCertificate(lab: ArmFixture, host: string): Promise<X509Certificate> {
  return new Promise((resolve, reject) => {
    const socket = connect(
      {
        host: '127.0.0.1',
        port: Number(new URL(lab.arm.endpoint).port),
        servername: host === 'localhost' ? host : '',
        ca: readFileSync(lab.arm.caFile),
      },
      () => {
        const certificate = socket.getPeerX509Certificate();
        socket.destroy();
        if (certificate === undefined) reject(new Error('no certificate'));
        else resolve(certificate);
      },
    );
    socket.on('error', reject);
  });
}

const claimsOf = (token: string): { tid: string; aud: string; exp: number; iat: number } =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    tid: string;
    aud: string;
    exp: number;
    iat: number;
  };

describe('authority, identity and certificates of the lab’s Azure', function () {
  this.timeout(30_000);
  let lab: ArmFixture;
  before(async () => {
    lab = await openArm();
  });
  after(() => lab.close());

  it('serves a certificate for 127.0.0.1 and localhost under a CA of its own that lasts for years', async () => {
    const ca = new X509Certificate(readFileSync(lab.arm.caFile));
    for (const host of ['127.0.0.1', 'localhost']) {
      const leaf = await peerCertificate(lab, host);
      assert.ok(leaf.verify(ca.publicKey));
      assert.equal(leaf.ca, false);
    }
    assert.ok(ca.ca && ca.verify(ca.publicKey));
    assert.ok(Date.parse(ca.validTo) - Date.now() > 5 * 365 * 24 * 3600 * 1000);
    const before = await peerCertificate(lab, '127.0.0.1');
    await lab.restart();
    assert.equal(new X509Certificate(readFileSync(lab.arm.caFile)).fingerprint256, ca.fingerprint256);
    assert.notEqual((await peerCertificate(lab, '127.0.0.1')).fingerprint256, before.fingerprint256);
  });

  it('keeps its files to itself', async () => {
    await lab.call('PUT', `/subscriptions/${lab.arm.subscriptionId}/resourceGroups/G`, { location: 'japaneast' });
    for (const file of ['ca-key.pem', 'arm.json', 'state.journal', 'requests.log']) {
      assert.equal(statSync(join(lab.folder, file)).mode & 0o077, 0, file);
    }
  });

  it('lets the vendor’s own credential and client in, in a process that trusts the CA', async () => {
    // In a child, because Node reads NODE_EXTRA_CA_CERTS at its start only.
    const program = `
      import { DefaultAzureCredential } from '@azure/identity';
      import { ResourceManagementClient } from '@azure/arm-resources';
      const client = new ResourceManagementClient(new DefaultAzureCredential(), '${lab.arm.subscriptionId}', { endpoint: '${lab.arm.endpoint}' });
      const made = await client.resourceGroups.createOrUpdate('child', { location: 'japaneast' });
      console.log(made.id);`;
    const { stdout } = await execa(process.execPath, ['--input-type=module', '--eval', program], {
      extendEnv: false,
      env: {
        PATH: process.env['PATH'] ?? '',
        NODE_EXTRA_CA_CERTS: lab.arm.caFile,
        IDENTITY_ENDPOINT: lab.arm.identity,
        IDENTITY_HEADER: lab.arm.identityHeader,
        AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
      },
      timeout: 20_000,
    });
    assert.equal(stdout, `${subscription}/resourceGroups/child`);
  });

  it('gives a service principal a token by the vendor’s own client', async () => {
    const { tenantId, clientId, identityHeader, authority, caFile, endpoint } = lab.arm;
    const credential = new ClientSecretCredential(tenantId, clientId, identityHeader, {
      authorityHost: authority,
      disableInstanceDiscovery: true,
      tlsOptions: { ca: readFileSync(caFile) },
    } as ConstructorParameters<typeof ClientSecretCredential>[3]);
    const { token } = await credential.getToken(`${endpoint}/.default`);
    assert.equal(claimsOf(token).tid, tenantId);
    const answer = await requestArm(lab.arm, 'GET', `${subscription}?api-version=2022-12-01`, {
      headers: { authorization: `Bearer ${token}` },
    });
    assert.equal(answer.status, 200);
  });

  it('describes itself to whoever registers it as a cloud', async () => {
    const metadata = async (version: string): Promise<unknown> =>
      (await requestArm(lab.arm, 'GET', `/metadata/endpoints?api-version=${version}`)).body;
    const cloud = (await metadata('2022-09-01')) as {
      authentication: { loginEndpoint: string; audiences: string[] };
      suffixes: object;
    };
    assert.equal(cloud.authentication.loginEndpoint, lab.arm.authority);
    assert.deepEqual(cloud.authentication.audiences, [`${lab.arm.endpoint}/`]);
    assert.equal(typeof cloud.suffixes, 'object');
    assert.ok(Array.isArray(await metadata('2019-05-01')));
    const aliases = await requestArm(lab.arm, 'GET', new URL(lab.arm.imageAliases).pathname);
    const linux = (aliases.body as { outputs: { aliases: { value: { Linux: object } } } }).outputs.aliases.value.Linux;
    assert.ok('Ubuntu2204' in linux && !('UbuntuLTS' in linux));
  });

  const form = (lacking: Record<string, string>): string =>
    new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: lab.arm.clientId,
      client_secret: lab.arm.identityHeader,
      scope: `${lab.arm.endpoint}/.default`,
      ...lacking,
    }).toString();
  const grants: readonly [string, Record<string, string>, number, string][] = [
    ['another grant', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['an unknown client', { client_id: 'x' }, 400, 'unauthorized_client'],
    ['a wrong secret', { client_secret: 'x' }, 401, 'invalid_client'],
    ['a scope that is no default one', { scope: 'x' }, 400, 'invalid_scope'],
    ['two scopes', { scope: 'https://a/.default https://b/.default' }, 400, 'invalid_scope'],
  ];
  for (const [what, lacking, status, error] of grants) {
    it(`refuses a token for ${what} with ${status} ${error}`, async () => {
      const answer = await requestArm(lab.arm, 'POST', `/${lab.arm.tenantId}/oauth2/v2.0/token`, {
        body: form(lacking),
      });
      assert.equal(answer.status, status);
      assert.equal((answer.body as { error: string }).error, error);
    });
  }

  it('gives a token to a client that asks for scopes of people besides, as MSAL for Go and for Java do', async () => {
    const scope = `${lab.arm.endpoint}/.default openid offline_access profile`;
    const { status } = await requestArm(lab.arm, 'POST', `/${lab.arm.tenantId}/oauth2/v2.0/token`, {
      body: form({ scope }),
    });
    assert.equal(status, 200);
  });

  it('refuses other tenants, and GET where a form is wanted', async () => {
    const foreign = await requestArm(lab.arm, 'GET', '/common/v2.0/.well-known/openid-configuration');
    assert.equal((foreign.body as { error: string }).error, 'invalid_tenant');
    const get = await requestArm(lab.arm, 'GET', `/${lab.arm.tenantId}/oauth2/v2.0/token`);
    assert.equal(get.status, 405);
  });

  it('asks for the identity header, the resource and the right path', async () => {
    const ask = async (suffix: string, header: string): Promise<number> =>
      (await fetch(`${lab.arm.identity}${suffix}`, { headers: { 'X-IDENTITY-HEADER': header } })).status;
    const good = lab.arm.identityHeader;
    assert.equal(await ask('?resource=x', 'wrong'), 401);
    assert.equal(await ask('?api-version=2019-08-01', good), 400);
    assert.equal(await ask('/more?resource=x', good), 404);
    assert.equal(await ask('?resource=x', good), 200);
  });

  it('gives tokens as a VM’s metadata service does, to whoever sends its header', async () => {
    const ask = (suffix: string, metadata: string): Promise<Response> =>
      fetch(new URL(`/metadata/identity/oauth2/token${suffix}`, lab.arm.identity), { headers: { metadata } });
    const resource = `?api-version=2018-02-01&resource=${lab.arm.endpoint}`;
    assert.equal((await ask(resource, 'false')).status, 400);
    assert.equal((await ask('?api-version=2018-02-01', 'true')).status, 400);
    const { access_token: token, expires_in: seconds } = (await (await ask(resource, 'true')).json()) as Record<
      string,
      string
    >;
    assert.deepEqual([claimsOf(token ?? '').tid, seconds], [lab.arm.tenantId, '86400']);
  });

  it('gives none to a page that reached it by a name of its own', async () => {
    const { hostname, port } = new URL(lab.arm.identity);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const path = `/metadata/identity/oauth2/token?resource=${lab.arm.endpoint}`;
      get({ hostname, port, path, headers: { host: 'rebound.example', metadata: 'true' } }, (reply) => {
        reply.resume();
        resolve(reply.statusCode);
      }).on('error', reject);
    });
    assert.equal(status, 403);
  });

  it('has at its discovery document’s addresses what that says', async () => {
    const path = `/${lab.arm.tenantId}/v2.0/.well-known/openid-configuration`;
    const { body } = await requestArm(lab.arm, 'GET', path);
    const { jwks_uri: keys, token_endpoint: token } = body as { jwks_uri: string; token_endpoint: string };
    assert.deepEqual((await requestArm(lab.arm, 'GET', new URL(keys).pathname)).body, { keys: [] });
    assert.equal((await requestArm(lab.arm, 'POST', new URL(token).pathname)).status, 400);
  });

  it('refuses a token that has expired or is for someone else', async () => {
    const tokens = new Tokens(loadSecrets(lab.folder), () => lab.arm.endpoint);
    const codeFor = async (audience: string, seconds: number): Promise<string | undefined> => {
      const { token } = tokens.issue(audience, lab.arm.clientId, seconds);
      const headers = { authorization: `Bearer ${token}` };
      return errorCode(await requestArm(lab.arm, 'GET', `${subscription}?api-version=2022-12-01`, { headers }));
    };
    assert.equal(await codeFor('https://graph.example', 60), 'InvalidAuthenticationTokenAudience');
    assert.equal(await codeFor(lab.arm.endpoint, -1), 'ExpiredAuthenticationToken');
    assert.equal(await codeFor('https://management.azure.com/', 60), undefined);
    assert.equal(await codeFor(`${lab.arm.endpoint}/`, 60), undefined);
  });

  it('names the old Ubuntu in the world of 2021', async () => {
    const old = await openArm({ rules: '2021' });
    try {
      const aliases = await requestArm(old.arm, 'GET', '/aliases.json');
      assert.match(JSON.stringify(aliases.body), /UbuntuLTS/);
    } finally {
      await old.close();
    }
  });
});
