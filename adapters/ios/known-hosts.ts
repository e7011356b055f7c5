/**
 * Host keys: fingerprints, and what OpenSSH's known_hosts files say.
 */
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** One key that a known_hosts file holds for a host. */
export interface KnownKey {
  readonly type: string;
  readonly fingerprint: string;
  readonly revoked: boolean;
  /** The key of an authority whose certificates are trusted, not of a host. */
  readonly authority: boolean;
  /** `path:line`, for messages. */
  readonly where: string;
}

/** `SHA256:…` as OpenSSH prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The type that stands in the key itself, such as `ssh-rsa`. */
export function keyType(key: Buffer): string {
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
}

function hashedNameMatches(field: string, name: string): boolean {
  const [, kind, salt, hash] = field.split('|');
  if (kind !== '1' || salt === undefined || hash === undefined) return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}

function patternMatches(pattern: string, name: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${expression}$`, 'i').test(name);
}

function fieldMatches(field: string, name: string): boolean {
  if (field.startsWith('|')) return hashedNameMatches(field, name);
  const patterns = field.split(',');
  if (patterns.some((pattern) => pattern.startsWith('!') && patternMatches(pattern.slice(1), name))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && patternMatches(pattern, name));
}

function parseLine(line: string, where: string, name: string): KnownKey | null {
  const fields = line.trim().split(/\s+/);
  const marker = fields[0]?.startsWith('@') === true ? fields.shift() : undefined;
  const [names, type, key] = fields;
  if (names === undefined || type === undefined || key === undefined || names.startsWith('#')) return null;
  if (!fieldMatches(names, name)) return null;
  const print = fingerprint(Buffer.from(key, 'base64'));
  const [revoked, authority] = [marker === '@revoked', marker === '@cert-authority'];
  return { type, fingerprint: print, revoked, authority, where };
}

/** `host`, or `[host]:port` where the port is not 22, as known_hosts files name it. */
export function knownHostName(host: string, port: number): string {
  return port === 22 ? host : `[${host}]:${port}`;
}

/** All keys that the files hold for the name. Files that do not exist hold none. */
export function knownKeys(files: readonly string[], name: string): KnownKey[] {
  return files.flatMap((file) => {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch {
      return [];
    }
    return text
      .split('\n')
      .map((line, index) => parseLine(line, `${file}:${index + 1}`, name))
      .filter((key) => key !== null);
  });
}
