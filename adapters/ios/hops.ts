/**
 * The way to a router: the hops of an OpenSSH client configuration, with what is needed to log in at each and the keys
 * by which each is known.
 */
import { readFileSync } from 'node:fs';
import ssh2 from 'ssh2';
import { Refused } from '../errors.ts';
import { knownHostName, knownKeys } from './known-hosts.ts';
import type { KnownKey } from './known-hosts.ts';
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
}

export interface Hop {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly settings: HostSettings;
  /** Tried in this order, on one connection. */
  readonly privateKeys: readonly string[];
  /** The socket of an agent. */
  readonly agent?: string;
  readonly password?: string;
  readonly pin?: string;
  /** The router; hops before it must be in known_hosts. */
  readonly last: boolean;
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

/** Why the key cannot be used, or null. */
function keyProblem(text: string): string | null {
  const parsed = ssh2.utils.parseKey(text);
  return parsed instanceof Error ? parsed.message : null;
}

/** The keys that can be used. @throws Refused where there are some, none can, and no agent may have it. */
function usable(keys: readonly string[], where: string, agent?: string): string[] {
  const good = keys.filter((key) => keyProblem(key) === null);
  const [first] = keys;
  if (good.length > 0 || first === undefined || agent !== undefined) return good;
  const problem = keyProblem(first) ?? '';
  throw new Refused({
    what: `The private key for ${where} cannot be used: ${problem}`,
    next: /encrypted|passphrase/i.test(problem)
      ? 'Give a key without passphrase, or load it into an agent and leave the key out (SSH_AUTH_SOCK or IdentityAgent)'
      : 'Give an RSA key in PEM or OpenSSH form',
  });
}

/** What a hop is logged into with: its keys, then an agent's, unless the configuration wants the named ones alone. */
function credentials(
  keys: readonly string[],
  settings: HostSettings,
  where: string,
): Pick<Hop, 'privateKeys' | 'agent'> {
  const { agent, identitiesOnly } = settings;
  const privateKeys = usable(keys, where, agent);
  return { privateKeys, ...(agent === undefined || (identitiesOnly && privateKeys.length > 0) ? {} : { agent }) };
}

function jumpHop(settings: HostSettings, jump: Jump, target: RouterTarget): Hop {
  const identities = readIdentities(settings);
  const own = target.privateKey === undefined ? [] : [target.privateKey];
  return {
    name: jump.host,
    host: settings.hostname,
    port: jump.port ?? settings.port ?? 22,
    username: jump.user ?? settings.user ?? target.username,
    settings,
    ...credentials(identities.length > 0 ? identities : own, settings, jump.host),
    last: false,
  };
}

const mostHops = 8;

/**
 * The hops before a host. As in OpenSSH the first of a chain is reached by its own ProxyJump, each further one through
 * the one before it, whatever it says itself. @throws Refused for a chain that leads back to itself.
 */
function hopsBefore(settings: HostSettings, target: RouterTarget, passed: readonly string[]): Hop[] {
  return settings.jumps.flatMap((jump, index) => {
    if (passed.includes(jump.host) || passed.length >= mostHops) {
      throw new Refused({
        what: `ProxyJump leads from ${passed.join(' to ')} to ${jump.host}, and so to no end`,
        next: 'Remove ProxyJump from the outermost bastion in the SSH client configuration',
      });
    }
    const own = resolveHost(jump.host, target.sshConfigFile, jump.user);
    const before = index === 0 ? hopsBefore(own, target, [...passed, jump.host]) : [];
    return [...before, jumpHop(own, jump, target)];
  });
}

/** From the outermost bastion to the router. The configuration is read at each call. */
export function hopsTo(target: RouterTarget): Hop[] {
  const settings = resolveHost(target.host, target.sshConfigFile, target.username);
  const where = `${target.host} (${settings.hostname})`;
  // What the site file gives wins, and IOS takes three attempts: nothing else is tried beside it.
  const given = target.privateKey === undefined ? [] : [target.privateKey];
  const own =
    given.length > 0 || target.password !== undefined
      ? { privateKeys: usable(given, where) }
      : credentials(readIdentities(settings), settings, where);
  const router: Hop = {
    name: target.host,
    host: settings.hostname,
    port: target.port ?? settings.port ?? 22,
    username: target.username,
    settings,
    ...own,
    ...(target.password === undefined ? {} : { password: target.password }),
    ...(target.hostKey === undefined ? {} : { pin: target.hostKey }),
    last: true,
  };
  return [...hopsBefore(settings, target, [target.host]), router];
}

/** The keys that known_hosts holds for the hop, under the name that OpenSSH would look up. */
export function knownOf(hop: Hop): KnownKey[] {
  const { hostKeyAlias, knownHostsFiles } = hop.settings;
  return knownKeys(knownHostsFiles, hostKeyAlias ?? knownHostName(hop.host, hop.port));
}
