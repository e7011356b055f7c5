/** Rules over a site's router, and over what its verification measures. */
import { contains, isPublic, overlaps, prefixOf } from './address.ts';
import { announcedPrefixes } from './bgp.ts';
import { breach, pairs, type Breach } from './breach.ts';
import { imageRefusesWeakGroups, impossibleParts, weakParts } from './ipsec-policy.ts';
import type { AzureVmRouterSpec, Cidr, DeviceRouterSpec, HubSpec, LoopbackSpec, SiteSpec } from './spec.ts';

/** Every breach in `site.router` and `site.verify`; `at` is the site's path, `sites[0]`. */
export function routerProblems(site: SiteSpec, at: string, hub: HubSpec): Breach[] {
  const { router } = site;
  return [
    ...(router.kind === 'azure-vm'
      ? [
          ...loopbackProblems(router, `${at}.router.loopbacks`),
          ...imageProblems(router, `${at}.router.image`),
          ...sourceProblems(site, router, at),
          ...policyProblems(site, router, at),
        ]
      : deviceProblems(router, `${at}.router`)),
    ...impossiblePolicy(site, at),
    ...targetProblems(site, at, hub),
  ];
}

/** Only a router of Cisco's understands what Sitelink types. */
function imageProblems({ image }: AzureVmRouterSpec, path: string): Breach[] {
  if (image.publisher.toLowerCase() === 'cisco') return [];
  const urn = `${image.publisher}:${image.offer}:${image.sku}:${image.version}`;
  const remedy = 'use the URN of a Cisco router, for instance cisco:cisco-c8000v-byol:17_15_01a-byol:latest';
  return [breach(path, urn, 'is no image of a Cisco router', remedy)];
}

function loopbackProblems(router: AzureVmRouterSpec, at: string): Breach[] {
  const subnet = router.network.subnet.prefix;
  const subnetPath = at.replace(/loopbacks$/, 'network.subnet.prefix');
  const onSubnet = router.loopbacks.flatMap((loopback, index) =>
    overlaps(connectedPrefix(loopback), subnet)
      ? [
          loopbackBreach(loopback, `${at}[${index}].address`, `overlaps the router's own subnet ${subnet}`, [
            subnetPath,
          ]),
        ]
      : [],
  );
  const repeated = pairs(router.loopbacks).flatMap(([a, b]) => [
    ...(a.value.name === b.value.name
      ? [
          breach(
            `${at}[${b.index}].name`,
            b.value.name,
            'is used by two loopbacks',
            'number each loopback once, for instance Loopback101',
            [`${at}[${a.index}].name`],
          ),
        ]
      : []),
    ...(overlaps(connectedPrefix(a.value), connectedPrefix(b.value))
      ? [
          loopbackBreach(b.value, `${at}[${b.index}].address`, `overlaps ${a.value.name}, which IOS refuses`, [
            `${at}[${a.index}].address`,
          ]),
        ]
      : []),
  ]);
  return [...onSubnet, ...repeated];
}

function loopbackBreach(loopback: LoopbackSpec, path: string, message: string, others: string[]): Breach {
  const value = `${loopback.address}/${loopback.prefixLength}`;
  return breach(path, value, message, 'give each interface a prefix of its own', others);
}

/** The prefix that an interface with this address is connected to. */
function connectedPrefix(loopback: LoopbackSpec): Cidr {
  return prefixOf(loopback.address, loopback.prefixLength);
}

