import { badRequest, conflict, notModelled } from '../errors.ts';
import { guidOf } from '../guid.ts';
import { keyOf, lastName, parseId } from '../ids.ts';
import { type JsonObject, at, compact, listAt, numberAt, objectAt, objectsAt, textAt } from '../json.ts';
import { checkImage, checkPlan, generationOfImage, imageVersion } from '../catalogue/images.ts';
import type { Resource } from '../store/store.ts';
import { computeTime } from '../time.ts';
import type { Prepared, Put, TypeSpec, World } from '../world.ts';
import { ipConfigurationsOf, propertiesOf } from './common.ts';
import { powerOf, setPower } from './machine-power.ts';
import { missingParameter } from '../unreadable.ts';
import { showMachine } from './machine-view.ts';

function needParameter(value: JsonObject, path: string): string {
  const found = textAt(value, path);
  if (found === undefined || found === '') throw missingParameter(lastName(path.replaceAll('.', '/')));
  return found;
}

/** Azure takes RSA keys of 2048 bits or more and, since 2024, ed25519 for Linux; a router's SSH server wants RSA. */
function checkKeys(osProfile: JsonObject, target: string): void {
  const keys = objectsAt(osProfile, 'linuxConfiguration.ssh.publicKeys') ?? [];
  const locked = at(osProfile, 'linuxConfiguration.disablePasswordAuthentication') === true;
  if (keys.length === 0 && (locked || textAt(osProfile, 'adminPassword') === undefined)) {
    throw badRequest(
      'InvalidParameter',
      `Authentication using either SSH or by user name and password must be enabled in Linux profile. VM: ${target}.`,
    );
  }
  for (const key of keys) {
    if (/^(ssh-rsa|ssh-ed25519) [A-Za-z0-9+/]+=*( .*)?\s*$/.test(needParameter(key, 'keyData'))) continue;
    throw badRequest(
      'InvalidParameter',
      'The value of parameter linuxConfiguration.ssh.publicKeys.keyData is invalid: only RSA and ED25519 keys in OpenSSH format are supported.',
    );
  }
}

function checkSpot(properties: JsonObject): void {
  const priority = textAt(properties, 'priority') ?? 'Regular';
  if (!['Regular', 'Low', 'Spot'].includes(priority)) {
    throw badRequest('InvalidParameter', `The value ${priority} of parameter priority is invalid.`);
  }
  if (priority === 'Regular' && (properties['evictionPolicy'] ?? properties['billingProfile']) !== undefined) {
    throw badRequest(
      'OperationNotAllowed',
      'Eviction policy and billing profile can be set only on Azure Spot Virtual Machines.',
    );
  }
}

function interfacesOf(put: Put, properties: JsonObject): JsonObject[] {
  const given = objectsAt(properties, 'networkProfile.networkInterfaces') ?? [];
  if (given.length === 0) throw missingParameter('networkInterfaces');
  return given.map((entry) => {
    const id = needParameter(entry, 'id');
    if (parseId(id) === null) {
      throw badRequest(
        'LinkedInvalidPropertyId',
        `Property id '${id}' at path 'properties.networkProfile.networkInterfaces[0].id' is invalid.`,
      );
    }
    const other = put.world.store
      .usersOf(id)
      .find((link) => link.from.includes('/virtualMachines/') && link.from !== put.target);
    if (other !== undefined) {
      throw badRequest(
        'NicInUse',
        `Network Interface ${id} is used by existing resource ${other.from}. Only one virtual machine may use a network interface.`,
      );
    }
    const options = compact({ ...objectAt(entry, 'properties') });
    return compact({ ...entry, properties: Object.keys(options).length === 0 ? undefined : options });
  });
}

function diskId(put: Put, name: string): string {
  return `${put.target.split('/').slice(0, 5).join('/')}/providers/Microsoft.Compute/disks/${name}`;
}

/** A disk that an earlier VM left behind is not taken over in silence. */
function refuseTakenDisk(put: Put, id: string): void {
  if (put.existing !== undefined || put.world.store.get(id) === undefined) return;
  throw conflict(
    'ConflictingUserInput',
    `Disk ${lastName(id)} already exists in resource group ${put.id.group}. Only CreateOption.Attach is supported.`,
  );
}

