/** Virtual networks and their subnets. */
import { lastName } from '../../domain/names.ts';
import { paces } from '../../domain/poll-schedule.ts';
import { aimOf, differs, differsAsSet, type Aim, type Wanted } from './aim.ts';
import { at, listAt, textAt, textsAt } from './json.ts';
import { versions } from './versions.ts';

export function networkAim(wanted: Wanted & { readonly addressSpace: readonly string[] }, installation: string): Aim {
  return aimOf(wanted, installation, {
    kind: 'virtual network',
    apiVersion: versions.network,
    pace: paces.quick,
    differences: (existing) => {
      const found = textsAt(existing, 'properties', 'addressSpace', 'addressPrefixes');
      const suffices = wanted.addressSpace.every((prefix) => found.includes(prefix));
      // An adopted network may be larger than what we need of it; ours is exactly as the site file says.
      if (wanted.adopt && suffices) return [];
      return differsAsSet('address space', found, wanted.addressSpace, 'refuse');
    },
    body: (existing) => ({
      properties: {
        addressSpace: { addressPrefixes: wanted.addressSpace },
        // A PUT without its subnets would remove them (azure.md, section 1).
        subnets: listAt(existing, 'properties', 'subnets'),
      },
    }),
  });
}

export interface WantedSubnet {
  readonly id: string;
  readonly adopt: boolean;
  readonly prefix: string;
}

/** A child without tags: whose it is depends on its network and on whether it was absent before. */
export function subnetAim(wanted: WantedSubnet): Aim {
  const name = lastName(wanted.id);
  return {
    what: `subnet ${name}`,
    id: wanted.id,
    apiVersion: versions.network,
    adopt: wanted.adopt,
    pace: paces.quick,
    repair: false,
    owned: () => null,
    differences: (existing) => {
      const group = textAt(existing, 'properties', 'networkSecurityGroup', 'id');
      const guarded = name.toLowerCase() === 'gatewaysubnet' && group !== '';
      return [
        ...differs('prefix', subnetPrefix(existing), wanted.prefix, 'refuse'),
        ...(guarded ? differs('network security group', lastName(group), '', 'refuse') : []),
      ];
    },
    body: (existing) => ({
      properties: {
        ...(at(existing, 'properties') as object | undefined),
        addressPrefix: wanted.prefix,
      },
    }),
  };
}

/** Azure answers one prefix in either of two properties. */
export function subnetPrefix(subnet: unknown): string {
  return textAt(subnet, 'properties', 'addressPrefix') || textsAt(subnet, 'properties', 'addressPrefixes').join(', ');
}

/** The network of a subnet id. */
export function networkOf(subnetId: string): string {
  return subnetId.slice(0, subnetId.toLowerCase().lastIndexOf('/subnets/'));
}
