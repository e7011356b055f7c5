/**
 * What a failed SSH connection means, and which host keys are accepted.
 */
import type { AdapterError } from '../errors.ts';
import { Refused, Unreachable } from '../errors.ts';
import { fingerprint, keyType } from './known-hosts.ts';
import type { KnownKey } from './known-hosts.ts';
import { remedyFor } from './ssh-algorithms.ts';
import type { AlgorithmKind } from './ssh-algorithms.ts';

/** One machine on the way to the router, or the router. */
interface HopName {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly username: string;
}

/** What was seen while a connection was made, for the message of a failure. */
export interface Observed {
  key: Buffer | null;
  keyRefused: Refused | null;
  /** `(local) KEX method: …`, `(remote) KEX method: …`, as `ssh2` tells them. */
  readonly offers: string[];
  /** Methods of authentication, in order. */
  readonly tried: string[];
  /** A question at log-in that was not answered. */
  unanswered: string | null;
}

/** The message of a connection that ended before it was ready. */
export const closedEarly = 'the connection was closed before a shell could be opened';

function changedKey(hop: Pick<HopName, 'name'>, seen: string, expected: string, where: string): Refused {
  return new Refused({
    what: `The host key of ${hop.name} is ${seen}, but ${where} says ${expected}`,
    next: 'If the machine was rebuilt on purpose, remove the old key there; otherwise somebody may be in between',
  });
}

interface KnownHop {
  readonly name: string;
  readonly pin?: string;
  /** The router: a key that is seen for the first time is taken, unless only known ones are wanted. */
  readonly last: boolean;
  readonly strict?: boolean;
}

/** Why the key is not accepted, or null. */
export function judgeHostKey(hop: KnownHop, key: Buffer, known: readonly KnownKey[]): Refused | null {
  const seen = fingerprint(key);
  if (hop.pin !== undefined) return hop.pin === seen ? null : changedKey(hop, seen, hop.pin, 'the pin');
  const revoked = known.find((entry) => entry.revoked && entry.fingerprint === seen);
  if (revoked !== undefined) return changedKey(hop, seen, 'that it is revoked', revoked.where);
  const usable = known.filter((entry) => !entry.revoked && !entry.authority);
  if (usable.some((entry) => entry.fingerprint === seen)) return null;
  const other = usable.find((entry) => entry.type === keyType(key)) ?? usable[0];
  if (other !== undefined) return changedKey(hop, seen, other.fingerprint, other.where);
  const authority = known.find((entry) => entry.authority);
  if (hop.last && hop.strict !== true && authority === undefined) return null;
  return new Refused({
    what: `The host key ${seen} of ${hop.last ? hop.name : `the jump host ${hop.name}`} is not in known_hosts${authority === undefined ? '' : `; ${authority.where} trusts certificates of an authority (@cert-authority), which Sitelink does not read`}`,
    next: 'Check it and add it to the UserKnownHostsFile of that host',
  });
}

/** As `ssh2` names what does not match, and what it calls the lists. */
const kindsByWords: readonly [RegExp, AlgorithmKind, RegExp][] = [
  [/key exchange/i, 'kex', /^\(remote\) KEX method: (.*)$/],
  [/host key/i, 'serverHostKey', /^\(remote\) Host key format: (.*)$/],
  [/cipher/i, 'cipher', /^\(remote\) (?:C->S|S->C) cipher: (.*)$/],
  [/MAC/, 'hmac', /^\(remote\) (?:C->S|S->C) MAC: (.*)$/],
];

function noCommonAlgorithm(hop: HopName, message: string, offers: readonly string[]): Refused {
  const [local, remote = ''] = offers.slice(-2);
  const [, kind, list] = kindsByWords.find(([words]) => words.test(message)) ?? [];
  const names = list?.exec(remote)?.[1]?.split(',') ?? [];
  const remedy =
    kind === undefined
      ? null
      : remedyFor(
          kind,
          names.map((name) => name.trim()),
        );
  return new Refused({
    what: `${hop.name} and Sitelink share no algorithm (${message.replace('Handshake failed: ', '')}): ${local ?? ''}; ${remote}`,
    next:
      remedy === null
        ? 'Enable one of ours on the router (`ip ssh server algorithm`), or update its software'
        : `Enable one of ours on the router, or write \`${remedy}\` for this host into the SSH client configuration if its software is that old`,
  });
}

/** The server has said no, to each method or to too many of them. */
function notAccepted(hop: HopName, cause: Error, { tried, unanswered }: Observed): Refused {
  const where = `${hop.name} (${hop.host} port ${hop.port})`;
  const how = tried.length === 0 ? 'none of the ways that Sitelink has' : [...new Set(tried)].join(', ');
  if (unanswered !== null) {
    return new Refused({
      what: `${where} asks user ${hop.username} \`${unanswered}\` at the log-in, which Sitelink does not answer`,
      next: 'Give Sitelink a user who logs in with a key or with a password alone',
      cause,
    });
  }
  return new Refused({
    what: `${where} does not accept user ${hop.username} with the key or password given (tried ${how})${/too many/i.test(cause.message) ? ': too many attempts' : ''}`,
    next: 'Check the user name and that the public half of the key is on the router; IOS-XE before 17.11 takes RSA keys only',
    cause,
  });
}

function isNoToLogin(cause: Error, { key, tried }: Observed): boolean {
  if ((cause as { level?: string }).level === 'client-authentication') return true;
  if (/too many authentication|authentication failures/i.test(cause.message)) return true;
  // A router hangs up after its number of attempts without a word.
  return cause.message === closedEarly && key !== null && tried.includes('password');
}

const unseen: Observed = { key: null, keyRefused: null, offers: [], tried: [], unanswered: null };

/** What a failure of `ssh2` means. */
export function explainFailure(hop: HopName, cause: Error, observed: Observed = unseen): AdapterError {
  const level = (cause as { level?: string }).level;
  const code = (cause as { code?: string }).code;
  const where = `${hop.name} (${hop.host} port ${hop.port})`;
  if (/no matching/.test(cause.message)) return noCommonAlgorithm(hop, cause.message, observed.offers);
  if (isNoToLogin(cause, observed)) return notAccepted(hop, cause, observed);
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
    EAI_AGAIN: 'has a name that does not resolve at the moment',
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
