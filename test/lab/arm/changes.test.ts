import assert from 'node:assert/strict';
import { type ArmFixture, openArm } from '../../support/arm.ts';
import { errorCode, idle, makeNetwork, makeNic, network, put, subscription } from './support.ts';

const names = (body: unknown): string[] =>
  (body as { readonly value: readonly { readonly name: string }[] }).value.map((one) => one.name).toSorted();

describe('changes in the lab’s Azure', () => {
  let lab: ArmFixture;
  const group = `${subscription}/resourceGroups/Routes`;
  before(async () => {
    lab = await openArm();
    await makeNetwork(lab, 'Routes');
    await put(lab, `${network('Routes')}/networkSecurityGroups/nsg`, { location: 'japaneast', tags: { a: 'b' } });
  });
  after(() => lab.close());

  it('changes tags with PATCH and leaves the rest', async () => {
    const patched = await lab.call('PATCH', `${network('Routes')}/virtualNetworks/vnet`, { tags: { x: 'y' } });
    assert.deepEqual((patched.body as { tags: unknown }).tags, { x: 'y' });
    assert.equal((patched.body as { properties: { subnets: unknown[] } }).properties.subnets.length, 2);
    assert.deepEqual(((await lab.call('PATCH', group, { tags: { z: '1' } })).body as { tags: unknown }).tags, {
      z: '1',
    });
    assert.equal((await lab.call('PUT', group, { location: 'Japan East', tags: null })).status, 200);
  });

  it('keeps security rules as resources of their own', async () => {
    const rule = `${network('Routes')}/networkSecurityGroups/nsg/securityRules/ssh`;
    const properties = {
      protocol: 'Tcp',
      sourceAddressPrefix: '*',
      sourcePortRange: '*',
      destinationAddressPrefix: '*',
      destinationPortRange: '22',
      access: 'Allow',
      direction: 'Inbound',
      priority: 100,
    };
    const made = await lab.call('PUT', rule, { properties });
    assert.equal(made.status, 201);
    assert.ok(made.headers['azure-asyncoperation']);
    await idle(lab);
    assert.equal((await put(lab, rule, { properties: { ...properties, destinationPortRange: '23' } })).status, 200);
    const shown = (await lab.call('GET', rule)).body as { properties: { destinationPortRange: string } };
    assert.equal(shown.properties.destinationPortRange, '23');
    const clash = await lab.call('PUT', rule.replace('/ssh', '/other'), { properties });
    assert.equal(errorCode(clash), 'SecurityRuleConflict');
    const list = `${network('Routes')}/networkSecurityGroups/nsg/securityRules`;
    assert.deepEqual(names((await lab.call('GET', list)).body), ['ssh']);
    const removal = await lab.call('DELETE', rule);
    assert.equal(removal.status, 202);
    await idle(lab);
    assert.equal((await lab.call('GET', new URL(removal.headers['location'] ?? '').pathname)).status, 204);
    assert.equal((await lab.call('DELETE', rule)).status, 204);
    assert.deepEqual(names((await lab.call('GET', list)).body), []);
  });

  it('refuses what another resource still uses, and answers 204 for what is not there', async () => {
    await makeNic(lab, 'Routes', 'nic');
    const busy = await lab.call('DELETE', `${network('Routes')}/virtualNetworks/vnet`);
    assert.equal(errorCode(busy), 'InUseSubnetCannotBeDeleted');
    const gone = await lab.call('DELETE', `${network('Routes')}/networkInterfaces/nic`);
    assert.equal(gone.status, 202);
    assert.ok(gone.headers['location'] !== undefined && gone.headers['azure-asyncoperation'] !== undefined);
    await idle(lab);
    assert.equal((await lab.call('DELETE', `${network('Routes')}/networkInterfaces/nic`)).status, 204);
    // The operation's result is nothing, as its resource is no more.
    assert.equal((await lab.call('GET', new URL(gone.headers['location'] ?? '').pathname)).status, 204);
  });
});
