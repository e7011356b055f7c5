import { ArmError, badRequest } from '../errors.ts';
import { guidOf } from '../guid.ts';
import { type JsonObject, compact, numberAt, objectAt, textAt, textsAt } from '../json.ts';
import { freePublicAddress } from '../resources/address-pool.ts';
import { normalLocation } from '../catalogue/regions.ts';
import type { Resource } from '../store/store.ts';
import { valueOf } from '../unreadable.ts';
import type { Prepared, Put, TypeSpec, View, World } from '../world.ts';
import { hiddenNumber, hiddenText, propertiesOf } from './common.ts';

function checkSku(put: Put, sku: string, method: string): void {
  if (sku === 'Basic' && put.world.rules === '2026' && put.existing === undefined) {
    throw badRequest(
      'IPv4BasicSkuPublicIpCountLimitReached',
      `Cannot create more than 0 IPv4 Basic SKU public IP addresses for this subscription in this region.`,
    );
  }
  if (sku !== 'Basic' && method !== 'Static') {
    throw badRequest(
      'StandardSkuPublicIPAddressesMustBeStatic',
      `Standard sku publicIp ${put.target} must have AllocationMethod set to Static.`,
    );
  }
}

/** Zones are fixed at creation. */
function checkZones(put: Put): void {
  const before = textsAt(put.existing?.body, 'zones') ?? [];
  const wanted = textsAt(put.body, 'zones') ?? [];
  if (put.existing === undefined || (before.length === wanted.length && before.every((zone) => wanted.includes(zone))))
    return;
  throw badRequest(
    'ResourceAvailabilityZonesCannotBeModified',
    `Resource ${put.target} has an existing availability zone constraint ${before.join(', ') || '(none)'} and the request has availability zone constraint ${wanted.join(', ') || '(none)'}, which do not match. Zones cannot be added/updated/removed once the resource is created. The resource cannot be updated from regional to zonal or vice-versa.`,
  );
}

function prepare(put: Put): Prepared {
  const properties = propertiesOf(put.body);
  delete properties['ipAddress'];
  delete properties['ipConfiguration'];
  const sku = valueOf(
    textAt(put.body, 'sku.name') ?? 'Basic',
    ['Basic', 'Standard', 'StandardV2'],
    'PublicIPAddressSkuName',
    'sku.name',
  );
  const method = valueOf(
    textAt(properties, 'publicIPAllocationMethod') ?? 'Dynamic',
    ['Dynamic', 'Static'],
    'IpAllocationMethod',
    'properties.publicIPAllocationMethod',
  );
  checkSku(put, sku, method);
  checkZones(put);
  const version = textAt(properties, 'publicIPAddressVersion') ?? 'IPv4';
  if (version !== 'IPv4')
    throw new ArmError(501, 'NotModelled', `The lab does not model public addresses of version ${version}.`);
  const label = textAt(properties, 'dnsSettings.domainNameLabel');
  const location = normalLocation(textAt(put.body, 'location') ?? '');
  const address =
    hiddenText(put.existing ?? ({ hidden: {} } as Resource), 'address') ??
    freePublicAddress(put.world, put.target, location);
  return {
    body: {
      sku: { name: sku, tier: textAt(put.body, 'sku.tier') ?? 'Regional' },
      properties: compact({
        ...properties,
        publicIPAllocationMethod: method,
        publicIPAddressVersion: version,
        idleTimeoutInMinutes: numberAt(properties, 'idleTimeoutInMinutes') ?? 4,
        dnsSettings:
          label === undefined ? undefined : { domainNameLabel: label, fqdn: `${label}.${location}.cloudapp.azure.com` },
        ipTags: properties['ipTags'] ?? [],
      }),
    },
    hidden: { address },
  };
}

function show({ world, resource }: View): JsonObject {
  const [user] = world.store.usersOf(resource.id);
  // A static address is drawn while the resource is made, a dynamic one once something uses it.
  const drawn = resource.state !== 'Updating' || resource.hidden['made'] === true;
  const fixed = drawn && textAt(resource.body, 'properties.publicIPAllocationMethod') === 'Static';
  return compact({
    resourceGuid: guidOf(`${resource.id}/${resource.generation}`),
    ipAddress: fixed || user !== undefined ? (hiddenText(resource, 'address') ?? undefined) : undefined,
    ipConfiguration: user === undefined ? undefined : { id: user.via },
    ddosSettings: objectAt(resource.body, 'properties.ddosSettings') ?? { protectionMode: 'VirtualNetworkInherited' },
  });
}

function refuseRemoval(address: Resource, world: World): void {
  const [user] = world.store.usersOf(address.id);
  const held = hiddenNumber(address, 'heldUntil') > world.clock.now() ? hiddenText(address, 'heldBy') : null;
  const holder = user?.via ?? held;
  if (holder === null) return;
  throw badRequest(
    'PublicIPAddressCannotBeDeleted',
    `Public IP address ${address.id} can not be deleted since it is still allocated to resource ${holder}. In order to delete the public IP, disassociate/detach the Public IP address from the resource. To learn how to do this, see aka.ms/deletepublicip.`,
  );
}

export const publicAddressSpec: TypeSpec = {
  type: 'Microsoft.Network/publicIPAddresses',
  noun: 'PublicIpAddress',
  located: true,
  seconds: { create: [1, 3], update: [1, 3], remove: [3, 11] },
  hintSeconds: 3,
  etag: 'header',
  prepare,
  links: () => [],
  show,
  settled: (address) => {
    address.hidden = { ...address.hidden, made: true };
  },
  refuseRemoval,
};
