import { overlaps } from '../address.ts';
import { badRequest, notModelled } from '../errors.ts';
import { guidOf } from '../guid.ts';
import { parentId } from '../ids.ts';
import { type JsonObject, compact, flagAt, numberAt, objectAt, objectsAt, textAt, textsAt } from '../json.ts';
import type { Resource } from '../store/store.ts';
import type { Prepared, Put, TypeSpec, View } from '../world.ts';
import { missing, missingReference, valueOf } from '../unreadable.ts';
import { hiddenNumber, hiddenText, needPrefix, propertiesOf, reference } from './common.ts';

/** Values that Azure takes in a custom policy (azure.md, 5). */
const policyValues = {
  ikeEncryption: ['DES', 'DES3', 'AES128', 'AES192', 'AES256', 'GCMAES128', 'GCMAES256'],
  ikeIntegrity: ['MD5', 'SHA1', 'SHA256', 'SHA384', 'GCMAES128', 'GCMAES256'],
  dhGroup: ['None', 'DHGroup1', 'DHGroup2', 'DHGroup14', 'DHGroup2048', 'ECP256', 'ECP384', 'DHGroup24'],
  ipsecEncryption: ['None', 'DES', 'DES3', 'AES128', 'AES192', 'AES256', 'GCMAES128', 'GCMAES192', 'GCMAES256'],
  ipsecIntegrity: ['MD5', 'SHA1', 'SHA256', 'GCMAES128', 'GCMAES192', 'GCMAES256'],
  pfsGroup: ['None', 'PFS1', 'PFS2', 'PFS14', 'PFS2048', 'ECP256', 'ECP384', 'PFS24', 'PFSMM'],
} as const;

/** Newer api-versions no longer answer the shared key with the connection (azure.md, 1.4). */
const firstVersionWithoutKey = '2025-01-01';

/** @throws ArmError if it is no key that Azure takes: 1 to 128 printable ASCII characters. */
export function checkSharedKey(key: string, connection: string): string {
  if (/^[\x20-\x7e]{1,128}$/.test(key)) return key;
  throw badRequest(
    'InvalidSharedKey',
    `The shared key of connection ${connection} is invalid. It must have 1 to 128 printable ASCII characters.`,
  );
}

/** One policy with all eight fields. @throws ArmError where a field is missing or has no known value. */
function readPolicy(policy: JsonObject, index: number, connection: string): JsonObject {
  const path = `properties.ipsecPolicies[${index}]`;
  const chosen = Object.entries(policyValues).map(([field, allowed]): [string, string] => {
    const value = textAt(policy, field);
    if (value === undefined) throw missing(`${path}.${field}`);
    const kind = `${field.charAt(0).toUpperCase()}${field.slice(1)}`;
    return [field, valueOf<string>(value, allowed, kind, `${path}.${field}`)];
  });
  const seconds = numberAt(policy, 'saLifeTimeSeconds');
  const kilobytes = numberAt(policy, 'saDataSizeKilobytes');
  if (seconds === undefined) throw missing(`${path}.saLifeTimeSeconds`);
  if (kilobytes === undefined) throw missing(`${path}.saDataSizeKilobytes`);
  if (seconds < 300 || (kilobytes < 1024 && kilobytes !== 0)) {
    throw badRequest(
      'InvalidIpsecPolicy',
      `${path} of connection ${connection} has the SA lifetime ${seconds} s and data size ${kilobytes} KB; the least are 300 s and 1024 KB.`,
    );
  }
  const read = Object.fromEntries(chosen);
  const mixed = [read['ipsecEncryption'], read['ipsecIntegrity']].some((name) => name?.startsWith('GCM') === true);
  if (mixed && read['ipsecEncryption'] !== read['ipsecIntegrity']) {
    throw badRequest(
      'InvalidIpsecPolicy',
      `${path} of connection ${connection} needs the same GCM algorithm as ipsecEncryption and ipsecIntegrity.`,
    );
  }
  return { ...read, saLifeTimeSeconds: seconds, saDataSizeKilobytes: kilobytes };
}

/** By member: the values, and Azure's name for their kind. */
const choices = {
  connectionType: [['IPsec', 'Vnet2Vnet', 'ExpressRoute', 'VPNClient'], 'VirtualNetworkGatewayConnectionType'],
  connectionProtocol: [['IKEv2', 'IKEv1'], 'VirtualNetworkGatewayConnectionProtocol'],
  connectionMode: [['Default', 'ResponderOnly', 'InitiatorOnly'], 'VirtualNetworkGatewayConnectionMode'],
} as const;

function chosen(properties: JsonObject, member: keyof typeof choices): string {
  const [values, kind] = choices[member];
  return valueOf<string>(textAt(properties, member) ?? values[0], values, kind, `properties.${member}`);
}

function sharedKey(put: Put, properties: JsonObject): string {
  const given = textAt(properties, 'sharedKey');
  const kept = put.existing === undefined ? null : hiddenText(put.existing, 'sharedKey');
  // A PUT does not change the key of a connection that exists (azure.md, 1.4).
  if (kept !== null) return kept;
  if (given === undefined) throw missing('properties.sharedKey');
  return checkSharedKey(given, put.target);
}

/** A site's prefixes must not overlap the network behind the gateway (azure.md, 1.4). */
function refuseOverlap(put: Put, gatewayId: string, localId: string): void {
  const gateway = put.world.store.get(gatewayId);
  const subnet = textAt(gateway?.body, 'properties.ipConfigurations.0.properties.subnet.id') ?? '';
  const network = put.world.store.get(parentId(subnet));
  const theirs = textsAt(put.world.store.get(localId)?.body, 'properties.localNetworkAddressSpace.addressPrefixes');
  for (const ours of textsAt(network?.body, 'properties.addressSpace.addressPrefixes') ?? []) {
    const clash = theirs?.find((prefix) => overlaps(needPrefix(prefix, localId), needPrefix(ours, network?.id ?? '')));
    if (clash === undefined) continue;
    throw badRequest(
      'LocalNetworkGatewayAddressSpaceOverlap',
      `Address prefix ${clash} of local network gateway ${localId} overlaps with address prefix ${ours} of virtual network ${network?.id}.`,
    );
  }
}

