/** Run Command: a shell script on a Linux VM, its output at the end of an operation. */
import { reachesPlatform } from '../cloud/egress.ts';
import { badRequest, conflict, notModelled } from '../errors.ts';
import { lastName } from '../ids.ts';
import { type Json, at, listAt, textAt, textsAt } from '../json.ts';
import type { Effect, Operation } from '../store/operations.ts';
import { longReply } from '../routes/replies.ts';
import type { Resource } from '../store/store.ts';
import { osOf, powerOf } from '../types/machine-power.ts';
import type { Reply, Request, World } from '../world.ts';
import { type Action, begin, needMethod } from './begin.ts';
import { runShell } from './shell.ts';

/** A Run Command takes at least this long, in seconds of Azure time. */
const leastSeconds = 20;

/** When Azure gives up on an agent that it does not hear of, in seconds of Azure time. */
const patienceSeconds = 90 * 60;

/** Azure answers the end of each stream, in bytes. */
const keptBytes = 4096;

const lockOf = (vm: Resource): string => `${vm.id}/runCommand`;

/** @throws ArmError 409 while another one runs, or while the VM does not */
function runCommand(world: World, vm: Resource, request: Request): Reply {
  needMethod(request, 'POST');
  const command = textAt(request.body, 'commandId') ?? '';
  if (command.toLowerCase() !== 'runshellscript') {
    throw badRequest('InvalidParameter', `The command ${command} is not available for Linux: use RunShellScript.`);
  }
  if ((listAt(request.body, 'parameters') ?? []).length > 0) throw notModelled('parameters of a Run Command');
  if (world.operations.holding([lockOf(vm)]) !== undefined) {
    throw conflict(
      'Conflict',
      'Run command extension execution is in progress. Please wait for completion before invoking a run command.',
    );
  }
  if (powerOf(vm) !== 'running') {
    throw conflict('OperationNotAllowed', 'Cannot modify extensions in the VM when the VM is not running.');
  }
  const operation = begin(world, vm, {
    kind: 'run-command',
    name: 'RunCommandVirtualMachine',
    locks: [lockOf(vm)],
    hintSeconds: 10,
    seconds: null,
    data: { script: (textsAt(request.body, 'script') ?? []).join('\n') },
  });
  void execute(world, operation);
  return longReply(world, request, operation, 202);
}

function tail(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.length <= keptBytes ? text : bytes.subarray(bytes.length - keptBytes).toString();
}

/** As Azure answers for Linux; a script that failed has still "succeeded". */
function outcome(stdout: string, stderr: string): Json {
  return {
    value: [
      {
        code: 'ProvisioningState/succeeded',
        level: 'Info',
        displayStatus: 'Provisioning succeeded',
        message: `Enable succeeded: \n[stdout]\n${tail(stdout)}\n[stderr]\n${tail(stderr)}`,
      },
    ],
  };
}

/** Whose script this process runs already. */
const running = new WeakSet<Operation>();

/** Runs the script now and lets the operation end when both the script and the least time are over. */
async function execute(world: World, operation: Operation): Promise<void> {
  if (running.has(operation)) return;
  running.add(operation);
  const vm = world.store.get(operation.target);
  if (vm === undefined || osOf(vm) !== 'linux') {
    world.operations.end(operation, {
      status: 409,
      code: 'VMAgentStatusCommunicationError',
      message: `VM '${vm?.name ?? operation.target}' has not reported status for VM agent or extensions. Verify that the OS is up and healthy and that it runs an agent.`,
      details: [],
    });
    return;
  }
  const { stdout, stderr } = await runShell(
    {
      hostname: textAt(vm.body, 'properties.osProfile.computerName') ?? vm.name,
      address: addressOf(world, vm),
      scaled: (milliseconds) => world.clock.scaled(milliseconds),
      ping: (asked) => world.dataplane()?.pingFromVm(vm.id, asked),
    },
    textAt(operation.data, 'script') ?? '',
  );
  // The lab stopped meanwhile: the next process runs the script again.
  if (world.operations.closed) return;
  if (!reachesPlatform(world, vm)) {
    neverHeard(world, operation);
    return;
  }
  operation.result = outcome(stdout, stderr);
  operation.endsAt = Math.max(world.clock.now(), operation.startedAt + world.clock.scaled(leastSeconds * 1000));
  world.operations.changed(operation);
  world.store.commit();
}

/** The script has run, but its output cannot come back: Azure waits in vain. */
function neverHeard(world: World, operation: Operation): void {
  operation.failWith = {
    status: 409,
    code: 'VMExtensionProvisioningTimeout',
    message: `Provisioning of VM extension RunCommandLinux has timed out. Extension provisioning has taken too long to complete. The extension last reported "Plugin not yet processed": VM '${lastName(operation.target)}' does not reach Azure's public addresses on port 443.`,
    details: [],
  };
  operation.endsAt = operation.startedAt + world.clock.scaled(patienceSeconds * 1000);
  world.operations.changed(operation);
  world.store.commit();
}

function addressOf(world: World, vm: Resource): string {
  const nic = world.store.get(textAt(vm.body, 'properties.networkProfile.networkInterfaces.0.id') ?? '');
  return textAt(at(nic?.body, 'properties.ipConfigurations.0'), 'properties.privateIPAddress') ?? '';
}

export const runCommandActions: readonly [string, Action][] = [
  ['microsoft.compute/virtualmachines/runcommand', runCommand],
];

export function runCommandEffects(world: World): [string, Effect][] {
  // A script that was under way when the lab stopped begins again: nobody else would ever end its operation.
  setImmediate(() => {
    for (const operation of world.operations.running('run-command'))
      if (operation.endsAt === null) void execute(world, operation);
  });
  return [];
}
