/** Layouts of old releases, of hubs, and of answers that show one thing in full. */
import assert from 'node:assert/strict';
import { parseShow } from '../../../../adapters/ios/show/index.ts';

type Members = Record<string, unknown>;
const list = (command: string, text: string): Members[] => parseShow(command, text) as Members[];
const one = (command: string, text: string): Members => parseShow(command, text) as Members;

describe('show ip route with a prefix', () => {
  const entry = (prefix: string, known: string, hops: string): string =>
    `Routing entry for ${prefix}\n  Known via ${known}\n  Last update from 192.0.2.1 00:16:36 ago\n  Routing Descriptor Blocks:\n${hops}`;
  const table: readonly [string, string, Members[]][] = [
    [
      'static',
      entry(
        '0.0.0.0/0, supernet',
        '"static", distance 1, metric 0, candidate default path',
        '  * 192.0.2.1\n      Route metric is 0, traffic share count is 1\n',
      ),
      [{ code: 'S', prefix: '0.0.0.0/0', distance: 1, metric: 0, nextHop: '192.0.2.1' }],
    ],
    [
      'connected',
      entry(
        '10.0.0.0/24',
        '"connected", distance 0, metric 0 (connected, via interface)',
        '  * directly connected, via GigabitEthernet1\n',
      ),
      [{ code: 'C', prefix: '10.0.0.0/24', distance: 0, metric: 0, interface: 'GigabitEthernet1' }],
    ],
    [
      'OSPF over two paths, in a VRF',
      `\nRouting Table: RED\n${entry('10.6.0.0/16', '"ospf 1", distance 110, metric 20, type extern 2, forward metric 1', '  * 192.0.2.1, from 10.0.0.9, 00:00:14 ago, via GigabitEthernet1\n      Route metric is 20, traffic share count is 1\n    192.0.2.2, from 10.0.0.9, 00:00:14 ago, via GigabitEthernet2\n')}`,
      ['192.0.2.1', '192.0.2.2'].map((nextHop, at) => ({
        code: 'O',
        subtype: 'E2',
        prefix: '10.6.0.0/16',
        distance: 110,
        metric: 20,
        nextHop,
        interface: `GigabitEthernet${at + 1}`,
        vrf: 'RED',
      })),
    ],
    [
      'BGP',
      entry(
        '172.16.0.0/16',
        '"bgp 65010", distance 20, metric 0\n  Tag 65515, type external',
        '  * 169.254.21.2, from 169.254.21.2, 2d07h ago\n      AS Hops 1\n      MPLS label: none\n',
      ),
      [{ code: 'B', prefix: '172.16.0.0/16', distance: 20, metric: 0, nextHop: '169.254.21.2' }],
    ],
    ['a source that it does not know', entry('10.0.0.0/8', '"odd 1", distance 1, metric 0', '  * 192.0.2.1\n'), []],
    ['none', '% Network not in table\n', []],
  ];
  for (const [what, text, expected] of table) {
    it(`is read as lines of the table: ${what}`, () => {
      assert.deepEqual(parseShow('show ip route 10.6.0.1', text), expected);
    });
  }
});

describe('show ip route', () => {
  it('takes no line of the legend or of the headings for a route', () => {
    const text = `      D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area
      a - application route
Gateway of last resort is not set

      10.0.0.0/8 is variably subnetted, 2 subnets, 2 masks
R        10.8.0.0/16 is possibly down,
          routing via 192.0.2.7, Serial0/0
`;
    assert.deepEqual(
      list('show ip route', text).map(({ code, prefix }) => [code, prefix]),
      [['R', '10.8.0.0/16']],
    );
  });
});

describe('show crypto ipsec sa', () => {
  it('prints the port of a peer behind a colon, or no peer', () => {
    const text = `interface: FastEthernet0/0
    Crypto map tag: MAP, local addr. 10.0.0.2
   protected vrf:
   local  ident (addr/mask/prot/port): (10.1.0.0/255.255.0.0/0/0)
   remote ident (addr/mask/prot/port): (10.2.0.0/255.255.0.0/0/0)
   current_peer: 203.0.113.5:4500
     current outbound spi: 0

   local  ident (addr/mask/prot/port): (0.0.0.0/0.0.0.0/0/0)
   remote ident (addr/mask/prot/port): (0.0.0.0/0.0.0.0/0/0)
   current_peer (none) port 500
     DENY, flags={ident_is_root,}
`;
    assert.deepEqual(
      list('show crypto ipsec sa', text).map(({ localAddr, peer, peerPort, currentOutboundSpi }) => [
        localAddr,
        peer,
        peerPort,
        currentOutboundSpi,
      ]),
      [
        ['10.0.0.2', '203.0.113.5', 4500, '0'],
        ['10.0.0.2', 'none', 500, undefined],
      ],
    );
  });

  it('knows SAs whose SPI is not shown, idents that lost their legend, and a peer that was made unreadable', () => {
    const text = `interface: Tunnel2
   local ident  (10.0.0.2/255.255.255.255/47/0)
   remote ident (203.0.113.5/255.255.255.   255/47/0)
   current_peer X.X.X.5 port 12346
     inbound esp sas:
      spi: [Not Available]
`;
    const [flow] = list('show crypto ipsec sa', text);
    assert.deepEqual(
      [flow?.['peer'], flow?.['localIdent'], flow?.['remoteIdent'], flow?.['spis']],
      [
        'X.X.X.5',
        '10.0.0.2/255.255.255.255/47/0',
        '203.0.113.5/255.255.255.255/47/0',
        { inboundEsp: [], outboundEsp: [] },
      ],
    );
  });
});

