/** Fills in every default: from the site file as written to what the workflows take. */
import { breach, type Breach } from '../../domain/breach.ts';
import type {
  ConnectionSpec,
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
import { refusesWeakGroups } from './images.ts';
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
    'is missing and AZURE_SUBSCRIPTION_ID is not set',
    'add subscription: 00000000-0000-0000-0000-000000000000, or set AZURE_SUBSCRIPTION_ID',
  );
  const { name, location, resourceGroup, network, gateway } = hub;
  return {
    problems: subscription === '' ? [missing] : [],
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
        adopt: gateway.adopt ?? false,
      },
      probe: hub.probe === undefined ? null : fillProbe(hub.probe),
    },
  };
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

/** Azure's own lifetimes of the second phase (azure.md, section 5). */
const lifetimes = { saLifeTimeSeconds: 27_000, saDataSizeKilobytes: 102_400_000 };

/** What both ends get when the router refuses the groups that Azure offers by itself. */
const strongPolicy: IpsecPolicySpec = {
  ikeEncryption: 'AES256',
  ikeIntegrity: 'SHA256',
  dhGroup: 'DHGroup14',
  ipsecEncryption: 'GCMAES256',
  ipsecIntegrity: 'GCMAES256',
  pfsGroup: 'PFS2048',
  ...lifetimes,
};

function fillPolicy(policy: WrittenSite['connection']['ipsecPolicy'], image: ImageSpec | null): IpsecPolicySpec | null {
  if (policy === undefined) return image !== null && refusesWeakGroups(image) ? strongPolicy : null;
  return {
    ...policy,
    saLifeTimeSeconds: policy.saLifeTimeSeconds ?? lifetimes.saLifeTimeSeconds,
    saDataSizeKilobytes: policy.saDataSizeKilobytes ?? lifetimes.saDataSizeKilobytes,
  };
}
