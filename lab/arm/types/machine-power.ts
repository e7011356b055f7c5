/** Whether a VM runs, and what. */
import { osOfImage } from '../catalogue/images.ts';
import { objectAt } from '../json.ts';
import type { Resource } from '../store/store.ts';
import type { World } from '../world.ts';
import { hiddenText } from './common.ts';

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