function prepare(put: Put): Prepared {
  const properties = propertiesOf(put.body);
  const connectionType = chosen(properties, 'connectionType');
  if (connectionType !== 'IPsec') throw notModelled(`connections of type ${connectionType}`);
  const gateway = reference(properties, 'virtualNetworkGateway1');
  const local = reference(properties, 'localNetworkGateway2');
  if (gateway === undefined) throw missingReference('properties.virtualNetworkGateway1');
  if (local === undefined) throw missingReference('properties.localNetworkGateway2');
  const policies = (objectsAt(properties, 'ipsecPolicies') ?? []).map((policy, index) =>
    readPolicy(policy, index, put.target),
  );
  const dpd = numberAt(properties, 'dpdTimeoutSeconds') ?? 0;
  if (dpd !== 0 && (dpd < 9 || dpd > 3600)) {
    throw badRequest('InvalidDpdTimeout', `dpdTimeoutSeconds ${dpd} of connection ${put.target} is not in 9 to 3600.`);
  }
  const key = sharedKey(put, properties);
  const policyBased = flagAt(properties, 'usePolicyBasedTrafficSelectors') ?? false;
  if (policyBased && policies.length === 0) {
    throw badRequest(
      'UsePolicyBasedTrafficSelectorsRequiresIpsecPolicy',
      `usePolicyBasedTrafficSelectors of connection ${put.target} needs an entry in ipsecPolicies.`,
    );
  }
  refuseOverlap(put, textAt(gateway, 'id') ?? '', textAt(local, 'id') ?? '');
  for (const member of observedMembers) delete properties[member];
  return {
    body: {
      properties: compact({
        ...properties,
        connectionType,
        connectionProtocol: chosen(properties, 'connectionProtocol'),
        connectionMode: chosen(properties, 'connectionMode'),
        virtualNetworkGateway1: gateway,
        localNetworkGateway2: local,
        ipsecPolicies: policies,
        dpdTimeoutSeconds: dpd,
        enableBgp: flagAt(properties, 'enableBgp') ?? false,
        usePolicyBasedTrafficSelectors: policyBased,
        routingWeight: numberAt(properties, 'routingWeight') ?? 0,
        useLocalAzureIpAddress: flagAt(properties, 'useLocalAzureIpAddress') ?? false,
        expressRouteGatewayBypass: flagAt(properties, 'expressRouteGatewayBypass') ?? false,
        trafficSelectorPolicies: properties['trafficSelectorPolicies'] ?? [],
        gatewayCustomBgpIpAddresses: properties['gatewayCustomBgpIpAddresses'] ?? [],
        authenticationType: textAt(properties, 'authenticationType') ?? 'PSK',
      }),
    },
    hidden: { sharedKey: key, epoch: put.existing === undefined ? 1 : hiddenNumber(put.existing, 'epoch') },
  };
}

/** What the service says and nobody sets. */
const observedMembers = [
  'sharedKey',
  'connectionStatus',
  'tunnelConnectionStatus',
  'ingressBytesTransferred',
  'egressBytesTransferred',
  'packetCaptureDiagnosticState',
];

/** Status and true bytes only in a GET of the single connection; a list says 0. */
function show({ world, resource, apiVersion, single }: View): JsonObject {
  const shown: JsonObject = {
    resourceGuid: guidOf(`${resource.id}/${resource.generation}`),
    packetCaptureDiagnosticState: 'None',
    // Azure's specification demands `properties` of both ends; its examples answer them empty.
    ...Object.fromEntries(
      gatewayMembers.map((member) => [member, { ...objectAt(resource.body, `properties.${member}`), properties: {} }]),
    ),
  };
  if (!single) return { ...shown, ingressBytesTransferred: 0, egressBytesTransferred: 0 };
  const seen = world.observed(resource.id);
  const key = apiVersion < firstVersionWithoutKey ? hiddenText(resource, 'sharedKey') : null;
  return {
    ...shown,
    ...(key === null ? {} : { sharedKey: key }),
    connectionStatus: seen.status,
    ingressBytesTransferred: seen.ingressBytes,
    egressBytesTransferred: seen.egressBytes,
  };
}

const gatewayMembers = ['virtualNetworkGateway1', 'localNetworkGateway2'];

export const connectionLinks = (connection: Resource): { target: string; via: string }[] =>
  gatewayMembers
    .map((member) => textAt(connection.body, `properties.${member}.id`))
    .filter((target) => target !== undefined)
    .map((target) => ({ target, via: connection.id }));

export const connectionSpec: TypeSpec = {
  type: 'Microsoft.Network/connections',
  noun: 'VirtualNetworkGatewayConnection',
  located: true,
  // azure.md, 5: about 10 s.
  seconds: { create: [8, 30], update: [8, 30], remove: [10, 60] },
  hintSeconds: 10,
  // azure.md, 1.5: these have no ETag header.
  etag: 'body',
  prepare,
  links: connectionLinks,
  // One write at a time per gateway.
  locks: (connection) =>
    connectionLinks(connection)
      .slice(0, 1)
      .map(({ target }) => target),
  show,
  // Routes spread from then on (actions/effective-routes.ts).
  settled: (connection, world) => {
    connection.hidden = { ...connection.hidden, settledAt: connection.hidden['settledAt'] ?? world.clock.now() };
  },
};
