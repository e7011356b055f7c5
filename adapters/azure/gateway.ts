/** Route-based VPN gateways. */
import { paces } from '../../domain/poll-schedule.ts';
import { aimOf, differs, differsAsSet, type Aim, type Wanted } from './aim.ts';
import { listAt, textAt } from './json.ts';
import { versions } from './versions.ts';

export interface WantedGateway extends Wanted {
  readonly gateway: { readonly sku: string };
  readonly gatewaySubnetId: string;
  /** Two make it active-active. */
  readonly publicIpIds: readonly string[];
}

/** Which generation a SKU exists in: VpnGw1 only in the first, VpnGw4 and 5 only in the second. */
function generationOf(sku: string): string {
  return /^VpnGw[45]/i.test(sku) ? 'Generation2' : 'Generation1';
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
      ];
    },
    body: () => ({
      properties: {
        gatewayType: 'Vpn',
        vpnType: 'RouteBased',
        vpnGatewayGeneration: generationOf(sku),
        sku: { name: sku, tier: sku },
        activeActive: wanted.publicIpIds.length > 1,
        enableBgp: false,
        ipConfigurations: wanted.publicIpIds.map((id, index) => ({
          name: `vnetGatewayConfig${index}`,
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
