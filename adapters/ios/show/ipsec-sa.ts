/** `show crypto ipsec sa` and `… detail`: one entry per flow, that is, per pair of idents. */
import { defined, find, findNumber } from './text.ts';

export interface PacketCounters {
  readonly encaps?: number;
  readonly encrypt?: number;
  readonly digest?: number;
  readonly decaps?: number;
  readonly decrypt?: number;
  readonly verify?: number;
}

export interface Flow extends PacketCounters {
  readonly interface: string;
  readonly cryptoMapTag?: string;
  readonly localAddr?: string;
  readonly protectedVrf?: string;
  /** `addr/mask/protocol/port`; protocol 47 is GRE, 0/0 is a route-based tunnel. */
  readonly localIdent: string;
  readonly remoteIdent?: string;
  readonly peer: string;
  readonly peerPort?: number;
  readonly sendErrors?: number;
  readonly recvErrors?: number;
  readonly currentOutboundSpi?: string;
  readonly pfs?: string;
  /** ESP only: an AH SA is not counted. */
  readonly spis: { readonly inboundEsp: readonly string[]; readonly outboundEsp: readonly string[] };
}

const counterNames = ['encaps', 'encrypt', 'digest', 'decaps', 'decrypt', 'verify'] as const;

function countersOf(text: string): PacketCounters {
  const counters = counterNames.map((name) => [name, findNumber(text, new RegExp(`#pkts ${name}:\\s*(\\d+)`))]);
  return defined(Object.fromEntries(counters) as Record<(typeof counterNames)[number], number | undefined>);
}

/** The SPIs below a heading such as `inbound esp sas:`, up to the next heading. */
function spisBelow(text: string, heading: RegExp): string[] {
  const spis: string[] = [];
  let below = false;
  for (const line of text.split('\n')) {
    if (/^\s*(inbound|outbound) \w+ sas:/i.test(line)) below = heading.test(line);
    const spi = below ? find(line, /^\s*spi:\s*(0x[0-9A-Fa-f]+)/) : undefined;
    if (spi !== undefined) spis.push(spi);
  }
  return spis;
}

interface Place {
  readonly interface: string;
  readonly cryptoMapTag: string | undefined;
  readonly localAddr: string | undefined;
  readonly protectedVrf: string | undefined;
}

function flowOf(place: Place, text: string): Flow {
  return {
    ...defined({
      ...place,
      remoteIdent: find(text, /remote\s+ident[^:]*:\s*\(([^)]*)\)/),
      peerPort: findNumber(text, /current_peer:?\s+\S+\s+port\s+(\d+)/),
      sendErrors: findNumber(text, /#send errors:?\s*(\d+)/),
      recvErrors: findNumber(text, /#recv errors:?\s*(\d+)/),
      currentOutboundSpi: find(text, /current outbound spi:\s*(0x[0-9A-Fa-f]+)/),
      pfs: find(text, /PFS \(Y\/N\):\s*([YN])/),
    }),
    ...countersOf(text),
    localIdent: find(text, /local\s+ident[^:]*:\s*\(([^)]*)\)/) ?? '',
    peer: find(text, /current_peer:?\s+([0-9A-Fa-f.:]+)/) ?? '',
    spis: {
      inboundEsp: spisBelow(text, /inbound esp/i),
      outboundEsp: spisBelow(text, /outbound esp/i),
    },
  };
}

export function parseFlows(output: string): Flow[] {
  const flows: { place: Place; lines: string[] }[] = [];
  let place: Place = { interface: '', cryptoMapTag: undefined, localAddr: undefined, protectedVrf: undefined };
  for (const line of output.split(/\r?\n/)) {
    const name = find(line, /^\s*interface:\s*(\S+)/);
    if (name !== undefined) {
      place = { interface: name, cryptoMapTag: undefined, localAddr: undefined, protectedVrf: undefined };
    }
    place = {
      ...place,
      cryptoMapTag: find(line, /Crypto map tag:\s*([^,\s]+)/) ?? place.cryptoMapTag,
      localAddr: find(line, /Crypto map tag:.*local addr\.?\s+(\S+)/) ?? place.localAddr,
      protectedVrf: find(line, /protected vrf:\s*\(?([^()\s]+)/) ?? place.protectedVrf,
    };
    if (/^\s*local\s+ident/.test(line)) flows.push({ place, lines: [] });
    flows.at(-1)?.lines.push(line);
  }
  return flows.map((flow) => flowOf(flow.place, flow.lines.join('\n')));
}

/** `show crypto ipsec sa | include pkt`: the counters of the first flow, null where there is none. */
export function parseCounters(output: string): { readonly [K in keyof PacketCounters]-?: number | null } {
  const none = { encaps: null, encrypt: null, digest: null, decaps: null, decrypt: null, verify: null };
  return { ...none, ...countersOf(output) };
}
