/**
 * Behind NAT the script's public address is not on the router. Exactly three kinds of line name the local end, and only
 * these are rewritten: the gateway's address, which stands beside them, must not change (azure.md, 2.1).
 */
import type { Rewrite } from '../plan/intent.ts';
import type { DeviceScript } from './device-script.ts';

/** The script with `from` replaced by `to` where it names the local end, and each replacement. */
export function rewriteLocalAddress(
  script: DeviceScript,
  from: string,
  to: string,
): { readonly script: DeviceScript; readonly rewrites: readonly Rewrite[] } {
  const rewrites: Rewrite[] = [];
  const rewrite = (value: string, where: string): string => {
    if (value !== from) return value;
    rewrites.push({ where, from, to });
    return to;
  };
  const localMatches = <Value extends { readonly name: string; readonly matchAddressLocal: readonly string[] }>(
    section: string,
    values: readonly Value[],
  ): Value[] =>
    values.map((value) => ({
      ...value,
      matchAddressLocal: value.matchAddressLocal.map((address) =>
        rewrite(address, `${section} ${value.name} / match address local`),
      ),
    }));
  const policies = localMatches('crypto ikev2 policy', script.policies);
  const profiles = localMatches('crypto ikev2 profile', script.profiles);
  const tunnels = script.tunnels.map((tunnel) => ({
    ...tunnel,
    source: tunnel.source === null ? null : rewrite(tunnel.source, `interface ${tunnel.name} / tunnel source`),
  }));
  return { script: { ...script, policies, profiles, tunnels }, rewrites };
}
