import type { ResourceTypeName } from '../ids.ts';
import type { Turn } from './evaluate.ts';

export const deploymentType = 'Microsoft.Resources/deployments';

/** One resource of a deployment; plain data, so that it survives the process. */
export interface Planned {
  /** Where it stands in the template: an index or a symbolic name, and one more for each level of `resources`. */
  readonly path: readonly (number | string)[];
  readonly turn: Turn | null;
  /** Its symbolic name, with the turn of a copy: `nic[0]`. */
  readonly symbol: string | null;
  /** Only named by the template, not deployed by it. */
  readonly isExisting: boolean;
  readonly id: string;
  readonly type: ResourceTypeName;
  /** `Vnet16/Subnet01` for a child. */
  readonly name: string;
  readonly apiVersion: string;
  /** Ids of what must be there first. */
  readonly dependsOn: readonly string[];
}
