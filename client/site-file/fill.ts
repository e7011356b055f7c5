/** Fills in every default: from the site file as written to what the workflows take. */
import { breach, type Breach } from '../../domain/breach.ts';
import type {
  ConnectionSpec,
  GatewayBgpSpec,
  HubSpec,
  ImageSpec,
  IpsecPolicySpec,
  ProbeSpec,
  SiteFile,
  SiteSpec,
} from '../../domain/spec.ts';
import { fillRouter } from './fill-router.ts';
import { fillVerify } from './fill-verify.ts';
import { asCidr, asFileReference, asImage, asIpv4, type Filled } from './filled.ts';
import { imageRefusesWeakGroups, strongPolicy } from '../../domain/ipsec-policy.ts';
import type { WrittenFile, WrittenSite } from './schema.ts';

type WrittenHub = WrittenFile['hub'];

/** The file with all defaults, and the problems of what has no default. */
export function fill(written: WrittenFile, env: NodeJS.ProcessEnv): { file: SiteFile; problems: readonly Breach[] } {
  const hub = fillHub(written.hub, env);
  const sites = written.sites.map((site, index) => fillSite(site, `sites[${index}]`, hub.value, env));
  return {
    file: { hub: hub.value, sites: sites.map((site) => site.value) },
    problems: [...hub.problems, ...sites.flatMap((site) => site.problems)],
  };
}

function fillHub(hub: WrittenHub, env: NodeJS.ProcessEnv): Filled<HubSpec> {
  const subscription = hub.subscription ?? env['AZURE_SUBSCRIPTION_ID'] ?? '';
  const missing = breach(
    'hub.subscription',
    '(missing)',
    'and AZURE_SUBSCRIPTION_ID is not set',
    'add subscription: 00000000-0000-0000-0000-000000000000, or set AZURE_SUBSCRIPTION_ID',
  );
  const { name, location, resourceGroup, network, gateway } = hub;
  return {
    problems: [...(subscription === '' ? [missing] : []), ...instanceProblems(gateway)],
    value: {
      name,
      subscription,
      location,
      resourceGroup,
      network: {
        name: network.name,
        addressSpace: network.addressSpace.map(asCidr),
        gatewaySubnet: asCidr(network.gatewaySubnet),
        adopt: network.adopt ?? false,
      },
      gateway: {
        name: gateway.name,
        sku: gateway.sku ?? 'VpnGw1AZ',
        // An address without zones is refused for an AZ gateway (azure.md, section 0).
        publicIps: gateway.publicIps.map((ip) => ({ name: ip.name, zones: ip.zones ?? ['1', '2', '3'] })),
        bgp: gateway.bgp === undefined ? null : fillGatewayBgp(gateway.bgp),
        adopt: gateway.adopt ?? false,
      },
      probe: hub.probe === undefined ? null : fillProbe(hub.probe),
    },
  };
}

/** `activeActive` says what the number of public addresses says; where they differ one of them is a mistake. */
function instanceProblems({ activeActive, publicIps }: WrittenHub['gateway']): Breach[] {
  const two = publicIps.length === 2;
  if ((activeActive ?? false) === two) return [];
  return two
    ? [
        breach(
          'hub.gateway.publicIps[1]',
          publicIps[1]?.name ?? '',
          'is a second address, which only an active-active gateway has',
          'add activeActive: true, or leave one address',
          ['hub.gateway.activeActive'],
        ),
      ]
    : [
        breach(
          'hub.gateway.activeActive',
          'true',
          'needs two public addresses, one for each instance',
          'add a second one to publicIps',
          ['hub.gateway.publicIps'],
        ),
      ];
}

/** Azure's own AS number is the default, as in Azure. */
function fillGatewayBgp(bgp: NonNullable<WrittenHub['gateway']['bgp']>): GatewayBgpSpec {
  return { asn: bgp.asn ?? 65_515, apipa: (bgp.apipa ?? []).map(asIpv4) };
}

function fillProbe(probe: NonNullable<WrittenHub['probe']>): ProbeSpec {
  return {
    name: probe.name,
    subnet: { name: probe.subnet.name, prefix: asCidr(probe.subnet.prefix) },
    privateIp: asIpv4(probe.privateIp),
    size: probe.size ?? 'Standard_B1s',
    image: asImage(probe.image ?? 'Ubuntu2204'),
    adminUsername: probe.adminUsername ?? 'azureuser',
    privateKey: asFileReference(probe.privateKey),
    adopt: probe.adopt ?? false,
  };
}

function fillSite(site: WrittenSite, at: string, hub: HubSpec, env: NodeJS.ProcessEnv): Filled<SiteSpec> {
  const router = fillRouter(site.router, `${at}.router`, env);
  const verify = fillVerify(site, router.value, at, hub);
  const image = router.value.kind === 'azure-vm' ? router.value.image : null;
  return {
    problems: [...router.problems, ...verify.problems],
    value: {
      name: site.name,
      localGateway: { name: site.localGateway?.name ?? site.name },
      prefixes: site.prefixes.map(asCidr),
      connection: fillConnection(site.connection, image),
      router: router.value,
      verify: verify.value,
      bgp: site.bgp === undefined ? null : { asn: site.bgp.asn, peerAddress: asIpv4(site.bgp.peerAddress) },
    },
  };
}

function fillConnection(connection: WrittenSite['connection'], image: ImageSpec | null): ConnectionSpec {
  return {
    name: connection.name,
    sharedKey: connection.sharedKey,
    ipsecPolicy: fillPolicy(connection.ipsecPolicy, image),
    dpdTimeoutSeconds: connection.dpdTimeoutSeconds ?? null,
    connectionMode: connection.connectionMode ?? 'Default',
    deviceScript: connection.deviceScript ?? null,
    adopt: connection.adopt ?? false,
  };
}

function fillPolicy(policy: WrittenSite['connection']['ipsecPolicy'], image: ImageSpec | null): IpsecPolicySpec | null {
  if (policy === undefined) return image !== null && imageRefusesWeakGroups(image) ? strongPolicy : null;
  return {
    ...policy,
    saLifeTimeSeconds: policy.saLifeTimeSeconds ?? strongPolicy.saLifeTimeSeconds,
    saDataSizeKilobytes: policy.saDataSizeKilobytes ?? strongPolicy.saDataSizeKilobytes,
  };
}
