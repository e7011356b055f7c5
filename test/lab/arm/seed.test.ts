import assert from 'node:assert/strict';
import { type JsonObject, textAt } from '../../../lab/arm/json.ts';
import { type ArmFixture, openArm } from '../../support/arm.ts';
import { compute, idle, makeAddress, makeNetwork, makeNic, network, put, vmBody } from './support.ts';

const names = ['a', 'b', 'c'];

const at = (one: JsonObject, member: string): number => Date.parse(textAt(one, member) ?? '');

/** An address, a NIC and a VM for each name; a fault that strikes some of the GETs. */
async function build(lab: ArmFixture, order: readonly string[]): Promise<void> {
  await makeNetwork(lab, 'G');
  for (const name of order) {
    const address = await makeAddress(lab, 'G', name);
    // A fixed private address: a free one is the lowest of the moment, as in Azure.
    const nic = await makeNic(lab, 'G', name, { address });
    await put(lab, `${compute('G')}/virtualMachines/${name}`, vmBody(nic));
  }
}

async function facts(order: readonly string[], seed: string): Promise<unknown> {
  const lab = await openArm({ seed });
  try {
    await build(lab, order);
    lab.faults.set([
      { id: 'some', target: 'arm', match: { method: 'GET' }, probability: 0.5, do: 'status', status: 503 },
    ]);
    const struck: Record<string, number[]> = {};
    for (let times = 0; times < 8; times += 1) {
      for (const name of order) {
        const { status } = await lab.call('GET', `${network('G')}/publicIPAddresses/${name}`);
        struck[name] = [...(struck[name] ?? []), status];
      }
    }
    lab.faults.set([]);
    await idle(lab);
    const { resources, operations } = lab.arm.inventory();
    const told = (member: string): unknown[] =>
      resources
        .map((one) => [one['id'], (one['properties'] as Record<string, unknown>)[member]])
        .filter(([, value]) => value !== undefined)
        .toSorted((one, other) => String(one[0]).localeCompare(String(other[0])));
    return {
      struck: names.map((name) => struck[name]),
      told: ['ipAddress', 'macAddress', 'vmId', 'resourceGuid'].map(told),
      operations: operations
        .map((one) => ['target', 'name', 'id'].map((member) => textAt(one, member)).join(' '))
        .toSorted((one, other) => one.localeCompare(other)),
      lengths: Object.fromEntries(
        operations.map((one) => [textAt(one, 'id'), at(one, 'endsAt') - at(one, 'startedAt')]),
      ),
    };
  } finally {
    await lab.close();
  }
}

describe('the random seed of the lab’s Azure', function () {
  this.timeout(60_000);

  it('gives the same addresses, ids, lengths and probable faults, in whatever order requests come', async () => {
    const [one, same, other] = await Promise.all([
      facts(names, 'seed'),
      facts(names.toReversed(), 'seed'),
      facts(names, 'another'),
    ]);
    assert.deepEqual(same, one);
    assert.notDeepEqual(other, one);
  });
});
