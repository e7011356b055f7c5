import ssh2 from 'ssh2';
import type { PublicKey } from 'ssh2';
import { keyHash } from '../configuration/boot.ts';
import { named, ofKind } from '../configuration/node.ts';
import type { Machine } from '../machine.ts';
import { isSecret } from '../secret.ts';

/** Who may log in, as the running configuration says at this moment. */

/** The privilege level of a user; null: there is none of this name. */
export function privilegeOf(machine: Machine, user: string): number | null {
  const node = named(machine.config.root, 'username', user);
  return node ? Number(node.args['privilege'] ?? '1') : null;
}

export function passwordFits(machine: Machine, user: string, password: string): boolean {
  const args = named(machine.config.root, 'username', user)?.args;
  const stored = args?.['secret'] ?? args?.['password'];
  return stored !== undefined && isSecret(stored, password);
}

interface Offer {
  readonly key: PublicKey;
  readonly blob?: Buffer;
  readonly signature?: Buffer;
  readonly hashAlgo?: string;
}

/** The key is in the user's `pubkey-chain`, of a type the release knows, and, if there is a signature, made it. */
export function keyFits(machine: Machine, user: string, offer: Offer): boolean {
  if (privilegeOf(machine, user) === null || !machine.release.userKeys.includes(offer.key.algo)) return false;
  const chain = ofKind(machine.config.root, 'ip ssh pubkey-chain')[0];
  const entry = chain ? named(chain, 'username', user) : undefined;
  const hash = keyHash(`${offer.key.algo} ${offer.key.data.toString('base64')}`);
  if (!entry || !ofKind(entry, 'key-hash').some(({ args }) => args['hash']?.toUpperCase() === hash)) return false;
  if (offer.signature === undefined || offer.blob === undefined) return true;
  const key = ssh2.utils.parseKey(offer.key.data);
  return !(key instanceof Error) && key.verify(offer.blob, offer.signature, offer.hashAlgo) === true;
}
