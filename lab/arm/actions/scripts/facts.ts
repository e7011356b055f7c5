/** What a device script is filled with. */
import { netmask, parsePrefix, wildcard } from '../../address.ts';
import { badRequest } from '../../errors.ts';
import { guidOf } from '../../guid.ts';
import { parentId } from '../../ids.ts';
import { type JsonObject, at, flagAt, isObject, numberAt, textAt, textsAt } from '../../json.ts';
import type { Resource } from '../../store/store.ts';
import { hiddenNumber, hiddenText, ipConfigurationsOf } from '../../types/common.ts';
import { bgpAddressesOf, publicAddressesOf } from '../../types/gateway.ts';
import type { World } from '../../world.ts';

export interface Prefix {
  readonly cidr: string;
  readonly address: string;
  readonly mask: string;
  readonly wildcard: string;
}

/** In the words of a Cisco configuration; empty where a line does without. */
export interface Algorithms {
  readonly ikeEncryption: string;
  readonly ikeIntegrity: string;
  readonly ikePrf: string;
  readonly ikeGroup: string;
  readonly ikeSeconds: number;
  readonly espEncryption: string;
  readonly espIntegrity: string;
  /** `group14`, or empty without perfect forward secrecy. */
  readonly pfs: string;
  readonly espSeconds: number;
  readonly espKilobytes: number;
}

export interface ScriptFacts {
  readonly connection: string;
  /** Azure prints the gateway's GUID where one expects its name. */
  readonly gateway: string;
  readonly publicAddresses: readonly string[];
  readonly vnetPrefixes: readonly Prefix[];
  readonly localGateway: string;
  readonly siteAddress: string;
  readonly sitePrefixes: readonly Prefix[];
  readonly sharedKey: string;
  readonly policyBased: boolean;
  readonly algorithms: Algorithms;
  readonly bgp: {
    readonly azureAsn: number;
    readonly azureAddresses: readonly string[];
    readonly siteAsn: number;
    readonly siteAddress: string;
  } | null;
}

function readPrefix(cidr: string): Prefix {
  const length = parsePrefix(cidr)?.length ?? 32;
  return { cidr, address: cidr.split('/')[0] ?? '', mask: netmask(length), wildcard: wildcard(length) };
}

const ikeEncryptions: Readonly<Record<string, string>> = {
  DES: 'des',
  DES3: '3des',
  AES128: 'aes-cbc-128',
  AES192: 'aes-cbc-192',
  AES256: 'aes-cbc-256',
  GCMAES128: 'aes-gcm-128',
  GCMAES256: 'aes-gcm-256',
};

const groups: Readonly<Record<string, string>> = {
  DHGroup1: '1',
  DHGroup2: '2',
  DHGroup14: '14',
  DHGroup2048: '14',
  DHGroup24: '24',
  ECP256: '19',
  ECP384: '20',
  PFS1: '1',
  PFS2: '2',
  PFS14: '14',
  PFS2048: '14',
  PFS24: '24',
};

const espEncryptions: Readonly<Record<string, string>> = {
  None: 'esp-null',
  DES: 'esp-des',
  DES3: 'esp-3des',
  AES128: 'esp-aes 128',
  AES192: 'esp-aes 192',
  AES256: 'esp-aes 256',
  GCMAES128: 'esp-gcm 128',
  GCMAES192: 'esp-gcm 192',
  GCMAES256: 'esp-gcm 256',
};

const espIntegrities: Readonly<Record<string, string>> = {
  MD5: 'esp-md5-hmac',
  SHA1: 'esp-sha-hmac',
  SHA256: 'esp-sha256-hmac',
};

/** What Azure's template holds for a connection without a policy of its own (azure.md, 2.1). */
const defaults: Algorithms = {
  ikeEncryption: 'aes-cbc-256',
  ikeIntegrity: 'sha1',
  ikePrf: '',
  ikeGroup: '2',
  ikeSeconds: 3600,
  espEncryption: 'esp-gcm 256',
  espIntegrity: '',
  pfs: '',
  espSeconds: 3600,
  espKilobytes: 102_400_000,
};

