/**
 * The public face of the router driver. A caller opens sessions with `routerOpener`, prepares a script, and asks for one
 * of the deeds; every deed reads the running configuration first and sends only what is missing.
 *
 * Signatures, and who serves what:
 * - `routerOpener(reach, deps) -> open`; `withSession(open, session => …)` closes it in every case. `session.hostname`
 *   and `session.hostKey` answer who is there
 * - `readFacts(session)`: release and licence; `readRouter(session)`: everything that plans and observations are made from
 * - `prepareScript(text | null, intent)`: pure; null where Azure offers no script. `TunnelRequest` with `sharedKey`
 *   (and `sharePolicy`) added is an intent. The result holds the key; its `digest`, `rewrites`, `origin`, `adjustments`
 *   and `unresolvedPlaceholders` do not
 * - `configureLoopbacks(open, loopbacks)`, `planTunnel(open, prepared, intent)` (sends nothing),
 *   `configureTunnel(open, prepared, intent, safeguards, approved)`, `removeLines(open, inverse)`: open their own
 *   sessions; what is sent runs under the router's revert timer where its archive is on (docs/decisions/0008)
 * - `observeLoopbacks(state, loopbacks)`, `observeTunnel(state, prepared, intent)`: pure, refuse nothing, change nothing
 * - `ping(session, request)`, `readAssociations(session, peers)`, `readBgp(session, neighbors)`, `save(session)`
 * - `saveOwn(session, inverse)`, `saveRemoval(session, inverse, mayBeSaved)`: not where others have unsaved lines
 *
 * Errors: `Refused` before the first line, `DeviceRejected` for a line (already undone), `Busy` for a lock or a change
 * that is pending, `Unreachable` for a lost session (the same call goes on where it stands). No result and no error holds
 * a secret.
 */
export { openRouter, routerOpener, withSession } from './router.ts';
export type { RouterDeps, RouterReach, RouterSecrets } from './router.ts';
export type { OpenSession, Session as RouterSession } from './session.ts';
export type { BgpIntent, InterfaceState, RouterState, TunnelIntent, TunnelObservation } from './plan/intent.ts';
export { masker, maskPatterns } from './mask.ts';
export { readRouter } from './state.ts';
export { prepareScript } from './script/prepare.ts';
export type { PreparedScript } from './script/prepare.ts';
export { buildTunnelPlan, observeTunnel } from './plan/tunnel-plan.ts';
export { configureLoopbacks, configureTunnel, observeLoopbacks, planTunnel } from './apply.ts';
export { removeLines } from './remove.ts';
export { saveOwn, saveRemoval } from './stored.ts';
export { licenceLine, readFacts, reload } from './licence.ts';
export type { RouterFacts } from './licence.ts';
export { ping, readAssociations, readBgp, save } from './observe.ts';
export type { BgpSession } from './observe.ts';
