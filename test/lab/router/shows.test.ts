import assert from 'node:assert/strict';
import { withRouter } from '../../support/router.ts';
import { ESP, IKE, build } from './seed-site.ts';

describe('the router of the lab: what it shows', () => {
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
      /IKEv2 policy : C-policy\n {6}Match fvrf {2}: global\n {6}Match address local : 172\.20\.10\.210\n {6}Proposal {4}: C-proposal\n/,
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
    [
      'show interfaces GigabitEthernet1',
      /\n {2}Hardware is CSR vNIC, [^]*\n {5}2 packets input, 200 bytes, 0 no buffer\n/,
    ],
    ['show interfaces summary', /\n\* GigabitEthernet1 +0 +0/],
    ['show ip arp', /\nInternet {2}172\.20\.10\.210 {11}- {3}000d\.3a40\.2d4d {2}ARPA {3}GigabitEthernet1\n/],
    ['show ipv6 interface brief', /^GigabitEthernet1 {7}\[up\/up\]\n {4}unassigned\n/],
    ['show cdp neighbors', /^% CDP is not enabled\n/],
    ['show lldp neighbors detail', /^% LLDP is not enabled\n/],
    ['show ntp status', /^%NTP is not enabled\.\n/],
    ['show ntp associations', /^%NTP is not enabled\.\n/],
    ['show hosts', /^Default domain is not set\nName servers are 255\.255\.255\.255\n/],
    ['show vrf', /^$/],
    ['show ip nat translations', /^$/],
    ['show ip nat statistics', /^Total active translations: 0 /],
    ['show crypto ikev2 stats', /\nTotal outgoing IKEv2 SA Count: {4}1 +active: {8}1 +negotiating: 0 {5}\n/],
    ['show crypto ikev2 stats exchange', /\nIKE_AUTH +1 +0 +0 +1\n/],
    ['show crypto ipsec sa count', /^IPsec SA total: 2, active: 2, rekeying: 0, unused: 0, invalid: 0\n/],
    ['show crypto ipsec sa peer 9.9.9.9', /^\nNo SAs found\n/],
    ['show crypto ikev2 sa remote 9.9.9.9', /^ IPv4 Crypto IKEv2 {2}SA \n\n IPv6/],
    ['show crypto session remote 20.210.93.46', /Session status: UP-ACTIVE/],
    [
      'show crypto ipsec profile',
      /^IPSEC profile C-IPsecProfile\n\tIKEv2 Profile: C-profile\n[^]*\t\tC-TransformSet: {2}\{ esp-gcm 256 {2}\} , \n/,
    ],
    ['show crypto isakmp policy', /^\nGlobal IKE policy\n$/],
    ['show ip route summary', /\nstatic +1 +1 +0 +192 +624\n/],
    ['show ip protocols', /^\*\*\* IP Routing is NSF aware/],
    ['show ip cef 172.16.1.10', /^172\.16\.0\.0\/16\n {2}attached to Tunnel11\n/],
    ['show ip cef', /\n172\.20\.10\.210\/32 +receive +GigabitEthernet1\n/],
    ['show ip cef 9.9.9.9', /^0\.0\.0\.0\/0\n {2}nexthop 172\.20\.10\.1 GigabitEthernet1\n/],
    ['show platform', /\nR0 {8}CSR1000V {12}ok, active/],
    ['show redundancy', /Configured Redundancy Mode = Non-redundant\n/],
    ['show license summary', /No licenses in use/],
    ['show license udi', /^UDI: PID:CSR1000V,SN:9/],
    ['show bootvar', /Configuration register is 0x2102\n/],
    ['show line', /\n\* {6}1 {4}1 VTY/],
    ['show tcp brief', /172\.20\.10\.210\.22 +198\.51\.100\.10\.51000 +ESTAB\n/],
    ['show configuration lock', /State {13}: FREE\n/],
    ['show dhcp lease', /^Temp IP addr: 172\.20\.10\.210 {2}for peer on Interface: GigabitEthernet1\n/],
    ['show ipv6 route', /^IPv6 Routing Table - default/],
    ['show calendar', /^\d\d:\d\d:\d\d UTC /],
    ['show processes memory', /^Processor Pool Total:/],
    ['show running-config all | section Tunnel11', /\n tunnel ttl 255\n no shutdown\n/],
    ['show running-config all | include ^service', /\nservice slave-log\n/],
    ['show running-config vrf', /\n!\nend\n/],
    ['debug crypto ikev2', /^IKEv2 default debugging is on\n/],
    ['show debugging', /\n {2}IKEv2 default debugging is on\n/],
    ['undebug all', /^All possible debugging has been turned off\n/],
    ['send log 5 hello there', /^$/],
    ['show logging | include USERLOG', /Message from tty1\(user id: azureuser\): hello there\n/],
    ['telnet 10.1.1.1', /^Trying 10\.1\.1\.1 \.\.\. \n% Connection timed out/],
  ];
  it('prints what its show commands follow from', async () => {
    await withRouter(async (fixture) => {
      const session = await build(fixture);
      for (const [command, expected] of shows) assert.match(await session.run(command), expected, command);
      await session.configure('router bgp 65010', 'neighbor 169.254.21.2 remote-as 65515');
      assert.match(await session.run('show ip bgp summary'), /\n169\.254\.21\.2 {4}4 {8}65515 .* never {4}Idle\n/);
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
});
