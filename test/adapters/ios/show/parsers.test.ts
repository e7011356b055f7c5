/** Parsers on text written for these tests: other layouts, missing lines, nothing at all. */
import assert from 'node:assert/strict';
import { parseShow, UnknownShowCommand } from '../../../../adapters/ios/show/index.ts';
import { releaseOf } from '../../../../adapters/ios/show/version.ts';

const gcm = `
 IPv4 Crypto IKEv2  SA

Tunnel-id Local                 Remote                fvrf/ivrf            Status
2         10.0.0.2/4500         192.0.2.9/4500        none/none            DELETE
      Encr: AES-GCM, keysize: 256, PRF: SHA384, Hash: None, DH Grp:20, Auth sign: PSK, Auth verify: PSK, QR
      Life/Active Time: 28800/28800 sec
Tunnel-id Local                 Remote                fvrf/ivrf            Status
3         10.0.0.2/500          192.0.2.9/500         none/none            IN-NEG
      Encr: Unknown - 0, PRF: Unknown - 0, Hash: None, DH Grp:0, Auth sign: Unknown - 0, Auth verify: Unknown - 0
      Life/Active Time: 86400/0 sec

 IPv6 Crypto IKEv2  SA

Tunnel-id    fvrf/ivrf              Status
7          none/blue              READY
Local  2001:DB8::1/500
Remote  2001:DB8::2/500
      Encr: AES-CBC, keysize: 128, PRF: SHA1, Hash: SHA96, DH Grp:14, Auth sign: RSA, Auth verify: RSA
      NAT-T is detected inside
      Initiator of SA : No
`;

type Members = Record<string, unknown>;
const list = (command: string, text: string): Members[] => parseShow(command, text) as Members[];
const one = (command: string, text: string): Members => parseShow(command, text) as Members;

describe('show crypto ikev2 sa', () => {
  it('has one entry per row, whatever its state', () => {
    const [gone, negotiating, six] = list('show crypto ikev2 sa', gcm);
    assert.deepEqual(
      [gone?.['status'], gone?.['authVerify'], gone?.['hash'], gone?.['af']],
      ['DELETE', 'PSK', 'None', 'ipv4'],
    );
    assert.deepEqual(
      [negotiating?.['status'], negotiating?.['encr'], negotiating?.['keysize'], negotiating?.['dhGroup']],
      ['IN-NEG', 'Unknown - 0', undefined, 0],
    );
    assert.deepEqual(
      [six?.['local'], six?.['remote'], six?.['ivrf'], six?.['af'], six?.['natT'], six?.['initiator']],
      ['2001:DB8::1/500', '2001:DB8::2/500', 'blue', 'ipv6', 'detected inside', false],
    );
  });
});

describe('show crypto ipsec sa', () => {
  const two = `
interface: GigabitEthernet1
    Crypto map tag: CMAP, local addr 10.0.0.2

   protected vrf: (none)
   local  ident (addr/mask/prot/port): (10.1.0.0/255.255.0.0/0/0)
   remote ident (addr/mask/prot/port): (10.2.0.0/255.255.0.0/0/0)
   current_peer 192.0.2.9 port 500
    #pkts encaps: 4, #pkts encrypt: 4, #pkts digest: 4
    #pkts decaps: 3, #pkts decrypt: 3, #pkts verify: 3
     current outbound spi: 0x0(0)

   protected vrf: red
   local  ident (addr/mask/prot/port): (2001:DB8:1::/64/0/0)
   remote ident (addr/mask/prot/port): (2001:DB8:2::/64/0/0)
   current_peer 2001:DB8::9 port 4500
     inbound ah sas:
      spi: 0xAAAA(43690)
     outbound esp sas:
      spi: 0xBBBB(48059)
`;

  it('has one entry per flow, with the interface above it', () => {
    const [first, second] = list('show crypto ipsec sa', two);
    assert.deepEqual(
      [first?.['interface'], first?.['cryptoMapTag'], first?.['protectedVrf'], first?.['encaps'], first?.['spis']],
      ['GigabitEthernet1', 'CMAP', 'none', 4, { inboundEsp: [], outboundEsp: [] }],
    );
    assert.deepEqual(
      [second?.['peer'], second?.['peerPort'], second?.['localIdent'], second?.['protectedVrf'], second?.['encaps']],
      ['2001:DB8::9', 4500, '2001:DB8:1::/64/0/0', 'red', undefined],
    );
    assert.deepEqual(second?.['spis'], { inboundEsp: [], outboundEsp: ['0xBBBB'] });
  });

  it('gives the counters alone when only they are included', () => {
    assert.deepEqual(one('sh cry ipsec sa | inc pkt', '    #pkts encaps: 4, #pkts encrypt: 5, #pkts digest: 6'), {
      encaps: 4,
      encrypt: 5,
      digest: 6,
      decaps: null,
      decrypt: null,
      verify: null,
    });
    assert.equal(one('show-crypto-ipsec-sa-include-pkt', '#pkts decaps: 9')['decaps'], 9);
  });
});

