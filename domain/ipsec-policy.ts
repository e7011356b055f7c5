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

/** Azure takes GCM only for both of ESP's encryption and integrity (azure.md, 1.2): whether a policy keeps to it. */
export function hasOneGcm({ ipsecEncryption, ipsecIntegrity }: IpsecPolicySpec): boolean {
  const isGcm = [ipsecEncryption, ipsecIntegrity].some((algorithm) => algorithm.startsWith('GCM'));
  return !isGcm || ipsecEncryption === ipsecIntegrity;
}

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
