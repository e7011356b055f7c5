/** What can be asked of a network: whether an address is free, and how full its subnets are. */
import { formatAddress, parseAddress, parsePrefix } from '../address.ts';
import { reserved } from '../resources/address-pool.ts';
import { badRequest } from '../errors.ts';
import { type JsonObject, textAt } from '../json.ts';
import type { Resource } from '../store/store.ts';
import { ipConfigurationsOf } from '../types/common.ts';
import { prefixesOf } from '../types/subnet.ts';
import type { Reply, Request, World } from '../world.ts';
import { type Action, needMethod } from './begin.ts';

/** How many free addresses Azure proposes. */
const proposals = 5;

const subnetsOf = (world: World, network: Resource): Resource[] =>
  world.store.children(network.id).filter(({ type }) => type === 'Microsoft.Network/virtualNetworks/subnets');

/** Private addresses that something in a subnet has. */
function takenIn(world: World, subnet: Resource): Set<string> {
  const configurations = world.store.usersOf(subnet.id).flatMap(({ from }) => {
    const user = world.store.get(from);
    return user === undefined ? [] : ipConfigurationsOf(user);
  });
  return new Set(configurations.flatMap(({ properties }) => textAt(properties, 'privateIPAddress') ?? []));
}

function* freeIn(prefixes: readonly string[], taken: ReadonlySet<string>): Generator<string> {
  for (const prefix of prefixes) {
    const range = parsePrefix(prefix);
    if (range === null) continue;
    for (let value = range.first + 4; value < range.last; value += 1) {
      const address = formatAddress(value);
      if (!taken.has(address)) yield address;
    }
  }
}

/** Reply: `{available, isPlatformReserved, availableIPAddresses?}`. @throws ArmError 400 for an address of no subnet */
function checkAddress(world: World, network: Resource, request: Request): Reply {
  needMethod(request, 'GET');
  const address = [...request.query].find(([name]) => name.toLowerCase() === 'ipaddress')?.[1] ?? '';
  const value = parseAddress(address);
  if (value === null) throw badRequest('InvalidIPAddress', `Value provided: '${address}' is not a valid IP address.`);
  const covers = (prefix: string): boolean => {
    const range = parsePrefix(prefix);
    return range !== null && value >= range.first && value <= range.last;
  };
  const subnet = subnetsOf(world, network).find((one) => prefixesOf(one).some(covers));
  if (subnet === undefined) {
    throw badRequest(
      'PrivateIPAddressNotInAnySubnet',
      `Private static IP address ${address} does not belong to the range of any subnet in the virtual network ${network.id}.`,
    );
  }
  const prefixes = prefixesOf(subnet);
  const taken = takenIn(world, subnet);
  const isPlatformReserved = prefixes.some((prefix) => covers(prefix) && reserved(prefix, address));
  if (!isPlatformReserved && !taken.has(address)) return { status: 200, body: { available: true, isPlatformReserved } };
  const availableIPAddresses = [];
  for (const free of freeIn(prefixes, taken)) {
    if (availableIPAddresses.push(free) >= proposals) break;
  }
  return { status: 200, body: { available: false, availableIPAddresses, isPlatformReserved } };
}

function usages(world: World, network: Resource, request: Request): Reply {
  needMethod(request, 'GET');
  const value = subnetsOf(world, network).map((subnet): JsonObject => {
    const sizes = prefixesOf(subnet).map((prefix) => {
      const range = parsePrefix(prefix);
      return range === null ? 0 : range.last - range.first + 1 - 5;
    });
    return {
      currentValue: takenIn(world, subnet).size,
      id: subnet.id,
      limit: sizes.reduce((sum, size) => sum + size, 0),
      name: { localizedValue: 'Subnet size and usage', value: 'SubnetSpace' },
      unit: 'Count',
    };
  });
  return { status: 200, body: { value } };
}

export const networkActions: readonly [string, Action][] = [
  ['microsoft.network/virtualnetworks/checkipaddressavailability', checkAddress],
  ['microsoft.network/virtualnetworks/usages', usages],
];
