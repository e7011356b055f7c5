import assert from 'node:assert/strict';
import { type ArmFixture, openArm } from '../../support/arm.ts';
import { compute, idle } from './support.ts';

const key =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7vbqajDhA8xQ0h8Vb4Zk5r3cSxEGhLh5cUq0kQXo7Ew8a1c4l2N9bJtq7u0b1m2n3o4p5q6r7s8t9u0v1w2x3y4z5 test';

describe('the lab’s Azure, spoken to by the vendor’s own clients', function () {
  this.timeout(30_000);
  let lab: ArmFixture;
  before(async () => {
    lab = await openArm();
  });
  after(() => lab.close());

  it('builds a hub and a site, shows them, and deletes the whole group', async () => {
    const { network, resources } = lab;
    const group = 'East';
    const location = 'japaneast';
    const made = await resources.resourceGroups.createOrUpdate(group, { location, tags: { owner: 'me' } });
    assert.equal(made.properties?.provisioningState, 'Succeeded');
    const vnet = await network.virtualNetworks.beginCreateOrUpdateAndWait(group, 'Vnet16', {
      location,
      addressSpace: { addressPrefixes: ['172.16.0.0/16'] },
    });
    assert.deepEqual(vnet.subnets, []);
    const gatewaySubnet = await network.subnets.beginCreateOrUpdateAndWait(group, 'Vnet16', 'GatewaySubnet', {
      addressPrefix: '172.16.0.0/27',
    });
    const subnet = await network.subnets.beginCreateOrUpdateAndWait(group, 'Vnet16', 'Subnet01', {
      addressPrefix: '172.16.1.0/24',
    });
    const address = async (name: string): Promise<{ id: string; ip: string }> => {
      const one = await network.publicIPAddresses.beginCreateOrUpdateAndWait(group, name, {
        location,
        sku: { name: 'Standard' },
        zones: ['1', '2', '3'],
        publicIPAllocationMethod: 'Static',
      });
      return { id: one.id ?? '', ip: one.ipAddress ?? '' };
    };
    const pip = await address('GwIp');
    assert.match(pip.ip, /^20\.\d+\.\d+\.\d+$/);
    const nsg = await network.networkSecurityGroups.beginCreateOrUpdateAndWait(group, 'Nsg', { location });
    assert.equal(nsg.defaultSecurityRules?.length, 6);
    const nic = await network.networkInterfaces.beginCreateOrUpdateAndWait(group, 'Nic', {
      location,
      networkSecurityGroup: { id: nsg.id ?? '' },
      ipConfigurations: [
        {
          name: 'c',
          subnet: { id: subnet.id ?? '' },
          privateIPAllocationMethod: 'Static',
          privateIPAddress: '172.16.1.10',
        },
      ],
    });
    const vm = await lab.compute.virtualMachines.createOrUpdate(group, 'linux010', {
      location,
      hardwareProfile: { vmSize: 'Standard_B1s' },
      storageProfile: {
        imageReference: {
          publisher: 'Canonical',
          offer: '0001-com-ubuntu-server-jammy',
          sku: '22_04-lts-gen2',
          version: 'latest',
        },
        osDisk: { createOption: 'FromImage', deleteOption: 'Delete' },
      },
      osProfile: {
        computerName: 'linux010',
        adminUsername: 'azureuser',
        linuxConfiguration: {
          disablePasswordAuthentication: true,
          ssh: { publicKeys: [{ path: '/home/azureuser/.ssh/authorized_keys', keyData: key }] },
        },
      },
      networkProfile: { networkInterfaces: [{ id: nic.id ?? '' }] },
    });
    assert.equal(vm.provisioningState, 'Succeeded');
    const view = await lab.compute.virtualMachines.instanceView(group, 'linux010');
    assert.equal(view.vmAgent?.statuses?.[0]?.displayStatus, 'Ready');
    const [disk] = view.disks ?? [];
    const osDisk = await lab.compute.disks.get(group, disk?.name ?? '');
    assert.deepEqual([osDisk.sku?.tier, osDisk.diskSizeBytes], ['Premium', 30 * 1024 ** 3]);
    assert.ok(osDisk.timeCreated instanceof Date);
    const [seen] = lab.arm.cloud.vms();
    assert.equal(seen?.powerState, 'running');
    assert.equal(seen?.nics[0]?.privateAddress, '172.16.1.10');

    const gateway = await network.virtualNetworkGateways.beginCreateOrUpdateAndWait(group, 'VnetGw', {
      location,
      gatewayType: 'Vpn',
      vpnType: 'RouteBased',
      sku: { name: 'VpnGw1AZ', tier: 'VpnGw1AZ' },
      ipConfigurations: [
        {
          name: 'c0',
          privateIPAllocationMethod: 'Dynamic',
          subnet: { id: gatewaySubnet.id ?? '' },
          publicIPAddress: { id: pip.id },
        },
      ],
    });
    assert.equal(gateway.provisioningState, 'Succeeded');
    assert.match(gateway.etag ?? '', /^W\/"/);
    const local = await network.localNetworkGateways.beginCreateOrUpdateAndWait(group, 'Site01', {
      location,
      gatewayIpAddress: '20.1.2.3',
      localNetworkAddressSpace: { addressPrefixes: ['172.20.100.0/24'] },
    });
    const connection = await network.virtualNetworkGatewayConnections.beginCreateOrUpdateAndWait(
      group,
      'ConnectToSite01',
      {
        location,
        connectionType: 'IPsec',
        virtualNetworkGateway1: gateway,
        localNetworkGateway2: local,
        sharedKey: 'k3y+/%&',
      },
    );
    assert.equal(connection.connectionStatus, 'NotConnected');
    assert.match(connection.etag ?? '', /^W\/"/);
    assert.equal(lab.arm.cloud.connections()[0]?.sharedKey, 'k3y+/%&');
    assert.deepEqual(lab.arm.cloud.connections()[0]?.gateway.publicAddresses, [pip.ip]);

    await resources.resourceGroups.beginDeleteAndWait(group);
    assert.deepEqual(lab.arm.inventory().resources, []);
  });

  it('makes a disk with 202, as Azure does, and says at the Location what was made', async () => {
    await lab.resources.resourceGroups.createOrUpdate('Disks', { location: 'japaneast' });
    const path = `${compute('Disks')}/disks/data`;
    const body = { location: 'japaneast', sku: { name: 'Premium_LRS' } };
    const properties = { creationData: { createOption: 'Empty' }, diskSizeGB: 8 };
    const first = await lab.call('PUT', path, { ...body, properties });
    assert.equal(first.status, 202);
    const { pathname, search } = new URL(first.headers['location'] ?? '');
    await idle(lab);
    const result = await lab.call('GET', pathname + search);
    assert.equal((result.body as { name: string }).name, 'data');
    const again = await lab.compute.disks.createOrUpdate('Disks', 'data', {
      ...body,
      creationData: { createOption: 'Empty' },
      diskSizeGB: 16,
    });
    assert.deepEqual([again.diskSizeGB, again.sku?.tier], [16, 'Premium']);
    await lab.compute.disks.delete('Disks', 'data');
  });
});
