import { badRequest } from '../errors.ts';
import type { Json } from '../json.ts';
import { longReply } from '../routes/replies.ts';
import type { Effect } from '../store/operations.ts';
import type { Resource } from '../store/store.ts';
import { powerOf } from '../types/machine-power.ts';
import { vmOf } from '../types/network-interface.ts';
import type { Range, Reply, Request, World } from '../world.ts';
import { begin, needMethod } from './begin.ts';

const askSeconds: Range = [2, 5];

/** What may be asked for, as refusals name it, with the name of its operation. */
const sought = {
  Routes: { words: 'routes', operation: 'GetEffectiveRouteTableOperation' },
  SecurityGroups: { words: 'security groups', operation: 'GetEffectiveNetworkSecurityGroupOperation' },
} as const;

type Sought = keyof typeof sought;

/**
 * Begins to work out what is effective at a NIC, which Azure does only where a running VM has it (azure.md, 1.4).
 * @throws ArmError 400
 */
export function askRunning(world: World, nic: Resource, request: Request, what: Sought, kind: string): Reply {
  needMethod(request, 'POST');
  needRunning(world, nic, what);
  const name = sought[what].operation;
  const operation = begin(world, nic, { kind, name, locks: [], hintSeconds: 10, seconds: askSeconds });
  return longReply(world, request, operation, 202);
}

/** What such an operation ends with; nothing if the NIC has gone meanwhile. */
export function effectOnNic(world: World, kind: string, workOut: (nic: Resource) => Json): [string, Effect] {
  return [
    kind,
    (operation) => {
      const nic = world.store.get(operation.target);
      return nic === undefined ? { value: [] } : workOut(nic);
    },
  ];
}

function needRunning(world: World, nic: Resource, what: Sought): void {
  const vm = vmOf(world, nic.id);
  if (vm !== undefined && powerOf(vm) === 'running') return;
  throw badRequest(
    `NicMustBeAttachedToRunningVmToGetEffective${what}`,
    `A network interface must be attached to a running virtual machine to get effective ${sought[what].words}. The network interface ${nic.id} is not attached to a running virtual machine.`,
  );
}
