/** Local network gateways: what Azure knows of the site. */
import { paces } from '../../domain/poll-schedule.ts';
import { aimOf, differs, differsAsSet, type Aim, type Wanted } from './aim.ts';
import { textAt, textsAt } from './json.ts';
import { versions } from './versions.ts';

export interface WantedLocalGateway extends Wanted {
  /** The router's address as Azure sees it. */
  readonly address: string;
  readonly prefixes: readonly string[];
}

export function localGatewayAim(wanted: WantedLocalGateway, installation: string): Aim {
  return aimOf(wanted, installation, {
    kind: 'local gateway',
    apiVersion: versions.network,
    pace: paces.quick,
    differences: (existing) => [
      ...differs('address', textAt(existing, 'properties', 'gatewayIpAddress'), wanted.address, 'put'),
      ...differsAsSet(
        'prefixes',
        textsAt(existing, 'properties', 'localNetworkAddressSpace', 'addressPrefixes'),
        wanted.prefixes,
        'put',
      ),
    ],
    body: () => ({
      properties: {
        gatewayIpAddress: wanted.address,
        localNetworkAddressSpace: { addressPrefixes: wanted.prefixes },
      },
    }),
  });
}
