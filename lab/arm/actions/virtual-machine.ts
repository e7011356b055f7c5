/** Power of a VM: start, power off, deallocate, restart, eviction of a Spot VM. */
import { conflict } from '../errors.ts';
import { textAt } from '../json.ts';
import type { Effect, Operation } from '../store/operations.ts';
import { longReply } from '../routes/replies.ts';
import { deleteResource, refuseIfBusy } from '../resources/resources.ts';
import type { Resource } from '../store/store.ts';
import { type Power, powerOf, setPower } from '../types/machine-power.ts';
import { instanceView } from '../types/machine-view.ts';
import type { Range, Reply, Request, World } from '../world.ts';
import { type Action, begin, needMethod } from './begin.ts';
import { listSizes } from './capacity.ts';

interface Switch {
  readonly name: string;
  readonly kind: string;
  readonly seconds: Range;
  /** Power while the operation lasts; what was stopped keeps its state until the end. */
  readonly meanwhile: Power;
}

const switches: Readonly<Record<string, Switch>> = {
  start: { name: 'StartVirtualMachine', kind: 'vm-on', seconds: [20, 60], meanwhile: 'starting' },
  redeploy: { name: 'RedeployVirtualMachine', kind: 'vm-on', seconds: [120, 300], meanwhile: 'starting' },
  restart: { name: 'RestartVirtualMachine', kind: 'vm-on', seconds: [20, 60], meanwhile: 'starting' },
  poweroff: { name: 'PowerOffVirtualMachine', kind: 'vm-off', seconds: [10, 40], meanwhile: 'stopped' },
  deallocate: { name: 'DeallocateVirtualMachine', kind: 'vm-free', seconds: [20, 60], meanwhile: 'stopped' },
};

/** Within how many seconds of Azure time a simulated eviction strikes; Azure promises 30 minutes. */
const evictionSeconds: Range = [30, 300];

function turn(how: Switch): Action {
  return (world, vm, request) => {
    needMethod(request, 'POST');
    refuseIfBusy(world, [vm.id]);
    if (how.kind === 'vm-on' && how.name.startsWith('Restart') && powerOf(vm) !== 'running') {
      throw conflict('OperationNotAllowed', `The operation requires the VM ${vm.name} to be running.`);
    }
    // Starting what runs already changes nothing, as in Azure.
    if (!(how.name.startsWith('Start') && powerOf(vm) === 'running')) setPower(world, vm, how.meanwhile);
    const operation = begin(world, vm, {
      kind: how.kind,
      name: how.name,
      locks: [vm.id],
      hintSeconds: 10,
      seconds: how.seconds,
    });
    return longReply(world, request, operation, 202);
  };
}

function view(world: World, vm: Resource, request: Request): Reply {
  needMethod(request, 'GET');
  return { status: 200, body: instanceView(vm, world) };
}

function resizeOptions(_world: World, _vm: Resource, request: Request): Reply {
  needMethod(request, 'GET');
  return listSizes();
}

function simulateEviction(world: World, vm: Resource, request: Request): Reply {
  needMethod(request, 'POST');
  if (textAt(vm.body, 'properties.priority') !== 'Spot') {
    throw conflict('OperationNotAllowed', "Operation 'simulateEviction' is allowed only for Spot Virtual Machines");
  }
  begin(world, vm, {
    kind: 'evict',
    name: 'EvictVirtualMachine',
    locks: [],
    hintSeconds: 10,
    seconds: evictionSeconds,
  });
  return { status: 204 };
}

/** What its eviction policy says happens to a Spot VM; the caller commits. */
function evict(world: World, vm: Resource): void {
  setPower(world, vm, 'deallocated');
  if (textAt(vm.body, 'properties.evictionPolicy') !== 'Delete') return;
  if (world.operations.holding([vm.id]) === undefined) deleteResource(world, vm.id);
}

export const machineActions: readonly [string, Action][] = [
  ...Object.entries(switches).map(([action, how]): [string, Action] => [
    `microsoft.compute/virtualmachines/${action}`,
    turn(how),
  ]),
  ['microsoft.compute/virtualmachines/instanceview', view],
  ['microsoft.compute/virtualmachines/simulateeviction', simulateEviction],
  ['microsoft.compute/virtualmachines/vmsizes', resizeOptions],
];

export function machineEffects(world: World): [string, Effect][] {
  const ending =
    (deed: (vm: Resource) => void) =>
    (operation: Operation): undefined => {
      const vm = world.store.get(operation.target);
      if (vm !== undefined) deed(vm);
    };
  return [
    ['vm-on', ending((vm) => powerOf(vm) === 'starting' && setPower(world, vm, 'running'))],
    ['vm-off', ending((vm) => setPower(world, vm, 'stopped'))],
    ['vm-free', ending((vm) => setPower(world, vm, 'deallocated'))],
    ['evict', ending((vm) => evict(world, vm))],
  ];
}
