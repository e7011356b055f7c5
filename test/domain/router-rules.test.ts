/** Rules over a site's router and over what its verification measures. */
import assert from 'node:assert/strict';
import { routerProblems } from '../../domain/router-rules.ts';
import type { DeviceRouterSpec, LoopbackSpec, SiteSpec, VerifySpec } from '../../domain/spec.ts';
import { cidr, deviceRouter, deviceSite, ipv4, seedHub, seedRouter, seedSite } from '../support/site-files.ts';

const at = 'sites[3]';

/** Breaches as `path: value message -> remedy [compared with]`, the path below the site. */
function broken(site: SiteSpec, hub = seedHub): string[] {
  return routerProblems(site, at, hub).map((one) => {
    assert.equal(one.kind, 'refused');
    const text = `${one.path}: ${one.value} ${one.message} -> ${one.remedy} [${one.with.join(', ')}]`;
    return text.replaceAll(`${at}.`, '');
  });
}

const loopback = (number: number, address: string, prefixLength = 24): LoopbackSpec => ({
  name: `Loopback${number}`,
  address: ipv4(address),
  prefixLength,
});
const [first] = seedRouter.loopbacks;
assert.ok(first !== undefined);

const withLoopbacks = (...loopbacks: LoopbackSpec[]): SiteSpec => ({
  ...seedSite,
  router: { ...seedRouter, loopbacks },
});
const device = (more: Partial<DeviceRouterSpec>): SiteSpec => ({ ...deviceSite, router: { ...deviceRouter, ...more } });
const verifying = (site: SiteSpec, more: Partial<VerifySpec>): SiteSpec => ({
  ...site,
  verify: { ...site.verify, ...more },
});
const fromRouter = (more: Partial<VerifySpec['fromRouter']>) => ({
  fromRouter: { ...seedSite.verify.fromRouter, ...more },
});
const fromProbe = (...targets: string[]) => ({ fromProbe: { targets: targets.map(ipv4), count: 3 } });
const { privateKey, ...noKey } = deviceRouter.ssh;

describe('a router without a breach', () => {
  const twoSpaces = {
    ...seedHub,
    network: { ...seedHub.network, addressSpace: ['172.16.0.0/16', '10.1.0.0/16'].map(cidr) },
  };
  const sites: [string, SiteSpec, typeof seedHub?][] = [
    ['is that of the seed', seedSite],
    ['is a device', deviceSite],
    ['is a device behind NAT', device({ privateAddress: ipv4('10.0.0.2') })],
    ['is a device with a password', device({ ssh: { ...noKey, privateKey: null, password: { env: 'PASSWORD' } } })],
    ['is a device with key and password', device({ ssh: { ...noKey, privateKey, password: { env: 'PASSWORD' } } })],
    ['is a device whose ping has any source', verifying(deviceSite, fromRouter({ source: 'Vlan7' }))],
    ['pings from another loopback', verifying(seedSite, fromRouter({ source: 'Loopback200' }))],
    [
      'pings into the second space of the hub',
      verifying(seedSite, fromRouter({ target: ipv4('10.1.2.3') })),
      twoSpaces,
    ],
    ['is pinged in both prefixes', verifying(seedSite, fromProbe('172.20.100.1', '172.20.200.254'))],
    ['is pinged nowhere', verifying(seedSite, { fromProbe: null })],
    ['has a loopback beside the source that lies in no prefix', withLoopbacks(first, loopback(7, '192.168.7.1', 32))],
  ];
  for (const [what, site, hub] of sites) it(what, () => assert.deepEqual(broken(site, hub), []));
});

describe('a breach of the rules for loopbacks', () => {
  const apart = 'give each interface a prefix of its own';
  const cases: [string, SiteSpec, string[]][] = [
    [
      "is one on the router's own subnet",
      withLoopbacks(first, loopback(1, '172.20.10.1', 32)),
      [
        `router.loopbacks[1].address: 172.20.10.1/32 overlaps the router's own subnet 172.20.10.0/24 -> ${apart} [router.network.subnet.prefix]`,
      ],
    ],
    [
      "is one whose prefix holds the router's own subnet",
      withLoopbacks(loopback(1, '172.20.0.1', 20), first),
      [
        `router.loopbacks[0].address: 172.20.0.1/20 overlaps the router's own subnet 172.20.10.0/24 -> ${apart} [router.network.subnet.prefix]`,
      ],
    ],
    [
      'is two with one name',
      withLoopbacks(first, loopback(100, '172.20.200.200')),
      [
        'router.loopbacks[1].name: Loopback100 is used by two loopbacks -> number each loopback once, for instance Loopback101 [router.loopbacks[0].name]',
      ],
    ],
    [
      'is two that overlap',
      withLoopbacks(first, loopback(1, '172.20.100.1', 30)),
      [
        `router.loopbacks[1].address: 172.20.100.1/30 overlaps Loopback100, which IOS refuses -> ${apart} [router.loopbacks[0].address]`,
      ],
    ],
    [
      'is the same one twice, by name and by address',
      withLoopbacks(first, first),
      [
        'router.loopbacks[1].name: Loopback100 is used by two loopbacks -> number each loopback once, for instance Loopback101 [router.loopbacks[0].name]',
        `router.loopbacks[1].address: 172.20.100.100/24 overlaps Loopback100, which IOS refuses -> ${apart} [router.loopbacks[0].address]`,
      ],
    ],
  ];
  for (const [what, site, expected] of cases) it(what, () => assert.deepEqual(broken(site), expected));
});

