/**
 * What a VPN gateway accepts, in its own words (`AES256`, `SHA1`, DH group numbers).
 * The defaults are the tables of Microsoft's "about VPN devices": phase 1, and phase 2 as responder.
 */
import type { IpsecPolicy } from '../ports.ts';

export interface Phase1Offer {
  readonly encryption: string;
  readonly integrity: string;
  readonly group: number;
}

export interface Phase2Offer {
  readonly encryption: string;
  /** Null with GCM, which needs no integrity algorithm of its own. */
  readonly integrity: string | null;
  /** DH group of perfect forward secrecy; null without. */
  readonly pfs: number | null;
}

const phase1 = (encryption: string, integrity: string): Phase1Offer => ({ encryption, integrity, group: 2 });

const DEFAULT_PHASE1: readonly Phase1Offer[] = [
  phase1('AES256', 'SHA1'),
  phase1('AES256', 'SHA256'),
  phase1('AES128', 'SHA1'),
  phase1('AES128', 'SHA256'),
  phase1('DES3', 'SHA1'),
  phase1('DES3', 'SHA256'),
];

const phase2 = (encryption: string, integrity: string | null, ...groups: (number | null)[]): Phase2Offer[] =>
  groups.map((pfs) => ({ encryption, integrity, pfs }));

const DEFAULT_PHASE2: readonly Phase2Offer[] = [
  ...phase2('GCMAES256', null, null),
  ...phase2('AES256', 'SHA1', null, 1, 2, 14, 24),
  ...phase2('AES256', 'SHA256', null, 1, 2, 14, 24),
  ...phase2('AES128', 'SHA1', null, 1, 2, 14),
  ...phase2('AES128', 'SHA256', null, 1, 2, 14),
  ...phase2('DES3', 'SHA1', null, 1, 2, 14),
  ...phase2('DES3', 'SHA256', null, 2),
  ...phase2('DES', 'SHA1', null),
];

const GROUPS: Readonly<Record<string, number>> = {
  DHGroup1: 1,
  DHGroup2: 2,
  DHGroup14: 14,
  DHGroup2048: 14,
  DHGroup24: 24,
  ECP256: 19,
  ECP384: 20,
  PFS1: 1,
  PFS2: 2,
  PFS2048: 14,
  PFS14: 14,
  PFS24: 24,
};

/** Seconds after which Azure renews an IKE SA; with IKEv2 it cannot be set. */
export const AZURE_IKE_LIFETIME_SECONDS = 28_800;
const AZURE_ESP_LIFETIME_SECONDS = 27_000;

export function phase1Offers(policy: IpsecPolicy | null): readonly Phase1Offer[] {
  if (policy === null) return DEFAULT_PHASE1;
  return [{ encryption: policy.ikeEncryption, integrity: policy.ikeIntegrity, group: GROUPS[policy.dhGroup] ?? 0 }];
}

export function phase2Offers(policy: IpsecPolicy | null): readonly Phase2Offer[] {
  if (policy === null) return DEFAULT_PHASE2;
  const gcm = policy.ipsecEncryption.startsWith('GCM');
  // PFSMM: the group of the main mode.
  const pfs = policy.pfsGroup === 'PFSMM' ? policy.dhGroup : policy.pfsGroup;
  return [
    {
      encryption: policy.ipsecEncryption,
      integrity: gcm ? null : policy.ipsecIntegrity,
      pfs: GROUPS[pfs] ?? null,
    },
  ];
}

/** Seconds after which Azure renews an ESP SA. */
export const espLifetimeSeconds = (policy: IpsecPolicy | null): number =>
  policy?.saLifeTimeSeconds ?? AZURE_ESP_LIFETIME_SECONDS;

export const phase1Text = (offer: Phase1Offer): string =>
  `${offer.encryption}/${offer.integrity}/DH group ${offer.group}`;

export const phase2Text = (offer: { encryption: string; integrity: string | null }): string =>
  offer.integrity === null ? offer.encryption : `${offer.encryption}/${offer.integrity}`;
