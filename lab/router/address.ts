/** Dotted IPv4 text as IOS reads it, and the interface names it accepts and prints. */

/** The 32-bit number of a dotted address, or null if the text is none. */
function toNumber(text: string): number | null {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!parts) return null;
  let value = 0;
  for (const part of parts.slice(1)) {
    if (Number(part) > 255) return null;
    value = value * 256 + Number(part);
  }
  return value;
}

export function isAddress(text: string): boolean {
  return toNumber(text) !== null;
}

function fromNumber(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** `255.255.255.0` -> 24; null for what is no mask. */
export function maskLength(mask: string): number | null {
  const value = toNumber(mask);
  if (value === null) return null;
  const bits = value.toString(2).padStart(32, '0');
  return /^1*0*$/.test(bits) ? (bits.indexOf('0') === -1 ? 32 : bits.indexOf('0')) : null;
}

export function maskOf(length: number): string {
  return fromNumber(2 ** 32 - 2 ** (32 - length));
}

/** `10.1.2.3`, `255.255.0.0` -> `10.1.0.0`. */
export function networkOf(address: string, mask: string): string {
  const size = 2 ** (32 - (maskLength(mask) ?? 32));
  return fromNumber(Math.floor((toNumber(address) ?? 0) / size) * size);
}

/** `10.1.0.0`, `255.255.0.0` -> `10.1.0.0/16`. */
export function prefixOf(address: string, mask: string): string {
  return `${networkOf(address, mask)}/${maskLength(mask) ?? 32}`;
}

export function prefixLength(prefix: string): number {
  return Number(prefix.split('/')[1] ?? 32);
}

export function contains(prefix: string, address: string): boolean {
  const [network = '0.0.0.0'] = prefix.split('/');
  return networkOf(address, maskOf(prefixLength(prefix))) === network;
}

/** Sorts prefixes and addresses as the routing table prints them. */
export function byPrefix(left: string, right: string): number {
  const [a = '', b = ''] = [left.split('/')[0], right.split('/')[0]];
  return (toNumber(a) ?? 0) - (toNumber(b) ?? 0) || prefixLength(left) - prefixLength(right);
}

/** Interface types the router has, in the order the running configuration prints them. */
export const INTERFACE_TYPES = ['Loopback', 'Tunnel', 'VirtualPortGroup', 'GigabitEthernet', 'Null'] as const;

/** `lo100`, `Tunnel 11`, `gi1` -> full name; null if it is no interface name here, or one that fits two types. */
export function interfaceName(text: string): string | null {
  const parts = /^([A-Za-z]+) ?(\d{1,10})$/.exec(text);
  if (!parts) return null;
  const kind = interfaceType(parts[1] ?? '');
  return kind === null ? null : `${kind}${Number(parts[2])}`;
}

export function interfaceType(text: string): string | null {
  const matches = INTERFACE_TYPES.filter((kind) => kind.toLowerCase().startsWith(text.toLowerCase()));
  return matches.length === 1 ? (matches[0] ?? null) : null;
}
