/** Parsers on text written for these tests: other layouts, missing lines, nothing at all. */
import assert from 'node:assert/strict';
import { parseShow, UnknownShowCommand } from '../../../../adapters/ios/show/index.ts';
import { releaseOf } from '../../../../adapters/ios/show/version.ts';

type Members = Record<string, unknown>;
const list = (command: string, text: string): Members[] => parseShow(command, text) as Members[];
const one = (command: string, text: string): Members => parseShow(command, text) as Members;

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
      ['Overwrite file [startup-config]? [yes/no]:', { saved: false, confirmAsked: true, retryable: false }],
      ['Truncate config?? [no]:', { saved: false, confirmAsked: false, retryable: false }],
      ['', { saved: false, confirmAsked: false, retryable: false }],
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
