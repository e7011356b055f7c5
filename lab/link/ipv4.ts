/** Arithmetic on dotted IPv4 text. Text that is no address or prefix matches nothing; it never throws. */

/** The address as a 32-bit number, or null. */
function addressNumber(text: string): number | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let value = 0;
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return null;
    value = value * 256 + Number(part);
  }
  return value;
}

/** Prefix length of a mask such as `255.255.255.0`; null for a mask with holes. */
function maskLength(mask: string): number | null {
  const value = addressNumber(mask);
  if (value === null) return null;
  const bits = value.toString(2).padStart(32, '0');
  return /^1*0*$/.test(bits) ? bits.replace(/0+$/, '').length : null;
}

/** Whether `address` lies in `prefix` (`a.b.c.d/len`, or a bare address for a host). */
export function inPrefix(address: string, prefix: string): boolean {
  return matchLength(address, prefix) !== null;
}

/** The length of `prefix` if it covers `address`, else null: what a longest match compares. */
function matchLength(address: string, prefix: string): number | null {
  const [network = '', lengthText = '32'] = prefix.split('/');
  const length = Number(lengthText);
  const host = addressNumber(address);
  const base = addressNumber(network);
  if (host === null || base === null || !Number.isInteger(length) || length < 0 || length > 32) return null;
  const size = 2 ** (32 - length);
  return Math.floor(host / size) === Math.floor(base / size) ? length : null;
}

/** Whether `address` lies in the network of `base` under a dotted mask. */
export function inMasked(address: string, base: string, mask: string): boolean {
  const length = maskLength(mask);
  return length !== null && inPrefix(address, `${base}/${length}`);
}

/** The entry whose prefix covers the address most narrowly; the first of equals; null if none does. */
export function longestMatch<T>(address: string, entries: readonly T[], prefixOf: (entry: T) => string): T | null {
  let best: T | null = null;
  let bestLength = -1;
  for (const entry of entries) {
    const length = matchLength(address, prefixOf(entry));
    if (length !== null && length > bestLength) {
      best = entry;
      bestLength = length;
    }
  }
  return best;
}
