import type { BgpPeer, RouterBgp } from '../../ports.ts';
import { byPrefix, contains, prefixLength } from '../address.ts';
import { ofKind, valueOf } from '../configuration/node.ts';
import { elapsed } from '../dates.ts';
import type { ExecCommand, Printed, Shell } from '../exec/command.ts';
import { command } from '../exec/command.ts';
import type { Args } from '../grammar.ts';
import type { Machine } from '../machine.ts';
import { tableOf } from '../routing-table.ts';
import { bgpOf } from '../views.ts';

/** The BGP process; layouts as in public captures. */

export const NOT_ACTIVE = '% BGP not active\n';
export const UNKNOWN_NEIGHBOR = '% No such neighbor or address family';
const KEEPALIVE_SECONDS = 60;
/** What IOS counts per network, path and attribute entry, in bytes. */
const BYTES = { network: 248, path: 136, attribute: 288, asPath: 24 };
/** Weight of what the router announces itself. */
const OWN_WEIGHT = 32_768;

/** `redistribute` leaves it out. */
const DEFAULT_ROUTE = '0.0.0.0/0';

interface Entry {
  readonly prefix: string;
  readonly nextHop: string;
  /** Empty for the router's own. */
  readonly path: readonly number[];
  readonly best: boolean;
}

/** `bgp router-id`, else the highest address of a loopback, else the highest of all. */
function routerId(machine: Machine): string {
  const node = ofKind(machine.config.root, 'router bgp')[0];
  const given = node ? valueOf(node, 'bgp router-id', 'address') : null;
  const faces = machine.interfaces().filter(({ adminUp, address }) => adminUp && address !== null);
  const loopbacks = faces.filter(({ kind }) => kind === 'loopback');
  const addresses = (loopbacks.length > 0 ? loopbacks : faces).map(({ address }) => address ?? '');
  return given ?? addresses.toSorted(byPrefix).at(-1) ?? '0.0.0.0';
}

export function peersOf(machine: Machine, bgp: RouterBgp): (BgpPeer & { readonly as: number })[] {
  const known = machine.link?.bgpPeers() ?? [];
  return bgp.neighbors
    .map(({ address, remoteAs, shutdown }) => {
      const silent: BgpPeer = {
        neighbor: address,
        state: shutdown ? 'Idle (Admin)' : 'Idle',
        since: null,
        prefixes: [],
        reason: null,
      };
      return { ...(known.find(({ neighbor }) => neighbor === address) ?? silent), as: remoteAs };
    })
    .toSorted((left, right) => byPrefix(left.neighbor, right.neighbor));
}

/** What is in the BGP table: what was learned, and the router's own networks that its routing table has. */
export function entriesOf(machine: Machine, bgp: RouterBgp): Entry[] {
  const learned = peersOf(machine, bgp).flatMap(({ neighbor, prefixes }) =>
    prefixes.map(({ prefix, asPath, best }) => ({ prefix, nextHop: neighbor, path: asPath, best })),
  );
  const sources = bgp.redistribute.map((source) => (source === 'connected' ? 'C' : 'S'));
  const own = tableOf(machine)
    .filter(
      ({ prefix, source }) =>
        bgp.networks.includes(prefix) || (prefix !== DEFAULT_ROUTE && sources.some((one) => one === source)),
    )
    .filter(({ source }) => source === 'C' || source === 'S')
    .map(({ prefix, nextHop }) => ({ prefix, nextHop: nextHop ?? '0.0.0.0', path: [], best: true }));
  return [...own, ...learned].toSorted((left, right) => byPrefix(left.prefix, right.prefix));
}

export function since(machine: Machine, peer: BgpPeer): string {
  return peer.since === null ? 'never' : elapsed(Math.max(Math.floor((machine.now() - peer.since) / 1000), 0));
}

/** OPEN, one UPDATE, and a KEEPALIVE every minute. */
export function messages(machine: Machine, peer: BgpPeer): number {
  if (peer.state !== 'Established' || peer.since === null) return 0;
  return 4 + Math.floor((machine.now() - peer.since) / 1000 / KEEPALIVE_SECONDS);
}

