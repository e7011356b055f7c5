/**
 * From the way to a router to a session with it: connected, logged in, privileged, with the expected name, and with a
 * transcript from its first letter on.
 */
import { AdapterError, Refused, Unreachable } from '../errors.ts';
import { connect } from './connect.ts';
import type { Connection, RouterTarget } from './connect.ts';
import { iosXe } from './dialect.ts';
import { logIn } from './login.ts';
import { screenMasker } from './line-masker.ts';
import { RouterSession } from './session.ts';
import type { Session } from './session.ts';
import { openShell } from './shell.ts';
import { Transcript } from './transcript.ts';

export interface SessionOptions {
  /** Folder in which the session leaves its transcript; null or absent: none. */
  readonly transcripts?: string | null;
  /** Values that must appear in no transcript, error or result. */
  readonly secrets?: readonly string[];
  readonly signal?: AbortSignal;
  /** Until the shell's prompt is known; default 20 s. */
  readonly connectSeconds?: number;
  /** For one line or one short command; default 20 s. */
  readonly commandSeconds?: number;
}

/**
 * Connects, logs in and reaches privileged mode on a wide terminal without paging. Close the session in `finally`.
 *
 * Throws `Unreachable` (not answering, no vty free, cancelled), `Refused` (credentials, host key, no common algorithm,
 * another device's host name, enable secret).
 */
export async function openSession(target: RouterTarget, options: SessionOptions = {}): Promise<Session> {
  const seconds = options.connectSeconds ?? iosXe.timeouts.connect;
  const ours = [target.password, target.enableSecret, target.privateKey].filter((value) => value !== undefined);
  const secrets = [...(options.secrets ?? []), ...ours];
  const mask = screenMasker(secrets);
  const connection = await connect(target, {
    connectSeconds: seconds,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  let record: Transcript | null = null;
  try {
    record = transcriptOf(target, connection, options.transcripts ?? null, secrets);
    const shell = await openShell(target.host, connection.client, seconds, record);
    options.signal?.addEventListener('abort', () => {
      shell.fail(
        new Unreachable({
          host: target.host,
          what: `The session with ${target.host} was cancelled`,
          next: 'Run it again',
        }),
      );
      connection.end();
    });
    const { hostname, pages } = await logIn(target, shell, mask);
    if (target.expectedHostname !== undefined && hostname !== target.expectedHostname) {
      throw new Refused({
        what: `Router ${target.host} calls itself ${hostname}, not ${target.expectedHostname}`,
        next: 'This is the wrong device, or it was renamed: correct the address or expectedHostname',
      });
    }
    return new RouterSession({
      host: target.host,
      username: target.username,
      hostname,
      connection,
      shell,
      record,
      mask,
      seconds: options.commandSeconds ?? iosXe.timeouts.command,
      pages,
    });
  } catch (error) {
    record?.end(error instanceof AdapterError ? error.shortMessage : String(error));
    connection.end();
    throw error;
  }
}

function transcriptOf(
  { host, username, expectedHostname }: RouterTarget,
  { hostKey }: Connection,
  folder: string | null,
  secrets: readonly string[],
): Transcript | null {
  if (folder === null) return null;
  return new Transcript(folder, { router: expectedHostname ?? host, host, username, hostKey }, secrets);
}
