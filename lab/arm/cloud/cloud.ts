/** The cloud as the link and the routers see it, worked out from the store once per change. */
import type {
  CloudConnection,
  CloudGateway,
  CloudNic,
  CloudView,
  CloudVm,
  Flow,
  IpsecPolicy,
  Verdict,
} from '../../ports.ts';
import { Derived } from '../store/derived.ts';
import { lastName, keyOf, parentId } from '../ids.ts';
import { type JsonObject, flagAt, numberAt, objectAt, objectsAt, textAt, textsAt } from '../json.ts';
import { type Interface, judge } from './judge.ts';
import type { Resource, Store } from '../store/store.ts';
import { hiddenNumber, hiddenText, ipConfigurationsOf } from '../types/common.ts';
import { bgpAddressesOf, publicAddressesOf } from '../types/gateway.ts';
import { prefixesOf } from '../types/subnet.ts';
import { powerOf } from '../types/machine-power.ts';
import type { World } from '../world.ts';

const vnetPrefixesOf = (vnet: Resource | undefined): string[] =>
  textsAt(vnet?.body, 'properties.addressSpace.addressPrefixes') ?? [];

const referenced = (store: Store, resource: { body: JsonObject } | undefined, path: string): Resource | undefined =>
  store.get(textAt(resource?.body, path) ?? '');

function nicOf(store: Store, entry: JsonObject, index: number, only: boolean): CloudNic | null {
  const nic = store.get(textAt(entry, 'id') ?? '');
  const configurations = nic === undefined ? [] : ipConfigurationsOf(nic);
  const first = configurations.find(({ properties }) => flagAt(properties, 'primary')) ?? configurations[0];
  const subnet = store.get(textAt(first?.properties, 'subnet.id') ?? '');
  if (nic === undefined || first === undefined || subnet === undefined) return null;
  const address = store.get(textAt(first.properties, 'publicIPAddress.id') ?? '');
  return {
    id: nic.id,
    primary: only || (flagAt(entry, 'properties.primary') ?? index === 0),
    privateAddress: textAt(first.properties, 'privateIPAddress') ?? '',
    publicAddress: address === undefined ? null : hiddenText(address, 'address'),
    subnetId: subnet.id,
    subnetPrefix: prefixesOf(subnet)[0] ?? '',
    vnetId: parentId(subnet.id),
    vnetPrefixes: vnetPrefixesOf(store.get(parentId(subnet.id))),
    ipForwarding: flagAt(nic.body, 'properties.enableIPForwarding') ?? false,
    macAddress: hiddenText(nic, 'mac') ?? '',
  };
}

function vmOf(store: Store, vm: Resource): CloudVm {
  const image = objectAt(vm.body, 'properties.storageProfile.imageReference') ?? {};
  const entries = objectsAt(vm.body, 'properties.networkProfile.networkInterfaces') ?? [];
  const nics = entries
    .map((entry, index) => nicOf(store, entry, index, entries.length === 1))
    .filter((nic) => nic !== null);
  const text = (path: string): string => textAt(vm.body, path) ?? '';
  const booted = vm.hidden['bootedAt'];
  return {
    id: vm.id,
    name: vm.name,
    computerName: text('properties.osProfile.computerName'),
    location: text('location'),
    os: textAt(image, 'publisher')?.toLowerCase() === 'cisco' ? 'ios-xe' : 'linux',
    powerState: powerOf(vm),
    bootedAt: typeof booted === 'number' ? booted : null,
    vmUuid: text('properties.vmId'),
    image: {
      publisher: textAt(image, 'publisher') ?? '',
      offer: textAt(image, 'offer') ?? '',
      sku: textAt(image, 'sku') ?? '',
      version: textAt(image, 'exactVersion') ?? '',
    },
    adminUsername: text('properties.osProfile.adminUsername'),
    sshPublicKeys: (objectsAt(vm.body, 'properties.osProfile.linuxConfiguration.ssh.publicKeys') ?? []).map(
      (key) => textAt(key, 'keyData')?.trim() ?? '',
    ),
    nics,
  };
}

function gatewayOf(world: World, gateway: Resource): CloudGateway {
  const subnet = ipConfigurationsOf(gateway)
    .map(({ properties }) => textAt(properties, 'subnet.id'))
    .find((id) => id !== undefined);
  const vnet = world.store.get(parentId(subnet ?? ''));
  const bgp = flagAt(gateway.body, 'properties.enableBgp') ?? false;
  return {
    id: gateway.id,
    name: gateway.name,
    provisioningState: gateway.state,
    publicAddresses: publicAddressesOf(gateway, world),
    vnetId: vnet?.id ?? '',
    vnetPrefixes: vnetPrefixesOf(vnet),
    activeActive: flagAt(gateway.body, 'properties.activeActive') ?? false,
    bgp: bgp ? { asn: hiddenNumber(gateway, 'asn'), addresses: speakersOf(gateway, world) } : null,
    epoch: hiddenNumber(gateway, 'epoch'),
  };
}

