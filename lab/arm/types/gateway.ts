import { formatAddress, parsePrefix } from '../address.ts';
import { badRequest, notModelled } from '../errors.ts';
import { guidOf } from '../guid.ts';
import { keyOf } from '../ids.ts';
import { type JsonObject, compact, flagAt, numberAt, objectAt, objectsAt, textAt, textsAt } from '../json.ts';
import type { Resource } from '../store/store.ts';
import type { Prepared, Put, TypeSpec, View, World } from '../world.ts';
import {
  etagOf,
  hiddenNumber,
  ipConfigurationLinks,
  ipConfigurationsOf,
  needSameRegion,
  propertiesOf,
  readIpConfigurations,
} from './common.ts';
import { missing, missingReference } from '../unreadable.ts';
import { checkActiveActive, checkAddress, checkSku, checkSubnet, choicesOf } from './gateway-checks.ts';
import { prefixesOf } from './subnet.ts';

/** The number of its autonomous system, unless another one is asked for. */
const ownAsn = 65515;

/** Off unless told otherwise, and without effect in the lab. */
const switches = ['enableBgpRouteTranslationForNat', 'disableIPSecReplayProtection'] as const;
/** The older SKUs do not have these. */
const newSwitches = ['allowRemoteVnetTraffic', 'allowVirtualWanTraffic'] as const;

/** For how long Azure still holds subnet and address after a gateway's delete is reported done, in seconds. */
const heldSeconds: readonly [number, number] = [120, 600];

function prepare(put: Put): Prepared {
  const properties = propertiesOf(put.body);
  const configurations = readIpConfigurations(properties);
  if (configurations.length === 0) throw missing('properties.ipConfigurations');
  const { sku, gatewayType, vpnType } = choicesOf(properties);
  checkSku(put, sku);
  if (gatewayType !== 'Vpn') throw notModelled(`virtual network gateways of type ${gatewayType}`);
  if ((objectsAt(properties, 'natRules') ?? []).length > 0) throw notModelled('NAT rules of a virtual network gateway');
  const activeActive = flagAt(properties, 'activeActive') ?? flagAt(properties, 'active') ?? false;
  if (activeActive) checkActiveActive(put, configurations);
  configurations.forEach((configuration, index) => {
    const path = `properties.ipConfigurations[${index}].properties`;
    const subnet = textAt(configuration, 'properties.subnet.id');
    const address = textAt(configuration, 'properties.publicIPAddress.id');
    const via = `${put.target}/ipConfigurations/${textAt(configuration, 'name')}`;
    if (subnet === undefined) {
      throw badRequest('SubnetIsRequired', `Subnet reference is required for ipconfiguration ${via}.`);
    }
    if (address === undefined) throw missingReference(`${path}.publicIPAddress`);
    needSameRegion(put, subnet);
    checkSubnet(put, subnet);
    checkAddress(put, address, sku, via);
  });
  const bgp = objectAt(properties, 'bgpSettings');
  const asnAsked = numberAt(bgp, 'asn') ?? 0;
  for (const member of ['bgpSettings', 'ipConfigurations', 'connections']) delete properties[member];
  return {
    body: {
      properties: compact({
        ...properties,
        ipConfigurations: configurations,
        gatewayType,
        vpnType,
        sku: { name: sku, tier: textAt(properties, 'sku.tier') ?? sku, capacity: 2 },
        activeActive,
        enableBgp: flagAt(properties, 'enableBgp') ?? false,
        enablePrivateIpAddress: flagAt(properties, 'enablePrivateIpAddress') ?? false,
        vpnGatewayGeneration: textAt(properties, 'vpnGatewayGeneration') ?? 'Generation1',
        ...Object.fromEntries(
          [...switches, ...(sku.startsWith('VpnGw') ? newSwitches : [])].map((name) => [
            name,
            flagAt(properties, name) ?? false,
          ]),
        ),
      }),
    },
    hidden: {
      asn: asnAsked === 0 ? ownAsn : asnAsked,
      asnAsked,
      peerWeight: numberAt(bgp, 'peerWeight') ?? 0,
      apipa: bgpCustom(bgp),
      epoch: put.existing === undefined ? 1 : hiddenNumber(put.existing, 'epoch'),
    },
  };
}

/** APIPA addresses asked for, by ipConfiguration in the order given. */
function bgpCustom(bgp: JsonObject | undefined): string[][] {
  return (objectsAt(bgp, 'bgpPeeringAddresses') ?? []).map((entry) => textsAt(entry, 'customBgpIpAddresses') ?? []);
}

/** The address at which the gateway speaks BGP inside its VNet: the last usable ones of GatewaySubnet. */
export function bgpAddressesOf(gateway: Resource, world: World): string[] {
  return ipConfigurationsOf(gateway).map(({ properties }, index) => {
    const subnet = world.store.get(textAt(properties, 'subnet.id') ?? '');
    const range = subnet === undefined ? null : parsePrefix(prefixesOf(subnet)[0] ?? '');
    return range === null ? '' : formatAddress(range.last - 1 - index);
  });
}

