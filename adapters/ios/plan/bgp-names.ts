/**
 * Where BGP speaks from on this router: an interface that has the address already, or a loopback of ours under a number
 * that is free. A router has one BGP process; ours joins it where the AS number is the same.
 */
import { Refused } from '../../errors.ts';
import { findSection } from '../config-tree.ts';
import { loopbackInterface } from '../lines/loopback-interface.ts';
import type { DeviceScript } from '../script/device-script.ts';
import type { RouterState } from './intent.ts';

const mostCandidates = 99;

function speaksFrom(bgp: DeviceScript['bgp'], from: string, to: string): DeviceScript['bgp'] {
  return bgp.map((one) => ({
    ...one,
    neighbors: one.neighbors.map((line) =>
      line.endsWith(` update-source ${from}`) ? `${line.slice(0, -from.length)}${to}` : line,
    ),
  }));
}

/** The script with the loopback that it has on this router, and the sentences that say what changed. */
export function settleBgp(script: DeviceScript, state: RouterState): { script: DeviceScript; adjustments: string[] } {
  const [wanted] = script.loopbacks;
  if (wanted === undefined) return { script, adjustments: [] };
  const address = wanted.ipAddress?.split(' ')[0] ?? '';
  const existing = state.interfaces.find((one) => one.address === address)?.name;
  const isOurs = (name: string): boolean => {
    const ours = loopbackInterface.render({ ...wanted, name });
    const there = findSection(state.running, ours.line);
    return there?.children.every(({ line }) => ours.children.some((child) => child.line === line)) ?? false;
  };
  if (existing !== undefined && !isOurs(existing)) {
    return {
      script: { ...script, loopbacks: [], bgp: speaksFrom(script.bgp, wanted.name, existing) },
      adjustments: [`BGP speaks from ${existing}, which has ${address}`],
    };
  }
  const first = Number(/\d+$/.exec(wanted.name)?.[0] ?? 11);
  const candidates = Array.from({ length: mostCandidates }, (_, index) => `Loopback${first + index}`);
  const free = (name: string): boolean => findSection(state.running, `interface ${name}`) === undefined || isOurs(name);
  const name = existing ?? candidates.find(free) ?? wanted.name;
  return {
    script: { ...script, loopbacks: [{ ...wanted, name }], bgp: speaksFrom(script.bgp, wanted.name, name) },
    adjustments: name === wanted.name ? [] : [`${wanted.name} is ${name} on this router`],
  };
}

/** @throws Refused where the router is in another AS already. */
export function checkAs(script: DeviceScript, state: RouterState): void {
  const running = state.running
    .map(({ line }) => /^router bgp (\S+)$/.exec(line)?.[1])
    .find((asn) => asn !== undefined);
  const [ours] = script.bgp;
  if (ours === undefined || running === undefined || running === ours.name) return;
  throw new Refused({
    what: `Router ${state.hostname} speaks BGP as AS ${running}, but the site file says ${ours.name}; a router has one AS`,
    next: `Write asn: ${running} in the site file, also if Azure learns it from there alone`,
  });
}
