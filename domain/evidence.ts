/**
 * Evidence: what was observed that proves a tunnel, as rows numbered by the scenario. One document per site.
 */

/** A row of the scenario; the numbers are names, not an order. */
export type Row = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16 | 17 | 18 | 19;

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface EvidenceItem {
  readonly row: Row;
  /** The row's title. */
  readonly step: string;
  readonly holds: boolean;
  /** What was seen; `not reached` for a row that the run did not come to. Never a secret. */
  readonly observed: Json;
  /** Where it was seen: `GET virtualNetworkGateways/VnetGw`, `router210: show crypto ikev2 sa`. */
  readonly source: string;
  /** ISO 8601, UTC. */
  readonly observedAt: string;
}

export interface EvidenceDocument {
  readonly schema: 'sitelink.evidence/1';
  readonly hub: string;
  readonly site: string;
  /** How the packets of the lab travel; null outside the lab. */
  readonly dataplane: string | null;
  readonly items: readonly EvidenceItem[];
  /** What a teardown could not remove: an ARM id or a router line, with the reason. */
  readonly leftovers: readonly Leftover[];
}

export interface Leftover {
  readonly what: string;
  readonly reason: string;
}

export const rowTitles: Readonly<Record<Row, string>> = {
  1: 'Resource groups',
  2: "Router's network",
  3: 'Router VM',
  4: 'Loopbacks',
  5: 'Hub network and GatewaySubnet',
  6: 'Public address of the gateway',
  7: 'VPN gateway',
  8: 'Local gateway',
  9: 'Connection',
  10: 'Device script',
  11: 'Addresses behind NAT',
  12: 'Router configuration',
  13: 'Security associations',
  14: 'Connection status in Azure',
  15: 'Probe',
  16: 'Effective routes of the probe',
  17: 'Ping from the probe',
  18: 'Ping from the router',
  19: 'Teardown',
};

/** The rows that apply: 2 to 4 only for an `azure-vm`, 15 to 17 only with a probe, 19 only after a teardown. */
function applicableRows(facts: { routerKind: 'azure-vm' | 'device'; probe: boolean; tornDown: boolean }): Row[] {
  const rows = Object.keys(rowTitles).map((row) => Number(row) as Row);
  return rows.filter((row) => {
    if (row >= 2 && row <= 4) return facts.routerKind === 'azure-vm';
    if (row >= 15 && row <= 17) return facts.probe;
    if (row === 19) return facts.tornDown;
    return true;
  });
}

/**
 * One item for each applicable row, in the order of the rows. Several observations of one row (row 1 has one group at
 * the hub and one at the site) become one item that holds only if all of them do; a row without any says `not reached`.
 */
export function evidenceDocument(facts: {
  hub: string;
  site: string;
  routerKind: 'azure-vm' | 'device';
  probe: boolean;
  tornDown: boolean;
  observations: readonly EvidenceItem[];
  leftovers: readonly Leftover[];
  /** Used as the time of the rows that were not reached. */
  now: string;
}): EvidenceDocument {
  const items = applicableRows(facts).map((row) => {
    const seen = facts.observations.filter((item) => item.row === row);
    const needed = row === 1 && facts.routerKind === 'azure-vm' ? 2 : 1;
    return mergeRow(row, seen, needed, facts.now);
  });
  return {
    schema: 'sitelink.evidence/1',
    hub: facts.hub,
    site: facts.site,
    dataplane: null,
    items,
    leftovers: facts.leftovers,
  };
}

function mergeRow(row: Row, seen: readonly EvidenceItem[], needed: number, now: string): EvidenceItem {
  const [first] = seen;
  const step = rowTitles[row];
  if (first === undefined) {
    return { row, step, holds: false, observed: 'not reached', source: 'sitelink', observedAt: now };
  }
  if (seen.length === 1 && needed === 1) return first;
  return {
    row,
    step,
    holds: seen.length >= needed && seen.every((item) => item.holds),
    observed: seen.map((item) => item.observed),
    source: seen.map((item) => item.source).join('; '),
    observedAt: seen.map((item) => item.observedAt).reduce((a, b) => (a > b ? a : b)),
  };
}

/** True if every applicable row holds and nothing is left over. */
export function holds(document: EvidenceDocument): boolean {
  return document.items.every((item) => item.holds) && document.leftovers.length === 0;
}

/** Replaces the observation with the same row and source, or adds it. */
export function recordObservation(items: readonly EvidenceItem[], item: EvidenceItem): EvidenceItem[] {
  return [...items.filter((other) => other.row !== item.row || other.source !== item.source), item];
}

/** An observation in one line for a person: `key value` instead of JSON's braces and quotation marks. */
export function observedText(observed: Json): string {
  if (observed === null || typeof observed !== 'object') return String(observed);
  if (Array.isArray(observed)) return (observed as readonly Json[]).map(observedText).join('; ');
  const entries = Object.entries(observed as { readonly [key: string]: Json });
  return entries.map(([key, value]) => `${key} ${nestedText(value)}`).join(', ');
}

function nestedText(value: Json): string {
  return value !== null && typeof value === 'object' ? `(${observedText(value)})` : String(value);
}
