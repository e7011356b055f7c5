/** Rules over a whole site file: each breach with its path, value and remedy, and with what it was compared. */
import assert from 'node:assert/strict';
import { checkRules } from '../../domain/site-rules.ts';
import type { AzureVmRouterSpec, HubSpec, SiteFile, SiteSpec } from '../../domain/spec.ts';
import { cidr, deviceFile, deviceSite, ipv4, seedFile, seedHub, seedRouter, seedSite } from '../support/site-files.ts';

/** Breaches as `path: value message [compared with]`. */
function broken(file: SiteFile): string[] {
  return checkRules(file).map((one) => `${one.path}: ${one.value} ${one.message} [${one.with.join(', ')}]`);
}

const prefixes = (...texts: string[]) => texts.map(cidr);
const withHub = (hub: Partial<HubSpec>): SiteFile => ({ hub: { ...seedHub, ...hub }, sites: [seedSite] });
const withSite = (site: Partial<SiteSpec>): SiteFile => ({ hub: seedHub, sites: [{ ...seedSite, ...site }] });
const withRouter = (router: Partial<AzureVmRouterSpec>) => withSite({ router: { ...seedRouter, ...router } });
const withSpace = (...texts: string[]) =>
  withHub({ network: { ...seedHub.network, addressSpace: prefixes(...texts) } });
const withGatewaySubnet = (text: string) => withHub({ network: { ...seedHub.network, gatewaySubnet: cidr(text) } });

function withProbe(privateIp: string, prefix = '172.16.1.0/24'): SiteFile {
  assert.ok(seedHub.probe !== null);
  const probe = { ...seedHub.probe, privateIp: ipv4(privateIp), subnet: { name: 'Subnet01', prefix: cidr(prefix) } };
  return withHub({ probe });
}

function withNetwork(space: string[], subnet: string): SiteFile {
  const network = {
    ...seedRouter.network,
    addressSpace: prefixes(...space),
    subnet: { name: 'Subnet10', prefix: cidr(subnet) },
  };
  return withRouter({ network });
}

/** A second site that has nothing in common with the first. */
function second(more: Partial<SiteSpec> = {}): SiteFile {
  return { hub: seedHub, sites: [seedSite, { ...deviceSite, ...more }] };
}

/** A second router VM, in a group and a network of its own. */
function secondVm(more: Partial<AzureVmRouterSpec> = {}): SiteFile {
  const network = {
    ...seedRouter.network,
    addressSpace: prefixes('10.9.0.0/16'),
    subnet: { name: 'a', prefix: cidr('10.9.1.0/24') },
  };
  const router: AzureVmRouterSpec = {
    ...seedRouter,
    resourceGroup: 'Third',
    network,
    privateIp: ipv4('10.9.1.4'),
    loopbacks: [{ name: 'Loopback1', address: ipv4('10.8.0.1'), prefixLength: 24 }],
    ...more,
  };
  const fromRouter = { ...seedSite.verify.fromRouter, source: 'Loopback1' };
  return second({ router, verify: { ...deviceSite.verify, fromRouter } });
}

describe('a site file without a breach', () => {
  const { hub } = seedFile;
  const files: [string, SiteFile][] = [
    ['is the seed, whose prefixes lie inside the network of its own router', seedFile],
    ['is a device at a hub without a probe', deviceFile],
    ['has two sites', second()],
    ['has two router VMs', secondVm()],
    ['has no site yet', { hub, sites: [] }],
    ['has a GatewaySubnet larger than a /27', withGatewaySubnet('172.16.0.0/26')],
    ['has several prefixes in the space of the hub', withSpace('172.16.0.0/16', '10.200.0.0/16')],
    ['has the probe at the first address that is free', withProbe('172.16.1.4')],
    ['has the probe at the last address that is free', withProbe('172.16.1.254')],
  ];
  for (const [what, file] of files) it(what, () => assert.deepEqual(broken(file), []));
});

