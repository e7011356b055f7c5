import type { IkeSa, IpsecSa } from '../../ports.ts';
import { flows, ikeSas } from './crypto-flows.ts';
import type { ExecCommand, Printed, Shell } from '../exec/command.ts';
import { command } from '../exec/command.ts';
import type { Args } from '../grammar.ts';
import type { Machine } from '../machine.ts';
import { cryptoOf } from '../views.ts';

/** What the security associations look like; layouts as in public captures of IOS-XE. */

const SA_HEAD = 'Tunnel-id Local                 Remote                fvrf/ivrf            Status ';

function ikeLines(sa: IkeSa): string[] {
  const place = (address: string, port: number): string => `${address}/${port}`.padEnd(21);
  const known = sa.encryption !== null;
  const size = sa.keySize === null ? '' : `, keysize: ${sa.keySize}`;
  const auth = known ? 'PSK' : 'Unknown - 0';
  const algorithms = known
    ? `Encr: ${sa.encryption ?? ''}${size}, PRF: ${sa.prf ?? 'None'}, Hash: ${sa.hash ?? 'None'}, DH Grp:${sa.dhGroup ?? 0}`
    : 'Encr: Unknown - 0, PRF: Unknown - 0, Hash: None, DH Grp:0';
  return [
    `${String(sa.tunnelId).padEnd(9)} ${place(sa.local, sa.localPort)} ${place(sa.remote, sa.remotePort)} none/none            ${sa.status.padEnd(6)} `,
    `      ${algorithms}, Auth sign: ${auth}, Auth verify: ${auth}`,
    `      Life/Active Time: ${sa.lifetimeSeconds}/${sa.activeSeconds} sec`,
  ];
}

const DESCRIPTION = {
  READY: 'Negotiation done',
  'IN-NEG': 'Initiator waiting for INIT response',
  DELETE: 'Deleting IKE SA',
};

/** DPD of the first profile that has it: the lab does not say which profile an SA was made with. */
function dpdLine(machine: Machine): string {
  const dpd = cryptoOf(machine.config.root).profiles.find((profile) => profile.dpd !== null)?.dpd;
  return `DPD configured for ${dpd?.intervalSeconds ?? 0} seconds, retry ${dpd?.retrySeconds ?? 0}`;
}

function detailLines(machine: Machine, sa: IkeSa): string[] {
  const nat = sa.nat === 'not detected' ? 'NAT-T is not detected' : `NAT-T is detected ${sa.nat}`;
  const pair = (left: string, right: string): string => `${left.padEnd(34)}${right}`;
  return [
    `CE id: ${1000 + sa.tunnelId}, Session-id: ${sa.tunnelId}`,
    `Status Description: ${DESCRIPTION[sa.status]}`,
    pair(`Local spi: ${sa.localSpi}`, `Remote spi: ${sa.remoteSpi}`),
    `Local id: ${sa.localId}`,
    `Remote id: ${sa.remoteId}`,
    pair('Local req msg id:  2', 'Remote req msg id:  0'),
    pair('Local next msg id: 2', 'Remote next msg id: 0'),
    pair('Local req queued:  2', 'Remote req queued:  0'),
    pair('Local window:      5', 'Remote window:      1'),
    dpdLine(machine),
    'Fragmentation not  configured.',
    'Dynamic Route Update: disabled',
    'Extended Authentication not configured.',
    nat,
    'Cisco Trust Security SGT is disabled',
    `Initiator of SA : ${sa.initiator ? 'Yes' : 'No'}`,
  ].map((line) => `      ${line}`);
}

/** What an SA is called, and since when, which newer releases show without being asked for details. */
const NEWER_LINES = 3;

