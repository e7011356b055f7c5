/** Standard, static public addresses: Basic ones can no longer be made, and zones cannot be changed (azure.md, 0). */
import { paces } from '../../domain/poll-schedule.ts';
import { aimOf, differs, differsAsSet, type Aim, type Wanted } from './aim.ts';
import { textAt, textsAt } from './json.ts';
import { versions } from './versions.ts';

export function publicIpAim(wanted: Wanted & { readonly zones: readonly string[] }, installation: string): Aim {
  return aimOf(wanted, installation, {
    kind: 'public address',
    apiVersion: versions.network,
    pace: paces.quick,
    differences: (existing) => [
      ...differs('sku', textAt(existing, 'sku', 'name'), 'Standard', 'refuse'),
      ...differs('allocation', textAt(existing, 'properties', 'publicIPAllocationMethod'), 'Static', 'refuse'),
      ...differsAsSet('zones', textsAt(existing, 'zones'), wanted.zones, 'refuse'),
    ],
    body: () => ({
      sku: { name: 'Standard', tier: 'Regional' },
      ...(wanted.zones.length === 0 ? {} : { zones: wanted.zones }),
      properties: { publicIPAllocationMethod: 'Static', publicIPAddressVersion: 'IPv4' },
    }),
  });
}

export function addressOf(publicIp: unknown): string {
  return textAt(publicIp, 'properties', 'ipAddress');
}
