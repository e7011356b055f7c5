/** The Azure of a `World`: resources with owners, a gateway that takes its time, a status that follows the tunnel. */
import type { ConnectionFacts, Made, Observation } from '../../activities/contracts.ts';
import type { Row } from '../../domain/evidence.ts';
import { shortId } from '../../domain/names.ts';
import { nextPollMs, paces } from '../../domain/poll-schedule.ts';
import type { HubSpec, Ipv4, SiteSpec } from '../../domain/spec.ts';
import type { AzureActivities } from '../../activities/contracts.ts';
import { ApplicationFailure } from '@temporalio/common';
import { notYet } from './deed-failures.ts';
import type { Resource, World } from './deeds.ts';

const hintMs = 10_000;
const nothing: ConnectionFacts = {
  provisioningState: 'Succeeded',
  connectionStatus: 'Unknown',
  ingressBytes: 0,
  egressBytes: 0,
};
const connected: ConnectionFacts = { ...nothing, connectionStatus: 'Connected', ingressBytes: 8400, egressBytes: 8400 };

type Made1 = (request: { id: string; owner: NonNullable<Resource['owner']>; adopt: boolean }) => Made;

export function azureDeeds(world: World): AzureActivities {
  const make: Made1 = ({ id, owner, adopt }) => {
    const there = world.resources.get(id);
    const isOurs = there?.owner?.hub === owner.hub && there.owner.site === owner.site;
    if (there !== undefined && !isOurs && !adopt) {
      throw ApplicationFailure.nonRetryable(`${shortId(id)} exists and is not ours`, 'Refused');
    }
    if (there === undefined) world.resources.set(id, { id, owner });
    return { id, adopted: there !== undefined && !isOurs, observed: { name: shortId(id) } };
  };
  return { ...making(world, make), ...reading(world), ...removing(world) };
}

type Making = 'preflight' | 'acceptTerms' | 'isAbsent' | Extract<keyof AzureActivities, `ensure${string}`>;

function making(world: World, make: Made1): Pick<AzureActivities, Making> {
  let gatewayElapsedMs = 0;
  return {
    preflight: async () => ({ problems: world.problems, hostKeys: { Osaka: 'SHA256:seen-by-preflight' } }),
    isAbsent: async ({ id }) => !world.resources.has(id),
    acceptTerms: async ({ accept }) => ({ accepted: accept, detail: accept ? 'accepted' : 'read' }),
    ensureResourceGroup: async (request) => make(request),
    ensureNetwork: async (request) => make(request),
    ensureSubnet: async (request) => make(request),
    ensureSecurityGroup: async (request) => make(request),
    ensureNic: async (request) => make(request),
    ensureLocalGateway: async (request) => make(request),
    ensurePublicIp: async (request) => ({
      ...make(request),
      address: (request.id.endsWith('VpnGwPublicIp') ? '20.210.93.46' : '20.210.140.4') as Ipv4,
    }),
    ensureVm: async (request) => ({
      ...make(request),
      powerState: 'running',
      privateAddress: (request.name === 'linux010' ? '172.16.1.10' : '172.20.10.210') as Ipv4,
      priority: request.priority,
    }),
    ensureGateway: async (request) => {
      const made = make(request);
      if (gatewayElapsedMs < world.gatewayMs) {
        const wait = nextPollMs(paces.gateway, { elapsedMs: gatewayElapsedMs, unitMs: hintMs, hintMs });
        gatewayElapsedMs += wait;
        world.gatewayPolls += 1;
        throw notYet('provisioningState is Updating', wait);
      }
      return { ...made, provisioningState: 'Succeeded' };
    },
    ensureConnection: async (request) => ({ ...make(request), baseline: nothing }),
  };
}

function reading(
  world: World,
): Pick<AzureActivities, 'readConnection' | 'observeSite' | 'awaitConnected' | 'effectiveRoutes' | 'pingFromProbe'> {
  return {
    readConnection: async () => nothing,
    observeSite: async ({ hub, site }) =>
      rowsInAzure(hub, site)
        .map((row) => observation(world, row, hub))
        .flat(),
    awaitConnected: async () =>
      world.tunnelWorks && !world.broken.has(14) ? { ...connected, holds: true } : { ...nothing, holds: false },
    effectiveRoutes: async ({ expected }) => ({
      routes: expected.map((prefix) => ({
        prefix,
        nextHopType: 'VirtualNetworkGateway',
        source: 'VirtualNetworkGateway',
        state: 'Active',
      })),
      holds: !world.broken.has(16),
    }),
    pingFromProbe: async ({ target, count }) => world.ping(`ping -c ${count} ${target}`, count, 17),
  };
}

function rowsInAzure(hub: HubSpec, site: SiteSpec): Row[] {
  const always: Row[] = [1, 5, 6, 7, 8, 9];
  const vm: Row[] = site.router.kind === 'azure-vm' ? [2, 3] : [];
  return [...always, ...vm, ...(hub.probe === null ? [] : [15 as const])];
}

function observation(world: World, row: Row, hub: HubSpec): Observation[] {
  const one = { row, holds: !world.broken.has(row), observed: { row }, source: `GET row ${row}` };
  // The site's group is a second fact of row 1.
  return row === 1 ? [{ ...one, source: `GET resourceGroups/${hub.resourceGroup}` }, one] : [one];
}

function removing(
  world: World,
): Pick<AzureActivities, 'removeResource' | 'removeResourceGroup' | 'awaitNoConnections' | 'listOwned'> {
  const within = (groupId: string): Resource[] =>
    [...world.resources.values()].filter(({ id }) => id.startsWith(`${groupId}/`));
  return {
    removeResource: async ({ id, owner, oursByRecord }) => {
      const there = world.resources.get(id);
      const isOurs = there?.owner?.hub === owner.hub && there.owner.site === owner.site;
      if (there !== undefined && !isOurs && !oursByRecord) return { outcome: 'kept', detail: 'not ours' };
      world.resources.delete(id);
      return { outcome: 'absent', detail: 'gone' };
    },
    removeResourceGroup: async ({ id }) => {
      const group = world.resources.get(id);
      const foreign = within(id).some(({ owner }) => owner === null);
      if (group !== undefined && (group.owner === null || foreign)) return { outcome: 'kept', detail: 'not ours' };
      for (const resource of within(id)) world.resources.delete(resource.id);
      world.resources.delete(id);
      return { outcome: 'absent', detail: 'gone' };
    },
    awaitNoConnections: async () => {
      const left = [...world.resources.keys()].filter((id) => id.includes('/connections/'));
      if (left.length > 0) throw notYet(`connections: ${left.join(', ')}`, 10_000);
    },
    listOwned: async ({ groupIds, owner }) =>
      groupIds.flatMap((groupId) =>
        [...within(groupId), ...[world.resources.get(groupId)].flatMap((group) => group ?? [])]
          .filter((one) => one.owner?.hub === owner.hub && one.owner.site === owner.site)
          .map(({ id }) => id),
      ),
  };
}
