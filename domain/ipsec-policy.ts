/** The IPsec policy for a router that refuses what Azure offers by default. */
import type { IpsecPolicySpec } from './spec.ts';

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
