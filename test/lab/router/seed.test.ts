import assert from 'node:assert/strict';
import type { IkeSa, IpsecSa } from '../../../lab/ports.ts';
import type { RouterFixture } from '../../support/router.ts';
import { withRouter } from '../../support/router.ts';
import { DEVICE_SCRIPT, LOOPBACKS, SCRIPT_AS_PRINTED } from './script.ts';

const IKE: IkeSa = {
  tunnelId: 1,
  local: '172.20.10.210',
  localPort: 4500,
  remote: '20.210.93.46',
  remotePort: 4500,
  status: 'READY',
  encryption: 'AES-CBC',
  keySize: 256,
  prf: 'SHA1',
  hash: 'SHA96',
  dhGroup: 2,
  lifetimeSeconds: 28_800,
  activeSeconds: 115,
  localSpi: '000D3669857A0F82',
  remoteSpi: 'E0419B1DB02DE6AE',
  localId: '172.20.10.210',
  remoteId: '20.210.93.46',
  nat: 'inside',
  initiator: true,
};

const NEGOTIATING: IkeSa = {
  ...IKE,
  localPort: 500,
  remotePort: 500,
  status: 'IN-NEG',
  encryption: null,
  keySize: null,
  prf: null,
  hash: null,
  dhGroup: null,
  lifetimeSeconds: 86_400,
  activeSeconds: 0,
};

const ESP: IpsecSa = {
  interface: 'Tunnel11',
  localAddress: '172.20.10.210',
  peer: '20.210.93.46',
  peerPort: 4500,
  localIdent: '0.0.0.0/0.0.0.0/0/0',
  remoteIdent: '0.0.0.0/0.0.0.0/0/0',
  encaps: 2,
  decaps: 2,
  inboundSpi: '46959245',
  outboundSpi: '6de5239c',
  transform: 'esp-gcm 256',
  udpEncapsulated: true,
  remainingSeconds: 3413,
  remainingKilobytes: 4_607_999,
  pfs: 'group14',
};

/** Builds the seed's router over SSH; the tunnel is up when `connected`. */
async function build({ shell, link }: RouterFixture, connected = true) {
  const session = await shell();
  assert.deepEqual(await session.configure(...LOOPBACKS), {});
  const replies = await session.configure(...DEVICE_SCRIPT);
  assert.deepEqual(
    Object.keys(replies),
    ['proposal C-proposal', 'policy C-policy', 'profile C-profile'].map((name) => `crypto ikev2 ${name}`),
  );
  if (connected) {
    link.up.add('Tunnel11');
    link.ike = [IKE];
    link.ipsec = [ESP];
  }
  return session;
}

