/** A VM that runs: made, replaced where Spot has no capacity and the site file allows it, and started where it is off. */
import type { Arm } from '../adapters/azure/arm.ts';
import { privateAddressOf } from '../adapters/azure/nic.ts';
import { isOutOfCapacity } from '../adapters/azure/replies.ts';
import { versions } from '../adapters/azure/versions.ts';
import { powerStateOf, priorityOf, vmAim, type Priority } from '../adapters/azure/vm.ts';
import type { Ipv4 } from '../domain/spec.ts';
import type { MakeVm, VmMade } from './contracts.ts';
import type { ActivityDeps } from './deps.ts';
import { ensure, type Ensured } from './ensure.ts';
import { nicFacts, vmFacts } from './facts.ts';
import { LongWork } from './long-work.ts';

export async function ensureVm(deps: ActivityDeps, request: MakeVm): Promise<VmMade> {
  const { arm, secrets, installation } = deps;
  const { publicKey } = secrets.rsaKey(request.privateKey);
  const acceptedPriorities: Priority[] = request.spotFallback ? ['Spot', 'Regular'] : [request.priority];
  const aimFor = (priority: Priority) => vmAim({ ...request, publicKey, priority, acceptedPriorities }, installation);
  const aim = aimFor(request.priority);
  const work = new LongWork(arm, aim.what, aim.pace);
  const ensured = await withFallback(request, work, (priority) => ensure(arm, aimFor(priority), work));
  const vm = await running(arm, request.id, work);
  const nic = await arm.get(request.nicId, versions.network, work.reading());
  return {
    id: request.id,
    adopted: ensured.adopted,
    observed: { ...vmFacts(vm), ...nicFacts(nic) },
    powerState: powerStateOf(vm),
    privateAddress: privateAddressOf(nic) as Ipv4,
    priority: priorityOf(vm),
  };
}

/** Regular where there is no Spot capacity, if the site file allows it; the choice holds for all later attempts. */
async function withFallback(
  request: MakeVm,
  work: LongWork,
  attempt: (priority: Priority) => Promise<Ensured>,
): Promise<Ensured> {
  if (work.choice === 'Regular') return await attempt('Regular');
  try {
    return await attempt(request.priority);
  } catch (error) {
    if (request.priority !== 'Spot' || !request.spotFallback || !isOutOfCapacity(error)) throw error;
    work.choose('Regular');
    return await attempt('Regular');
  }
}

/** The VM with its instance view, once it runs: a VM that was deallocated (Spot eviction) or stopped is started. */
async function running(arm: Arm, id: string, work: LongWork): Promise<unknown> {
  const ended = await work.end();
  if (ended.state === 'failed') throw ended.error;
  const vm = await readVm(arm, id, work);
  const power = powerStateOf(vm);
  if (power === 'running') return vm;
  if (power === 'deallocated' || power === 'stopped') {
    work.begin('post', await arm.post(`${id}/start`, versions.compute, null, { deed: `Starting ${work.what}` }));
    return await running(arm, id, work);
  }
  return work.later(`is ${power === '' ? 'in no known power state' : power}`, arm.unitMs());
}

function readVm(arm: Arm, id: string, work: LongWork): Promise<unknown> {
  return arm.get(`${id}?$expand=instanceView`, versions.compute, work.reading());
}
