/** `show crypto ikev2 sa` and `… detailed`: one association per row, whatever its state. */
import { defined, find, findNumber, unwrapped } from './text.ts';

export interface IkeAssociation {
  readonly af?: string;
  readonly tunnelId: number;
  /** Address and port, `172.20.10.210/4500`. */
  readonly local: string;
  readonly remote: string;
  readonly fvrf: string;
  readonly ivrf: string;
  /** `READY`, `IN-NEG`, `DELETE`. */
  readonly status: string;
  readonly encr?: string;
  readonly keysize?: number;
  readonly prf?: string;
  readonly hash?: string;
  readonly dhGroup?: number;
  readonly authSign?: string;
  readonly authVerify?: string;
  readonly lifeSeconds?: number;
  readonly activeSeconds?: number;
  readonly localSpi?: string;
  readonly remoteSpi?: string;
  readonly statusDescription?: string;
  readonly localId?: string;
  readonly remoteId?: string;
  /** `not detected`, `detected inside`, `detected outside`. */
  readonly natT?: string;
  readonly initiator?: boolean;
  readonly dpdSeconds?: number;
  readonly dpdRetry?: number;
  readonly remoteSubnets?: readonly string[];
}

type Row = Pick<IkeAssociation, 'tunnelId' | 'local' | 'remote' | 'fvrf' | 'ivrf' | 'status'>;

const shortRow = /^\s*(\d+)\s+(\S+\/\d+)\s+(\S+\/\d+)\s+([^\s/]+)\/\s*(\S+)\s+([A-Z][A-Z-]+)/;
/** IPv6 addresses do not fit into the row, so they stand on lines of their own below it. */
const longRow = /^\s*(\d+)\s+([^\s/]+)\/\s*(\S+)\s+([A-Z][A-Z-]+)\s*$/;

function rowOf(line: string, below: string): Row | null {
  const [, id, local, remote, fvrf, ivrf, status] = shortRow.exec(line) ?? [];
  if (id !== undefined && local !== undefined && remote !== undefined) {
    return { tunnelId: Number(id), local, remote, fvrf: fvrf ?? '', ivrf: ivrf ?? '', status: status ?? '' };
  }
  const long = longRow.exec(line);
  if (long === null) return null;
  return {
    tunnelId: Number(long[1]),
    local: find(below, /^\s*Local\s+(\S+\/\d+)/m) ?? '',
    remote: find(below, /^\s*Remote\s+(\S+\/\d+)/m) ?? '',
    fvrf: long[2] ?? '',
    ivrf: long[3] ?? '',
    status: long[4] ?? '',
  };
}

function algorithms(text: string) {
  return {
    encr: find(text, /Encr:\s*([^,\n]+)/),
    keysize: findNumber(text, /key\s*size:\s*(\d+)/i),
    prf: find(text, /PRF:\s*([^,\n]+)/),
    hash: find(text, /Hash:\s*([^,\n]+)/),
    dhGroup: findNumber(text, /DH\s+Grp:\s*(\d+)/),
    authSign: find(text, /Auth\s+sign:\s*([^,\n]+)/),
    authVerify: find(text, /Auth\s+verify:\s*([^,\n]+)/),
    lifeSeconds: findNumber(text, /Life\/Active Time:\s*(\d+)\//),
    activeSeconds: findNumber(text, /Life\/Active Time:\s*\d+\/(\d+)/),
  };
}

function details(text: string) {
  const initiator = find(text, /Initiator of SA\s*:\s*(Yes|No)/i);
  const subnets =
    /Remote subnets:\s*\n((?:\s*(?:\d+\.\d+\.\d+\.\d+[ \t]+\S+|[0-9A-Fa-f:]*:[0-9A-Fa-f:]*\/\d+)\s*(?:\n|$))+)/.exec(
      text,
    )?.[1];
  return {
    localSpi: find(text, /Local spi:\s*([0-9A-Fa-f]+)/),
    remoteSpi: find(text, /Remote spi:\s*([0-9A-Fa-f]+)/),
    statusDescription: find(text, /Status Description:\s*(.+)/),
    localId: find(text, /Local id:[ \t]*(.+)/),
    remoteId: find(text, /Remote id:[ \t]*(.+)/),
    natT: find(text, /NAT-T is (.+)/),
    initiator: initiator === undefined ? undefined : /yes/i.test(initiator),
    dpdSeconds: findNumber(text, /DPD configured for (\d+) seconds/),
    dpdRetry: findNumber(text, /DPD configured for \d+ seconds, retry (\d+)/),
    remoteSubnets: subnets
      ?.trim()
      .split('\n')
      .map((line) => line.trim().replace(/\s+/g, ' ')),
  };
}

export function parseIkeAssociations(output: string): IkeAssociation[] {
  const entries: { af: string | undefined; row: string; below: string[] }[] = [];
  let af: string | undefined;
  for (const line of unwrapped(output).split('\n')) {
    const family = find(line, /(IPv[46]) Crypto IKEv2/);
    if (family !== undefined) af = family.toLowerCase();
    else if (shortRow.test(line) || longRow.test(line)) entries.push({ af, row: line, below: [] });
    else entries.at(-1)?.below.push(line);
  }
  return entries.flatMap((entry) => {
    const below = entry.below.join('\n');
    const row = rowOf(entry.row, below);
    return row === null ? [] : [defined({ af: entry.af, ...row, ...algorithms(below), ...details(below) })];
  });
}
