/**
 * Deeds on a router's configuration: read, work out what is missing, send it line by line, read it back over a second
 * session. A second run sends nothing. A line that is rejected ends the run, and what the run did is undone.
 */
import type { LoopbackSpec } from '../../domain/spec.ts';
import { AdapterError, DeviceRejected } from '../errors.ts';
import { linesToType, renderConfiguration, restrict } from './config-tree.ts';
import type { ConfigTree } from './config-tree.ts';
import { maskText } from './ipv4.ts';
import { loopbackInterface } from './lines/loopback-interface.ts';
import { maskPatterns } from './mask.ts';
import { changePlan, compare, inverseLines, wayBack } from './plan/change.ts';
import type {
  AppliedLines,
  AppliedTunnel,
  ChangePlan,
  PlannedTunnel,
  RouterState,
  TunnelIntent,
} from './plan/intent.ts';
import { buildTunnelPlan, maskOf, observeTunnel } from './plan/tunnel-plan.ts';
import { withSession } from './router.ts';
import type { PreparedScript } from './script/prepare.ts';
import type { OpenSession, Session } from './session.ts';
import { readRouter, readRunning } from './state.ts';

type Mask = (text: string) => string;

/** The rejection again, with all secrets of this deed masked and with what became of the lines before it. */
function rejectedAgain(error: DeviceRejected, mask: Mask, undone: string): DeviceRejected {
  return new DeviceRejected({
    host: error.host,
    line: error.line,
    command: mask(error.command),
    mode: error.mode,
    reply: mask(error.reply),
    next: `${undone}. Compare the line with the router's release, then run this again`,
  });
}

/** Takes back what this run put there; says how that went. */
async function undo(session: Session, before: ConfigTree, like: ConfigTree): Promise<string> {
  try {
    const back = wayBack(restrict(await readRunning(session), like), restrict(before, like));
    const lines = linesToType(back);
    if (lines.length === 0) return 'No line of this run is in effect';
    await session.configure(lines);
    return 'What this run had sent before it is undone';
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    return `What this run had sent before it could not be undone (${error.shortMessage})`;
  }
}

async function send(session: Session, before: ConfigTree, plan: ChangePlan, mask: Mask): Promise<void> {
  if (plan.commands.length === 0) return;
  try {
    await session.configure(plan.commands);
  } catch (error) {
    if (!(error instanceof DeviceRejected)) throw error;
    throw rejectedAgain(error, mask, await undo(session, before, plan.intended));
  }
}

/**
 * Sends what is missing and reads everything back over a session of its own, which also shows that the way in is open.
 * What was just read needs no second reading when nothing was sent.
 */
async function apply(
  open: OpenSession,
  session: Session,
  before: ConfigTree,
  plan: ChangePlan,
  mask: Mask,
): Promise<Omit<AppliedLines, 'tunnels'>> {
  await send(session, before, plan, mask);
  const readBack = plan.commands.length === 0 ? before : await withSession(open, readRunning);
  const { present, missing } = compare(readBack, plan.intended);
  return {
    sent: plan.commands.map(mask),
    inverse: inverseLines(plan.backward).map(mask),
    readBack: present,
    missing: missing.map(mask),
  };
}

function loopbackTree(loopbacks: readonly LoopbackSpec[]): ConfigTree {
  return loopbacks.map(({ name, address, prefixLength }) =>
    loopbackInterface.render({ name, description: null, ipAddress: `${address} ${maskText(prefixLength)}` }),
  );
}

/**
 * Makes the loopbacks, or gives those that exist the wanted addresses.
 * @throws DeviceRejected, after undoing what it sent; Unreachable, after which a further call goes on.
 */
export function configureLoopbacks(open: OpenSession, loopbacks: readonly LoopbackSpec[]): Promise<AppliedLines> {
  return withSession(open, async (session) => {
    const running = await readRunning(session);
    const plan = changePlan(running, loopbackTree(loopbacks));
    return { ...(await apply(open, session, running, plan, maskPatterns)), tunnels: [] };
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
export function planTunnel(open: OpenSession, prepared: PreparedScript, intent: TunnelIntent): Promise<PlannedTunnel> {
  return withSession(open, async (session) => {
    const state = await readRouter(session);
    const plan = buildTunnelPlan(state, prepared, intent);
    const mask = maskOf(prepared, intent);
    return {
      ...observeTunnel(state, prepared, intent),
      lines: renderConfiguration(plan.forward).map(mask),
      inverse: inverseLines(plan.backward).map(mask),
      adjustments: plan.adjustments,
    };
  });
}

/**
 * Sends the tunnel's missing lines and reads all of them back.
 * @throws Refused before the first line for what must not be sent to this router; DeviceRejected, after undoing what it
 * sent; Unreachable, after which a further call finds out where it stands and goes on.
 */
export function configureTunnel(
  open: OpenSession,
  prepared: PreparedScript,
  intent: TunnelIntent,
): Promise<AppliedTunnel> {
  return withSession(open, async (session) => {
    const state = await readRouter(session);
    const plan = buildTunnelPlan(state, prepared, intent);
    const applied = await apply(open, session, state.running, plan, maskOf(prepared, intent));
    return { ...applied, tunnels: plan.tunnels, rewrites: plan.rewrites, adjustments: plan.adjustments };
  });
}
