/**
 * Where an SSH host is, by an OpenSSH client configuration. Only the parser of `ssh-config` is used: its `compute` runs
 * the commands of `Match exec`. What would run a program is refused by name.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import SSHConfig, { glob } from 'ssh-config';
import { Refused } from '../errors.ts';

/** What the configuration says of one host; absent values are not said. */
export interface HostSettings {
  readonly alias: string;
  readonly hostname: string;
  readonly port?: number;
  readonly user?: string;
  readonly identityFiles: readonly string[];
  readonly knownHostsFiles: readonly string[];
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
  readonly value: string;
}

interface ParsedLine {
  readonly type: number;
  readonly param?: string;
  readonly value?: string | readonly { readonly val: string }[];
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
  return typeof line.value === 'string' ? line.value.split(/\s+/) : line.value.map((part) => part.val);
}

function expandHome(path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
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
  };
  for (let i = 0; i < words.length; i++) {
    const negated = words[i]!.startsWith('!');
    const word = words[i]!.toLowerCase().replace('!', '');
    if (word === 'all') continue;
    const test = lists[word];
    if (test === undefined) {
      refuse(
        `${reading.file} uses \`Match ${word}\`, which Sitelink does not evaluate`,
        'Use Host, or Match with host, originalhost, user or all',
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
    else reading.said.push({ param, value: values.join(' ') });
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

/** Wildcards in the last part of the path, as `Include conf.d/*` has them. */
function expandGlob(path: string): string[] {
  if (!/[*?]/.test(path)) return [path];
  try {
    const names = readdirSync(dirname(path)).filter((name) => glob(basename(path), name));
    return names.toSorted().map((name) => join(dirname(path), name));
  } catch {
    return [];
  }
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

function tokens(text: string, values: Record<string, string>): string {
  return text.replace(/%(.)/g, (all, letter: string) => values[letter] ?? all);
}

/** The paths that a list of files names, with `~` and the tokens `%h %n %p %r %d` expanded. */
function files(
  values: readonly string[],
  settings: { alias: string; hostname: string; port: string; user: string },
): string[] {
  const known = {
    '%': '%',
    h: settings.hostname,
    n: settings.alias,
    p: settings.port,
    r: settings.user,
    d: homedir(),
  };
  return values.filter((value) => value.toLowerCase() !== 'none').map((value) => expandHome(tokens(value, known)));
}

/**
 * Looks one host up. `file` undefined means: no configuration, the host is taken as it is.
 * Throws `Refused` where the configuration would run a program or cannot be read.
 */
export function resolveHost(alias: string, file: string | undefined, user?: string): HostSettings {
  const directives: Directive[] = [];
  if (file !== undefined) readDirectives({ host: alias, user, file: expandHome(file), depth: 0, said: directives });
  const command = ['proxycommand', 'knownhostscommand'].find((param) => {
    const at = directives.findIndex((directive) => directive.param === param);
    const value = directives[at]?.value;
    if (value === undefined || value.toLowerCase() === 'none') return false;
    // As in OpenSSH: where ProxyJump stands first, a later ProxyCommand is not looked at.
    return param !== 'proxycommand' || !directives.slice(0, at).some((directive) => directive.param === 'proxyjump');
  });
  if (command !== undefined) {
    refuse(
      `${file} sets ${command === 'proxycommand' ? 'ProxyCommand' : 'KnownHostsCommand'} for ${alias}; Sitelink runs no programs from it`,
      'Use ProxyJump and UserKnownHostsFile instead',
    );
  }
  const where = file ?? 'the SSH client configuration';
  const port = portOf(said(directives, 'port'), where);
  const hostname = tokens(said(directives, 'hostname') ?? alias, { '%': '%', h: alias, n: alias });
  const configuredUser = said(directives, 'user');
  const known = said(directives, 'userknownhostsfile');
  const context = { alias, hostname, port: String(port.port ?? 22), user: user ?? configuredUser ?? '' };
  const hostKeyAlias = said(directives, 'hostkeyalias');
  return {
    alias,
    hostname,
    ...port,
    ...(configuredUser === undefined ? {} : { user: configuredUser }),
    identityFiles: files(
      directives.filter(({ param }) => additive.has(param)).map(({ value }) => value),
      context,
    ),
    knownHostsFiles: files(known === undefined ? ['~/.ssh/known_hosts'] : known.split(' '), context),
    ...(hostKeyAlias === undefined ? {} : { hostKeyAlias }),
    jumps: jumpsOf(said(directives, 'proxyjump'), where),
  };
}
