/** Configurations as trees in normal form: what IOS prints, what people type, and what lies between two of them. */
import assert from 'node:assert/strict';
import {
  difference,
  findSection,
  includesTree,
  linesToType,
  merge,
  missingFrom,
  node,
  parseConfiguration,
  renderConfiguration,
  restrict,
  withoutDefaults,
} from '../../../adapters/ios/config-tree.ts';
import {
  interfaceName,
  isLogicalInterface,
  lineKey,
  negation,
  normalLine,
  rank,
} from '../../../adapters/ios/normal-form.ts';
import {
  addressAndMask,
  addressNumber,
  cidrText,
  contains,
  maskLength,
  maskText,
  networkOfCidr,
  networkOfMask,
} from '../../../adapters/ios/ipv4.ts';

describe('a line in normal form', () => {
  const table: [string, string][] = [
    ['  set transform-set  AzureSet ', 'set transform-set AzureSet'],
    ['int tunnel 11', 'interface Tunnel11'],
    ['interface tun11', 'interface Tunnel11'],
    ['interface Gi1', 'interface GigabitEthernet1'],
    ['ip route 172.16.0.0 255.255.0.0 tunnel 11 200', 'ip route 172.16.0.0 255.255.0.0 Tunnel11 200'],
    ['no ip route 10.0.0.0 255.0.0.0 Tunnel 11', 'no ip route 10.0.0.0 255.0.0.0 Tunnel11'],
    ['ip route 0.0.0.0 0.0.0.0 172.20.10.1', 'ip route 0.0.0.0 0.0.0.0 172.20.10.1'],
    ['pre-shared-key 0 abc', 'pre-shared-key abc'],
    ['pre-shared-key local 0 abc', 'pre-shared-key local abc'],
    ['neighbor 10.0.0.9 update-source loopback 11', 'neighbor 10.0.0.9 update-source Loopback11'],
    ['tunnel source gigabitethernet 1', 'tunnel source GigabitEthernet1'],
    ['pre-shared-key  local  two  blanks ', 'pre-shared-key local two  blanks'],
    ['description  two  blanks ', 'description  two  blanks'],
  ];
  for (const [typed, printed] of table) {
    it(`is \`${printed}\` for \`${typed}\``, () => assert.equal(normalLine(typed), printed));
  }

  it('leaves alone what is no interface name', () => {
    assert.deepEqual(['10.0.0.1', 'x1', 'Flux7'].map(interfaceName), ['10.0.0.1', 'x1', 'Flux7']);
    assert.deepEqual(['Tunnel1', 'GigabitEthernet1'].map(isLogicalInterface), [true, false]);
  });

  it('has a key, a removal and a place in the order', () => {
    assert.equal(lineKey('', 'crypto ipsec transform-set T esp-aes'), 'crypto ipsec transform-set T');
    assert.equal(lineKey('interface Tunnel1', 'ip address 10.0.0.1 255.0.0.0'), 'ip address');
    assert.equal(
      lineKey('interface Tunnel1', 'ip address 10.0.0.1 255.0.0.0 secondary').startsWith('ip address 10'),
      true,
    );
    assert.equal(negation('', 'crypto ipsec transform-set T esp-aes'), 'no crypto ipsec transform-set T');
    assert.equal(negation('peer X', 'pre-shared-key local secret'), 'no pre-shared-key local');
    assert.equal(negation('interface Tunnel1', 'no ip redirects'), 'ip redirects');
    assert.ok(rank('crypto ikev2 proposal P') < rank('crypto ikev2 policy P'));
    assert.ok(rank('interface Tunnel1') < rank('ip route 10.0.0.0 255.0.0.0 Tunnel1'));
    assert.ok(rank('banner motd') > rank('router bgp 1'));
  });
});

const printed = `Building configuration...

Current configuration : 99 bytes
!
! Last configuration change at 12:00:00 UTC
version 17.3
banner motd ^C
interface Tunnel99 stands in a banner # >
^C
banner login ^Cone line^C
crypto ikev2 keyring K
 peer P
  address 192.0.2.1
  pre-shared-key abc
 !
!
crypto ipsec transform-set T esp-aes 256 esp-sha-hmac 
 mode tunnel
!
interface Tunnel1
 no ip address
 tunnel mode ipsec ipv4
!
router bgp 65000
 address-family ipv4
  neighbor 10.0.0.9 activate
 exit-address-family
!
end
`;

