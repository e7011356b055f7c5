/** `show ip route`: one entry per next hop. */
import { parseRoutingEntries, type RouteEntry } from './routing-entry.ts';
import { defined, find } from './text.ts';

const address = String.raw`\d+\.\d+\.\d+\.\d+`;
/** Marks behind a code: candidate default, replicated, next hop override, replicated local, by performance routing. */
const marks = String.raw`[\s*%+&~]`;
/** A code such as `O`, a second part such as `E2`, marks, the prefix, and perhaps a path. */
const entry = new RegExp(
  String.raw`^\s*([A-Za-z])(?:${marks}+([A-Z][A-Z0-9a-z]|su|ia)\b)?(?:${marks}|\bp\b)+(${address})(?:\/(\d+))?(?:,?\s*(.*))?$`,
);
const age = /^(\d+:\d+:\d+|(\d+[ywdhm])+|never)$/;

function classLength(prefix: string): number {
  const first = Number(prefix.split('.')[0]);
  return first < 128 ? 8 : first < 192 ? 16 : 24;
}

/** What stands behind the prefix: where it leads to. Null for text that is no path. */
function pathOf(text: string) {
  if (!/^\[|^is |^via /.test(text)) return null;
  const [, distance, metric] = /\[(\d+)\/(\d+)\]/.exec(text) ?? [];
  const last = text.split(',').slice(1).at(-1)?.trim() ?? '';
  return {
    distance: distance === undefined ? undefined : Number(distance),
    metric: metric === undefined ? undefined : Number(metric),
    nextHop: find(text, /\bvia\s+((?=[^,\s]*[.:])[0-9A-Fa-f.:]+)(?=[,\s]|$)/),
    interface: last === '' || age.test(last) ? undefined : last,
  };
}

export function parseRoutes(output: string): RouteEntry[] {
  const routes: RouteEntry[] = parseRoutingEntries(output);
  let vrf: string | undefined;
  let length: number | undefined;
  let current: { code: string; subtype: string | undefined; prefix: string } | undefined;
  for (const line of output.split('\n')) {
    const table = find(line, /^\s*Routing Table:\s*(\S+)/);
    if (table !== undefined) vrf = table;
    if (/\sis\s+(variably\s+)?subnetted/.test(line)) {
      const subnetted = find(line, new RegExp(String.raw`^\s*${address}\/(\d+)\s+is\s+subnetted`));
      length = subnetted === undefined ? undefined : Number(subnetted);
    }
    const [, code, subtype, prefix, own] = entry.exec(line) ?? [];
    if (code !== undefined && prefix !== undefined) {
      current = { code, subtype, prefix: `${prefix}/${own ?? length ?? classLength(prefix)}` };
    }
    const path = pathOf((entry.exec(line)?.[5] ?? line).trim());
    if (path !== null && current !== undefined) routes.push(defined({ ...current, ...path, vrf }));
  }
  return routes;
}