describe('a breach of the rules for networks', () => {
  const kept = 'is kept by Azure: the first four addresses and the last one of';
  const small = 'is too small for a VPN gateway: GatewaySubnet must be a /27 or larger []';
  const cases: [string, SiteFile, string[]][] = [
    [
      'is a GatewaySubnet of a /28',
      withGatewaySubnet('172.16.0.0/28'),
      [`hub.network.gatewaySubnet: 172.16.0.0/28 ${small}`],
    ],
    [
      'is a GatewaySubnet outside the space, and too small besides',
      withGatewaySubnet('10.0.0.0/29'),
      [
        "hub.network.gatewaySubnet: 10.0.0.0/29 lies outside the network's address space 172.16.0.0/16 [hub.network.addressSpace]",
        `hub.network.gatewaySubnet: 10.0.0.0/29 ${small}`,
      ],
    ],
    [
      'is a space that overlaps itself',
      withSpace('172.16.0.0/16', '172.16.128.0/17'),
      [
        'hub.network.addressSpace[1]: 172.16.128.0/17 overlaps 172.16.0.0/16 of the same network [hub.network.addressSpace[0]]',
      ],
    ],
    [
      'is a probe outside its subnet',
      withProbe('172.16.2.10'),
      ['hub.probe.privateIp: 172.16.2.10 lies outside its subnet 172.16.1.0/24 [hub.probe.subnet.prefix]'],
    ],
    ...['172.16.1.0', '172.16.1.3', '172.16.1.255'].map((address): [string, SiteFile, string[]] => [
      `is a probe at ${address}`,
      withProbe(address),
      [`hub.probe.privateIp: ${address} ${kept} 172.16.1.0/24 cannot be used [hub.probe.subnet.prefix]`],
    ]),
    [
      "is a probe's subnet outside the space",
      withProbe('10.0.0.10', '10.0.0.0/24'),
      [
        "hub.probe.subnet.prefix: 10.0.0.0/24 lies outside the network's address space 172.16.0.0/16 [hub.network.addressSpace]",
      ],
    ],
    [
      "is a probe's subnet on the GatewaySubnet",
      withProbe('172.16.0.10', '172.16.0.0/24'),
      [
        'hub.probe.subnet.prefix: 172.16.0.0/24 overlaps 172.16.0.0/27 (hub.network.gatewaySubnet) [hub.network.gatewaySubnet]',
      ],
    ],
    [
      "is a router's address outside its subnet",
      withRouter({ privateIp: ipv4('172.20.11.210') }),
      [
        'sites[0].router.privateIp: 172.20.11.210 lies outside its subnet 172.20.10.0/24 [sites[0].router.network.subnet.prefix]',
      ],
    ],
    [
      "is a router's address that Azure keeps",
      withRouter({ privateIp: ipv4('172.20.10.1') }),
      [
        `sites[0].router.privateIp: 172.20.10.1 ${kept} 172.20.10.0/24 cannot be used [sites[0].router.network.subnet.prefix]`,
      ],
    ],
    [
      "is a router's space that overlaps itself",
      withNetwork(['172.20.0.0/16', '172.20.0.0/16'], '172.20.10.0/24'),
      [
        'sites[0].router.network.addressSpace[1]: 172.20.0.0/16 overlaps 172.20.0.0/16 of the same network [sites[0].router.network.addressSpace[0]]',
      ],
    ],
    [
      "is a router's subnet outside its space",
      withNetwork(['172.21.0.0/16', '172.22.0.0/16'], '172.20.10.0/24'),
      [
        "sites[0].router.network.subnet.prefix: 172.20.10.0/24 lies outside the network's address space 172.21.0.0/16, 172.22.0.0/16 [sites[0].router.network.addressSpace]",
      ],
    ],
    [
      "is a router's subnet on the subnet of another",
      secondVm({ network: seedRouter.network, privateIp: seedRouter.privateIp }),
      [
        'sites[1].router.network.subnet.prefix: 172.20.10.0/24 overlaps 172.20.10.0/24 (sites[0].router.network.subnet.prefix) [sites[0].router.network.subnet.prefix]',
      ],
    ],
  ];
  for (const [what, file, expected] of cases) it(what, () => assert.deepEqual(broken(file), expected));
});