function summaryRow(machine: Machine, peer: BgpPeer & { readonly as: number }, version: number): string {
  const up = peer.state === 'Established';
  const count = String(messages(machine, peer)).padStart(7);
  const state = up ? String(peer.prefixes.length).padStart(8) : peer.state.replace('Idle (', ' Idle (');
  return `${peer.neighbor.padEnd(15)} 4 ${String(peer.as).padStart(12)} ${count} ${count} ${String(up ? version : 1).padStart(8)}    0    0 ${since(machine, peer).padEnd(8)} ${state}`;
}

function memory(entries: readonly Entry[]): string[] {
  if (entries.length === 0) return [];
  const networks = new Set(entries.map(({ prefix }) => prefix)).size;
  const paths = new Set(entries.map(({ path }) => path.join(' ')).filter((path) => path !== '')).size;
  const attributes = paths + (entries.some(({ path }) => path.length === 0) ? 1 : 0);
  const total =
    networks * BYTES.network + entries.length * BYTES.path + attributes * BYTES.attribute + paths * BYTES.asPath;
  return [
    `${networks} network entries using ${networks * BYTES.network} bytes of memory`,
    `${entries.length} path entries using ${entries.length * BYTES.path} bytes of memory`,
    `${attributes}/${attributes} BGP path/bestpath attribute entries using ${attributes * BYTES.attribute} bytes of memory`,
    `${paths} BGP AS-PATH entries using ${paths * BYTES.asPath} bytes of memory`,
    '0 BGP route-map cache entries using 0 bytes of memory',
    '0 BGP filter-list cache entries using 0 bytes of memory',
    `BGP using ${total} total bytes of memory`,
    `BGP activity ${networks}/0 prefixes, ${entries.length}/0 paths, scan interval 60 secs`,
  ];
}

function summary({ machine }: Shell): Printed {
  const bgp = bgpOf(machine.config.root);
  if (!bgp) return NOT_ACTIVE;
  const entries = entriesOf(machine, bgp);
  const version = entries.length + 1;
  return [
    `BGP router identifier ${routerId(machine)}, local AS number ${bgp.as}`,
    `BGP table version is ${version}, main routing table version ${version}`,
    ...memory(entries),
    '',
    'Neighbor        V           AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd',
    ...peersOf(machine, bgp).map((peer) => summaryRow(machine, peer, version)),
  ].join('\n');
}

/** IOS leaves out a length that follows from the class. */
function ofClass(prefix: string): string {
  const [network = '', length] = prefix.split('/');
  const first = Number(network.split('.')[0]);
  return String(first < 128 ? 8 : first < 192 ? 16 : 24) === length ? network : prefix;
}

const LEGEND = `Status codes: s suppressed, d damped, h history, * valid, > best, i - internal, 
              r RIB-failure, S Stale, m multipath, b backup-path, f RT-Filter, 
              x best-external, a additional-path, c RIB-compressed, 
              t secondary path, L long-lived-stale,
Origin codes: i - IGP, e - EGP, ? - incomplete
RPKI validation codes: V valid, I invalid, N Not found

     Network          Next Hop            Metric LocPrf Weight Path`;

function rowsOf(machine: Machine, version: number, entries: readonly Entry[]): string {
  let before = '';
  const rows = entries.map(({ prefix, nextHop, path, best }) => {
    const own = path.length === 0;
    const mark = best ? ' *>' : ' * ';
    const shown = prefix === before ? '' : ofClass(prefix);
    before = prefix;
    const weight = own ? OWN_WEIGHT : 0;
    const metric = (own ? '0' : '').padStart(10);
    return `${mark}   ${shown.padEnd(16)} ${nextHop.padEnd(15)} ${metric}        ${String(weight).padStart(6)} ${[...path, 'i'].join(' ')}`;
  });
  return [`BGP table version is ${version}, local router ID is ${routerId(machine)}`, LEGEND, ...rows].join('\n');
}