describe('a breach of the rules for what is measured', () => {
  const none = 'is none of the loopbacks of the router';
  const cases: [string, SiteSpec, string[]][] = [
    [
      'is a source that the router does not have',
      verifying(seedSite, fromRouter({ source: 'Loopback7' })),
      [`verify.fromRouter.source: Loopback7 ${none} -> use Loopback100 or Loopback200 [router.loopbacks]`],
    ],
    [
      'is a source at a router without loopbacks',
      withLoopbacks(),
      [
        `verify.fromRouter.source: Loopback100 ${none} -> give the router a loopback within the prefixes [router.loopbacks]`,
      ],
    ],
    [
      'is a source that Azure does not send replies to',
      withLoopbacks(loopback(200, '172.20.200.200'), loopback(100, '172.20.101.1')),
      [
        "verify.fromRouter.source: Loopback100 has the address 172.20.101.1, which lies in none of the site's prefixes: replies would not come back -> add a prefix that holds 172.20.101.1, or use another source [prefixes, router.loopbacks[1].address]",
      ],
    ],
    [
      'is a target of the probe outside the prefixes, among others',
      verifying(seedSite, fromProbe('172.20.100.1', '172.20.101.1')),
      [
        "verify.fromProbe.targets[1]: 172.20.101.1 lies in none of the site's prefixes: Azure has no route to it through the tunnel -> use an address within 172.20.100.0/24, 172.20.200.0/24 [prefixes]",
      ],
    ],
    [
      'is a target of the router outside the hub',
      verifying(seedSite, fromRouter({ target: ipv4('172.17.0.1') })),
      [
        "verify.fromRouter.target: 172.17.0.1 lies outside the hub's address space: the router has no route to it through the tunnel -> use an address within 172.16.0.0/16 [hub.network.addressSpace]",
      ],
    ],
    [
      'is a target of a device outside the hub',
      verifying(deviceSite, fromRouter({ target: ipv4('8.8.8.8') })),
      [
        "verify.fromRouter.target: 8.8.8.8 lies outside the hub's address space: the router has no route to it through the tunnel -> use an address within 172.16.0.0/16 [hub.network.addressSpace]",
      ],
    ],
  ];
  for (const [what, site, expected] of cases) it(what, () => assert.deepEqual(broken(site), expected));
});

describe('a breach of the rules for a device', () => {
  for (const address of ['10.0.0.2', '100.64.0.1', '192.168.1.1', '169.254.0.1', '127.0.0.1', '224.0.0.5']) {
    it(`is the address ${address}, which Azure cannot reach`, () => {
      assert.deepEqual(broken(device({ address: ipv4(address) })), [
        `router.address: ${address} is not a public address: Azure cannot reach it -> write the public address here, and the one on the interface as privateAddress []`,
      ]);
    });
  }

  it('is a private address that equals the public one', () => {
    assert.deepEqual(broken(device({ privateAddress: deviceRouter.address })), [
      'router.privateAddress: 203.0.113.7 equals address -> leave privateAddress out: it is only for a router behind NAT [router.address]',
    ]);
  });

  it('is no way to log in', () => {
    assert.deepEqual(broken(device({ ssh: { ...noKey, privateKey: null } })), [
      'router.ssh: (missing) has neither privateKey nor password -> add privateKey: { file: … } or password: { env: … } []',
    ]);
  });

  it('is named together with the others', () => {
    const address = ipv4('10.0.0.2');
    const site = device({ address, privateAddress: address, ssh: { ...noKey, privateKey: null } });
    assert.deepEqual(
      broken(site).map((line) => line.slice(0, line.indexOf(':'))),
      ['router.address', 'router.privateAddress', 'router.ssh'],
    );
  });
});
