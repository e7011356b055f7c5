/** `show ip bgp neighbors`; layouts as in public captures. */
import type { BgpPeer } from '../../ports.ts';
import type { ExecCommand, Printed, Shell } from '../exec/command.ts';
import { command } from '../exec/command.ts';
import type { Args } from '../grammar.ts';
import type { Machine } from '../machine.ts';
import { bgpOf } from '../views.ts';
import { NOT_ACTIVE, UNKNOWN_NEIGHBOR, entriesOf, messages, peersOf, since } from './bgp.ts';

type Peer = ReturnType<typeof peersOf>[number];

function two(name: string, sent: number | string, received: number | string): string {
  return `${name.padEnd(24)}${String(sent).padStart(7)}${String(received).padStart(11)}`;
}

const CAPABILITIES = [
  '  Neighbor sessions:',
  '    1 active, is not multisession capable (disabled)',
  '  Neighbor capabilities:',
  '    Route refresh: advertised and received(new)',
  '    Four-octets ASN Capability: advertised and received',
  '    Address family IPv4 Unicast: advertised and received',
  '    Enhanced Refresh Capability: advertised',
  '    Multisession Capability: ',
  '    Stateful switchover support enabled: NO for session 1',
];

function statistics(machine: Machine, peer: BgpPeer, told: number): string[] {
  const up = peer.state === 'Established';
  const total = messages(machine, peer);
  const [opens, updates] = up ? [1, 2] : [0, 0];
  const kept = Math.max(total - opens - updates, 0);
  return [
    '  Message statistics:',
    '    InQ depth is 0',
    '    OutQ depth is 0',
    '    ',
    two('', 'Sent', 'Rcvd'),
    two('    Opens:', opens, opens),
    two('    Notifications:', 0, 0),
    two('    Updates:', updates, updates),
    two('    Keepalives:', kept, kept),
    two('    Route Refresh:', 0, 0),
    two('    Total:', total, total),
    '  Do log neighbor state changes (via global configuration)',
    '  Default minimum time between advertisement runs is 30 seconds',
    '',
    ' For address family: IPv4 Unicast',
    `  Session: ${peer.neighbor}`,
    `  BGP table version ${up ? told + peer.prefixes.length + 1 : 1}, neighbor version ${up ? told + peer.prefixes.length + 1 : 1}/0`,
    '  Output queue size : 0',
    '  Index 1, Advertise bit 0',
    '  1 update-group member',
    '  Slow-peer detection is disabled',
    '  Slow-peer split-update-group dynamic is disabled',
    two('', '     Sent', 'Rcvd'),
    '  Prefix activity:               ----       ----',
    two('    Prefixes Current:', told, peer.prefixes.length),
    two('    Prefixes Total:', told, peer.prefixes.length),
    two('    Implicit Withdraw:', 0, 0),
    two('    Explicit Withdraw:', 0, 0),
    two('    Used as bestpath:', 'n/a', peer.prefixes.filter(({ best }) => best).length),
    two('    Used as multipath:', 'n/a', 0),
    two('    Used as secondary:', 'n/a', 0),
    '',
    '                                   Outbound    Inbound',
    '  Local Policy Denied Prefixes:    --------    -------',
    '    Total:                                0          0',
    '  Number of NLRIs in the update sent: max 0, min 0',
  ];
}

function connection(machine: Machine, peer: BgpPeer, hops: number): string[] {
  const up = peer.state === 'Established';
  return [
    '',
    '  Address tracking is enabled, the RIB does have a route to ' + peer.neighbor,
    `  Connections established ${up ? 1 : 0}; dropped 0`,
    '  Last reset never',
    ...(hops > 1 ? [`  External BGP neighbor may be up to ${hops} hops away.`] : []),
    ...(up
      ? [
          '  Transport(tcp) path-mtu-discovery is enabled',
          '  Graceful-Restart is disabled',
          'Connection state is ESTAB, I/O status: 1, unread input bytes: 0            ',
          `Local host: ${localAddress(machine, peer)}, Local port: 179`,
          `Foreign host: ${peer.neighbor}, Foreign port: 51234`,
        ]
      : ['  No active TCP connection']),
    '',
  ];
}

function localAddress(machine: Machine, { neighbor }: BgpPeer): string {
  const source = bgpOf(machine.config.root)?.neighbors.find(({ address }) => address === neighbor)?.updateSource;
  return machine.interfaces().find(({ name }) => name === source)?.address ?? machine.dhcp.address;
}

function lines(machine: Machine, own: number, hops: number, told: number, peer: Peer): string[] {
  const up = peer.state === 'Established';
  return [
    `BGP neighbor is ${peer.neighbor},  remote AS ${peer.as}, ${peer.as === own ? 'internal' : 'external'} link`,
    `  BGP version 4, remote router ID ${up ? peer.neighbor : '0.0.0.0'}`,
    `  BGP state = ${peer.state.replace(' (Admin)', '')}${up ? `, up for ${since(machine, peer)}` : ''}`,
    ...(peer.state === 'Idle (Admin)' ? ['  Administratively shut down'] : []),
    ...(up ? ['  Last read 00:00:07, last write 00:00:12, hold time is 180, keepalive interval is 60 seconds'] : []),
    ...(up ? CAPABILITIES : []),
    ...statistics(machine, peer, told),
    ...connection(machine, peer, hops),
  ];
}

function neighbors({ machine }: Shell, { neighbor }: Args): Printed {
  const bgp = bgpOf(machine.config.root);
  if (!bgp) return NOT_ACTIVE;
  const wanted = peersOf(machine, bgp).filter((peer) => neighbor === undefined || peer.neighbor === neighbor);
  if (neighbor !== undefined && wanted.length === 0) return UNKNOWN_NEIGHBOR;
  const all = entriesOf(machine, bgp);
  return wanted
    .flatMap((peer) => {
      const told = all.filter(({ nextHop, best }) => best && nextHop !== peer.neighbor).length;
      const hops = bgp.neighbors.find(({ address }) => address === peer.neighbor)?.hops ?? 1;
      return lines(machine, bgp.as, hops, peer.state === 'Established' ? told : 0, peer);
    })
    .join('\n');
}

export const BGP_NEIGHBOR_SHOWS: readonly ExecCommand[] = [
  command('show ip bgp neighbors [ {neighbor:ip} ]', neighbors),
  command('show bgp ipv4 unicast neighbors [ {neighbor:ip} ]', neighbors),
  command('show bgp all neighbors [ {neighbor:ip} ]', (shell, args) => {
    const text = neighbors(shell, args);
    return text === NOT_ACTIVE ? text : `For address family: IPv4 Unicast\n${text ?? ''}`;
  }),
];