/** Where a gateway speaks BGP: in its subnet, and at the APIPA addresses it was given. */
function speakersOf(gateway: Resource, world: World): string[] {
  const apipa = (gateway.hidden['apipa'] ?? []) as string[][];
  return [...bgpAddressesOf(gateway, world), ...apipa.flat()];
}

function localGatewayOf(local: Resource): CloudConnection['localGateway'] {
  const asn = numberAt(local.body, 'properties.bgpSettings.asn');
  const peerAddress = textAt(local.body, 'properties.bgpSettings.bgpPeeringAddress');
  return {
    id: local.id,
    address: textAt(local.body, 'properties.gatewayIpAddress') ?? '',
    prefixes: textsAt(local.body, 'properties.localNetworkAddressSpace.addressPrefixes') ?? [],
    bgp: asn === undefined || peerAddress === undefined ? null : { asn, peerAddress },
  };
}

/** Null while one of its gateways is not there. */
function connectionOf(world: World, connection: Resource): CloudConnection | null {
  const gateway = referenced(world.store, connection, 'properties.virtualNetworkGateway1.id');
  const local = referenced(world.store, connection, 'properties.localNetworkGateway2.id');
  if (gateway === undefined || local === undefined) return null;
  const [policy] = objectsAt(connection.body, 'properties.ipsecPolicies') ?? [];
  const text = (member: string): string | undefined => textAt(connection.body, `properties.${member}`);
  const flag = (member: string): boolean => flagAt(connection.body, `properties.${member}`) ?? false;
  return {
    id: connection.id,
    name: connection.name,
    provisioningState: connection.state,
    gateway: gatewayOf(world, gateway),
    localGateway: localGatewayOf(local),
    sharedKey: hiddenText(connection, 'sharedKey') ?? '',
    connectionMode: (text('connectionMode') ?? 'Default') as CloudConnection['connectionMode'],
    connectionProtocol: (text('connectionProtocol') ?? 'IKEv2') as CloudConnection['connectionProtocol'],
    ipsecPolicy: policy === undefined ? null : (policy as unknown as IpsecPolicy),
    usePolicyBasedTrafficSelectors: flag('usePolicyBasedTrafficSelectors'),
    enableBgp: flag('enableBgp'),
    dpdTimeoutSeconds: numberAt(connection.body, 'properties.dpdTimeoutSeconds') ?? 0,
    epoch: hiddenNumber(connection, 'epoch'),
  };
}

/** A NIC as the security groups at it see it; null if it is not there, or stands nowhere. */
export function interfaceOf(store: Store, nicId: string, connections: readonly CloudConnection[]): Interface | null {
  const nic = store.get(nicId);
  const [first] = nic === undefined ? [] : ipConfigurationsOf(nic);
  const subnet = store.get(textAt(first?.properties, 'subnet.id') ?? '');
  if (nic === undefined || first === undefined || subnet === undefined) return null;
  const address = store.get(textAt(first.properties, 'publicIPAddress.id') ?? '');
  const vnetId = keyOf(parentId(subnet.id));
  const reached = connections.filter((connection) => keyOf(connection.gateway.vnetId) === vnetId);
  return {
    privateAddress: textAt(first.properties, 'privateIPAddress') ?? '',
    hasStandardAddress: textAt(address?.body, 'sku.name')?.startsWith('Standard') ?? false,
    virtualNetwork: [
      ...vnetPrefixesOf(store.get(vnetId)),
      ...reached.flatMap((connection) => connection.localGateway.prefixes),
    ],
    subnetGroup: referenced(store, subnet, 'properties.networkSecurityGroup.id'),
    nicGroup: referenced(store, nic, 'properties.networkSecurityGroup.id'),
  };
}

export class Cloud implements CloudView {
  private readonly world: World;
  private readonly vmViews: Derived<CloudVm>;
  private readonly connectionViews: Derived<CloudConnection | null>;
  private vmList: readonly CloudVm[] | null = null;
  private connectionList: readonly CloudConnection[] | null = null;

  constructor(world: World) {
    this.world = world;
    this.vmViews = new Derived(world.store, (vm) => vmOf(world.store, vm));
    this.connectionViews = new Derived(world.store, (connection) => connectionOf(world, connection));
    world.store.onChange((changed) => {
      this.vmViews.changed(changed);
      this.connectionViews.changed(changed);
      this.vmList = null;
      this.connectionList = null;
    });
  }

  vms(): readonly CloudVm[] {
    this.vmList ??= this.world.store.list('Microsoft.Compute/virtualMachines').map((vm) => this.vmViews.of(vm));
    return this.vmList;
  }

  connections(): readonly CloudConnection[] {
    this.connectionList ??= this.world.store
      .list('Microsoft.Network/connections')
      .map((connection) => this.connectionViews.of(connection))
      .filter((connection) => connection !== null);
    return this.connectionList;
  }

  judge(nicId: string, flow: Flow): Verdict {
    const at = interfaceOf(this.world.store, nicId, this.connections());
    return at === null ? { allowed: false, rule: `no network interface ${lastName(nicId)}` } : judge(flow, at);
  }

  onChange(listener: () => void): () => void {
    return this.world.store.onChange(listener);
  }
}