describe("a breach of the rules for a site's prefixes", () => {
  const own = '172.20.100.0/24';
  const cases: [string, SiteFile, string[]][] = [
    [
      'is one that overlaps another of the same site',
      withSite({ prefixes: prefixes(own, '172.20.100.128/25') }),
      ['sites[0].prefixes[1]: 172.20.100.128/25 overlaps 172.20.100.0/24 of the same site [sites[0].prefixes[0]]'],
    ],
    [
      'is one within the space of the hub',
      withSite({ prefixes: prefixes(own, '172.16.200.0/24') }),
      [
        'sites[0].prefixes[1]: 172.16.200.0/24 overlaps 172.16.0.0/16 (hub.network.addressSpace[0]) [hub.network.addressSpace[0]]',
      ],
    ],
    [
      'is one that holds the space of the hub',
      withSite({ prefixes: prefixes(own, '172.16.0.0/15') }),
      [
        'sites[0].prefixes[1]: 172.16.0.0/15 overlaps 172.16.0.0/16 (hub.network.addressSpace[0]) [hub.network.addressSpace[0]]',
      ],
    ],
    [
      'is one that another site has',
      second({ prefixes: prefixes('10.8.0.0/24', '172.20.0.0/17') }),
      ['sites[1].prefixes[1]: 172.20.0.0/17 overlaps 172.20.100.0/24 (sites[0].prefixes[0]) [sites[0].prefixes[0]]'],
    ],
  ];
  for (const [what, file, expected] of cases) it(what, () => assert.deepEqual(broken(file), expected));
});

describe('a breach of the rules for names', () => {
  const twice = (what: string, path: string, value: string, other: string) =>
    `${path}: ${value} is the name of another ${what} too (${other}) [${other}]`;
  const cases: [string, SiteFile, string[]][] = [
    [
      'is two sites with one name',
      second({ name: 'Site01' }),
      [twice('site', 'sites[1].name', 'Site01', 'sites[0].name')],
    ],
    [
      'is two sites whose names differ in case only',
      second({ name: 'SITE01' }),
      [twice('site', 'sites[1].name', 'SITE01', 'sites[0].name')],
    ],
    [
      'is two connections with one name',
      second({ connection: { ...deviceSite.connection, name: 'connecttosite01' } }),
      [twice('connection', 'sites[1].connection.name', 'connecttosite01', 'sites[0].connection.name')],
    ],
    [
      'is two local gateways with one name',
      second({ localGateway: { name: 'Site01' } }),
      [twice('local gateway', 'sites[1].localGateway.name', 'Site01', 'sites[0].localGateway.name')],
    ],
    [
      'is a router in the group of the hub',
      withRouter({ resourceGroup: 'resourcegroupeast' }),
      [twice('resource group', 'sites[0].router.resourceGroup', 'resourcegroupeast', 'hub.resourceGroup')],
    ],
    [
      'is two routers in one group',
      secondVm({ resourceGroup: 'ResourceGroupWest' }),
      [twice('resource group', 'sites[1].router.resourceGroup', 'ResourceGroupWest', 'sites[0].router.resourceGroup')],
    ],
  ];
  for (const [what, file, expected] of cases) it(what, () => assert.deepEqual(broken(file), expected));

  it('is found for each two of three', () => {
    const third = { hub: seedHub, sites: [seedSite, deviceSite, deviceSite].map((site) => ({ ...site, name: 'x' })) };
    assert.equal(broken(third).filter((line) => line.includes('another site too')).length, 3);
  });
});

describe('several breaches', () => {
  const file: SiteFile = {
    hub: { ...seedHub, network: { ...seedHub.network, gatewaySubnet: cidr('172.16.0.0/28') } },
    sites: [seedSite, { ...seedSite, router: { ...seedRouter, privateIp: ipv4('172.20.10.0') } }],
  };
  const found = checkRules(file);

  it('are all named at once', () => {
    const paths = found.map((one) => one.path);
    for (const path of [
      'hub.network.gatewaySubnet',
      'sites[1].router.privateIp',
      'sites[1].router.network.subnet.prefix',
      'sites[1].prefixes[0]',
      'sites[1].prefixes[1]',
      'sites[1].name',
      'sites[1].connection.name',
      'sites[1].localGateway.name',
      'sites[1].router.resourceGroup',
    ]) {
      assert.equal(paths.filter((one) => one === path).length, 1, path);
    }
    assert.equal(paths.length, 9);
  });

  it('each refuse the file and say what to do', () => {
    for (const one of found) {
      assert.equal(one.kind, 'refused');
      assert.match(one.remedy, /^(use|give|keep|list) /);
    }
    assert.match(found[0]?.remedy ?? '', /for instance 172\.16\.0\.0\/27/);
  });
});
