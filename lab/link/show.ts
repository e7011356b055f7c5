/** What `show crypto` asks of a session, in the types of the seams. */
import type { IkeSa, IpsecSa, LinkRecord } from '../ports.ts';
import type { EspState, IkeState } from './associations.ts';
import type { TunnelSession } from './session.ts';

const UNKNOWN = {
  encryption: null,
  keySize: null,
  prf: null,
  hash: null,
  dhGroup: null,
  nat: 'not detected',
} as const;

/** IOS shows its default lifetime for an SA that is not there yet. */
const NEGOTIATING_LIFETIME_SECONDS = 86_400;

/** The rows of one tunnel in `show crypto ikev2 sa`: an SA that just went, one under way, the one that stands. */
export function ikeRows(session: TunnelSession): IkeSa[] {
  const rows: IkeSa[] = [];
  if (session.farewell !== null) rows.push(established(session, session.farewell.ike, 'DELETE'));
  const path = session.underWay;
  if (path !== null)
    rows.push({
      ...UNKNOWN,
      tunnelId: 1,
      local: path.local,
      localPort: 500,
      remote: path.peer,
      remotePort: 500,
      status: 'IN-NEG',
      lifetimeSeconds: NEGOTIATING_LIFETIME_SECONDS,
      activeSeconds: 0,
      localSpi: '0000000000000000',
      remoteSpi: '0000000000000000',
      localId: path.local,
      remoteId: path.peer,
      initiator: true,
    });
  if (session.ike !== null) rows.push(established(session, session.ike, 'READY'));
  return rows;
}

function established(session: TunnelSession, ike: IkeState, status: 'READY' | 'DELETE'): IkeSa {
  const { path, ike: agreed, localId, ikeLifetimeSeconds, initiatedByRouter } = ike.agreement;
  const port = path.behindNat ? 4500 : 500;
  return {
    tunnelId: ike.tunnelId,
    local: path.local,
    localPort: port,
    remote: path.peer,
    remotePort: port,
    status,
    encryption: agreed.encryption,
    keySize: agreed.keySize,
    prf: agreed.prf,
    hash: agreed.hash,
    dhGroup: agreed.dhGroup,
    lifetimeSeconds: ikeLifetimeSeconds,
    activeSeconds: Math.max(Math.floor((session.router.now() - ike.since) / 1000), 0),
    localSpi: ike.localSpi,
    remoteSpi: ike.remoteSpi,
    localId,
    remoteId: path.peer,
    nat: path.behindNat ? 'inside' : 'not detected',
    initiator: initiatedByRouter,
  };
}

/** Azure's volume limit, of which a ping takes nothing that would show. */
const VOLUME_KILOBYTES = 4_608_000;

/** The entry of one tunnel in `show crypto ipsec sa`; null if it never had an SA and nothing is configured to protect. */
export function espRow(session: TunnelSession): IpsecSa | null {
  const latest = session.esp ?? session.lastEsp;
  const path = session.ike?.agreement.path ?? session.underWay;
  if (latest === null && path === null) return null;
  const standing = session.esp;
  const local = path?.local ?? '0.0.0.0';
  const peer = path?.peer ?? '0.0.0.0';
  const gre = latest?.part.gre ?? path?.tunnel.mode === 'gre ip';
  const natted = path?.behindNat ?? false;
  return {
    interface: session.name,
    localAddress: local,
    peer,
    peerPort: natted && standing !== null ? 4500 : 500,
    localIdent: gre ? `${local}/255.255.255.255/47/0` : '0.0.0.0/0.0.0.0/0/0',
    remoteIdent: gre ? `${peer}/255.255.255.255/47/0` : '0.0.0.0/0.0.0.0/0/0',
    encaps: session.encaps,
    decaps: session.decaps,
    inboundSpi: standing?.inboundSpi ?? null,
    outboundSpi: standing?.outboundSpi ?? null,
    transform: latest?.part.agreement.transform ?? '',
    udpEncapsulated: natted,
    remainingSeconds: standing === null ? 0 : remaining(session, standing),
    remainingKilobytes: standing === null ? 0 : VOLUME_KILOBYTES - Math.floor(session.encaps / 10),
    pfs: latest?.part.pfs ?? null,
  };
}

const remaining = (session: TunnelSession, esp: EspState): number =>
  Math.max(Math.floor(esp.part.lifetimeSeconds - (session.router.now() - esp.since) / 1000), 0);

/** How a session stands, for the inventory of the lab. */
export function stateOf(session: TunnelSession): { state: LinkRecord['state']; reason: string } {
  if (session.isUp && session.broken !== null)
    return { state: 'up', reason: `The SAs stand, but no packet passes: ${session.broken}` };
  if (session.isUp && session.reason === null) return { state: 'up', reason: 'established' };
  const reason = session.reason ?? `${session.name} has not begun to negotiate.`;
  return { state: session.phase === 'negotiating' ? 'negotiating' : 'down', reason };
}
