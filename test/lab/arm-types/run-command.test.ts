import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { type JsonObject, at } from '../../../lab/arm/json.ts';
import type { Operation } from '../../../lab/arm/store/operations.ts';
import { dataplane } from './dataplane.ts';
import { bodies, buildProbe, csr, idOf, location, nicBody, paths, ubuntu, vmBody } from './samples.ts';
import { type Bench, bench, refused, textOf } from './world.ts';

const command = (...script: string[]): JsonObject => ({ commandId: 'RunShellScript', script });

/** Until the script has run; the operation then waits for its least time. */
async function ran(operation: Operation): Promise<void> {
  for (let turns = 0; operation.endsAt === null && operation.status === 'InProgress'; turns += 1) {
    assert(turns < 1000, 'the script never ends');
    await turn();
  }
}

const message = (operation: Operation): string => textOf(at(operation.result ?? undefined, 'value.0.message'));

describe('the lab’s Run Command', () => {
  let one: Bench;
  beforeEach(() => {
    one = bench();
    one.make(paths.vnet, bodies.vnet);
    buildProbe(one);
  });
  afterEach(() => {
    one.close();
  });

  it('answers both streams, 20 seconds later at the earliest', async () => {
    one.setDataplane(dataplane());
    const reply = one.act(paths.vm, 'runCommand', command('ping -c 1 172.20.100.100', 'nope'));
    assert.equal(reply.status, 202);
    assert.match(
      textOf(reply.headers?.['Location']),
      /Microsoft\.Compute\/locations\/japaneast\/operations\/[\w-]+\?p=[\w-]+&monitor=true&/,
    );
    const operation = one.last();
    await ran(operation);
    one.pass(19);
    assert.equal(operation.status, 'InProgress');
    one.pass(1);
    assert.equal(operation.status, 'Succeeded');
    assert.equal(at(operation.result ?? undefined, 'value.0.displayStatus'), 'Provisioning succeeded');
    const text = message(operation);
    assert.match(text, /^Enable succeeded: \n\[stdout\]\nPING 172\.20\.100\.100 /);
    assert.match(text, /1 packets transmitted, 1 received, 0% packet loss, time 0ms\n/);
    assert.match(text, /\n\[stderr\]\nsh: 2: nope: not found\n$/);
  });

  it('ends when the script does, if that takes longer', async () => {
    let free = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      free = resolve;
    });
    one.setDataplane(dataplane({ pause: () => held }));
    one.act(paths.vm, 'runCommand', command('ping -c 1 172.20.100.100'));
    const operation = one.last();
    one.pass(600);
    await turn();
    assert.equal(operation.status, 'InProgress');
    free();
    await ran(operation);
    one.pass(0);
    assert.equal(operation.status, 'Succeeded');
  });

  it('keeps the last 4096 bytes', async () => {
    one.act(paths.vm, 'runCommand', command(`echo ${'a'.repeat(5000)}z`));
    const operation = one.last();
    await ran(operation);
    one.pass(20);
    assert.equal(message(operation), `Enable succeeded: \n[stdout]\n${'a'.repeat(4094)}z\n\n[stderr]\n`);
  });

  it('runs one at a time per VM, and only what it knows, on a VM that runs', async () => {
    one.act(paths.vm, 'runCommand', command('true'));
    const busy = refused('Conflict', () => one.act(paths.vm, 'runCommand', command('true')));
    assert.equal(busy.status, 409);
    assert.match(busy.message, /^Run command extension execution is in progress\./);
    await ran(one.last());
    one.pass(20);
    refused('InvalidParameter', () => one.act(paths.vm, 'runCommand', { commandId: 'RunPowerShellScript' }));
    refused('NotModelled', () => one.act(paths.vm, 'runCommand', { ...command('true'), parameters: [{ name: 'a' }] }));
    refused('HttpMethodNotAllowed', () => one.act(paths.vm, 'runCommand', undefined, 'GET'));
    one.act(paths.vm, 'powerOff');
    one.pass(60);
    refused('OperationNotAllowed', () => one.act(paths.vm, 'runCommand', command('true')));
  });

  it('cannot be cancelled, and ends even if its VM is deallocated meanwhile', async () => {
    one.act(paths.vm, 'runCommand', command('true'));
    const operation = one.last();
    await ran(operation);
    const url = `providers/Microsoft.Compute/locations/japaneast/operations/${operation.id}`;
    refused('NotModelled', () => one.ask('DELETE', url));
    refused('NotModelled', () => one.ask('POST', `${url}/cancel`));
    one.act(paths.vm, 'deallocate');
    one.pass(60);
    assert.equal(operation.status, 'Succeeded');
  });

  describe('of a VM that does not reach Azure’s addresses', () => {
    const rule = (properties: JsonObject): JsonObject => ({
      location,
      properties: {
        securityRules: [
          {
            name: 'out',
            properties: {
              priority: 100,
              direction: 'Outbound',
              protocol: '*',
              sourceAddressPrefix: '*',
              sourcePortRange: '*',
              destinationPortRange: '*',
              ...properties,
            },
          },
        ],
      },
    });
    const outcomes: readonly (readonly [what: string, group: JsonObject | null, subnet: JsonObject, heard: boolean])[] =
      [
        ['nothing is in the way', null, {}, true],
        ['its group denies the Internet', rule({ access: 'Deny', destinationAddressPrefix: 'Internet' }), {}, false],
        ['its group denies AzureCloud', rule({ access: 'Deny', destinationAddressPrefix: 'AzureCloud' }), {}, false],
        [
          'its group denies another port',
          rule({ access: 'Deny', destinationAddressPrefix: '*', destinationPortRange: '80' }),
          {},
          true,
        ],
        ['its subnet is private', null, { defaultOutboundAccess: false }, false],
      ];
    for (const [what, group, more, heard] of outcomes) {
      it(`${heard ? 'is heard of' : 'is never heard of, and fails after 90 minutes,'} where ${what}`, async () => {
        if (group !== null) one.make(paths.group, group);
        const subnet = `${paths.subnet}9`;
        one.make(subnet, { properties: { addressPrefix: '172.16.9.0/24', ...more } });
        const nic = `${paths.nic}9`;
        const made = nicBody({ subnet: { id: idOf(subnet) } });
        const groups = group === null ? {} : { networkSecurityGroup: { id: idOf(paths.group) } };
        one.make(nic, { ...made, properties: { ...(made['properties'] as JsonObject), ...groups } });
        one.make(`${paths.vm}9`, vmBody({}, ubuntu, nic));
        one.act(`${paths.vm}9`, 'runCommand', command('echo hello'));
        const operation = one.last();
        await ran(operation);
        one.pass(60);
        assert.equal(operation.status, heard ? 'Succeeded' : 'InProgress');
        one.pass(90 * 60);
        assert.equal(operation.error?.code, heard ? undefined : 'VMExtensionProvisioningTimeout');
        if (!heard) assert.equal(operation.result, null);
      });
    }

    it('is heard of through a public address all the same', async () => {
      one.make(paths.address, bodies.address);
      const subnet = `${paths.subnet}9`;
      one.make(subnet, { properties: { addressPrefix: '172.16.9.0/24', defaultOutboundAccess: false } });
      const nic = `${paths.nic}9`;
      one.make(nic, nicBody({ subnet: { id: idOf(subnet) }, publicIPAddress: { id: idOf(paths.address) } }));
      one.make(`${paths.vm}9`, vmBody({}, ubuntu, nic));
      one.act(`${paths.vm}9`, 'runCommand', command('true'));
      await ran(one.last());
      one.pass(60);
      assert.equal(one.last().status, 'Succeeded');
    });
  });

  it('gets no answer from a router, which has no agent', async () => {
    const terms =
      'providers/Microsoft.MarketplaceOrdering/offerTypes/virtualmachine/publishers/cisco/offers/cisco-csr-1000v/plans/17_3_3-byol/agreements/current';
    const read = one.ask('GET', terms).body as JsonObject;
    one.ask('PUT', terms, { properties: { ...(read['properties'] as JsonObject), accepted: true } });
    const [nic, router] = [`${paths.nic}2`, 'Microsoft.Compute/virtualMachines/router210'];
    one.make(nic, nicBody());
    one.make(router, {
      ...vmBody({}, csr, nic),
      plan: { publisher: 'cisco', product: 'cisco-csr-1000v', name: '17_3_3-byol' },
    });
    one.act(router, 'runCommand', command('true'));
    const operation = one.last();
    await turn();
    assert.equal(operation.error?.code, 'VMAgentStatusCommunicationError');
  });
});

describe('a Run Command that was under way when the lab stopped', () => {
  it('runs again in the next process', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sitelink-types-'));
    const first = bench('2026', folder);
    first.make(paths.vnet, bodies.vnet);
    buildProbe(first);
    first.setDataplane(dataplane({ pause: () => turn() }));
    first.act(paths.vm, 'runCommand', command('ping -c 1 172.20.100.100'));
    first.world.operations.close();
    const second = bench('2026', folder);
    try {
      second.setDataplane(dataplane());
      const operation = second.last();
      assert.equal(operation.id, first.last().id);
      await turn();
      await ran(operation);
      second.pass(20);
      assert.equal(operation.status, 'Succeeded');
      assert.match(message(operation), /1 received/);
      assert.equal(first.last().endsAt, null);
      assert(second.world.store.get(idOf(paths.vm)) !== undefined);
    } finally {
      second.close();
    }
  });
});
