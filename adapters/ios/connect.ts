/**
 * One SSH connection to a router, through the hops of an OpenSSH client configuration. Each hop's host key is verified;
 * the router's own key is pinned, known, or returned as first seen.
 */
import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import ssh2 from 'ssh2';
import type { Client, ConnectConfig } from 'ssh2';
import { Refused, Unreachable } from '../errors.ts';
import { iosXe } from './dialect.ts';
import { fingerprint, knownHostName, knownKeys } from './known-hosts.ts';
import { explainFailure, judgeHostKey } from './ssh-failures.ts';
import { resolveHost } from './ssh-config.ts';
import type { HostSettings, Jump } from './ssh-config.ts';

/** How a router is reached. Only `host` and `username` are needed; the rest narrows or proves. */
export interface RouterTarget {
  /** Name or address, looked up in `sshConfigFile`. */
  readonly host: string;
  readonly port?: number;
  readonly username: string;
  /** PEM or OpenSSH text. RSA is what every IOS-XE takes. */
  readonly privateKey?: string;
  readonly password?: string;
  readonly enableSecret?: string;
  /** `SHA256:…`: the only key that is accepted. Without it known_hosts decides, then the first key seen is taken. */
  readonly hostKey?: string;
  /** The name in the prompt; another name is the wrong device. */
  readonly expectedHostname?: string;
  /** An OpenSSH client configuration, read anew at each connection. */
  readonly sshConfigFile?: string;
  /** Also offer group14-sha1, group1-sha1 and ssh-rsa host keys, for IOS 15 and older. */
  readonly legacyAlgorithms?: boolean;
}

export interface Connection {
  readonly client: Client;
  /** `SHA256:…` of the key that the router showed. */
  readonly hostKey: string;
  end(): void;
}

interface Hop {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly settings: HostSettings;
  readonly privateKeys: readonly string[];
  readonly password?: string;
  readonly pin?: string;
  /** The router; hops before it must be in known_hosts. */
  readonly last: boolean;
  readonly legacy: boolean;
}

/** What `ssh2` tells while a connection is made, kept for the message of a failure. */
interface Observed {
  key: Buffer | null;
  keyRefused: Refused | null;
  readonly offers: string[];
}

function readIdentities(settings: HostSettings): string[] {
  return settings.identityFiles.flatMap((file) => {
    try {
      return [readFileSync(file, 'utf8')];
    } catch {
      return [];
    }
  });
}

function jumpHop(jump: Jump, target: RouterTarget): Hop {
  const settings = resolveHost(jump.host, target.sshConfigFile, jump.user);
  const identities = readIdentities(settings);
  return {
    name: jump.host,
    host: settings.hostname,
    port: jump.port ?? settings.port ?? 22,
    username: jump.user ?? settings.user ?? target.username,
    settings,
    privateKeys: identities.length > 0 || target.privateKey === undefined ? identities : [target.privateKey],
    last: false,
    legacy: false,
  };
}

function hopsOf(target: RouterTarget): Hop[] {
  const settings = resolveHost(target.host, target.sshConfigFile, target.username);
  const jumps = settings.jumps.flatMap((jump) => {
    const nested = resolveHost(jump.host, target.sshConfigFile, jump.user).jumps;
    return [...nested.map((before) => jumpHop(before, target)), jumpHop(jump, target)];
  });
  const router: Hop = {
    name: target.host,
    host: settings.hostname,
    port: target.port ?? settings.port ?? 22,
    username: target.username,
    settings,
    privateKeys: target.privateKey === undefined ? readIdentities(settings) : [target.privateKey],
    ...(target.password === undefined ? {} : { password: target.password }),
    ...(target.hostKey === undefined ? {} : { pin: target.hostKey }),
    last: true,
    legacy: target.legacyAlgorithms === true,
  };
  return [...jumps, router];
}

/** The names under which OpenSSH would look the host's key up. */
function knownNames(hop: Hop): string[] {
  if (hop.settings.hostKeyAlias !== undefined) return [hop.settings.hostKeyAlias];
  return [...new Set([hop.host, hop.name])].map((name) => knownHostName(name, hop.port));
}

function knownOf(hop: Hop): ReturnType<typeof knownKeys> {
  return knownNames(hop).flatMap((name) => knownKeys(hop.settings.knownHostsFiles, name));
}

const rsaTypes = ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'];