function ikev2Sa({ machine }: Shell, detailed: boolean, { local, remote }: Args = {}): Printed {
  const more = (sa: IkeSa): string[] => {
    const lines = detailLines(machine, sa);
    if (detailed) return lines;
    return newer(machine) ? lines.slice(0, NEWER_LINES).filter((line) => !line.includes('Description')) : [];
  };
  const rows = ikeSas(machine)
    .filter((sa) => (local ?? sa.local) === sa.local && (remote ?? sa.remote) === sa.remote)
    .flatMap((sa) => [SA_HEAD, ...ikeLines(sa), ...more(sa), '']);
  // IOS proper writes one blank where IOS-XE writes two.
  const title = `Crypto IKEv2 ${machine.release.number[0] < 16 ? '' : ' '}SA `;
  return [` IPv4 ${title}`, '', ...rows, ` IPv6 ${title}`, ''].join('\n');
}

/** From 17.13 on some layouts are others. */
function newer({ release }: Machine): boolean {
  const [major, minor] = release.number;
  return major > 17 || (major === 17 && minor >= 13);
}

function child(sa: IpsecSa): string[] {
  const end = '0.0.0.0/0 - 255.255.255.255/65535';
  return [
    `Child sa: local selector  ${end}`,
    `          remote selector ${end}`,
    `          ESP spi in/out: 0x${sa.inboundSpi?.toUpperCase() ?? '0'}/0x${sa.outboundSpi?.toUpperCase() ?? '0'}  `,
  ];
}

function ikev2Session({ machine }: Shell): Printed {
  const rows = ikeSas(machine).flatMap((sa) => {
    const children = (machine.link?.ipsecSas() ?? []).filter(
      (flow) => flow.peer === sa.remote && flow.localAddress === sa.local && flow.inboundSpi !== null,
    );
    const status = sa.status === 'READY' ? (children.length > 0 ? 'UP-ACTIVE' : 'UP-IDLE') : 'DOWN-NEGOTIATING';
    return [
      `Session-id:${sa.tunnelId}, Status:${status}, IKE count:1, CHILD count:${children.length}`,
      '',
      SA_HEAD,
      ...ikeLines(sa),
      ...children.flatMap(child),
      '',
    ];
  });
  return [' IPv4 Crypto IKEv2 Session ', '', ...rows, ' IPv6 Crypto IKEv2 Session ', ''].join('\n');
}

function hex(spi: string): string {
  return `0x${spi.toUpperCase()}(${Number.parseInt(spi, 16)})`;
}

function espLines(machine: Machine, sa: IpsecSa, spi: string | null, connection: number, detailed: boolean): string[] {
  if (spi === null) return [];
  const late = newer(machine);
  const timing = `        sa timing: remaining key lifetime `;
  const settings = sa.udpEncapsulated ? '{Tunnel UDP-Encaps, }' : '{Tunnel, }';
  return [
    `      spi: ${hex(spi)}`,
    `        transform: ${sa.transform} ,`,
    `        in use settings =${settings}`,
    `        conn id: ${connection}, flow_id: CSR:${connection - 2000}, sibling_flags FFFFFFFF80000048, crypto map: ${sa.interface}-head-0${late ? ', initiator : True' : ''}`,
    ...(late
      ? [`${timing}(sec): ${sa.remainingSeconds}`, '        Kilobyte Volume Rekey has been disabled']
      : [`${timing}(k/sec): (${sa.remainingKilobytes}/${sa.remainingSeconds})`]),
    `        IV size: ${sa.transform.includes('gcm') ? 8 : 16} bytes`,
    `        replay detection support: Y${detailed ? '  replay window size: 64' : ''}`,
    '        Status: ACTIVE(ACTIVE)',
  ];
}

