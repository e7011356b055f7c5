/** The functions of the template language that work on IPv4 networks, and on zones. */
import { type Range, formatAddress, netmask, parseAddress } from '../address.ts';
import type { Json } from '../json.ts';
import { hasZones, normalLocation } from '../catalogue/regions.ts';
import { type Pure, text, whole } from './arguments.ts';
import { TemplateError } from './template-error.ts';

/** `10.0.0.5/24` means the network it lies in. */
function networkOf(name: string, args: readonly Json[]): Range {
  const [addressText = '', lengthText = ''] = text(name, args, 0).split('/');
  const [address, length] = [parseAddress(addressText), Number(lengthText)];
  if (address === null || !/^\d{1,2}$/.test(lengthText) || length > 32) {
    throw new TemplateError(`The template function '${name}' expects a network in CIDR notation as argument 1`);
  }
  const size = 2 ** (32 - length);
  const first = address - (address % size);
  return { first, last: first + size - 1, length };
}

function cidrSubnet(args: readonly Json[]): string {
  const network = networkOf('cidrSubnet', args);
  const [length, index] = [whole('cidrSubnet', args, 1), whole('cidrSubnet', args, 2)];
  const first = network.first + index * 2 ** (32 - length);
  if (length < network.length || length > 32 || index < 0 || first > network.last) {
    throw new TemplateError("The template function 'cidrSubnet' is asked for a subnet outside of the network");
  }
  return `${formatAddress(first)}/${length}`;
}

/** Hosts are counted from 0; `/31` and `/32` have no addresses to leave out. */
function cidrHost(args: readonly Json[]): string {
  const network = networkOf('cidrHost', args);
  const value = network.first + whole('cidrHost', args, 1) + (network.length > 30 ? 0 : 1);
  if (value >= network.first && value <= network.last) return formatAddress(value);
  throw new TemplateError("The template function 'cidrHost' is asked for an address outside of the network");
}

function parseCidr(args: readonly Json[]): Json {
  const { first, last, length } = networkOf('parseCidr', args);
  const edge = length > 30 ? 0 : 1;
  return {
    network: formatAddress(first),
    netmask: netmask(length),
    broadcast: formatAddress(last),
    firstUsable: formatAddress(first + edge),
    lastUsable: formatAddress(last - edge),
    cidr: length,
  };
}

/** `pickZones(namespace, type, location, [count], [offset])`. */
function pickZones(args: readonly Json[]): Json {
  const count = args[3] === undefined ? 1 : whole('pickZones', args, 3);
  const offset = args[4] === undefined ? 0 : whole('pickZones', args, 4);
  return hasZones(normalLocation(text('pickZones', args, 2))) ? ['1', '2', '3'].slice(offset, offset + count) : [];
}

/** By name as the documentation writes it. */
export const networkFunctions = { cidrHost, cidrSubnet, parseCidr, pickZones } satisfies Record<string, Pure>;
