import assert from 'node:assert/strict';
import { connectionAim, connectionState } from '../../../adapters/azure/connection.ts';
import { chooseDevice, deviceScript, parseDevices } from '../../../adapters/azure/device-script.ts';
import { gatewayAim, gatewaySpeakers } from '../../../adapters/azure/gateway.ts';
import { localGatewayAim } from '../../../adapters/azure/local-gateway.ts';
import { acceptTerms } from '../../../adapters/azure/marketplace.ts';
import { networkAim, subnetAim } from '../../../adapters/azure/network.ts';
import { securityGroupAim } from '../../../adapters/azure/security-group.ts';
import { versionFor, versions } from '../../../adapters/azure/versions.ts';
import { Refused } from '../../../adapters/errors.ts';
import { fakeArm } from '../../activities/fake-arm.ts';

const wanted = { id: '/subscriptions/s/x/n', location: 'japaneast', owner: { hub: 'h', site: null }, adopt: false };
const policy = {
  ikeEncryption: 'AES256',
  ikeIntegrity: 'SHA256',
  dhGroup: 'DHGroup14',
  ipsecEncryption: 'GCMAES256',
  ipsecIntegrity: 'GCMAES256',
  pfsGroup: 'PFS2048',
  saLifeTimeSeconds: 27_000,
  saDataSizeKilobytes: 102_400_000,
};
const whats = (differences: readonly { what: string; mend: string }[]) =>
  differences.map(({ what, mend }) => `${mend}: ${what}`);

describe('The device list', () => {
  const xml = (...devices: [string, string][]) =>
    `<RpVpnDeviceList version="1.0"><Vendor name="Cisco">${devices
      .map(
        ([family, firmware]) => `<DeviceFamily name="${family}"><FirmwareVersion name="${firmware}"/></DeviceFamily>`,
      )
      .join(
        '',
      )}</Vendor><Vendor name="Juniper"><DeviceFamily name="J"><FirmwareVersion name="1"/></DeviceFamily></Vendor></RpVpnDeviceList>`;
  const ofYears = parseDevices(
    xml(
      ['ASA (Adaptive Security Appliance)', 'RouteBased(IKEv2+VTI)'],
      ['Cisco-ISR(IOS)', 'Cisco-ISR-15.x--IKEv2+BGP'],
      ['IOS (ISR, ASR)', '15.x (IKEv2)'],
    ),
  );

  it('is read in order, with its escapes', () => {
    assert.equal(ofYears.length, 4);
    assert.deepEqual(parseDevices(xml(['A &amp; &lt;B&gt;', '&quot;1&quot;']))[0], {
      vendor: 'Cisco',
      family: 'A & <B>',
      firmware: '"1"',
    });
  });

  it('gives the template that can be pasted before the one with defects, and never ASA', () => {
    assert.deepEqual(chooseDevice(ofYears, null), {
      vendor: 'Cisco',
      family: 'IOS (ISR, ASR)',
      firmware: '15.x (IKEv2)',
    });
    assert.equal(chooseDevice(parseDevices(xml(['ISR', 'IOS 15.1 (Preview)'])), null).family, 'ISR');
    assert.equal(chooseDevice(parseDevices(xml(['CSR', 'RouteBased: IOS-XE 16.10'])), null).family, 'CSR');
    const asa = parseDevices(xml(['ASA (Adaptive Security Appliance)', 'x']));
    assert.throws(() => chooseDevice(asa, null), /Azure offers no device script for Cisco IOS; it offers Cisco \/ ASA/);
    assert.throws(() => chooseDevice([], null), /none at all/);
  });

  it('gives exactly what the site file names, or nothing', () => {
    const [asa] = ofYears;
    assert.ok(asa !== undefined);
    assert.deepEqual(chooseDevice(ofYears, asa), asa);
    assert.throws(() => chooseDevice(ofYears, { ...asa, firmware: 'other' }), Refused);
  });

  it('leads to a script, and an empty one is refused', async () => {
    const choice = { vendor: 'Cisco', family: 'f', firmware: '1' };
    const { arm, bodies } = fakeArm(() => ({ body: 'hostname x' }));
    assert.equal(await deviceScript(arm, '/c', choice), 'hostname x');
    assert.deepEqual(bodies, [{ vendor: 'Cisco', deviceFamily: 'f', firmwareVersion: '1' }]);
    await assert.rejects(
      deviceScript(fakeArm(() => ({ body: { value: ' ' } })).arm, '/c', choice),
      /empty device script/,
    );
  });
});

describe('Marketplace terms', () => {
  it('of a plan that is gone are refused', async () => {
    const image = { publisher: 'cisco', offer: 'cisco-csr-1000v', sku: '3_16', version: 'latest' };
    const request = { subscription: 's', image, accept: true };
    await assert.rejects(
      acceptTerms(fakeArm(() => ({ status: 404 })).arm, request),
      /no terms for the plan cisco:cisco-csr-1000v:3_16/,
    );
  });
});

