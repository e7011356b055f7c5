import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { textAt } from '../../../lab/arm/json.ts';
import { type Answer, type ArmFixture, openArm } from '../../support/arm.ts';
import {
  errorCode,
  idle,
  makeAddress,
  makeConnection,
  makeNetwork,
  makeNic,
  network,
  put,
  subscription,
  vmBody,
  compute,
} from './support.ts';

const pathOf = (url: string | undefined): string => {
  const { pathname, search } = new URL(url ?? 'https://none/');
  return `${pathname}${search}`;
};
const statusOf = (answer: Answer): string => (answer.body as { status: string }).status;

describe('long operations of the lab’s Azure', function () {
  this.timeout(30_000);
  let lab: ArmFixture;
  beforeEach(async () => {
    lab = await openArm({ speed: 500 });
    await makeNetwork(lab, 'G');
  });
  afterEach(() => lab.close());

  const gatewayBody = (address: string): object => ({
    location: 'japaneast',
    properties: {
      sku: { name: 'VpnGw1AZ', tier: 'VpnGw1AZ' },
      ipConfigurations: [
        {
          name: 'c',
          properties: {
            subnet: { id: `${network('G')}/virtualNetworks/vnet/subnets/GatewaySubnet` },
            publicIPAddress: { id: address },
          },
        },
      ],
    },
  });
  const gateway = `${network('G')}/virtualNetworkGateways/gw`;

  it('answer the PUT at once, give hints on every poll, refuse a second write, and end', async () => {
    const address = await makeAddress(lab, 'G', 'ip');
    const made = await lab.call('PUT', gateway, gatewayBody(address));
    assert.equal(made.status, 201);
    assert.equal((made.body as { properties: { provisioningState: string } }).properties.provisioningState, 'Updating');
    assert.equal(made.headers['retry-after'], '1');
    assert.equal(made.headers['x-ms-retry-after-ms'], '20');
    assert.equal(made.headers['azure-asyncnotification'], 'Enabled');
    const url = made.headers['azure-asyncoperation'] ?? '';
    assert.ok(
      url.startsWith(`${lab.arm.endpoint}${subscription}/providers/Microsoft.Network/locations/japaneast/operations/`),
    );
    const poll = await lab.call('GET', pathOf(url));
    assert.equal(statusOf(poll), 'InProgress');
    assert.equal(poll.headers['x-ms-retry-after-ms'], '20');
    assert.equal(errorCode(await lab.call('PUT', gateway, gatewayBody(address))), 'AnotherOperationInProgress');
    await idle(lab);
    const end = await lab.call('GET', pathOf(url));
    assert.equal(statusOf(end), 'Succeeded');
    assert.equal(end.headers['retry-after'], undefined);
    assert.equal((await lab.call('PUT', gateway, gatewayBody(address))).status, 200);
  });

  it('give longer hints the longer a gateway takes to make', async () => {
    const made = await lab.call('PUT', gateway, gatewayBody(await makeAddress(lab, 'G', 'ip')));
    const url = pathOf(made.headers['azure-asyncoperation']);
    const hints: (string | undefined)[] = [];
    for (let polls = 0; polls < 7; polls += 1) hints.push((await lab.call('GET', url)).headers['x-ms-retry-after-ms']);
    // 10, 20, 20, 40, 40, 80 and 80 seconds, 500 times faster.
    assert.deepEqual(hints, ['20', '40', '40', '80', '80', '160', '160']);
  });

  it('go on over a restart, at the same addresses, and end as if nothing had been', async () => {
    const address = await makeAddress(lab, 'G', 'ip');
    const { endpoint, identity, identityHeader, caFile } = lab.arm;
    const made = await lab.call('PUT', gateway, gatewayBody(address));
    await lab.restart();
    assert.deepEqual(
      { endpoint, identity, identityHeader, caFile },
      {
        endpoint: lab.arm.endpoint,
        identity: lab.arm.identity,
        identityHeader: lab.arm.identityHeader,
        caFile: lab.arm.caFile,
      },
    );
    const url = pathOf(made.headers['azure-asyncoperation']);
    assert.equal(statusOf(await lab.call('GET', url)), 'InProgress');
    await idle(lab);
    assert.equal(statusOf(await lab.call('GET', url)), 'Succeeded');
    assert.equal(
      ((await lab.call('GET', gateway)).body as { properties: { provisioningState: string } }).properties
        .provisioningState,
      'Succeeded',
    );
    const created = lab.arm
      .inventory()
      .operations.filter((one) => one['target'] === gateway && one['created'] === true);
    assert.equal(created.length, 1);
  });

  it('of a group delete everything in the order of its references', async () => {
    await makeConnection(lab, 'G');
    const nic = await makeNic(lab, 'G', 'nic', { address: await makeAddress(lab, 'G', 'nic-ip') });
    await put(lab, `${compute('G')}/virtualMachines/vm`, vmBody(nic));
    const began = await lab.call('DELETE', `${subscription}/resourceGroups/G`);
    assert.equal(began.status, 202);
    assert.equal(began.headers['x-ms-retry-after-ms'], '30');
    const url = pathOf(began.headers['location']);
    assert.equal((await lab.call('GET', url)).status, 202);
    const again = await lab.call('DELETE', `${subscription}/resourceGroups/G`);
    assert.equal(pathOf(again.headers['location']), url);
    assert.equal(
      errorCode(await lab.call('PUT', `${subscription}/resourceGroups/G`, { location: 'japaneast' })),
      'ResourceGroupBeingDeleted',
    );
    await lab.restart();
    await idle(lab);
    assert.equal((await lab.call('GET', url)).status, 200);
    assert.deepEqual(lab.arm.inventory().resources, []);
    const ended = (noun: string): number => {
      const found = lab.arm.inventory().operations.find((one) => one['name'] === `Delete${noun}Operation`);
      return Date.parse(textAt(found, 'endedAt') ?? '');
    };
    assert.ok(ended('VirtualNetworkGatewayConnection') <= ended('VirtualNetworkGateway'));
    assert.ok(ended('VirtualNetworkGateway') <= ended('VirtualNetwork'));
  });

  it('of a group fail where something of another group is in the way, and the group stays', async () => {
    await put(lab, `${subscription}/resourceGroups/Other`, { location: 'japaneast' });
    await put(lab, `${network('Other')}/networkInterfaces/guest`, {
      location: 'japaneast',
      properties: {
        ipConfigurations: [
          { name: 'c', properties: { subnet: { id: `${network('G')}/virtualNetworks/vnet/subnets/one` } } },
        ],
      },
    });
    const began = await lab.call('DELETE', `${subscription}/resourceGroups/G`);
    await idle(lab);
    const end = await lab.call('GET', pathOf(began.headers['location']));
    assert.equal(end.status, 409);
    assert.equal(errorCode(end), 'ResourceGroupDeletionBlocked');
    const group = (await lab.call('GET', `${subscription}/resourceGroups/G`)).body as {
      properties: { provisioningState: string };
    };
    assert.equal(group.properties.provisioningState, 'Succeeded');
  });

  it('of a VM are its provider’s, with times', async () => {
    const nic = await makeNic(lab, 'G', 'nic');
    const vm = `${compute('G')}/virtualMachines/vm`;
    const made = await lab.call('PUT', vm, vmBody(nic));
    assert.equal((made.body as { properties: { provisioningState: string } }).properties.provisioningState, 'Creating');
    const url = pathOf(made.headers['azure-asyncoperation']);
    assert.match(url, /\/providers\/Microsoft\.Compute\/locations\/japaneast\/operations\//);
    assert.equal(errorCode(await lab.call('DELETE', vm)), 'Conflict');
    await idle(lab);
    const end = (await lab.call('GET', url)).body as { startTime: string; endTime: string; status: string };
    assert.equal(end.status, 'Succeeded');
    assert.ok(Date.parse(end.endTime) >= Date.parse(end.startTime));
    await lab.call('DELETE', vm);
    await idle(lab);
    const left = lab.arm.inventory().resources.map((one) => one['type']);
    assert.ok(!left.includes('Microsoft.Compute/disks') && left.includes('Microsoft.Network/networkInterfaces'));
  });

  it('are forgotten a day of Azure’s time after their end', async () => {
    const quick = await openArm({ speed: 1000 });
    try {
      // A day at speed 1000 would be 86 s; the clock is turned instead.
      await quick.call('PUT', `${subscription}/resourceGroups/G`, { location: 'japaneast' });
      const made = await quick.call('PUT', `${network('G')}/networkSecurityGroups/nsg`, { location: 'japaneast' });
      await idle(quick);
      const url = pathOf(made.headers['azure-asyncoperation']);
      assert.equal((await quick.call('GET', url)).status, 200);
      const { now } = Date;
      try {
        Date.now = () => now() + 87_000;
        assert.equal(errorCode(await quick.call('GET', url)), 'OperationNotFound');
      } finally {
        Date.now = now;
      }
    } finally {
      await quick.close();
    }
    await sleep(0);
  });
});
