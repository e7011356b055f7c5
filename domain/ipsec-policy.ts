/** The IPsec policy for a router that refuses what Azure offers by default. */
import type { ImageSpec, IpsecPolicySpec } from './spec.ts';

/** What both ends take where the router refuses Diffie-Hellman group 2; the lifetimes are Azure's own. */
export const strongPolicy: IpsecPolicySpec = {
  ikeEncryption: 'AES256',
  ikeIntegrity: 'SHA256',
  dhGroup: 'DHGroup14',
  ipsecEncryption: 'GCMAES256',
  ipsecIntegrity: 'GCMAES256',
  pfsGroup: 'PFS2048',
  saLifeTimeSeconds: 27_000,
  saDataSizeKilobytes: 102_400_000,
};

/**
 * True if this IOS-XE release refuses Diffie-Hellman group 2: from 17.11 (ios.md). The release as `show version` prints
 * it, `17.15.1a`; false if the text is no release.
 */
export function refusesWeakGroups(version: string): boolean {
  const match = /^(\d+)\.(\d+)/.exec(version);
  if (match === null) return false;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major > 17 || (major === 17 && minor >= 11);
}

/**
 * The release that a router's image runs, `17.15`, read from its plan's name, `17_15_01a-byol`; null if the name tells
 * none.
 */
export function imageRelease(image: ImageSpec): string | null {
  const match = /^(\d+)_(\d+)(?:_|$)/.exec(image.sku);
  return match === null ? null : `${Number(match[1])}.${Number(match[2])}`;
}

/** Whether a router with this image refuses group 2; false if its name tells no release. */
export function imageRefusesWeakGroups(image: ImageSpec): boolean {
  return refusesWeakGroups(imageRelease(image) ?? '');
}

/** One of a policy's values that no gateway and router agree on, and the other value that it does not go with. */
interface ImpossiblePart {
  readonly key: keyof IpsecPolicySpec;
  readonly other: keyof IpsecPolicySpec | null;
  readonly message: string;
  readonly remedy: string;
}

const isGcm = (name: string): boolean => name.startsWith('GCM');

/**
 * What makes a policy impossible. In IKE, GCM is no integrity algorithm for another cipher, and there is no exchange
 * without a group; for ESP, Azure takes GCM only for both of encryption and integrity (azure.md, 1.2).
 */
export function impossibleParts(policy: IpsecPolicySpec): ImpossiblePart[] {
  const { ikeEncryption, ikeIntegrity, dhGroup, ipsecEncryption, ipsecIntegrity } = policy;
  const parts: ImpossiblePart[] = [];
  if (isGcm(ikeIntegrity) && ikeIntegrity !== ikeEncryption) {
    const message = `does not go with ikeEncryption ${ikeEncryption}: GCM is the integrity of its own cipher alone`;
    parts.push({ key: 'ikeIntegrity', other: 'ikeEncryption', message, remedy: 'use SHA256 or SHA384' });
  }
  if (dhGroup === 'None') {
    const message = 'is no group, and IKEv2 needs one';
    parts.push({ key: 'dhGroup', other: null, message, remedy: 'use DHGroup14' });
  }
  if (ipsecEncryption !== ipsecIntegrity && (isGcm(ipsecEncryption) || isGcm(ipsecIntegrity))) {
    const gcm = isGcm(ipsecEncryption) ? ipsecEncryption : ipsecIntegrity;
    const message = `does not go with ipsecEncryption ${ipsecEncryption}: Azure takes GCM only for both`;
    const remedy = `write ${gcm} for ipsecEncryption and ipsecIntegrity, or an algorithm without GCM for each`;
    parts.push({ key: 'ipsecIntegrity', other: 'ipsecEncryption', message, remedy });
  }
  return parts;
}

/** What of a policy such a router refuses, as the site file names it: `dhGroup: DHGroup2`. */
export function weakParts(policy: IpsecPolicySpec): { readonly key: keyof IpsecPolicySpec; readonly value: string }[] {
  const weak: readonly [keyof IpsecPolicySpec, readonly string[]][] = [
    ['ikeEncryption', ['DES', 'DES3']],
    ['ikeIntegrity', ['MD5']],
    ['dhGroup', ['DHGroup1', 'DHGroup2', 'DHGroup24', 'None']],
    ['ipsecEncryption', ['DES', 'DES3', 'None']],
    ['ipsecIntegrity', ['MD5']],
    ['pfsGroup', ['PFS1', 'PFS2', 'PFS24']],
  ];
  return weak.flatMap(([key, values]) =>
    values.includes(String(policy[key])) ? [{ key, value: String(policy[key]) }] : [],
  );
}
