/**
 * Rules over a whole site file: what no single value shows. Each rule looks at one concern and lists every breach,
 * with all the paths that it looked at, so that the caller can drop what follows from another mistake.
 */
import { contains, containsPrefix, overlaps, prefixLength, reservedByAzure } from './address.ts';
import { bgpProblems } from './bgp.ts';
import { breach, pairs, type Breach } from './breach.ts';
import { routerProblems } from './router-rules.ts';
import type { AzureVmRouterSpec, Cidr, HubSpec, Ipv4, SiteFile, SiteSpec } from './spec.ts';

/** Every breach of the rules, in the order of the file. */
export function checkRules(file: SiteFile): Breach[] {
  return [
    ...hubNetworkProblems(file.hub),
    ...file.sites.flatMap((site, index) => siteProblems(site, `sites[${index}]`, file.hub)),
    ...subnetOverlaps(file),
    ...prefixOverlaps(file),
    ...duplicateNames(file),
    ...bgpProblems(file),
  ];
}

function hubNetworkProblems(hub: HubSpec): Breach[] {
  const { addressSpace, gatewaySubnet } = hub.network;
  const at = 'hub.network';
  return [
    ...spaceProblems(addressSpace, `${at}.addressSpace`),
    ...outsideSpace(gatewaySubnet, `${at}.gatewaySubnet`, addressSpace, `${at}.addressSpace`),
    ...(prefixLength(gatewaySubnet) > 27 ? [gatewaySubnetTooSmall(gatewaySubnet)] : []),
    ...(hub.probe === null ? [] : probeProblems(hub.probe, addressSpace)),
  ];
}

function gatewaySubnetTooSmall(prefix: Cidr): Breach {
  return breach(
    'hub.network.gatewaySubnet',
    prefix,
    'is too small for a VPN gateway: GatewaySubnet must be a /27 or larger',
    `use a /27 or larger, for instance ${prefix.replace(/\/\d+$/, '/27')} if that is free`,
  );
}

function probeProblems(probe: NonNullable<HubSpec['probe']>, space: readonly Cidr[]): Breach[] {
  const at = 'hub.probe';
  return [
    ...outsideSpace(probe.subnet.prefix, `${at}.subnet.prefix`, space, 'hub.network.addressSpace'),
    ...hostProblems(probe.privateIp, `${at}.privateIp`, probe.subnet.prefix, `${at}.subnet.prefix`),
  ];
}

function siteProblems(site: SiteSpec, at: string, hub: HubSpec): Breach[] {
  const network = site.router.kind === 'azure-vm' ? routerNetworkProblems(site.router, `${at}.router`) : [];
  return [...repeatedPrefixes(site, at), ...network, ...routerProblems(site, at, hub)];
}

function routerNetworkProblems(router: AzureVmRouterSpec, at: string): Breach[] {
  const { addressSpace, subnet } = router.network;
  return [
    ...spaceProblems(addressSpace, `${at}.network.addressSpace`),
    ...outsideSpace(subnet.prefix, `${at}.network.subnet.prefix`, addressSpace, `${at}.network.addressSpace`),
    ...hostProblems(router.privateIp, `${at}.privateIp`, subnet.prefix, `${at}.network.subnet.prefix`),
  ];
}

/** Azure refuses a network whose prefixes overlap one another. */
function spaceProblems(space: readonly Cidr[], at: string): Breach[] {
  return pairs(space)
    .filter(([a, b]) => overlaps(a.value, b.value))
    .map(([a, b]) =>
      breach(
        `${at}[${b.index}]`,
        b.value,
        `overlaps ${a.value} of the same network`,
        'keep the larger of the two, or use prefixes that have no address in common',
        [`${at}[${a.index}]`],
      ),
    );
}

function outsideSpace(prefix: Cidr, at: string, space: readonly Cidr[], spacePath: string): Breach[] {
  if (space.some((outer) => containsPrefix(outer, prefix))) return [];
  const spaces = space.join(', ');
  return [
    breach(at, prefix, `lies outside the network's address space ${spaces}`, `use a prefix within ${spaces}`, [
      spacePath,
    ]),
  ];
}

