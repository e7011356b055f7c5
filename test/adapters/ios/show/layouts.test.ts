/** Layouts that other releases print: addresses that do not fit, blanks more or less, marks, pagers, log messages. */
import assert from 'node:assert/strict';
import { parseShow } from '../../../../adapters/ios/show/index.ts';

type Members = Record<string, unknown>;
const list = (command: string, text: string): Members[] => parseShow(command, text) as Members[];
const one = (command: string, text: string): Members => parseShow(command, text) as Members;
/** The named members of each entry. */
const pick = (entries: readonly Members[], ...names: readonly string[]): unknown[][] =>
  entries.map((entry) => names.map((name) => entry[name]));

describe('layouts of show crypto ikev2 sa', () => {
  it('may lack their blanks, and wrap between two words', () => {
    const text = `IPv4 Crypto IKEv2 SA
Tunnel-id Local Remote fvrf/ivrf Status
7 10.0.0.2/4500 203.0.113.5/4500 INET/none READY
Encr: AES-CBC, keysize: 256, PRF: SHA256, Hash: SHA256, DH
Grp:14, Auth sign: PSK, Auth
verify: PSK, QR
Life/Active Time: 28800/61 sec
`;
    const [sa] = list('show crypto ikev2 sa', text);
    assert.deepEqual(
      [sa?.['local'], sa?.['fvrf'], sa?.['dhGroup'], sa?.['authVerify'], sa?.['activeSeconds']],
      ['10.0.0.2/4500', 'INET', 14, 'PSK', 61],
    );
  });

  it('list remote subnets of both families', () => {
    const text = `Tunnel-id Local                 Remote                fvrf/ivrf            Status
1         10.0.0.2/500          10.0.0.1/500          none/none            READY
      NAT-T is detected  outside
      Remote subnets:
      10.9.0.0   255.255.0.0
      2001:DB8:9::/48
      PEER TYPE: Other
`;
    const [sa] = list('show crypto ikev2 sa detailed', text);
    assert.deepEqual(sa?.['remoteSubnets'], ['10.9.0.0 255.255.0.0', '2001:DB8:9::/48']);
    assert.equal(sa?.['natT'], 'detected outside');
  });
});

describe('layouts of show crypto session', () => {
  it('put an IPv6 peer on a line of its own, and write what is not there in brackets', () => {
    const text = `Interface: Tunnel4
Session status: UP-ACTIVE
Peer: 2001:DB8::2 port 500 fvrf: (none) ivrf: RED
      Phase1_id: (none)
      System IP: 192.0.2.1  Interface: Tu4
  Session ID: 15
  IKEv2 SA: local 2001:DB8::1/500
          remote 2001:DB8::2/500 Active
          Capabilities:(none) connid:1 lifetime:0
  IPSEC FLOW: permit ipv6 ::/0 ::/0
        Active SAs: 2, origin: crypto map
`;
    const sessions = list('show crypto session', text);
    assert.deepEqual(pick(sessions, 'interface', 'peer', 'fvrf', 'ivrf', 'phase1Id'), [
      ['Tunnel4', '2001:DB8::2', 'none', 'RED', 'none'],
    ]);
    assert.deepEqual(sessions[0]?.['ikeSas'], [
      {
        version: 'IKEv2',
        local: '2001:DB8::1/500',
        remote: '2001:DB8::2/500',
        status: 'Active',
        sessionId: '15',
        capabilities: 'none',
        lifetime: '0',
      },
    ]);
  });
});

describe('layouts of show ip route', () => {
  it('mark overridden and replicated routes, and may lack the leading blanks', () => {
    const text = `Gateway of last resort is 0.0.0.0 to network 0.0.0.0
n*Nd  0.0.0.0/0 [6/0], 3w2d, Null0
10.34.0.0/32 is subnetted, 3 subnets
S   %    10.34.0.1 [1/0] via 192.0.2.1
C   p    10.34.0.2 is directly connected, Loopback0
B   +    10.34.0.3 [20/0] via 192.0.2.9 (red), 00:00:09
            [NHO][250/1] via 192.0.2.7, 00:00:12, Tunnel0
m        10.40.0.0/16 [251/0] via 192.0.2.10, 04:14:21, Sdwan-system-intf
`;
    assert.deepEqual(pick(list('show ip route', text), 'code', 'subtype', 'prefix', 'nextHop', 'interface'), [
      ['n', 'Nd', '0.0.0.0/0', undefined, 'Null0'],
      ['S', undefined, '10.34.0.1/32', '192.0.2.1', undefined],
      ['C', undefined, '10.34.0.2/32', undefined, 'Loopback0'],
      ['B', undefined, '10.34.0.3/32', '192.0.2.9', undefined],
      ['B', undefined, '10.34.0.3/32', '192.0.2.7', 'Tunnel0'],
      ['m', undefined, '10.40.0.0/16', '192.0.2.10', 'Sdwan-system-intf'],
    ]);
  });

  it('put several paths below a prefix, one of them over IPv6', () => {
    const text = `      10.0.0.0/8 is variably subnetted, 2 subnets, 2 masks
S        10.5.0.0/16 is directly connected, Tunnel12
                     is directly connected, Tunnel11
O IA     10.6.0.0/16
           [110/2] via 192.0.2.1, 1d02h, GigabitEthernet1
           [110/2] via 192.0.2.2, 1y10w, GigabitEthernet2
B        10.7.0.1/32 [200/0] via 2001:DB8::2 (default:ipv6), 00:04:15, Vlan500
`;
    assert.deepEqual(pick(list('show ip route', text), 'subtype', 'prefix', 'nextHop', 'interface'), [
      [undefined, '10.5.0.0/16', undefined, 'Tunnel12'],
      [undefined, '10.5.0.0/16', undefined, 'Tunnel11'],
      ['IA', '10.6.0.0/16', '192.0.2.1', 'GigabitEthernet1'],
      ['IA', '10.6.0.0/16', '192.0.2.2', 'GigabitEthernet2'],
      [undefined, '10.7.0.1/32', '2001:DB8::2', 'Vlan500'],
    ]);
  });
});