describe('What a resource shall be', () => {
  it('a connection has all eight fields of its policy, and its key only when it is new', () => {
    const connection = { ipsecPolicy: policy, dpdTimeoutSeconds: 30, connectionMode: 'Default' };
    const aim = connectionAim(
      { ...wanted, gatewayId: '/g', localGatewayId: '/l', enableBgp: false, connection },
      'i',
      () => 'the-key',
    );
    const { properties } = aim.body(null) as { properties: Record<string, unknown> };
    assert.equal(properties['sharedKey'], 'the-key');
    assert.deepEqual(properties['localNetworkGateway2'], { id: '/l', properties: {} });
    assert.deepEqual(properties['ipsecPolicies'], [policy]);
    const existing = {
      location: 'Japan East',
      properties: { ...properties, dpdTimeoutSeconds: 45, ipsecPolicies: [{ ...policy, dhGroup: 'DHGroup2' }] },
    };
    assert.ok(!JSON.stringify(aim.body(existing)).includes('the-key'));
    assert.deepEqual(whats(aim.differences(existing)), [
      'put: DPD timeout is 45, wanted 30',
      `put: IPsec policy is ${Object.values({ ...policy, dhGroup: 'DHGroup2' }).join(' ')}, wanted ${Object.values(policy).join(' ')}`,
    ]);
    assert.deepEqual(aim.differences({ ...existing, properties }), []);
  });

  it('a connection that says nothing of its status is Unknown', () => {
    assert.deepEqual(connectionState({}), {
      provisioningState: '',
      connectionStatus: 'Unknown',
      ingressBytes: 0,
      egressBytes: 0,
    });
  });

  it('two addresses make a gateway active-active, and large SKUs are of the second generation', () => {
    const aim = gatewayAim(
      { ...wanted, gateway: { sku: 'VpnGw4AZ', bgp: null }, gatewaySubnetId: '/s', publicIpIds: ['/a', '/b'] },
      'i',
    );
    const { properties } = aim.body(null) as { properties: Record<string, unknown> };
    assert.equal(properties['activeActive'], true);
    assert.equal(properties['vpnGatewayGeneration'], 'Generation2');
  });

  it('a gateway speaks BGP where it is asked to, at a link-local address of each instance', () => {
    const gateway = { sku: 'VpnGw1AZ', bgp: { asn: 65_515, apipa: ['169.254.21.2', '169.254.22.2'] } };
    const aim = gatewayAim({ ...wanted, gateway, gatewaySubnetId: '/s', publicIpIds: ['/a', '/b'] }, 'i');
    const { properties } = aim.body(null) as { properties: Record<string, unknown> };
    assert.equal(properties['enableBgp'], true);
    assert.deepEqual(properties['bgpSettings'], {
      asn: 65_515,
      bgpPeeringAddresses: [
        {
          ipconfigurationId: `${wanted.id}/ipConfigurations/vnetGatewayConfig0`,
          customBgpIpAddresses: ['169.254.21.2'],
        },
        {
          ipconfigurationId: `${wanted.id}/ipConfigurations/vnetGatewayConfig1`,
          customBgpIpAddresses: ['169.254.22.2'],
        },
      ],
    });
    const existing = { location: wanted.location, properties: { ...properties, enableBgp: false, bgpSettings: {} } };
    assert.deepEqual(whats(aim.differences(existing)), [
      'refuse: BGP is off, wanted on',
      'refuse: AS number is 0, wanted 65515',
      'refuse: link-local addresses for BGP is absent, wanted 169.254.21.2, 169.254.22.2',
    ]);
    assert.deepEqual(aim.differences({ ...existing, properties }), []);
    const none = gatewayAim(
      { ...wanted, gateway: { ...gateway, bgp: null }, gatewaySubnetId: '/s', publicIpIds: ['/a', '/b'] },
      'i',
    );
    assert.deepEqual(none.differences({ ...existing, properties }), []);
  });

  it('the instances of a gateway are known once it is ready', () => {
    const ready = {
      properties: {
        bgpSettings: {
          bgpPeeringAddresses: [
            { defaultBgpIpAddresses: ['172.16.0.30'], customBgpIpAddresses: [], tunnelIpAddresses: ['20.0.0.1'] },
            {
              defaultBgpIpAddresses: ['172.16.0.29'],
              customBgpIpAddresses: ['169.254.22.2'],
              tunnelIpAddresses: ['20.0.0.2'],
            },
            { defaultBgpIpAddresses: [], tunnelIpAddresses: [''] },
          ],
        },
      },
    };
    assert.deepEqual(gatewaySpeakers(ready), [
      { publicAddress: '20.0.0.1', address: '172.16.0.30', apipa: '' },
      { publicAddress: '20.0.0.2', address: '172.16.0.29', apipa: '169.254.22.2' },
    ]);
    assert.deepEqual(gatewaySpeakers({}), []);
  });

  it('a local gateway has the AS number and the peer of a site that speaks BGP', () => {
    const bgp = { asn: 65_010, peerAddress: '10.255.0.1' };
    const aim = localGatewayAim({ ...wanted, address: '203.0.113.7', prefixes: [], bgp }, 'i');
    const { properties } = aim.body(null) as { properties: Record<string, unknown> };
    assert.deepEqual(properties['bgpSettings'], { asn: 65_010, bgpPeeringAddress: '10.255.0.1' });
    const existing = { location: wanted.location, properties };
    assert.deepEqual(aim.differences(existing), []);
    const none = localGatewayAim({ ...wanted, address: '203.0.113.7', prefixes: [], bgp: null }, 'i');
    assert.deepEqual(whats(none.differences(existing)), ['put: BGP is 65010 at 10.255.0.1, wanted none']);
  });

  it('an adopted network may be larger and ours not, a network keeps its subnets, and tags of others stay', () => {
    const ours = { ...wanted, addressSpace: ['172.16.0.0/16'] };
    const aim = networkAim({ ...ours, adopt: true }, 'i');
    const existing = {
      location: 'japaneast',
      tags: { team: 'x' },
      properties: { addressSpace: { addressPrefixes: ['10.0.0.0/8', '172.16.0.0/16'] }, subnets: [{ name: 's' }] },
    };
    assert.deepEqual(aim.differences(existing), []);
    assert.deepEqual(whats(networkAim({ ...ours, adopt: false }, 'i').differences(existing)), [
      'refuse: address space is 10.0.0.0/8, 172.16.0.0/16, wanted 172.16.0.0/16',
    ]);
    const body = aim.body(existing) as { tags: object; properties: { subnets: unknown } };
    assert.deepEqual(body.tags, { team: 'x', 'sitelink-installation': 'i', 'sitelink-hub': 'h' });
    assert.deepEqual(body.properties.subnets, [{ name: 's' }]);
    assert.match(whats(aim.differences({ ...existing, properties: {} }))[0] ?? '', /^refuse: address space is absent/);
  });

  it('a GatewaySubnet has no security group', () => {
    const aim = subnetAim({ id: '/v/subnets/GatewaySubnet', adopt: false, prefix: '172.16.0.0/27' });
    const existing = {
      properties: { addressPrefixes: ['172.16.0.0/27'], networkSecurityGroup: { id: '/nsgs/guard' } },
    };
    assert.deepEqual(whats(aim.differences(existing)), ['refuse: network security group is guard, wanted none']);
    const other = subnetAim({ id: '/v/subnets/Subnet01', adopt: false, prefix: '172.16.0.0/27' });
    assert.deepEqual(other.differences(existing), []);
  });

  it('a security group has our rules, whatever form Azure gives them, and keeps the others', () => {
    const rule = {
      name: 'ssh',
      priority: 100,
      protocol: 'Tcp' as const,
      sourcePrefixes: ['1.2.3.4/32', '5.6.7.8'],
      destinationPorts: ['22'],
    };
    const aim = securityGroupAim({ ...wanted, rules: [rule] }, 'i');
    const { properties } = aim.body({
      properties: { securityRules: [{ name: 'mine', properties: { priority: 200 } }] },
    }) as {
      properties: { securityRules: { name: string; properties: Record<string, unknown> }[] };
    };
    assert.deepEqual(
      properties.securityRules.map(({ name }) => name),
      ['mine', 'ssh'],
    );
    assert.deepEqual(properties.securityRules[1]?.properties['sourceAddressPrefixes'], rule.sourcePrefixes);
    const answered = { location: 'japaneast', properties };
    assert.deepEqual(aim.differences(answered), []);
    const ours = properties.securityRules[1];
    const changed = {
      ...answered,
      properties: { securityRules: [{ name: 'SSH', properties: { ...ours?.properties, access: 'Deny' } }] },
    };
    assert.deepEqual(whats(aim.differences(changed)), ['put: access of ssh is Deny, wanted Allow']);
    assert.deepEqual(whats(aim.differences({ location: 'japaneast' })), ['put: rule ssh is absent, wanted present']);
  });

  it('is asked for with the api-version of its provider', () => {
    assert.equal(versionFor('/subscriptions/s/resourceGroups/g'), versions.resources);
    assert.equal(versionFor('/x/providers/Microsoft.Compute/disks/d'), versions.disks);
    assert.equal(versionFor('/x/providers/Microsoft.Compute/virtualMachines/v'), versions.compute);
    assert.equal(versionFor('/x/providers/Microsoft.Network/connections/c'), versions.network);
  });
});
