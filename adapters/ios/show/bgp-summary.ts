/** `show ip bgp summary`. AS numbers stay text, as some are printed in two parts. */
import { defined, find } from './text.ts';

interface BgpNeighbor {
  readonly addressFamily?: string;
  readonly neighbor: string;
  readonly routerId: string | null;
  readonly localAs: string | null;
  readonly version: number;
  readonly remoteAs: string;
  readonly msgRcvd: number;
  readonly msgSent: number;
  readonly tblVer: number;
  readonly inQ: number;
  readonly outQ: number;
  readonly upDown: string;
  /** The session is up only if this is a number. */
  readonly stateOrPfxRcd: string;
}

export interface BgpSummary {
  readonly routerId: string | null;
  readonly localAs: string | null;
  readonly neighbors: readonly BgpNeighbor[];
}

const row = /^\s*\*?(\S+)\s+(\d)\s+(\d[\d.]*)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S.*)$/;

export function parseBgpSummary(output: string): BgpSummary {
  const neighbors: BgpNeighbor[] = [];
  let addressFamily: string | undefined;
  let routerId: string | null = null;
  let localAs: string | null = null;
  // A long address stands on a line of its own, before the rest of its row.
  for (const line of output.replace(/^\s*(\*?[0-9A-Fa-f.:]+)\s*\n\s*(?=\d\s+\d)/gm, '$1 ').split('\n')) {
    addressFamily = find(line, /^\s*For address family:\s*(.+)/) ?? addressFamily;
    routerId = find(line, /BGP router identifier ([^,\s]+)/) ?? routerId;
    localAs = find(line, /local AS number (\S+)/) ?? localAs;
    const [, neighbor, version, remoteAs, ...rest] = row.exec(line.trimEnd()) ?? [];
    if (neighbor === undefined || remoteAs === undefined) continue;
    const [msgRcvd, msgSent, tblVer, inQ, outQ] = rest.slice(0, 5).map(Number) as [
      number,
      number,
      number,
      number,
      number,
    ];
    neighbors.push({
      ...defined({ addressFamily }),
      neighbor,
      routerId,
      localAs,
      version: Number(version),
      remoteAs,
      msgRcvd,
      msgSent,
      tblVer,
      inQ,
      outQ,
      upDown: rest[5] ?? '',
      stateOrPfxRcd: rest[6] ?? '',
    });
  }
  return { routerId: neighbors[0]?.routerId ?? routerId, localAs: neighbors[0]?.localAs ?? localAs, neighbors };
}
