/** What Azure refuses of a VPN gateway before it begins to build it: SKUs, subnets and addresses. */
import { parsePrefix } from '../address.ts';
import { badRequest } from '../errors.ts';
import { lastName } from '../ids.ts';
import { type JsonObject, textAt, textsAt } from '../json.ts';
import type { Resource } from '../store/store.ts';
import { valueOf } from '../unreadable.ts';
import type { Put } from '../world.ts';
import { prefixesOf } from './subnet.ts';

/** azure.md, 0: what may be made since 2025-11 and what could be made before. */
const zonedSkus = ['VpnGw1AZ', 'VpnGw2AZ', 'VpnGw3AZ', 'VpnGw4AZ', 'VpnGw5AZ'];
const expressSkus = ['ErGw1AZ', 'ErGw2AZ', 'ErGw3AZ', 'ErGwScale', 'UltraPerformance'];
const plainSkus = ['VpnGw1', 'VpnGw2', 'VpnGw3', 'VpnGw4', 'VpnGw5'];

/** Those of its members that have one of a few values. @throws ArmError 400 */
export function choicesOf(properties: JsonObject): { sku: string; gatewayType: string; vpnType: string } {
  const choice = (path: string, values: readonly [string, ...string[]], kind: string): string =>
    valueOf<string>(textAt(properties, path) ?? values[0], values, kind, `properties.${path}`);
  return {
    sku: choice(
      'sku.name',
      ['VpnGw1', ...plainSkus, ...zonedSkus, 'Basic', 'Standard', 'HighPerformance', ...expressSkus],
      'VirtualNetworkGatewaySkuName',
    ),
    gatewayType: choice('gatewayType', ['Vpn', 'ExpressRoute', 'LocalGateway'], 'VirtualNetworkGatewayType'),
    vpnType: choice('vpnType', ['RouteBased', 'PolicyBased'], 'VpnType'),
  };
}

export function checkSku(put: Put, sku: string): void {
  const before = textAt(put.existing?.body, 'properties.sku.name');
  if (plainSkus.includes(sku) && put.world.rules === '2026' && before !== sku) {
    throw badRequest(
      'NonAzSkusNotAllowedForVPNGateway',
      'VpnGw1-5 non-AZ SKUs are no longer supported for VPN gateways. Only VpnGw1-5AZ SKUs can be created going forward.',
    );
  }
}

/** A network security group at GatewaySubnet keeps a VPN gateway from working (azure.md, 1.1). */
function refuseSecurityGroup(put: Put, subnet: Resource): void {
  const group = textAt(subnet.body, 'properties.networkSecurityGroup.id');
  if (group === undefined || put.existing !== undefined) return;
  throw badRequest(
    'GatewaySubnetWithNetworkSecurityGroup',
    `Subnet ${subnet.id} used by virtual network gateway ${put.target} has the network security group ${group}, which is not supported.`,
  );
}

export function checkSubnet(put: Put, subnetId: string): void {
  if (lastName(subnetId).toLowerCase() !== 'gatewaysubnet') {
    throw badRequest(
      'InvalidSubnetName',
      `Subnet ${subnetId} used by virtual network gateway ${put.target} must be named GatewaySubnet.`,
    );
  }
  const subnet = put.world.store.get(subnetId);
  if (subnet === undefined) return;
  refuseSecurityGroup(put, subnet);
  const [prefix = ''] = prefixesOf(subnet);
  if ((parsePrefix(prefix)?.length ?? 32) > 27) {
    throw badRequest(
      'GatewaySubnetTooSmall',
      `Subnet ${subnet.id} with address prefix ${prefix} is too small for virtual network gateway ${put.target}. Use /27 or larger.`,
    );
  }
  const other = put.world.store
    .usersOf(subnet.id)
    .find((link) => link.from !== put.target && link.from.includes('/virtualNetworkGateways/'));
  if (other === undefined) return;
  const theirs = textAt(put.world.store.get(other.from)?.body, 'properties.gatewayType');
  if (theirs !== (textAt(put.body, 'properties.gatewayType') ?? 'Vpn')) return;
  throw badRequest(
    'OnlyOneVpnGatewayAllowedPerVirtualNetwork',
    `Virtual network gateway ${put.target} cannot be created: ${other.from} of the same type is already in subnet ${subnet.id}.`,
  );
}

export function checkAddress(put: Put, id: string, sku: string, via: string): void {
  const address = put.world.store.get(id);
  if (address === undefined) return;
  const other = put.world.store.usersOf(id).find((link) => link.from !== put.target);
  if (other !== undefined) {
    throw badRequest(
      'PublicIPAddressInUse',
      `Resource ${via} is referencing public IP address ${id} that is already allocated to resource ${other.via}.`,
    );
  }
  if (!zonedSkus.includes(sku)) return;
  if (textAt(address.body, 'sku.name') === 'Basic') {
    throw badRequest(
      'VmssVpnGatewayPublicIpsMustHaveStandardSku',
      'Public IPs associated with VPN Gateways with AZ VPN skus must be of Standard SKU.',
    );
  }
  if ((textsAt(address.body, 'zones') ?? []).length > 0) return;
  throw badRequest(
    'VmssVpnGatewayPublicIpsMustHaveZonesConfigured',
    `Standard Public IPs associated with VPN Gateways with AZ VPN skus must have zones configured. Gateway: ${put.target}. Public IP: ${address.id}.`,
  );
}

/** Two instances, each with an address, and the addresses alike. */
export function checkActiveActive(put: Put, configurations: readonly JsonObject[]): void {
  if (configurations.length !== 2) {
    throw badRequest(
      'ActiveActiveGatewayMustHaveExactlyTwoIpConfigurations',
      `Gateway has ${configurations.length} IP configurations specified for gateway ${put.target}. ActiveActive Gateway must be created with two IP configurations.`,
    );
  }
  const [one, other] = configurations.map((configuration) => {
    const body = put.world.store.get(textAt(configuration, 'properties.publicIPAddress.id') ?? '')?.body;
    return JSON.stringify([textAt(body, 'sku.name'), (textsAt(body, 'zones') ?? []).toSorted()]);
  });
  if (one === other) return;
  throw badRequest(
    'ActiveActiveGatewayPublicIPAddressesDiffersInSkuOrZones',
    `Virtual network gateway ${put.target} in active active mode is using PublicIPAddresses either with different Skus or with different PublicIPAllocationMethod or from a different availability zones. Networking does not support using resources from multiple zones. Networking also does not support using both regional resources and zonal resources.`,
  );
}
