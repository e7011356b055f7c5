import type { RouterInterface, RouterRoute } from '../ports.ts';
import { contains, prefixLength } from './address.ts';
import type { Machine } from './machine.ts';

/** How deep a next hop is looked up through other routes. */
const DEPTH = 4;

function usable(machine: Machine, route: RouterRoute, all: readonly RouterRoute[], depth: number): boolean {
  if (route.interface !== null) return machine.lineUp(route.interface);
  return route.nextHop !== null && depth < DEPTH && lookup(machine, all, route.nextHop, depth + 1) !== null;
}

/** The most specific usable route; a static one by next hop leads to the route of that next hop. */
function lookup(machine: Machine, all: readonly RouterRoute[], target: string, depth: number): RouterRoute | null {
  let best: RouterRoute | null = null;
  for (const route of all) {
    const longer = best === null || prefixLength(route.prefix) > prefixLength(best.prefix);
    const circular = route.interface === null && route.nextHop !== null && contains(route.prefix, route.nextHop);
    const fits = contains(route.prefix, target) && !(depth > 0 && circular);
    if (longer && fits && usable(machine, route, all, depth)) best = route;
  }
  return best;
}

/** The routes in the table at this moment: those whose interface is up and whose next hop can be reached. */
export function tableOf(machine: Machine): readonly RouterRoute[] {
  const all = machine.routes();
  return all.filter((route) => usable(machine, route, all, 0));
}

export function routeFor(machine: Machine, target: string): RouterRoute | null {
  return lookup(machine, machine.routes(), target, 0);
}

/** The interface that packets to an address leave by, or null without a route. */
export function outgoing(machine: Machine, target: string): RouterInterface | null {
  let route = routeFor(machine, target);
  for (let depth = 0; route !== null && route.interface === null && depth < DEPTH; depth += 1)
    route = route.nextHop === null ? null : lookup(machine, machine.routes(), route.nextHop, 1);
  const name = route?.interface ?? null;
  return machine.interfaces().find((one) => one.name === name) ?? null;
}
