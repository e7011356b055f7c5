/**
 * The lab's IOS-XE router over SSH. `createRouter` is all that the rest of the lab uses.
 */
export type { Router, RouterOptions } from './types.ts';
export { createRouter } from './router.ts';
