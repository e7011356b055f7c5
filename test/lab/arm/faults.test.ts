import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { textAt } from '../../../lab/arm/json.ts';
import type { Fault } from '../../../lab/ports.ts';
import { type ArmFixture, openArm } from '../../support/arm.ts';
import { compute, errorCode, idle, makeNetwork, makeNic, network, put, subscription, vmBody } from './support.ts';

const nsg = `${network('G')}/networkSecurityGroups/nsg`;
const body = { location: 'japaneast' };

describe('faults in the lab’s Azure', () => {
  let lab: ArmFixture;
  beforeEach(async () => {
    lab = await openArm();
    await makeNetwork(lab, 'G');
  });
  afterEach(() => lab.close());

  const strike = (fault: Omit<Fault, 'id' | 'target' | 'match'> & Partial<Fault>): void => {
    lab.faults.set([{ id: 'f', target: 'arm', match: { method: 'PUT', path: '/networkSecurityGroups/' }, ...fault }]);
  };
  const exists = (): boolean => lab.arm.inventory().resources.some((one) => one['name'] === 'nsg');
  const operationOf = (answer: {
    headers: Readonly<Record<string, string>>;
  }): Promise<{ status: number; body: unknown }> =>
    lab.call('GET', new URL(answer.headers['azure-asyncoperation'] ?? '').pathname);

  it('answer with a status before anything is done', async () => {
    strike({ do: 'status', status: 429, retryAfterSeconds: 7, nth: 1 });
    const answer = await lab.call('PUT', nsg, body);
    assert.equal(answer.status, 429);
    assert.equal(errorCode(answer), 'TooManyRequests');
    assert.equal(answer.headers['retry-after'], '7');
    assert.equal(exists(), false);
    assert.equal((await lab.call('PUT', nsg, body)).status, 201);
  });

  it('answer with a status after it is done', async () => {
    strike({ do: 'status', at: 'afterEffect', code: 'Oops', message: 'gone wrong' });
    const answer = await lab.call('PUT', nsg, body);
    assert.deepEqual(answer.body, { error: { code: 'Oops', message: 'gone wrong' } });
    assert.equal(answer.status, 500);
    assert.equal(exists(), true);
  });

  it('cut the connection before or after the deed, and log it with status 0', async () => {
    strike({ do: 'drop', nth: 1 });
    await assert.rejects(lab.call('PUT', nsg, body));
    assert.equal(exists(), false);
    strike({ do: 'drop', at: 'afterEffect' });
    await assert.rejects(lab.call('PUT', nsg, body));
    assert.equal(exists(), true);
    assert.equal(lab.arm.requests().at(-1)?.status, 0);
  });

  it('delay an answer', async () => {
    strike({ do: 'delay', milliseconds: 80 });
    await lab.call('PUT', nsg, body);
    assert.ok((lab.arm.requests().at(-1)?.milliseconds ?? 0) >= 79);
  });

  it('hold a request until it is released, and do the deed then', async () => {
    strike({ do: 'hold' });
    const answer = lab.call('PUT', nsg, body);
    while (lab.faults.holds().length === 0) await sleep(2);
    assert.equal(lab.faults.holds()[0]?.what, `PUT ${nsg}`);
    assert.equal(exists(), false);
    lab.faults.release('f');
    assert.equal((await answer).status, 201);
  });

  it('do nothing any more for a request that is released after the end', async () => {
    strike({ do: 'hold' });
    const answer = lab.call('PUT', nsg, body);
    answer.catch(() => undefined);
    while (lab.faults.holds().length === 0) await sleep(2);
    await lab.restart();
    lab.faults.release('f');
    await assert.rejects(answer);
    assert.equal(exists(), false);
  });

  it('let an operation fail with a code, and its resource with it', async () => {
    strike({ do: 'fail', code: 'VmssGatewayDeploymentFailed', message: 'no luck' });
    const answer = await lab.call('PUT', nsg, body);
    assert.equal(answer.status, 201);
    await idle(lab);
    assert.deepEqual((await operationOf(answer)).body, {
      status: 'Failed',
      error: { code: 'VmssGatewayDeploymentFailed', message: 'no luck', details: [] },
    });
    const shown = (await lab.call('GET', nsg)).body as { properties: { provisioningState: string } };
    assert.equal(shown.properties.provisioningState, 'Failed');
  });

  it('let an operation fail with errors inside the error, at both of its addresses', async () => {
    await put(lab, nsg, body);
    const details = [
      { code: 'InternalServerError', message: 'An error occurred.' },
      { code: 'RetryableError', message: 'A retryable error occurred.' },
    ];
    strike({ do: 'fail', status: 409, code: 'Conflict', message: 'no', details, match: { method: 'DELETE' } });
    const answer = await lab.call('DELETE', nsg);
    await idle(lab);
    const error = { code: 'Conflict', message: 'no', details };
    assert.deepEqual((await operationOf(answer)).body, { status: 'Failed', error });
    const result = await lab.call('GET', new URL(answer.headers['location'] ?? '').pathname);
    assert.deepEqual([result.status, result.body], [409, { error }]);
  });

  it('cancel an operation, as one that supersedes it would', async () => {
    strike({ do: 'cancel' });
    const answer = await lab.call('PUT', nsg, body);
    await idle(lab);
    const told = (await operationOf(answer)).body as { status: string; error: { code: string; message: string } };
    assert.equal(told.status, 'Canceled');
    assert.equal(told.error.code, 'CanceledAndSupersededDueToAnotherOperation');
    assert.match(told.error.message, /^Operation PutNetworkSecurityGroupOperation \(.+\) was canceled/);
    const state = async (): Promise<unknown> =>
      ((await lab.call('GET', nsg)).body as { properties: { provisioningState: string } }).properties.provisioningState;
    assert.equal(await state(), 'Canceled');
    lab.faults.set([]);
    await put(lab, nsg, body);
    assert.equal(await state(), 'Succeeded');
  });

  it('make an operation slow, by a time or by much', async () => {
    strike({ do: 'slow', at: 'afterEffect', milliseconds: 120 });
    const began = performance.now();
    await put(lab, nsg, body);
    assert.ok(performance.now() - began >= 110);
    strike({ do: 'slow' });
    await put(lab, nsg, body);
    const [one] = lab.arm.inventory().operations.slice(-1);
    assert.ok(Date.parse(textAt(one, 'endsAt') ?? '') > Date.parse(textAt(one, 'startedAt') ?? ''));
  });

  it('lose an operation, while its resource goes on', async () => {
    strike({ do: 'lose' });
    const answer = await lab.call('PUT', nsg, body);
    assert.equal((await operationOf(answer)).status, 404);
    await idle(lab);
    const shown = (await lab.call('GET', nsg)).body as { properties: { provisioningState: string } };
    assert.equal(shown.properties.provisioningState, 'Succeeded');
  });

  it('let a token expire for one request', async () => {
    strike({ do: 'expireToken', nth: 1 });
    const answer = await lab.call('PUT', nsg, body);
    assert.equal(answer.status, 401);
    assert.equal(errorCode(answer), 'ExpiredAuthenticationToken');
    assert.equal((await lab.call('PUT', nsg, body)).status, 201);
  });

  it('evict the VM of the path, or every Spot VM, as its policy says', async () => {
    const spot = { priority: 'Spot', billingProfile: { maxPrice: -1 } };
    const machine = (name: string): string => `${compute('G')}/virtualMachines/${name}`;
    await put(lab, machine('plain'), vmBody(await makeNic(lab, 'G', 'nic1')));
    await put(lab, machine('spot'), vmBody(await makeNic(lab, 'G', 'nic2'), { ...spot, evictionPolicy: 'Deallocate' }));
    await put(lab, machine('brief'), vmBody(await makeNic(lab, 'G', 'nic3'), { ...spot, evictionPolicy: 'Delete' }));
    const power = (name: string): string | undefined => lab.arm.cloud.vms().find((vm) => vm.name === name)?.powerState;
    assert.equal(power('plain'), 'running');
    strike({ do: 'evict' });
    await put(lab, nsg, body);
    assert.deepEqual([power('plain'), power('spot'), power('brief')], ['running', 'deallocated', undefined]);
    strike({ do: 'evict', match: { path: '/virtualMachines/plain' } });
    await lab.call('GET', machine('plain'));
    assert.equal(power('plain'), 'deallocated');
  });

  it('leave the rest alone', async () => {
    strike({ target: 'router', match: {}, do: 'reject' });
    assert.equal((await lab.call('PUT', nsg, body)).status, 201);
    assert.equal((await lab.call('GET', `${subscription}/resourceGroups/G`)).status, 200);
  });
});
