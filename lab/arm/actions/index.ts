/**
 * What can be asked of a resource beyond reading and writing it, and what stands under a subscription without being a
 * resource. The router looks actions up by `type/action` in lower case; each checks its method itself.
 */
import type { Effect } from '../operations.ts';
import type { Reply, Request, World } from '../world.ts';
import type { Action } from './begin.ts';
import { bgpActions, bgpEffects } from './bgp.ts';
import { connectionActions, connectionEffects } from './connection.ts';
import { deviceActions } from './devices.ts';
import { routeActions, routeEffects } from './effective-routes.ts';
import { gatewayActions, gatewayEffects } from './gateway.ts';
import { subscriptionRoutes } from './providers.ts';
import { runCommandActions, runCommandEffects } from './run-command.ts';
import { machineActions, machineEffects } from './virtual-machine.ts';

export type { Action } from './begin.ts';

/** By lower-cased `type/action`, `microsoft.network/virtualnetworkgateways/reset`. */
export const actions: ReadonlyMap<string, Action> = new Map<string, Action>([
  ...deviceActions,
  ...gatewayActions,
  ...bgpActions,
  ...connectionActions,
  ...routeActions,
  ...machineActions,
  ...runCommandActions,
]);

/** Routes of a subscription; the pattern is matched against the lower-cased, decoded path. */
export const providerRoutes: readonly {
  method: string;
  pattern: RegExp;
  handle: (world: World, request: Request, match: RegExpExecArray) => Reply;
}[] = subscriptionRoutes;

/** What has to happen when an action's operation ends, by the operation's kind. */
export function actionEffects(world: World): [string, Effect][] {
  return [
    ...gatewayEffects(world),
    ...bgpEffects(world),
    ...connectionEffects(world),
    ...routeEffects(world),
    ...machineEffects(world),
    ...runCommandEffects(world),
  ];
}
