import type { Machine } from '../machine.ts';

/** The link says nothing by itself when a tunnel comes or goes: how often it is asked. */
const EVERY_MS = 1000;

/** Writes `%LINEPROTO-5-UPDOWN` and its like into the log when interfaces or BGP sessions change; returns how to stop. */
export function watchLines(machine: Machine): () => void {
  let known = new Map<string, { up: boolean; adminUp: boolean }>();
  let established: ReadonlySet<string> = new Set();
  const look = (): void => {
    const seen = new Map<string, { up: boolean; adminUp: boolean }>();
    for (const { name, adminUp } of machine.interfaces()) {
      const now = { up: machine.lineUp(name), adminUp };
      const before = known.get(name);
      seen.set(name, now);
      if (before !== undefined && before.adminUp !== adminUp && !adminUp)
        machine.log(`%LINK-5-CHANGED: Interface ${name}, changed state to administratively down`);
      if ((before?.up ?? false) !== now.up)
        machine.log(
          `%LINEPROTO-5-UPDOWN: Line protocol on Interface ${name}, changed state to ${now.up ? 'up' : 'down'}`,
        );
    }
    known = seen;
    established = lookAtPeers(machine, established);
  };
  const stopListening = machine.onChange(look);
  const timer = setInterval(look, EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    stopListening();
  };
}

/** `bgp log-neighbor-changes`, which every BGP process has. */
function lookAtPeers(machine: Machine, before: ReadonlySet<string>): ReadonlySet<string> {
  const peers = machine.link?.bgpPeers() ?? [];
  const now = new Set(peers.filter(({ state }) => state === 'Established').map(({ neighbor }) => neighbor));
  for (const peer of now) if (!before.has(peer)) machine.log(`%BGP-5-ADJCHANGE: neighbor ${peer} Up `);
  for (const peer of before)
    if (!now.has(peer)) machine.log(`%BGP-5-ADJCHANGE: neighbor ${peer} Down BGP Notification sent`);
  return now;
}
