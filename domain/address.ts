/** IPv4 addresses and prefixes as plain text with arithmetic. Text stays the form in which they travel and are shown. */
import type { Cidr, Ipv4 } from './spec.ts';

/** The number of an address, 0 to 2^32 - 1; null if the text is no dotted IPv4 address. Leading zeros are refused: tools disagree on their base. */
export function ipv4Number(text: string): number | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let number = 0;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null;
    number = number * 256 + Number(part);
  }
  return number;
}

/** The address with this number. */
function ipv4OfNumber(number: number): Ipv4 {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.') as Ipv4;
}

/** The address, or null if the text is none. */
export function parseIpv4(text: string): Ipv4 | null {
  return ipv4Number(text) === null ? null : (text as Ipv4);
}

/** Text of the form `a.b.c.d/len`, with or without host bits; null if it is neither. */
export function parseInterfaceAddress(text: string): { address: Ipv4; prefixLength: number } | null {
  const match = /^([^/]+)\/(0|[1-9]\d?)$/.exec(text);
  const address = parseIpv4(match?.[1] ?? '');
  const prefixLength = Number(match?.[2] ?? NaN);
  return address === null || !(prefixLength <= 32) ? null : { address, prefixLength };
}

/** The prefix, or null if the text is none or has host bits: `172.16.0.1/24` is an interface address, not a prefix. */
export function parseCidr(text: string): Cidr | null {
  const parts = parseInterfaceAddress(text);
  if (parts === null) return null;
  return prefixOf(parts.address, parts.prefixLength) === text ? (text as Cidr) : null;
}

/** The prefix of this length that an address lies in. */
export function prefixOf(address: Ipv4, prefixLength: number): Cidr {
  const size = 2 ** (32 - prefixLength);
  const first = Math.floor(numberOf(address) / size) * size;
  return `${ipv4OfNumber(first)}/${prefixLength}` as Cidr;
}

export function prefixLength(prefix: Cidr): number {
  return range(prefix).length;
}

/** True if the address lies in the prefix. */
export function contains(prefix: Cidr, address: Ipv4): boolean {
  const { first, last } = range(prefix);
  const number = numberOf(address);
  return number >= first && number <= last;
}

/** True if every address of `inner` lies in `outer`. */
export function containsPrefix(outer: Cidr, inner: Cidr): boolean {
  const [a, b] = [range(outer), range(inner)];
  return b.first >= a.first && b.last <= a.last;
}

/** True if the prefixes have an address in common. */
export function overlaps(left: Cidr, right: Cidr): boolean {
  const [a, b] = [range(left), range(right)];
  return a.first <= b.last && b.first <= a.last;
}

/**
 * True for the addresses that Azure keeps in each subnet: the first four (network, gateway, two for DNS) and the last.
 * The address must lie in the prefix.
 */
export function reservedByAzure(prefix: Cidr, address: Ipv4): boolean {
  const { first, last } = range(prefix);
  const number = numberOf(address);
  return number < first + 4 || number === last;
}

const notRoutable = ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'];
const neverPublic = [...notRoutable, '192.168.0.0/16', '224.0.0.0/3'].map((text) => text as Cidr);

/** False for private, shared, loopback, link-local and multicast addresses. Documentation addresses count as public. */
export function isPublic(address: Ipv4): boolean {
  return !neverPublic.some((prefix) => contains(prefix, address));
}

function range(prefix: Cidr): { first: number; last: number; length: number } {
  const slash = prefix.indexOf('/');
  const first = numberOf(prefix.slice(0, slash) as Ipv4);
  const length = Number(prefix.slice(slash + 1));
  return { first, last: first + 2 ** (32 - length) - 1, length };
}

function numberOf(address: Ipv4): number {
  const number = ipv4Number(address);
  if (number === null) throw new Error(`${address} is no IPv4 address; make addresses with parseIpv4`);
  return number;
}
