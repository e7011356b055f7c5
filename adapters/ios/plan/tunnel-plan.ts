/**
 * The plan for a tunnel: a prepared script under the names it has on this router, compared with the running
 * configuration.
 */
import { findSection } from '../config-tree.ts';
import type { ConfigNode, ConfigTree } from '../config-tree.ts';
import { masker } from '../mask.ts';
import { scriptTree } from '../script/device-script.ts';
import { secretsOf } from '../script/prepare.ts';
import type { PreparedScript } from '../script/prepare.ts';
import { changePlan, compare } from './change.ts';
import { checkBeforeSending } from './checks.ts';
import type { RouterState, TunnelIntent, TunnelObservation, TunnelPlan } from './intent.ts';
import { checkAs, settleBgp } from './bgp-names.ts';
import { settleNames } from './names.ts';
import { joinPolicy } from './policies.ts';
import type { Shared } from './policies.ts';
import { checkStrength } from './strength.ts';

/** A key that the router shows as type 6 cannot be compared with ours: that there is one counts. */
function acceptEncryptedKeys(intended: ConfigNode, running: ConfigNode | undefined): ConfigNode {
  if (running === undefined) return intended;
  const encrypted = /^(pre-shared-key(?: local| remote)?) 6 /.exec(running.line)?.[1];
  if (encrypted !== undefined) return { ...intended, line: running.line };
  const children = intended.children.map((child) => {
    const key = /^pre-shared-key(?: local| remote)?(?= )/.exec(child.line)?.[0] ?? child.line;
    return acceptEncryptedKeys(
      child,
      running.children.find(({ line }) => line === child.line || line.startsWith(`${key} 6 `)),
    );
  });
  return { ...intended, children };
}

function settled(state: RouterState, prepared: PreparedScript, intent: TunnelIntent) {
  const names = settleNames(prepared.script, prepared.rewrites, state, intent);
  const bgp = settleBgp(names.script, state);
  const shared: Shared =
    intent.sharePolicy === true
      ? joinPolicy(bgp.script, names.rewrites, state)
      : { script: bgp.script, rewrites: names.rewrites, adjustments: [] };
  const intended = scriptTree(shared.script).map((node) =>
    acceptEncryptedKeys(node, findSection(state.running, node.line)),
  );
  return {
    script: shared.script,
    intended,
    rewrites: shared.rewrites,
    adjustments: [...prepared.adjustments, ...names.adjustments, ...bgp.adjustments, ...shared.adjustments],
    tunnels: shared.script.tunnels.map(({ name }) => name),
  };
}

/**
 * What has to be sent so that the router carries this tunnel, and what leads back. Holds the shared key.
 * @throws Refused when sending it would cut off the operator, the tunnel or somebody else's tunnel.
 */
export function buildTunnelPlan(state: RouterState, prepared: PreparedScript, intent: TunnelIntent): TunnelPlan {
  const { script, intended, rewrites, adjustments, tunnels } = settled(state, prepared, intent);
  checkBeforeSending(state, script, intent);
  checkAs(script, state);
  const plan = changePlan(state.running, intended);
  checkStrength(state, plan.forward);
  return { ...plan, rewrites, adjustments, tunnels };
}

/** Masks every secret that the script and the intent hold. */
export function maskOf(prepared: PreparedScript, intent: TunnelIntent): (text: string) => string {
  return masker([...secretsOf(prepared.script), ...(intent.sharedKey === null ? [] : [intent.sharedKey])]);
}

function isPresent(running: ConfigTree, { where, to }: { where: string; to: string }): boolean {
  const [section = '', line = ''] = where.split(' / ');
  return findSection(running, section)?.children.some((child) => child.line === `${line} ${to}`) === true;
}

/** How far the running configuration is what is wanted. Checks and sends nothing, and refuses nothing. */
export function observeTunnel(state: RouterState, prepared: PreparedScript, intent: TunnelIntent): TunnelObservation {
  const { intended, rewrites, tunnels } = settled(state, prepared, intent);
  const { present, missing } = compare(state.running, intended);
  return {
    present,
    missing: missing.map(maskOf(prepared, intent)),
    tunnels,
    rewrites: rewrites.map((rewrite) => ({ ...rewrite, present: isPresent(state.running, rewrite) })),
  };
}
