/** `show crypto ipsec sa` and `… detail`: one entry per flow, that is, per pair of idents. */
import { defined, find, findNumber, unwrapped } from './text.ts';

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
  const counters = counterNames.map((name) => [name, findNumber(text, new RegExp(`#pkts\\s+${name}:\\s*(\\d+)`))]);
  return defined(Object.fromEntries(counters) as Record<(typeof counterNames)[number], number | undefined>);
}

/** The SPIs below a heading such as `inbound esp sas:`, up to the next heading. */
function spisBelow(text: string, heading: RegExp): string[] {
  const spis: string[] = [];
  let below = false;
  for (const line of text.split('\n')) {
    if (/^\s*(inbound|outbound)\s+\w+\s+sas:/i.test(line)) below = heading.test(line);
    const spi = below ? find(line, /^\s*spi:\s*((?:0x)?[0-9A-Fa-f]+)/) : undefined;
    if (spi !== undefined) spis.push(spi);
  }
  return spis;
}

/** What stands in the last brackets of the line, `(addr/mask/prot/port): (10.0.0.1/255.255.255.255/47/0)`. */
function identOf(text: string, side: 'local' | 'remote'): string | undefined {
  return find(text, new RegExp(String.raw`${side}\s+ident\b[^\n]*\(([^()\n]*)\)`))?.replaceAll(' ', '');
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
      remoteIdent: identOf(text, 'remote'),
      peerPort: findNumber(text, /current_peer:?\s+(?:\S+\s+port\s+|\d+\.\d+\.\d+\.\d+:)(\d+)/),
      sendErrors: findNumber(text, /#send\s+errors:?\s*(\d+)/),
      recvErrors: findNumber(text, /#recv\s+errors:?\s*(\d+)/),
      currentOutboundSpi: find(text, /current\s+outbound\s+spi:\s*((?:0x)?[0-9A-Fa-f]+)/),
      pfs: find(text, /PFS \(Y\/N\):\s*([YN])/),
    }),
    ...countersOf(text),
    localIdent: identOf(text, 'local') ?? '',
    // Releases before 12.3 print the port behind a colon.
    peer: find(text, /current_peer:?\s+\(?([^\s,()]+)/)?.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1') ?? '',
    spis: {
      inboundEsp: spisBelow(text, /inbound\s+esp/i),
      outboundEsp: spisBelow(text, /outbound\s+esp/i),
    },
  };
}

export function parseFlows(output: string): Flow[] {
  const flows: { place: Place; lines: string[] }[] = [];
  let place: Place = { interface: '', cryptoMapTag: undefined, localAddr: undefined, protectedVrf: undefined };
  for (const line of unwrapped(output).split('\n')) {
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
  return { ...none, ...countersOf(unwrapped(output)) };
}
