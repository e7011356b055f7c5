import { randomBytes, scryptSync } from 'node:crypto';

/**
 * Type 9 of IOS: scrypt with N = 16384, r = 1, p = 1, a salt of 14 characters, the result in base 64 with the alphabet
 * `./0-9A-Za-z`.
 */
const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const STANDARD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function translate(base64: string): string {
  return base64.replace(/=+$/, '').replace(/./g, (letter) => ALPHABET[STANDARD.indexOf(letter)] ?? '');
}

function digest(secret: string, salt: string): string {
  return translate(scryptSync(secret, salt, 32, { N: 16_384, r: 1, p: 1 }).toString('base64'));
}

/** `$9$salt$hash` of a secret. */
export function hashSecret(secret: string): string {
  const salt = translate(randomBytes(12).toString('base64')).slice(0, 14);
  return `$9$${salt}$${digest(secret, salt)}`;
}

/** True if `stored`, in clear or of type 9, stands for `secret`. */
export function isSecret(stored: string, secret: string): boolean {
  const parts = /^\$9\$([^$]+)\$(.+)$/.exec(stored);
  return parts ? digest(secret, parts[1] ?? '') === parts[2] : stored === secret;
}
