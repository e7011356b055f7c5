/** RSA keys: what every IOS-XE release takes (ios.md), and what both ends of a VM's SSH get. */
import ssh2 from 'ssh2';

export interface RsaKey {
  /** PEM or OpenSSH text of the private key. */
  readonly privateKey: string;
  /** `ssh-rsa AAAA…`: the public half. */
  readonly publicKey: string;
}

const smallestBits = 2048;

/** The key, or why it cannot be used. No part of the key is in the reason. */
export function readRsaKey(text: string): RsaKey | { readonly reason: string } {
  const parsed = ssh2.utils.parseKey(text);
  if (parsed instanceof Error) {
    const locked = /encrypted|passphrase/i.test(parsed.message);
    return { reason: locked ? 'has a passphrase' : 'is no private key in PEM or OpenSSH form' };
  }
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!key.isPrivateKey()) return { reason: 'is a public key' };
  if (key.type !== 'ssh-rsa') return { reason: `is of type ${key.type.replace(/^ssh-/, '')}, not RSA` };
  const blob = key.getPublicSSH();
  const bits = modulusBits(blob);
  if (bits < smallestBits) return { reason: `has ${bits} bits, fewer than ${smallestBits}` };
  return { privateKey: text, publicKey: `ssh-rsa ${blob.toString('base64')}` };
}

/** An SSH public key is a list of fields, each with its length before it: type, exponent, modulus. */
function modulusBits(blob: Buffer): number {
  let at = 0;
  for (let skipped = 0; skipped < 2; skipped += 1) at += 4 + blob.readUInt32BE(at);
  const modulus = blob.subarray(at + 4, at + 4 + blob.readUInt32BE(at));
  const first = modulus.findIndex((byte) => byte !== 0);
  return first === -1 ? 0 : (modulus.length - first - 1) * 8 + (32 - Math.clz32(modulus[first] ?? 0));
}
