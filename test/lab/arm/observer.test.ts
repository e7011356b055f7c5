import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dataplane, TunnelState } from '../../../lab/ports.ts';
import { Observer } from '../../../lab/arm/cloud/observer.ts';
import { type ArmFixture, openArm } from '../../support/arm.ts';
import { buildHub, idOf, paths } from '../arm-types/samples.ts';
import { bench } from '../arm-types/world.ts';
import { makeConnection, makeNetwork } from './support.ts';

interface Shown {
  readonly connectionStatus: string;
  readonly ingressBytesTransferred: number;
  readonly egressBytesTransferred: number;
}

/** A data plane whose one tunnel is as the test says. */
function scriptedDataplane(state: () => TunnelState): Dataplane {
  const unused = (): never => {
    throw new Error('not asked in this test');
  };
  return {
    kind: 'model',
    connection: state,
    pingFromVm: unused,
    attach: unused,
    detach: () => undefined,
    routerChanged: () => undefined,
    inventory: () => [],
    learned: () => [],
    close: () => undefined,
  };
}

const down: TunnelState = { up: false, reason: 'no peer', ingressBytes: 0, egressBytes: 0, establishedAt: null };

describe('the delay with which Azure sees a tunnel', () => {
  it('is one to five minutes of its time, both ways', () => {
    const one = bench();
    try {
      buildHub(one);
      let state = down;
      const world = { ...one.world, dataplane: () => scriptedDataplane(() => state) };
      const observer = new Observer(world);
      const seen = (): unknown[] => {
        const { status, ingressBytes, egressBytes } = observer.observed(idOf(paths.connection));
        return [status, ingressBytes, egressBytes];
      };
      assert.deepEqual(seen(), ['NotConnected', 0, 0]);
      state = { ...down, up: true, ingressBytes: 700, egressBytes: 800, establishedAt: one.world.clock.now() };
      for (const [seconds, expected] of [
        [0, ['NotConnected', 0, 0]],
        [59, ['NotConnected', 0, 0]],
        [242, ['Connected', 700, 800]],
      ] as const) {
        one.pass(seconds);
        assert.deepEqual(seen(), expected, `${seconds} s later`);
      }
      state = { ...state, up: false };
      seen();
      one.pass(59);
      assert.deepEqual(seen(), ['Connected', 700, 800]);
      one.pass(242);
      assert.deepEqual(seen(), ['NotConnected', 700, 800]);
    } finally {
      one.close();
    }
  });
});

describe('what the lab’s Azure says of a tunnel', function () {
  this.timeout(30_000);
  let lab: ArmFixture;
  let connection: string;
  beforeEach(async () => {
    lab = await openArm();
    await makeNetwork(lab, 'G');
    connection = await makeConnection(lab, 'G', 'k3y');
  });
  afterEach(() => lab.close());

  const shown = async (): Promise<Shown> =>
    ((await lab.call('GET', connection)).body as { properties: Shown }).properties;
  const until = async (status: string): Promise<void> => {
    while ((await shown()).connectionStatus !== status) await sleep(3);
  };

  it('never counts backwards over a restart, and remembers what it last saw', async () => {
    lab.arm.setDataplane(scriptedDataplane(() => ({ ...down, up: true, ingressBytes: 700, egressBytes: 800 })));
    await until('Connected');
    await lab.restart();
    lab.arm.setDataplane(scriptedDataplane(() => ({ ...down, up: true, ingressBytes: 5, egressBytes: 6 })));
    const first = await shown();
    assert.deepEqual([first.connectionStatus, first.ingressBytesTransferred], ['Connected', 700]);
    while ((await shown()).ingressBytesTransferred === 700) await sleep(3);
    assert.equal((await shown()).ingressBytesTransferred, 705);
    assert.equal((await shown()).egressBytesTransferred, 806);
  });

  it('shows status and bytes only of a single connection, and the key in no list and no inventory', async () => {
    const list = await lab.call('GET', connection.slice(0, connection.lastIndexOf('/')));
    const [one] = (list.body as { value: { properties: object }[] }).value;
    assert.ok(one !== undefined && !('connectionStatus' in one.properties) && !('sharedKey' in one.properties));
    assert.ok(!JSON.stringify(lab.arm.inventory()).includes('k3y'));
  });

  it('is what the link is told: both ends of the connection, with its key and policy', () => {
    const [seen] = lab.arm.cloud.connections();
    assert.equal(seen?.sharedKey, 'k3y');
    assert.deepEqual(seen.localGateway.prefixes, ['172.20.0.0/16']);
    assert.deepEqual(seen.gateway.vnetPrefixes, ['10.1.0.0/16']);
    assert.deepEqual(
      [seen.connectionMode, seen.connectionProtocol, seen.ipsecPolicy, seen.gateway.bgp],
      ['Default', 'IKEv2', null, null],
    );
  });
});
