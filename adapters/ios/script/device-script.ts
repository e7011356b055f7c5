/**
 * A device script as values: what it configures, without its names, spacing and order having meant anything. It holds
 * the shared key in clear, so it never leaves an activity.
 */
import type { ConfigNode, ConfigTree } from '../config-tree.ts';
import { withoutDefaults } from '../config-tree.ts';
import { bgp } from '../lines/bgp.ts';
import type { Bgp } from '../lines/bgp.ts';
import { ikev2Keyring } from '../lines/ikev2-keyring.ts';
import type { Ikev2Keyring } from '../lines/ikev2-keyring.ts';
import { ikev2Policy } from '../lines/ikev2-policy.ts';
import type { Ikev2Policy } from '../lines/ikev2-policy.ts';
import { ikev2Profile } from '../lines/ikev2-profile.ts';
import type { Ikev2Profile } from '../lines/ikev2-profile.ts';
import { ikev2Proposal } from '../lines/ikev2-proposal.ts';
import type { Ikev2Proposal } from '../lines/ikev2-proposal.ts';
import { ipsecProfile } from '../lines/ipsec-profile.ts';
import type { IpsecProfile } from '../lines/ipsec-profile.ts';
import { ipsecTransformSet } from '../lines/ipsec-transform-set.ts';
import type { IpsecTransformSet } from '../lines/ipsec-transform-set.ts';
import { loopbackInterface } from '../lines/loopback-interface.ts';
import type { LoopbackInterface } from '../lines/loopback-interface.ts';
import { staticRoute } from '../lines/static-route.ts';
import type { StaticRoute } from '../lines/static-route.ts';
import { tunnelInterface } from '../lines/tunnel-interface.ts';
import type { TunnelInterface } from '../lines/tunnel-interface.ts';

export interface DeviceScript {
  readonly loopbacks: readonly LoopbackInterface[];
  readonly proposals: readonly Ikev2Proposal[];
  readonly policies: readonly Ikev2Policy[];
  readonly keyrings: readonly Ikev2Keyring[];
  readonly profiles: readonly Ikev2Profile[];
  readonly transformSets: readonly IpsecTransformSet[];
  readonly ipsecProfiles: readonly IpsecProfile[];
  readonly tunnels: readonly TunnelInterface[];
  readonly routes: readonly StaticRoute[];
  readonly bgp: readonly Bgp[];
  /** Lines of the script that are not sent, with the reason: an access list that is bound to nothing. */
  readonly leftOut: readonly string[];
}

/** The kinds of section that a script may hold, in the order in which they must exist. */
export const sections = {
  loopbacks: loopbackInterface,
  proposals: ikev2Proposal,
  policies: ikev2Policy,
  keyrings: ikev2Keyring,
  profiles: ikev2Profile,
  transformSets: ipsecTransformSet,
  ipsecProfiles: ipsecProfile,
  tunnels: tunnelInterface,
  bgp,
} as const;

export type SectionKind = keyof typeof sections;

export const emptyScript: DeviceScript = {
  loopbacks: [],
  proposals: [],
  policies: [],
  keyrings: [],
  profiles: [],
  transformSets: [],
  ipsecProfiles: [],
  tunnels: [],
  routes: [],
  bgp: [],
  leftOut: [],
};

/** The script as a configuration, in dependency order. */
export function scriptTree(script: DeviceScript): ConfigTree {
  const render = <Value>(section: { render(value: Value): ConfigNode }, values: readonly Value[]): ConfigNode[] =>
    values.map((value) => section.render(value));
  return withoutDefaults([
    ...render(loopbackInterface, script.loopbacks),
    ...render(ikev2Proposal, script.proposals),
    ...render(ikev2Policy, script.policies),
    ...render(ikev2Keyring, script.keyrings),
    ...render(ikev2Profile, script.profiles),
    ...render(ipsecTransformSet, script.transformSets),
    ...render(ipsecProfile, script.ipsecProfiles),
    ...render(tunnelInterface, script.tunnels),
    ...render(staticRoute, script.routes),
    ...render(bgp, script.bgp),
  ]);
}