/** A ping whose source lies in none of the site's prefixes gets no reply: Azure routes only these into the tunnel. */
function sourceProblems(site: SiteSpec, router: AzureVmRouterSpec, at: string): Breach[] {
  const { source } = site.verify.fromRouter;
  const path = `${at}.verify.fromRouter.source`;
  const names = router.loopbacks.map((loopback) => loopback.name);
  const index = names.indexOf(source);
  const loopback = router.loopbacks[index];
  if (loopback === undefined) {
    const remedy = names.length === 0 ? 'give the router a loopback within the prefixes' : `use ${names.join(' or ')}`;
    return [breach(path, source, 'is none of the loopbacks of the router', remedy, [`${at}.router.loopbacks`])];
  }
  if (announcedPrefixes(site).some((prefix) => contains(prefix, loopback.address))) return [];
  return [
    breach(
      path,
      source,
      `has the address ${loopback.address}, which lies in none of the site's prefixes: replies would not come back`,
      `add a prefix that holds ${loopback.address}, or use another source`,
      [`${at}.prefixes`, `${at}.router.loopbacks[${index}].address`],
    ),
  ];
}

/** A policy that no router and no gateway agree on stops here, not after the gateway was built. */
function impossiblePolicy({ connection }: SiteSpec, at: string): Breach[] {
  const { ipsecPolicy } = connection;
  if (ipsecPolicy === null) return [];
  const path = `${at}.connection.ipsecPolicy`;
  return impossibleParts(ipsecPolicy).map(({ key, other, message, remedy }) => {
    const others = other === null ? [] : [`${path}.${other}`];
    return breach(`${path}.${key}`, String(ipsecPolicy[key]), message, remedy, others);
  });
}

/** IOS-XE from 17.11 refuses weak cryptography, so that the router would reject the lines of such a policy. */
function policyProblems({ connection }: SiteSpec, router: AzureVmRouterSpec, at: string): Breach[] {
  if (connection.ipsecPolicy === null || !imageRefusesWeakGroups(router.image)) return [];
  return weakParts(connection.ipsecPolicy).map(({ key, value }) =>
    breach(
      `${at}.connection.ipsecPolicy.${key}`,
      value,
      `is refused by the router's release (${router.image.sku})`,
      'use stronger algorithms, or leave ipsecPolicy out: then Sitelink sets AES256, SHA256 and DHGroup14 on both ends',
      [`${at}.router.image`],
    ),
  );
}

function deviceProblems(router: DeviceRouterSpec, at: string): Breach[] {
  const problems: Breach[] = [];
  if (!isPublic(router.address)) {
    const remedy = 'write the public address here, and the one on the interface as privateAddress';
    problems.push(breach(`${at}.address`, router.address, 'is not a public address: Azure cannot reach it', remedy));
  }
  if (router.privateAddress === router.address) {
    const remedy = 'leave privateAddress out: it is only for a router behind NAT';
    problems.push(breach(`${at}.privateAddress`, router.privateAddress, 'equals address', remedy, [`${at}.address`]));
  }
  if (router.ssh.privateKey === null && router.ssh.password === null) {
    const remedy = 'add privateKey: { file: … } or password: { env: … }';
    problems.push(breach(`${at}.ssh`, '(missing)', 'has neither privateKey nor password', remedy));
  }
  return problems;
}

function targetProblems(site: SiteSpec, at: string, hub: HubSpec): Breach[] {
  const { fromProbe, fromRouter } = site.verify;
  const space = hub.network.addressSpace;
  const routed = announcedPrefixes(site);
  const problems = (fromProbe?.targets ?? [])
    .map((target, index) => ({ target, path: `${at}.verify.fromProbe.targets[${index}]` }))
    // What a device announces over BGP is its own affair.
    .filter(({ target }) => routed.length > 0 && !routed.some((prefix) => contains(prefix, target)))
    .map(({ target, path }) =>
      breach(
        path,
        target,
        "lies in none of the site's prefixes: Azure has no route to it through the tunnel",
        `use an address within ${routed.join(', ')}`,
        [`${at}.prefixes`],
      ),
    );
  if (!space.some((prefix) => contains(prefix, fromRouter.target))) {
    const message = "lies outside the hub's address space: the router has no route to it through the tunnel";
    const remedy = `use an address within ${space.join(', ')}`;
    problems.push(
      breach(`${at}.verify.fromRouter.target`, fromRouter.target, message, remedy, ['hub.network.addressSpace']),
    );
  }
  return problems;
}
