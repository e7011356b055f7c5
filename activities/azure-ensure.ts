/** Making resources: each one read back, so that what is told of it is what Azure says. */
import { localGatewayAim } from '../adapters/azure/local-gateway.ts';
import { connectionAim } from '../adapters/azure/connection.ts';
import { gatewayAim } from '../adapters/azure/gateway.ts';
import { isOfHub } from '../adapters/azure/inventory.ts';
import { stateOf, tagsOf } from '../adapters/azure/json.ts';
import { acceptTerms } from '../adapters/azure/marketplace.ts';
import { networkAim, networkOf, subnetAim } from '../adapters/azure/network.ts';
import { nicAim } from '../adapters/azure/nic.ts';
import { addressOf, publicIpAim } from '../adapters/azure/public-ip.ts';
import { resourceGroupAim } from '../adapters/azure/resource-group.ts';
import { securityGroupAim } from '../adapters/azure/security-group.ts';
import { versions } from '../adapters/azure/versions.ts';
import type { Aim } from '../adapters/azure/aim.ts';
import { lastName } from '../domain/names.ts';
import { paces } from '../domain/poll-schedule.ts';
import type { Ipv4 } from '../domain/spec.ts';
import type { Json } from '../domain/evidence.ts';
import type { AzureActivities, Made } from './contracts.ts';
import type { ActivityDeps } from './deps.ts';
import { ensure, type Ensured } from './ensure.ts';
import {
  connectionFacts,
  connectionStateOf,
  gatewayFacts,
  groupFacts,
  localGatewayFacts,
  networkFacts,
  nicFacts,
  publicIpFacts,
  securityGroupFacts,
  subnetFacts,
} from './facts.ts';
import { LongWork } from './long-work.ts';
import { ensureVm } from './azure-vm.ts';

type Ensuring = Pick<
  AzureActivities,
  | 'isAbsent'
  | 'ensureResourceGroup'
  | 'ensureNetwork'
  | 'ensureSubnet'
  | 'ensurePublicIp'
  | 'ensureSecurityGroup'
  | 'ensureNic'
  | 'acceptTerms'
  | 'ensureVm'
  | 'ensureGateway'
  | 'ensureLocalGateway'
  | 'ensureConnection'
>;

export function ensuringActivities(deps: ActivityDeps): Ensuring {
  return { ...placeActivities(deps), ...gatewayActivities(deps) };
}

function made(aim: Aim, ensured: Ensured, observed: Json): Made {
  return { id: aim.id, adopted: ensured.adopted, observed };
}

function placeActivities(deps: ActivityDeps) {
  const { arm, installation } = deps;
  return {
    async isAbsent({ id }) {
      const resource = await arm.get(id, versions.network, new LongWork(arm, lastName(id), paces.quick).reading());
      return resource === null;
    },

    async ensureResourceGroup(request) {
      const aim = resourceGroupAim(request, installation);
      // A group of the same hub may serve a site as well: it belongs to whoever made it.
      const before = await arm.get(aim.id, aim.apiVersion, new LongWork(arm, aim.what, aim.pace).reading());
      const shared = isOfHub(tagsOf(before), installation, request.owner.hub);
      const ensured = await ensure(arm, shared ? { ...aim, adopt: true } : aim);
      return made(aim, ensured, groupFacts(ensured.resource, installation, request.owner.hub));
    },

    async ensureNetwork(request) {
      const aim = networkAim(request, installation);
      const ensured = await ensure(arm, aim);
      return made(aim, ensured, networkFacts(ensured.resource));
    },

    async ensureSubnet(request) {
      const aim = subnetAim(request);
      const ensured = await ensure(arm, aim);
      const ours = ensured.written || (await isNetworkOurs(deps, request.id, request.owner.hub));
      return { id: aim.id, adopted: !ours, observed: subnetFacts(ensured.resource) };
    },

    async ensurePublicIp(request) {
      const aim = publicIpAim(request, installation);
      const work = new LongWork(arm, aim.what, aim.pace);
      const ensured = await ensure(arm, aim, work);
      const address = addressOf(ensured.resource);
      if (address === '') work.later('has no address yet', arm.unitMs());
      return { ...made(aim, ensured, publicIpFacts(ensured.resource)), address: address as Ipv4 };
    },

    async ensureSecurityGroup(request) {
      const aim = securityGroupAim(request, installation);
      const ensured = await ensure(arm, aim);
      return made(aim, ensured, securityGroupFacts(ensured.resource));
    },

    async ensureNic(request) {
      const aim = nicAim(request, installation);
      const ensured = await ensure(arm, aim);
      return made(aim, ensured, nicFacts(ensured.resource));
    },
  } satisfies Partial<Ensuring>;
}

/** A subnet has no tags: it is ours if its network is. */
async function isNetworkOurs(deps: ActivityDeps, subnetId: string, hub: string): Promise<boolean> {
  const id = networkOf(subnetId);
  const work = new LongWork(deps.arm, `virtual network ${lastName(id)}`, paces.quick);
  return isOfHub(tagsOf(await deps.arm.get(id, versions.network, work.reading())), deps.installation, hub);
}

function gatewayActivities(deps: ActivityDeps) {
  const { arm, installation, secrets } = deps;
  return {
    acceptTerms: (request) => acceptTerms(arm, request),
    ensureVm: (request) => ensureVm(deps, request),

    async ensureGateway(request) {
      const aim = gatewayAim(request, installation);
      const ensured = await ensure(arm, aim);
      const facts = gatewayFacts(ensured.resource);
      return { ...made(aim, ensured, facts), provisioningState: stateOf(ensured.resource) };
    },

    async ensureLocalGateway(request) {
      const aim = localGatewayAim(request, installation);
      const ensured = await ensure(arm, aim);
      return made(aim, ensured, localGatewayFacts(ensured.resource));
    },

    /** The shared key goes from its reference, or from being made here, to Azure and nowhere else. */
    async ensureConnection(request) {
      const { sharedKey } = request.connection;
      const aim = connectionAim(request, installation, () => secrets.sharedKey(sharedKey));
      const ensured = await ensure(arm, aim);
      const facts = connectionFacts(ensured.resource);
      return { ...made(aim, ensured, facts), baseline: connectionStateOf(ensured.resource) };
    },
  } satisfies Partial<Ensuring>;
}
