/** BGP in the site file: what a site announces, and the rules over it. */
import { contains, overlaps, prefixOf } from './address.ts';
import { breach, pairs, type Breach } from './breach.ts';
import type { Cidr, HubSpec, Ipv4, SiteFile, SiteSpec } from './spec.ts';

/** What the router announces, and Azure has to have learned: the prefixes, or where there are none its loopbacks'. */
export function announcedPrefixes({ prefixes, router }: Pick<SiteSpec, 'prefixes' | 'router'>): readonly Cidr[] {
  if (prefixes.length > 0 || router.kind === 'device') return prefixes;
  return router.loopbacks.map(({ address, prefixLength }) => prefixOf(address, prefixLength));
}

const linkLocal = '169.254.0.0/16' as Cidr;
/** The part of it that Azure's gateways use for BGP. */
const ofGateways = ['169.254.21.0/24', '169.254.22.0/24'].map((text) => text as Cidr);

export function isLinkLocal(address: Ipv4): boolean {
  return contains(linkLocal, address);
}

/** AS numbers that Azure keeps for itself or that are reserved (Azure's VPN gateway documentation, "BGP"). */
const reserved: readonly (readonly [number, number])[] = [
  [8074, 8075],
  [12_076, 12_076],
  [23_456, 23_456],
  [64_496, 64_511],
  [65_517, 65_520],
  [65_535, 65_551],
];
/** What a gateway has by itself, so that a site must not. */
const gatewayDefault = 65_515;

function isReserved(asn: number): boolean {
  return reserved.some(([first, last]) => asn >= first && asn <= last);
}

/** Every breach of the rules about BGP and about the number of instances and tunnels. */
export function bgpProblems(file: SiteFile): Breach[] {
  return [
    ...gatewayProblems(file.hub),
    ...file.sites.flatMap((site, index) => siteProblems(site, `sites[${index}]`, file.hub)),
    ...repeatedPeers(file),
  ];
}

function gatewayProblems({ gateway }: HubSpec): Breach[] {
  const { bgp, publicIps } = gateway;
  if (bgp === null) return [];
  const at = 'hub.gateway.bgp';
  const outside = bgp.apipa
    .map((address, index) => ({ address, path: `${at}.apipa[${index}]` }))
    .filter(({ address }) => !ofGateways.some((prefix) => contains(prefix, address)))
    .map(({ address, path }) =>
      breach(
        path,
        address,
        'lies outside 169.254.21.0 to 169.254.22.255, which Azure has for this',
        'use 169.254.21.2',
      ),
    );
  const count = bgp.apipa.length;
  const wrongCount = breach(
    `${at}.apipa`,
    bgp.apipa.join(', '),
    `has ${count} addresses for ${publicIps.length} instance${publicIps.length === 1 ? '' : 's'} of the gateway`,
    'give each public address one, or leave apipa out',
    ['hub.gateway.publicIps'],
  );
  return [
    ...outside,
    ...(count > 0 && count !== publicIps.length ? [wrongCount] : []),
    ...(isReserved(bgp.asn) ? [reservedAsn(`${at}.asn`, bgp.asn)] : []),
  ];
}

function reservedAsn(path: string, asn: number): Breach {
  return breach(path, String(asn), 'is reserved, or Azure uses it itself', 'use another one, for instance 65010');
}

function siteProblems(site: SiteSpec, at: string, hub: HubSpec): Breach[] {
  return [...prefixProblems(site, at), ...tunnelProblems(site, at, hub), ...peerProblems(site, at, hub)];
}

function prefixProblems(site: SiteSpec, at: string): Breach[] {
  if (site.prefixes.length > 0 || site.bgp !== null) return [];
  const message = 'is empty: without BGP Azure knows no way to the site';
  return [
    breach(`${at}.prefixes`, '(a list)', message, 'list the prefixes of the site, [ 10.8.0.0/24 ], or add bgp', [
      `${at}.bgp`,
    ]),
  ];
}

