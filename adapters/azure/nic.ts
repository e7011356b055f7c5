/** Network interfaces with one static private address. */
import { paces } from '../../domain/poll-schedule.ts';
import { aimOf, differs, type Aim, type Wanted } from './aim.ts';
import { at, textAt } from './json.ts';
import { versions } from './versions.ts';

export interface WantedNic extends Wanted {
  readonly subnetId: string;
  readonly privateAddress: string;
  readonly publicIpId: string | null;
  readonly securityGroupId: string;
  /** A router forwards packets that are not addressed to it. */
  readonly ipForwarding: boolean;
}

export function nicAim(wanted: WantedNic, installation: string): Aim {
  return aimOf(wanted, installation, {
    kind: 'network interface',
    apiVersion: versions.network,
    pace: paces.quick,
    differences: (existing) => {
      const configuration = at(existing, 'properties', 'ipConfigurations', 0);
      const idOf = (name: string) => textAt(configuration, 'properties', name, 'id');
      return [
        ...differs('subnet', idOf('subnet'), wanted.subnetId, 'refuse'),
        ...differs('private address', privateAddressOf(existing), wanted.privateAddress, 'refuse'),
        ...differs('public address', idOf('publicIPAddress'), wanted.publicIpId ?? '', 'put'),
        ...differs(
          'network security group',
          textAt(existing, 'properties', 'networkSecurityGroup', 'id'),
          wanted.securityGroupId,
          'put',
        ),
        ...differs(
          'IP forwarding',
          String(at(existing, 'properties', 'enableIPForwarding') === true),
          String(wanted.ipForwarding),
          'put',
        ),
      ];
    },
    body: () => ({
      properties: {
        enableIPForwarding: wanted.ipForwarding,
        networkSecurityGroup: { id: wanted.securityGroupId },
        ipConfigurations: [
          {
            name: 'ipconfig1',
            properties: {
              primary: true,
              privateIPAllocationMethod: 'Static',
              privateIPAddress: wanted.privateAddress,
              subnet: { id: wanted.subnetId },
              ...(wanted.publicIpId === null ? {} : { publicIPAddress: { id: wanted.publicIpId } }),
            },
          },
        ],
      },
    }),
  });
}

export function privateAddressOf(nic: unknown): string {
  return textAt(nic, 'properties', 'ipConfigurations', 0, 'properties', 'privateIPAddress');
}
