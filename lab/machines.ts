/** What a router VM or a declared device is, in the router's own options. */
import type { Device } from './devices.ts';
import { firstHost, startupConfig } from './devices.ts';
import { OPERATOR_ADDRESS } from './files.ts';
import type { CloudNic, CloudView, CloudVm } from './ports.ts';
import type { RouterOptions } from './router/types.ts';

/** A machine, before it has files and ports. */
export interface MachinePlan {
  /** The name it is known by on the control endpoint: the VM's or the device's. */
  readonly name: string;
  readonly vmUuid: string | null;
  readonly router: Pick<
    RouterOptions,
    | 'key'
    | 'hostname'
    | 'release'
    | 'vmId'
    | 'publicAddress'
    | 'gigabitEthernet1'
    | 'users'
    | 'enableSecret'
    | 'startupConfig'
  >;
  /** Names and addresses that SSH clients may use at present. */
  readonly names: () => readonly string[];
  /** Whether a new SSH connection would reach the machine, power aside. */
  readonly admits: () => boolean;
}

/** @param present the VM as it is now: addresses and keys may change. */
export function machineOf(vm: CloudVm, present: () => CloudVm | undefined, cloud: CloudView): MachinePlan {
  const nic = (): CloudNic | undefined => primaryNic(present());
  const first = primaryNic(vm);
  const address = first?.privateAddress ?? '0.0.0.0';
  const mask = maskOf(Number(first?.subnetPrefix.split('/')[1] ?? 24));
  return {
    name: vm.name,
    vmUuid: vm.vmUuid,
    router: {
      key: vm.id,
      hostname: vm.computerName,
      release: releaseOfImage(vm.image),
      vmId: vm.id,
      publicAddress: () => nic()?.publicAddress ?? null,
      // Azure gives the first address of a subnet to the way out.
      gigabitEthernet1: { address, mask, gateway: firstHost(address, mask) },
      users: [{ name: vm.adminUsername, privilege: 15, publicKeys: vm.sshPublicKeys }],
    },
    names: () => unique([nic()?.publicAddress, vm.name, vm.computerName]),
    admits: () => {
      const at = nic();
      if (at === undefined || at.publicAddress === null) return false;
      const flow = { direction: 'Inbound', protocol: 'Tcp', remoteAddress: OPERATOR_ADDRESS, port: 22 } as const;
      return cloud.judge(at.id, flow).allowed;
    },
  };
}

/** A device that is declared on the control endpoint or in a file. */
export function deviceRouter(device: Device): MachinePlan {
  const { name, password, enableSecret } = device;
  return {
    name,
    vmUuid: null,
    router: {
      key: name,
      hostname: device.hostname,
      release: device.release,
      vmId: null,
      publicAddress: () => device.publicAddress,
      gigabitEthernet1: { address: device.address, mask: device.mask, gateway: device.gateway },
      users: [
        {
          name: device.username,
          privilege: device.privilege,
          publicKeys: device.publicKeys,
          ...(password === null ? {} : { password }),
        },
      ],
      ...(enableSecret === null ? {} : { enableSecret }),
      startupConfig: startupConfig(device),
    },
    names: () => unique([device.publicAddress, name, device.hostname, device.address]),
    admits: () => true,
  };
}

/** Whether a VM in this state has power. */
export const wantsPower = (vm: CloudVm): boolean => vm.powerState === 'running';

const primaryNic = (vm: CloudVm | undefined): CloudNic | undefined =>
  vm?.nics.find((nic) => nic.primary) ?? vm?.nics[0];

const unique = (names: readonly (string | null | undefined)[]): string[] => [
  ...new Set(names.filter((name): name is string => typeof name === 'string' && name !== '')),
];

const maskOf = (length: number): string =>
  [0, 8, 16, 24].map((from) => 256 - 2 ** (8 - Math.min(Math.max(length - from, 0), 8))).join('.');

/** `17_3_3-byol` is IOS-XE 17.3.3, `17_15_01a-byol` is 17.15.1a. */
function releaseOfImage({ sku, version }: CloudVm['image']): string {
  const parts = /^(\d+)_(\d+)_0*(\d+)([a-z]?)/i.exec(sku);
  if (parts !== null) return `${parts[1]}.${parts[2]}.${parts[3]}${parts[4]}`;
  const train = /^(\d+)[_.](\d+)/.exec(sku) ?? /^(\d+)\.(\d+)/.exec(version);
  return train === null ? '17.3' : `${train[1]}.${train[2]}`;
}
