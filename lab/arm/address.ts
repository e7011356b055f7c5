/** IPv4 arithmetic on unsigned 32-bit numbers. */

export interface Range {
  readonly first: number;
  readonly last: number;
  readonly length: number;
}

/** `10.0.0.4` as a number; null if it is not an IPv4 address. */
export function parseAddress(text: string): number | null {
  const octets = text.split('.');
  if (octets.length !== 4) return null;
  let value = 0;
  for (const octet of octets) {
    if (!/^(0|[1-9]\d{0,2})$/.test(octet) || Number(octet) > 255) return null;
    value = value * 256 + Number(octet);
  }
  return value;
}

export function formatAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

/** A prefix, or a bare address as /32; null if it is neither or has host bits set. */
export function parsePrefix(text: string): Range | null {
  const [addressText = '', lengthText = '32', ...more] = text.split('/');
  const first = parseAddress(addressText);
  const length = Number(lengthText);
  if (first === null || more.length > 0 || !/^\d{1,2}$/.test(lengthText) || length > 32) return null;
  const size = 2 ** (32 - length);
  return first % size === 0 ? { first, last: first + size - 1, length } : null;
}

export const overlaps = (one: Range, other: Range): boolean => one.first <= other.last && other.first <= one.last;
export const within = (inner: Range, outer: Range): boolean => inner.first >= outer.first && inner.last <= outer.last;

/** Whether an address lies in a prefix; false for anything that is not one. */
export function contains(prefix: string, address: string): boolean {
  const range = parsePrefix(prefix);
  const value = parseAddress(address);
  return range !== null && value !== null && value >= range.first && value <= range.last;
}

/** `255.255.255.0` of `/24`. */
export function netmask(length: number): string {
  return formatAddress(length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0);
}

export function wildcard(length: number): string {
  return formatAddress(length === 32 ? 0 : 0xffffffff >>> length);
}

const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16'];

export const isPrivate = (address: string): boolean => privateRanges.some((range) => contains(range, address));
