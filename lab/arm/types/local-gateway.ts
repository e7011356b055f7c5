import { parseAddress } from '../address.ts';
import { badRequest } from '../errors.ts';
import { guidOf } from '../guid.ts';
import { compact, numberAt, objectAt, textAt, textsAt } from '../json.ts';
import type { Resource } from '../store/store.ts';
import type { Prepared, Put, TypeSpec, World } from '../world.ts';
import { missing } from '../unreadable.ts';
import { needPrefix, propertiesOf } from './common.ts';

function prepare(put: Put): Prepared {
  const properties = propertiesOf(put.body);
  const address = textAt(properties, 'gatewayIpAddress');
  const name = textAt(properties, 'fqdn');
  if (address === undefined && name === undefined) throw missing('properties.gatewayIpAddress');
  if (address !== undefined && parseAddress(address) === null) {
    throw badRequest(
      'InvalidGatewayIpAddress',
      `The gateway IP address ${address} of local network gateway ${put.target} is not a valid IPv4 address.`,
    );
  }
  const prefixes = textsAt(properties, 'localNetworkAddressSpace.addressPrefixes') ?? [];
  if (prefixes.some((prefix) => prefix.includes(':'))) {
    throw badRequest(
      'LocalNetworkGatewayIpv6NotSupported',
      'Local Network Gateway cannot contain IPv6 address prefix.',
    );
  }
  for (const prefix of prefixes) needPrefix(prefix, put.target);
  const bgp = objectAt(properties, 'bgpSettings');
  return {
    body: {
      properties: compact({
        ...properties,
        localNetworkAddressSpace: { addressPrefixes: prefixes },
        bgpSettings:
          bgp === undefined
            ? undefined
            : {
                asn: numberAt(bgp, 'asn') ?? 0,
                bgpPeeringAddress: textAt(bgp, 'bgpPeeringAddress') ?? '',
                peerWeight: numberAt(bgp, 'peerWeight') ?? 0,
              },
      }),
    },
  };
}

function refuseRemoval(gateway: Resource, world: World): void {
  const users = world.store.usersOf(gateway.id).map((link) => link.from);
  if (users.length === 0) return;
  throw badRequest(
    'LocalNetworkGatewayCannotBeDeleted',
    `Local network gateway ${gateway.id} cannot be deleted because it is in use by the following connections: ${[...new Set(users)].join(', ')}.`,
  );
}

export const localGatewaySpec: TypeSpec = {
  type: 'Microsoft.Network/localNetworkGateways',
  noun: 'LocalNetworkGateway',
  located: true,
  seconds: { create: [4, 10], update: [4, 12], remove: [4, 12] },
  hintSeconds: 10,
  etag: 'header',
  prepare,
  links: () => [],
  show: ({ resource }) => ({ resourceGuid: guidOf(`${resource.id}/${resource.generation}`) }),
  refuseRemoval,
};