function refuseFixedChange(put: Put, properties: JsonObject): void {
  if (put.existing === undefined) return;
  for (const path of [
    'priority',
    'osProfile.computerName',
    'osProfile.adminUsername',
    'storageProfile.imageReference.sku',
  ]) {
    const before = textAt(put.existing.body, `properties.${path}`);
    const wanted = textAt(properties, path);
    if (wanted === undefined || before === wanted) continue;
    throw conflict('PropertyChangeNotAllowed', `Changing property '${path}' is not allowed.`).about(path);
  }
}

/** Sizes whose letter says so put their OS disk on premium storage, unless told otherwise: `DS2_v2`, `B1s`, `D2as_v5`. */
const takesPremium = (size: string): boolean => /_(?:[A-Z]+S\d|[A-Z]+\d+(?:-\d+)?[a-z]*s)/.test(size);

/** The guest's settings as Azure fills them up. */
function guestSettings(given: JsonObject): JsonObject {
  return {
    secrets: [],
    allowExtensionOperations: true,
    requireGuestProvisionSignal: true,
    ...given,
    linuxConfiguration: {
      disablePasswordAuthentication: false,
      provisionVMAgent: true,
      patchSettings: { patchMode: 'ImageDefault', assessmentMode: 'ImageDefault' },
      ...objectAt(given, 'linuxConfiguration'),
    },
  };
}

function sizeOf(properties: JsonObject): string {
  const size = needParameter(properties, 'hardwareProfile.vmSize');
  if (!/^(Standard|Basic)_[A-Z]\w*$/i.test(size)) {
    throw badRequest('InvalidParameter', `The value ${size} provided for the VM size is not valid.`);
  }
  return size;
}

function prepare(put: Put): Prepared {
  const properties = propertiesOf(put.body);
  const size = sizeOf(properties);
  if ((listAt(properties, 'storageProfile.dataDisks') ?? []).length > 0) {
    throw notModelled('data disks of a virtual machine');
  }
  // A change of a VM need not name its image again.
  const image =
    objectAt(properties, 'storageProfile.imageReference') ??
    objectAt(put.existing?.body, 'properties.storageProfile.imageReference');
  if (image === undefined) throw missingParameter('imageReference');
  const osProfile = objectAt(properties, 'osProfile') ?? objectAt(put.existing?.body, 'properties.osProfile');
  if (osProfile === undefined) throw missingParameter('osProfile');
  needParameter(osProfile, 'computerName');
  needParameter(osProfile, 'adminUsername');
  // Whoever puts back what a GET showed has no password to send.
  if (put.existing === undefined) checkKeys(osProfile, put.target);
  checkSpot(properties);
  const plan = objectAt(put.body, 'plan') ?? objectAt(put.existing?.body, 'plan');
  checkImage(image, put.world.rules);
  checkPlan(put.world, image, plan);
  refuseFixedChange(put, properties);
  const interfaces = interfacesOf(put, properties);
  const disk = objectAt(properties, 'storageProfile.osDisk') ?? {};
  const existingDisk = textAt(put.existing?.body, 'properties.storageProfile.osDisk.name');
  const name =
    textAt(disk, 'name') ??
    existingDisk ??
    `${lastName(put.target)}_OsDisk_1_${guidOf(put.target).replaceAll('-', '')}`;
  refuseTakenDisk(put, diskId(put, name));
  const safe = { ...osProfile };
  delete safe['adminPassword'];
  delete safe['customData'];
  delete properties['instanceView'];
  return {
    body: compact({
      plan,
      identity: put.body['identity'],
      properties: compact({
        ...properties,
        vmId: guidOf(
          `vm/${put.target}/${put.existing?.generation ?? put.world.store.peek(`generation ${keyOf(put.target)}`) + 1}`,
        ),
        storageProfile: {
          ...objectAt(properties, 'storageProfile'),
          imageReference: { ...image, exactVersion: imageVersion(image, put.world.rules) },
          osDisk: {
            osType: 'Linux',
            caching: 'ReadWrite',
            deleteOption: 'Detach',
            diskSizeGB: 30,
            ...disk,
            createOption: 'FromImage',
            name,
            managedDisk: {
              storageAccountType: takesPremium(size) ? 'Premium_LRS' : 'Standard_LRS',
              ...objectAt(disk, 'managedDisk'),
              id: diskId(put, name),
            },
          },
          dataDisks: [],
        },
        osProfile: guestSettings(safe),
        networkProfile: { networkInterfaces: interfaces },
        timeCreated: textAt(put.existing?.body, 'properties.timeCreated') ?? computeTime(put.world.clock.now()),
      }),
    }),
    ...(put.existing === undefined ? { hidden: { power: 'starting', bootedAt: null } } : {}),
  };
}

