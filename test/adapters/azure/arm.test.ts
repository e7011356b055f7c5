import assert from 'node:assert/strict';
import { createHttpHeaders, type HttpClient, type PipelineRequest } from '@azure/core-rest-pipeline';
import { CredentialUnavailableError, AuthenticationError } from '@azure/identity';
import { createArm, credentialError } from '../../../adapters/azure/arm.ts';
import {
  azureErrorOf,
  errorOf,
  hintOf,
  isOutOfCapacity,
  parseBody,
  withoutQueries,
} from '../../../adapters/azure/replies.ts';
import { Busy, Refused, Unreachable } from '../../../adapters/errors.ts';

const endpoint = 'https://arm.test';
interface Reply {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers in turn, and remembers the requests. */
function armWith(replies: (Reply | Error)[], getToken?: () => Promise<never>) {
  const requests: PipelineRequest[] = [];
  let tokens = 0;
  const httpClient: HttpClient = {
    sendRequest: (request) => {
      requests.push(request);
      const reply = replies[requests.length - 1] ?? { status: 404 };
      if (reply instanceof Error) return Promise.reject(reply);
      const bodyAsText = reply.body === undefined ? '' : JSON.stringify(reply.body);
      return Promise.resolve({
        request,
        status: reply.status ?? 200,
        headers: createHttpHeaders({ ...reply.headers }),
        bodyAsText,
      });
    },
  };
  const fresh = () => Promise.resolve({ token: `t${(tokens += 1)}`, expiresOnTimestamp: Date.now() + 3_600_000 });
  const credential = { getToken: getToken ?? fresh };
  return { arm: createArm({ endpoint, scope: `${endpoint}/.default`, credential, httpClient }), requests };
}
const ask = { deed: 'Reading x' };

describe('The ARM client', () => {
  it('asks with a token and an api-version, and answers null for what is absent', async () => {
    const { arm, requests } = armWith([{ body: { id: 'x' } }]);
    assert.deepEqual(await arm.get('/a?$expand=b', '2025', ask), { id: 'x' });
    assert.equal(await arm.get('/b', '2025', ask), null);
    assert.deepEqual(
      requests.map(({ url }) => url),
      [`${endpoint}/a?$expand=b&api-version=2025`, `${endpoint}/b?api-version=2025`],
    );
    assert.equal(requests[0]?.headers.get('authorization'), 'Bearer t1');
  });

  it('reads all pages of a list, from its own host only', async () => {
    const { arm, requests } = armWith([
      { body: { value: [1], nextLink: `${endpoint}/next` } },
      { body: { value: [2], nextLink: 'https://elsewhere.test/next' } },
    ]);
    assert.deepEqual(await arm.list('/a', '2025', ask), [1, 2]);
    assert.equal(requests.length, 2);
    assert.deepEqual(await armWith([]).arm.list('/a', '2025', ask), []);
    await assert.rejects(armWith([{ status: 403 }]).arm.list('/a', '2025', ask), Refused);
  });

  it('gets a new token once when Azure says that it has expired', async () => {
    const expired = { status: 401, body: { error: { code: 'ExpiredAuthenticationToken', message: 'expired' } } };
    const { arm, requests } = armWith([expired, { body: 1 }]);
    assert.equal(await arm.get('/a', '2025', ask), 1);
    assert.equal(requests[1]?.headers.get('authorization'), 'Bearer t2');
    await assert.rejects(armWith([expired, expired]).arm.get('/a', '2025', ask), Busy);
  });

  it('sends its token to no other host, whatever an operation URL says', async () => {
    const { arm, requests } = armWith([]);
    assert.deepEqual(await arm.poll('https://elsewhere.test/operations/1', 'operation', ask), { state: 'unknown' });
    await assert.rejects(arm.result('https://elsewhere.test/results/1', ask), Refused);
    assert.equal(requests.length, 0);
  });

  it('takes the smallest hint of an accepted operation as its unit', async () => {
    const accepted = (ms: string) => ({
      status: 202,
      headers: { location: `${endpoint}/l`, 'x-ms-retry-after-ms': ms },
    });
    const { arm } = armWith([accepted('170'), accepted('2000'), { status: 429, headers: { 'retry-after': '9' } }]);
    assert.equal(arm.unitMs(), 10_000);
    await arm.post('/a', '2025', null, ask);
    await arm.delete('/a', '2025', ask);
    assert.equal(arm.unitMs(), 170);
    await assert.rejects(
      arm.get('/a', '2025', ask),
      (error: unknown) => error instanceof Busy && error.retryAfterSeconds === 9,
    );
  });

  it('tells how an operation stands', async () => {
    const url = `${endpoint}/operations/1`;
    const states = async (reply: Reply, kind: 'operation' | 'location') =>
      await armWith([reply]).arm.poll(url, kind, ask);
    assert.deepEqual(await states({ status: 202, headers: { 'retry-after': '15' } }, 'location'), {
      state: 'running',
      hintMs: 15_000,
    });
    assert.deepEqual(await states({ body: { a: 1 } }, 'location'), { state: 'succeeded', body: { a: 1 } });
    assert.deepEqual(await states({ body: { status: 'InProgress' } }, 'operation'), { state: 'running', hintMs: null });
    assert.deepEqual(await states({ status: 404 }, 'operation'), { state: 'unknown' });
    const canceled = await states({ body: { status: 'Canceled' } }, 'operation');
    assert.equal(canceled.state, 'failed');
    assert.match(canceled.state === 'failed' ? canceled.error.message : '', /the operation ended as canceled/);
    await assert.rejects(armWith([{ status: 500 }]).arm.poll(url, 'operation', ask), Busy);
    await assert.rejects(armWith([{ status: 400 }]).arm.result(url, ask), Refused);
  });

  it('is unreachable where nobody answers, and says nothing of the query', async () => {
    const { arm } = armWith([new Error(`connect ECONNREFUSED ${endpoint}/x?sig=secret`)]);
    await assert.rejects(arm.get('/a', '2025', ask), (error: unknown) => {
      assert.ok(error instanceof Unreachable);
      assert.equal(error.shortMessage, `No answer from arm.test: connect ECONNREFUSED ${endpoint}/x`);
      return true;
    });
    const abort = Object.assign(new Error('stopped'), { name: 'AbortError' });
    await assert.rejects(armWith([abort]).arm.get('/a', '2025', ask), { name: 'AbortError' });
  });

  it('tells no usable credential from one that the authority refuses, in one line', async () => {
    const none = new CredentialUnavailableError('EnvironmentCredential is unavailable.\nMore lines.');
    await assert.rejects(armWith([], () => Promise.reject(none)).arm.get('/a', '2025', ask), (error: unknown) => {
      assert.ok(error instanceof Unreachable);
      assert.equal(error.shortMessage, 'No credential for arm.test: EnvironmentCredential is unavailable.');
      return true;
    });
    const wrong = new AuthenticationError(401, {
      error: 'invalid_client',
      error_description: 'AADSTS7000215: Invalid',
    });
    assert.ok(credentialError(wrong, 'arm.test') instanceof Refused);
    assert.ok(credentialError(new AuthenticationError(503, 'busy'), 'arm.test') instanceof Unreachable);
  });
});

describe('What a reply says', () => {
  const headers = (values: Record<string, string>) => ({ get: (name: string) => values[name] });
  for (const [what, values, hint] of [
    ['the exact milliseconds before the seconds', { 'x-ms-retry-after-ms': '250', 'retry-after': '1' }, 250],
    ['seconds', { 'retry-after': '10' }, 10_000],
    ['a date', { 'retry-after': new Date(1_010_000).toUTCString() }, 10_000],
    ['a date that is over', { 'retry-after': new Date(0).toUTCString() }, 0],
    ['neither', {}, null],
    ['nonsense', { 'retry-after': 'soon' }, null],
  ] as const) {
    it(`gives as hint ${what}`, () => {
      assert.equal(hintOf(headers(values), 1_000_000), hint);
    });
  }

  const failing = { deed: 'PUT of x', requestId: 'r', hintMs: null, unitMs: 500 };
  for (const [status, code, wanted] of [
    [429, 'TooManyRequests', Busy],
    [409, 'AnotherOperationInProgress', Busy],
    [400, 'ReferencedResourceNotProvisioned', Busy],
    [400, 'InUseSubnetCannotBeDeleted', Busy],
    [503, '', Busy],
    [408, '', Busy],
    [200, 'RetryableError', Busy],
    [400, 'NonAzSkusNotAllowedForVPNGateway', Refused],
    [409, 'QuotaExceeded', Refused],
    [403, 'AuthorizationFailed', Refused],
    [401, '', Refused],
    [501, 'NotModelled', Refused],
    [200, 'VmssGatewayDeploymentFailed', Refused],
  ] as const) {
    it(`makes ${status} ${code} ${wanted.name}`, () => {
      const error = errorOf({ ...failing, status, error: { code, message: 'm', details: [] } });
      assert.ok(error instanceof wanted);
      assert.match(error.message, /PUT of x failed: m/);
      if (error instanceof Busy) assert.equal(error.retryAfterSeconds, 0.5);
    });
  }

  it('says what to do for the refusals that people meet', () => {
    const next = (status: number, code: string) =>
      errorOf({ ...failing, status, error: { code, message: '', details: [] } }).next;
    assert.match(next(400, 'NonAzSkusNotAllowedForVPNGateway'), /VpnGw1AZ/);
    assert.match(next(400, 'IPv4BasicSkuPublicIpCountLimitReached'), /Standard/);
    assert.match(next(403, ''), /rights/);
    assert.match(next(400, 'Strange'), /resume/);
  });

  it('keeps inner errors and loses signed queries', () => {
    const inner = { code: 'Inner', message: `see ${endpoint}/x?s=1`, innererror: { code: 'Deep' } };
    const error = azureErrorOf({ error: { code: 'Outer', message: 'm', details: [inner] } });
    assert.deepEqual(error.details, [`Inner: see ${endpoint}/x`, 'Deep: ']);
    assert.equal(azureErrorOf('plain text').message, 'plain text');
    assert.equal(
      withoutQueries(`at ${endpoint}/a?t=1&s=2 twice ${endpoint}/b?x`),
      `at ${endpoint}/a twice ${endpoint}/b`,
    );
    assert.equal(parseBody('not json'), 'not json');
    assert.equal(parseBody(' '), null);
  });

  it('knows a lack of capacity, also inside another error', () => {
    const refused = (code: string, details: string[] = []) => new Refused({ what: 'w', next: 'n', code, details });
    assert.equal(isOutOfCapacity(refused('SkuNotAvailable')), true);
    assert.equal(isOutOfCapacity(refused('DeploymentFailed', ['AllocationFailed: none'])), true);
    assert.equal(isOutOfCapacity(refused('QuotaExceeded')), false);
    assert.equal(isOutOfCapacity(new Error('x')), false);
  });
});