describe('layouts of show ip bgp summary', () => {
  it('may be indented, with states of two words', () => {
    const text = `    For address family: IPv4 Unicast
    BGP router identifier 10.0.0.1, local AS number 65010
    Neighbor        V           AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd
    169.254.21.2    4        65515      12      13        1    0    0 00:10:11        0
    *169.254.21.6   4        65515       0       0        1    0    0 1w2d     Idle (Admin)
    2001:DB8:1111:2222::9
                    4        65515       0       0        1    0    0 never    Active
`;
    const { neighbors } = one('show bgp ipv4 unicast summary', text) as { neighbors: Members[] };
    assert.deepEqual(pick(neighbors, 'addressFamily', 'neighbor', 'stateOrPfxRcd'), [
      ['IPv4 Unicast', '169.254.21.2', '0'],
      ['IPv4 Unicast', '169.254.21.6', 'Idle (Admin)'],
      ['IPv4 Unicast', '2001:DB8:1111:2222::9', 'Active'],
    ]);
  });
});

describe('layouts of show ip interface brief', () => {
  it('say deleted, and spoof a protocol', () => {
    const text = `Interface                  IP-Address      OK? Method Status                Protocol
Dialer0                    unassigned      YES IPCP   up                    up (spoofing)
Ethernet0/0.100            unassigned      YES NVRAM  deleted               down
GigabitEthernet2           unassigned      YES unset  administratively down down
`;
    assert.deepEqual(pick(list('show ip interface brief', text), 'interface', 'status', 'protocol'), [
      ['Dialer0', 'up', 'up (spoofing)'],
      ['Ethernet0/0.100', 'deleted', 'down'],
      ['GigabitEthernet2', 'administratively down', 'down'],
    ]);
  });
});

describe('layouts of show version', () => {
  const table: readonly [string, string, Members][] = [
    [
      'an engineering build',
      `Cisco IOS XE Software, Version BLD_X
Cisco IOS Software [IOSXE], Virtual XE Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Experimental Version 17.15.20240326:010319 [BLD_X 101]
ROM:
edge1 uptime is 0 minutes
System returned to ROM by reload at 02:14:51 PDT Mon Apr 10 2017
cisco C8000V (VXE) processor (revision VXE) with 1900130K/3075K bytes of memory.
`,
      {
        version: '17.15.20240326:010319',
        image: 'X86_64_LINUX_IOSD-UNIVERSALK9-M',
        rommon: null,
        reloadReason: 'reload',
        hardware: ['C8000V'],
      },
    ],
    [
      'a router of long ago',
      `Cisco IOS Software, C180X Software (C180X-ADVIPSERVICESK9-M), Version 12.4(6)T2, RELEASE SOFTWARE (fc1)
ROM: System Bootstrap, Version 12.3(8r)YH6, RELEASE SOFTWARE (fc1)
Cisco 1801 (MPC8500) processor (revision 0x400) with 118784K/12288K bytes of memory.
Processor board ID FHK000000KK, with hardware revision 0000
Configuration register is 0x2102 (will be 0x2142 at next reload)
`,
      { version: '12.4(6)T2', hardware: ['1801'], serial: ['FHK000000KK'], configRegister: '0x2102', rommon: 'System' },
    ],
    [
      'a release train without a comma',
      'Cisco IOS Software, IOS-XE Software, Switch Software (CAT3K_CAA-UNIVERSALK9-M), Version 03.06.07E RELEASE SOFTWARE (fc3)\n',
      { version: '03.06.07E', image: 'CAT3K_CAA-UNIVERSALK9-M' },
    ],
    [
      'a stack',
      `cisco C9500-40X (X86) processor with 1331521K/6147K bytes of memory.
Processor board ID FCW00000001
Motherboard Serial Number          : FCW00000009
Model Number                       : C9500-40X
System Serial Number               : FCW00000001
Switch Ports Model              SW Version        SW Image
*    1 50    C9500-40X          16.9.3            CAT9K_IOSXE
     2 50    C9500-40X          16.9.3            CAT9K_IOSXE
Switch 02
---------
Model Number                       : C9500-40X
System Serial Number               : FCW00000002
`,
      { hardware: ['C9500-40X', 'C9500-40X'], serial: ['FCW00000001', 'FCW00000002'] },
    ],
  ];
  for (const [what, text, expected] of table) {
    it(`are read of ${what}`, () => {
      const shown = one('show version', text);
      for (const [name, value] of Object.entries(expected)) assert.deepEqual(shown[name], value, name);
    });
  }
});

