/** What the vendor's own clients make of the actions, over HTTPS. */
import assert from 'node:assert/strict';
import { type ArmFixture, openArm } from '../../support/arm.ts';
import { dataplane } from './dataplane.ts';
import { publicKey, ubuntu } from './samples.ts';

const group = 'East';
const location = 'japaneast';

/** A hub with its connection, and a probe in it. */
async function build({ network, compute, resources }: ArmFixture): Promise<void> {
  await resources.resourceGroups.createOrUpdate(group, { location });
  await network.virtualNetworks.beginCreateOrUpdateAndWait(group, 'Vnet16', {
    location,
    addressSpace: { addressPrefixes: ['172.16.0.0/16'] },
    subnets: [
      { name: 'GatewaySubnet', addressPrefix: '172.16.0.0/27' },
      { name: 'Subnet01', addressPrefix: '172.16.1.0/24' },
    ],
  });
  const subnets = await network.virtualNetworks.get(group, 'Vnet16');
  const subnet = (name: string): { id: string } => ({
    id: subnets.subnets?.find((one) => one.name === name)?.id ?? '',
  });
  const address = await network.publicIPAddresses.beginCreateOrUpdateAndWait(group, 'GwIp', {
    location,
    sku: { name: 'Standard' },
    zones: ['1', '2', '3'],
    publicIPAllocationMethod: 'Static',
  });
  const making = network.virtualNetworkGateways.beginCreateOrUpdateAndWait(group, 'Gw', {
    location,
    gatewayType: 'Vpn',
    vpnType: 'RouteBased',
    sku: { name: 'VpnGw1AZ', tier: 'VpnGw1AZ' },
    ipConfigurations: [{ name: 'c', subnet: subnet('GatewaySubnet'), publicIPAddress: { id: address.id ?? '' } }],
  });
  const local = await network.localNetworkGateways.beginCreateOrUpdateAndWait(group, 'Site01', {
    location,
    gatewayIpAddress: '20.210.140.4',
    localNetworkAddressSpace: { addressPrefixes: ['172.20.100.0/24'] },
  });
  const nic = await network.networkInterfaces.beginCreateOrUpdateAndWait(group, 'Nic', {
    location,
    ipConfigurations: [{ name: 'c', subnet: subnet('Subnet01') }],
  });
  await compute.virtualMachines.createOrUpdate(group, 'linux010', {
    location,
    hardwareProfile: { vmSize: 'Standard_B1s' },
    storageProfile: { imageReference: ubuntu, osDisk: { createOption: 'FromImage' } },
    osProfile: {
      computerName: 'linux010',
      adminUsername: 'azureuser',
      linuxConfiguration: {
        disablePasswordAuthentication: true,
        ssh: { publicKeys: [{ path: '/home/azureuser/.ssh/authorized_keys', keyData: publicKey }] },
      },
    },
    networkProfile: { networkInterfaces: [{ id: nic.id ?? '' }] },
  });
  const gateway = await making;
  await network.virtualNetworkGatewayConnections.beginCreateOrUpdateAndWait(group, 'ToSite01', {
    location,
    connectionType: 'IPsec',
    virtualNetworkGateway1: gateway,
    localNetworkGateway2: local,
    sharedKey: 'P@ssw0rd1234',
  });
}

