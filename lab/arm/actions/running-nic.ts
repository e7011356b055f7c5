import { badRequest } from '../errors.ts';
import type { Resource } from '../store/store.ts';
import { powerOf } from '../types/machine-power.ts';
import { vmOf } from '../types/network-interface.ts';
import type { World } from '../world.ts';

const sought = { Routes: 'routes', SecurityGroups: 'security groups' } as const;

/**
 * Azure works out what is effective at a NIC only where a running VM has it (azure.md, 1.4).
 * @throws ArmError 400
 */
export function needRunning(world: World, nic: Resource, what: keyof typeof sought): void {
  const vm = vmOf(world, nic.id);
  if (vm !== undefined && powerOf(vm) === 'running') return;
  throw badRequest(
    `NicMustBeAttachedToRunningVmToGetEffective${what}`,
    `A network interface must be attached to a running virtual machine to get effective ${sought[what]}. The network interface ${nic.id} is not attached to a running virtual machine.`,
  );
}
