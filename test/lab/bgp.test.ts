/** BGP to an active-active gateway through the lab's process alone: its Azure's own script, typed at a declared device. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLab } from '../support/lab.ts';
import { Azure, KEYS, typed } from './azure.ts';

const SITE = '203.0.113.7';
const SPEAKER = '172.20.255.1';

describe('BGP on the lab', () => {
  const device = { name: 'osaka', publicAddress: SITE, username: 'admin', publicKey: KEYS.publicKey };
  const lab = withLab({
    devices: [{ ...device, config: ['interface Loopback100', ' ip address 172.20.100.100 255.255.255.0'] }],
  });
  const login = { username: 'admin' };

  it('is established over both tunnels, brings the routes of the hub, and falls when Azure has another AS', async () => {
    const azure = new Azure(lab);
    const east = (path: string): string =>
      `${azure.subscription}/resourceGroups/east/providers/Microsoft.Network/${path}`;
    const location = 'japaneast';
    await azure.done('PUT', `${azure.subscription}/resourceGroups/east`, { location });
    await azure.done('PUT', east('virtualNetworks/Vnet16'), {
      location,
      properties: {
        addressSpace: { addressPrefixes: ['172.16.0.0/16'] },
        subnets: [{ name: 'GatewaySubnet', properties: { addressPrefix: '172.16.0.0/27' } }],
      },
    });
    const names = ['gw1', 'gw2'];
    const subnet = { id: east('virtualNetworks/Vnet16/subnets/GatewaySubnet') };
    for (const name of names)
      await azure.done('PUT', east(`publicIPAddresses/${name}`), {
        location,
        zones: ['1', '2', '3'],
        sku: { name: 'Standard' },
        properties: { publicIPAllocationMethod: 'Static' },
      });
    await azure.done('PUT', east('virtualNetworkGateways/VnetGw'), {
      location,
      properties: {
        gatewayType: 'Vpn',
        vpnType: 'RouteBased',
        sku: { name: 'VpnGw1AZ', tier: 'VpnGw1AZ' },
        activeActive: true,
        enableBgp: true,
        bgpSettings: { asn: 65_515 },
        ipConfigurations: names.map((name) => ({
          name,
          properties: {
            privateIPAllocationMethod: 'Dynamic',
            subnet,
            publicIPAddress: { id: east(`publicIPAddresses/${name}`) },
          },
        })),
      },
    });
    const local = (asn: number) =>
      azure.done('PUT', east('localNetworkGateways/Site01'), {
        location,
        properties: {
          gatewayIpAddress: SITE,
          localNetworkAddressSpace: { addressPrefixes: ['172.20.100.0/24'] },
          bgpSettings: { asn, bgpPeeringAddress: SPEAKER },
        },
      });
    await local(65_010);
    await azure.done('PUT', east('connections/ConnectToSite01'), {
      location,
      properties: {
        connectionType: 'IPsec',
        connectionProtocol: 'IKEv2',
        enableBgp: true,
        virtualNetworkGateway1: { id: east('virtualNetworkGateways/VnetGw') },
        localNetworkGateway2: { id: east('localNetworkGateways/Site01') },
        sharedKey: 'P@ssw0rd1234',
      },
    });
    const { body } = await azure.send('POST', `${east('connections/ConnectToSite01')}/vpndeviceconfigurationscript`, {
      vendor: 'Cisco',
      deviceFamily: 'IOS (ISR, ASR)',
      firmwareVersion: '15.x (IKEv2)',
    });
    const script = (JSON.parse(JSON.stringify(body)) as string).split(/\r?\n/);
    const port = (await lab.control.inventory()).routers[0]?.port ?? 0;
    assert.doesNotMatch(await typed(port, ['configure terminal', ...script], login), /% (Invalid|Incomplete|Specify)/);

    const shown = async (wanted: RegExp, ...commands: string[]): Promise<string> => {
      for (let tries = 0; ; tries += 1) {
        const text = await typed(port, commands, login);
        if (wanted.test(text) || tries === 60) return text;
        await sleep(200);
      }
    };
    const up =
      /\n172\.16\.0\.29 +4 +65515 .* +\d\d:\d\d:\d\d +1\r?\n172\.16\.0\.30 +4 +65515 .* +\d\d:\d\d:\d\d +1\r?\n/;
    const text = await shown(up, 'show ip bgp summary', 'show ip route bgp');
    assert.match(text, up);
    assert.match(text, /local AS number 65010/);
    const route = /\nB {5}172\.16\.0\.0\/16 \[20\/0\] via 172\.16\.0\.(29|30), \d\d:\d\d:\d\d\r?\n/;
    assert.match(text, route);
    assert.doesNotMatch(text, /\n {15,}\[20\/0\] via/, 'of two equal paths one is taken');
    await typed(port, ['configure terminal', 'router bgp 65010', 'address-family ipv4', 'maximum-paths 2'], login);
    assert.match(
      await typed(port, ['show ip route bgp', 'show ip bgp'], login),
      /\n {15,}\[20\/0\] via 172\.16\.0\.(29|30), [^]*\n \*> {3}172\.16\.0\.0 [^]*\n \*> {20,}172\.16\.0\.(29|30) /,
    );
    await local(65_011);
    const down = /\n172\.16\.0\.29 .* Active\r?\n172\.16\.0\.30 .* Active\r?\n/;
    assert.match(await shown(down, 'show ip bgp summary'), down);
    const [router] = (await lab.control.inventory()).routers;
    assert.match(
      JSON.stringify(router),
      /"neighbor":"172\.16\.0\.30","state":"Active","reason":"The local gateway of /,
    );
    const logged = /%BGP-5-ADJCHANGE: neighbor 172\.16\.0\.30 Down/;
    assert.match(await shown(logged, 'show logging'), logged);
  });
});