function tunnelProblems({ router }: SiteSpec, at: string, { gateway }: HubSpec): Breach[] {
  const asked = router.kind === 'device' ? router.tunnelNumbers : [];
  const needed = gateway.publicIps.length;
  if (asked.length === 0 || (asked.length === needed && new Set(asked).size === needed)) return [];
  const message =
    asked.length === needed ? 'names a tunnel twice' : `names ${asked.length} for ${needed} public address(es)`;
  return [
    breach(`${at}.router.tunnels.numbers`, asked.join(', '), message, 'name one tunnel for each public address', [
      'hub.gateway.publicIps',
    ]),
  ];
}

function peerProblems(site: SiteSpec, at: string, hub: HubSpec): Breach[] {
  const { bgp } = site;
  if (bgp === null) return [];
  const path = `${at}.bgp`;
  const ofHub = hub.gateway.bgp;
  if (ofHub === null) {
    const message = "is asked for, but the hub's gateway speaks no BGP";
    return [breach(path, '(a mapping)', message, 'add hub.gateway.bgp: { asn: 65515 }', ['hub.gateway.bgp'])];
  }
  const problems: Breach[] = [];
  if (isReserved(bgp.asn) || bgp.asn === gatewayDefault) problems.push(reservedAsn(`${path}.asn`, bgp.asn));
  else if (bgp.asn === ofHub.asn) {
    const message = 'is the AS number of the gateway too';
    problems.push(breach(`${path}.asn`, String(bgp.asn), message, 'use another one', ['hub.gateway.bgp.asn']));
  }
  return [...problems, ...addressProblems(site, bgp.peerAddress, path, hub)];
}

function addressProblems(site: SiteSpec, address: Ipv4, at: string, hub: HubSpec): Breach[] {
  const path = `${at}.peerAddress`;
  const apipa = hub.gateway.bgp?.apipa ?? [];
  const { router } = site;
  if (isLinkLocal(address)) {
    if (apipa.length > 0 && !apipa.includes(address)) return [];
    const message = apipa.includes(address)
      ? 'is the address of the gateway'
      : 'is link-local, but the gateway has no link-local address for BGP';
    const remedy = apipa.includes(address) ? 'use 169.254.21.1' : 'add hub.gateway.bgp.apipa: [169.254.21.2]';
    return [breach(path, address, message, remedy, ['hub.gateway.bgp.apipa'])];
  }
  const inHub = hub.network.addressSpace.find((prefix) => contains(prefix, address));
  if (inHub !== undefined) {
    const message = `lies in ${inHub} of the hub, so the way to it would not be the tunnel`;
    return [breach(path, address, message, 'use an address of the site', ['hub.network.addressSpace'])];
  }
  if (router.kind === 'device' && address === router.address) {
    const message = 'is the public address of the router, which is outside the tunnel';
    return [breach(path, address, message, 'use an address of its own, such as 10.255.0.1', [])];
  }
  return router.kind === 'azure-vm' ? besideInterfaces(address, path, router) : [];
}

/** IOS refuses a loopback whose address lies in the prefix of another interface; one that has it already serves. */
function besideInterfaces(address: Ipv4, path: string, router: Extract<SiteSpec['router'], { kind: 'azure-vm' }>) {
  const single = prefixOf(address, 32);
  const taken = [
    { name: router.network.subnet.name, prefix: router.network.subnet.prefix },
    ...router.loopbacks
      .filter((loopback) => loopback.address !== address)
      .map((loopback) => ({ name: loopback.name, prefix: prefixOf(loopback.address, loopback.prefixLength) })),
  ].find(({ prefix }) => overlaps(prefix, single));
  if (taken === undefined) return [];
  const message = `lies in ${taken.prefix} of ${taken.name}, which IOS refuses for another interface`;
  return [breach(path, address, message, "use an address in none of the router's prefixes", [])];
}

/** Azure would not know at which site a peer is. */
function repeatedPeers(file: SiteFile): Breach[] {
  const peers = file.sites.flatMap(({ bgp }, index) =>
    bgp === null ? [] : [{ path: `sites[${index}].bgp.peerAddress`, address: bgp.peerAddress }],
  );
  return pairs(peers)
    .filter(([a, b]) => a.value.address === b.value.address)
    .map(([a, b]) =>
      breach(b.value.path, b.value.address, `is the peer of another site too (${a.value.path})`, 'use another one', [
        a.value.path,
      ]),
    );
}