function hostProblems(address: Ipv4, at: string, prefix: Cidr, prefixPath: string): Breach[] {
  if (!contains(prefix, address)) {
    return [breach(at, address, `lies outside its subnet ${prefix}`, `use an address within ${prefix}`, [prefixPath])];
  }
  if (!reservedByAzure(prefix, address)) return [];
  const message = `is kept by Azure: the first four addresses and the last one of ${prefix} cannot be used`;
  return [breach(at, address, message, `use another address within ${prefix}`, [prefixPath])];
}

function repeatedPrefixes(site: SiteSpec, at: string): Breach[] {
  return pairs(site.prefixes)
    .filter(([a, b]) => overlaps(a.value, b.value))
    .map(([a, b]) =>
      breach(
        `${at}.prefixes[${b.index}]`,
        b.value,
        `overlaps ${a.value} of the same site`,
        'list each address of the site once',
        [`${at}.prefixes[${a.index}]`],
      ),
    );
}

interface Located {
  readonly path: string;
  readonly prefix: Cidr;
}

/** Subnets of the whole file: one router must be able to tell them apart. */
function subnetOverlaps(file: SiteFile): Breach[] {
  const { hub } = file;
  const subnets: Located[] = [{ path: 'hub.network.gatewaySubnet', prefix: hub.network.gatewaySubnet }];
  if (hub.probe !== null) subnets.push({ path: 'hub.probe.subnet.prefix', prefix: hub.probe.subnet.prefix });
  file.sites.forEach(({ router }, index) => {
    if (router.kind !== 'azure-vm') return;
    subnets.push({ path: `sites[${index}].router.network.subnet.prefix`, prefix: router.network.subnet.prefix });
  });
  return locatedOverlaps(subnets, 'use a subnet that has no address in common with it');
}

function locatedOverlaps(located: readonly Located[], remedy: string): Breach[] {
  return pairs(located)
    .filter(([a, b]) => overlaps(a.value.prefix, b.value.prefix))
    .map(([a, b]) =>
      breach(b.value.path, b.value.prefix, `overlaps ${a.value.prefix} (${a.value.path})`, remedy, [a.value.path]),
    );
}

/** A site's prefix against the hub's address space and against the other sites. Its own router's network may hold it. */
function prefixOverlaps(file: SiteFile): Breach[] {
  const spaces = file.hub.network.addressSpace.map((prefix, index) => ({
    path: `hub.network.addressSpace[${index}]`,
    prefix,
  }));
  const bySite = file.sites.map((site, index) =>
    site.prefixes.map((prefix, position) => ({ path: `sites[${index}].prefixes[${position}]`, prefix })),
  );
  const remedy = 'use prefixes of the site that occur neither in the hub nor at another site';
  return bySite.flatMap((own, index) => {
    const others = [...spaces, ...bySite.slice(0, index).flat()];
    return own.flatMap((one) =>
      others
        .filter((other) => overlaps(other.prefix, one.prefix))
        .map((other) => breach(one.path, one.prefix, `overlaps ${other.prefix} (${other.path})`, remedy, [other.path])),
    );
  });
}

interface Named {
  readonly path: string;
  readonly name: string;
}

/** Names that would meet in one place. Azure compares names without regard to case. */
function duplicateNames(file: SiteFile): Breach[] {
  const of = (pick: (site: SiteSpec, at: string) => Named | null) =>
    file.sites.flatMap((site, index) => pick(site, `sites[${index}]`) ?? []);
  const groups = of(({ router }, at) =>
    router.kind === 'azure-vm' ? { path: `${at}.router.resourceGroup`, name: router.resourceGroup } : null,
  );
  return [
    ...repeated(
      'site',
      of((site, at) => ({ path: `${at}.name`, name: site.name })),
    ),
    ...repeated(
      'connection',
      of((site, at) => ({ path: `${at}.connection.name`, name: site.connection.name })),
    ),
    ...repeated(
      'local gateway',
      of((site, at) => ({ path: `${at}.localGateway.name`, name: site.localGateway.name })),
    ),
    ...repeated('resource group', [{ path: 'hub.resourceGroup', name: file.hub.resourceGroup }, ...groups]),
  ];
}

function repeated(what: string, named: readonly Named[]): Breach[] {
  return pairs(named)
    .filter(([a, b]) => a.value.name.toLowerCase() === b.value.name.toLowerCase())
    .map(([a, b]) =>
      breach(
        b.value.path,
        b.value.name,
        `is the name of another ${what} too (${a.value.path})`,
        `give each ${what} a name of its own`,
        [a.value.path],
      ),
    );
}
