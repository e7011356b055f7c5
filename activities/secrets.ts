/**
 * Secrets and keys, resolved on the worker from references. What is returned here must not leave the activity that
 * asked; every error names the reference, never the value.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refused } from '../adapters/errors.ts';
import type { FileReference, SecretReference } from '../domain/spec.ts';
import { readRsaKey, type RsaKey } from './rsa-key.ts';

export interface SecretSource {
  /** The worker's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What `~` stands for. */
  readonly home: string;
}

export interface Secrets {
  /** A password or an enable secret. @throws Refused if it is missing or empty. */
  value(reference: SecretReference): string;
  /** A shared key that Azure, the device script and IOS all take; made anew for `generate`. @throws Refused */
  sharedKey(reference: SecretReference): string;
  /** An RSA key of 2048 bits or more. @throws Refused */
  rsaKey(reference: FileReference): RsaKey;
}

/** Azure takes up to 128 characters; IOS reads `?` as a question and ends a word at a blank. */
const longestSharedKey = 128;

export function createSecrets(source: SecretSource): Secrets {
  const value = (reference: SecretReference): string => {
    if ('generate' in reference) {
      throw refused('generate: true has no value here', 'Only a shared key can be generated; use env or file');
    }
    return 'env' in reference ? fromEnvironment(source, reference.env) : fromFile(source, reference.file);
  };
  return {
    value,
    sharedKey(reference) {
      if ('generate' in reference) return randomBytes(48).toString('base64url');
      const key = value(reference);
      const reason = sharedKeyProblem(key);
      if (reason === null) return key;
      throw refused(
        `The shared key in ${nameOf(reference)} ${reason}`,
        `Use up to ${longestSharedKey} printable characters without blank, quotation mark and question mark`,
      );
    },
    rsaKey(reference) {
      const path = pathOf(source, reference);
      const key = readRsaKey(fromFile(source, path));
      if ('publicKey' in key) return key;
      throw refused(
        `The key in file ${path} ${key.reason}`,
        'Use an RSA key of 2048 bits or more without passphrase: ssh-keygen -t rsa -b 3072 -N ""',
      );
    },
  };
}

/** Why a shared key cannot be used, without any part of it; null if it can. */
function sharedKeyProblem(key: string): string | null {
  if (key.length > longestSharedKey) return `has ${key.length} characters`;
  if (!/^[\x21-\x7e]+$/.test(key)) return 'holds a blank or a character that is not printable ASCII';
  return /["?]/.test(key) ? 'holds a quotation mark or a question mark' : null;
}

/** `variable SITE01_SHARED_KEY`, `file ~/key`: for messages. */
export function nameOf(reference: SecretReference): string {
  if ('env' in reference) return `variable ${reference.env}`;
  return 'file' in reference ? `file ${reference.file}` : 'generate: true';
}

function fromEnvironment(source: SecretSource, name: string): string {
  const value = source.env[name];
  if (value !== undefined && value !== '') return value;
  throw refused(`The variable ${name} is not set`, "Set it in the worker's environment, then start the worker anew");
}

function fromFile(source: SecretSource, path: string): string {
  let text: string;
  try {
    text = readFileSync(withHome(source, path), 'utf8');
  } catch (error) {
    const why = (error as { code?: string }).code === 'ENOENT' ? 'does not exist' : 'cannot be read';
    throw refused(`The file ${path} ${why}`, 'Make it readable on the machine of the worker');
  }
  if (text.trim() === '') throw refused(`The file ${path} is empty`, 'Write the value into it');
  return text.replace(/\r?\n$/, '');
}

function pathOf(source: SecretSource, { file }: FileReference): string {
  if (typeof file === 'string') return file;
  const named = source.env[file.env];
  if (named !== undefined && named !== '') return named;
  if (file.default !== undefined) return file.default;
  throw refused(`The variable ${file.env}, which names a file, is not set`, "Set it in the worker's environment");
}

function withHome(source: SecretSource, path: string): string {
  return path === '~' || path.startsWith('~/') ? join(source.home, path.slice(1)) : path;
}

function refused(what: string, next: string): Refused {
  return new Refused({ what, next });
}
