/** `show crypto session`; layouts as in public captures of IOS-XE. */
import type { IkeSa, IpsecSa } from '../../ports.ts';
import { flows, ikeSas } from './crypto-flows.ts';
import { elapsed } from '../dates.ts';
import type { ExecCommand, Printed, Shell } from '../exec/command.ts';
import { command } from '../exec/command.ts';
import type { Args } from '../grammar.ts';
import type { Machine } from '../machine.ts';
import { cryptoOf } from '../views.ts';

function statusOf(ike: IkeSa | undefined, flow: IpsecSa): string {
  if (flow.inboundSpi !== null) return ike?.status === 'READY' ? 'UP-ACTIVE' : 'UP-NO-IKE';
  if (ike === undefined) return 'DOWN';
  return ike.status === 'READY' ? 'UP-IDLE' : 'DOWN-NEGOTIATING';
}

const CODE = [
  'Code: C - IKE Configuration mode, D - Dead Peer Detection     ',
  'K - Keepalives, N - NAT-traversal, T - cTCP encapsulation     ',
  'X - IKE Extended Authentication, F - IKE Fragmentation',
  'R - IKE Auto Reconnect, U - IKE Dynamic Route Update',
  'S - SIP VPN',
];

function idents(flow: IpsecSa): string {
  const part = (text: string): string => text.split('/').slice(0, 2).join('/');
  const host = (text: string): string => `host ${text.split('/')[0] ?? ''}`;
  return flow.localIdent.endsWith('/47/0')
    ? `permit 47 ${host(flow.localIdent)} ${host(flow.remoteIdent)} `
    : `permit ip ${part(flow.localIdent)} ${part(flow.remoteIdent)} `;
}

function profileOf(machine: Machine, tunnelName: string): string | null {
  const crypto = cryptoOf(machine.config.root);
  const tunnel = crypto.tunnels.find(({ name }) => name === tunnelName);
  return crypto.ipsecProfiles.find(({ name }) => name === tunnel?.protectionProfile)?.ikev2Profile ?? null;
}

function sessionLines(machine: Machine, flow: IpsecSa, detailed: boolean): string[] {
  const ikes = ikeSas(machine).filter((sa) => sa.remote === flow.peer && sa.local === flow.localAddress);
  const best = ikes.find(({ status }) => status === 'READY') ?? ikes[0];
  const profile = profileOf(machine, flow.interface);
  const sas = (flow.inboundSpi === null ? 0 : 1) + (flow.outboundSpi === null ? 0 : 1);
  const life = sas === 0 ? '0/0' : `${flow.remainingKilobytes}/${flow.remainingSeconds}`;
  const vrfs = detailed ? 'fvrf: (none) ivrf: (none)' : '';
  return [
    `Interface: ${flow.interface}`,
    ...(profile !== null && best ? [`Profile: ${profile}`] : []),
    ...(detailed && best?.status === 'READY' ? [`Uptime: ${elapsed(best.activeSeconds)}`] : []),
    `Session status: ${statusOf(best, flow)}     `,
    `Peer: ${flow.peer} port ${flow.peerPort} ${vrfs}`,
    ...(detailed
      ? [`      Phase1_id: ${best?.status === 'READY' ? best.remoteId : '(none)'}`, '      Desc: (none)']
      : []),
    ...ikes.flatMap((ike) => {
      const state = ike.status === 'READY' ? 'Active' : 'Inactive';
      const left = Math.max(ike.lifetimeSeconds - ike.activeSeconds, 0);
      const codes = `D${ike.nat === 'not detected' ? '' : 'N'}`;
      return [
        `  Session ID: ${ike.tunnelId}  `,
        `  IKEv2 SA: local ${ike.local}/${ike.localPort} remote ${ike.remote}/${ike.remotePort} ${state} `,
        ...(detailed ? [`          Capabilities:${codes} connid:${ike.tunnelId} lifetime:${elapsed(left)}`] : []),
      ];
    }),
    `  IPSEC FLOW: ${idents(flow)}`,
    `        Active SAs: ${sas}, origin: crypto map`,
    ...(detailed
      ? [
          `        Inbound:  #pkts dec'ed ${flow.decaps} drop 0 life (KB/Sec) ${life}`,
          `        Outbound: #pkts enc'ed ${flow.encaps} drop 0 life (KB/Sec) ${life}`,
        ]
      : []),
    '',
  ];
}

function sessions({ machine }: Shell, detailed: boolean, { local, remote, name }: Args): Printed {
  const wanted = flows(machine).filter(
    (flow) =>
      (local ?? flow.localAddress) === flow.localAddress &&
      (remote ?? flow.peer) === flow.peer &&
      (name ?? flow.interface) === flow.interface,
  );
  const lines = wanted.flatMap((flow) => sessionLines(machine, flow, detailed));
  return ['Crypto session current status', '', ...(detailed ? [...CODE, ''] : []), ...lines].join('\n');
}

const WHICH = '[ local {local:ip} | remote {remote:ip} | interface {name:if} ]';

export const CRYPTO_SESSION_SHOWS: readonly ExecCommand[] = [
  command(`show crypto session ${WHICH}`, (shell, args) => sessions(shell, false, args)),
  command(`show crypto session ${WHICH} detail`, (shell, args) => sessions(shell, true, args)),
];
