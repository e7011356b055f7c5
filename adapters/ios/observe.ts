/**
 * What is read of a router to prove a tunnel, and the save that follows the proof.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Busy, DeviceRejected } from '../errors.ts';
import { iosXe } from './dialect.ts';
import type { Session } from './session.ts';
import { parseIkeAssociations } from './show/ikev2-sa.ts';
import type { IkeAssociation } from './show/ikev2-sa.ts';
import { parseFlows } from './show/ipsec-sa.ts';
import type { Flow } from './show/ipsec-sa.ts';
import { parseBgpSummary } from './show/bgp-summary.ts';
import { parsePing } from './show/ping.ts';
import { parseSave } from './show/write-memory.ts';
import { required } from './type-ahead.ts';

export interface PingRequest {
  readonly target: string;
  /** Interface or address; null leaves the choice to the router, which takes the tunnel's own address. */
  readonly source: string | null;
  readonly count: number;
  /** Per packet, in seconds; default 2, as IOS has it. */
  readonly timeoutSeconds?: number;
}

export interface PingResult {
  readonly sent: number;
  readonly received: number;
  readonly lossPercent: number;
  /** The line with the success rate as printed, or what the router said instead. */
  readonly statistics: string;
  /** The command as sent. */
  readonly command: string;
}

/** `Loopback 100`, as people type it; IOS takes both spellings. */
function spoken(source: string): string {
  return source.replace(/^([A-Za-z-]+)(\d)/, '$1 $2');
}

/** Pings from the router. Without an answer the result says 100 % loss; it throws only for a lost session. */
export async function ping(session: Session, request: PingRequest): Promise<PingResult> {
  const { target, source, count, timeoutSeconds = 2 } = request;
  const command = [
    `ping ${target}`,
    ...(source === null ? [] : [`source ${spoken(source)}`]),
    `repeat ${count}`,
    ...(request.timeoutSeconds === undefined ? [] : [`timeout ${timeoutSeconds}`]),
  ].join(' ');
  // Every packet may be lost, and each is waited for.
  const seconds = count * timeoutSeconds + iosXe.timeouts.command;
  const text = await session.run(command, { seconds }).catch((error: unknown) => {
    if (error instanceof DeviceRejected) return error.reply;
    throw error;
  });
  const { sent, received } = parsePing(text);
  const statistics = /^Success rate is .*$/m.exec(text)?.[0].trim();
  if (statistics === undefined || sent === null || received === null) {
    return { sent: 0, received: 0, lossPercent: 100, statistics: session.mask(text.trim()), command };
  }
  return { sent, received, lossPercent: sent === 0 ? 100 : ((sent - received) / sent) * 100, statistics, command };
}

export interface SecurityAssociations {
  /** `READY` if each peer has an SA that is; else the best of the first peer that has none: `IN-NEG`, `DELETE`, `none`. */
  readonly ikeStatus: string;
  /** `172.20.10.210/4500`; empty without an SA. */
  readonly local: string;
  readonly remote: string;
  /** `0.0.0.0/0.0.0.0/0/0` for a route-based tunnel; empty without one. */
  readonly localIdent: string;
  readonly remoteIdent: string;
  /** Packets, summed over the tunnels to these peers. */
  readonly encaps: number;
  readonly decaps: number;
}

const statusOrder = ['READY', 'IN-NEG', 'DELETE'];

function bestOf(associations: readonly IkeAssociation[], peers: readonly string[]): IkeAssociation | undefined {
  const place = ({ status }: IkeAssociation): number => {
    const at = statusOrder.indexOf(status);
    return at < 0 ? statusOrder.length : at;
  };
  return associations
    .filter(({ remote }) => peers.includes(remote.split('/')[0] ?? ''))
    .toSorted((a, b) => place(a) - place(b))[0];
}

function sum(flows: readonly Flow[], pick: (flow: Flow) => number | undefined): number {
  return flows.reduce((total, flow) => total + (pick(flow) ?? 0), 0);
}

/** The value that all have; where they differ, all of them, so that it equals nothing that is wanted. */
function alike(values: readonly string[]): string {
  return [...new Set(values)].join(', ');
}

/** IKE and ESP are judged apart: one can be up without the other (ios.md, 2.1). */
export async function readAssociations(session: Session, peers: readonly string[]): Promise<SecurityAssociations> {
  const [shownIke, shownIpsec] = await session.show(['show crypto ikev2 sa', 'show crypto ipsec sa']);
  const associations = parseIkeAssociations(required(shownIke));
  const best = peers.map((peer) => bestOf(associations, [peer]));
  const worst = best.findIndex((one) => one?.status !== 'READY');
  const ike = best[Math.max(worst, 0)];
  const flows = parseFlows(required(shownIpsec)).filter(({ peer }) => peers.includes(peer));
  return {
    ikeStatus: ike?.status ?? 'none',
    local: ike?.local ?? '',
    remote: ike?.remote ?? '',
    localIdent: alike(flows.map(({ localIdent }) => localIdent)),
    remoteIdent: alike(flows.map(({ remoteIdent }) => remoteIdent ?? '')),
    encaps: sum(flows, ({ encaps }) => encaps),
    decaps: sum(flows, ({ decaps }) => decaps),
  };
}

export interface BgpSession {
  readonly neighbor: string;
  readonly remoteAs: string;
  /** The session is up only if this is a number: how many prefixes came; `absent` for one that is not configured. */
  readonly stateOrPrefixes: string;
  readonly upDown: string;
}

/** The BGP sessions with these neighbors, as `show ip bgp summary` has them. */
export async function readBgp(session: Session, neighbors: readonly string[]): Promise<readonly BgpSession[]> {
  const shown = parseBgpSummary(await session.run('show ip bgp summary', { seconds: iosXe.timeouts.show })).neighbors;
  return neighbors.map((neighbor) => {
    const found = shown.find((one) => one.neighbor === neighbor);
    return {
      neighbor,
      remoteAs: found?.remoteAs ?? '',
      stateOrPrefixes: found?.stateOrPfxRcd ?? 'absent',
      upDown: found?.upDown ?? 'never',
    };
  });
}

const saveAttempts = { count: 3, pauseMs: 3000 };

/**
 * Saves the running configuration; returns what the router said. Only `[OK]` counts.
 * @throws Busy while somebody else writes the startup configuration; DeviceRejected when it was not saved.
 */
export async function save(
  session: Session,
  options: { readonly pauseMs?: number } = {},
): Promise<{ readonly detail: string }> {
  const { pauseMs = saveAttempts.pauseMs } = options;
  for (let attempt = 1; ; attempt++) {
    const text = await session.run('write memory', { seconds: iosXe.timeouts.save });
    const { saved, retryable } = parseSave(text);
    const detail = text.trim().split('\n').at(-1)?.trim() ?? '';
    if (saved) return { detail: session.mask(detail) };
    if (retryable !== true) throw notSaved(session, text.trim());
    if (attempt === saveAttempts.count) {
      throw new Busy({
        what: `Router ${session.host} does not save: ${session.mask(detail)}`,
        next: 'Wait until the other session has finished writing',
        retryAfterSeconds: 10,
      });
    }
    await sleep(pauseMs);
  }
}

function notSaved(session: Session, reply: string): DeviceRejected {
  return new DeviceRejected({
    host: session.host,
    line: 0,
    command: 'write memory',
    mode: 'exec',
    reply: session.mask(reply),
    next: 'The configuration is in effect but not saved. Type `write memory` on the router',
  });
}
