import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dataplane, TunnelState } from '../../../lab/ports.ts';
import { type ArmFixture, openArm } from '../../support/arm.ts';
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

  const down: TunnelState = { up: false, reason: 'no peer', ingressBytes: 0, egressBytes: 0, establishedAt: null };
  const shown = async (): Promise<Shown> =>
    ((await lab.call('GET', connection)).body as { properties: Shown }).properties;
  /** Milliseconds from the first look at what has changed until the status tells of it. */
  const until = async (status: string): Promise<number> => {
    const began = performance.now();
    while ((await shown()).connectionStatus !== status) {
      assert.ok(performance.now() - began < 5000, `never ${status}`);
      await sleep(3);
    }
    return performance.now() - began;
  };

  it('lags one to five minutes of its time behind what is, both ways', async () => {
    let state = down;
    lab.arm.setDataplane(scriptedDataplane(() => state));
    assert.equal((await shown()).connectionStatus, 'NotConnected');
    state = { ...down, up: true, ingressBytes: 700, egressBytes: 800, establishedAt: Date.now() };
    // At speed 1000 the lag is 60 to 300 ms; the upper bound leaves room for a busy machine.
    const rise = await until('Connected');
    assert.ok(rise >= 50 && rise < 1500, `${rise} ms`);
    assert.deepEqual([(await shown()).ingressBytesTransferred, (await shown()).egressBytesTransferred], [700, 800]);
    state = { ...state, up: false };
    assert.ok((await until('NotConnected')) >= 50);
  });

  it('never counts backwards over a restart, and remembers what it last saw', async () => {
    lab.arm.setDataplane(scriptedDataplane(() => ({ ...down, up: true, ingressBytes: 700, egressBytes: 800 })));
    await until('Connected');
    await lab.restart();
    lab.arm.setDataplane(scriptedDataplane(() => ({ ...down, up: true, ingressBytes: 5, egressBytes: 6 })));
    const first = await shown();
    assert.deepEqual([first.connectionStatus, first.ingressBytesTransferred], ['Connected', 700]);
    const began = performance.now();
    while ((await shown()).ingressBytesTransferred === 700 && performance.now() - began < 5000) await sleep(3);
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
