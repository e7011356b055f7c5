/** Resource groups: the only kind whose PUT is no long operation. */
import { paces } from '../../domain/poll-schedule.ts';
import { aimOf, type Aim, type Wanted } from './aim.ts';
import { versions } from './versions.ts';

export function resourceGroupAim(wanted: Wanted, installation: string): Aim {
  return aimOf(wanted, installation, {
    kind: 'resource group',
    apiVersion: versions.resources,
    pace: paces.quick,
    differences: () => [],
    body: () => ({}),
  });
}
