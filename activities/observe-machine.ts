/** A VM with what it needs of its own: whether it runs, and whether its NIC, rules and address are as wanted. */
import { nicAim } from '../adapters/azure/nic.ts';
import { addressOf, publicIpAim } from '../adapters/azure/public-ip.ts';
import { securityGroupAim } from '../adapters/azure/security-group.ts';
import { powerStateOf, vmAim, type Priority } from '../adapters/azure/vm.ts';
import type { MachineResources, PlannedResource } from '../domain/resources.ts';
import type { SecurityRule } from '../domain/security-rules.ts';
import type { ImageSpec, Ipv4 } from '../domain/spec.ts';
import { nicFacts, publicIpFacts, securityGroupFacts, vmFacts } from './facts.ts';
import { different, type Reader, type Reading } from './reading.ts';

interface WantedMachine {
  readonly location: string;
  readonly adopt: boolean;
  readonly privateIp: Ipv4;
  readonly ipForwarding: boolean;
  readonly rules: readonly SecurityRule[];
  /** Null where it does not matter which address Azure gave. */
  readonly publicAddress: Ipv4 | null;
  readonly vm: {
    readonly name: string;
    readonly size: string;
    readonly image: ImageSpec;
    readonly acceptedPriorities: readonly Priority[];
  };
}

export async function observeMachine(
  reader: Reader,
  resources: MachineResources,
  wanted: WantedMachine,
): Promise<Readonly<Record<string, Reading>>> {
  const { installation } = reader.deps;
  const { location, adopt, publicAddress } = wanted;
  const of = ({ id, owner }: PlannedResource) => ({ id, owner, location, adopt });
  const nic = {
    ...of(resources.nic),
    subnetId: resources.subnet.id,
    privateAddress: wanted.privateIp,
    publicIpId: resources.publicIp.id,
    securityGroupId: resources.securityGroup.id,
    ipForwarding: wanted.ipForwarding,
  };
  const rules = { ...of(resources.securityGroup), rules: wanted.rules };
  return {
    vm: await reader.read(
      vmOf(wanted, resources, installation),
      vmFacts,
      (found) => different('power state', powerStateOf(found), 'running'),
      '?$expand=instanceView',
    ),
    nic: await reader.read(nicAim(nic, installation), nicFacts),
    securityGroup: await reader.read(securityGroupAim(rules, installation), securityGroupFacts),
    publicIp: await reader.read(
      publicIpAim({ ...of(resources.publicIp), zones: [] }, installation),
      publicIpFacts,
      (found) => (publicAddress === null ? [] : different('address', addressOf(found), publicAddress)),
    ),
  };
}

/** Only for comparing: what is never sent is left empty. */
function vmOf(
  { vm, location, adopt }: WantedMachine,
  { vm: { id, owner }, nic, disk }: MachineResources,
  installation: string,
) {
  const [priority = 'Regular'] = vm.acceptedPriorities;
  const facts = { name: vm.name, size: vm.size, image: vm.image, acceptedPriorities: vm.acceptedPriorities, priority };
  const never = { withPlan: false, adminUsername: '', publicKey: '' };
  return vmAim({ id, owner, location, adopt, nicId: nic.id, diskName: disk.id, ...facts, ...never }, installation);
}
