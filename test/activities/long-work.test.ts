import assert from 'node:assert/strict';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { azureActivities } from '../../activities/azure.ts';
import { beat } from '../../activities/heartbeat.ts';
import { accepted, fakeArm, type FakeReply } from './fake-arm.ts';
import { attempt, persist } from './support.ts';

const group = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network';
const id = `${group}/virtualNetworkGateways/VnetGw`;
const owner = { hub: 'japan', site: null };
const tags = { 'sitelink-installation': 'test-1', 'sitelink-hub': 'japan' };
const request = {
  id,
  location: 'japaneast',
  owner,
  adopt: false,
  gateway: { name: 'VnetGw', sku: 'VpnGw1AZ', publicIps: [], bgp: null, adopt: false },
  gatewaySubnetId: `${group}/virtualNetworks/v/subnets/GatewaySubnet`,
  publicIpIds: [`${group}/publicIPAddresses/ip`],
};

function gateway(provisioningState: string, more: object = {}): FakeReply {
  const ipConfigurations = [
    { properties: { publicIPAddress: { id: request.publicIpIds[0] }, subnet: { id: request.gatewaySubnetId } } },
  ];
  const properties = { provisioningState, vpnType: 'RouteBased', sku: { name: 'VpnGw1AZ' }, ipConfigurations };
  return { body: { id, location: 'japaneast', tags, properties, ...more } };
}
const absent: FakeReply = { status: 404, body: { error: { code: 'ResourceNotFound', message: 'not found' } } };
const running: FakeReply = { body: { status: 'InProgress' }, headers: { 'retry-after': '10' } };

function failureIn(made: { error?: unknown }, type: string): ApplicationFailure {
  assert.ok(made.error instanceof ApplicationFailure, String(made.error));
  assert.equal(made.error.type, type, made.error.message);
  return made.error;
}