describe('the vendor’s clients', function () {
  this.timeout(60_000);
  let lab: ArmFixture;
  before(async () => {
    lab = await openArm();
    lab.arm.setDataplane(dataplane({ up: true }));
    await build(lab);
  });
  after(() => lab.close());

  it('list the devices and fetch the script as text', async () => {
    const devices = await lab.network.virtualNetworkGateways.supportedVpnDevices(group, 'Gw');
    assert.match((devices as { body?: string }).body ?? '', /RpVpnDeviceList/);
    const script = await lab.network.virtualNetworkGateways.vpnDeviceConfigurationScript(group, 'ToSite01', {
      vendor: 'Cisco',
      deviceFamily: 'IOS (ISR, ASR)',
      firmwareVersion: '15.x (IKEv2)',
    });
    assert.match((script as { body?: string }).body ?? '', /\r\n {2}tunnel source 20\.210\.140\.4\r\n/);
  });

  it('wait for the effective routes', async () => {
    const learned = async (): Promise<string[]> => {
      const { value } = await lab.network.networkInterfaces.beginGetEffectiveRouteTableAndWait(group, 'Nic');
      const routes = value?.filter((route) => route.source === 'VirtualNetworkGateway') ?? [];
      return routes.flatMap((route) => route.addressPrefix ?? []);
    };
    let found = await learned();
    // They spread within 60 ms of this lab's time after the connection was made.
    for (let tries = 0; found.length === 0 && tries < 5; tries += 1) found = await learned();
    assert.deepEqual(found, ['172.20.100.0/24']);
  });

  it('wait for a Run Command and read its output', async () => {
    const { value } = await lab.compute.virtualMachines.runCommand(group, 'linux010', {
      commandId: 'RunShellScript',
      script: ['ping 172.20.100.100 -c 3'],
    });
    assert.match(value?.[0]?.message ?? '', /3 packets transmitted, 3 received, 0% packet loss, time 2003ms/);
  });

  it('read, change and reset the shared key, and ask for SAs', async () => {
    const connections = lab.network.virtualNetworkGatewayConnections;
    assert.equal((await connections.getSharedKey(group, 'ToSite01')).value, 'P@ssw0rd1234');
    await connections.beginSetSharedKeyAndWait(group, 'ToSite01', { value: 'another' });
    assert.equal((await connections.getSharedKey(group, 'ToSite01')).value, 'another');
    const settled = async (): Promise<void> => {
      while ((await connections.get(group, 'ToSite01')).provisioningState !== 'Succeeded') continue;
    };
    await settled();
    await connections.beginResetSharedKeyAndWait(group, 'ToSite01', { keyLength: 12 });
    assert.equal((await connections.getSharedKey(group, 'ToSite01')).value?.length, 12);
    await connections.beginResetConnectionAndWait(group, 'ToSite01');
    await lab.network.virtualNetworkGateways.beginResetAndWait(group, 'Gw');
    const sas = await connections.beginGetIkeSasAndWait(group, 'ToSite01');
    assert.match(JSON.stringify(sas), /20\.210\.140\.4/);
  });

  it('switch a VM off and on', async () => {
    const machines = lab.compute.virtualMachines;
    await machines.deallocate(group, 'linux010');
    const view = await machines.instanceView(group, 'linux010');
    assert.equal(view.statuses?.[1]?.code, 'PowerState/deallocated');
    await machines.start(group, 'linux010');
    assert.equal((await machines.instanceView(group, 'linux010')).statuses?.[1]?.code, 'PowerState/running');
  });

  it('ask a gateway for its BGP peers, what they told it and what it tells them', async () => {
    const { network } = lab;
    const gateways = network.virtualNetworkGateways;
    assert.deepEqual((await gateways.beginGetBgpPeerStatusAndWait(group, 'Gw')).value, []);
    const site = await network.localNetworkGateways.get(group, 'Site01');
    const bgpSettings = { asn: 65_010, bgpPeeringAddress: '172.20.100.254' };
    await network.localNetworkGateways.beginCreateOrUpdateAndWait(group, 'Site01', { ...site, bgpSettings });
    const connection = await network.virtualNetworkGatewayConnections.get(group, 'ToSite01');
    await network.virtualNetworkGatewayConnections.beginCreateOrUpdateAndWait(group, 'ToSite01', {
      ...connection,
      enableBgp: true,
    });
    const path = `${connection.virtualNetworkGateway1.id}/connections`;
    const { body } = await lab.call('GET', path);
    const [listed] = (body as { value: { properties: Record<string, unknown> }[] }).value;
    assert.deepEqual(listed?.properties['virtualNetworkGateway1'], { id: connection.virtualNetworkGateway1.id });
    assert.deepEqual(listed?.properties['localNetworkGateway2'], { id: site.id });
    const told = async (): Promise<(string | undefined)[]> => {
      const { value } = await gateways.beginGetAdvertisedRoutesAndWait(group, 'Gw', '172.20.100.254');
      return value?.map((route) => route.network) ?? [];
    };
    const state = async () => (await gateways.beginGetBgpPeerStatusAndWait(group, 'Gw')).value?.[0];
    assert.equal((await state())?.state, 'Connecting');
    assert.deepEqual(await told(), []);
    const establishedAt = Date.now() - 90_061_000;
    lab.arm.setDataplane(dataplane({ up: true, establishedAt, learned: ['172.20.200.0/24'] }));
    const peer = await state();
    assert.match(peer?.connectedDuration ?? '', /^1\.01:01:0\d$/);
    assert.deepEqual([peer?.state, peer?.asn, peer?.routesReceived], ['Connected', 65_010, 1]);
    const { value } = await gateways.beginGetLearnedRoutesAndWait(group, 'Gw');
    assert.deepEqual(
      value?.map((route) => `${route.network} ${route.origin} ${route.asPath}`),
      [
        '172.16.0.0/16 Network ',
        '172.20.100.0/24 Network ',
        '172.20.100.254/32 Network ',
        '172.20.200.0/24 EBgp 65010',
      ],
    );
    assert.deepEqual(await told(), ['172.16.0.0/16']);
  });
});
