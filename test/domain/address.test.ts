/** IPv4 addresses and prefixes: what is one, what lies in what, what Azure keeps, what is public. */
import assert from 'node:assert/strict';
import {
  contains,
  containsPrefix,
  ipv4Number,
  isPublic,
  overlaps,
  parseCidr,
  parseInterfaceAddress,
  parseIpv4,
  prefixLength,
  prefixOf,
  reservedByAzure,
} from '../../domain/address.ts';
import { cidr, ipv4 } from '../support/site-files.ts';

describe('an IPv4 address', () => {
  const numbers: [string, number][] = [
    ['0.0.0.0', 0],
    ['0.0.0.1', 1],
    ['10.0.0.0', 167_772_160],
    ['127.255.255.255', 2_147_483_647],
    ['128.0.0.0', 2_147_483_648],
    ['172.16.1.10', 2_886_729_994],
    ['255.255.255.255', 4_294_967_295],
  ];
  for (const [text, number] of numbers) {
    it(`${text} has the number ${number}`, () => {
      assert.equal(ipv4Number(text), number);
      assert.equal(parseIpv4(text), text);
    });
  }

  const wrong = [
    '',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '1.2.3.1000',
    '01.2.3.4',
    '1.2.3.00',
    '1.2.3.-4',
    '1.2.3.+4',
    '1.2.3.4 ',
    ' 1.2.3.4',
    '1.2.3.4\n',
    '1..3.4',
    'a.b.c.d',
    '0x1.2.3.4',
    '1e1.2.3.4',
    '::1',
    '1.2.3.4/32',
    '١.2.3.4',
  ];
  for (const text of wrong) {
    it(`is not ${JSON.stringify(text)}`, () => {
      assert.equal(ipv4Number(text), null);
      assert.equal(parseIpv4(text), null);
    });
  }

  it('that was not made with parseIpv4 is refused by name, not counted wrong', () => {
    assert.throws(() => contains(cidr('10.0.0.0/8'), ipv4('ten')), /^Error: ten is no IPv4 address; make addresses/);
  });
});

describe('a prefix', () => {
  for (const text of ['0.0.0.0/0', '10.0.0.0/8', '172.16.0.0/27', '172.16.0.32/27', '128.0.0.0/1', '1.2.3.4/32']) {
    it(`is ${text}`, () => assert.equal(parseCidr(text), text));
  }
  const wrong = ['172.16.0.1/24', '172.16.0.0/33', '172.16.0.0/99', '172.16.0.0/024', '172.16.0.0/08'].concat(
    ['172.16.0.0', '172.16.0.0/', '/24', '172.16.0/24', '172.16.0.0/24/1', '172.16.0.0/-1', '172.16.0.0/a', ''],
    ['0.0.0.1/0', '172.16.0.16/27', '172.16.0.0/ 24', '172.16.0.0/24 ', 'fe80::/10'],
  );
  for (const text of wrong) {
    it(`is not ${JSON.stringify(text)}`, () => assert.equal(parseCidr(text), null));
  }

  for (const [text, length] of [
    ['0.0.0.0/0', 0],
    ['10.0.0.0/8', 8],
    ['172.16.0.32/27', 27],
    ['172.16.0.5/32', 32],
  ] as const) {
    it(`${text} has the length ${length}`, () => assert.equal(prefixLength(cidr(text)), length));
  }

  const around: [string, number, string][] = [
    ['172.20.100.100', 24, '172.20.100.0/24'],
    ['172.16.0.33', 27, '172.16.0.32/27'],
    ['255.255.255.255', 0, '0.0.0.0/0'],
    ['255.255.255.255', 1, '128.0.0.0/1'],
    ['10.1.2.3', 32, '10.1.2.3/32'],
  ];
  for (const [address, length, prefix] of around) {
    it(`of length ${length} around ${address} is ${prefix}`, () => {
      assert.equal(prefixOf(ipv4(address), length), prefix);
      assert.equal(contains(cidr(prefix), ipv4(address)), true);
    });
  }
});

describe('an address with the length of its prefix', () => {
  it('keeps its host bits', () => {
    assert.deepEqual(parseInterfaceAddress('172.20.100.100/24'), { address: '172.20.100.100', prefixLength: 24 });
    assert.deepEqual(parseInterfaceAddress('1.2.3.4/0'), { address: '1.2.3.4', prefixLength: 0 });
    assert.deepEqual(parseInterfaceAddress('1.2.3.4/32'), { address: '1.2.3.4', prefixLength: 32 });
  });
  for (const text of ['', '1.2.3.4', '1.2.3.4/33', '1.2.3.4/024', '1.2.3/24', '/24', '1.2.3.4/24/24', '1.2.3.4/2x']) {
    it(`is not ${JSON.stringify(text)}`, () => assert.equal(parseInterfaceAddress(text), null));
  }
});

