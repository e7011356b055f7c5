import { badRequest, conflict } from '../errors.ts';
import { guidOf } from '../guid.ts';
import { keyOf, lastName, parseId } from '../ids.ts';
import { type JsonObject, at, compact, missing, needText, objectAt, objectsAt, textAt } from '../json.ts';
import { checkImage, checkPlan, imageVersion, osOfImage } from '../images.ts';
import type { Resource } from '../store.ts';
import type { Prepared, Put, TypeSpec, View, World } from '../world.ts';
import { hiddenText, ipConfigurationsOf, propertiesOf } from './common.ts';

/** Only what a router VM's agent or Azure can tell; the host's own clock starts at `bootedAt`. */
export type Power = 'starting' | 'running' | 'stopped' | 'deallocated';

export const powerOf = (vm: Resource): Power => (hiddenText(vm, 'power') as Power | null) ?? 'deallocated';

/** Its image decides what a VM is. */
export const osOf = (vm: Resource): 'ios-xe' | 'linux' =>
  osOfImage(objectAt(vm.body, 'properties.storageProfile.imageReference'));

/** Switches a VM; the caller commits. */
export function setPower(world: World, vm: Resource, power: Power): void {
  const off = power === 'stopped' || power === 'deallocated' || power === 'starting';
  vm.hidden = { ...vm.hidden, power, bootedAt: off ? null : world.clock.now() };
  world.store.save(vm);
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
    if (/^(ssh-rsa|ssh-ed25519) [A-Za-z0-9+/]+=*( .*)?\s*$/.test(needText(key, 'keyData'))) continue;
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
  if (given.length === 0) throw missing('properties.networkProfile.networkInterfaces');
  return given.map((entry) => {
    const id = needText(entry, 'id');
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
    return compact({ ...entry, properties: objectAt(entry, 'properties') });
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
    throw conflict('PropertyChangeNotAllowed', `Changing property '${path}' is not allowed.`);
  }
}

function prepare(put: Put): Prepared {
  const properties = propertiesOf(put.body);
  const size = needText(properties, 'hardwareProfile.vmSize');
  if (!/^(Standard|Basic)_[A-Z]\w*$/i.test(size)) {
    throw badRequest('InvalidParameter', `The value ${size} provided for the VM size is not valid.`);
  }
  // A change of a VM need not name its image again.
  const image =
    objectAt(properties, 'storageProfile.imageReference') ??
    objectAt(put.existing?.body, 'properties.storageProfile.imageReference');
  if (image === undefined) throw missing('properties.storageProfile.imageReference');
  const osProfile = objectAt(properties, 'osProfile') ?? objectAt(put.existing?.body, 'properties.osProfile');
  if (osProfile === undefined) throw missing('properties.osProfile');
  needText(osProfile, 'computerName');
  needText(osProfile, 'adminUsername');
  checkKeys(osProfile, put.target);
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
            name,
            managedDisk: {
              storageAccountType: 'Standard_LRS',
              ...objectAt(disk, 'managedDisk'),
              id: diskId(put, name),
            },
          },
          dataDisks: [],
        },
        osProfile: { secrets: [], allowExtensionOperations: true, ...safe },
        networkProfile: { networkInterfaces: interfaces },
        timeCreated:
          textAt(put.existing?.body, 'properties.timeCreated') ?? new Date(put.world.clock.now()).toISOString(),
      }),
    }),
    ...(put.existing === undefined ? { hidden: { power: 'starting', bootedAt: null } } : {}),
  };
}

/** The OS disk is made with its VM. */
function accepted(vm: Resource, world: World, created: boolean): void {
  const id = textAt(vm.body, 'properties.storageProfile.osDisk.managedDisk.id') ?? '';
  if (!created) return;
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
        creationData: { createOption: 'FromImage' },
        diskSizeGB: 30,
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

/** What Azure shows while a VM goes off; to its guest and to the network it is off already. */
const goingOff: Readonly<Record<string, string>> = { 'vm-off': 'stopping', 'vm-free': 'deallocating' };

/** A router's image brings no agent. */
const vmAgent = (time: string): JsonObject => ({
  vmAgentVersion: '2.12.0.4',
  extensionHandlers: [],
  statuses: [
    {
      code: 'ProvisioningState/succeeded',
      level: 'Info',
      displayStatus: 'Ready',
      message: 'Guest Agent is running',
      time,
    },
  ],
});

export function instanceView(vm: Resource, world: World): JsonObject {
  const power = goingOff[world.operations.holding([vm.id])?.kind ?? ''] ?? powerOf(vm);
  const settled = vm.state === 'Succeeded';
  const time = new Date(world.clock.now()).toISOString();
  return {
    computerName: textAt(vm.body, 'properties.osProfile.computerName'),
    hyperVGeneration: 'V2',
    ...(power === 'running' && osOf(vm) === 'linux' ? { vmAgent: vmAgent(time) } : {}),
    disks: [
      {
        name: textAt(vm.body, 'properties.storageProfile.osDisk.name'),
        statuses: [
          { code: 'ProvisioningState/succeeded', level: 'Info', displayStatus: 'Provisioning succeeded', time },
        ],
      },
    ],
    statuses: [
      {
        code: `ProvisioningState/${vm.state.toLowerCase()}`,
        level: vm.state === 'Failed' ? 'Error' : 'Info',
        displayStatus: settled ? 'Provisioning succeeded' : vm.state,
        time,
      },
      { code: `PowerState/${power}`, level: 'Info', displayStatus: `VM ${power}` },
    ],
  };
}

function show({ world, resource, expand }: View): JsonObject {
  return expand?.toLowerCase() === 'instanceview' ? { instanceView: instanceView(resource, world) } : {};
}

export const virtualMachineSpec: TypeSpec = {
  type: 'Microsoft.Compute/virtualMachines',
  noun: 'VirtualMachine',
  located: true,
  seconds: { create: [30, 90], update: [5, 20], remove: [30, 90] },
  hintSeconds: 10,
  etag: 'header',
  prepare,
  links: (vm) => {
    const disk = textAt(vm.body, 'properties.storageProfile.osDisk.managedDisk.id');
    const nics = objectsAt(vm.body, 'properties.networkProfile.networkInterfaces') ?? [];
    return [disk, ...nics.map((nic) => textAt(nic, 'id'))]
      .filter((target) => target !== undefined)
      .map((target) => ({ target, via: vm.id }));
  },
  show,
  accepted,
  settled: (vm, world) => {
    if (powerOf(vm) === 'starting') setPower(world, vm, 'running');
  },
  removing,
};
