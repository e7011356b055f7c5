/**
 * What is refused before the first line is sent, because it would cut somebody off: the operator, the tunnel itself, or
 * a tunnel that is not ours.
 */
import { Refused } from '../../errors.ts';
import { renderConfiguration } from '../config-tree.ts';
import type { ConfigNode, ConfigTree } from '../config-tree.ts';
import { cidrText, contains, networkOfCidr } from '../ipv4.ts';
import type { Network } from '../ipv4.ts';
import { ikev2Policy } from '../lines/ikev2-policy.ts';
import { staticRoute } from '../lines/static-route.ts';
import { maskPatterns } from '../mask.ts';
import { sections } from '../script/device-script.ts';
import type { DeviceScript } from '../script/device-script.ts';
import type { RouterState, TunnelIntent } from './intent.ts';

/** An address that must stay reachable outside the tunnel. */
interface Lifeline {
  readonly address: string;
  readonly what: string;
}

const servers: readonly [RegExp, string][] = [
  [/^ip name-server (?:vrf \S+ )?(\d\S+)/, 'the DNS server'],
  [/^ntp (?:server|peer) (?:vrf \S+ )?(\d\S+)/, 'the NTP server'],
  [/^logging (?:host )?(\d\S+)/, 'the syslog server'],
  [/^(?:tacacs|radius)-server host (\d\S+)/, 'the AAA server'],
  [/^address ipv4 (\d\S+)/, 'the AAA server'],
];

function serverOf(line: string): Lifeline[] {
  return servers.flatMap(([pattern, what]) => {
    const address = pattern.exec(line)?.[1];
    return address === undefined ? [] : [{ address, what }];
  });
}

function lifelines(state: RouterState, intent: TunnelIntent): Lifeline[] {
  const configured = state.running.flatMap(({ line, children }) =>
    [line, ...children.map((child) => child.line)].flatMap(serverOf),
  );
  const peer = state.peerAddress;
  return [
    ...(peer === null ? [] : [{ address: peer, what: 'the address that this SSH session comes from' }]),
    ...intent.gatewayAddresses.map((address) => ({ address, what: 'the tunnel destination' })),
    ...configured,
  ];
}

function checkLifelines(hub: readonly Network[], state: RouterState, intent: TunnelIntent): void {
  for (const { address, what } of lifelines(state, intent)) {
    const single = networkOfCidr(address);
    const covering = single === null ? undefined : hub.find((prefix) => contains(prefix, single));
    if (covering === undefined) continue;
    throw new Refused({
      what: `The route to ${cidrText(covering)} through the tunnel would cover ${address}, ${what} of ${state.hostname}`,
      next: "Narrow the hub's address space, or add a more specific route to that address on the router first",
    });
  }
}

/** An existing route for a prefix of the hub, or for a part of it, would win over the tunnel or share its traffic. */
function checkRoutes(hub: readonly Network[], state: RouterState, tunnels: readonly string[]): void {
  for (const node of state.running.filter(({ line }) => staticRoute.opens(line))) {
    const route = staticRoute.parse(node);
    const taken = route !== null && hub.some((prefix) => contains(prefix, route.destination));
    if (!taken || tunnels.includes(route.via)) continue;
    throw new Refused({
      what: `Router ${state.hostname} already has \`${node.line}\`, which leads elsewhere than the tunnel`,
      next: 'Remove that route on the router if the hub is to be reached through the tunnel',
    });
  }
}

function checkLocalAddress(state: RouterState, intent: TunnelIntent): void {
  const own = [intent.privateAddress, intent.publicAddress].filter((address) => address !== null);
  const local = own[0] ?? intent.publicAddress;
  const on = state.interfaces.find(({ address }) => address === local);
  if (on?.up === true) return;
  const have = state.interfaces.flatMap(({ name, address }) => (address === null ? [] : [`${name} ${address}`]));
  throw new Refused({
    what:
      on === undefined
        ? `Router ${state.hostname} has ${local} on no interface; it has ${have.join(', ')}`
        : `Interface ${on.name} of router ${state.hostname}, which has ${local}, is down`,
    next: 'Correct address, or privateAddress where the router stands behind NAT, or bring the interface up',
  });
}

function text(node: ConfigNode): string {
  return maskPatterns(renderConfiguration([node]).join(' / ')).replace(/\s+/g, ' ');
}

/** Policies of others that would also serve this local address, or be displaced on it. */
export function foreignPolicies(running: ConfigTree, script: DeviceScript): ConfigNode[] {
  const locals = script.policies.flatMap(({ matchAddressLocal }) => matchAddressLocal);
  const names = script.policies.map((policy) => sections.policies.render(policy).line);
  return running.filter((node) => {
    if (!ikev2Policy.opens(node.line) || names.includes(node.line)) return false;
    const { matchAddressLocal } = ikev2Policy.parse(node).value;
    return matchAddressLocal.length === 0 || matchAddressLocal.some((address) => locals.includes(address));
  });
}

function checkPolicies(state: RouterState, script: DeviceScript): void {
  const [foreign] = foreignPolicies(state.running, script);
  const [ours] = script.policies;
  if (foreign === undefined || ours === undefined) return;
  throw new Refused({
    what: `Router ${state.hostname} has \`${text(foreign)}\`, which serves the same local address as \`${text(sections.policies.render(ours))}\` would; an IKEv2 policy is global, so tunnels of others would be changed`,
    next: 'Set router.change.sharePolicy: true to let our proposal join that policy, or give it another local address',
  });
}

/** Throws `Refused` with the first reason why the settled script must not be sent to this router. */
export function checkBeforeSending(state: RouterState, script: DeviceScript, intent: TunnelIntent): void {
  const hub = intent.hubPrefixes.flatMap((prefix) => networkOfCidr(prefix) ?? []);
  checkLocalAddress(state, intent);
  checkLifelines(hub, state, intent);
  checkRoutes(
    hub,
    state,
    script.tunnels.map(({ name }) => name),
  );
  checkPolicies(state, script);
}
