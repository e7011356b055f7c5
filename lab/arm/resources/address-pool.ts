import { formatAddress, parseAddress, parsePrefix } from '../address.ts';
import { badRequest } from '../errors.ts';
import { guidOf } from '../guid.ts';
import { keyOf } from '../ids.ts';
import { hiddenText } from '../types/common.ts';
import type { World } from '../world.ts';

/** The lab's regions draw public addresses from Azure's 20.0.0.0/8: one /16 per region, by its name. */
function regionBase(location: string): number {
  const octet = 33 + (Number.parseInt(guidOf(location).slice(0, 6), 16) % 200);
  return (20 * 256 + octet) * 65536;
}

/** An address that nobody has; the same for the same seed, id and free addresses. */
export function freePublicAddress(world: World, id: string, location: string): string {
  const all = world.store.list('Microsoft.Network/publicIPAddresses');
  const taken = (address: string): boolean => all.some((one) => hiddenText(one, 'address') === address);
  const base = regionBase(location);
  const start = Math.floor(world.draw(`address/${keyOf(id)}/${world.store.count(`address ${keyOf(id)}`)}`) * 65536);
  for (let step = 0; step < 65536; step += 1) {
    const low = (start + step) % 65536;
    const address = formatAddress(base + low);
    if (low % 256 > 3 && low % 256 < 252 && !taken(address)) return address;
  }
  throw badRequest('PublicIPCountLimitReached', `No public address is left in ${location}.`);
}

/** The lowest free private address of a subnet; Azure keeps the first four and the last. */
export function freePrivateAddress(prefixes: readonly string[], taken: ReadonlySet<string>, subnet: string): string {
  for (const prefix of prefixes) {
    const range = parsePrefix(prefix);
    if (range === null) continue;
    for (let value = range.first + 4; value < range.last; value += 1) {
      const address = formatAddress(value);
      if (!taken.has(address)) return address;
    }
  }
  throw badRequest(
    'SubnetIsFull',
    `Subnet ${subnet} with address prefix ${prefixes.join(', ')} does not have enough capacity for 1 IP addresses.`,
  );
}

/** Whether Azure keeps an address of this subnet for itself. */
export function reserved(prefix: string, address: string): boolean {
  const range = parsePrefix(prefix);
  const value = parseAddress(address);
  return range !== null && value !== null && (value < range.first + 4 || value === range.last);
}
