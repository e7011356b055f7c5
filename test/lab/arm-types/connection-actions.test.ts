import assert from 'node:assert/strict';
import { type JsonObject, at } from '../../../lab/arm/json.ts';
import type { Resource } from '../../../lab/arm/store/store.ts';
import { dataplane } from './dataplane.ts';
import {
  bodies,
  buildHub,
  buildProbe,
  connectionBody,
  gatewayBody,
  idOf,
  location,
  nicBody,
  paths,
} from './samples.ts';
import { type Bench, refused, withBench, textOf } from './world.ts';

const connection = (one: Bench): Resource => {
  const found = one.world.store.get(idOf(paths.connection));
  assert(found !== undefined);
  return found;
};

const keyOf = (one: Bench): unknown =>
  at(one.act(paths.connection, 'sharedkey', undefined, 'GET').body as JsonObject, 'value');

describe('the lab’s shared keys', () => {
  it('change by a PUT that answers before it is done, as Azure’s does', () => {
    withBench((one) => {
      buildHub(one);
      assert.equal(keyOf(one), 'P@ssw0rd1234');
      const reply = one.act(paths.connection, 'sharedkey', { value: 'new key+/%&' }, 'PUT');
      assert.deepEqual([reply.status, reply.body], [200, undefined]);
      assert.match(
        textOf(reply.headers?.['Azure-AsyncOperation']),
        /\/Microsoft\.Network\/locations\/japaneast\/operations\//,
      );
      assert.equal(connection(one).state, 'Updating');
      assert.equal(connection(one).hidden['sharedKey'], 'P@ssw0rd1234');
      assert(!JSON.stringify(one.last()).includes('new key'));
      assert.equal(keyOf(one), 'new key+/%&');
      refused('AnotherOperationInProgress', () => one.act(paths.connection, 'sharedkey', { value: 'x' }, 'PUT'));
      refused('AnotherOperationInProgress', () => one.act(paths.gateway, 'reset'));
      one.pass(30);
      assert.equal(connection(one).state, 'Succeeded');
      assert.equal(connection(one).hidden['sharedKey'], 'new key+/%&');
      assert.equal(connection(one).hidden['pendingKey'], undefined);
    });
  });

  it('stay what they were when the change fails', () => {
    withBench((one) => {
      buildHub(one);
      one.act(paths.connection, 'sharedkey', { value: 'other' }, 'PUT');
      one.world.operations.end(one.last(), { status: 500, code: 'X', message: 'x', details: [] });
      assert.equal(connection(one).state, 'Failed');
      assert.equal(keyOf(one), 'P@ssw0rd1234');
    });
  });

  it('are drawn anew by a reset, in the length asked for', () => {
    withBench((one) => {
      buildHub(one);
      assert.equal(one.act(paths.connection, 'sharedkey/reset', { keyLength: 20 }).status, 202);
      one.pass(30);
      assert.deepEqual(one.last().result, { keyLength: 20 });
      const first = keyOf(one);
      assert.match(textOf(first), /^[A-Za-z0-9]{20}$/);
      one.act(paths.connection, 'sharedkey/reset');
      one.pass(30);
      assert.equal(textOf(keyOf(one)).length, 128);
      refused('InvalidSharedKeyLength', () => one.act(paths.connection, 'sharedkey/reset', { keyLength: 129 }));
    });
  });

  it('must be keys, by the right method', () => {
    withBench((one) => {
      buildHub(one);
      refused('InvalidSharedKey', () => one.act(paths.connection, 'sharedkey', { value: 'ü' }, 'PUT'));
      refused('InvalidRequestFormat', () => one.act(paths.connection, 'sharedkey', {}, 'PUT'));
      refused('HttpMethodNotAllowed', () => one.act(paths.connection, 'sharedkey', {}, 'DELETE'));
    });
  });
});