describe('show crypto session', () => {
  it('keeps two peers of one interface apart', () => {
    const text = `Crypto session current status

Interface: Tunnel0
Profile: HUB
Session status: UP-ACTIVE
Peer: 192.0.2.1 port 500 fvrf: (none) ivrf: red
  Session ID: 4
  IKEv2 SA: local 10.0.0.2/500 remote 192.0.2.1/500 Active
          Capabilities:N connid:1 lifetime:00:10:00
  IPSEC FLOW: permit ip 0.0.0.0/0.0.0.0 0.0.0.0/0.0.0.0
        Active SAs: 2, origin: crypto map
        Inbound:  #pkts dec'ed 10 drop 1 life (KB/Sec) 1/2
        Outbound: #pkts enc'ed 20 drop 2 life (KB/Sec) 1/2
Session status: DOWN-NEGOTIATING
Peer: 192.0.2.2 port 500
  IKE SA: local 10.0.0.2/500 remote 192.0.2.2/500 Inactive
`;
    const [up, down] = list('show crypto session detail', text);
    assert.deepEqual(up?.['flows'], [
      {
        flow: 'permit ip 0.0.0.0/0.0.0.0 0.0.0.0/0.0.0.0',
        activeSas: 2,
        origin: 'crypto map',
        inboundDecrypted: 10,
        inboundDrop: 1,
        outboundEncrypted: 20,
        outboundDrop: 2,
      },
    ]);
    assert.deepEqual([up?.['fvrf'], up?.['ivrf'], up?.['status']], ['none', 'red', 'UP-ACTIVE']);
    assert.deepEqual([down?.['status'], down?.['peer'], down?.['flows']], ['DOWN-NEGOTIATING', '192.0.2.2', []]);
    assert.deepEqual(down?.['ikeSas'], [{ local: '10.0.0.2/500', remote: '192.0.2.2/500', status: 'Inactive' }]);
  });

  it('shows a session without a peer', () => {
    const [session] = list('show crypto session', 'Interface: Tunnel1\nSession status: DOWN');
    assert.deepEqual(session, { interface: 'Tunnel1', status: 'DOWN', ikeSas: [], flows: [] });
  });
});

describe('show ip route', () => {
  it('finds next hops, interfaces and tables, whatever the layout', () => {
    const text = `Routing Table: blue
Gateway of last resort is 10.0.0.1 to network 0.0.0.0

S*    0.0.0.0/0 [254/0] via 10.0.0.1
      172.16.0.0/16 is variably subnetted, 2 subnets, 2 masks
S        172.16.0.0/16 is directly connected, Tunnel11
i*L1  10.9.0.0/16 [115/20] via 10.0.0.9, 00:00:12, GigabitEthernet1
R     10.0.0.0 [120/1] via 10.0.0.3, 00:00:11
L     172.20.100.100/32 is directly connected, Loopback100
R     131.0.0.0 [120/1] via 10.0.0.3
R     193.1.1.0 [120/1] via 10.0.0.3
`;
    const routes = list('sh ip ro', text);
    assert.deepEqual(routes[0], {
      code: 'S',
      prefix: '0.0.0.0/0',
      distance: 254,
      metric: 0,
      nextHop: '10.0.0.1',
      vrf: 'blue',
    });
    assert.deepEqual(routes[1], { code: 'S', prefix: '172.16.0.0/16', interface: 'Tunnel11', vrf: 'blue' });
    assert.deepEqual([routes[2]?.['subtype'], routes[2]?.['interface']], ['L1', 'GigabitEthernet1']);
    assert.deepEqual(
      routes.slice(3).map((route) => route['prefix']),
      ['10.0.0.0/8', '172.20.100.100/32', '131.0.0.0/16', '193.1.1.0/24'],
    );
  });
});

describe('show ip bgp summary', () => {
  it('joins wrapped rows and keeps address families', () => {
    const text = `For address family: IPv4 Unicast
BGP router identifier 10.0.0.1, local AS number 65010
Neighbor        V           AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd
*10.0.0.9       4    65000.100      12      13        1    0    0 00:10:11        2
For address family: IPv6 Unicast
BGP router identifier 10.0.0.1, local AS number 65010
2001:DB8:1111:2222::9
                4        65515       0       0        1    0    0 never    Idle
`;
    const { neighbors, routerId } = one('show ip bgp all summary', text) as {
      neighbors: Members[];
      routerId: unknown;
    };
    assert.equal(routerId, '10.0.0.1');
    assert.deepEqual(
      neighbors.map((row) => [row['addressFamily'], row['neighbor'], row['remoteAs'], row['stateOrPfxRcd']]),
      [
        ['IPv4 Unicast', '10.0.0.9', '65000.100', '2'],
        ['IPv6 Unicast', '2001:DB8:1111:2222::9', '65515', 'Idle'],
      ],
    );
  });
});

