/** What a VM's own agent and its host tell: the instance view, and what the model loses while a VM has no host. */
import { generationOfImage, guestOfImage } from '../catalogue/images.ts';
import { type JsonObject, objectAt, textAt } from '../json.ts';
import type { Resource } from '../store/store.ts';
import { computeTime } from '../time.ts';
import type { View, World } from '../world.ts';
import { osOf, powerOf } from './machine-power.ts';

/** What Azure shows while a VM goes off; to its guest and to the network it is off already. */
const goingOff: Readonly<Record<string, string>> = { 'vm-off': 'stopping', 'vm-free': 'deallocating' };

/** A router's image brings no agent, so its host waits in vain. */
const agents = {
  linux: {
    version: '2.12.0.4',
    status: {
      code: 'ProvisioningState/succeeded',
      level: 'Info',
      displayStatus: 'Ready',
      message: 'Guest Agent is running',
    },
  },
  'ios-xe': {
    version: 'Unknown',
    status: {
      code: 'ProvisioningState/Unavailable',
      level: 'Warning',
      displayStatus: 'Not Ready',
      message: 'VM status blob is found but not yet populated.',
    },
  },
} as const;

/** What only a running VM has. */
function running(vm: Resource, time: string): JsonObject {
  const os = osOf(vm);
  const { version, status } = agents[os];
  const talks = os === 'linux';
  return {
    ...(talks
      ? {
          computerName: textAt(vm.body, 'properties.osProfile.computerName'),
          ...guestOfImage(objectAt(vm.body, 'properties.storageProfile.imageReference')),
        }
      : {}),
    vmAgent: {
      vmAgentVersion: version,
      ...(talks ? { extensionHandlers: [] } : {}),
      statuses: [{ ...status, time }],
    },
  };
}

export function instanceView(vm: Resource, world: World): JsonObject {
  const power = goingOff[world.operations.holding([vm.id])?.kind ?? ''] ?? powerOf(vm);
  const settled = vm.state === 'Succeeded';
  const time = computeTime(world.clock.now());
  return {
    ...(power === 'running' ? running(vm, time) : {}),
    hyperVGeneration: generationOfImage(objectAt(vm.body, 'properties.storageProfile.imageReference')),
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

/** Size and kind of the OS disk are unknown to a VM that has been deallocated. */
function storageOf(vm: Resource): JsonObject {
  const storage = objectAt(vm.body, 'properties.storageProfile') ?? {};
  if (powerOf(vm) !== 'deallocated') return storage;
  const { diskSizeGB: _size, ...osDisk } = objectAt(storage, 'osDisk') ?? {};
  const { storageAccountType: _kind, ...managedDisk } = objectAt(osDisk, 'managedDisk') ?? {};
  return { ...storage, osDisk: { ...osDisk, managedDisk } };
}

export function showMachine({ world, resource, expand }: View): JsonObject {
  return {
    storageProfile: storageOf(resource),
    ...(expand?.toLowerCase() === 'instanceview' ? { instanceView: instanceView(resource, world) } : {}),
  };
}
