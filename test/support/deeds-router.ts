/** The routers of a `World`: lines that stay until they are removed, and a tunnel that counts its packets. */
import type { RouterActivities, ScriptFacts, TunnelRequest } from '../../activities/contracts.ts';
import type { World } from './deeds.ts';

const tunnelLines = [
  'crypto ikev2 policy Azure-Ikev2-Policy',
  'interface Tunnel11',
  'ip route 172.16.0.0 255.255.0.0 Tunnel11',
];
const selectors = { localIdent: '0.0.0.0/0.0.0.0/0/0', remoteIdent: '0.0.0.0/0.0.0.0/0/0' };
const script: ScriptFacts = {
  vendor: 'Cisco',
  family: 'IOS (ISR, ASR)',
  firmware: '15.x (IKEv2)',
  digest: 'sha256:0',
  origin: 'azure',
  reason: null,
  unresolvedPlaceholders: 0,
  rewrites: [],
};

export function routerDeeds(world: World): RouterActivities {
  const linesOf = (hostname: string): Set<string> => {
    const lines = world.lines.get(hostname) ?? new Set();
    world.lines.set(hostname, lines);
    return lines;
  };
  const apply = (hostname: string, wanted: readonly string[]) => {
    const lines = linesOf(hostname);
    const sent = wanted.filter((line) => !lines.has(line));
    for (const line of sent) lines.add(line);
    const inverse = sent.map((line) => `no ${line}`).toReversed();
    const guard = { revertMinutes: null, backup: null };
    return { sent, inverse, readBack: wanted.length, missing: [], tunnels: ['Tunnel11'], ...guard };
  };
  const associations = (hostname: string) => {
    const isUp = world.tunnelWorks && linesOf(hostname).has('interface Tunnel11') && !world.broken.has(13);
    const ends = { local: '172.20.10.210/4500', remote: isUp ? '20.210.93.46/4500' : '' };
    return { ikeStatus: isUp ? 'READY' : 'none', ...ends, ...selectors, encaps: world.packets, decaps: world.packets };
  };
  const name = (request: { access: { expectedHostname: string } }): string => request.access.expectedHostname;
  return {
    awaitRouter: async ({ access }) => ({
      hostname: access.expectedHostname,
      hostKey: access.hostKey ?? 'SHA256:first-seen',
      version: world.version,
      needsLicence: false,
    }),
    ensureLicence: async () => ({ detail: 'in effect' }),
    configureLoopbacks: async (request) =>
      apply(
        name(request),
        request.loopbacks.map((one) => `interface ${one.name}`),
      ),
    inspectScript: async (request) => ({ ...script, rewrites: rewrites(request) }),
    planTunnel: async (request) => {
      const lines = tunnelLines.filter((line) => !linesOf(name(request)).has(line));
      return { lines, inverse: lines.map((line) => `no ${line}`).toReversed() };
    },
    configureTunnel: async (request) => ({
      ...apply(name(request), tunnelLines),
      rewrites: rewrites(request),
      backup: request.backup === null ? null : `bootflash:${request.backup}`,
      adjustments: [],
    }),
    observeRouter: async ({ tunnel, loopbacks }) => {
      const rows = [3, ...(loopbacks.length > 0 ? [4] : []), 10, 11, 12] as (3 | 4 | 10 | 11 | 12)[];
      const lines = linesOf(name(tunnel));
      const hold = (row: 3 | 4 | 10 | 11 | 12): boolean =>
        !world.broken.has(row) && (row !== 12 || tunnelLines.every((line) => lines.has(line)));
      return rows.map((row) => ({ row, holds: hold(row), observed: { row }, source: `router row ${row}` }));
    },
    readSecurityAssociations: async (request) => associations(name(request)),
    awaitReady: async (request) => associations(name(request)),
    awaitBgp: async () => ({ holds: world.tunnelWorks, sessions: [] }),
    pingFromRouter: async ({ target, source, count }) =>
      world.ping(`ping ${target} source ${source} repeat ${count}`, count, 18),
    saveConfiguration: async (request) => {
      if (world.othersUnsaved && request.inverse !== null) return { saved: false, detail: 'type `write memory`' };
      world.saved.add(name(request));
      return { saved: true, detail: 'saved' };
    },
    removeLines: async (request) => {
      const lines = linesOf(name(request));
      for (const line of request.inverse) lines.delete(line.replace(/^no /, ''));
      return { removed: request.inverse.length, leftovers: [] };
    },
  };
}

function rewrites({ publicAddress, privateAddress }: TunnelRequest): ScriptFacts['rewrites'] {
  if (privateAddress === null) return [];
  const places = ['crypto ikev2 policy', 'crypto ikev2 profile', 'interface Tunnel11'];
  return places.map((where) => ({ where, from: publicAddress, to: privateAddress }));
}
