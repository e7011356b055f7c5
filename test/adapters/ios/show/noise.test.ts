/** What a terminal, a pager, a log or a clipboard adds to an output changes nothing of what is read from it. */
import assert from 'node:assert/strict';
import { parseShow } from '../../../../adapters/ios/show/index.ts';

/** One output for each command, in the layout of one release or another. */
const outputs: readonly (readonly [string, string])[] = [
  [
    'show crypto ikev2 sa detailed',
    ` IPv4 Crypto IKEv2  SA

Tunnel-id Local                 Remote                fvrf/ivrf            Status
2         10.0.0.2/4500         203.0.113.5/4500      none/RED             READY
      Encr: AES-GCM, keysize: 256, PRF: SHA384, Hash: None, DH Grp:20, Auth sign: PSK, Auth verify: PSK
      Life/Active Time: 28800/61 sec
      CE id: 1001, Session-id: 3
      Status Description: Negotiation done
      Local spi: 5D4519820D6B9F4A       Remote spi: 65D3D6F7D18D5A47
      Local id: 10.0.0.2
      Remote id: gateway.example.com
      DPD configured for 10 seconds, retry 2
      NAT-T is detected  inside
      Initiator of SA : Yes
      Remote subnets:
      10.9.0.0 255.255.0.0
      10.10.0.0 255.255.0.0
      PEER TYPE: Other

 IPv6 Crypto IKEv2  SA

Tunnel-id    fvrf/ivrf              Status
3          none/none             IN-NEG
Local  2001:DB8::1/500
Remote  2001:DB8::2/500
      Encr: Unknown - 0, PRF: Unknown - 0, Hash: None, DH Grp:0, Auth sign: Unknown - 0, Auth verify: Unknown - 0
      Life/Active Time: 86400/0 sec`,
  ],
  [
    'show crypto ipsec sa',
    `interface: Tunnel11
    Crypto map tag: Tunnel11-head-0, local addr 10.0.0.2

   protected vrf: (none)
   local  ident (addr/mask/prot/port): (0.0.0.0/0.0.0.0/0/0)
   remote ident (addr/mask/prot/port): (0.0.0.0/0.0.0.0/0/0)
   current_peer 203.0.113.5 port 4500
     PERMIT, flags={origin_is_acl,}
    #pkts encaps: 4294967301, #pkts encrypt: 4294967301, #pkts digest: 4294967301
    #pkts decaps: 7, #pkts decrypt: 7, #pkts verify: 7
    #send errors 1, #recv errors 2

     current outbound spi: 0x31CA189(52208009)
     PFS (Y/N): Y, DH group: group20

     inbound esp sas:
      spi: 0xAF2C1743(2938902339)
        Status: ACTIVE(ACTIVE)

     inbound ah sas:

     outbound esp sas:
      spi: 0x31CA189(52208009)
        Status: ACTIVE(ACTIVE)`,
  ],
  [
    'show crypto session detail',
    `Crypto session current status

Code: C - IKE Configuration mode, D - Dead Peer Detection
S - SIP VPN

Interface: Tunnel4
Profile: P
Uptime: 1d02h
Session status: UP-ACTIVE
Peer: 2001:DB8::2 port 500 fvrf: (none) ivrf: RED
      Phase1_id: 2001:DB8::2
  Session ID: 15
  IKEv2 SA: local 2001:DB8::1/500
          remote 2001:DB8::2/500 Active
          Capabilities:DU connid:1 lifetime:23:29:35
  IPSEC FLOW: permit ipv6 ::/0 ::/0
        Active SAs: 2, origin: crypto map
        Inbound:  #pkts dec'ed 47 drop 1 life (KB/Sec) KB Vol Rekey Disabled/239
        Outbound: #pkts enc'ed 12 drop 0 life (KB/Sec) KB Vol Rekey Disabled/239`,
  ],
  [
    'ping 192.0.2.9',
    `Type escape sequence to abort.
Sending 6, 100-byte ICMP Echos to 192.0.2.9, timeout is 2 seconds:
Packet sent with a source address of 10.0.0.2
U.!!.M
Success rate is 33 percent (2/6), round-trip min/avg/max = 10/12/28 ms`,
  ],
  [
    'show ip interface brief',
    `Interface              IP-Address      OK? Method Status                Protocol
GigabitEthernet1       10.0.0.2        YES DHCP   up                    up
GigabitEthernet2       unassigned      YES unset  administratively down down
Tunnel11               169.254.0.1     YES manual standby mode          down`,
  ],
  [
    'show ip route',
    `Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP
       n - NAT, Ni - NAT inside, No - NAT outside, Nd - NAT DIA
       + - replicated route, % - next hop override, p - overrides from PfR

Gateway of last resort is 10.0.0.1 to network 0.0.0.0

S*    0.0.0.0/0 [1/0] via 10.0.0.1
      10.0.0.0/8 is variably subnetted, 3 subnets, 2 masks
C        10.0.0.0/24 is directly connected, GigabitEthernet1
O E2     10.6.0.0/16 [110/20] via 10.0.0.9, 1d02h, GigabitEthernet2
                     [110/20] via 10.0.0.8, 00:00:09, GigabitEthernet1
      172.16.0.0/24 is subnetted, 1 subnets
B   +    172.16.1.0 [20/0] via 192.0.2.9 (RED), 00:04:15`,
  ],
  [
    'show ip bgp summary',
    `For address family: IPv4 Unicast
BGP router identifier 10.0.0.2, local AS number 65000.10
Neighbor        V           AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd
*169.254.21.2   4        65515      12      13        1    0    0 00:10:11        0
2001:DB8:1111:2222::9
                4        65515       0       0        1    0    0 never    Idle (Admin)
* Dynamically created based on a listen range command`,
  ],
  [
    'show version',
    `Cisco IOS XE Software, Version 17.03.03
Cisco IOS Software [Amsterdam], Virtual XE Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 17.3.3, RELEASE SOFTWARE (fc7)
ROM: IOS-XE ROMMON
router210 uptime is 2 days, 3 minutes
System returned to ROM by reload
Last reload reason: Reload Command
cisco CSR1000V (VXE) processor (revision VXE) with 2071894K/3075K bytes of memory.
Processor board ID 9ESGOBARV9D
Configuration register is 0x2102`,
  ],
  [
    'show archive',
    `The maximum archive configurations allowed is 10.
There are currently 1 archive configurations saved.
The next archive file will be named bootflash:back-<timestamp>-1
 Archive #  Name
   1        bootflash:back-Nov-24-12-00-01.123-0 <- Most Recent
   2`,
  ],
  [
    'show crypto ikev2 proposal',
    ` IKEv2 proposal: default
     Encryption : AES-CBC-256
     Integrity  : SHA512 SHA384
     PRF        : SHA512 SHA384
     DH Group   : DH_GROUP_256_ECP/Group 19 DH_GROUP_2048_MODP/Group 14
 IKEv2 proposal: GCM
     Encryption : AES-GCM-256
     Integrity  : none
     PRF        : SHA384
     DH Group   : DH_GROUP_384_ECP/Group 20`,
  ],
  [
    'show crypto ikev2 policy',
    ' IKEv2 policy : Azure\n      Match fvrf  : global\n      Match address local : 10.0.0.2\n      Proposal    : A\n      Proposal    : B',
  ],
];