describe('the lab’s connections', () => {
  it('negotiate anew after a reset', () => {
    withBench((one) => {
      buildHub(one);
      const before = connection(one).hidden['epoch'];
      assert.equal(one.act(paths.connection, 'resetconnection').status, 202);
      assert.equal(connection(one).hidden['epoch'], before);
      one.pass(30);
      assert.equal(connection(one).hidden['epoch'], Number(before) + 1);
    });
  });

  it('list their IKE SAs in a string, none while the tunnel is down', () => {
    withBench((one) => {
      buildHub(one);
      const sas = (): unknown => {
        assert.equal(one.act(paths.connection, 'getikesas').status, 202);
        one.pass(6);
        const { result } = one.last();
        assert.equal(typeof result, 'string');
        return JSON.parse(result as string);
      };
      assert.deepEqual(sas(), []);
      one.setDataplane(dataplane({ up: true, establishedAt: one.world.clock.now() - 60_000 }));
      const [sa] = sas() as JsonObject[];
      assert.equal(sa?.['remoteEndpoint'], '20.210.140.4');
      assert.equal(sa?.['encryption'], 'AES256');
      assert.equal(sa?.['elapsedTimeInseconds'], 66);
    });
  });
});

describe('the lab’s effective routes', () => {
  const routes = (one: Bench): JsonObject[] => {
    const reply = one.act(paths.nic, 'effectiveRouteTable');
    assert.equal(reply.status, 202);
    assert.equal(reply.body, null);
    one.pass(5);
    return at(one.last().result ?? undefined, 'value') as JsonObject[];
  };
  const learned = (one: Bench): unknown[] =>
    routes(one)
      .filter((route) => route['source'] === 'VirtualNetworkGateway')
      .flatMap((route) => route['addressPrefix'] as string[]);

  it('are the network’s and Azure’s own, then the site’s a little after its connection', () => {
    withBench((one) => {
      one.make(paths.vnet, bodies.vnet);
      buildProbe(one);
      const own = routes(one);
      const vnet = own.find((route) => route['nextHopType'] === 'VnetLocal');
      assert.deepEqual(vnet?.['addressPrefix'], ['172.16.0.0/16']);
      assert(own.some((route) => at(route, 'addressPrefix.0') === '0.0.0.0/0' && route['nextHopType'] === 'Internet'));
      assert(own.every((route) => route['state'] === 'Active'));
      buildHub(one);
      assert.deepEqual(learned(one), []);
      one.pass(60);
      assert.deepEqual(learned(one), ['172.20.100.0/24', '172.20.200.0/24']);
      one.act(paths.connection, 'sharedkey', { value: 'other' }, 'PUT');
      assert.equal(learned(one).length, 2);
      one.pass(30);
      one.remove(paths.connection);
      assert.deepEqual(learned(one), []);
    });
  });

  it('have the BGP speaker of the site where the connection speaks BGP', () => {
    withBench((one) => {
      one.make(paths.vnet, bodies.vnet);
      buildProbe(one);
      buildHub(one, connectionBody({ enableBgp: true }), gatewayBody('VpnGw1AZ', { enableBgp: true }));
      const bgpSettings = { asn: 65_010, bgpPeeringAddress: '172.20.0.1' };
      one.make(paths.local, { location, properties: { ...bodies.local.properties, bgpSettings } });
      one.pass(60);
      assert(learned(one).includes('172.20.0.1/32'));
    });
  });

  it('are refused unless the NIC belongs to a running VM', () => {
    withBench((one) => {
      one.make(paths.vnet, bodies.vnet);
      one.make(paths.subnet, bodies.subnet);
      one.make(paths.nic, nicBody());
      refused('NicMustBeAttachedToRunningVmToGetEffectiveRoutes', () => one.act(paths.nic, 'effectiveRouteTable'));
      one.remove(paths.nic);
      buildProbe(one);
      one.act(paths.vm, 'deallocate');
      one.pass(60);
      refused('NicMustBeAttachedToRunningVmToGetEffectiveRoutes', () => one.act(paths.nic, 'effectiveRouteTable'));
    });
  });
});
