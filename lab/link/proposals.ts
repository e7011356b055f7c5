/** Where the router's proposals and the gateway's offers meet. IOS names are put into Azure's before they are compared. */
import type { IkeProposal, TransformSet } from '../ports.ts';
import type { Phase1Offer, Phase2Offer } from './offers.ts';

export interface IkeAgreement {
  /** As IOS prints: `AES-CBC`, 256, `SHA1`, `SHA96`, 2. */
  readonly encryption: string;
  readonly keySize: number;
  readonly prf: string;
  readonly hash: string;
  readonly dhGroup: number;
}

export interface EspAgreement {
  /** As IOS prints: `esp-256-aes esp-sha-hmac`, `esp-gcm 256`. */
  readonly transform: string;
  readonly encryption: string;
  readonly integrity: string | null;
}

const IKE_ENCRYPTION: Readonly<Record<string, { azure: string; ios: string; keySize: number }>> = {
  'aes-cbc-256': { azure: 'AES256', ios: 'AES-CBC', keySize: 256 },
  'aes-cbc-192': { azure: 'AES192', ios: 'AES-CBC', keySize: 192 },
  'aes-cbc-128': { azure: 'AES128', ios: 'AES-CBC', keySize: 128 },
  'aes-gcm-256': { azure: 'GCMAES256', ios: 'AES-GCM', keySize: 256 },
  'aes-gcm-128': { azure: 'GCMAES128', ios: 'AES-GCM', keySize: 128 },
  '3des': { azure: 'DES3', ios: '3DES', keySize: 168 },
  des: { azure: 'DES', ios: 'DES', keySize: 56 },
};

/** How IOS names the truncated hash of an IKE SA: SHA-1 gives `SHA96`. */
const HASH: Readonly<Record<string, string>> = {
  SHA1: 'SHA96',
  SHA256: 'SHA256',
  SHA384: 'SHA384',
  SHA512: 'SHA512',
  MD5: 'MD596',
};

const integrityName = (ios: string): string => (ios === 'sha' ? 'SHA1' : ios.toUpperCase());
const isGcm = (encryption: string): boolean => encryption.startsWith('aes-gcm');

/**
 * The proposal of an IKEv2 policy that nobody configured.
 * Before IOS-XE 16 it held the weak groups; later releases offer SHA-2 and strong groups only.
 */
export function defaultIkeProposal(release: string): IkeProposal {
  const old = Number.parseInt(release, 10) < 16;
  return {
    name: 'default',
    encryption: old ? ['aes-cbc-256', 'aes-cbc-192', 'aes-cbc-128'] : ['aes-cbc-256'],
    integrity: old ? ['sha512', 'sha384', 'sha256', 'sha1', 'md5'] : ['sha512', 'sha384'],
    prf: [],
    groups: old ? [5, 2] : [19, 14, 21, 5],
  };
}

/** The transform set of an IPsec profile without one. */
export const DEFAULT_TRANSFORM_SET: TransformSet = {
  name: 'default',
  encryption: 'esp-aes',
  integrity: 'esp-sha-hmac',
  mode: 'tunnel',
};

/** IOS sends no proposal that lacks an encryption, a DH group, or an integrity (with GCM: a PRF). */
export function isComplete(proposal: IkeProposal): boolean {
  if (proposal.encryption.length === 0 || proposal.groups.length === 0) return false;
  return proposal.encryption.every(isGcm) ? proposal.prf.length > 0 : proposal.integrity.length > 0;
}

/** The first combination, in the initiator's order, that the responder accepts. */
export function agreeOnIke(proposals: readonly IkeProposal[], offers: readonly Phase1Offer[]): IkeAgreement | null {
  for (const proposal of proposals) {
    for (const encryption of proposal.encryption) {
      const integrities = isGcm(encryption) ? [null] : proposal.integrity;
      for (const integrity of integrities) {
        for (const group of proposal.groups) {
          const agreed = offers.find((offer) => accepts(offer, encryption, integrity, group, proposal.prf));
          if (agreed !== undefined) return agreement(encryption, integrity, group, proposal.prf);
        }
      }
    }
  }
  return null;
}