/** Public addresses in the order of the ipConfigurations. */
export function publicAddressesOf(gateway: Resource, world: World): string[] {
  return ipConfigurationsOf(gateway)
    .map(({ properties }) => textAt(world.store.get(textAt(properties, 'publicIPAddress.id') ?? '')?.hidden, 'address'))
    .filter((address) => address !== undefined);
}

/** Until the gateway is built the service knows no number of its own, and no addresses. */
function bgpSettingsOf(gateway: Resource, world: World, ready: boolean): JsonObject {
  const addresses = bgpAddressesOf(gateway, world);
  const publics = publicAddressesOf(gateway, world);
  const custom = (gateway.hidden['apipa'] ?? []) as string[][];
  return {
    asn: hiddenNumber(gateway, ready ? 'asn' : 'asnAsked'),
    ...(ready ? { bgpPeeringAddress: addresses.join(',') } : {}),
    peerWeight: hiddenNumber(gateway, 'peerWeight'),
    bgpPeeringAddresses: ipConfigurationsOf(gateway).map(({ id }, index) => ({
      ipconfigurationId: id,
      defaultBgpIpAddresses: ready ? [addresses[index] ?? ''] : [],
      customBgpIpAddresses: custom[index] ?? [],
      ...(ready ? { tunnelIpAddresses: [publics[index] ?? ''] } : {}),
    })),
  };
}

function clientConfigurationOf(gateway: Resource): JsonObject {
  return {
    vpnClientProtocols: skuOf(gateway) === 'Basic' ? ['SSTP'] : ['OpenVPN', 'IkeV2'],
    vpnAuthenticationTypes: [],
    vpnClientRootCertificates: [],
    vpnClientRevokedCertificates: [],
    vngClientConnectionConfigurations: [],
    radiusServers: [],
    vpnClientIpsecPolicies: [],
    ...objectAt(gateway.body, 'properties.vpnClientConfiguration'),
  };
}

function show({ world, resource }: View): JsonObject {
  const ready = resource.state !== 'Updating' || resource.hidden['built'] === true;
  return compact({
    resourceGuid: guidOf(`${resource.id}/${resource.generation}`),
    packetCaptureDiagnosticState: 'None',
    natRules: [],
    virtualNetworkGatewayPolicyGroups: [],
    ipConfigurations: ipConfigurationsOf(resource).map(({ name, id, properties }) => ({
      name,
      id,
      etag: etagOf(resource),
      type: 'Microsoft.Network/virtualNetworkGateways/ipConfigurations',
      properties: { provisioningState: resource.state, ...properties },
    })),
    // Shown until it is built, also by a gateway that no client will ever dial.
    ...(ready ? {} : { vpnClientConfiguration: clientConfigurationOf(resource) }),
    bgpSettings: skuOf(resource) === 'Basic' ? undefined : bgpSettingsOf(resource, world, ready),
  });
}

function refuseRemoval(gateway: Resource, world: World): void {
  const users = world.store.usersOf(gateway.id).map((link) => link.from);
  if (users.length === 0) return;
  throw badRequest(
    'VirtualNetworkGatewayCannotBeDeleted',
    `Virtual network gateway with Id ${gateway.id} cannot be deleted. It is referenced by connections ${[...new Set(users)].join(', ')}. Delete the connections first.`,
  );
}

/** Azure reports the delete done while subnet and address are still held (azure.md, 1.4). */
function removing(gateway: Resource, world: World): void {
  const [least, most] = heldSeconds;
  const seconds = least + (most - least) * world.draw(`held/${keyOf(gateway.id)}/${gateway.generation}`);
  for (const { target, via } of ipConfigurationLinks(gateway)) {
    const held = world.store.get(target);
    if (held === undefined) continue;
    held.hidden = { ...held.hidden, heldBy: via, heldUntil: world.clock.now() + world.clock.scaled(seconds * 1000) };
    world.store.save(held);
  }
}

const skuOf = (gateway: Resource): string | undefined => textAt(gateway.body, 'properties.sku.name');

export const gatewaySpec: TypeSpec = {
  type: 'Microsoft.Network/virtualNetworkGateways',
  noun: 'VirtualNetworkGateway',
  located: true,
  // azure.md, 5: creation 20 to 45 minutes, delete 10 to 20.
  seconds: { create: [1200, 2700], update: [120, 600], remove: [600, 1200] },
  // Another SKU: about 45 minutes.
  changeSeconds: (before, after) => (skuOf(before) === skuOf(after) ? undefined : [1800, 2700]),
  hintSeconds: 10,
  // azure.md, 1.5: these have no ETag header.
  etag: 'body',
  prepare,
  links: ipConfigurationLinks,
  show,
  settled: (gateway) => {
    gateway.hidden = { ...gateway.hidden, built: true };
  },
  refuseRemoval,
  removing,
};
