/** What is shown of a resource as evidence: few, plain facts, in the same words when it is made and when it is read anew. */
import { connectionState, foundPolicyText, type ConnectionState } from '../adapters/azure/connection.ts';
import { at, listAt, numberAt, stateOf, tagsOf, textAt, textsAt } from '../adapters/azure/json.ts';
import { gatewaySpeakers } from '../adapters/azure/gateway.ts';
import { foundBgp } from '../adapters/azure/local-gateway.ts';
import { subnetPrefix } from '../adapters/azure/network.ts';
import { privateAddressOf } from '../adapters/azure/nic.ts';
import { addressOf } from '../adapters/azure/public-ip.ts';
import { powerStateOf, priorityOf } from '../adapters/azure/vm.ts';
import { isOfHub } from '../adapters/azure/inventory.ts';
import type { Json } from '../domain/evidence.ts';
import { lastName } from '../domain/names.ts';

type Facts = { readonly [key: string]: Json };

export function groupFacts(group: unknown, installation: string, hub: string): Facts {
  const ours = isOfHub(tagsOf(group), installation, hub);
  return { name: textAt(group, 'name'), location: textAt(group, 'location'), ownership: ours ? 'ours' : 'adopted' };
}

export function networkFacts(network: unknown): Facts {
  return { addressSpace: textsAt(network, 'properties', 'addressSpace', 'addressPrefixes'), state: stateOf(network) };
}

export function subnetFacts(subnet: unknown): Facts {
  const group = textAt(subnet, 'properties', 'networkSecurityGroup', 'id');
  return {
    name: textAt(subnet, 'name'),
    prefix: subnetPrefix(subnet),
    securityGroup: group === '' ? null : lastName(group),
  };
}

export function publicIpFacts(publicIp: unknown): Facts {
  return {
    address: addressOf(publicIp),
    sku: textAt(publicIp, 'sku', 'name'),
    allocation: textAt(publicIp, 'properties', 'publicIPAllocationMethod'),
    zones: textsAt(publicIp, 'zones'),
  };
}

export function securityGroupFacts(group: unknown): Facts {
  const rules = listAt(group, 'properties', 'securityRules').map((rule) => {
    const values = (name: string, plural: string): string => {
      const single = textAt(rule, 'properties', name);
      return single === '' ? textsAt(rule, 'properties', plural).join(', ') : single;
    };
    const ports = values('destinationPortRange', 'destinationPortRanges');
    const from = values('sourceAddressPrefix', 'sourceAddressPrefixes');
    return `${textAt(rule, 'name')}: ${textAt(rule, 'properties', 'protocol')} ${ports} from ${from}`;
  });
  return { rules };
}

export function nicFacts(nic: unknown): Facts {
  return {
    privateAddress: privateAddressOf(nic),
    ipForwarding: at(nic, 'properties', 'enableIPForwarding') === true,
  };
}

/** @param vm read with its instance view. */
export function vmFacts(vm: unknown): Facts {
  const image = (name: string) => textAt(vm, 'properties', 'storageProfile', 'imageReference', name);
  return {
    powerState: powerStateOf(vm),
    priority: priorityOf(vm),
    size: textAt(vm, 'properties', 'hardwareProfile', 'vmSize'),
    image: ['publisher', 'offer', 'sku', 'version'].map(image).join(':'),
    provisioningState: stateOf(vm),
  };
}

export function gatewayFacts(gateway: unknown): Facts {
  return {
    provisioningState: stateOf(gateway),
    vpnType: textAt(gateway, 'properties', 'vpnType'),
    sku: textAt(gateway, 'properties', 'sku', 'name'),
    activeActive: at(gateway, 'properties', 'activeActive') === true,
    ...gatewayBgpFacts(gateway),
  };
}

/** Nothing where it speaks no BGP. */
function gatewayBgpFacts(gateway: unknown): Facts {
  if (at(gateway, 'properties', 'enableBgp') !== true) return {};
  const addresses = gatewaySpeakers(gateway).flatMap(({ address, apipa }) => [
    address,
    ...(apipa === '' ? [] : [apipa]),
  ]);
  return { bgp: { asn: numberAt(gateway, 'properties', 'bgpSettings', 'asn'), addresses } };
}

export function localGatewayFacts(localGateway: unknown): Facts {
  const bgp = foundBgp(localGateway);
  return {
    ...(bgp === 'none' ? {} : { bgp }),
    address: textAt(localGateway, 'properties', 'gatewayIpAddress'),
    prefixes: textsAt(localGateway, 'properties', 'localNetworkAddressSpace', 'addressPrefixes'),
  };
}

export function connectionFacts(connection: unknown): Facts {
  return {
    provisioningState: stateOf(connection),
    protocol: textAt(connection, 'properties', 'connectionProtocol'),
    type: textAt(connection, 'properties', 'connectionType'),
    mode: textAt(connection, 'properties', 'connectionMode') || 'Default',
    dpdTimeoutSeconds: numberAt(connection, 'properties', 'dpdTimeoutSeconds'),
    policy: foundPolicyText(connection) || 'default',
    ...(at(connection, 'properties', 'enableBgp') === true ? { bgp: true } : {}),
  };
}

/** What is known of a connection that is absent. */
const noConnection: ConnectionState = {
  provisioningState: 'absent',
  connectionStatus: 'Unknown',
  ingressBytes: 0,
  egressBytes: 0,
};

export function connectionStateOf(connection: unknown): ConnectionState {
  return connection === null ? noConnection : connectionState(connection);
}
