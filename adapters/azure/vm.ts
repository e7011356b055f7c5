/** Virtual machines: a marketplace image with its plan, Spot or Regular, an SSH key, one NIC. */
import { paces } from '../../domain/poll-schedule.ts';
import type { ImageSpec } from '../../domain/spec.ts';
import { aimOf, differs, type Aim, type Difference, type Wanted } from './aim.ts';
import { listAt, stateOf, textAt } from './json.ts';
import { versions } from './versions.ts';

export type Priority = 'Spot' | 'Regular';

export interface WantedVm extends Wanted {
  /** Also the computer name. */
  readonly name: string;
  readonly nicId: string;
  readonly size: string;
  readonly image: ImageSpec;
  readonly withPlan: boolean;
  readonly priority: Priority;
  /** Priorities that an existing VM may have. */
  readonly acceptedPriorities: readonly Priority[];
  readonly adminUsername: string;
  /** `ssh-rsa …`. */
  readonly publicKey: string;
  /** Name of the OS disk; it is deleted with the VM. */
  readonly diskName: string;
}

export function vmAim(wanted: WantedVm, installation: string): Aim {
  return aimOf(wanted, installation, {
    kind: 'virtual machine',
    apiVersion: versions.compute,
    pace: paces.vm,
    differences: (existing) => [
      ...differs('size', textAt(existing, 'properties', 'hardwareProfile', 'vmSize'), wanted.size, 'refuse'),
      ...priorityDifferences(existing, wanted),
      ...differs(
        'network interface',
        textAt(existing, 'properties', 'networkProfile', 'networkInterfaces', 0, 'id'),
        wanted.nicId,
        'refuse',
      ),
    ],
    body: () => ({
      ...(wanted.withPlan
        ? { plan: { name: wanted.image.sku, publisher: wanted.image.publisher, product: wanted.image.offer } }
        : {}),
      properties: {
        hardwareProfile: { vmSize: wanted.size },
        ...priorityBody(wanted.priority),
        storageProfile: {
          imageReference: { ...wanted.image },
          // Without deleteOption the disk would stay behind, and cost, when the VM goes (azure.md, 1.1).
          osDisk: { name: wanted.diskName, createOption: 'FromImage', deleteOption: 'Delete' },
        },
        osProfile: osProfile(wanted),
        networkProfile: { networkInterfaces: [{ id: wanted.nicId, properties: { primary: true } }] },
      },
    }),
  });
}

function osProfile(wanted: WantedVm): object {
  return {
    computerName: wanted.name,
    adminUsername: wanted.adminUsername,
    linuxConfiguration: {
      disablePasswordAuthentication: true,
      ssh: {
        publicKeys: [{ path: `/home/${wanted.adminUsername}/.ssh/authorized_keys`, keyData: wanted.publicKey }],
      },
    },
  };
}

/** A VM that Azure could not start for lack of Spot capacity stands there as Failed, and its priority is fixed. */
function priorityDifferences(existing: unknown, wanted: WantedVm): Difference[] {
  const found = priorityOf(existing);
  if (stateOf(existing) === 'Failed') return differs('priority', found, wanted.priority, 'replace');
  if (wanted.acceptedPriorities.some((priority) => priority === found)) return [];
  return differs('priority', found, wanted.priority, 'refuse');
}

function priorityBody(priority: Priority): object {
  if (priority === 'Regular') return {};
  return { priority, evictionPolicy: 'Deallocate', billingProfile: { maxPrice: -1 } };
}

export function priorityOf(vm: unknown): string {
  return textAt(vm, 'properties', 'priority') || 'Regular';
}

/** `running`, `starting`, `deallocated`…; empty if the instance view says none. */
export function powerStateOf(vm: unknown): string {
  const codes = listAt(vm, 'properties', 'instanceView', 'statuses').map((status) => textAt(status, 'code'));
  const code = codes.find((candidate) => candidate.startsWith('PowerState/')) ?? '';
  return code.slice('PowerState/'.length);
}