/** Ask first for the key types that known_hosts holds, as OpenSSH does, or a second key looks like a changed one. */
function serverHostKeyOrder(hop: Hop): ConnectConfig['algorithms'] {
  const types = knownOf(hop).flatMap(({ type }) => (type === 'ssh-rsa' ? rsaTypes : [type]));
  const prepend = hop.pin === undefined ? [...new Set(types)] : [];
  const legacy = iosXe.legacyAlgorithms;
  return {
    ...(hop.legacy ? { kex: { append: [...legacy.kex], prepend: [], remove: [] } } : {}),
    ...(prepend.length > 0 || hop.legacy
      ? { serverHostKey: { prepend, append: hop.legacy ? [...legacy.serverHostKey] : [], remove: [] } }
      : {}),
  } as ConnectConfig['algorithms'];
}

function configFor(
  hop: Hop,
  key: string | undefined,
  sock: Duplex | undefined,
  observed: Observed,
  seconds: number,
): ConnectConfig {
  const methods = [
    ...(key === undefined ? [] : ['publickey' as const]),
    ...(hop.password === undefined ? [] : ['keyboard-interactive' as const, 'password' as const]),
  ];
  return {
    host: hop.host,
    port: hop.port,
    username: hop.username,
    ...(key === undefined ? {} : { privateKey: key }),
    ...(hop.password === undefined ? {} : { password: hop.password }),
    ...(sock === undefined ? {} : { sock: sock as NonNullable<ConnectConfig['sock']> }),
    tryKeyboard: hop.password !== undefined,
    authHandler: methods,
    readyTimeout: seconds * 1000,
    keepaliveInterval: iosXe.keepalive.intervalSeconds * 1000,
    keepaliveCountMax: iosXe.keepalive.maximumMissed,
    algorithms: serverHostKeyOrder(hop) ?? {},
    hostVerifier: (shown: Buffer) => {
      observed.key = shown;
      observed.keyRefused = judgeHostKey(hop, shown, knownOf(hop));
      return observed.keyRefused === null;
    },
    // The only place where ssh2 tells what the other side offers.
    debug: (line: string) => {
      if (line.startsWith('Handshake: (')) observed.offers.push(line.slice('Handshake: '.length));
    },
  };
}

function connectOnce(
  hop: Hop,
  key: string | undefined,
  sock: Duplex | undefined,
  limits: ConnectLimits,
): Promise<{ client: Client; key: Buffer }> {
  const observed: Observed = { key: null, keyRefused: null, offers: [] };
  const client = new ssh2.Client();
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      client.destroy();
      reject(new Unreachable({ host: hop.name, what: `SSH to ${hop.name} was cancelled`, next: 'Run it again' }));
    };
    const fail = (error: Error): void => {
      limits.signal?.removeEventListener('abort', abort);
      client.destroy();
      reject(observed.keyRefused ?? explainFailure(hop, error, observed.offers));
    };
    client.on('error', fail);
    client.on('close', () => fail(new Error('the connection was closed before a shell could be opened')));
    client.on('keyboard-interactive', (_name, _instructions, _language, prompts, finish) => {
      finish(prompts.map(() => hop.password ?? ''));
    });
    client.on('ready', () => {
      limits.signal?.removeEventListener('abort', abort);
      client.setNoDelay(true);
      resolve({ client, key: observed.key ?? Buffer.alloc(4) });
    });
    if (limits.signal?.aborted === true) return abort();
    limits.signal?.addEventListener('abort', abort, { once: true });
    try {
      client.connect(configFor(hop, key, sock, observed, limits.connectSeconds));
    } catch (error) {
      fail(error as Error);
    }
  });
}

export interface ConnectLimits {
  readonly connectSeconds: number;
  readonly signal?: AbortSignal;
}

async function connectHop(
  hop: Hop,
  sock: Duplex | undefined,
  limits: ConnectLimits,
): Promise<{ client: Client; key: Buffer }> {
  const [first, ...others] = hop.privateKeys;
  try {
    return await connectOnce(hop, first, sock, limits);
  } catch (error) {
    // A jump's socket cannot be used twice, so further identities are tried on direct connections only.
    if (sock !== undefined || others.length === 0 || !(error instanceof Refused)) throw error;
    return connectHop({ ...hop, privateKeys: others }, sock, limits);
  }
}

function forward(client: Client, from: Hop, to: Hop): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, to.host, to.port, (error, channel) => {
      if (error === undefined) resolve(channel);
      else
        reject(explainFailure(to, new Error(`${from.name} cannot reach it: ${error.message}`, { cause: error }), []));
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
    for (const hop of hopsOf(target)) {
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
