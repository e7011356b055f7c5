/** Route-based VPN gateways. */
import { paces } from '../../domain/poll-schedule.ts';
import { aimOf, differs, differsAsSet, type Aim, type Wanted } from './aim.ts';
import { at, listAt, numberAt, textAt, textsAt } from './json.ts';
import { versions } from './versions.ts';

export interface WantedGateway extends Wanted {
  readonly gateway: {
    readonly sku: string;
    /** Null asks for none, and leaves an existing gateway's as it is. */
    readonly bgp: { readonly asn: number; readonly apipa: readonly string[] } | null;
  };
  readonly gatewaySubnetId: string;
  /** Two make it active-active. */
  readonly publicIpIds: readonly string[];
}

/** Which generation a SKU exists in: VpnGw1 only in the first, VpnGw4 and 5 only in the second. */
function generationOf(sku: string): string {
  return /^VpnGw[45]/i.test(sku) ? 'Generation2' : 'Generation1';
}

const configurationName = (index: number): string => `vnetGatewayConfig${index}`;

/** One instance of a gateway that speaks BGP. */
export interface GatewaySpeaker {
  readonly publicAddress: string;
  /** In the gateway's subnet. */
  readonly address: string;
  /** Link-local; empty without one. */
  readonly apipa: string;
}

/** The instances of a gateway that was read, in the order of their public addresses; empty until it is ready. */
export function gatewaySpeakers(gateway: unknown): GatewaySpeaker[] {
  return listAt(gateway, 'properties', 'bgpSettings', 'bgpPeeringAddresses').flatMap((one) => {
    const [publicAddress] = textsAt(one, 'tunnelIpAddresses');
    const [address] = textsAt(one, 'defaultBgpIpAddresses');
    if (publicAddress === undefined || publicAddress === '' || address === undefined) return [];
    return [{ publicAddress, address, apipa: textsAt(one, 'customBgpIpAddresses')[0] ?? '' }];
  });
}

/** What BGP was asked for and is not there. */
function bgpDifferences(existing: unknown, bgp: WantedGateway['gateway']['bgp']) {
  if (bgp === null) return [];
  const enabled = at(existing, 'properties', 'enableBgp') === true;
  const addresses = listAt(existing, 'properties', 'bgpSettings', 'bgpPeeringAddresses');
  return [
    ...differs('BGP', enabled ? 'on' : 'off', 'on', 'refuse'),
    ...differs('AS number', String(numberAt(existing, 'properties', 'bgpSettings', 'asn')), String(bgp.asn), 'refuse'),
    ...differsAsSet(
      'link-local addresses for BGP',
      addresses.flatMap((one) => textsAt(one, 'customBgpIpAddresses')),
      bgp.apipa,
      'refuse',
    ),
  ];
}

function bgpSettings({ id, gateway }: WantedGateway): object {
  const { bgp } = gateway;
  if (bgp === null) return { enableBgp: false };
  const bgpPeeringAddresses = bgp.apipa.map((address, index) => ({
    ipconfigurationId: `${id}/ipConfigurations/${configurationName(index)}`,
    customBgpIpAddresses: [address],
  }));
  const asked = bgpPeeringAddresses.length === 0 ? {} : { bgpPeeringAddresses };
  return { enableBgp: true, bgpSettings: { asn: bgp.asn, ...asked } };
}

export function gatewayAim(wanted: WantedGateway, installation: string): Aim {
  const { sku } = wanted.gateway;
  return aimOf(wanted, installation, {
    kind: 'VPN gateway',
    apiVersion: versions.network,
    pace: paces.gateway,
    repair: true,
    differences: (existing) => {
      const configurations = listAt(existing, 'properties', 'ipConfigurations');
      const idsOf = (name: string) =>
        configurations.map((configuration) => textAt(configuration, 'properties', name, 'id').toLowerCase());
      return [
        ...differs('sku', textAt(existing, 'properties', 'sku', 'name'), sku, 'refuse'),
        ...differs('type', textAt(existing, 'properties', 'vpnType'), 'RouteBased', 'refuse'),
        ...differsAsSet(
          'public addresses',
          idsOf('publicIPAddress'),
          wanted.publicIpIds.map((id) => id.toLowerCase()),
          'refuse',
        ),
        ...differs('subnet', idsOf('subnet')[0] ?? '', wanted.gatewaySubnetId, 'refuse'),
        ...bgpDifferences(existing, wanted.gateway.bgp),
      ];
    },
    body: () => ({
      properties: {
        gatewayType: 'Vpn',
        vpnType: 'RouteBased',
        vpnGatewayGeneration: generationOf(sku),
        sku: { name: sku, tier: sku },
        activeActive: wanted.publicIpIds.length > 1,
        ...bgpSettings(wanted),
        ipConfigurations: wanted.publicIpIds.map((id, index) => ({
          name: configurationName(index),
          properties: {
            privateIPAllocationMethod: 'Dynamic',
            subnet: { id: wanted.gatewaySubnetId },
            publicIPAddress: { id },
          },
        })),
      },
    }),
  });
}