function imageId(world: World, vm: Resource, image: JsonObject): string {
  const [publisher, offer, sku, version] = ['publisher', 'offer', 'sku', 'exactVersion'].map((part) =>
    textAt(image, part),
  );
  return `/Subscriptions/${world.subscriptionId}/Providers/Microsoft.Compute/Locations/${textAt(vm.body, 'location')}/Publishers/${publisher}/ArtifactTypes/VMImage/Offers/${offer}/Skus/${sku}/Versions/${version}`;
}

/** The OS disk is made with its VM. */
function accepted(vm: Resource, world: World, created: boolean): void {
  const id = textAt(vm.body, 'properties.storageProfile.osDisk.managedDisk.id') ?? '';
  if (!created) return;
  const image = objectAt(vm.body, 'properties.storageProfile.imageReference') ?? {};
  world.store.save({
    id,
    type: 'Microsoft.Compute/disks',
    name: lastName(id),
    generation: world.store.count(`generation ${keyOf(id)}`),
    state: 'Succeeded',
    body: compact({
      location: vm.body['location'],
      tags: vm.body['tags'],
      sku: {
        name: textAt(vm.body, 'properties.storageProfile.osDisk.managedDisk.storageAccountType') ?? 'Standard_LRS',
      },
      properties: compact({
        osType: 'Linux',
        hyperVGeneration: generationOfImage(image),
        supportedCapabilities: { architecture: 'x64' },
        creationData: { createOption: 'FromImage', imageReference: { id: imageId(world, vm, image) } },
        diskSizeGB: numberAt(vm.body, 'properties.storageProfile.osDisk.diskSizeGB') ?? 30,
        timeCreated: textAt(vm.body, 'properties.timeCreated'),
      }),
    }),
    hidden: {},
    revision: 0,
  });
}

/** What its `deleteOption`s say goes with the VM. */
function removing(vm: Resource, world: World): void {
  const disk = objectAt(vm.body, 'properties.storageProfile.osDisk');
  if (textAt(disk, 'deleteOption') === 'Delete') world.store.remove(textAt(disk, 'managedDisk.id') ?? '');
  for (const nic of objectsAt(vm.body, 'properties.networkProfile.networkInterfaces') ?? []) {
    const found = world.store.get(textAt(nic, 'id') ?? '');
    if (found === undefined || textAt(nic, 'properties.deleteOption') !== 'Delete') continue;
    for (const { properties } of ipConfigurationsOf(found)) {
      const gone = textAt(properties, 'publicIPAddress.properties.deleteOption') === 'Delete';
      if (gone) world.store.remove(textAt(properties, 'publicIPAddress.id') ?? '');
    }
    world.store.remove(found.id);
  }
}

export const virtualMachineSpec: TypeSpec = {
  type: 'Microsoft.Compute/virtualMachines',
  noun: 'VirtualMachine',
  located: true,
  seconds: { create: [30, 90], update: [5, 20], remove: [30, 90] },
  hintSeconds: 10,
  etag: 'count',
  prepare,
  links: (vm) => {
    const disk = textAt(vm.body, 'properties.storageProfile.osDisk.managedDisk.id');
    const nics = objectsAt(vm.body, 'properties.networkProfile.networkInterfaces') ?? [];
    return [disk, ...nics.map((nic) => textAt(nic, 'id'))]
      .filter((target) => target !== undefined)
      .map((target) => ({ target, via: vm.id }));
  },
  show: showMachine,
  accepted,
  settled: (vm, world) => {
    if (powerOf(vm) === 'starting') setPower(world, vm, 'running');
  },
  removing,
};