describe('layouts of ping', () => {
  const table: readonly [string, Members][] = [
    [
      'Sending 5, 100-byte ICMP Echos to 10.0.0.9, timeout is 2 seconds:\nU.U.U\nSuccess rate is 0 percent (0/5)',
      { destination: '10.0.0.9', sent: 5, received: 0, rttMin: null },
    ],
    [
      'Sending 5, 1400-byte ICMP Echos to 2001:DB8::9, timeout is 1 seconds:\nPacket sent with a source address of 2001:DB8::1%RED\nPacket sent with the DF bit set\nM!!!!\nSuccess rate is 80 percent (4/5), round-trip min/avg/max = 1/2/9 ms',
      { source: '2001:DB8::1%RED', sizeBytes: 1400, successPercent: 80, rttMax: 9 },
    ],
    ['% Unrecognized host or address, or protocol not running.', { destination: null, sent: null, received: null }],
  ];
  for (const [text, expected] of table) {
    it(`are read of ${JSON.stringify(text.slice(0, 60))}`, () => {
      const shown = one('ping vrf RED 10.0.0.9', text);
      for (const [name, value] of Object.entries(expected)) assert.equal(shown[name], value, name);
    });
  }
});

describe('what is no part of an output', () => {
  it('is left out: echo, pager, control characters, log messages', () => {
    const text =
      'router210#show ip interface brief\r\nInterface   IP-Address   OK? Method Status   Protocol\r\n' +
      'GigabitEthernet1  10.0.0.4  YES DHCP  up   up\r\n' +
      ' --More-- \b\b\b\b\b\b\b\b\b\b          \b\b\b\b\b\b\b\b\b\bLoopback100  172.20.100.100  YES manual up   up\r\n' +
      '*Nov 24 12:00:01.123: %SYS-5-CONFIG_I: Configured from console by vty0\r\n' +
      ' --More-- \r\nTunnel11  169.254.0.1  YES manual up   down\r\nrouter210#';
    assert.deepEqual(pick(list('sh ip int br', text), 'interface', 'ipAddress', 'protocol'), [
      ['GigabitEthernet1', '10.0.0.4', 'up'],
      ['Loopback100', '172.20.100.100', 'up'],
      ['Tunnel11', '169.254.0.1', 'down'],
    ]);
  });

  it('is told apart by what the command includes', () => {
    const flow = '   local  ident (addr/mask/prot/port): (0.0.0.0/0.0.0.0/0/0)\n    #pkts encaps: 4, #pkts encrypt: 4';
    assert.equal(one('sh crypto ipsec sa | inc encaps|decaps', '    #pkts encaps: 4')['encaps'], 4);
    assert.equal(list('sh crypto ipsec sa | inc ident|pkts', flow)[0]?.['encaps'], 4);
  });
});

describe('replies in configuration mode', () => {
  it('are judged by the mode in which a line was typed', () => {
    const text = `router210#show running-config | include hostname
hostname router210
router210#shw clock
           ^
% Invalid input detected at '^' marker.

router210#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
router210(config)#Rollback Confirmed Change: Rollback will begin in one minute.
Enter "configure confirm" if you wish to keep what you've configured

router210(config)#do write memory
Building configuration...
[OK]
router210(config)#crypto ipsec profile P
router210(ipsec-profile)#set transform-set NONE
ERROR: transform set with tag "NONE" does not exist.
router210(ipsec-profile)#*Nov 24 12:00:02.123: %LINK-3-UPDOWN: Interface Tunnel11, changed state to up
router210(ipsec-profile)#end
router210#`;
    const { rejected, advisories, syslogLines, endsInMode } = one('config-reply', text);
    assert.deepEqual(rejected, [
      { command: 'shw clock', marker: "% Invalid input detected at '^' marker." },
      { command: 'set transform-set NONE', marker: 'ERROR: transform set with tag "NONE" does not exist.' },
    ]);
    assert.deepEqual(advisories, []);
    assert.equal((syslogLines as string[]).length, 1);
    assert.equal(endsInMode, 'exec');
  });
});

describe('replies to write memory', () => {
  const table: readonly [string, boolean][] = [
    ['%Error opening nvram:/startup-config (Device or resource busy)', true],
    ['startup-config file open failed (Not enough space)', false],
    ['%% Configuration buffer is being written by another session, try again later', true],
  ];
  for (const [text, retryable] of table) {
    it(`${retryable ? 'may be repeated' : 'are final'} for ${JSON.stringify(text)}`, () => {
      assert.equal(one('write memory', text)['retryable'], retryable);
      assert.equal(one('write memory', text)['saved'], false);
    });
  }
});
