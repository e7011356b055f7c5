/**
 * What can be asked of a resource beyond reading and writing it, and what stands under a subscription without being a
 * resource. The router looks actions up by `type/action` in lower case; each checks its method itself.
 */
import type { Effect } from '../store/operations.ts';
import type { World } from '../world.ts';
import type { Action } from './begin.ts';
import { bgpActions, bgpEffects } from './bgp.ts';
import { connectionActions, connectionEffects } from './connection.ts';
import { capacityRoutes } from './capacity.ts';
import { deviceActions } from './devices.ts';
import { groupActions, groupEffects } from './effective-groups.ts';
import { routeActions, routeEffects } from './effective-routes.ts';
import { gatewayActions, gatewayEffects } from './gateway.ts';
import { marketRoutes } from './market.ts';
import { networkActions } from './virtual-network.ts';
import { runCommandActions, runCommandEffects } from './run-command.ts';
import { commandRoutes } from './run-command-documents.ts';
import type { SubscriptionRoute } from './subscription-route.ts';
import { machineActions, machineEffects } from './virtual-machine.ts';

export type { Action } from './begin.ts';

/** By lower-cased `type/action`, `microsoft.network/virtualnetworkgateways/reset`. */
export const actions: ReadonlyMap<string, Action> = new Map<string, Action>([
  ...deviceActions,
  ...gatewayActions,
  ...bgpActions,
  ...connectionActions,
  ...routeActions,
  ...groupActions,
  ...networkActions,
  ...machineActions,
  ...runCommandActions,
]);

/** Routes of a subscription. */
export const providerRoutes: readonly SubscriptionRoute[] = [...marketRoutes, ...capacityRoutes, ...commandRoutes];

/** What has to happen when an action's operation ends, by the operation's kind. */
export function actionEffects(world: World): [string, Effect][] {
  return [
    ...gatewayEffects(world),
    ...bgpEffects(world),
    ...connectionEffects(world),
    ...routeEffects(world),
    ...groupEffects(world),
    ...machineEffects(world),
    ...runCommandEffects(world),
  ];
}