describe('the router of the lab: the flow of the seed', () => {
  it('takes loopbacks and script, shows them, and pings from the right address', async () => {
    await withRouter(async (fixture) => {
      const session = await build(fixture);
      const { link, router } = fixture;
      const config = await session.run('show running-config');
      assert.ok(config.includes(SCRIPT_AS_PRINTED), config);
      assert.match(config, /^Building configuration\.\.\.\n\nCurrent configuration : \d+ bytes\n!\n! Last config/);
      assert.match(
        await session.run('show crypto ikev2 sa'),
        /^ IPv4 Crypto IKEv2 {2}SA \n\nTunnel-id Local {17}Remote {16}fvrf\/ivrf {12}Status \n1 {9}172\.20\.10\.210\/4500 {4}20\.210\.93\.46\/4500 {5}none\/none {12}READY {2}\n {6}Encr: AES-CBC, keysize: 256, PRF: SHA1, Hash: SHA96, DH Grp:2, Auth sign: PSK, Auth verify: PSK\n {6}Life\/Active Time: 28800\/115 sec\n/,
      );
      const good = await session.run('ping 172.16.1.10 source Loopback 100 repeat 100');
      assert.equal(
        good,
        'Type escape sequence to abort.\nSending 100, 100-byte ICMP Echos to 172.16.1.10, timeout is 2 seconds:\n' +
          'Packet sent with a source address of 172.20.100.100 \n' +
          `${'!'.repeat(70)}\n${'!'.repeat(30)}\nSuccess rate is 100 percent (100/100), round-trip min/avg/max = 10/11/12 ms\n`,
      );
      const bad = await session.run('ping 172.16.1.10 timeout 0 repeat 2 size 1500');
      assert.match(bad, /Sending 2, 1500-byte .*\n\.\.\nSuccess rate is 0 percent \(0\/2\)\n$/);
      assert.deepEqual(
        link.pings.map(({ source }) => source),
        ['172.20.100.100', '169.254.0.1'],
      );
      assert.match(await session.run('ping 172.16.1.10 so 172.20.200.200 re 1'), /address of 172\.20\.200\.200 \n!\n/);
      assert.equal(router.routes().filter(({ source }) => source === 'S').length, 2);
      assert.equal(router.inventory().tunnels[0]?.lineUp, true);
      assert.equal(router.crypto().tunnels[0]?.destination, '20.210.93.46');
      assert.equal(router.publicAddress, '20.210.140.4');
    });
  });

  const shows: [string, RegExp][] = [
    ['show ip interface brief', /\nTunnel11 {15}169\.254\.0\.1 {5}YES manual up {20}up {6}\n$/],
    ['sh ip int br | i Gig', /^GigabitEthernet1 {7}172\.20\.10\.210 {3}YES DHCP {3}up {20}up {6}\n$/],
    [
      'show ip route',
      /\nS {5}172\.16\.0\.0\/16 is directly connected, Tunnel11\n {6}172\.20\.0\.0\/16 is variably subnetted, 6 subnets, 2 masks\nC {8}172\.20\.10\.0\/24 is/,
    ],
    [
      'show ip route | begin Gateway',
      /^Gateway of last resort is 172\.20\.10\.1 to network 0\.0\.0\.0\n\nS\* {4}0\.0\.0\.0\/0 \[254\/0\] via 172\.20\.10\.1\n {6}169\.254\.0\.0\/32 is subnetted, 1 subnets\nC {8}169\.254\.0\.1 is directly connected, Tunnel11\n/,
    ],
    ['show ip route static', /^(?!.*\nC )/s],
    ['show ip route 172.16.1.10', /^Routing entry for 172\.16\.0\.0\/16\n {2}Known via "static", distance 1/],
    ['show ip route 8.8.8.8', /^% Network not in table/],
    ['show interfaces Tunnel11', /^Tunnel11 is up, line protocol is up \n[^]*IPSEC\/IP[^]*profile "C-IPsecProfile"/],
    ['show interfaces Loopback 9', /There is no interface Loopback9/],
    ['show interfaces description', /\nTu11 +up +up/],
    [
      'show crypto ikev2 session',
      /^ IPv4 Crypto IKEv2 Session \n\nSession-id:1, Status:UP-ACTIVE, IKE count:1, CHILD count:1\n\nTunnel-id [^]*ESP spi in\/out: 0x46959245\/0x6DE5239C {2}\n/,
    ],
    ['show crypto isakmp sa', /^IPv4 Crypto ISAKMP SA\ndst +src +state +conn-id status\n\nIPv6/],
    ['show access-lists', /^Extended IP access list 101\n {4}10 permit ip 172\.20\.100\.0 0\.0\.0\.255 172\.16\.0\.0/],
    ['show crypto ikev2 sa detailed', /NAT-T is detected inside\n[^]*Initiator of SA : Yes\n/],
    [
      'show crypto ipsec sa',
      /current_peer 20\.210\.93\.46 port 4500\n[^]*#pkts encaps: 2, [^]*spi: 0x6DE5239C\(1843733404\)\n[^]*in use settings =\{Tunnel UDP-Encaps, \}\n[^]*\(k\/sec\): \(4607999\/3413\)/,
    ],
    ['show crypto ipsec sa detail', /##pkts replay failed \(rcv\): 0\n/],
    [
      'show crypto session',
      /^Crypto session current status\n\nInterface: Tunnel11\nProfile: C-profile\nSession status: UP-ACTIVE {5}\nPeer: 20\.210\.93\.46 port 4500 \n/,
    ],
    [
      'show crypto session detail',
      /Capabilities:DN connid:1 lifetime:07:58:05\n[^]*#pkts dec'ed 2 drop 0 life \(KB\/Sec\) 4607999\/3413\n/,
    ],
    [
      'show crypto ikev2 proposal C-proposal',
      /^ IKEv2 proposal: C-proposal\n {5}Encryption : AES-CBC-256\n {5}Integrity {2}: SHA96\n {5}PRF {8}: SHA1\n {5}DH Group {3}: DH_GROUP_1024_MODP\/Group 2\n/,
    ],
    [
      'show crypto ikev2 policy',
      /IKEv2 policy : C-policy\n {6}Match fvrf : global\n {6}Match address local : 172\.20\.10\.210\n {6}Proposal {4}: C-proposal\n/,
    ],
    [
      'show crypto ikev2 profile',
      /^IKEv2 profile: C-profile\n[^]*Keyring: C-keyring\n[^]*DPD: interval 10, retry-interval 5, on-demand/,
    ],
    ['show crypto ipsec transform-set', /^Transform set C-TransformSet: \{ esp-gcm 256 {2}\} \n/],
    ['show running-config interface Tunnel11', /\n!\ninterface Tunnel11\n ip address 169\.254\.0\.1 [^]*\nend\n/],
    [
      'show running-config | section ^crypto ikev2 policy',
      /^crypto ikev2 policy C-policy \n match address local 172\.20\.10\.210\n proposal C-proposal\n$/,
    ],
    ['show running-config | count Tunnel11', /^Number of lines which match regexp = 2\n/],
    ['show running-config | exclude .', /^\n/],
    ['show startup-config | include hostname', /^hostname router210\n$/],
    ['show version', /Version 17\.3\.3, [^]*router210 uptime is 0 minutes\n[^]*CSR1000V[^]*Processor board ID 9/],
    ['show inventory', /NAME: "Chassis"/],
    ['show users', /\n\* {2}1 vty 0 {5}azureuser {2}idle +00:00:00 198\.51\.100\.10\n/],
    ['show ssh', / 2\.0 {5}IN /],
    ['show ip ssh', /^SSH Enabled - version 2\.0\n[^]*\nssh-rsa AAAA/],
    ['show logging', /%SYS-5-CONFIG_I: Configured from console by azureuser on vty0 \(198\.51\.100\.10\)/],
    ['show clock', /^\*\d\d:\d\d:\d\d\.\d{3} UTC /],
    ['show archive', /^Archive feature not enabled\n$/],
    ['show privilege', /^Current privilege level is 15\n$/],
    ['show ip bgp summary', /^% BGP not active\n/],
    ['show reload', /^No reload is scheduled\.\n/],
    ['show terminal', /Width: 511 columns/],
    ['show history', / {2}show terminal\n {2}show history\n$/],
    ['traceroute 172.16.1.10 source Loopback100', /\n {2}1 172\.16\.1\.10 10 msec 11 msec 12 msec\n/],
    ['traceroute nowhere', /^Translating "nowhere"/],
    ['ping nowhere', /% Unrecognized host or address/],
    ['ping 172.20.10.210 repeat 1', /\n!\n/],
    ['ping 172.16.1.10 source Loopback9', /^% Invalid source interface/],
    ['ping 172.16.1.10 source 9.9.9.9', /^% Invalid source address/],
  ];
  it('prints what its show commands follow from', async () => {
    await withRouter(async (fixture) => {
      const session = await build(fixture);
      for (const [command, expected] of shows) assert.match(await session.run(command), expected, command);
      await session.configure('router bgp 65010', 'neighbor 169.254.21.2 remote-as 65515');
      assert.match(await session.run('show ip bgp summary'), /\n169\.254\.21\.2 {4}4 {8}65515 .* never {4}Idle\n/);
    });
  });

  it('shows a tunnel that is down: no route, no SA, and why', async () => {
    await withRouter(async (fixture) => {
      const session = await build(fixture, false);
      const { link, router } = fixture;
      assert.match(await session.run('show ip interface brief | include Tunnel'), / up {20}down {4}\n$/);
      assert.doesNotMatch(await session.run('show ip route'), /172\.16\.0\.0/);
      assert.match(await session.run('show crypto ipsec sa'), /current outbound spi: 0x0\(0\)/);
      assert.match(await session.run('show crypto session'), /Session status: DOWN {5}\n/);
      assert.equal(await session.run('show crypto ikev2 sa'), ' IPv4 Crypto IKEv2  SA \n\n IPv6 Crypto IKEv2  SA \n\n');
      link.ike = [NEGOTIATING];
      assert.match(
        await session.run('show crypto ikev2 sa'),
        / IN-NEG \n {6}Encr: Unknown - 0, PRF: Unknown - 0, Hash: None, DH Grp:0, Auth sign: Unknown - 0, Auth verify: Unknown - 0\n {6}Life\/Active Time: 86400\/0 sec\n/,
      );
      assert.match(await session.run('show crypto session'), /DOWN-NEGOTIATING/);
      await session.configure('interface Tunnel11', 'tunnel mode gre ip');
      assert.match(await session.run('show crypto session'), /permit 47 host 172\.20\.10\.210 host 20\.210\.93\.46/);
      await session.configure('no interface Tunnel11');
      assert.equal(await session.run('show crypto ipsec sa'), '\nNo SAs found\n\n');
      assert.equal(router.inventory().tunnels.length, 0);
    });
  });

  it('prints SAs as its release does', async () => {
    const old = { algorithms: { kex: ['diffie-hellman-group14-sha1' as const], serverHostKey: ['ssh-rsa' as const] } };
    const kinds: [release: string, patterns: readonly RegExp[]][] = [
      ['15.x', [/^ IPv4 Crypto IKEv2 SA \n/, /remaining key lifetime \(k\/sec\): \(4607999\/3413\)\n/]],
      ['17.3', [/^ IPv4 Crypto IKEv2 {2}SA \n[^]*28800\/115 sec\n\n/, /\(k\/sec\): \(4607999\/3413\)\n/]],
      [
        '17.15',
        [
          /28800\/115 sec\n {6}CE id: 1001, Session-id: 1\n {6}Local spi: 000D3669857A0F82 {7}Remote spi: E0419B1DB02DE6AE\n\n/,
          /lifetime \(sec\): 3413\n {8}Kilobyte Volume Rekey has been disabled\n/,
        ],
      ],
    ];
    for (const [release, [ike, esp]] of kinds) {
      await withRouter(
        async ({ shell, link }) => {
          const session = await shell(release === '15.x' ? { more: old } : {});
          Object.assign(link, { ike: [IKE], ipsec: [ESP] });
          assert.match(await session.run('show crypto ikev2 sa'), ike ?? /never/);
          assert.match(await session.run('show crypto ipsec sa'), esp ?? /never/);
        },
        { release },
      );
    }
  });

  it('asks for what a ping needs', async () => {
    await withRouter(async (fixture) => {
      const session = await build(fixture);
      session.type('ping\n');
      for (const [question, answer] of [
        ['Protocol [ip]: ', ''],
        ['Target IP address: ', '172.16.1.10'],
        ['Repeat count [5]: ', '3'],
        ['Datagram size [100]: ', ''],
        ['Timeout in seconds [2]: ', '1'],
        ['Extended commands [n]: ', 'y'],
        ['Source address or interface: ', 'lo100'],
        ['Sweep range of sizes [n]: ', ''],
      ] as const) {
        const asked = await session.until(/: $/);
        assert.equal(asked.endsWith(question), true, asked);
        session.type(`${answer}\n`);
      }
      assert.match(await session.until(/#$/), /Sending 3, 100-byte .* address of 172\.20\.100\.100 \r\n!!!\r\n/s);
      session.type('ping\nipx\n');
      await session.until(/Bad IP address or host name\n[^]*#$/);
    });
  });

  it('clears SAs, and breaks a ping off', async () => {
    await withRouter(async (fixture) => {
      const session = await build(fixture);
      await session.run('clear crypto ikev2 sa');
      await session.run('clear crypto sa');
      assert.deepEqual(fixture.link.cleared, ['ike', 'ipsec']);
      session.type('ping 172.16.1.10 repeat 50\n');
      await session.until(/timeout is 2 seconds:\n/);
      session.type('\u001e');
      assert.match(await session.until(/#$/), /Success rate is 0 percent \(0\/0\)/);
    });
  });

  it('logs a line that comes and goes, also onto a terminal that monitors', async () => {
    await withRouter(async (fixture) => {
      const session = await build(fixture, false);
      await session.run('terminal monitor');
      fixture.link.up.add('Tunnel11');
      await session.until(/%LINEPROTO-5-UPDOWN: Line protocol on Interface Tunnel11, changed state to up\n/);
      await session.run('terminal no monitor');
      await session.configure('interface Loopback100', 'shutdown', 'line vty 0 15', 'logging synchronous');
      assert.match(await session.run('show logging'), /%LINK-5-CHANGED: Interface Loopback100, changed state to admin/);
      await session.configure('line vty 0 4', 'logging synchronous');
      await session.run('terminal monitor');
      session.type('show cl');
      await session.until(/show cl$/);
      fixture.link.up.clear();
      await session.until(/changed state to down\nrouter210#show cl$/);
    });
  });
});
