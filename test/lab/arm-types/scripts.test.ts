import assert from 'node:assert/strict';
import type { JsonObject } from '../../../lab/arm/json.ts';
import { bodies, buildHub, connectionBody, gatewayBody, idOf, location, paths } from './samples.ts';
import { type Bench, refused, withBench } from './world.ts';

const ios = { vendor: 'Cisco', deviceFamily: 'IOS (ISR, ASR)', firmwareVersion: '15.x (IKEv2)' };
const isr = { vendor: 'Cisco', deviceFamily: 'Cisco-ISR(IOS)', firmwareVersion: 'Cisco-ISR-15.x--IKEv2+BGP' };

function script(one: Bench, device: JsonObject = ios): string {
  const reply = one.act(paths.connection, 'vpnDeviceConfigurationScript', device);
  assert.equal(reply.status, 200);
  assert.equal(typeof reply.body, 'string');
  return reply.body as string;
}

/** Lines that a router would read. */
const commands = (text: string): string[] =>
  text
    .split('\r\n')
    .filter((line) => !line.startsWith('!') && line.trim() !== '')
    .map((line) => line.trimEnd());

const gatewayAddress = (one: Bench): string => {
  const address = one.world.store.get(idOf(paths.address))?.hidden['address'];
  return typeof address === 'string' ? address : '';
};

const policy = (more: JsonObject = {}): JsonObject => ({
  saLifeTimeSeconds: 27_000,
  saDataSizeKilobytes: 102_400_000,
  ipsecEncryption: 'GCMAES256',
  ipsecIntegrity: 'GCMAES256',
  ikeEncryption: 'AES256',
  ikeIntegrity: 'SHA256',
  dhGroup: 'DHGroup14',
  pfsGroup: 'PFS2048',
  ...more,
});

