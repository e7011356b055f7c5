/**
 * What is refused before the first line is sent, because it would cut somebody off: the operator, the tunnel itself, or
 * a tunnel that is not ours.
 */
import { Refused } from '../../errors.ts';
import { cidrText, contains, networkOfCidr } from '../ipv4.ts';
import type { Network } from '../ipv4.ts';
import { staticRoute } from '../lines/static-route.ts';
import type { DeviceScript } from '../script/device-script.ts';
import type { RouteEntry } from '../show/routing-entry.ts';
import type { RouterState, TunnelIntent } from './intent.ts';
import { checkPolicies } from './policies.ts';

/** An address that must stay reachable outside the tunnel. */
interface Lifeline {
  readonly address: string;
  readonly what: string;
}

/** Lines that name servers by address. What is reached in a VRF is not touched by a route of ours. */
const servers: readonly [RegExp, string][] = [
  [/^ip name-server (\d.*)/, 'the DNS server'],
  [/^s?ntp (?:server|peer) (\d\S+)/, 'the NTP server'],
  [/^logging (?:host )?(\d\S+)/, 'the syslog server'],
  [/^(?:tacacs|radius|ldap)-server host (\d\S+)/, 'the AAA server'],
  [/^(?:address )?ipv4 (\d\S+)/, 'the AAA server'],
  [/^server(?:-private)? (\d\S+)/, 'the AAA server'],
];

function serverOf(line: string): Lifeline[] {
  if (/ vrf /.test(line)) return [];
  return servers.flatMap(([pattern, what]) =>
    (pattern.exec(line)?.[1] ?? '').split(' ').flatMap((address) => (address === '' ? [] : [{ address, what }])),
  );
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
      next: "Narrow the hub's address space so that it does not hold that address",
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

const learned: Readonly<Record<string, string>> = {
  C: 'is connected to',
  S: 'has a static route to',
  R: 'has learned by RIP',
  D: 'has learned by EIGRP',
  O: 'has learned by OSPF',
  i: 'has learned by IS-IS',
  B: 'has learned by BGP',
};

/** Networks that the router reaches in another way, by an interface or a routing protocol. */
function checkTable(hub: readonly Network[], state: RouterState, script: DeviceScript): void {
  const tunnels = script.tunnels.map(({ name }) => name);
  const isOurs = ({ code, interface: out }: RouteEntry): boolean =>
    tunnels.includes(out ?? '') || (code === 'B' && script.bgp.length > 0);
  for (const route of state.routes) {
    const how = learned[route.code];
    const destination = networkOfCidr(route.prefix);
    if (how === undefined || destination === null || route.vrf !== undefined || isOurs(route)) continue;
    if (!hub.some((prefix) => contains(prefix, destination))) continue;
    const by = route.interface ?? route.nextHop ?? '';
    throw new Refused({
      what: `Router ${state.hostname} ${how} ${route.prefix}${by === '' ? '' : ` by ${by}`}, which lies in the hub's address space`,
      next: 'Two networks cannot have the same addresses: change one of them, or narrow what the hub has',
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
  checkTable(hub, state, script);
  checkPolicies(state, script);
}
