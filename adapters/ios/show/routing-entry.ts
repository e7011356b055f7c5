/** `show ip route PREFIX`: one routing entry in full, brought into the form of the table's lines. */
import { blocks, defined, find, findNumber } from './text.ts';

/** One next hop of a route. */
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

/** The table's code for a source of routes, as the entry names it. */
const codes: Readonly<Record<string, string>> = {
  application: 'a',
  bgp: 'B',
  connected: 'C',
  eigrp: 'D',
  isis: 'i',
  lisp: 'l',
  local: 'L',
  mobile: 'M',
  nat: 'n',
  nhrp: 'H',
  odr: 'o',
  ospf: 'O',
  rip: 'R',
  static: 'S',
};

/** The second part of a code, by the entry's `type …`. */
const subtypes: readonly (readonly [RegExp, string, string])[] = [
  [/^inter area/, 'O', 'IA'],
  [/^NSSA extern 1/, 'O', 'N1'],
  [/^NSSA extern 2/, 'O', 'N2'],
  [/^extern 1/, 'O', 'E1'],
  [/^extern 2/, 'O', 'E2'],
  [/^external/, 'D', 'EX'],
  [/^level-1/, 'i', 'L1'],
  [/^level-2/, 'i', 'L2'],
  [/^inter area/, 'i', 'ia'],
];

/** `* 192.0.2.1, from 192.0.2.1, 2d07h ago, via Tunnel11`, `* directly connected, via Loopback0`, `192.0.2.9 (RED)`. */
const hop = /^[ \t]*\*?[ \t]*(?:directly connected|(\d+\.\d+\.\d+\.\d+|[0-9A-Fa-f]*:[0-9A-Fa-f:]+))(?=$|,|\s)(.*)$/gm;

export function parseRoutingEntries(output: string): RouteEntry[] {
  const starts = /^\s*(?:Routing Table:|Routing entry for )/;
  let vrf: string | undefined;
  return blocks(output, starts).flatMap((block) => {
    const table = find(block, /^\s*Routing Table:\s*(\S+)/);
    if (table !== undefined) vrf = table;
    const prefix = find(block, /Routing entry for (\d+\.\d+\.\d+\.\d+\/\d+)/);
    const source = find(block, /Known via\s+"(\w+)/)?.toLowerCase();
    const code = source === undefined ? undefined : codes[source];
    if (prefix === undefined || code === undefined) return [];
    const type = find(block, /\btype\s+([^,\n]+)/) ?? '';
    const subtype = subtypes.find(([pattern, of]) => of === code && pattern.test(type))?.[2];
    const [, descriptors = ''] = block.split(/Routing Descriptor Blocks:[^\n]*\n/);
    return [...descriptors.matchAll(hop)].map(([, nextHop, rest = '']) =>
      defined({
        code,
        subtype,
        prefix,
        distance: findNumber(block, /\bdistance\s+(\d+)/),
        metric: findNumber(block, /\bmetric\s+(\d+)/),
        nextHop,
        interface: find(rest, /\bvia\s+([^,\s]+)/),
        vrf,
      }),
    );
  });
}