describe('a configuration tree', () => {
  const tree = parseConfiguration(printed);

  it('is parsed by indentation, without noise, defaults and what stands in banners', () => {
    assert.deepEqual(
      tree.map(({ line }) => line.split('\n')[0]),
      [
        'version 17.3',
        'banner motd ^C',
        'banner login ^Cone line^C',
        'crypto ikev2 keyring K',
        'crypto ipsec transform-set T esp-aes 256 esp-sha-hmac',
        'interface Tunnel1',
        'router bgp 65000',
      ],
    );
    assert.deepEqual(
      findSection(tree, 'int tunnel 1')?.children.map(({ line }) => line),
      ['tunnel mode ipsec ipv4'],
    );
    assert.equal(findSection(tree, 'crypto ikev2 keyring K')?.children[0]?.children.length, 2);
    assert.equal(parseConfiguration('banner motd #\nnever ends').length, 1);
  });

  it('renders to what it was parsed from', () => {
    assert.deepEqual(
      parseConfiguration(renderConfiguration(tree).join('\n')).map(({ line }) => line),
      tree.map(({ line }) => line),
    );
    assert.deepEqual(linesToType([node('crypto ikev2 keyring K', [node('peer P', ['address 1.1.1.1'])])]), [
      'crypto ikev2 keyring K',
      'peer P',
      'address 1.1.1.1',
      'exit',
      'exit',
    ]);
    assert.deepEqual(withoutDefaults([node('interface Tunnel1', ['no shutdown', 'ip mtu 1400'])]), [
      node('interface Tunnel1', ['ip mtu 1400']),
    ]);
  });

  it('says what is missing, with the sections above it', () => {
    const wanted = [
      node('crypto ikev2 keyring K', [node('peer P', ['address 192.0.2.1', 'pre-shared-key other'])]),
      node('interface Tunnel2', ['ip mtu 1400']),
    ];
    assert.deepEqual(missingFrom(tree, wanted), [
      'crypto ikev2 keyring K / peer P / pre-shared-key other',
      'interface Tunnel2',
      'interface Tunnel2 / ip mtu 1400',
    ]);
    assert.equal(includesTree(tree, wanted), false);
    assert.equal(includesTree(tree, restrict(tree, wanted)), true);
  });

  it('leads to another one by removals in reverse order, then additions in order', () => {
    const from = [
      node('crypto ikev2 proposal P', ['group 2']),
      node('interface Tunnel1', ['ip mtu 1400', 'tunnel source 10.0.0.1']),
      node('ip route 10.0.0.0 255.0.0.0 Tunnel1'),
    ];
    const to = [
      node('ip route 11.0.0.0 255.0.0.0 Tunnel1'),
      node('interface Tunnel1', ['tunnel source 10.0.0.2']),
      node('crypto ikev2 proposal Q', ['group 14']),
    ];
    assert.deepEqual(linesToType(difference(from, to)), [
      'no ip route 10.0.0.0 255.0.0.0 Tunnel1',
      'no crypto ikev2 proposal P',
      'crypto ikev2 proposal Q',
      'group 14',
      'exit',
      'interface Tunnel1',
      'no ip mtu 1400',
      'tunnel source 10.0.0.2',
      'exit',
      'ip route 11.0.0.0 255.0.0.0 Tunnel1',
    ]);
    assert.deepEqual(difference(to, to), []);
    assert.deepEqual(merge(from, to).length, 5);
  });
});

describe('a configuration of a megabyte', () => {
  it('is a tree in a moment', () => {
    const lines = Array.from(
      { length: 30_000 },
      (_, n) => `access-list 150 permit ip host 10.1.${n >> 8}.${n & 255} any`,
    );
    const begun = performance.now();
    const tree = parseConfiguration(
      `${lines.join('\n')}\nbanner motd ^C\nend # >\n^C\ninterface Tunnel1\n ip mtu 1400\n`,
    );
    // Milliseconds; a second or two on a busy machine, but minutes where every line looks at all that follow.
    assert.ok(performance.now() - begun < 5000);
    assert.equal(tree.length, lines.length + 2);
    assert.deepEqual(
      findSection(tree, 'interface Tunnel1')?.children.map(({ line }) => line),
      ['ip mtu 1400'],
    );
  });
});

describe('router addresses', () => {
  it('are numbers, masks and prefixes', () => {
    assert.deepEqual(['10.0.0.1', '10.0.0.256', '10.0.0', 'x'].map(addressNumber), [167772161, null, null, null]);
    assert.deepEqual([0, 16, 24, 32].map(maskText), ['0.0.0.0', '255.255.0.0', '255.255.255.0', '255.255.255.255']);
    assert.deepEqual(['255.255.0.0', '255.0.255.0', 'x'].map(maskLength), [16, null, null]);
    const net = networkOfCidr('172.16.5.5/16')!;
    assert.deepEqual([cidrText(net), addressAndMask(net)], ['172.16.0.0/16', '172.16.0.0 255.255.0.0']);
    assert.equal(networkOfCidr('172.16.0.0/33'), null);
    assert.equal(networkOfMask('172.16.0.0', '255.0.255.0'), null);
    assert.equal(contains(net, networkOfCidr('172.16.9.9')!), true);
    assert.equal(contains(networkOfCidr('172.16.9.9')!, net), false);
  });
});
