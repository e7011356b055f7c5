import assert from 'node:assert/strict';
import { announcedPrefixes, bgpProblems, isLinkLocal } from '../../domain/bgp.ts';
import type { GatewayBgpSpec, SiteBgpSpec, SiteFile, SiteSpec } from '../../domain/spec.ts';
import { cidr, deviceSite, ipv4, seedHub, seedSite } from '../support/site-files.ts';

const ofGateway: GatewayBgpSpec = { asn: 65_515, apipa: [] };
const ofSite: SiteBgpSpec = { asn: 65_010, peerAddress: ipv4('10.255.0.1') };
const first = { name: 'a', zones: ['1'] };
const second = { name: 'b', zones: ['1'] };

function file(
  site: Partial<SiteSpec>,
  gateway: Partial<SiteFile['hub']['gateway']> = { bgp: ofGateway },
  base: SiteSpec = seedSite,
): SiteFile {
  const hub = { ...seedHub, gateway: { ...seedHub.gateway, ...gateway } };
  return { hub, sites: [{ ...base, bgp: ofSite, ...site }] };
}

const found = (one: SiteFile): string[] =>
  bgpProblems(one).map(({ path, value, message, remedy }) => `${path}: ${value} ${message} -> ${remedy}`);

const peer = (address: string): Partial<SiteSpec> => ({ bgp: { ...ofSite, peerAddress: ipv4(address) } });
const apipa = (...addresses: string[]) => ({ bgp: { asn: 65_515, apipa: addresses.map(ipv4) } });

describe('BGP in a site file', () => {
  it('has no mistake with a loopback address, a link-local one, or none at all', () => {
    assert.deepEqual(found(file({})), []);
    assert.deepEqual(found(file({ prefixes: [] })), []);
    assert.deepEqual(found(file({ bgp: null }, { bgp: null })), []);
    assert.deepEqual(found(file({ ...peer('169.254.21.1'), prefixes: [] }, apipa('169.254.21.2'))), []);
    // A loopback of the file that has the address already serves.
    assert.deepEqual(found(file(peer('172.20.100.100'))), []);
    const both = { publicIps: [first, second], ...apipa('169.254.21.2', '169.254.22.2') };
    assert.deepEqual(found(file(peer('169.254.21.1'), both)), []);
  });

  const mistakes: readonly [string, SiteFile, RegExp][] = [
    ['a gateway without it', file({}, { bgp: null }), /bgp: \(a mapping\).*speaks no BGP/],
    ['no prefixes without it', file({ bgp: null, prefixes: [] }), /prefixes: .*is empty: without BGP/],
    ['one AS number on both ends', file({}, { bgp: { asn: 65_010, apipa: [] } }), /asn: 65010 is the AS number of/],
    ["Azure's AS number at the site", file({ bgp: { ...ofSite, asn: 65_515 } }), /asn: 65515 is reserved/],
    ['a reserved AS number at the hub', file({}, { bgp: { asn: 12_076, apipa: [] } }), /hub.*asn: 12076 is reserved/],
    ['a link-local peer of a gateway without', file(peer('169.254.21.1')), /no link-local address for BGP/],
    ['the peer at the gateway', file(peer('169.254.21.2'), apipa('169.254.21.2')), /is the address of the gateway/],
    ['a peer in the hub', file(peer('172.16.9.9')), /lies in 172\.16\.0\.0\/16 of the hub/],
    [
      'a peer beside the router',
      file(peer('172.20.10.9')),
      /lies in 172\.20\.10\.0\/24 of Subnet10, which IOS refuses/,
    ],
    ['a peer beside a loopback', file(peer('172.20.100.9')), /lies in 172\.20\.100\.0\/24 of Loopback100/],
    [
      'the public address as the peer',
      file(peer('203.0.113.7'), { bgp: ofGateway }, { ...deviceSite, prefixes: [cidr('10.8.0.0/24')] }),
      /is the public address of the router/,
    ],
    ['a link-local address of others', file({}, apipa('169.254.1.1')), /apipa\[0\]: 169\.254\.1\.1 lies outside/],
    [
      'two link-local addresses of one',
      file({}, apipa('169.254.21.2', '169.254.21.6')),
      /2 addresses for 1 instance of/,
    ],
    [
      'one link-local address of two',
      file({}, { publicIps: [first, second], ...apipa('169.254.21.2') }),
      /1 addresses for 2 instances of/,
    ],
    [
      'a tunnel named twice',
      file(
        { router: { ...deviceSite.router, tunnelNumbers: [11, 11] } as SiteSpec['router'] },
        { publicIps: [first, second] },
        deviceSite,
      ),
      /numbers: 11, 11 names a tunnel twice/,
    ],
  ];
  for (const [what, one, expected] of mistakes) {
    it(`names ${what}`, () => {
      const problems = found(one);
      assert.ok(
        problems.some((line) => expected.test(line)),
        problems.join('\n') || 'no problem was found',
      );
    });
  }

  it('names a peer of two sites', () => {
    const { hub, sites } = file({});
    const problems = found({ hub, sites: [...sites, { ...sites[0]!, name: 'Site02' }] });
    assert.match(problems.join('\n'), /sites\[1\]\.bgp\.peerAddress: 10\.255\.0\.1 is the peer of another site too/);
  });

  it('announces the prefixes, or where there are none the loopbacks of a router that we make', () => {
    assert.deepEqual(announcedPrefixes(seedSite), ['172.20.100.0/24', '172.20.200.0/24']);
    assert.deepEqual(announcedPrefixes({ ...seedSite, prefixes: [] }), ['172.20.100.0/24', '172.20.200.0/24']);
    assert.deepEqual(announcedPrefixes({ ...deviceSite, prefixes: [] }), []);
    assert.deepEqual([isLinkLocal(ipv4('169.254.0.1')), isLinkLocal(ipv4('10.0.0.1'))], [true, false]);
  });
});