describe('show crypto session', () => {
  it('prints what it knows of an SA on its line, with blanks where a newer release has none', () => {
    const text = `Interface: Ethernet1/2
Session status: UP-IDLE
Peer: 203.0.113.5/500 fvrf: (none) ivrf: (none)
  IKE SA: local 10.0.0.2/500 remote 203.0.113.5 /500 Active Capabilities:D connid:3 lifetime:22:03:24
`;
    assert.deepEqual(list('show crypto session detail', text), [
      {
        interface: 'Ethernet1/2',
        status: 'UP-IDLE',
        peer: '203.0.113.5',
        peerPort: 500,
        fvrf: 'none',
        ivrf: 'none',
        ikeSas: [
          {
            version: 'IKE',
            local: '10.0.0.2/500',
            remote: '203.0.113.5/500',
            status: 'Active',
            capabilities: 'D',
            lifetime: '22:03:24',
          },
        ],
        flows: [],
      },
    ]);
  });
});

describe('ping of a broadcast address', () => {
  it('sums up nothing: only what was sent is known', () => {
    const text =
      'Sending 2, 100-byte ICMP Echos to 10.0.0.255, timeout is 2 seconds:\n\nReply to request 0 from 10.0.0.2, 3 ms\n';
    const { destination, sent, received, successPercent } = one('ping 10.0.0.255', text);
    assert.deepEqual([destination, sent, received, successPercent], ['10.0.0.255', 2, null, null]);
  });
});

describe('an output that is not what it should be', () => {
  it('is read in time that grows with its length, whatever it holds', () => {
    const odd = [
      ' '.repeat(20_000),
      '1'.repeat(20_000),
      'S' + '*+ '.repeat(7000),
      '1.1.1.1 '.repeat(2000),
      '\n'.repeat(20_000),
    ];
    for (const command of [
      'show crypto ikev2 sa',
      'show crypto session',
      'show ip route',
      'show archive',
      'ping',
      'wr',
    ]) {
      for (const text of odd) {
        const begun = performance.now();
        parseShow(command, text);
        assert.ok(performance.now() - begun < 2000, `${command}: ${text.slice(0, 9)}`);
      }
    }
  });
});

describe('a reply in configuration mode', () => {
  it('may be indented, scrolled, or lack its first prompt', () => {
    const text = `config term
Enter configuration commands, one per line.  End with CNTL/Z.
  R1(config)# crypto ikev2 profile P
  IKEv2 profile MUST have:
     1. A local and a remote authentication method.
     2. A match identity or a match certificate or match any statement.
  R1(config-ikev2-profile)#$match identity remote any
  R1(config-ikev2-profile)#$on remote pre-share kye 0123456789012345678901234567890
                                                 ^
  % Invalid input detected at '^' marker.

  R1(config-ikev2-profile)#`;
    assert.deepEqual(one('config-reply', text), {
      rejected: [
        {
          command: 'on remote pre-share kye 0123456789012345678901234567890',
          marker: "% Invalid input detected at '^' marker.",
        },
      ],
      advisories: [
        'IKEv2 profile MUST have:',
        '1. A local and a remote authentication method.',
        '2. A match identity or a match certificate or match any statement.',
      ],
      syslogLines: [],
      endsInMode: 'config-ikev2-profile',
    });
  });

  it('without any prompt names the line above the marker', () => {
    const text = "ip adress 10.0.0.1 255.255.255.0\n     ^\n% Invalid input detected at '^' marker.\n";
    assert.deepEqual(one('config-reply', text)['rejected'], [
      { command: 'ip adress 10.0.0.1 255.255.255.0', marker: "% Invalid input detected at '^' marker." },
    ]);
    assert.deepEqual(one('config-reply', '% Incomplete command.')['rejected'], [
      { command: '', marker: '% Incomplete command.' },
    ]);
  });

  it('has single blanks, as every value has', () => {
    const text = 'R1(config)#crypto  i\n% Ambiguous command:  "crypto  i"\nR1(config)#';
    assert.deepEqual(one('config-reply', text)['rejected'], [
      { command: 'crypto i', marker: '% Ambiguous command: "crypto i"' },
    ]);
  });

  const notices = [
    '%Default route without gateway, if not a point-to-point interface, may impact performance',
    "Warning: The CLI will be deprecated soon\n 'radius-server host 192.0.2.1'\n Please move to 'radius server <name>' CLI.",
    '% NOTE: This new crypto map will remain disabled until a peer\n        and a valid access list have been configured.',
    '% A profile is deemed incomplete until it has match identity statements',
    '% Interface GigabitEthernet2 IPv4 disabled and address(es) removed due to enabling VRF RED',
    'The name for the keys will be: R1.example.com\n\n% The key modulus size is 2048 bits\n% Generating 2048 bit RSA keys, keys will be non-exportable...\n[OK] (elapsed time was 1 seconds)',
  ];
  for (const notice of notices) {
    it(`takes the line that is answered by ${JSON.stringify(notice.slice(0, 40))}`, () => {
      const { rejected, advisories } = one('config-reply', `R1(config)#x\n${notice}\n\nR1(config)#`);
      assert.deepEqual(rejected, []);
      assert.equal((advisories as string[]).length, notice.split(/\n+/).length);
    });
  }

  it('is no notice where it warns that the command is gone', () => {
    const text = 'R1(config)#x\nWarning: This command is no longer supported\nR1(config)#';
    assert.equal((one('config-reply', text)['rejected'] as unknown[]).length, 1);
  });
});
