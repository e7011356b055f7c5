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
import { fingerprint, keyType } from './known-hosts.ts';
import { algorithmKinds, algorithmsOfKey, hostKeyOrder, kinds } from './ssh-algorithms.ts';
import { closedEarly, explainFailure, judgeHostKey } from './ssh-failures.ts';
import type { Observed } from './ssh-failures.ts';

export type { RouterTarget } from './hops.ts';

export interface Connection {
  readonly client: Client;
  /** `SHA256:…` of the key that the router showed. */
  readonly hostKey: string;
  end(): void;
}

/**
 * Ask first for the key types that known_hosts holds, as OpenSSH does, or a second key looks like a changed one.
 * @param passed host key algorithms that led to another key than the pinned one.
 */
function algorithmsFor(hop: Hop, passed: readonly string[]): ConnectConfig['algorithms'] {
  const { algorithms } = hop.settings;
  const types = hop.pin === undefined ? knownOf(hop).map(({ type }) => type) : [];
  const listed = kinds.map((kind) => [kind, [...(algorithms[kind] ?? algorithmKinds[kind].offered)]] as const);
  const serverHostKey = hostKeyOrder(algorithms, types).filter((name) => !passed.includes(name));
  const offered = { ...Object.fromEntries(listed), serverHostKey };
  return offered as NonNullable<ConnectConfig['algorithms']>;
}

/** One attempt at a hop. */
interface Attempt {
  readonly hop: Hop;
  readonly sock: Duplex | undefined;
  readonly observed: Observed;
  readonly passed: readonly string[];
}

function configFor({ hop, sock, observed, passed }: Attempt, seconds: number): ConnectConfig {
  return {
    host: hop.host,
    port: hop.port,
    username: hop.username,
    ...(sock === undefined ? {} : { sock: sock as NonNullable<ConnectConfig['sock']> }),
    authHandler: authenticationOf(hop, observed),
    readyTimeout: seconds * 1000,
    keepaliveInterval: iosXe.keepalive.intervalSeconds * 1000,
    keepaliveCountMax: iosXe.keepalive.maximumMissed,
    algorithms: algorithmsFor(hop, passed) ?? {},
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

interface Connected {
  readonly client: Client;
  readonly key: Buffer;
}

function connectHop(attempt: Attempt, limits: ConnectLimits): Promise<Connected> {
  const { hop, observed } = attempt;
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
      client.connect(configFor(attempt, limits.connectSeconds));
    } catch (error) {
      fail(error as Error);
    }
  });
}

export interface ConnectLimits {
  readonly connectSeconds: number;
  readonly signal?: AbortSignal;
}

function forward(client: Client, from: Hop, to: Hop, limits: ConnectLimits): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const fail = (why: string, cause?: Error): void =>
      reject(explainFailure(to, new Error(`${from.name} cannot reach it: ${why}`, { cause })));
    const timer = setTimeout(() => fail(`no answer within ${limits.connectSeconds} s`), limits.connectSeconds * 1000);
    client.forwardOut('127.0.0.1', 0, to.host, to.port, (error, channel) => {
      clearTimeout(timer);
      if (error === undefined) resolve(channel);
      else fail(error.message, error);
    });
  });
}

/**
 * Host key algorithms that led to another key than the pinned one, while the server has keys of other types, of which one
 * may be it: a fingerprint does not tell its type. Empty where there is nothing left to try.
 */
function leadsElsewhere(hop: Hop, { key, keyRefused, offers }: Observed): readonly string[] {
  if (hop.pin === undefined || keyRefused === null || key === null) return [];
  const mine = algorithmsOfKey(keyType(key));
  const remote = offers.findLast((line) => line.startsWith('(remote) Host key format: '))?.split(': ')[1] ?? '';
  const others = remote.split(',').some((name) => !mine.includes(name.trim()));
  return others ? mine : [];
}

/** @param dial opens the way to the hop anew; undefined for one that is reached directly. */
async function connectKnown(
  hop: Hop,
  dial: () => Promise<Duplex | undefined>,
  limits: ConnectLimits,
): Promise<Connected> {
  const passed: string[] = [];
  let first: unknown;
  for (;;) {
    const observed: Observed = { key: null, keyRefused: null, offers: [], tried: [], unanswered: null };
    try {
      return await connectHop({ hop, sock: await dial(), observed, passed: [...passed] }, limits);
    } catch (error) {
      first ??= error;
      const more = leadsElsewhere(hop, observed).filter((name) => !passed.includes(name));
      if (more.length === 0) throw first;
      passed.push(...more);
    }
  }
}

/** Connects, hop after hop. Whatever was opened is closed again if a later hop fails. */
export async function connect(target: RouterTarget, limits: ConnectLimits): Promise<Connection> {
  const opened: Client[] = [];
  const end = (): void => {
    for (const client of opened.toReversed()) client.end();
  };
  try {
    let previous: Hop | undefined;
    let key: Buffer = Buffer.alloc(4);
    for (const hop of hopsTo(target)) {
      const [before, from] = [opened.at(-1), previous];
      const dial = (): Promise<Duplex | undefined> =>
        before === undefined || from === undefined ? Promise.resolve(undefined) : forward(before, from, hop, limits);
      const connected = await connectKnown(hop, dial, limits);
      opened.push(connected.client);
      key = connected.key;
      previous = hop;
    }
    const client = opened.at(-1)!;
    return { client, hostKey: fingerprint(key), end };
  } catch (error) {
    end();
    throw error;
  }
}
