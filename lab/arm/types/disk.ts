import { conflict } from '../errors.ts';
import { guidOf } from '../guid.ts';
import { type JsonObject, compact, numberAt, objectAt, textAt } from '../json.ts';
import type { Resource } from '../store/store.ts';
import { computeTime } from '../time.ts';
import type { Prepared, Put, TypeSpec, World } from '../world.ts';
import { missingParameter } from '../unreadable.ts';
import { propertiesOf } from './common.ts';

function prepare(put: Put): Prepared {
  const properties = propertiesOf(put.body);
  for (const member of ['diskSizeBytes', 'diskState', 'uniqueId']) delete properties[member];
  if (objectAt(properties, 'creationData') === undefined) throw missingParameter('disk.creationData');
  return {
    body: {
      sku: { name: textAt(put.body, 'sku.name') ?? 'Standard_LRS' },
      properties: compact({
        ...properties,
        diskSizeGB: numberAt(properties, 'diskSizeGB') ?? numberAt(put.existing?.body, 'properties.diskSizeGB') ?? 30,
        timeCreated: textAt(put.existing?.body, 'properties.timeCreated') ?? computeTime(put.world.clock.now()),
      }),
    },
  };
}

/** Of premium disks: the largest size in GB, the tier, operations per second and MB per second. */
const premiumTiers = [
  [4, 'P1', 120, 25],
  [8, 'P2', 120, 25],
  [16, 'P3', 120, 25],
  [32, 'P4', 120, 25],
  [64, 'P6', 240, 50],
  [128, 'P10', 500, 100],
  [256, 'P15', 1100, 125],
  [512, 'P20', 2300, 150],
  [1024, 'P30', 5000, 200],
] as const;

function speedOf(sku: string, gigabytes: number): JsonObject {
  if (!sku.startsWith('Premium_')) return { diskIOPSReadWrite: 500, diskMBpsReadWrite: 60 };
  const [, tier, operations, megabytes] = premiumTiers.find(([most]) => gigabytes <= most) ?? [0, 'P40', 7500, 250];
  return { diskIOPSReadWrite: operations, diskMBpsReadWrite: megabytes, tier };
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
    // Its first reply says no more than what was asked for.
    if (resource.state === 'Creating' || resource.state === 'Updating')
      return { provisioningState: 'Updating', timeCreated: undefined };
    return compact({
      ...speedOf(sku, numberAt(resource.body, 'properties.diskSizeGB') ?? 0),
      encryption: { type: 'EncryptionAtRestWithPlatformKey' },
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
