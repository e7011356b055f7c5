/** `show crypto session` and `… detail`: one entry per interface and peer. */
import { blocks, defined, find, findNumber, unwrapped } from './text.ts';

interface CryptoSessionIke {
  /** `IKEv1`, `IKEv2`; `IKE` where a release does not tell. */
  readonly version: string;
  readonly local: string;
  readonly remote: string;
  readonly status?: string;
  readonly sessionId?: string;
  readonly capabilities?: string;
  readonly lifetime?: string;
}

interface CryptoSessionFlow {
  readonly flow: string;
  readonly activeSas?: number;
  readonly origin?: string;
  readonly inboundDecrypted?: number;
  readonly inboundDrop?: number;
  readonly outboundEncrypted?: number;
  readonly outboundDrop?: number;
}

export interface CryptoSession {
  readonly interface: string;
  readonly profile?: string;
  readonly uptime?: string;
  /** `UP-ACTIVE`, `UP-IDLE`, `UP-NO-IKE`, `DOWN`, `DOWN-NEGOTIATING`. */
  readonly status?: string;
  readonly peer?: string;
  readonly peerPort?: number;
  readonly fvrf?: string;
  readonly ivrf?: string;
  readonly phase1Id?: string;
  readonly ikeSas: readonly CryptoSessionIke[];
  readonly flows: readonly CryptoSessionFlow[];
}

/** A value in brackets is none; it is written without them. */
const value = '\\s*\\(?([^()\\s]+)';

function ikeSasOf(text: string): CryptoSessionIke[] {
  // An IPv6 peer does not fit beside the local address, so it stands on the next line.
  const lines = text.replace(/(SA:\s+local\s+\S+)\s*\n\s*(?=remote\s)/g, '$1 ').split('\n');
  return lines.flatMap((line, index) => {
    const [, version, local, remote, port, status] =
      /^\s*(IKE(?:v\d)?) SA:\s+local\s+(\S+)\s+remote\s+([^\s/]+)\s*(\/\d+)(?:\s+(\S+))?/.exec(line) ?? [];
    if (version === undefined || local === undefined || remote === undefined) return [];
    const above = lines.slice(0, index).findLast((one) => /Session ID:/.test(one)) ?? '';
    const next = lines.slice(index + 1).findIndex((one) => /SA:\s+local|IPSEC FLOW|Session ID:/.test(one));
    const below = lines.slice(index, next < 0 ? undefined : index + 1 + next).join('\n');
    return [
      defined({
        version,
        local,
        remote: `${remote}${port}`,
        status,
        sessionId: find(above, /Session ID:\s*(\S+)/),
        capabilities: find(below, new RegExp(`Capabilities:${value}`)),
        lifetime: find(below, new RegExp(`lifetime:${value}`)),
      }),
    ];
  });
}

function flowsOf(text: string): CryptoSessionFlow[] {
  return blocks(text, /^\s*IPSEC FLOW:/).map((block) =>
    defined({
      flow: find(block, /IPSEC FLOW:\s*(.+)/) ?? '',
      activeSas: findNumber(block, /Active SAs:\s*(\d+)/),
      origin: find(block, /origin:\s*(.+)/),
      inboundDecrypted: findNumber(block, /Inbound:.*dec'ed\s+(\d+)/),
      inboundDrop: findNumber(block, /Inbound:.*drop\s+(\d+)/),
      outboundEncrypted: findNumber(block, /Outbound:.*enc'ed\s+(\d+)/),
      outboundDrop: findNumber(block, /Outbound:.*drop\s+(\d+)/),
    }),
  );
}

function sessionOf(name: string, above: string, text: string): CryptoSession {
  return {
    ...defined({
      profile: find(above, /Profile:\s*(\S+)/),
      uptime: find(above, /Uptime:\s*(\S+)/),
      status: [...above.matchAll(/Session status:\s*(\S+)/g)].at(-1)?.[1],
      peer: find(text, /Peer:\s*([^\s/]+)/),
      peerPort: findNumber(text, /Peer:\s*[^\s/]+(?:\s+port\s+|\/)(\d+)/),
      fvrf: find(text, new RegExp(`fvrf:${value}`)),
      ivrf: find(text, new RegExp(`ivrf:${value}`)),
      phase1Id: find(text, /Phase1_id:\s*\(?([^()\n]+)/),
    }),
    interface: name,
    ikeSas: ikeSasOf(text),
    flows: flowsOf(text),
  };
}

export function parseCryptoSessions(output: string): CryptoSession[] {
  return blocks(unwrapped(output), /^\s*Interface:/).flatMap((block) => {
    const name = find(block, /Interface:\s*(\S+)/) ?? '';
    const peers = blocks(block, /^\s*Peer:/);
    if (peers.length === 0) return [sessionOf(name, block, block)];
    let from = 0;
    return peers.map((peer) => {
      from = block.indexOf(peer, from);
      return sessionOf(name, block.slice(0, from), peer);
    });
  });
}