const lines = (text: string, change: (line: string, index: number) => string): string =>
  text.split('\n').map(change).join('\n');
/** Something in front of every third line. */
const before = (noise: string) => (text: string) => lines(text, (line, at) => (at % 3 === 1 ? noise + line : line));

const logs = [
  '*Nov 24 12:00:01.123: %SYS-5-CONFIG_I: Configured from console by vty0 (192.0.2.1)',
  'Nov  4 2026 12:00:01.123 CET: %LINEPROTO-5-UPDOWN: Line protocol on Interface Tunnel11, changed state to up',
  '000123: .Nov 24 12:00:01: %BGP-5-ADJCHANGE: neighbor 192.0.2.9 Up',
  '1y10w: %LINK-3-UPDOWN: Interface GigabitEthernet1, changed state to down',
  '00:00:05: %SYS-5-RESTART: System restarted --',
  '%CRYPTO-6-ISAKMP_ON_OFF: ISAKMP is ON',
  '*Nov 24 12:00:01.1: %CRYPTO-4-RECVD_PKT_NOT_IPSEC: not an IPSEC packet.\n\t(ip) vrf/dest_addr= /10.0.0.2, src_addr= 192.0.2.9, prot= 1',
  '*Nov 24 12:00:01.1: %SYS-3-CPUHOG: Task is running for (2000)msecs,process = Crypto.\n-Traceback= 1#a 2#b',
];

