/**
 * Where an SSH host is, by an OpenSSH client configuration. Only the parser of `ssh-config` is used: its `compute` runs
 * the commands of `Match exec`. What would run a program is refused by name.
 */
import { existsSync, readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import SSHConfig, { glob } from 'ssh-config';
import { Refused } from '../errors.ts';
import { algorithmsOf } from './ssh-algorithms.ts';
import type { Algorithms } from './ssh-algorithms.ts';
import { expandGlob, expandHome, expandPath, expandTokens } from './ssh-paths.ts';
import type { TokenValues } from './ssh-paths.ts';

/** What the configuration says of one host; absent values are not said. */
export interface HostSettings {
  readonly alias: string;
  readonly hostname: string;
  readonly port?: number;
  readonly user?: string;
  readonly identityFiles: readonly string[];
  /** The socket of an agent that keeps keys; none if absent. */
  readonly agent?: string;
  /** The agent's keys are not to be tried beside these. */
  readonly identitiesOnly: boolean;
  /** The user's, then the machine's. */
  readonly knownHostsFiles: readonly string[];
  /** Only keys that are known already: a key seen first is refused. */
  readonly strict: boolean;
  readonly algorithms: Algorithms;
  readonly hostKeyAlias?: string;
  /** In the order in which they are passed. */
  readonly jumps: readonly Jump[];
}

/** `[user@]host[:port]` of a ProxyJump, itself looked up in the configuration. */
export interface Jump {
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
}

interface Directive {
  readonly param: string;
  /** As it stands there. */
  readonly value: string;
  /** Its words; what was quoted is one. */
  readonly words: readonly string[];
}

interface ParsedLine {
  readonly type: number;
  readonly param?: string;
  readonly value?: string | readonly { readonly val: string }[];
  readonly quoted?: boolean;
  readonly config?: Iterable<ParsedLine>;
}

const maximumIncludeDepth = 16;
/** OpenSSH takes the first value said, except for these, which add up. */
const additive = new Set(['identityfile']);

function refuse(what: string, next: string): never {
  throw new Refused({ what, next });
}

function valuesOf(line: ParsedLine): string[] {
  if (line.value === undefined) return [];
  if (typeof line.value !== 'string') return line.value.map((part) => part.val);
  return line.quoted === true ? [line.value] : line.value.split(/\s+/);
}

function matchesHost(patterns: readonly string[], host: string): boolean {
  const negated = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  if (negated.some((pattern) => glob(pattern, host))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && glob(pattern, host));
}

interface Reading {
  readonly host: string;
  readonly user: string | undefined;
  readonly file: string;
  readonly depth: number;
  /** What was said until now, for `Match host`, which sees HostName. */
  readonly said: Directive[];
}

function matchApplies(words: readonly string[], reading: Reading): boolean {
  const lists: Record<string, (list: string[]) => boolean> = {
    host: (list) => matchesHost(list, said(reading.said, 'hostname') ?? reading.host),
    originalhost: (list) => matchesHost(list, reading.host),
    user: (list) => matchesHost(list, reading.user ?? said(reading.said, 'user') ?? ''),
    localuser: (list) => matchesHost(list, userInfo().username),
  };
  for (let i = 0; i < words.length; i++) {
    const negated = words[i]!.startsWith('!');
    const word = words[i]!.toLowerCase().replace('!', '');
    if (word === 'all') continue;
    const test = lists[word];
    if (test === undefined) {
      refuse(
        `${reading.file} uses \`Match ${word}\`, which Sitelink does not evaluate`,
        'Use Host, or Match with host, originalhost, user, localuser or all',
      );
    }
    // As in OpenSSH: what follows a criterion that fails is not looked at.
    if (test((words[++i] ?? '').split(',')) === negated) return false;
  }
  return true;
}

function said(directives: readonly Directive[], param: string): string | undefined {
  return directives.find((directive) => directive.param === param)?.value;
}

function readDirectives(reading: Reading): void {
  if (reading.depth > maximumIncludeDepth) {
    refuse(`Include is nested more than ${maximumIncludeDepth} deep at ${reading.file}`, 'Remove the loop of Includes');
  }
  let text: string;
  try {
    text = readFileSync(reading.file, 'utf8');
  } catch (cause) {
    if (reading.depth > 0) return;
    throw new Refused({
      what: `The SSH client configuration ${reading.file} cannot be read`,
      next: 'Create it, or point SITELINK_SSH_CONFIG to one that exists',
      cause,
    });
  }
  collect(SSHConfig.parse(text) as Iterable<ParsedLine>, reading);
}

function collect(lines: Iterable<ParsedLine>, reading: Reading): void {
  for (const line of lines) {
    if (line.type !== 1 || line.param === undefined) continue;
    const param = line.param.toLowerCase();
    const values = valuesOf(line);
    if (param === 'host') {
      if (line.config !== undefined && matchesHost(values, reading.host)) collect(line.config, reading);
    } else if (param === 'match') {
      if (line.config !== undefined && matchApplies(values, reading)) collect(line.config, reading);
    } else if (param === 'include') include(values, reading);
    else reading.said.push({ param, value: values.join(' '), words: values });
  }
}

function include(patterns: readonly string[], reading: Reading): void {
  for (const pattern of patterns) {
    const path = expandHome(pattern);
    for (const file of includedFiles(path, reading.file)) {
      readDirectives({ ...reading, file, depth: reading.depth + 1 });
    }
  }
}

/** OpenSSH looks a relative path up in `~/.ssh`; where nothing is there, it is taken from beside the file. */
function includedFiles(path: string, from: string): string[] {
  if (isAbsolute(path)) return expandGlob(path);
  const usual = expandGlob(join(homedir(), '.ssh', path)).filter((file) => existsSync(file));
  return usual.length > 0 ? usual : expandGlob(join(dirname(from), path));
}

function parseJump(text: string, file: string): Jump {
  const uri = text.replace(/^ssh:\/\//, '');
  const found = /^(?:([^@\s]+)@)?(\[[^\]]+\]|[^:\s]+)(?::(\d+))?$/.exec(uri);
  if (found === null) refuse(`ProxyJump \`${text}\` in ${file} cannot be read`, 'Write it as [user@]host[:port]');
  const [, user, host, port] = found;
  return {
    host: (host ?? '').replace(/^\[|\]$/g, ''),
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
}

function jumpsOf(value: string | undefined, file: string): Jump[] {
  if (value === undefined || value.toLowerCase() === 'none') return [];
  return value.split(',').map((part) => parseJump(part.trim(), file));
}

function portOf(value: string | undefined, file: string): { port?: number } {
  if (value === undefined) return {};
  const port = Number(value);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    refuse(`Port \`${value}\` in ${file} is not a port`, 'Write a number from 1 to 65535');
  }
  return { port };
}

/** Files that are named there, everything in their paths expanded. */
function files(words: readonly string[], values: TokenValues): string[] {
  return words.filter((word) => word.toLowerCase() !== 'none').map((word) => expandPath(word, values));
}

const userKnownHosts = ['~/.ssh/known_hosts', '~/.ssh/known_hosts2'];
const globalKnownHosts = ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'];

/** The agent's socket: `IdentityAgent`, or what the environment says, as every SSH client takes it. */
function agentOf(value: string | undefined, values: TokenValues): { agent?: string } {
  const fromEnvironment = process.env['SSH_AUTH_SOCK'];
  if (value?.toLowerCase() === 'none') return {};
  const path =
    value === undefined || value === 'SSH_AUTH_SOCK'
      ? fromEnvironment
      : /^\$\w+$/.test(value)
        ? process.env[value.slice(1)]
        : expandPath(value, values);
  return path === undefined || !existsSync(path) ? {} : { agent: path };
}

/** @throws Refused where the configuration would run a program for this host. */
function refusePrograms(directives: readonly Directive[], alias: string, file: string): void {
  const command = ['proxycommand', 'knownhostscommand'].find((param) => {
    const at = directives.findIndex((directive) => directive.param === param);
    const value = directives[at]?.value;
    if (value === undefined || value.toLowerCase() === 'none') return false;
    // As in OpenSSH: where ProxyJump stands first, a later ProxyCommand is not looked at.
    return param !== 'proxycommand' || !directives.slice(0, at).some((directive) => directive.param === 'proxyjump');
  });
  if (command === undefined) return;
  refuse(
    `${file} sets ${command === 'proxycommand' ? 'ProxyCommand' : 'KnownHostsCommand'} for ${alias}; Sitelink runs no programs from it`,
    'Use ProxyJump and UserKnownHostsFile instead',
  );
}

/**
 * Looks one host up. `file` undefined means: no configuration, the host is taken as it is.
 * Throws `Refused` where the configuration would run a program or cannot be read.
 */
export function resolveHost(alias: string, file: string | undefined, user?: string): HostSettings {
  const directives: Directive[] = [];
  if (file !== undefined) readDirectives({ host: alias, user, file: expandHome(file), depth: 0, said: directives });
  const where = file ?? 'the SSH client configuration';
  refusePrograms(directives, alias, where);
  const value = (param: string): string | undefined => said(directives, param);
  const words = (param: string, usual: readonly string[]): readonly string[] =>
    directives.find((directive) => directive.param === param)?.words ?? usual;
  const port = portOf(value('port'), where);
  const hostname = expandTokens(value('hostname') ?? alias, { '%': '%', h: alias, n: alias });
  const configuredUser = value('user');
  const hostKeyAlias = value('hostkeyalias');
  const context: TokenValues = {
    alias,
    hostname,
    port: String(port.port ?? 22),
    user: user ?? configuredUser ?? '',
    hostKeyAlias: hostKeyAlias ?? alias,
  };
  const identities = directives.filter(({ param }) => additive.has(param)).flatMap((directive) => directive.words);
  return {
    alias,
    hostname,
    ...port,
    ...(configuredUser === undefined ? {} : { user: configuredUser }),
    identityFiles: files(identities, context),
    ...agentOf(value('identityagent'), context),
    identitiesOnly: value('identitiesonly')?.toLowerCase() === 'yes',
    knownHostsFiles: [
      ...files(words('userknownhostsfile', userKnownHosts), context),
      ...files(words('globalknownhostsfile', globalKnownHosts), context),
    ],
    strict: value('stricthostkeychecking')?.toLowerCase() === 'yes',
    algorithms: algorithmsOf(value),
    ...(hostKeyAlias === undefined ? {} : { hostKeyAlias }),
    jumps: jumpsOf(expandJump(value('proxyjump'), context), where),
  };
}

/** `ProxyJump %r@bastion-%h`. */
function expandJump(value: string | undefined, { alias, hostname, port, user }: TokenValues): string | undefined {
  return value === undefined ? undefined : expandTokens(value, { '%': '%', h: hostname, n: alias, p: port, r: user });
}
