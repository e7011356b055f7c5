/** The seed's tunnel through the lab's process alone: plain HTTPS to its Azure, plain SSH to its router. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLab } from '../support/lab.ts';
import { Azure, KEYS, typed } from './azure.ts';

const SHARED_KEY = 'P@ssw0rd1234';
const LOOPBACK = ['configure terminal', 'interface Loopback100', 'ip address 172.20.100.100 255.255.255.0', 'end'];

describe('the seed on the lab', () => {
  const lab = withLab();
  let azure: Azure;
  let routerPort = 0;
  let gatewayAddress = '';
  let siteAddress = '';
  let script = '';

  const east = (path: string): string => `${azure.subscription}/resourceGroups/east/providers/Microsoft.${path}`;
  const addressOf = async (path: string): Promise<string> => {
    const { body } = await azure.send('GET', path);
    return (body['properties'] as { ipAddress: string }).ipAddress;
  };
  const connection = async () =>
    (await azure.send('GET', east('Network/connections/ConnectToSite01'))).body['properties'] as {
      connectionStatus: string;
      ingressBytesTransferred: number;
      egressBytesTransferred: number;
    };
  const linkReason = async (): Promise<string> => (await lab.control.inventory()).link[0]?.reason ?? '';

  async function makeHub(): Promise<void> {
    const location = 'japaneast';
    await azure.done('PUT', `${azure.subscription}/resourceGroups/east`, { location });
    await azure.done('PUT', east('Network/virtualNetworks/Vnet16'), {
      location,
      properties: {
        addressSpace: { addressPrefixes: ['172.16.0.0/16'] },
        subnets: [
          { name: 'GatewaySubnet', properties: { addressPrefix: '172.16.0.0/27' } },
          { name: 'Subnet01', properties: { addressPrefix: '172.16.1.0/24' } },
        ],
      },
    });
    await azure.done('PUT', east('Network/publicIPAddresses/gw'), {
      location,
      zones: ['1', '2', '3'],
      sku: { name: 'Standard' },
      properties: { publicIPAllocationMethod: 'Static' },
    });
    const subnet = { id: east('Network/virtualNetworks/Vnet16/subnets/GatewaySubnet') };
    await azure.done('PUT', east('Network/virtualNetworkGateways/VnetGw'), {
      location,
      properties: {
        gatewayType: 'Vpn',
        vpnType: 'RouteBased',
        sku: { name: 'VpnGw1AZ', tier: 'VpnGw1AZ' },
        ipConfigurations: [
          {
            name: 'c',
            properties: {
              privateIPAllocationMethod: 'Dynamic',
              subnet,
              publicIPAddress: { id: east('Network/publicIPAddresses/gw') },
            },
          },
        ],
      },
    });
  }

  async function makeConnection(): Promise<void> {
    const location = 'japaneast';
    await azure.done('PUT', east('Network/localNetworkGateways/Site01'), {
      location,
      properties: {
        gatewayIpAddress: siteAddress,
        localNetworkAddressSpace: { addressPrefixes: ['172.20.100.0/24', '172.20.200.0/24'] },
      },
    });
    await azure.done('PUT', east('Network/connections/ConnectToSite01'), {
      location,
      properties: {
        connectionType: 'IPsec',
        connectionProtocol: 'IKEv2',
        virtualNetworkGateway1: { id: east('Network/virtualNetworkGateways/VnetGw') },
        localNetworkGateway2: { id: east('Network/localNetworkGateways/Site01') },
        sharedKey: SHARED_KEY,
      },
    });
  }

  async function makeProbe(): Promise<void> {
    const location = 'japaneast';
    await azure.done('PUT', east('Network/networkInterfaces/probe'), {
      location,
      properties: {
        ipConfigurations: [
          {
            name: 'c',
            properties: {
              privateIPAllocationMethod: 'Static',
              privateIPAddress: '172.16.1.10',
              subnet: { id: east('Network/virtualNetworks/Vnet16/subnets/Subnet01') },
            },
          },
        ],
      },
    });
    const image = { publisher: 'Canonical', offer: '0001-com-ubuntu-server-jammy', sku: '22_04-lts-gen2' };
    await azure.done('PUT', east('Compute/virtualMachines/linux010'), {
      location,
      properties: {
        hardwareProfile: { vmSize: 'Standard_B1s' },
        storageProfile: { imageReference: { ...image, version: 'latest' }, osDisk: { createOption: 'FromImage' } },
        osProfile: {
          computerName: 'linux010',
          adminUsername: 'azureuser',
          linuxConfiguration: {
            disablePasswordAuthentication: true,
            ssh: { publicKeys: [{ path: '/home/azureuser/.ssh/authorized_keys', keyData: KEYS.publicKey }] },
          },
        },
        networkProfile: { networkInterfaces: [{ id: east('Network/networkInterfaces/probe') }] },
      },
    });
  }

  async function readScript(): Promise<string> {
    const path = `${east('Network/connections/ConnectToSite01')}/vpndeviceconfigurationscript`;
    const { body: devices } = await azure.send(
      'POST',
      `${east('Network/virtualNetworkGateways/VnetGw')}/supportedvpndevices`,
    );
    assert.match(JSON.stringify(devices), /IOS \(ISR, ASR\)\\?"><FirmwareVersion name=\\?"15\.x \(IKEv2\)/);
    const device = { vendor: 'Cisco', deviceFamily: 'IOS (ISR, ASR)', firmwareVersion: '15.x (IKEv2)' };
    const { body } = await azure.send('POST', path, device);
    return JSON.parse(JSON.stringify(body)) as string;
  }

  async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < 200; tries += 1) {
      if (await holds()) return;
      await sleep(50);
    }
    throw new Error(`${what} did not come true; the link: ${await linkReason()}`);
  }

  before('build both ends', async () => {
    azure = new Azure(lab);
    await Promise.all([azure.makeRouter(), makeHub().then(makeProbe)]);
    [siteAddress, gatewayAddress] = await Promise.all([
      addressOf(azure.network('publicIPAddresses/ip')),
      addressOf(east('Network/publicIPAddresses/gw')),
    ]);
    await makeConnection();
    script = await readScript();
    await until('SSH is open', async () => (await lab.control.inventory()).routers[0]?.open === true);
    routerPort = (await lab.control.inventory()).routers[0]?.port ?? 0;
    await typed(routerPort, LOOPBACK);
  });

  it('has no tunnel before the router is configured', async () => {
    assert.match(await linkReason(), new RegExp(`No router has a protected tunnel from ${siteAddress}`));
    assert.notEqual((await connection()).connectionStatus, 'Connected');
  });

  it('has none with the script as Azure has it, as the router is behind NAT', async () => {
    const printed = await typed(routerPort, ['configure terminal', ...script.split(/\r?\n/)]);
    assert.doesNotMatch(printed, /% Invalid|% Incomplete/);
    await sleep(1500);
    assert.match(await linkReason(), /behind NAT it must be the private address/);
  });

  it('has one with the three addresses rewritten, through an NSG that opens SSH only', async () => {
    const lines = script.replaceAll(
      new RegExp(`(match address +local|tunnel source) +${siteAddress}`, 'g'),
      '$1 172.20.10.210',
    );
    // Both addresses may stand in a policy; here the private one must stand alone, as in the seed.
    const wrong = [...script.matchAll(/^(crypto ikev2 (?:policy|profile) \S+)/gm)].map((match) => match[1] ?? '');
    const corrected = wrong.flatMap((section) => [section, `no match address local ${siteAddress}`, 'exit']);
    await typed(routerPort, [
      'configure terminal',
      ...lines.split(/\r?\n/),
      ...corrected,
      'ip route 172.16.0.0 255.255.0.0 Tunnel11',
    ]);
    await until('the tunnel is up', async () => (await linkReason()) === 'established');
    const printed = await typed(routerPort, ['show crypto ikev2 sa', 'show crypto ipsec sa']);
    assert.match(printed, new RegExp(`172\\.20\\.10\\.210/4500\\s+${gatewayAddress}/4500\\s+none/none\\s+READY`));
    assert.match(printed, /local +ident \(addr\/mask\/prot\/port\): \(0\.0\.0\.0\/0\.0\.0\.0\/0\/0\)/);
    assert.match(printed, /spi: 0x[0-9A-F]{8}\(\d+\)/);
  });

  it('carries pings both ways, and Azure says so a little later', async () => {
    const printed = await typed(routerPort, ['ping 172.16.1.10 source Loopback 100 repeat 20']);
    assert.match(printed, /Success rate is 100 percent \(20\/20\), round-trip min\/avg\/max = \d+\/1\d\/\d+ ms/);
    assert.match(await typed(routerPort, ['ping 172.16.1.10 repeat 1 timeout 1']), /Success rate is 0 percent/);
    const path = `${east('Compute/virtualMachines/linux010')}/runCommand`;
    const { headers } = await azure.done('POST', path, {
      commandId: 'RunShellScript',
      script: ['ping -c 3 172.20.100.100'],
    });
    const location = new URL(String(headers['location']));
    const { body } = await azure.send('GET', location.pathname + location.search);
    assert.match(JSON.stringify(body), /3 packets transmitted, 3 received, 0% packet loss/);
    await until('Azure shows the bytes', async () => {
      const seen = await connection();
      const bytes = Math.min(seen.ingressBytesTransferred, seen.egressBytesTransferred);
      return seen.connectionStatus === 'Connected' && bytes >= 2000;
    });
  });

  it('has its bytes and its tunnel again after the lab was killed', async () => {
    const before = await connection();
    await lab.kill9();
    await lab.start();
    azure = new Azure(lab);
    await until('the tunnel is up', async () => (await linkReason()) === 'established');
    await until('Azure shows the bytes', async () => {
      const seen = await connection();
      return seen.ingressBytesTransferred >= before.ingressBytesTransferred;
    });
  });
});