describe('the lab’s device scripts', () => {
  it('are offered as XML in a string', () => {
    withBench((one) => {
      buildHub(one);
      const list = one.act(paths.gateway, 'supportedVpnDevices').body as string;
      assert.match(list, /^<\?xml .*<RpVpnDeviceList version="1.0">/);
      for (const { deviceFamily, firmwareVersion } of [ios, isr]) {
        assert(list.includes(`<DeviceFamily name="${deviceFamily}"><FirmwareVersion name="${firmwareVersion}" />`));
      }
      assert(list.includes('<Vendor name="Generic Samples">'));
      refused('HttpMethodNotAllowed', () => one.act(paths.gateway, 'supportedVpnDevices', undefined, 'GET'));
    });
  });

  it('for IOS configure the tunnel with the connection’s own values, line by line', () => {
    withBench((one) => {
      buildHub(one);
      const [g, p] = [gatewayAddress(one), '20.210.140.4'];
      assert.deepEqual(commands(script(one)), [
        'access-list 101 permit ip 172.20.100.0 0.0.0.255 172.16.0.0 0.0.255.255',
        'access-list 101 permit ip 172.20.200.0 0.0.0.255 172.16.0.0 0.0.255.255',
        `access-list 101 permit esp host ${g} host ${p}`,
        `access-list 101 permit udp host ${g} eq isakmp host ${p}`,
        `access-list 101 permit udp host ${g} eq non500-isakmp host ${p}`,
        'crypto ikev2 proposal ToSite01-proposal',
        '  encryption aes-cbc-256',
        '  integrity  sha1',
        '  group      2',
        '  exit',
        'crypto ikev2 policy ToSite01-policy',
        '  proposal ToSite01-proposal',
        `  match address local ${p}`,
        '  exit',
        'crypto ikev2 keyring ToSite01-keyring',
        `  peer ${g}`,
        `    address ${g}`,
        '    pre-shared-key P@ssw0rd1234',
        '    exit',
        '  exit',
        'crypto ikev2 profile ToSite01-profile',
        `  match address  local ${p}`,
        `  match identity remote address ${g} 255.255.255.255`,
        '  authentication remote pre-share',
        '  authentication local  pre-share',
        '  lifetime       3600',
        '  dpd 10 5 on-demand',
        '  keyring local  ToSite01-keyring',
        '  exit',
        'crypto ipsec transform-set ToSite01-TransformSet esp-gcm 256',
        '  mode tunnel',
        '  exit',
        'crypto ipsec profile ToSite01-IPsecProfile',
        '  set transform-set  ToSite01-TransformSet',
        '  set ikev2-profile  ToSite01-profile',
        '  set security-association lifetime seconds 3600',
        '  exit',
        'int tunnel 11',
        '  ip address 169.254.0.1 255.255.255.255',
        '  tunnel mode ipsec ipv4',
        '  ip tcp adjust-mss 1350',
        `  tunnel source ${p}`,
        `  tunnel destination ${g}`,
        '  tunnel protection ipsec profile ToSite01-IPsecProfile',
        '  exit',
        'ip route 172.16.0.0 255.255.0.0 Tunnel 11',
      ]);
    });
  });

  it('for IOS say all else in comments: header, unfilled BGP, clean-up', () => {
    withBench((one) => {
      buildHub(one);
      const lines = script(one).split('\r\n');
      for (const line of [
        '! Sample VPN tunnel configuration template for Cisco IOS-based devices',
        '! [0] Device infomration',
        '!   > Connection name:       ToSite01',
        '!     + CIDR:172.16.0.0/16, prefix:172.16.0.0, netmask:255.255.0.0, wildcard:0.0.255.255',
        '!   > Local network gateway: Site01',
        '!   > On-premises VPN IP:    20.210.140.4',
        '!     + Integrityalgorithm:    sha1',
        '!     + Pre-shared key:        P@ssw0rd1234',
        '!     + UsePolicyBasedTS:      False',
        '!     + Azure BGP ASN:         VNG_ASN',
        '!     + On premises BGP IP:    LNG_BGPIP',
        '! Cleanup script',
        '!! no ip route 172.16.0.0 255.255.0.0 Tunnel 11',
        '!! no int tunnel 11',
        '!! no crypto ikev2 proposal ToSite01-proposal',
      ]) {
        assert(lines.includes(line), line);
      }
      assert(lines.some((line) => line.includes('REPLACE')));
      assert(lines.every((line) => !line.includes('\n')));
    });
  });

  const followed: readonly [what: string, more: JsonObject, lines: readonly string[], not: readonly string[]][] = [
    [
      'AES and DH group 14, GCM with PFS',
      {},
      [
        '  encryption aes-cbc-256',
        '  integrity  sha256',
        '  group      14',
        '  lifetime       28800',
        'crypto ipsec transform-set ToSite01-TransformSet esp-gcm 256',
        '  set security-association lifetime seconds 27000',
        '  set pfs            group14',
      ],
      [],
    ],
    [
      'GCM in IKE, which needs a PRF instead of integrity',
      { ikeEncryption: 'GCMAES256', ikeIntegrity: 'SHA384', dhGroup: 'ECP384', pfsGroup: 'None' },
      ['  encryption aes-gcm-256', '  prf        sha384', '  group      20'],
      ['integrity', 'set pfs'],
    ],
    [
      'GCM as integrity of IKE, and the group of IKE for PFS',
      { ikeEncryption: 'GCMAES128', ikeIntegrity: 'GCMAES128', dhGroup: 'ECP256', pfsGroup: 'PFSMM' },
      ['  encryption aes-gcm-128', '  prf        sha256', '  group      19', '  set pfs            group19'],
      ['integrity'],
    ],
    [
      '3DES and SHA',
      {
        ikeEncryption: 'DES3',
        ikeIntegrity: 'SHA1',
        dhGroup: 'DHGroup2',
        ipsecEncryption: 'DES3',
        ipsecIntegrity: 'SHA1',
        pfsGroup: 'None',
      },
      [
        '  encryption 3des',
        '  integrity  sha1',
        '  group      2',
        'crypto ipsec transform-set ToSite01-TransformSet esp-3des esp-sha-hmac',
      ],
      ['set pfs'],
    ],
  ];
  for (const [what, more, lines, not] of followed) {
    it(`follow a policy: ${what}`, () => {
      withBench((one) => {
        buildHub(one, connectionBody({ ipsecPolicies: [policy(more)] }));
        const given = commands(script(one));
        for (const line of lines) assert(given.includes(line), `${line} in\n${given.join('\n')}`);
        for (const word of not) assert(!given.some((line) => line.includes(word)), word);
      });
    });
  }

  it('have two tunnels and BGP where the gateway has', () => {
    withBench((one) => {
      const parts = ['GwIp', 'GwIp2'].map((name) => ({
        name: `c-${name}`,
        properties: {
          subnet: { id: idOf(paths.gatewaySubnet) },
          publicIPAddress: { id: idOf(`Microsoft.Network/publicIPAddresses/${name}`) },
        },
      }));
      one.make(`${paths.address}2`, bodies.address);
      buildHub(
        one,
        connectionBody(),
        gatewayBody('VpnGw1AZ', { ipConfigurations: parts, activeActive: true, enableBgp: true }),
      );
      const bgpSettings = { asn: 65_010, bgpPeeringAddress: '172.20.100.1' };
      one.make(paths.local, { location, properties: { ...bodies.local.properties, bgpSettings } });
      one.make(paths.connection, connectionBody({ enableBgp: true }));
      const text = script(one);
      const given = commands(text);
      for (const line of [
        'int Loopback 11',
        'int tunnel 11',
        'int tunnel 12',
        '  ip address 169.254.0.2 255.255.255.255',
        'router bgp 65010',
        '  neighbor 172.16.0.29 remote-as 65515',
        '    network 172.20.100.0 mask 255.255.255.0',
        'ip route 172.16.0.30 255.255.255.255 Tunnel 11',
        'ip route 172.16.0.29 255.255.255.255 Tunnel 12',
      ]) {
        assert(given.includes(line), line);
      }
      assert.equal(given.filter((line) => line.includes('pre-shared-key')).length, 2);
      assert(!text.includes('VNG_ASN'));
      assert(!script(one, isr).includes('LNG_ASN = LNG_ASN'));
    });
  });

  it('for the ISR keep the defects that make them not pasteable', () => {
    withBench((one) => {
      buildHub(one, connectionBody({ ipsecPolicies: [policy()] }));
      const lines = script(one, isr).split('\r\n');
      assert(lines.slice(0, 11).every((line) => line.startsWith('/Data/')));
      assert.equal(lines[0], '/Data/CONNECTION_NAME = ToSite01');
      for (const line of [
        '\tnetwork-object 172.16.0.0 255.255.0.0',
        'crypto ikev2 keyring azure-keyring-ToSite01',
        '\tkeyring local azure-keyring',
        '\tmatch address local interface GigabitEthernet0/0',
        'interface GigabitEthernet0/0',
        '\tip address 20.210.140.4 255.255.252.0',
        'router bgp LNG_ASN',
        '\tnetwork "INSERT LAN BGP ROUTE HERE"',
        'ip route 172.20.100.0 255.255.255.0 Tunnel11',
        'ip route 0.0.0.0 0.0.0.0 20.210.140.4',
        'crypto ipsec transform-set azure-ipsec-proposal-set-ToSite01 esp-3des esp-sha-hmac',
      ]) {
        assert(lines.includes(line), line);
      }
    });
  });

  it('for other devices are comments with the parameters, and say so', () => {
    withBench((one) => {
      buildHub(one);
      const generic = { vendor: 'Generic Samples', deviceFamily: 'Device Parameters', firmwareVersion: '1.0' };
      const lines = script(one, generic).split('\r\n');
      assert(lines.includes('# The lab has no template for this device: it gives no commands.'));
      assert(lines.includes('# PFS: none; SA lifetime 3600 s, 102400000 KB'));
      assert(lines.every((line) => line === '' || line.startsWith('#')));
    });
  });

  it('are refused for a device that is not in the list, and before the gateway is there', () => {
    withBench((one) => {
      buildHub(one);
      const code = 'VpnDeviceConfigurationScriptNotSupported';
      refused(code, () => script(one, { ...ios, firmwareVersion: '16.x' }));
      refused('InvalidRequestFormat', () => script(one, { vendor: 'Cisco' }));
      const gateway = one.world.store.get(idOf(paths.gateway));
      assert(gateway !== undefined);
      gateway.hidden = { ...gateway.hidden, built: false };
      refused('ReferencedResourceNotProvisioned', () => script(one));
    });
  });
});