function table({ machine }: Shell): Printed {
  const bgp = bgpOf(machine.config.root);
  if (!bgp) return NOT_ACTIVE;
  const entries = entriesOf(machine, bgp);
  return rowsOf(machine, entries.length + 1, entries);
}

/** `show bgp all …` names the address family first. */
function forAll(run: (shell: Shell, args: Args) => Printed): ExecCommand['run'] {
  return (shell, args) => {
    const text = run(shell, args);
    return text === NOT_ACTIVE ? text : `For address family: IPv4 Unicast\n${text ?? ''}`;
  };
}

/** What a neighbor is told: all that is best and did not come from it. */
function advertised(shell: Shell, args: Args): Printed {
  return routesOf(shell, args, ({ nextHop, best }, neighbor) => best && nextHop !== neighbor);
}

function received(shell: Shell, args: Args): Printed {
  return routesOf(shell, args, ({ nextHop, path }, neighbor) => nextHop === neighbor && path.length > 0);
}

function routesOf(
  { machine }: Shell,
  { neighbor = '' }: Args,
  wanted: (entry: Entry, neighbor: string) => boolean,
): Printed {
  const bgp = bgpOf(machine.config.root);
  if (!bgp) return NOT_ACTIVE;
  if (!bgp.neighbors.some(({ address }) => address === neighbor)) return UNKNOWN_NEIGHBOR;
  const up = peersOf(machine, bgp).some((peer) => peer.neighbor === neighbor && peer.state === 'Established');
  const entries = entriesOf(machine, bgp).filter((entry) => up && wanted(entry, neighbor));
  return `${rowsOf(machine, entriesOf(machine, bgp).length + 1, entries)}\n\nTotal number of prefixes ${entries.length} `;
}

/** One prefix: the longest in the table that holds the address. */
function entry({ machine }: Shell, { address = '' }: Args): Printed {
  const bgp = bgpOf(machine.config.root);
  if (!bgp) return NOT_ACTIVE;
  const all = entriesOf(machine, bgp);
  const holds = all.filter(({ prefix }) => contains(prefix, address));
  const longest = Math.max(...holds.map(({ prefix }) => prefixLength(prefix)));
  const paths = holds.filter(({ prefix }) => prefixLength(prefix) === longest);
  if (paths.length === 0) return '% Network not in table';
  const best = paths.findIndex((path) => path.best) + 1;
  return [
    `BGP routing table entry for ${paths[0]?.prefix ?? ''}, version ${all.length}`,
    `Paths: (${paths.length} available, ${best === 0 ? 'no best path' : `best #${best}, table default`})`,
    paths.some(({ path }) => path.length === 0)
      ? '  Advertised to update-groups:\n     1         '
      : '  Not advertised to any peer',
    ...paths.flatMap((path, index) => [
      '  Refresh Epoch 1',
      path.path.length === 0 ? '  Local' : `  ${path.path.join(' ')}`,
      `    ${path.nextHop} from ${path.path.length === 0 ? '0.0.0.0' : path.nextHop} (${path.path.length === 0 ? routerId(machine) : path.nextHop})`,
      `      Origin IGP, ${path.path.length === 0 ? 'metric 0, ' : ''}localpref 100, ${path.path.length === 0 ? `weight ${OWN_WEIGHT}, valid, sourced, local` : 'valid, external'}${index + 1 === best ? ', best' : ''}`,
      `      rx pathid: 0, tx pathid: ${index + 1 === best ? '0x0' : '0'}`,
    ]),
  ].join('\n');
}

export const BGP_SHOWS: readonly ExecCommand[] = [
  command('show ip bgp', table),
  command('show ip bgp {address:ip}', entry),
  command('show ip bgp summary', summary),
  command('show ip bgp all summary', forAll(summary)),
  command('show ip bgp neighbors {neighbor:ip} advertised-routes', advertised),
  command('show ip bgp neighbors {neighbor:ip} ( routes | received-routes )', received),
  command('show bgp summary', summary),
  command('show bgp all', forAll(table)),
  command('show bgp all summary', forAll(summary)),
  command('show bgp ipv4 unicast', table),
  command('show bgp ipv4 unicast summary', summary),
];
