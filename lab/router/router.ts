import type { Router, RouterOptions } from './types.ts';

/** Starts a router and its SSH listener; throws if the port is taken or the state file cannot be read. */
export function createRouter(options: RouterOptions): Promise<Router> {
  return Promise.reject(new Error(`router ${options.key} is not built yet`));
}
