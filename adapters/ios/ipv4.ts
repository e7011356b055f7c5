/**
 * IPv4 arithmetic as router configurations need it: addresses with masks instead of prefix lengths.
 */

export interface Network {
  /** The lowest address, as a number. */
  readonly first: number;
  readonly length: number;
}

/** The number of a dotted address, or null. */
export function addressNumber(text: string): number | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return null;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

function addressText(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

/** `255.255.0.0` for 16. */
export function maskText(length: number): string {
  return addressText(2 ** 32 - 2 ** (32 - length));
}

/** 16 for `255.255.0.0`; null for what is no mask. */
export function maskLength(mask: string): number | null {
  const number = addressNumber(mask);
  if (number === null) return null;
  const length = 32 - Math.log2(2 ** 32 - number);
  return Number.isInteger(length) ? length : null;
}

function network(address: number | null, length: number | null): Network | null {
  if (address === null || length === null || length < 0 || length > 32) return null;
  const size = 2 ** (32 - length);
  return { first: Math.floor(address / size) * size, length };
}

/** `172.16.0.0/16`, or an address alone as /32. */
export function networkOfCidr(cidr: string): Network | null {
  const [address, length] = cidr.split('/');
  return network(addressNumber(address ?? ''), length === undefined ? 32 : Number(length));
}

/** `172.16.0.0`, `255.255.0.0`. */
export function networkOfMask(address: string, mask: string): Network | null {
  return network(addressNumber(address), maskLength(mask));
}

/** Whether `inner` lies inside `outer` or equals it. */
export function contains(outer: Network, inner: Network): boolean {
  return (
    inner.length >= outer.length && inner.first >= outer.first && inner.first < outer.first + 2 ** (32 - outer.length)
  );
}

/** `172.16.0.0 255.255.0.0`, as `ip route` wants it. */
export function addressAndMask(net: Network): string {
  return `${addressText(net.first)} ${maskText(net.length)}`;
}

/** `172.16.0.0/16`. */
export function cidrText(net: Network): string {
  return `${addressText(net.first)}/${net.length}`;
}
