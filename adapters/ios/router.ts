/**
 * How activities get sessions: from the way to a router and resolved secrets to an opened, checked session.
 */
import type { RouterTarget } from './connect.ts';
import { openSession } from './open-session.ts';
import type { OpenSession, Session } from './session.ts';

/** How a router is reached and recognised; `RouterAccess` of the activities fits. */
export interface RouterReach {
  /** Name or address before the OpenSSH client configuration is applied. */
  readonly host: string;
  readonly ssh: { readonly port: number | null; readonly username: string };
  readonly expectedHostname: string;
  /** `SHA256:…`; null on first contact, where known_hosts decides, and else the first key seen is taken. */
  readonly hostKey: string | null;
}

/** Secret values, resolved by the caller. They appear in no error, result or transcript. */
export interface RouterSecrets {
  /** PEM or OpenSSH text of an RSA key. */
  readonly privateKey: string | null;
  readonly password: string | null;
  readonly enableSecret: string | null;
  /** Masked wherever it appears; null if no shared key is at play or it is not known. */
  readonly sharedKey: string | null;
}

export interface RouterDeps {
  readonly secrets: RouterSecrets;
  /** An OpenSSH client configuration, read anew at each connection; null: none. */
  readonly sshConfigFile: string | null;
  /** Folder in which each session leaves its transcript; null or absent: none. */
  readonly transcripts?: string | null;
  readonly signal?: AbortSignal;
  /** Until the router's prompt is known, in seconds; default 20. */
  readonly connectSeconds?: number;
}

function targetOf(access: RouterReach, deps: RouterDeps): RouterTarget {
  const { privateKey, password, enableSecret } = deps.secrets;
  return {
    host: access.host,
    username: access.ssh.username,
    expectedHostname: access.expectedHostname,
    ...(access.ssh.port === null ? {} : { port: access.ssh.port }),
    ...(privateKey === null ? {} : { privateKey }),
    ...(password === null ? {} : { password }),
    ...(enableSecret === null ? {} : { enableSecret }),
    ...(access.hostKey === null ? {} : { hostKey: access.hostKey }),
    ...(deps.sshConfigFile === null ? {} : { sshConfigFile: deps.sshConfigFile }),
  };
}

/** A function that opens one more session with the same router, for callers that need a second one. */
export function routerOpener(access: RouterReach, deps: RouterDeps): OpenSession {
  const { sharedKey } = deps.secrets;
  return () =>
    openSession(targetOf(access, deps), {
      secrets: sharedKey === null ? [] : [sharedKey],
      transcripts: deps.transcripts ?? null,
      ...(deps.signal === undefined ? {} : { signal: deps.signal }),
      ...(deps.connectSeconds === undefined ? {} : { connectSeconds: deps.connectSeconds }),
    });
}

/**
 * One session, logged in, privileged, with the expected host name. Close it in `finally`.
 * @throws Unreachable when it does not answer or no vty is free; Refused for credentials, host key, another device.
 */
export function openRouter(access: RouterReach, deps: RouterDeps): Promise<Session> {
  return routerOpener(access, deps)();
}

/** Opens a session, does the work, and closes the session in every case. */
export async function withSession<T>(open: OpenSession, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await open();
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}