describe('A long Azure operation', () => {
  it('is a PUT, kept at once, and one look in each attempt until it ends', async () => {
    let looks = 0;
    let made = false;
    const { deps, asked } = fakeArm(({ method, path }) => {
      if (path.startsWith('/operations/')) return (looks += 1) < 3 ? running : { body: { status: 'Succeeded' } };
      if (method === 'PUT') made = true;
      if (method === 'PUT') return accepted();
      return made ? gateway('Succeeded') : absent;
    });
    const { ensureGateway } = azureActivities(deps);
    const { result, attempts, details } = await persist(ensureGateway, request, 1);
    assert.equal(result.provisioningState, 'Succeeded');
    assert.equal(result.adopted, false);
    assert.equal(attempts, 3);
    assert.equal(asked.filter((line) => line.startsWith('PUT')).length, 1);
    assert.match(JSON.stringify(details[0]), /operations\/1/);
  });

  it('is asked for again neither when the attempt after it knows its URL nor when that URL is no longer known', async () => {
    const replies = { operation: running, resource: gateway('Updating') };
    const { deps, asked } = fakeArm(({ path }) =>
      path.startsWith('/operations/') ? replies.operation : replies.resource,
    );
    const { ensureGateway } = azureActivities(deps);
    const kept = {
      puts: 1,
      operation: {
        deed: 'put',
        url: 'https://arm.test/operations/1',
        kind: 'operation',
        resultUrl: null,
        startedAt: Date.now() - 5_000,
        unitMs: 10_000,
      },
    };
    const second = await attempt(ensureGateway, request, { kept, attempt: 2 });
    assert.ok(Number(failureIn(second, 'NotYet').nextRetryDelay) >= 10_000);
    assert.deepEqual(asked, ['GET /operations/1']);

    replies.operation = absent;
    const third = await attempt(ensureGateway, request, { kept: second.kept ?? kept, attempt: 3 });
    assert.match(failureIn(third, 'NotYet').message, /VPN gateway VnetGw is Updating/);

    replies.resource = gateway('Succeeded');
    const last = await attempt(ensureGateway, request, { kept: third.kept, attempt: 4 });
    assert.equal(last.result?.provisioningState, 'Succeeded');
    assert.ok(!asked.some((line) => line.startsWith('PUT')));
  });

  it('is made anew when neither its URL nor the resource is known', async () => {
    let made = false;
    const { deps, asked } = fakeArm(({ method }) => {
      if (method === 'PUT') made = true;
      return made ? gateway('Succeeded') : absent;
    });
    const operation = { deed: 'put', url: 'https://arm.test/operations/9', kind: 'operation', startedAt: 0, unitMs: 1 };
    const { result } = await attempt(azureActivities(deps).ensureGateway, request, { kept: { operation }, attempt: 2 });
    assert.equal(result?.provisioningState, 'Succeeded');
    assert.equal(asked.filter((line) => line.startsWith('PUT')).length, 1);
  });

  it('leaves no URL behind in its last attempt, nor in any failure', async () => {
    const { deps } = fakeArm(({ method, path }) => {
      if (path.startsWith('/operations/')) return running;
      return method === 'PUT' ? accepted() : absent;
    });
    const made = await attempt(azureActivities(deps).ensureGateway, request, { leftMs: 5_000 });
    const failure = failureIn(made, 'NotYet');
    assert.doesNotMatch(JSON.stringify([failure.message, failure.details, made.kept]), /operations\/1|signature/);
  });

  it('that failed is repaired once by the same PUT, then is for a person', async () => {
    let puts = 0;
    const failed = {
      body: {
        status: 'Failed',
        error: {
          code: 'VmssGatewayDeploymentFailed',
          message: 'no luck',
          details: [{ code: 'Inner', message: 'why' }],
        },
      },
    };
    const { deps } = fakeArm(({ method, path }) => {
      if (path.startsWith('/operations/')) return failed;
      if (method === 'PUT') puts += 1;
      if (method === 'PUT') return accepted();
      return puts === 0 ? absent : gateway('Failed');
    });
    await assert.rejects(persist(azureActivities(deps).ensureGateway, request, 1), (error: unknown) => {
      const failure = failureIn({ error }, 'Refused');
      assert.match(failure.message, /Writing VPN gateway VnetGw failed: no luck/);
      assert.match(failure.message, /Inner: why\n {2}code VmssGatewayDeploymentFailed/);
      return true;
    });
    assert.equal(puts, 2);
  });

  it('that lost against another operation is tried again', async () => {
    let puts = 0;
    const { deps } = fakeArm(({ method, path }) => {
      if (path.startsWith('/operations/')) {
        return puts === 1
          ? { body: { status: 'Failed', error: { code: 'RetryableError', message: 'later' } } }
          : { body: { status: 'Succeeded' } };
      }
      if (method === 'PUT') puts += 1;
      if (method === 'PUT') return accepted();
      return puts < 2 ? absent : gateway('Succeeded');
    });
    const { ensureGateway } = azureActivities(deps);
    const first = await attempt(ensureGateway, request);
    failureIn(first, 'Busy');
    const second = await attempt(ensureGateway, request, { kept: first.kept, attempt: 2 });
    assert.equal(second.result?.provisioningState, 'Succeeded');
  });

  it('waits as long as a throttled or busy server asks', async () => {
    for (const [status, code] of [
      [429, 'TooManyRequests'],
      [409, 'AnotherOperationInProgress'],
      [503, 'ServerTimeout'],
    ] as const) {
      const { deps } = fakeArm(({ method }) =>
        method === 'PUT'
          ? { status, body: { error: { code, message: 'busy' } }, headers: { 'retry-after': '17' } }
          : absent,
      );
      assert.equal(
        failureIn(await attempt(azureActivities(deps).ensureGateway, request), 'Busy').nextRetryDelay,
        17_000,
      );
    }
  });

  it('refuses what exists and is not ours, and what is not as wanted', async () => {
    const { ensureGateway } = azureActivities(fakeArm(() => gateway('Succeeded', { tags: {} })).deps);
    assert.match(failureIn(await attempt(ensureGateway, request), 'Refused').message, /adopt: true/);
    const adopted = await attempt(ensureGateway, { ...request, adopt: true });
    assert.equal(adopted.result?.adopted, true);
    const other = { ...request, gateway: { ...request.gateway, sku: 'VpnGw2AZ' } };
    const different = failureIn(await attempt(ensureGateway, { ...other, adopt: true }), 'Refused');
    assert.match(different.message, /sku is VpnGw1AZ, wanted VpnGw2AZ/);
    assert.match(different.message, /What is adopted is not changed/);
    const broken = azureActivities(fakeArm(() => gateway('Failed', { tags: {} })).deps);
    const failure = failureIn(await attempt(broken.ensureGateway, { ...request, adopt: true }), 'Refused');
    assert.match(failure.message, /provisioning state is Failed/);
  });

  it('that ends without being what was written is for a person', async () => {
    const lasting = fakeArm(({ method }) => (method === 'PUT' ? { status: 200, body: {} } : absent));
    const failure = failureIn(await attempt(azureActivities(lasting.deps).ensureGateway, request), 'Refused');
    assert.match(failure.message, /is absent after it was written/);
  });

  it('ends at once when the activity is asked to stop', async () => {
    const { deps } = fakeArm(({ method, path }) => {
      if (path.startsWith('/operations/'))
        return { body: { status: 'InProgress' }, headers: { 'x-ms-retry-after-ms': '900' } };
      return method === 'PUT'
        ? { ...accepted(), headers: { ...accepted().headers, 'x-ms-retry-after-ms': '900' } }
        : absent;
    });
    const env = new MockActivityEnvironment({ scheduleToCloseTimeoutMs: 0 }, { logger: new DefaultLogger('ERROR') });
    const connection = {
      ...request,
      id: `${group}/localNetworkGateways/l`,
      address: '203.0.113.7' as never,
      prefixes: [],
      bgp: null,
    };
    const running_ = env.run(azureActivities(deps).ensureLocalGateway, connection);
    env.on('heartbeat', () => setTimeout(() => env.cancel(), 50));
    await assert.rejects(running_, (error: unknown) => error instanceof CancelledFailure);
  });

  it('keeps what an earlier attempt kept through a plain sign of life', async () => {
    const made = await attempt(
      async () => {
        beat();
        await Promise.resolve();
      },
      undefined,
      { kept: { puts: 1 } },
    );
    assert.deepEqual(made.details, [{ puts: 1 }]);
  });
});
