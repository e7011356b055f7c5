/** What is in a resource group, and what of it is whose. */
import { isOwned, lastName } from '../../domain/names.ts';
import type { Arm, Ask } from './arm.ts';
import { sameId, tagsOf, textAt } from './json.ts';
import { versions } from './versions.ts';

export interface Listed {
  readonly id: string;
  readonly tags: Readonly<Record<string, string>> | undefined;
  /** The VM that a disk belongs to; empty otherwise. */
  readonly managedBy: string;
}

export async function listGroup(arm: Arm, groupId: string, ask: Ask): Promise<Listed[]> {
  const found = await arm.list(`${groupId}/resources`, versions.resources, ask);
  return found.map((resource) => ({
    id: textAt(resource, 'id'),
    tags: tagsOf(resource),
    managedBy: textAt(resource, 'managedBy'),
  }));
}

/** True if a resource carries the tags of this hub, be it the hub's own or one of its sites'. */
export function isOfHub(tags: Listed['tags'], installation: string, hub: string): boolean {
  const site = tags?.['sitelink-site'] ?? null;
  return isOwned(tags, installation, { hub, site });
}

/**
 * What stands in a group and does not go with its owner: for a hub's group everything that is not of this hub, for a
 * site's group also what belongs to another site. A disk without tags belongs to the VM that uses it; children such as
 * `virtualMachines/extensions` belong to their parent.
 */
export function foreignIn(
  listed: readonly Listed[],
  installation: string,
  owner: { readonly hub: string; readonly site: string | null },
): Listed[] {
  const isOurs = (resource: Listed) =>
    owner.site === null ? isOfHub(resource.tags, installation, owner.hub) : isOwned(resource.tags, installation, owner);
  const ours = listed.filter(isOurs);
  const isPartOfOurs = (resource: Listed) =>
    ours.some(
      (other) =>
        sameId(other.id, resource.managedBy) || resource.id.toLowerCase().startsWith(`${other.id.toLowerCase()}/`),
    );
  return listed.filter((resource) => !ours.includes(resource) && !isPartOfOurs(resource));
}

/** `VnetGw, Site01`: for a message, at most five. */
export function namesOf(listed: readonly { readonly id: string }[]): string {
  const names = listed.slice(0, 5).map((resource) => lastName(resource.id));
  return listed.length > 5 ? `${names.join(', ')} and ${listed.length - 5} more` : names.join(', ');
}

/** Ids of the connections that Azure lists on a gateway; empty if the gateway is absent. */
export async function connectionsOf(arm: Arm, gatewayId: string, ask: Ask): Promise<string[]> {
  const found = await arm.list(`${gatewayId}/connections`, versions.network, ask);
  return found.map((connection) => textAt(connection, 'id'));
}
