/**
 * An IKEv2 policy is global: one that is added decides for every tunnel on the addresses that it matches, and where
 * there was none it ends the reign of the default policy. Tunnels that are not ours must notice nothing.
 */
import { Refused } from '../../errors.ts';
import { findSection, renderConfiguration } from '../config-tree.ts';
import type { ConfigNode, ConfigTree } from '../config-tree.ts';
import { ikev2Policy } from '../lines/ikev2-policy.ts';
import { ikev2Profile } from '../lines/ikev2-profile.ts';
import { maskPatterns } from '../mask.ts';
import { sections } from '../script/device-script.ts';
import type { DeviceScript } from '../script/device-script.ts';
import type { Rewrite, RouterState } from './intent.ts';

const defaultPolicy = 'crypto ikev2 policy default / match fvrf any / proposal default';

function text(node: ConfigNode): string {
  return maskPatterns(renderConfiguration([node]).join(' / ')).replace(/\s+/g, ' ');
}

function locals(policy: ConfigNode): readonly string[] {
  return ikev2Policy.parse(policy).value.matchAddressLocal;
}

function othersPolicies(running: ConfigTree, script: DeviceScript): ConfigNode[] {
  const names = script.policies.map((policy) => sections.policies.render(policy).line);
  return running.filter(({ line }) => ikev2Policy.opens(line) && !names.includes(line));
}

/** Policies of others that serve our local address: those that name it come first, as IOS takes them first. */
function foreignPolicies(running: ConfigTree, script: DeviceScript): ConfigNode[] {
  const ours = script.policies.flatMap(({ matchAddressLocal }) => matchAddressLocal);
  const others = othersPolicies(running, script);
  return [
    ...others.filter((policy) => locals(policy).some((address) => ours.includes(address))),
    ...others.filter((policy) => locals(policy).length === 0),
  ];
}

/** Addresses that the tunnels of an IKEv2 profile begin at; empty if it cannot be told. */
function localsOf(profile: ConfigNode, state: RouterState): string[] {
  const { name, matchAddressLocal } = ikev2Profile.parse(profile).value;
  if (matchAddressLocal.length > 0) return [...matchAddressLocal];
  const ipsec = state.running
    .filter(({ children }) => children.some(({ line }) => line === `set ikev2-profile ${name}`))
    .map(({ line }) => line.split(' ')[3] ?? '');
  return state.running
    .filter(({ children }) => ipsec.some((one) => has(children, `tunnel protection ipsec profile ${one}`)))
    .flatMap(({ children }) => children.flatMap(({ line }) => /^tunnel source (\S+)$/.exec(line)?.[1] ?? []))
    .flatMap((source) => (/^\d/.test(source) ? [source] : (addressOf(source, state) ?? [])));
}

function has(children: readonly ConfigNode[], line: string): boolean {
  return children.some((child) => child.line === line);
}

function addressOf(name: string, state: RouterState): string | undefined {
  return state.interfaces.find((one) => one.name === name)?.address ?? undefined;
}

/** IKEv2 profiles of others that are in use and that no policy of theirs serves: they live by the default one. */
function livingByDefault(state: RouterState, script: DeviceScript): ConfigNode[] {
  const { running } = state;
  const ours = script.profiles.map((profile) => sections.profiles.render(profile).line);
  const used = (name: string): boolean =>
    running.some(({ line, children }) => !ours.includes(line) && has(children, `set ikev2-profile ${name}`));
  const served = othersPolicies(running, script).flatMap((policy) => {
    const addresses = locals(policy);
    return addresses.length === 0 ? ['any'] : addresses;
  });
  return running.filter((node) => {
    if (!ikev2Profile.opens(node.line) || ours.includes(node.line)) return false;
    if (!used(ikev2Profile.parse(node).value.name) || served.includes('any')) return false;
    const addresses = localsOf(node, state);
    return served.length === 0 || addresses.some((address) => !served.includes(address));
  });
}

/** @throws Refused, with both texts, where our policy would decide for somebody else's tunnel. */
export function checkPolicies(state: RouterState, script: DeviceScript): void {
  const [ours] = script.policies;
  if (ours === undefined) return;
  const node = sections.policies.render(ours);
  // A policy that is there already changes nothing any more.
  if (findSection(state.running, node.line) !== undefined) return;
  const [foreign] = foreignPolicies(state.running, script);
  const [profile] = livingByDefault(state, script);
  if (foreign !== undefined)
    throw refusal(state, `has \`${text(foreign)}\`, which serves the same local address as`, node);
  if (profile === undefined || ours.proposals.includes('default')) return;
  throw refusal(
    state,
    `has \`${profile.line}\`, whose tunnels live by the default policy (\`${defaultPolicy}\`), which ends with`,
    node,
  );
}

function refusal({ hostname }: RouterState, what: string, ours: ConfigNode): Refused {
  return new Refused({
    what: `Router ${hostname} ${what} \`${text(ours)}\`; an IKEv2 policy is global, so tunnels of others would be changed`,
    next: 'Set router.change.sharePolicy: true to let our proposal join that policy, or give the tunnel another local address',
  });
}

export interface Shared {
  readonly script: DeviceScript;
  readonly rewrites: readonly Rewrite[];
  readonly adjustments: readonly string[];
}

/**
 * Our proposals join the policy that is there. Where tunnels live by the default policy, ours offers the default proposal
 * too and matches every address, as the default policy does: that leads back by removing it, while `no crypto ikev2
 * policy default` would switch the default off.
 */
export function joinPolicy(script: DeviceScript, rewrites: readonly Rewrite[], state: RouterState): Shared {
  const proposals = script.policies.flatMap((policy) => policy.proposals);
  const names = script.policies.map((policy) => sections.policies.render(policy).line);
  const [foreign] = foreignPolicies(state.running, script);
  if (foreign !== undefined) {
    const { value } = ikev2Policy.parse(foreign);
    return {
      script: { ...script, policies: [{ ...value, proposals }] },
      rewrites: moved(rewrites, names, foreign),
      adjustments: [`the proposal joins \`${foreign.line}\`, which serves the same local address`],
    };
  }
  const [ours] = script.policies;
  if (ours === undefined || livingByDefault(state, script).length === 0) return { script, rewrites, adjustments: [] };
  const open = { ...ours, matchAddressLocal: [], proposals: [...ours.proposals, 'default'] };
  return {
    script: { ...script, policies: [open] },
    rewrites: moved(rewrites, names, sections.policies.render(open)),
    adjustments: [
      `\`${names[0] ?? ''}\` matches every address and offers the default proposal too: tunnels live by it`,
    ],
  };
}

/** An address that was rewritten in our policy stands in the shared one, or nowhere if that matches every address. */
function moved(rewrites: readonly Rewrite[], names: readonly string[], shared: ConfigNode): Rewrite[] {
  return rewrites.flatMap((rewrite) => {
    const [section = '', line = ''] = rewrite.where.split(' / ');
    if (!names.includes(section)) return [rewrite];
    return locals(shared).includes(rewrite.to) ? [{ ...rewrite, where: `${shared.line} / ${line}` }] : [];
  });
}
