/**
 * From the text that Azure offers to a script that fits this router: parsed, checked against what is wanted, with the
 * local addresses rewritten behind NAT and the static routes to the hub. Knows nothing yet of the router's own
 * configuration; `buildTunnelPlan` does.
 */
import { createHash } from 'node:crypto';
import { Refused } from '../../errors.ts';
import { renderConfiguration } from '../config-tree.ts';
import { cidrText, networkOfCidr } from '../ipv4.ts';
import type { StaticRoute } from '../lines/static-route.ts';
import { masker } from '../mask.ts';
import type { Rewrite, TunnelIntent } from '../plan/intent.ts';
import { withBgp, withoutBgp } from './bgp.ts';
import { scriptTree } from './device-script.ts';
import type { DeviceScript } from './device-script.ts';
import { rewriteLocalAddress } from './nat.ts';
import { parseDeviceScript } from './parse.ts';
import { renderScript } from './render.ts';

/** Holds the shared key in `script`: it must not leave the activity. The other fields hold none. */
export interface PreparedScript {
  readonly origin: 'azure' | 'sitelink';
  readonly script: DeviceScript;
  /** Empty without NAT. */
  readonly rewrites: readonly Rewrite[];
  /** What was left out or added, as sentences. */
  readonly adjustments: readonly string[];
  /** SHA-256, in hexadecimal, of the text with its secrets masked. */
  readonly digest: string;
  /** Always 0: a script with a placeholder is refused with its line number. */
  readonly unresolvedPlaceholders: number;
}

/** The shared keys that a script holds, without `local`, `remote` and type. */
export function secretsOf(script: DeviceScript): string[] {
  const keys = script.keyrings.flatMap(({ peers }) => peers.flatMap(({ preSharedKeys }) => preSharedKeys));
  return keys.map((key) => key.replace(/^(?:(?:local|remote) )?(?:hex )?(?:[06] )?/, '')).filter((key) => key !== '');
}

function sameMembers(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one) => b.includes(one));
}

function checkEnds({ tunnels }: DeviceScript, intent: TunnelIntent): void {
  const destinations = tunnels.map(({ destination }) => destination ?? 'nowhere');
  if (!sameMembers(destinations, intent.gatewayAddresses)) {
    throw new Refused({
      what: `The device script leads to ${destinations.join(', ')}, but the gateway has ${intent.gatewayAddresses.join(', ')}`,
      next: 'Fetch the script again once the gateway is ready, or choose another one (connection.deviceScript)',
    });
  }
  const own = [intent.publicAddress, intent.privateAddress];
  const stranger = tunnels.find(({ source }) => source !== null && /^\d/.test(source) && !own.includes(source));
  if (stranger !== undefined) {
    throw new Refused({
      what: `The device script begins ${stranger.name} at ${stranger.source ?? ''}, but the router has ${intent.publicAddress}`,
      next: "Correct the local gateway's address, then fetch the script again",
    });
  }
}

interface Routed {
  readonly routes: readonly StaticRoute[];
  readonly adjustments: readonly string[];
}

/** One route to each prefix of the hub through each tunnel, and no other: a route elsewhere could cut the router off. */
function routesToHub(script: DeviceScript, intent: TunnelIntent): Routed {
  const wanted = intent.hubPrefixes.flatMap((prefix) => networkOfCidr(prefix) ?? []);
  const tunnels = script.tunnels.map(({ name }) => name);
  const adjustments: string[] = [];
  for (const { destination, via } of script.routes) {
    const known = wanted.some(({ first, length }) => first === destination.first && length === destination.length);
    if (!known || !tunnels.includes(via))
      adjustments.push(`the route to ${cidrText(destination)} by ${via} is left out: it leads to no prefix of the hub`);
  }
  const routes = wanted.flatMap((destination) =>
    tunnels.map((via): StaticRoute => {
      const offered = script.routes.find(
        (route) =>
          route.via === via &&
          route.destination.first === destination.first &&
          route.destination.length === destination.length,
      );
      if (offered === undefined)
        adjustments.push(`a route to ${cidrText(destination)} by ${via} is added: the script has none`);
      return offered ?? { destination, via, options: '' };
    }),
  );
  return { routes, adjustments };
}

function digestOf(text: string, script: DeviceScript): string {
  return createHash('sha256')
    .update(masker(secretsOf(script))(text))
    .digest('hex');
}

/**
 * `text` is the script as Azure gives it, or null where Azure offers none for this device: then, and for a policy of
 * our own, Sitelink renders it.
 * @throws Refused, with the line number, for what `parseDeviceScript` refuses; when the script's ends are not those of
 * the intent; and without a shared key when it has to be rendered.
 */
export function prepareScript(text: string | null, intent: TunnelIntent): PreparedScript {
  const rendered = text === null || intent.ipsecPolicy !== null;
  const parsed = rendered ? renderScript(intent) : parseDeviceScript(text);
  const digest = digestOf(rendered ? renderConfiguration(scriptTree(parsed)).join('\n') : text, parsed);
  checkEnds(parsed, intent);
  const bgp = intent.bgp ?? null;
  const plain = withoutBgp(parsed, bgp !== null);
  const routed = bgp === null ? routesToHub(plain.script, intent) : { routes: [], adjustments: [] };
  const { privateAddress, publicAddress } = intent;
  const withRoutes = { ...plain.script, routes: routed.routes };
  const routedScript = bgp === null ? withRoutes : withBgp(withRoutes, bgp);
  const { script, rewrites } =
    privateAddress === null || privateAddress === publicAddress
      ? { script: routedScript, rewrites: [] }
      : rewriteLocalAddress(routedScript, publicAddress, privateAddress);
  return {
    origin: rendered ? 'sitelink' : 'azure',
    script,
    rewrites,
    adjustments: [...script.leftOut, ...plain.adjustments, ...(rendered ? [] : routed.adjustments)],
    digest,
    unresolvedPlaceholders: 0,
  };
}
