import { conflict } from '../errors.ts';
import { guidOf } from '../guid.ts';
import { compact, missing, numberAt, objectAt, textAt } from '../json.ts';
import type { Resource } from '../store.ts';
import type { Prepared, Put, TypeSpec, World } from '../world.ts';
import { propertiesOf } from './common.ts';

function prepare(put: Put): Prepared {
  const properties = propertiesOf(put.body);
  for (const member of ['diskSizeBytes', 'diskState', 'uniqueId']) delete properties[member];
  if (objectAt(properties, 'creationData') === undefined) throw missing('properties.creationData');
  return {
    body: {
      sku: { name: textAt(put.body, 'sku.name') ?? 'Standard_LRS' },
      properties: compact({
        ...properties,
        diskSizeGB: numberAt(properties, 'diskSizeGB') ?? 30,
        timeCreated:
          textAt(put.existing?.body, 'properties.timeCreated') ?? new Date(put.world.clock.now()).toISOString(),
      }),
    },
  };
}

function ownerOf(disk: Resource, world: World): string | undefined {
  return world.store.usersOf(disk.id)[0]?.from;
}

export const diskSpec: TypeSpec = {
  type: 'Microsoft.Compute/disks',
  noun: 'Disk',
  located: true,
  seconds: { create: [2, 5], update: [2, 5], remove: [2, 6] },
  hintSeconds: 2,
  etag: 'none',
  putStatus: 202,
  prepare,
  links: () => [],
  show: ({ world, resource }) => {
    const owner = ownerOf(resource, world);
    const sku = textAt(resource.body, 'sku.name') ?? '';
    return compact({
      diskSizeBytes: (numberAt(resource.body, 'properties.diskSizeGB') ?? 0) * 1024 ** 3,
      networkAccessPolicy: textAt(resource.body, 'properties.networkAccessPolicy') ?? 'AllowAll',
      publicNetworkAccess: textAt(resource.body, 'properties.publicNetworkAccess') ?? 'Enabled',
      diskState: owner === undefined ? 'Unattached' : 'Attached',
      uniqueId: guidOf(`${resource.id}/${resource.generation}`),
      '': compact({
        managedBy: owner,
        sku: { name: sku, tier: /^(Premium|Ultra)/.exec(sku)?.[0] ?? 'Standard' },
      }),
    });
  },
  refuseRemoval: (disk, world) => {
    const owner = ownerOf(disk, world);
    if (owner !== undefined) throw conflict('OperationNotAllowed', `Disk ${disk.name} is attached to VM ${owner}.`);
  },
};
