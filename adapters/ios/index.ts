/**
 * The public face of the router driver. A caller opens sessions with `routerOpener`, prepares a script, and asks for one
 * of the deeds; every deed reads the running configuration first and sends only what is missing.
 */
export { openRouter, routerOpener, withSession } from './router.ts';
export type { RouterDeps, RouterReach, RouterSecrets } from './router.ts';
export type { OpenSession, Session as RouterSession } from './session.ts';
export type { AppliedLines, ChangePlan, Rewrite, RouterState, TunnelIntent, TunnelPlan } from './plan/intent.ts';
export { masker, maskPatterns } from './mask.ts';
export { readRouter } from './state.ts';
export { prepareScript } from './script/prepare.ts';
export type { PreparedScript } from './script/prepare.ts';
export { buildTunnelPlan } from './plan/tunnel-plan.ts';
export { configureLoopbacks, configureTunnel, planTunnel } from './apply.ts';
export { removeLines } from './remove.ts';
export type { RemovedLines } from './remove.ts';
export { ping, readAssociations, save, readVersion } from './observe.ts';
export type { PingRequest, PingResult, SecurityAssociations } from './observe.ts';