describe('a prefix and an address', () => {
  const cases: [string, string, boolean][] = [
    ['172.16.1.0/24', '172.16.1.0', true],
    ['172.16.1.0/24', '172.16.1.255', true],
    ['172.16.1.0/24', '172.16.0.255', false],
    ['172.16.1.0/24', '172.16.2.0', false],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['1.2.3.4/32', '1.2.3.4', true],
    ['1.2.3.4/32', '1.2.3.5', false],
    ['128.0.0.0/1', '127.255.255.255', false],
  ];
  for (const [prefix, address, inside] of cases) {
    it(`${address} lies ${inside ? 'in' : 'outside'} ${prefix}`, () =>
      assert.equal(contains(cidr(prefix), ipv4(address)), inside));
  }

  const reserved: [string, string, boolean][] = [
    ['172.16.1.0/24', '172.16.1.0', true],
    ['172.16.1.0/24', '172.16.1.1', true],
    ['172.16.1.0/24', '172.16.1.3', true],
    ['172.16.1.0/24', '172.16.1.4', false],
    ['172.16.1.0/24', '172.16.1.254', false],
    ['172.16.1.0/24', '172.16.1.255', true],
    ['172.16.1.8/29', '172.16.1.11', true],
    ['172.16.1.8/29', '172.16.1.12', false],
    ['172.16.1.8/29', '172.16.1.15', true],
  ];
  for (const [prefix, address, kept] of reserved) {
    it(`${address} is ${kept ? 'kept by Azure' : 'free'} in ${prefix}`, () =>
      assert.equal(reservedByAzure(cidr(prefix), ipv4(address)), kept));
  }
});

describe('two prefixes', () => {
  /** Left, right, have an address in common, right lies in left. */
  const cases: [string, string, boolean, boolean][] = [
    ['10.0.0.0/8', '10.0.0.0/8', true, true],
    ['10.0.0.0/8', '10.255.255.0/24', true, true],
    ['10.255.255.0/24', '10.0.0.0/8', true, false],
    ['10.0.0.0/9', '10.128.0.0/9', false, false],
    ['10.0.0.0/24', '10.0.1.0/24', false, false],
    ['0.0.0.0/0', '203.0.113.7/32', true, true],
    ['203.0.113.7/32', '203.0.113.7/32', true, true],
    ['203.0.113.7/32', '203.0.113.6/32', false, false],
  ];
  for (const [left, right, common, inside] of cases) {
    it(`${left} and ${right} ${common ? 'overlap' : 'are apart'}; ${inside ? 'it holds' : 'it does not hold'} the other`, () => {
      assert.equal(overlaps(cidr(left), cidr(right)), common);
      assert.equal(overlaps(cidr(right), cidr(left)), common);
      assert.equal(containsPrefix(cidr(left), cidr(right)), inside);
    });
  }
});

describe('an address in the Internet', () => {
  /** The last address before each range that is not public, its first and last, and the one after it. */
  const edges: [string, boolean][] = [
    ['0.0.0.0', false],
    ['0.255.255.255', false],
    ['1.0.0.0', true],
    ['9.255.255.255', true],
    ['10.0.0.0', false],
    ['10.255.255.255', false],
    ['11.0.0.0', true],
    ['100.63.255.255', true],
    ['100.64.0.0', false],
    ['100.127.255.255', false],
    ['100.128.0.0', true],
    ['126.255.255.255', true],
    ['127.0.0.1', false],
    ['128.0.0.0', true],
    ['169.253.255.255', true],
    ['169.254.0.1', false],
    ['169.255.0.0', true],
    ['172.15.255.255', true],
    ['172.16.0.0', false],
    ['172.31.255.255', false],
    ['172.32.0.0', true],
    ['192.167.255.255', true],
    ['192.168.0.0', false],
    ['192.169.0.0', true],
    ['203.0.113.7', true],
    ['223.255.255.255', true],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
  ];
  for (const [address, expected] of edges) {
    it(`is ${expected ? '' : 'not '}${address}`, () => assert.equal(isPublic(ipv4(address)), expected));
  }
});