function algorithmsOf(policy: JsonObject): Algorithms {
  const word = (member: string): string => textAt(policy, member) ?? '';
  const gcm = word('ikeEncryption').startsWith('GCM');
  const pfs = word('pfsGroup') === 'PFSMM' ? groups[word('dhGroup')] : groups[word('pfsGroup')];
  const integrity = word('ikeIntegrity').startsWith('GCM') ? 'sha256' : word('ikeIntegrity').toLowerCase();
  return {
    ikeEncryption: ikeEncryptions[word('ikeEncryption')] ?? '',
    // With GCM a proposal has no integrity algorithm, but needs its pseudo-random function said.
    ikeIntegrity: gcm ? '' : integrity,
    ikePrf: gcm ? integrity : '',
    ikeGroup: groups[word('dhGroup')] ?? '',
    // Of IKEv2 the lifetime is fixed (azure.md, 5).
    ikeSeconds: 28_800,
    espEncryption: espEncryptions[word('ipsecEncryption')] ?? '',
    espIntegrity: espIntegrities[word('ipsecIntegrity')] ?? '',
    pfs: pfs === undefined ? '' : `group${pfs}`,
    espSeconds: numberAt(policy, 'saLifeTimeSeconds') ?? 27_000,
    espKilobytes: numberAt(policy, 'saDataSizeKilobytes') ?? 102_400_000,
  };
}

function networkPrefixes(world: World, gateway: Resource): string[] {
  const subnet = textAt(ipConfigurationsOf(gateway)[0]?.properties, 'subnet.id') ?? '';
  return textsAt(world.store.get(parentId(subnet))?.body, 'properties.addressSpace.addressPrefixes') ?? [];
}

/** @throws ArmError 400 while the gateway has never been ready. */
export function scriptFacts(world: World, connection: Resource): ScriptFacts {
  const gateway = world.store.get(textAt(connection.body, 'properties.virtualNetworkGateway1.id') ?? '');
  const local = world.store.get(textAt(connection.body, 'properties.localNetworkGateway2.id') ?? '');
  if (gateway?.hidden['built'] !== true || local === undefined) {
    throw badRequest(
      'ReferencedResourceNotProvisioned',
      `The VPN device configuration script of ${connection.id} is not available: its gateway is not in Succeeded state.`,
    );
  }
  const policy = at(connection.body, 'properties.ipsecPolicies.0');
  const bgp = flagAt(connection.body, 'properties.enableBgp') === true;
  return {
    connection: connection.name,
    gateway: guidOf(`${gateway.id}/${gateway.generation}`),
    publicAddresses: publicAddressesOf(gateway, world),
    vnetPrefixes: networkPrefixes(world, gateway).map(readPrefix),
    localGateway: local.name,
    siteAddress: textAt(local.body, 'properties.gatewayIpAddress') ?? textAt(local.body, 'properties.fqdn') ?? '',
    sitePrefixes: (textsAt(local.body, 'properties.localNetworkAddressSpace.addressPrefixes') ?? []).map(readPrefix),
    sharedKey: hiddenText(connection, 'sharedKey') ?? '',
    policyBased: flagAt(connection.body, 'properties.usePolicyBasedTrafficSelectors') === true,
    algorithms: isObject(policy) ? algorithmsOf(policy) : defaults,
    bgp: bgp
      ? {
          azureAsn: hiddenNumber(gateway, 'asn'),
          azureAddresses: bgpAddressesOf(gateway, world),
          siteAsn: numberAt(local.body, 'properties.bgpSettings.asn') ?? 0,
          siteAddress: textAt(local.body, 'properties.bgpSettings.bgpPeeringAddress') ?? '',
        }
      : null,
  };
}
