import { parseCidr, parseIpv4 } from '../../domain/address.ts';
import { breach, type Breach } from '../../domain/breach.ts';
import type { AzureVmRouterSpec, Cidr, DeviceRouterSpec, RouterSpec } from '../../domain/spec.ts';
import { asCidr, asFileReference, asImage, asInterfaceAddress, asIpv4, type Filled } from './filled.ts';
import type { WrittenRouter } from './schema.ts';

type WrittenVm = Extract<WrittenRouter, { kind: 'azure-vm' }>;
type WrittenDevice = Extract<WrittenRouter, { kind: 'device' }>;

/** The router with all defaults; `at` is its path. */
export function fillRouter(router: WrittenRouter, at: string, env: NodeJS.ProcessEnv): Filled<RouterSpec> {
  return router.kind === 'device' ? { value: fillDevice(router), problems: [] } : fillVm(router, at, env);
}

function fillVm(router: WrittenVm, at: string, env: NodeJS.ProcessEnv): Filled<AzureVmRouterSpec> {
  const allowed = allowFrom(router, `${at}.ssh`, env);
  const { name, resourceGroup, location, network } = router;
  return {
    problems: allowed.problems,
    value: {
      kind: 'azure-vm',
      name,
      resourceGroup,
      location,
      network: {
        name: network.name,
        addressSpace: network.addressSpace.map(asCidr),
        subnet: { name: network.subnet.name, prefix: asCidr(network.subnet.prefix) },
        adopt: network.adopt ?? false,
      },
      privateIp: asIpv4(router.privateIp),
      image: asImage(router.image),
      acceptMarketplaceTerms: router.acceptMarketplaceTerms ?? false,
      size: router.size ?? 'Standard_D2_v5',
      priority: router.priority ?? 'Regular',
      spotFallback: router.spotFallback ?? false,
      loopbacks: (router.loopbacks ?? []).map((loopback) => ({
        name: loopback.name,
        ...asInterfaceAddress(loopback.address),
      })),
      ssh: {
        host: null,
        port: router.ssh?.port ?? null,
        username: router.ssh?.username ?? 'azureuser',
        privateKey: asFileReference(router.ssh?.privateKey),
        password: null,
        enableSecret: router.ssh?.enableSecret ?? null,
        hostKey: router.ssh?.hostKey ?? null,
        allowFrom: allowed.value,
      },
      change: {
        // It is ours alone, and a router that cannot be reached any more would have to be made anew.
        archive: router.change?.archive ?? 'turnOn',
        sharePolicy: router.change?.sharePolicy ?? false,
        onVerifyFailure: router.change?.onVerifyFailure ?? 'keep',
      },
      adopt: router.adopt ?? false,
    },
  };
}

/** From where the router may be reached on SSH. Never guessed: the file says so, or the operator's environment. */
function allowFrom(router: WrittenVm, at: string, env: NodeJS.ProcessEnv): Filled<readonly Cidr[]> {
  const path = `${at}.allowFrom`;
  const written = router.ssh?.allowFrom;
  if (written !== undefined) {
    const open = written.findIndex((prefix) => prefix.endsWith('/0'));
    const tooWide = open !== -1 && router.ssh?.allowAnywhere !== true;
    return { value: written.map(asCidr), problems: tooWide ? [anywhere(`${path}[${open}]`, written[open] ?? '')] : [] };
  }
  const operator = env['SITELINK_OPERATOR_CIDR'] ?? '';
  if (operator === '') {
    const message = 'and SITELINK_OPERATOR_CIDR is not set: where SSH may come from is never guessed';
    const remedy = 'add allowFrom: [198.51.100.10/32] with the address that your workers come from';
    return { value: [], problems: [breach(path, '(missing)', message, remedy)] };
  }
  const prefixes = operator.split(/[\s,]+/).map(operatorPrefix);
  if (prefixes.includes(null)) {
    const remedy = 'set it to prefixes, 198.51.100.10/32, separated by commas';
    return {
      value: [],
      problems: [breach(path, operator, 'comes from SITELINK_OPERATOR_CIDR and is no prefix', remedy)],
    };
  }
  const value = prefixes.filter((prefix) => prefix !== null);
  const tooWide = value.some((prefix) => prefix.endsWith('/0')) && router.ssh?.allowAnywhere !== true;
  return { value, problems: tooWide ? [anywhere(path, operator)] : [] };
}

function operatorPrefix(text: string): Cidr | null {
  return parseCidr(parseIpv4(text) === null ? text : `${text}/32`);
}

function anywhere(path: string, value: string): Breach {
  const remedy = 'name the prefixes that workers come from, or add allowAnywhere: true';
  return breach(path, value, 'opens SSH to the whole Internet', remedy);
}

function fillDevice(router: WrittenDevice): DeviceRouterSpec {
  const { ssh } = router;
  return {
    kind: 'device',
    address: asIpv4(router.address),
    privateAddress: router.privateAddress === undefined ? null : asIpv4(router.privateAddress),
    expectedHostname: router.expectedHostname,
    ssh: {
      host: ssh.host,
      port: ssh.port ?? null,
      username: ssh.username,
      privateKey: ssh.privateKey === undefined ? null : asFileReference(ssh.privateKey),
      password: ssh.password ?? null,
      enableSecret: ssh.enableSecret ?? null,
      hostKey: ssh.hostKey ?? null,
    },
    tunnelNumbers: router.tunnels?.numbers ?? [],
    change: {
      approval: router.change?.approval ?? 'none',
      save: router.change?.save ?? 'verified',
      archive: router.change?.archive ?? 'useIfOn',
      sharePolicy: router.change?.sharePolicy ?? false,
      onVerifyFailure: router.change?.onVerifyFailure ?? 'keep',
    },
  };
}
