import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../../lab/ports.ts';
import { type ArmFixture, openArm } from '../../support/arm.ts';
import { idle, network, put, subscription } from './support.ts';

const deployment = `${subscription}/resourceGroups/T/providers/Microsoft.Resources/deployments/d`;
const address = `${network('T')}/publicIPAddresses/ip`;

const properties = {
  mode: 'Incremental',
  template: {
    resources: [
      { type: 'Microsoft.Network/networkSecurityGroups', name: 'nsg', apiVersion: '2024-05-01', location: 'japaneast' },
      {
        type: 'Microsoft.Network/publicIPAddresses',
        name: 'ip',
        apiVersion: '2024-05-01',
        location: 'japaneast',
        sku: { name: 'Standard' },
        properties: { publicIPAllocationMethod: 'Static' },
        dependsOn: ['Microsoft.Network/networkSecurityGroups/nsg'],
      },
    ],
  },
};

describe('faults at the resources of a template', () => {
  let lab: ArmFixture;
  beforeEach(async () => {
    lab = await openArm();
    await put(lab, `${subscription}/resourceGroups/T`, { location: 'japaneast' });
  });
  afterEach(() => lab.close());

  const strike = (fault: Pick<Fault, 'do'> & Partial<Fault>): void => {
    lab.faults.set([{ id: 'f', target: 'arm', match: { method: 'PUT', path: '/publicIPAddresses/' }, ...fault }]);
  };
  const deploy = async (): Promise<void> => {
    assert.ok((await lab.call('PUT', deployment, { properties })).status < 300);
  };
  /** State of the deployment, and the code of its innermost error. */
  const outcome = async (): Promise<[string, string | undefined]> => {
    await idle(lab);
    const { body } = await lab.call('GET', deployment);
    const told = (body as { properties: { provisioningState: string; error?: unknown } }).properties;
    return [told.provisioningState, [...JSON.stringify(told.error ?? {}).matchAll(/"code":"(\w+)"/g)].at(-1)?.[1]];
  };
  const exists = (): boolean => lab.arm.inventory().resources.some((one) => one['name'] === 'ip');

  it('refuse one, before or after it was made', async () => {
    strike({ do: 'status', status: 409, code: 'SkuNotAvailable', message: 'no capacity' });
    await deploy();
    assert.deepEqual(await outcome(), ['Failed', 'SkuNotAvailable']);
    assert.equal(exists(), false);
    strike({ do: 'status', at: 'afterEffect', code: 'AllocationFailed' });
    await deploy();
    assert.deepEqual(await outcome(), ['Failed', 'AllocationFailed']);
    assert.equal(exists(), true);
  });

  it('let the operation of one fail, be slow, or go on unseen', async () => {
    strike({ do: 'fail', code: 'OverconstrainedAllocationRequest', nth: 1 });
    await deploy();
    assert.deepEqual(await outcome(), ['Failed', 'OverconstrainedAllocationRequest']);
    strike({ do: 'delay', milliseconds: 150 });
    const began = performance.now();
    await deploy();
    assert.deepEqual(await outcome(), ['Succeeded', undefined]);
    assert.ok(performance.now() - began >= 140);
    strike({ do: 'lose' });
    await deploy();
    assert.deepEqual(await outcome(), ['Succeeded', undefined]);
  });

  it('hold one until it is released, but not over a restart', async () => {
    strike({ do: 'hold' });
    await deploy();
    while (lab.faults.holds().length === 0) await sleep(2);
    assert.deepEqual(
      lab.faults.holds().map(({ what }) => what),
      [`PUT ${address}`],
    );
    await sleep(50);
    assert.equal(lab.arm.inventory().operations.filter((one) => one['status'] === 'InProgress').length, 2);
    lab.faults.release('f');
    assert.deepEqual(await outcome(), ['Succeeded', undefined]);
    await deploy();
    while (lab.faults.holds().length === 0) await sleep(2);
    lab.faults.set([]);
    await lab.restart();
    assert.deepEqual(await outcome(), ['Succeeded', undefined]);
  });
});
