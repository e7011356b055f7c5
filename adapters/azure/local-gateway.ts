/** Local network gateways: what Azure knows of the site. */
import { paces } from '../../domain/poll-schedule.ts';
import { aimOf, differs, differsAsSet, type Aim, type Wanted } from './aim.ts';
import { at, numberAt, textAt, textsAt } from './json.ts';
import { versions } from './versions.ts';

export interface WantedLocalGateway extends Wanted {
  /** The router's address as Azure sees it. */
  readonly address: string;
  readonly prefixes: readonly string[];
  /** Null: the site speaks none. */
  readonly bgp: { readonly asn: number; readonly peerAddress: string } | null;
}

/** `65010 at 10.255.0.1`; `none` without BGP. */
export function foundBgp(localGateway: unknown): string {
  if (at(localGateway, 'properties', 'bgpSettings') === undefined) return 'none';
  const asn = numberAt(localGateway, 'properties', 'bgpSettings', 'asn');
  return `${asn} at ${textAt(localGateway, 'properties', 'bgpSettings', 'bgpPeeringAddress')}`;
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
      ...differs(
        'BGP',
        foundBgp(existing),
        wanted.bgp === null ? 'none' : `${wanted.bgp.asn} at ${wanted.bgp.peerAddress}`,
        'put',
      ),
    ],
    body: () => ({
      properties: {
        gatewayIpAddress: wanted.address,
        localNetworkAddressSpace: { addressPrefixes: wanted.prefixes },
        ...(wanted.bgp === null
          ? {}
          : { bgpSettings: { asn: wanted.bgp.asn, bgpPeeringAddress: wanted.bgp.peerAddress } }),
      },
    }),
  });
}
