import assert from 'node:assert/strict';
import { cidr, deviceFile, deviceSite, ipv4, seedHub, seedSite } from '../support/site-files.ts';
import { accepted, endpoint, type Answerer } from './fake-arm.ts';
import { group, network, absent, problem, type, actOn } from './samples.ts';
import { attempt, persist } from './support.ts';

describe('Measuring in Azure', () => {
  const vmId = `${group}/providers/Microsoft.Compute/virtualMachines/linux010`;
  const ping = { vmId, target: ipv4('172.20.100.100'), count: 3 };
  const output = { value: [{ message: 'x\n3 packets transmitted, 2 received, 33.3333% packet loss, time 2003ms\n' }] };

  it('takes the result from where Azure puts it: the reply, its Location, or the operation', async () => {
    const location = `${endpoint}/results/1?s=signature`;
    const ways: Answerer[] = [
      () => ({ body: output }),
      ({ path }) =>
        path === '/results/1' ? { body: output } : { status: 202, headers: { location, 'x-ms-retry-after-ms': '1' } },
      ({ path }) => {
        if (path === '/results/1') return { body: output };
        if (path.startsWith('/operations/')) return { body: { status: 'Succeeded' } };
        return { status: 202, headers: { ...accepted().headers, location } };
      },
      ({ path }) =>
        path.startsWith('/operations/')
          ? { body: { status: 'Succeeded', properties: { output } } }
          : accepted(202, undefined),
    ];
    for (const way of ways) {
      const { result } = await persist(actOn(way).pingFromProbe, ping, 1);
      assert.deepEqual([result.sent, result.received, result.lossPercent], [3, 2, 33.3333]);
    }
  });

  it('sends a ping again when Azure no longer knows the first one', async () => {
    let posts = 0;
    const act = actOn(({ path }) => {
      if (path.startsWith('/operations/')) return absent;
      return (posts += 1) === 1 ? accepted(202, undefined) : { body: output };
    });
    assert.equal((await persist(act.pingFromProbe, ping, 1)).result.received, 2);
    assert.equal(posts, 2);
  });

  it('counts a probe that is off as one that got no answer, and waits while another script runs on it', async () => {
    const off = await attempt(actOn(() => problem(409, 'OperationNotAllowed')).pingFromProbe, ping);
    assert.deepEqual([off.result?.received, off.result?.lossPercent], [0, 100]);
    const silent = await attempt(
      actOn(() => ({ body: { value: [{ message: 'connect: Network is unreachable' }] } })).pingFromProbe,
      ping,
    );
    assert.match(silent.result?.statistics ?? '', /Network is unreachable/);
    assert.equal(type(await attempt(actOn(() => problem(409, 'Conflict')).pingFromProbe, ping)), 'Busy');
    assert.equal(type(await attempt(actOn(() => problem(403, 'AuthorizationFailed')).pingFromProbe, ping)), 'Refused');
    const failed = actOn(({ path }) =>
      path.startsWith('/operations/')
        ? { body: { status: 'Failed', error: { code: 'VMExtensionProvisioningError' } } }
        : accepted(202, undefined),
    );
    assert.equal((await persist(failed.pingFromProbe, ping, 1)).result.received, 0);
    assert.equal(type(await attempt(failed.pingFromProbe, { ...ping, count: 0 })), 'Refused');
  });

  it('waits for routes within its time, and finds none on a NIC whose VM is off', async () => {
    const routes = { nicId: `${network}/networkInterfaces/n`, expected: [cidr('172.20.100.0/24')], withinSeconds: 60 };
    const wrong = { addressPrefix: ['172.20.100.0/24'], nextHopType: 'None', source: 'User', state: 'Active' };
    const act = actOn(() => ({ body: { value: [wrong] } }));
    const first = await attempt(act.effectiveRoutes, routes);
    assert.equal(type(first), 'NotYet');
    const late = await attempt(act.effectiveRoutes, routes, { kept: { since: Date.now() - 61_000 } });
    assert.equal(late.result?.holds, false);
    const off = await attempt(actOn(() => problem(400, 'NicNotAttached')).effectiveRoutes, routes);
    assert.deepEqual(off.result, { routes: [], holds: false });
    assert.equal(type(await attempt(actOn(() => problem(401, 'Unauthorized')).effectiveRoutes, routes)), 'Refused');
  });

  it('waits for a connected connection within its time', async () => {
    const id = `${network}/connections/c`;
    const facts = (ingress: number) => ({
      provisioningState: 'Succeeded',
      connectionStatus: 'Connected',
      ingressBytesTransferred: ingress,
      egressBytesTransferred: 9,
    });
    const baseline = {
      provisioningState: 'Succeeded',
      connectionStatus: 'NotConnected',
      ingressBytes: 0,
      egressBytes: 0,
    };
    const request = { id, baseline, withinSeconds: 60 };
    const idle = actOn(() => ({ body: { properties: facts(0) } }));
    assert.equal(type(await attempt(idle.awaitConnected, request)), 'NotYet');
    const busy = await attempt(actOn(() => ({ body: { properties: facts(9) } })).awaitConnected, request);
    assert.equal(busy.result?.holds, true);
    const gone = await attempt(actOn(() => absent).awaitConnected, { ...request, withinSeconds: 0 });
    assert.equal(gone.result?.provisioningState, 'absent');
  });

  it('waits until a gateway has no connection', async () => {
    const request = { gatewayId: `${network}/virtualNetworkGateways/VnetGw` };
    const act = actOn(() => ({ body: { value: [{ id: `${network}/connections/c` }] } }));
    const made = await attempt(act.awaitNoConnections, request);
    assert.equal(type(made), 'NotYet');
    assert.match((made.error as Error).message, /still has connections\/c/);
    assert.equal('error' in (await attempt(actOn(() => absent).awaitNoConnections, request)), false);
  });

  it('finds everything absent, and says so row by row', async () => {
    const request = {
      hub: seedHub,
      site: seedSite,
      gatewayAddresses: [ipv4('203.0.113.1')],
      publicAddress: ipv4('203.0.113.2'),
    };
    const { result = [] } = await attempt(actOn(() => absent).observeSite, request);
    assert.deepEqual(
      result.map(({ row }) => row),
      [1, 5, 6, 7, 8, 9, 1, 2, 3, 15],
    );
    assert.ok(result.every(({ holds, observed }) => !holds && JSON.stringify(observed).includes('absent')));
    const device = { ...request, hub: deviceFile.hub, site: deviceSite };
    const fewer = await attempt(actOn(() => absent).observeSite, device);
    assert.deepEqual(
      fewer.result?.map(({ row }) => row),
      [1, 5, 6, 7, 8, 9],
    );
  });
});
