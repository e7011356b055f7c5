/**
 * Deeds on a router's configuration: read, work out what is missing, send it line by line, read it back over a second
 * session. A second run sends nothing. A line that is rejected ends the run, and what the run did is undone.
 */
import type { LoopbackSpec } from '../../domain/spec.ts';
import { renderConfiguration } from './config-tree.ts';
import type { ConfigTree } from './config-tree.ts';
import { archiveInverse, archiveLines, settlePending } from './guard.ts';
import { maskText } from './ipv4.ts';
import { loopbackInterface } from './lines/loopback-interface.ts';
import { maskPatterns } from './mask.ts';
import { changePlan, compare, countLines, inverseLines } from './plan/change.ts';
import type {
  AppliedLines,
  AppliedTunnel,
  ChangePlan,
  PlannedTunnel,
  RouterState,
  Safeguards,
  TunnelIntent,
} from './plan/intent.ts';
import { buildTunnelPlan, maskOf, observeTunnel } from './plan/tunnel-plan.ts';
import { withSession } from './router.ts';
import type { PreparedScript } from './script/prepare.ts';
import { requireApproval, sendGuarded } from './send.ts';
import type { OpenSession, Session } from './session.ts';
import { readChange, readRouter } from './state.ts';

const careful: Safeguards = { archive: 'useIfOn', backup: null };

/** The router and the plan for it, read anew where what a lost session has left pending was taken back. */
async function planSettled<S extends Pick<RouterState, 'pending' | 'running'>, P extends ChangePlan>(
  session: Session,
  read: () => Promise<S>,
  planFor: (state: S) => P,
): Promise<{ readonly state: S; readonly plan: P }> {
  const state = await read();
  const plan = planFor(state);
  const { intended } = plan;
  const own = {
    sections: intended,
    count: (running: ConfigTree) => compare(running, intended).present,
    whole: countLines(intended),
  };
  if (!(await settlePending(session, state, own))) return { state, plan };
  const anew = await read();
  return { state: anew, plan: planFor(anew) };
}

function loopbackTree(loopbacks: readonly LoopbackSpec[]): ConfigTree {
  return loopbacks.map(({ name, address, prefixLength }) =>
    loopbackInterface.render({ name, description: null, ipAddress: `${address} ${maskText(prefixLength)}` }),
  );
}

/**
 * Makes the loopbacks, or gives those that exist the wanted addresses.
 * @throws DeviceRejected, after undoing what it sent; Busy while a change of somebody else is pending; Unreachable, after
 * which a further call goes on.
 */
export function configureLoopbacks(
  open: OpenSession,
  loopbacks: readonly LoopbackSpec[],
  safeguards: Safeguards = careful,
): Promise<AppliedLines> {
  return withSession(open, async (session) => {
    const read = () => readChange(session);
    const wanted = loopbackTree(loopbacks);
    const { state, plan } = await planSettled(session, read, ({ running }) => changePlan(running, wanted));
    const { running: before, linesTaken } = state;
    const sent = await sendGuarded({ open, session, before, linesTaken, plan, mask: maskPatterns, safeguards });
    return { ...sent, tunnels: [] };
  });
}

/** How far the running configuration has the loopbacks. */
export function observeLoopbacks(
  state: RouterState,
  loopbacks: readonly LoopbackSpec[],
): { readonly present: number; readonly missing: readonly string[] } {
  return compare(state.running, loopbackTree(loopbacks));
}

/**
 * What `configureTunnel` would send, secrets masked; sends nothing.
 * @throws Refused for what must not be sent to this router.
 */
export function planTunnel(
  open: OpenSession,
  prepared: PreparedScript,
  intent: TunnelIntent,
  safeguards: Pick<Safeguards, 'archive'> = careful,
): Promise<PlannedTunnel> {
  return withSession(open, async (session) => {
    const state = await readRouter(session);
    const plan = buildTunnelPlan(state, prepared, intent);
    const mask = maskOf(prepared, intent);
    const archive = plan.commands.length === 0 ? [] : archiveLines(state.running, safeguards);
    return {
      ...observeTunnel(state, prepared, intent),
      lines: renderConfiguration([...archive, ...plan.forward]).map(mask),
      inverse: [...inverseLines(plan.backward), ...archiveInverse(archive)].map(mask),
      adjustments: plan.adjustments,
    };
  });
}

/**
 * Sends the tunnel's missing lines and reads all of them back.
 * @param approved the lines that somebody has approved, as `planTunnel` gave them; null: none need to be.
 * @throws Refused before the first line for what must not be sent to this router, or was not approved; DeviceRejected,
 * after undoing what it sent; Busy while a change of somebody else is pending; Unreachable, after which a further call
 * finds out where it stands and goes on.
 */
export function configureTunnel(
  open: OpenSession,
  prepared: PreparedScript,
  intent: TunnelIntent,
  safeguards: Safeguards = careful,
  approved: readonly string[] | null = null,
): Promise<AppliedTunnel> {
  return withSession(open, async (session) => {
    const { state, plan } = await planSettled(
      session,
      () => readRouter(session),
      (router) => buildTunnelPlan(router, prepared, intent),
    );
    const mask = maskOf(prepared, intent);
    const { running: before, linesTaken } = state;
    const sending = { open, session, before, linesTaken, plan, mask, safeguards };
    if (approved !== null) requireApproval(sending, approved);
    const sent = await sendGuarded(sending);
    return { ...sent, tunnels: plan.tunnels, rewrites: plan.rewrites, adjustments: plan.adjustments };
  });
}
