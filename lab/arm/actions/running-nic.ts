import { badRequest } from '../errors.ts';
import type { Resource } from '../store.ts';
import { powerOf } from '../types/machine-power.ts';
import { vmOf } from '../types/network-interface.ts';
import type { World } from '../world.ts';

/**
 * Azure works out what is effective at a NIC only where a running VM has it (azure.md, 1.4).
 * @param what `Effective routes`
 * @throws ArmError 400
 */
export function needRunning(world: World, nic: Resource, what: string): void {
  const vm = vmOf(world, nic.id);
  if (vm === undefined) {
    throw badRequest(
      'NetworkInterfaceNotAttachedToVirtualMachine',
      `${what} of network interface ${nic.id} cannot be read: it is not attached to a virtual machine.`,
    );
  }
  if (powerOf(vm) === 'running') return;
  throw badRequest(
    'VirtualMachineNotRunning',
    `${what} of network interface ${nic.id} cannot be read: virtual machine ${vm.id} is not running.`,
  );
}
