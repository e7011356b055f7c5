/**
 * One SSH connection to a router, through the hops of an OpenSSH client configuration. Each hop's host key is verified;
 * the router's own key is pinned, known, or returned as first seen.
 */
import type { Duplex } from 'node:stream';
import ssh2 from 'ssh2';
import type { Client, ConnectConfig } from 'ssh2';
import { Unreachable } from '../errors.ts';
import { authenticationOf } from './authenticate.ts';
import { iosXe } from './dialect.ts';
import { hopsTo, knownOf } from './hops.ts';
import type { Hop, RouterTarget } from './hops.ts';
import { fingerprint } from './known-hosts.ts';
import { algorithmKinds, hostKeyOrder, kinds } from './ssh-algorithms.ts';
import { closedEarly, explainFailure, judgeHostKey } from './ssh-failures.ts';
import type { Observed } from './ssh-failures.ts';

export type { RouterTarget } from './hops.ts';

export interface Connection {
  readonly client: Client;
  /** `SHA256:…` of the key that the router showed. */
  readonly hostKey: string;
  end(): void;
}

/** Ask first for the key types that known_hosts holds, as OpenSSH does, or a second key looks like a changed one. */
function algorithmsFor(hop: Hop): ConnectConfig['algorithms'] {
  const { algorithms } = hop.settings;
  const types = hop.pin === undefined ? knownOf(hop).map(({ type }) => type) : [];
  const listed = kinds.map((kind) => [kind, [...(algorithms[kind] ?? algorithmKinds[kind].offered)]] as const);
  const offered = { ...Object.fromEntries(listed), serverHostKey: [...hostKeyOrder(algorithms, types)] };
  return offered as NonNullable<ConnectConfig['algorithms']>;
}

function configFor(hop: Hop, sock: Duplex | undefined, observed: Observed, seconds: number): ConnectConfig {
  return {
    host: hop.host,
    port: hop.port,
    username: hop.username,
    ...(sock === undefined ? {} : { sock: sock as NonNullable<ConnectConfig['sock']> }),
    authHandler: authenticationOf(hop, observed),
    readyTimeout: seconds * 1000,
    keepaliveInterval: iosXe.keepalive.intervalSeconds * 1000,
    keepaliveCountMax: iosXe.keepalive.maximumMissed,
    algorithms: algorithmsFor(hop) ?? {},
    hostVerifier: (shown: Buffer) => {
      observed.key = shown;
      observed.keyRefused = judgeHostKey({ ...hop, strict: hop.settings.strict }, shown, knownOf(hop));
      return observed.keyRefused === null;
    },
    // The only place where ssh2 tells what the other side offers.
    debug: (line: string) => {
      if (line.startsWith('Handshake: (')) observed.offers.push(line.slice('Handshake: '.length));
    },
  };
}

function connectHop(
  hop: Hop,
  sock: Duplex | undefined,
  limits: ConnectLimits,
): Promise<{ client: Client; key: Buffer }> {
  const observed: Observed = { key: null, keyRefused: null, offers: [], tried: [], unanswered: null };
  const client = new ssh2.Client();
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      client.destroy();
      reject(new Unreachable({ host: hop.name, what: `SSH to ${hop.name} was cancelled`, next: 'Run it again' }));
    };
    const fail = (error: Error): void => {
      // An agent that does not answer: ssh2 goes on to the next method.
      if ((error as { level?: string }).level === 'agent') return;
      limits.signal?.removeEventListener('abort', abort);
      client.destroy();
      reject(observed.keyRefused ?? explainFailure(hop, error, observed));
    };
    client.on('error', fail);
    client.on('close', () => fail(new Error(closedEarly)));
    client.on('ready', () => {
      limits.signal?.removeEventListener('abort', abort);
      client.setNoDelay(true);
      resolve({ client, key: observed.key ?? Buffer.alloc(4) });
    });
    if (limits.signal?.aborted === true) return abort();
    limits.signal?.addEventListener('abort', abort, { once: true });
    try {
      client.connect(configFor(hop, sock, observed, limits.connectSeconds));
    } catch (error) {
      fail(error as Error);
    }
  });
}

export interface ConnectLimits {
  readonly connectSeconds: number;
  readonly signal?: AbortSignal;
}

function forward(client: Client, from: Hop, to: Hop): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, to.host, to.port, (error, channel) => {
      if (error === undefined) resolve(channel);
      else reject(explainFailure(to, new Error(`${from.name} cannot reach it: ${error.message}`, { cause: error })));
    });
  });
}

/** Connects, hop after hop. Whatever was opened is closed again if a later hop fails. */
export async function connect(target: RouterTarget, limits: ConnectLimits): Promise<Connection> {
  const opened: Client[] = [];
  const end = (): void => {
    for (const client of opened.toReversed()) client.end();
  };
  try {
    let previous: Hop | undefined;
    let key = Buffer.alloc(4);
    for (const hop of hopsTo(target)) {
      const before = opened.at(-1);
      const sock = before === undefined || previous === undefined ? undefined : await forward(before, previous, hop);
      const connected = await connectHop(hop, sock, limits);
      opened.push(connected.client);
      key = connected.key as Buffer<ArrayBuffer>;
      previous = hop;
    }
    const client = opened.at(-1)!;
    return { client, hostKey: fingerprint(key), end };
  } catch (error) {
    end();
    throw error;
  }
}
