/**
 * What a failed SSH connection means, and which host keys are accepted.
 */
import type { AdapterError } from '../errors.ts';
import { Refused, Unreachable } from '../errors.ts';
import { fingerprint, keyType } from './known-hosts.ts';
import type { KnownKey } from './known-hosts.ts';

/** One machine on the way to the router, or the router. */
interface HopName {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly username: string;
}

function changedKey(hop: Pick<HopName, 'name'>, seen: string, expected: string, where: string): Refused {
  return new Refused({
    what: `The host key of ${hop.name} is ${seen}, but ${where} says ${expected}`,
    next: 'If the machine was rebuilt on purpose, remove the old key there; otherwise somebody may be in between',
  });
}

/** Why the key is not accepted, or null. */
export function judgeHostKey(
  hop: { readonly name: string; readonly pin?: string; readonly last: boolean },
  key: Buffer,
  known: readonly KnownKey[],
): Refused | null {
  const seen = fingerprint(key);
  if (hop.pin !== undefined) return hop.pin === seen ? null : changedKey(hop, seen, hop.pin, 'the pin');
  const revoked = known.find((entry) => entry.revoked && entry.fingerprint === seen);
  if (revoked !== undefined) return changedKey(hop, seen, 'that it is revoked', revoked.where);
  const usable = known.filter((entry) => !entry.revoked);
  if (usable.some((entry) => entry.fingerprint === seen)) return null;
  const other = usable.find((entry) => entry.type === keyType(key)) ?? usable[0];
  if (other !== undefined) return changedKey(hop, seen, other.fingerprint, other.where);
  if (hop.last) return null;
  return new Refused({
    what: `The host key ${seen} of the jump host ${hop.name} is not in known_hosts`,
    next: 'Check it and add it to the UserKnownHostsFile of that host',
  });
}

function noCommonAlgorithm(hop: HopName, message: string, offers: readonly string[]): Refused {
  const [local, remote] = offers.slice(-2);
  return new Refused({
    what: `${hop.name} and Sitelink share no algorithm (${message.replace('Handshake failed: ', '')}): ${local ?? ''}; ${remote ?? ''}`,
    next: 'Enable a common algorithm on the router, or set legacyAlgorithms for this host if its software is that old',
  });
}

/** What a failure of `ssh2` means. */
export function explainFailure(hop: HopName, cause: Error, offers: readonly string[]): AdapterError {
  const level = (cause as { level?: string }).level;
  const code = (cause as { code?: string }).code;
  const where = `${hop.name} (${hop.host} port ${hop.port})`;
  if (/no matching/.test(cause.message)) return noCommonAlgorithm(hop, cause.message, offers);
  if (level === 'client-authentication') {
    return new Refused({
      what: `${where} does not accept user ${hop.username} with the key or password given`,
      next: 'Check the user name and that the public half of the key is on the router; IOS-XE before 17.11 takes RSA keys only',
      cause,
    });
  }
  if (/privateKey|passphrase/i.test(cause.message)) {
    return new Refused({
      what: `The private key for ${where} cannot be used: ${cause.message}`,
      next: 'Give an RSA key without passphrase, in PEM or OpenSSH form',
      cause,
    });
  }
  const reasons: Record<string, string> = {
    ECONNREFUSED: 'refuses connections',
    ENOTFOUND: 'has a name that does not resolve',
    EHOSTUNREACH: 'has no route to it',
    ENETUNREACH: 'has no route to it',
    ETIMEDOUT: 'does not answer',
    ECONNRESET: 'closed the connection',
  };
  const reason = level === 'client-timeout' ? 'does not answer' : (reasons[code ?? ''] ?? `failed: ${cause.message}`);
  return new Unreachable({
    host: hop.name,
    what: `SSH to ${where} ${reason}`,
    next: 'Check that it is running, that its SSH port is open from here, and that a vty line is free',
    cause,
  });
}