describe('show version', () => {
  it('reads both generations of the first lines', () => {
    const text = `Cisco IOS XE Software, Version 17.03.03
Cisco IOS Software [Amsterdam], Virtual XE Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 17.3.3, RELEASE SOFTWARE (fc7)
ROM: IOS-XE ROMMON
router210 uptime is 5 minutes
Last reload reason: reload
cisco CSR1000V (VXE) processor (revision VXE) with 2071875K/3075K bytes of memory.
Processor board ID 9ABCDEFGHIJ
Configuration register is 0x2102
`;
    assert.deepEqual(one('show ver', text), {
      version: '17.3.3',
      hostname: 'router210',
      uptime: '5 minutes',
      hardware: ['CSR1000V'],
      serial: ['9ABCDEFGHIJ'],
      configRegister: '0x2102',
      image: 'X86_64_LINUX_IOSD-UNIVERSALK9-M',
      rommon: 'IOS-XE',
      reloadReason: 'reload',
    });
    assert.equal(one('show version', 'Cisco IOS XE Software, Version 17.15.01a')['version'], '17.15.01a');
  });

  it('counts releases as people do', () => {
    assert.deepEqual(['17.03.03', '17.15.01a', '15.3(2)S1', null].map(releaseOf), [
      '17.3.3',
      '17.15.1a',
      '15.3(2)S1',
      'unknown',
    ]);
  });
});

describe('smaller commands', () => {
  it('tell whether a configuration was saved', () => {
    const table: [string, unknown][] = [
      ['Building configuration...\n[OK]', { saved: true, confirmAsked: false }],
      ['Compressed configuration from 9 bytes to 4 bytes[OK]', { saved: true, confirmAsked: false }],
      ['Overwrite the previous NVRAM configuration?[confirm]\n[OK]', { saved: true, confirmAsked: true }],
      [
        'startup-config file open failed (Device or resource busy)',
        { saved: false, confirmAsked: false, retryable: true },
      ],
      ['', { saved: false, confirmAsked: false }],
    ];
    for (const command of ['wr', 'write mem', 'write-memory', 'copy run start']) {
      for (const [text, expected] of table) assert.deepEqual(parseShow(command, text), expected);
    }
  });

  it('tell whether there is an archive', () => {
    assert.deepEqual(one('show archive', 'Archive feature not enabled')['enabled'], false);
    assert.deepEqual(one('show archive', 'The maximum archive configurations allowed is 3.\nArchive #  Name'), {
      enabled: true,
      maximum: 3,
      saved: null,
      mostRecent: null,
    });
  });

  it('list IKEv2 policies', () => {
    const text = ' IKEv2 policy : Azure\n   Match fvrf : global\n   Match address local : 10.0.0.2\n   Proposal : A\n';
    assert.deepEqual(parseShow('show crypto ikev2 policy', text), [
      { name: 'Azure', matchFvrf: 'global', matchAddressLocal: '10.0.0.2', proposals: ['A'] },
    ]);
  });

  it('say which lines a router rejected', () => {
    const text = `router210(config)#crypto ikev2 policy P
IKEv2 policy MUST have atleast one complete proposal attached
router210(config-ikev2-policy)#proposl X
                              ^
% Invalid input detected at '^' marker.

router210(config-ikev2-policy)#
*Nov 24 12:00:01.123: %SYS-5-CONFIG_I: Configured from console by vty0
router210(config-ikev2-policy)#exit
router210(config)#`;
    assert.deepEqual(parseShow('config-reply', text), {
      rejected: [{ command: 'proposl X', marker: "% Invalid input detected at '^' marker." }],
      advisories: ['IKEv2 policy MUST have atleast one complete proposal attached'],
      syslogLines: ['*Nov 24 12:00:01.123: %SYS-5-CONFIG_I: Configured from console by vty0'],
      endsInMode: 'config',
    });
  });
});

describe('any command', () => {
  const lists = [
    'show crypto ikev2 sa detailed',
    'show crypto ipsec sa detail',
    'show crypto session',
    'show crypto ikev2 proposal',
    'show crypto ikev2 policy',
    'show ip interface brief',
    'show ip route',
  ];
  for (const text of ['', '\n\n', 'No SAs found', 'some text that nobody expects']) {
    it(`finds nothing in ${JSON.stringify(text)}`, () => {
      for (const command of lists) assert.deepEqual(parseShow(command, text), [], command);
      assert.deepEqual(parseShow('show ip bgp summary', text), { routerId: null, localAs: null, neighbors: [] });
      for (const command of ['ping 10.0.0.1 repeat 5', 'show archive']) {
        assert.ok(Object.values(one(command, text)).every((value) => value === null));
      }
      assert.equal(one('show version', text)['version'], null);
      assert.deepEqual(parseShow('config-reply', ''), {
        rejected: [],
        advisories: [],
        syslogLines: [],
        endsInMode: null,
      });
    });
  }

  it('is recognised when abbreviated, and refused when it is unknown or could be several', () => {
    assert.deepEqual(parseShow('do sh cr ik sa', ''), []);
    assert.deepEqual(parseShow('sh ip int br | ex unassigned', ''), []);
    for (const command of ['show clock', 'show', '', 'sh cry i sa', 'show crypto isakmp sa', 'reload']) {
      assert.throws(
        () => parseShow(command, ''),
        (error: unknown) => error instanceof UnknownShowCommand && error.command === command,
      );
    }
  });
});
