/** Resource providers as a subscription lists them: what az asks before it reads a resource of any type. */
import { ArmError } from '../errors.ts';
import { canonicalTypes } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import { pageReply } from './paging.ts';
import { displayNameOf, regions } from '../catalogue/regions.ts';
import type { Reply, Request, World } from '../world.ts';

/** Some that Azure has, the newest first; the lab itself takes any. */
const versions: Readonly<Record<string, readonly string[]>> = {
  'Microsoft.Compute': ['2025-04-01', '2024-11-01', '2024-07-01'],
  'Microsoft.MarketplaceOrdering': ['2021-01-01', '2015-06-01'],
  'Microsoft.Network': ['2025-05-01', '2025-01-01', '2024-07-01', '2023-09-01'],
  'Microsoft.Resources': ['2025-04-01', '2024-11-01', '2022-09-01'],
};

/** Others that clients look at or register, of which the lab makes nothing. */
const others = `Microsoft.Advisor Microsoft.Authorization Microsoft.Features Microsoft.Insights Microsoft.KeyVault
 Microsoft.ManagedIdentity Microsoft.OperationalInsights Microsoft.PolicyInsights Microsoft.Security
 Microsoft.Storage`.split(/\s+/);

const registrationFree = new Set(['Microsoft.Authorization', 'Microsoft.Features', 'Microsoft.Resources']);

function provider(world: World, namespace: string): JsonObject {
  const types = ['Microsoft.Resources/resourceGroups', ...canonicalTypes]
    .filter((type) => type.startsWith(`${namespace}/`))
    .map((type) => ({
      resourceType: type.slice(namespace.length + 1),
      locations: regions.map(displayNameOf),
      apiVersions: [...(versions[namespace] ?? [])],
      capabilities: 'None',
    }));
  return {
    id: `/subscriptions/${world.subscriptionId}/providers/${namespace}`,
    namespace,
    registrationPolicy: registrationFree.has(namespace) ? 'RegistrationFree' : 'RegistrationRequired',
    registrationState: 'Registered',
    resourceTypes: types,
  };
}

/** `/providers[/{namespace}[/register]]` of a subscription. @throws ArmError 404 for one that the lab does not have */
export function answerProviders(world: World, request: Request, namespace: string | undefined): Reply {
  const known = [...Object.keys(versions), ...others];
  if (namespace === undefined) {
    return pageReply(
      world,
      request,
      known.map((one) => provider(world, one)),
    );
  }
  const found = known.find((one) => one.toLowerCase() === namespace.toLowerCase());
  if (found !== undefined) return { status: 200, body: provider(world, found) };
  throw new ArmError(404, 'InvalidResourceNamespace', `The resource namespace '${namespace}' is invalid.`);
}
