/** `show ip route`: one entry per next hop. */
import { defined, find } from './text.ts';

export interface RouteEntry {
  readonly code: string;
  readonly subtype?: string;
  /** `172.16.0.0/16`. */
  readonly prefix: string;
  readonly distance?: number;
  readonly metric?: number;
  readonly nextHop?: string;
  readonly interface?: string;
  readonly vrf?: string;
}

/** A code such as `O`, a second part such as `E2`, marks (`*`, `+`, `%`, `&`, `p`), the prefix, and perhaps a path. */
const entry =
  /^\s?([A-Za-z])(?:[ *%+&]+([A-Z][A-Z0-9a-z]|su|ia)\b)?(?:[ *%+&]|\bp\b)+(\d+\.\d+\.\d+\.\d+)(?:\/(\d+))?(?:,?\s*(.*))?$/;
const age = /^(\d+:\d+:\d+|(\d+[ywdhm])+|never)$/;

function classLength(address: string): number {
  const first = Number(address.split('.')[0]);
  return first < 128 ? 8 : first < 192 ? 16 : 24;
}

/** What stands behind the prefix: where it leads to. Null for text that is no path. */
function pathOf(text: string) {
  if (!/^\[|^is |^via /.test(text)) return null;
  const [, distance, metric] = /\[(\d+)\/(\d+)\]/.exec(text) ?? [];
  const last = text.split(',').slice(1).at(-1)?.trim();
  return {
    distance: distance === undefined ? undefined : Number(distance),
    metric: metric === undefined ? undefined : Number(metric),
    nextHop: find(text, /\bvia ((?=[^,\s]*[.:])[0-9A-Fa-f.:]+)(?=[,\s]|$)/),
    interface: last === undefined || age.test(last) ? undefined : last,
  };
}

export function parseRoutes(output: string): RouteEntry[] {
  const routes: RouteEntry[] = [];
  let vrf: string | undefined;
  let length: number | undefined;
  let current: { code: string; subtype: string | undefined; prefix: string } | undefined;
  for (const line of output.split(/\r?\n/)) {
    const table = find(line, /^Routing Table:\s*(\S+)/);
    if (table !== undefined) vrf = table;
    const subnetted = find(line, /^\s*\d+\.\d+\.\d+\.\d+\/(\d+) is subnetted/);
    if (/ is (variably )?subnetted/.test(line)) length = subnetted === undefined ? undefined : Number(subnetted);
    const [, code, subtype, address, own] = entry.exec(line) ?? [];
    if (code !== undefined && address !== undefined) {
      current = { code, subtype, prefix: `${address}/${own ?? length ?? classLength(address)}` };
    }
    const path = pathOf((entry.exec(line)?.[5] ?? line).trim());
    if (path !== null && current !== undefined) routes.push(defined({ ...current, ...path, vrf }));
  }
  return routes;
}
