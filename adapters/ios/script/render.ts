/**
 * Sitelink's own device script, for when Azure offers none for IOS, and for a policy of our own, which Azure's scripts
 * are known to print wrongly (azure.md, 2.2). Structure and timers are those of Azure's template for IOS.
 */
import type { IpsecPolicySpec } from '../../../domain/spec.ts';
import { Refused } from '../../errors.ts';
import type { TunnelIntent } from '../plan/intent.ts';
import { emptyScript } from './device-script.ts';
import type { DeviceScript } from './device-script.ts';

/** What Azure proposes by default: the first row of its IKE and IPsec lists (azure.md, 1.1). */
const azureDefault: IpsecPolicySpec = {
  ikeEncryption: 'AES256',
  ikeIntegrity: 'SHA1',
  dhGroup: 'DHGroup2',
  ipsecEncryption: 'GCMAES256',
  ipsecIntegrity: 'GCMAES256',
  pfsGroup: 'None',
  saLifeTimeSeconds: 3600,
  saDataSizeKilobytes: 102_400_000,
};

const ikeEncryptions: Readonly<Record<string, string>> = {
  DES: 'des',
  DES3: '3des',
  AES128: 'aes-cbc-128',
  AES192: 'aes-cbc-192',
  AES256: 'aes-cbc-256',
  GCMAES128: 'aes-gcm-128',
  GCMAES256: 'aes-gcm-256',
};

const ikeIntegrities: Readonly<Record<string, string>> = {
  MD5: 'md5',
  SHA1: 'sha1',
  SHA256: 'sha256',
  SHA384: 'sha384',
  GCMAES128: 'sha256',
  GCMAES256: 'sha384',
};

const groups: Readonly<Record<string, string>> = {
  DHGroup1: '1',
  DHGroup2: '2',
  DHGroup14: '14',
  DHGroup2048: '14',
  DHGroup24: '24',
  ECP256: '19',
  ECP384: '20',
};

const pfsGroups: Readonly<Record<string, string | null>> = {
  None: null,
  PFS1: 'group1',
  PFS2: 'group2',
  PFS14: 'group14',
  PFS2048: 'group14',
  PFS24: 'group24',
  PFSMM: 'group24',
  ECP256: 'group19',
  ECP384: 'group20',
};

const espEncryptions: Readonly<Record<string, string>> = {
  None: 'esp-null',
  DES: 'esp-des',
  DES3: 'esp-3des',
  AES128: 'esp-aes',
  AES192: 'esp-aes 192',
  AES256: 'esp-aes 256',
  GCMAES128: 'esp-gcm',
  GCMAES192: 'esp-gcm 192',
  GCMAES256: 'esp-gcm 256',
};

const espIntegrities: Readonly<Record<string, string>> = {
  MD5: 'esp-md5-hmac',
  SHA1: 'esp-sha-hmac',
  SHA256: 'esp-sha256-hmac',
};

function translated<Value>(table: Readonly<Record<string, Value>>, field: string, value: string): Value {
  const found = table[value];
  if (found !== undefined) return found;
  throw new Refused({
    what: `ipsecPolicy.${field} is ${value}, for which IOS has no counterpart`,
    next: `Use one of ${Object.keys(table).join(', ')}`,
  });
}

function transformsOf(policy: IpsecPolicySpec): string {
  const encryption = translated(espEncryptions, 'ipsecEncryption', policy.ipsecEncryption);
  if (encryption.startsWith('esp-gcm')) return encryption;
  return `${encryption} ${translated(espIntegrities, 'ipsecIntegrity', policy.ipsecIntegrity)}`;
}

/** Group, integrity and PRF as IOS wants them: a GCM cipher takes a PRF in place of an integrity algorithm. */
function proposalOf(name: string, policy: IpsecPolicySpec): DeviceScript['proposals'][number] {
  const encryption = translated(ikeEncryptions, 'ikeEncryption', policy.ikeEncryption);
  const hash = translated(ikeIntegrities, 'ikeIntegrity', policy.ikeIntegrity);
  const combined = encryption.startsWith('aes-gcm');
  return {
    name,
    encryption,
    integrity: combined ? null : hash,
    prf: combined ? hash : null,
    group: translated(groups, 'dhGroup', policy.dhGroup),
  };
}

/** The key, or the refusal that says where it comes from. */
function keyOf(intent: TunnelIntent): string {
  if (intent.sharedKey !== null) return intent.sharedKey;
  throw new Refused({
    what: `The shared key of ${intent.connection.name} is not known, and no device script of Azure holds it`,
    next: 'Give the key by reference in connection.sharedKey',
  });
}

/**
 * A script for all gateway addresses of the intent, with the public address as the local end, as Azure would write it.
 * Holds the shared key.
 * @throws Refused without a shared key, and for an algorithm that IOS does not have.
 */
export function renderScript(intent: TunnelIntent): DeviceScript {
  const name = intent.connection.name;
  const policy = intent.ipsecPolicy ?? azureDefault;
  const key = keyOf(intent);
  const local = intent.publicAddress;
  const pfs = translated(pfsGroups, 'pfsGroup', policy.pfsGroup);
  return {
    ...emptyScript,
    proposals: [proposalOf(`${name}-proposal`, policy)],
    policies: [
      { name: `${name}-policy`, matchFvrf: null, matchAddressLocal: [local], proposals: [`${name}-proposal`] },
    ],
    keyrings: [
      {
        name: `${name}-keyring`,
        peers: intent.gatewayAddresses.map((address) => ({
          name: address,
          description: null,
          address,
          preSharedKeys: [key],
        })),
      },
    ],
    profiles: [
      {
        name: `${name}-profile`,
        description: null,
        matchFvrf: null,
        matchAddressLocal: [local],
        matchIdentityRemote: intent.gatewayAddresses.map((address) => `address ${address} 255.255.255.255`),
        identityLocal: null,
        authenticationRemote: 'pre-share',
        authenticationLocal: 'pre-share',
        keyringLocal: `${name}-keyring`,
        lifetime: '28800',
        dpd: '10 5 on-demand',
      },
    ],
    transformSets: [{ name: `${name}-TransformSet ${transformsOf(policy)}`, mode: 'tunnel' }],
    ipsecProfiles: [
      {
        name: `${name}-IPsecProfile`,
        lifetimeSeconds: String(policy.saLifeTimeSeconds),
        lifetimeKilobytes: null,
        transformSet: `${name}-TransformSet`,
        pfs,
        ikev2Profile: `${name}-profile`,
      },
    ],
    tunnels: intent.gatewayAddresses.map((destination, index) => ({
      name: `Tunnel${11 + index}`,
      description: null,
      ipAddress: `169.254.0.${index + 1} 255.255.255.255`,
      ipUnnumbered: null,
      ipMtu: null,
      adjustMss: '1350',
      source: local,
      mode: 'ipsec ipv4',
      destination,
      protection: `${name}-IPsecProfile`,
    })),
  };
}