const noises: Readonly<Record<string, (text: string, command: string) => string>> = {
  'line ends of a terminal': (text) => text.replaceAll('\n', '\r\n'),
  'doubled carriage returns': (text) => text.replaceAll('\n', '\r\r\n'),
  'carriage returns behind the line end': (text) => text.replaceAll('\n', '\n\r'),
  'the echo and the prompts': (text, command) =>
    `router210#terminal length 0\nrouter210#${command}\n${text}\nrouter210#`,
  'the clock of exec prompt timestamp': (text, command) =>
    `router210#${command}\nLoad for five secs: 12%/0%; one minute: 8%; five minutes: 6%\nTime source is NTP, 16:14:07.495 EST Tue Jun 8 2021\n\n${text}\n\nrouter210#`,
  'empty lines around': (text) => `\n \n${text}\n\n\n`,
  'empty lines between': (text) => text.replaceAll('\n', '\n\n'),
  'blanks at the end of lines': (text) => lines(text, (line) => `${line}    `),
  'a pager that wipes itself with backspaces': before(
    ` --More-- ${'\b'.repeat(10)}${' '.repeat(10)}${'\b'.repeat(10)}`,
  ),
  'a pager that wipes itself with carriage returns': before(' --More-- \r          \r'),
  'a pager that erases its line': before('\u001B[7m --More-- \u001B[m\r\u001B[K'),
  'a pager that stays': before(' --More-- '),
  'a pager on a line of its own': before('--More--\n'),
  'colours and erasures': (text) => lines(text, (line) => `\u001B[0m${line}\u001B[K\u001B[1;31m\u001B[0m`),
  'a window title, bells and fill characters': (text) =>
    `\u001B]0;router210\u0007${lines(text, (line) => `\u0000${line}\u0007`)}`,
  'another indentation': (text) => lines(text, (line) => `    ${line}`),
  'no indentation': (text) => lines(text, (line) => line.trim()),
  'tabs for blanks': (text) => text.replaceAll(/ {2,}/g, '\t'),
  'blanks that do not break, and a byte order mark': (text) => `\uFEFF${text.replaceAll(' ', '\u00A0')}`,
};

describe('an output', () => {
  for (const [command, text] of outputs) {
    it(`of ${command} says the same with everything that may stand around it`, () => {
      const plain = parseShow(command, text);
      assert.notDeepEqual(plain, parseShow(command, ''));
      for (const [what, add] of Object.entries(noises)) {
        assert.deepEqual(parseShow(command, add(text, command)), plain, what);
      }
      for (const log of logs) assert.deepEqual(parseShow(command, before(`${log}\n`)(text)), plain, log);
    });
  }

  it('cut at 80 columns is put together again', () => {
    const [[command, text]] = outputs as [readonly [string, string]];
    const cut = lines(text, (line) => line.replaceAll(/(.{80})(?=.)/g, '$1\n'));
    assert.notEqual(cut, text);
    assert.deepEqual(parseShow(command, cut), parseShow(command, text));
    assert.deepEqual(
      parseShow(command, cut.replaceAll(/ +$/gm, '')),
      parseShow(command, text),
      'also without its blanks at the end',
    );
  });
});