function accepts(
  offer: Phase1Offer,
  encryption: string,
  integrity: string | null,
  group: number,
  prfs: readonly string[],
): boolean {
  if (IKE_ENCRYPTION[encryption]?.azure !== offer.encryption || group !== offer.group) return false;
  if (integrity !== null) return integrityName(integrity) === offer.integrity;
  // With GCM, Azure's integrity field names the PRF unless it repeats the cipher.
  return offer.integrity.startsWith('GCM') || prfs.some((prf) => integrityName(prf) === offer.integrity);
}

function agreement(
  encryption: string,
  integrity: string | null,
  dhGroup: number,
  prfs: readonly string[],
): IkeAgreement {
  const cipher = IKE_ENCRYPTION[encryption];
  return {
    encryption: cipher?.ios ?? encryption.toUpperCase(),
    keySize: cipher?.keySize ?? 0,
    prf: integrityName(prfs[0] ?? integrity ?? 'sha256'),
    hash: integrity === null ? 'None' : (HASH[integrityName(integrity)] ?? integrityName(integrity)),
    dhGroup,
  };
}

export function ikeProposalText(proposal: IkeProposal): string {
  const hash = proposal.encryption.every(isGcm) ? proposal.prf : proposal.integrity;
  return `${proposal.encryption.join(' ')}/${hash.join(' ')}/DH group ${proposal.groups.join(' ')}`;
}

const ESP_INTEGRITY: Readonly<Record<string, string>> = {
  'esp-sha-hmac': 'SHA1',
  'esp-sha256-hmac': 'SHA256',
  'esp-sha384-hmac': 'SHA384',
  'esp-sha512-hmac': 'SHA512',
  'esp-md5-hmac': 'MD5',
};

function espEncryption(text: string): string {
  const [name = '', bits = '128'] = text.trim().split(/\s+/);
  if (name === 'esp-gcm') return `GCMAES${bits}`;
  if (name === 'esp-aes') return `AES${bits}`;
  if (name === 'esp-3des') return 'DES3';
  return name === 'esp-des' ? 'DES' : 'None';
}

const espIntegrity = (set: TransformSet): string | null =>
  set.integrity === null ? null : (ESP_INTEGRITY[set.integrity] ?? set.integrity);

/** IOS configures `esp-aes 256` and prints `esp-256-aes` in an SA; `esp-gcm 256` it prints as configured. */
function transformText(set: TransformSet): string {
  const aes = /^esp-aes\s+(\d+)$/.exec(set.encryption.trim());
  const encryption = aes === null ? set.encryption.trim() : `esp-${aes[1]}-aes`;
  return `${encryption} ${set.integrity ?? ''}`.trimEnd();
}

/**
 * The transform set that both ends accept.
 * @param pfs the router's DH group; `'first'` for the SA made together with the IKE SA, which exchanges no group, so
 *   that a difference in PFS shows only at the first rekey.
 */
export function agreeOnEsp(
  sets: readonly TransformSet[],
  offers: readonly Phase2Offer[],
  pfs: number | null | 'first',
): EspAgreement | null {
  for (const set of sets) {
    const encryption = espEncryption(set.encryption);
    const integrity = espIntegrity(set);
    const fits = offers.some(
      (offer) =>
        offer.encryption === encryption && offer.integrity === integrity && (pfs === 'first' || offer.pfs === pfs),
    );
    if (fits) return { transform: transformText(set), encryption, integrity };
  }
  return null;
}

export const transformSetText = (set: TransformSet): string =>
  set.integrity === null ? set.encryption : `${set.encryption} ${set.integrity}`;

/** `group14` to 14; null without PFS. */
export const pfsGroup = (pfs: string | null): number | null =>
  pfs === null ? null : Number(pfs.replace(/^group/, ''));
