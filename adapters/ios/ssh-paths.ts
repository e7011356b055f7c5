/**
 * Paths as an OpenSSH client configuration writes them: `~`, percent tokens, environment variables and wildcards.
 */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { glob } from 'ssh-config';
import { Refused } from '../errors.ts';

/** What the percent tokens stand for. */
export interface TokenValues {
  /** The name as it was asked for. */
  readonly alias: string;
  readonly hostname: string;
  readonly port: string;
  readonly user: string;
  readonly hostKeyAlias: string;
}

export function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}

function percentTokens({ alias, hostname: host, port, user, hostKeyAlias }: TokenValues): Record<string, string> {
  const local = hostname();
  const { username, uid } = userInfo();
  return {
    '%': '%',
    h: host,
    n: alias,
    p: port,
    r: user,
    k: hostKeyAlias,
    d: homedir(),
    u: username,
    i: String(uid),
    l: local,
    L: local.split('.')[0] ?? local,
    C: createHash('sha1').update(`${local}${host}${port}${user}`).digest('hex'),
  };
}

/** `%h` and the like. A token that is not in the table stays as it is. */
export function expandTokens(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/%(.)/g, (all, letter: string) => values[letter] ?? all);
}

/** `${NAME}`. @throws Refused for a variable that is not set, as OpenSSH does. */
function expandVariables(text: string): string {
  return text.replace(/\$\{(\w+)\}/g, (_all, name: string) => {
    const value = process.env[name];
    if (value !== undefined) return value;
    throw new Refused({
      what: `The SSH client configuration names \`${text}\`, but ${name} is not set`,
      next: `Set ${name} for the worker, or write the path out`,
    });
  });
}

/** A path with everything expanded. */
export function expandPath(path: string, values: TokenValues): string {
  return expandHome(expandTokens(expandVariables(path), percentTokens(values)));
}

/** Wildcards in the last part of the path, as `Include conf.d/*` has them. */
export function expandGlob(path: string): string[] {
  if (!/[*?]/.test(path)) return [path];
  try {
    const names = readdirSync(dirname(path)).filter((name) => glob(basename(path), name));
    return names.toSorted().map((name) => join(dirname(path), name));
  } catch {
    return [];
  }
}
