/** A VM with its subnet, security group, public address and NIC: the same for the probe and for a router VM. */
import type { Made, PublicIpMade, VmMade } from '../activities/contracts.ts';
import { lastName } from '../domain/names.ts';
import type { MachineResources } from '../domain/resources.ts';
import type { SecurityRule } from '../domain/security-rules.ts';
import type { Cidr, FileReference, ImageSpec, Ipv4 } from '../domain/spec.ts';
import type { Deeds } from './deeds.ts';
import { together } from './step.ts';
import type { UndoLedger } from './undo.ts';

export interface MachineSpec {
  readonly location: string;
  readonly subnetPrefix: Cidr;
  readonly networkAdopted: boolean;
  readonly adopt: boolean;
  readonly privateIp: Ipv4;
  readonly rules: readonly SecurityRule[];
  readonly ipForwarding: boolean;
  /** Its public address was made before it, by a step of its own. */
  readonly publicIpMade: boolean;
  readonly vm: {
    readonly name: string;
    readonly size: string;
    readonly image: ImageSpec;
    readonly withPlan: boolean;
    readonly priority: 'Spot' | 'Regular';
    readonly spotFallback: boolean;
    readonly adminUsername: string;
    readonly privateKey: FileReference;
  };
}

/** Makes what is missing, each thing recorded for undo before it is made. */
export async function makeMachine(
  act: Deeds,
  ledger: UndoLedger,
  resources: MachineResources,
  spec: MachineSpec,
): Promise<{ vm: VmMade; subnet: Made }> {
  const subnet = await makeSubnet(act, ledger, resources, spec);
  await together(
    spec.publicIpMade ? Promise.resolve() : makePublicAddress(act, ledger, resources, spec),
    makeSecurityGroup(act, ledger, resources, spec),
  );
  const vm = await makeVm(act, ledger, resources, spec);
  return { vm, subnet };
}

function place(resources: MachineResources, spec: Pick<MachineSpec, 'location' | 'adopt'>) {
  return { location: spec.location, owner: resources.vm.owner, adopt: spec.adopt };
}

/** In an adopted network "absent before" is recorded before the PUT: a subnet carries no tags of its own. */
async function makeSubnet(act: Deeds, ledger: UndoLedger, resources: MachineResources, spec: MachineSpec) {
  const oursByRecord = spec.networkAdopted && (await act.isAbsent({ id: resources.subnet.id }));
  ledger.recordResource(resources.subnet, oursByRecord);
  return await act.ensureSubnet({
    ...place(resources, spec),
    id: resources.subnet.id,
    prefix: spec.subnetPrefix,
    adopt: spec.adopt || spec.networkAdopted,
  });
}

export async function makePublicAddress(
  act: Deeds,
  ledger: UndoLedger,
  resources: MachineResources,
  spec: Pick<MachineSpec, 'location' | 'adopt'>,
): Promise<PublicIpMade> {
  ledger.recordResource(resources.publicIp);
  return await act.ensurePublicIp({ ...place(resources, spec), id: resources.publicIp.id, zones: [] });
}

async function makeSecurityGroup(act: Deeds, ledger: UndoLedger, resources: MachineResources, spec: MachineSpec) {
  ledger.recordResource(resources.securityGroup);
  return await act.ensureSecurityGroup({
    ...place(resources, spec),
    id: resources.securityGroup.id,
    rules: spec.rules,
  });
}

async function makeVm(act: Deeds, ledger: UndoLedger, resources: MachineResources, spec: MachineSpec): Promise<VmMade> {
  ledger.recordResource(resources.nic);
  await act.ensureNic({
    ...place(resources, spec),
    id: resources.nic.id,
    subnetId: resources.subnet.id,
    privateAddress: spec.privateIp,
    publicIpId: resources.publicIp.id,
    securityGroupId: resources.securityGroup.id,
    ipForwarding: spec.ipForwarding,
  });
  ledger.recordResource(resources.disk);
  ledger.recordResource(resources.vm);
  const { vm } = spec;
  return await act.ensureVm({
    ...place(resources, spec),
    id: resources.vm.id,
    nicId: resources.nic.id,
    name: vm.name,
    size: vm.size,
    image: vm.image,
    withPlan: vm.withPlan,
    priority: vm.priority,
    spotFallback: vm.spotFallback,
    adminUsername: vm.adminUsername,
    privateKey: vm.privateKey,
    diskName: lastName(resources.disk.id),
  });
}
