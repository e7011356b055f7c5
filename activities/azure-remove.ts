/** Removal: whose it is is read at that moment, and the end is a GET that finds nothing. */
import type { Arm } from '../adapters/azure/arm.ts';
import { foreignIn, isOfHub, listGroup, namesOf } from '../adapters/azure/inventory.ts';
import { tagsOf, textAt } from '../adapters/azure/json.ts';
import { networkOf } from '../adapters/azure/network.ts';
import { versionFor, versions } from '../adapters/azure/versions.ts';
import { Refused } from '../adapters/errors.ts';
import { isOwned, lastName, shortId } from '../domain/names.ts';
import { paces, type Pace } from '../domain/poll-schedule.ts';
import type { AzureActivities, Owner, Removed, RemoveResource } from './contracts.ts';
import type { ActivityDeps } from './deps.ts';
import { LongWork } from './long-work.ts';

type Removing = Pick<AzureActivities, 'removeResource' | 'removeResourceGroup' | 'listOwned'>;

export function removingActivities(deps: ActivityDeps): Removing {
  const { arm, installation } = deps;
  return {
    removeResource: (request) =>
      remove(arm, request.id, paceOf(request.id), (resource, work) => whyKept(deps, request, resource, work)),

    removeResourceGroup: ({ id, owner }) =>
      remove(arm, id, paces.groupDelete, async (group, work) => {
        if (!isOwned(tagsOf(group), installation, owner)) return 'it does not carry our tags';
        const foreign = foreignIn(await listGroup(arm, id, work.reading()), installation, owner);
        return foreign.length === 0 ? null : `something else is in it: ${namesOf(foreign)}`;
      }),

    async listOwned({ groupIds, owner }) {
      const found: string[] = [];
      for (const id of groupIds) found.push(...(await ownedIn(deps, id, owner)));
      return found;
    },
  };
}

async function ownedIn({ arm, installation }: ActivityDeps, groupId: string, owner: Owner): Promise<string[]> {
  const work = new LongWork(arm, `resource group ${lastName(groupId)}`, paces.quick);
  const group = await arm.get(groupId, versions.resources, work.reading());
  if (group === null) return [];
  const listed = await listGroup(arm, groupId, work.reading());
  const ours = listed.filter(({ tags }) => isOwned(tags, installation, owner)).map(({ id }) => id);
  return isOwned(tagsOf(group), installation, owner) ? [...ours, groupId] : ours;
}

/** Why a resource is not deleted; null if it is to be. */
type Judge = (resource: unknown, work: LongWork) => Promise<string | null>;

/** @throws NotYet while it is going, Busy while something still uses it, Refused where Azure refuses. */
async function remove(arm: Arm, id: string, pace: Pace, whyNot: Judge): Promise<Removed> {
  const work = new LongWork(arm, shortId(id), pace);
  const apiVersion = versionFor(id);
  for (let deletions = 0; ;) {
    const ended = await work.end();
    if (ended.state === 'failed') throw ended.error;
    const resource = await arm.get(id, apiVersion, work.reading());
    if (resource === null) {
      work.ended();
      return { outcome: 'absent', detail: 'a GET finds nothing' };
    }
    if (textAt(resource, 'properties', 'provisioningState') === 'Deleting') {
      await work.waitForState(resource);
      continue;
    }
    work.ended();
    const reason = await whyNot(resource, work);
    if (reason !== null) return { outcome: 'kept', detail: reason };
    // Azure has said that it is done, and the resource is still there: it shows late, or was made anew.
    if (deletions > 0) work.later('is still there', arm.unitMs());
    deletions += 1;
    work.begin('delete', await arm.delete(id, apiVersion, { deed: `Deleting ${work.what}` }));
  }
}

function paceOf(id: string): Pace {
  if (/\/virtualNetworkGateways\/[^/]+$/i.test(id)) return paces.gatewayDelete;
  if (/\/virtualMachines\/[^/]+$/i.test(id)) return paces.vmDelete;
  return /\/connections\/[^/]+$/i.test(id) ? paces.connection : paces.quick;
}

async function whyKept(
  deps: ActivityDeps,
  request: RemoveResource,
  resource: unknown,
  work: LongWork,
): Promise<string | null> {
  const { arm, installation } = deps;
  const { id, owner, oursByRecord } = request;
  if (oursByRecord || isOwned(tagsOf(resource), installation, owner)) return null;
  if (/\/subnets\/[^/]+$/i.test(id)) {
    const network = await arm.get(networkOf(id), versions.network, work.reading());
    return isOfHub(tagsOf(network), installation, owner.hub) ? null : 'it stands in a network that is not ours';
  }
  if (/\/disks\/[^/]+$/i.test(id) && tagsOf(resource)?.['sitelink-installation'] === undefined) {
    throw new Refused({
      what: `Disk ${lastName(id)} has our VM's name for it but no tags, so that nothing proves that it is ours`,
      next: 'Look at it in Azure and delete it there',
    });
  }
  return 'it does not carry our tags';
}