const DETAIL = [
  '    #pkts no sa (send) 0, #pkts invalid sa (rcv) 0',
  '    #pkts encaps failed (send) 0, #pkts decaps failed (rcv) 0',
  '    #pkts invalid prot (recv) 0, #pkts verify failed: 0',
  '    #pkts invalid identity (recv) 0, #pkts invalid len (rcv) 0',
  '    #pkts replay rollover (send): 0, #pkts replay rollover (rcv) 0',
  '    ##pkts replay failed (rcv): 0',
  '    #pkts tagged (send): 0, #pkts untagged (rcv): 0',
  '    #pkts not tagged (send): 0, #pkts not untagged (rcv): 0',
  '    #pkts internal err (send): 0, #pkts internal err (recv) 0',
];

function ident(text: string): string {
  return `(${text})`;
}

function flowLines(machine: Machine, sa: IpsecSa, index: number, detailed: boolean): string[] {
  const { encaps, decaps } = sa;
  const pfs = sa.pfs === null ? 'PFS (Y/N): N, DH group: none' : `PFS (Y/N): Y, DH group: ${sa.pfs}`;
  const connection = 2001 + index * 2;
  return [
    '',
    `interface: ${sa.interface}`,
    `    Crypto map tag: ${sa.interface}-head-0, local addr ${sa.localAddress}`,
    '',
    '   protected vrf: (none)',
    `   local  ident (addr/mask/prot/port): ${ident(sa.localIdent)}`,
    `   remote ident (addr/mask/prot/port): ${ident(sa.remoteIdent)}`,
    `   current_peer ${sa.peer} port ${sa.peerPort}`,
    '     PERMIT, flags={origin_is_acl,}',
    `    #pkts encaps: ${encaps}, #pkts encrypt: ${encaps}, #pkts digest: ${encaps}`,
    `    #pkts decaps: ${decaps}, #pkts decrypt: ${decaps}, #pkts verify: ${decaps}`,
    '    #pkts compressed: 0, #pkts decompressed: 0',
    '    #pkts not compressed: 0, #pkts compr. failed: 0',
    '    #pkts not decompressed: 0, #pkts decompress failed: 0',
    ...(detailed ? DETAIL : ['    #send errors 0, #recv errors 0']),
    '',
    `     local crypto endpt.: ${sa.localAddress}, remote crypto endpt.: ${sa.peer}`,
    '     plaintext mtu 1438, path mtu 1500, ip mtu 1500, ip mtu idb GigabitEthernet1',
    `     current outbound spi: ${hex(sa.outboundSpi ?? '0')}`,
    `     ${pfs}`,
    '',
    '     inbound esp sas:',
    ...espLines(machine, sa, sa.inboundSpi, connection, detailed),
    '',
    '     inbound ah sas:',
    '',
    '     inbound pcp sas:',
    '',
    '     outbound esp sas:',
    ...espLines(machine, sa, sa.outboundSpi, connection + 1, detailed),
    '',
    '     outbound ah sas:',
    '',
    '     outbound pcp sas:',
  ];
}

function ipsecSa({ machine }: Shell, detailed: boolean, { peer, name }: Args = {}): Printed {
  const all = flows(machine).filter((sa) => (peer ?? sa.peer) === sa.peer && (name ?? sa.interface) === sa.interface);
  if (all.length === 0) return '\nNo SAs found\n';
  return all.flatMap((sa, index) => flowLines(machine, sa, index, detailed)).join('\n');
}

const ENDS = '[ ( local {local:ip} | remote {remote:ip} )+ ]';
const WHICH = '[ peer {peer:ip} | interface {name:if} ]';

export const CRYPTO_SHOWS: readonly ExecCommand[] = [
  command(`show crypto ikev2 sa ${ENDS}`, (shell, args) => ikev2Sa(shell, false, args)),
  command(`show crypto ikev2 sa ${ENDS} detailed`, (shell, args) => ikev2Sa(shell, true, args)),
  command('show crypto ikev2 session [ detailed ]', ikev2Session),
  command(`show crypto ipsec sa ${WHICH}`, (shell, args) => ipsecSa(shell, false, args)),
  command(`show crypto ipsec sa ${WHICH} detail`, (shell, args) => ipsecSa(shell, true, args)),
];
