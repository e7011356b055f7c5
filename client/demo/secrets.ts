/** The demo's own key and shared key: made once per state folder, readable by their owner alone, in no other file. */
import { generateKeyPair, randomInt } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { DemoFiles } from '../processes/state.ts';
import { readIfThere, writePrivately } from '../shell-env.ts';

/** Makes what is missing. */
export async function ensureSecrets(files: DemoFiles): Promise<void> {
  await mkdir(files.secrets, { recursive: true, mode: 0o700 });
  if ((await readIfThere(files.sshKey)) === null) await writePrivately(files.sshKey, await rsaKey());
  if ((await readIfThere(files.sharedKey)) === null) await writePrivately(files.sharedKey, `${sharedKey()}\n`);
}

/** Azure takes only RSA for a router VM, and routers read the old PEM form. */
async function rsaKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  return privateKey;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const alphabet = `${letters}0123456789-_.`;
/** What encodings change: a key that holds them shows whether every encoding on its way is right. */
const awkward = '+/%&';

/** 33 characters, beginning with a letter, each awkward one at least once. */
export function sharedKey(): string {
  const pick = (from: string) => from.charAt(randomInt(from.length));
  const rest = [...awkward.split(''), ...Array.from({ length: 28 }, () => pick(alphabet + awkward))];
  for (let last = rest.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [rest[last], rest[other]] = [rest[other] ?? '', rest[last] ?? ''];
  }
  return pick(letters) + rest.join('');
}
