import { type Range, parsePrefix } from '../address.ts';
import { ArmError, badRequest, invalidReference } from '../errors.ts';
import { guidOf } from '../guid.ts';
import { canonicalId, parentId, parseId } from '../ids.ts';
import { type Json, type JsonObject, compact, objectAt, objectsAt, textAt } from '../json.ts';
import { normalLocation } from '../catalogue/regions.ts';
import type { Resource } from '../store/store.ts';
import { malformedReference, missingReference } from '../unreadable.ts';
import type { Put } from '../world.ts';

/** The request's properties without what the service decides. */
export function propertiesOf(body: JsonObject): JsonObject {
  const properties = { ...objectAt(body, 'properties') };
  delete properties['provisioningState'];
  delete properties['resourceGuid'];
  return properties;
}

/** A parsed prefix. @throws ArmError in Azure's words if it is malformed or has host bits. */
export function needPrefix(text: string, resource: string): Range {
  const range = parsePrefix(text);
  if (range !== null && text.includes('/')) return range;
  const [address = '', length = ''] = text.split('/');
  const bare = parsePrefix(address);
  if (bare !== null && /^\d{1,2}$/.test(length) && Number(length) <= 32) {
    throw badRequest(
      'InvalidCIDRNotation',
      `The address prefix ${text} in resource ${resource} has an invalid CIDR notation. For the given prefix length, the address prefix should have no host bits set.`,
    );
  }
  throw badRequest(
    'InvalidAddressPrefixFormat',
    `Address prefix ${text} of resource ${resource} is not formatted correctly. It should follow CIDR notation, for example 10.0.0.0/24.`,
  );
}

/** What each member that is a reference refers to, below the network provider. */
const referred: Readonly<Record<string, string>> = {
  subnet: 'virtualNetworks/subnets',
  publicIPAddress: 'publicIPAddresses',
  networkSecurityGroup: 'networkSecurityGroups',
  virtualNetworkGateway1: 'virtualNetworkGateways',
  localNetworkGateway2: 'localNetworkGateways',
};

/**
 * `{id}` with the canonical id, undefined where there is none.
 * @param within where these properties stand in the body
 * @throws ArmError if it has another form, or is of another type
 */
export function reference(properties: JsonObject, member: string, within = 'properties'): JsonObject | undefined {
  const found = objectAt(properties, member);
  if (found === undefined) return undefined;
  const path = `${within}.${member}`;
  const id = textAt(found, 'id');
  if (id === undefined) throw missingReference(path);
  if (!id.startsWith('/')) {
    throw new ArmError(
      400,
      'LinkedInvalidPropertyId',
      `Property id '${id}' at path '${path}.id' is invalid. Expect fully qualified resource Id that start with '/subscriptions/{subscriptionId}' or '/providers/{resourceProviderNamespace}/'.`,
    );
  }
  const type = referred[member];
  if (type !== undefined && parseId(id)?.type !== `Microsoft.Network/${type}`) throw malformedReference(id, type, path);
  return { id: canonicalId(id) };
}

/** Another one after each change. */
export function etagOf(resource: Resource): string {
  return `W/"${guidOf(`${resource.id}/${resource.generation}/${resource.revision}`)}"`;
}

/** The compute provider's: it counts. */
export const countOf = (resource: Resource): string => `"${resource.revision}"`;

export interface IpConfiguration {
  readonly name: string;
  readonly id: string;
  readonly properties: JsonObject;
}

/** The ipConfigurations of a NIC or gateway as they are kept: `{name, properties: {subnet, publicIPAddress, …}}`. */
export function readIpConfigurations(properties: JsonObject): JsonObject[] {
  return (objectsAt(properties, 'ipConfigurations') ?? []).map((entry, index) => {
    const inner = objectAt(entry, 'properties') ?? {};
    const within = `properties.ipConfigurations[${index}].properties`;
    return {
      name: textAt(entry, 'name') ?? 'ipconfig1',
      properties: compact({
        ...inner,
        subnet: reference(inner, 'subnet', within),
        publicIPAddress: publicReference(inner, within),
      }),
    };
  });
}

/** A public address may carry what shall happen to it when its VM goes. */
function publicReference(properties: JsonObject, within: string): JsonObject | undefined {
  const found = reference(properties, 'publicIPAddress', within);
  const deleteOption =
    textAt(properties, 'publicIPAddress.properties.deleteOption') ?? textAt(properties, 'publicIPAddress.deleteOption');
  return found === undefined
    ? undefined
    : { ...found, ...(deleteOption === undefined ? {} : { properties: { deleteOption } }) };
}

/** What is kept, with the id of each ipConfiguration. */
export function ipConfigurationsOf(resource: Resource): IpConfiguration[] {
  return (objectsAt(resource.body, 'properties.ipConfigurations') ?? []).map((entry) => {
    const name = textAt(entry, 'name') ?? '';
    return { name, id: `${resource.id}/ipConfigurations/${name}`, properties: objectAt(entry, 'properties') ?? {} };
  });
}

export function ipConfigurationLinks(resource: Resource): { target: string; via: string }[] {
  return ipConfigurationsOf(resource).flatMap(({ id, properties }) =>
    ['subnet.id', 'publicIPAddress.id']
      .map((path) => textAt(properties, path))
      .filter((target) => target !== undefined)
      .map((target) => ({ target, via: id })),
  );
}

/** A subnet has no location of its own. @throws ArmError if its network is in another region */
export function needSameRegion(put: Put, subnet: string): void {
  const network = put.world.store.get(parentId(subnet));
  if (network === undefined || network.body['location'] === normalLocation(textAt(put.body, 'location') ?? '')) return;
  throw invalidReference(subnet, put.target);
}

/** One `{id}` per distinct user. */
export function idList(ids: readonly string[]): Json[] {
  return [...new Set(ids)].map((id) => ({ id }));
}

/** A number kept in a resource's hidden part. */
export function hiddenNumber(resource: Resource, key: string): number {
  const value = resource.hidden[key];
  return typeof value === 'number' ? value : 0;
}

export function hiddenText(resource: Resource, key: string): string | null {
  const value = resource.hidden[key];
  return typeof value === 'string' ? value : null;
}
