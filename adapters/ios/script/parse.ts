/**
 * Reads the device script that Azure offers, in any of its generations: by structure, not by names or spacing. What it
 * does not know is refused with its line number; so is what would cut off the router.
 */
import { Refused } from '../../errors.ts';
import type { ConfigNode } from '../config-tree.ts';
import { addressNumber } from '../ipv4.ts';
import { staticRoute } from '../lines/static-route.ts';
import { normalLine } from '../normal-form.ts';
import { emptyScript, sections } from './device-script.ts';
import type { DeviceScript, SectionKind } from './device-script.ts';

interface Growing {
  readonly line: string;
  readonly at: number;
  readonly children: Growing[];
}

/** What begins a new object wherever it stands: scripts leave sections by `exit`, by `!`, or not at all. */
const topLevel =
  /^(no |default |crypto |interface |ip (?:route|access-list|nat|prefix-list|vrf|http|ssh|name-server) |ip routing|access-list |router |route-map |vrf |line |username |enable |hostname |aaa |snmp-server |object|license |archive|end$|write\b|copy |reload|do |configure )/;
const inner = /^(peer \S+$|address-family )/;

/** Text that somebody was to fill in. `/Data/…` and the capitals come from templates that Azure did not expand. */
const placeholder =
  /<[A-Za-z][^<>]*>|\bREPLACE(_\w+)?\b|\bINSERT\b.*\bHERE\b|"[^"]*\b(?:[Ii]nsert|[Rr]eplace|[Yy]our)\b[^"]*"|\/Data\/\w|\b(?:VNG|LNG|SP|RP)_[A-Z]\w*|\$\{|\{\{|\bYOUR[-_ ]\w/;

/** A file cannot be changed under a hub that runs. */
const otherScript =
  'Take the hub down, and in the site file choose another device script (connection.deviceScript) or give ' +
  'connection.ipsecPolicy, for which Sitelink renders its own';

function refuse(at: number, line: string, why: string): never {
  throw new Refused({
    what: `Line ${at} of the device script, \`${line}\`, ${why}`,
    next: otherScript,
  });
}

/** A line without what must not be shown: the value behind `pre-shared-key`. */
function shown(line: string): string {
  return line.replace(/(pre-shared-key(?: local| remote)?(?: hex)?(?: [06])?) \S.*$/, '$1 ********');
}

function checkPlaceholder(line: string, at: number): void {
  const key = /^pre-shared-key (?:(?:local|remote) )?(.*)$/.exec(line)?.[1];
  const unresolved = key === undefined ? placeholder.test(line) : /^(\/Data\/\w+|<[A-Z_ ]+>)$/i.test(key);
  if (unresolved) refuse(at, shown(line), 'holds a placeholder that was not filled in');
}

/** Lines that count, with their numbers from 1. */
function meaningful(text: string): { line: string; at: number }[] {
  return text
    .split(/\r?\n/)
    .map((line, index) => ({ line: normalLine(line), at: index + 1 }))
    .filter(({ line }) => line !== '' && !line.startsWith('!'));
}

function grow(text: string): Growing[] {
  const roots: Growing[] = [];
  let path: Growing[] = [];
  for (const { line, at } of meaningful(text)) {
    checkPlaceholder(line, at);
    const grown: Growing = { line, at, children: [] };
    const parent = path.at(-1);
    if (line === 'exit' || line === 'exit-address-family') path = path.slice(0, -1);
    else if (parent === undefined || topLevel.test(`${line} `.replace(/ $/, ' '))) {
      // A section that is entered twice is one.
      const again = roots.find((root) => root.line === line);
      if (again === undefined) roots.push(grown);
      path = [again ?? grown];
    } else if (inner.test(line)) {
      path[0]?.children.push(grown);
      path = [path[0]!, grown];
    } else parent.children.push(grown);
  }
  return roots;
}

function isAccessList(line: string): boolean {
  return /^(ip )?access-list /.test(line);
}

/** The number or name under which a script's access list could be bound. */
function accessListName(line: string): string {
  return /^(?:ip )?access-list (?:extended |standard )?(\S+)/.exec(line)?.[1] ?? '';
}

/** Commands that name an access list. `match address local 192.0.2.1`, of an IKEv2 policy, names an address. */
const bindsList = /^(match (ip )?address (?!local )|ip access-group |ip nat .*list |distribute-list |set .*acl )/;

function isBound(name: string, roots: readonly Growing[]): boolean {
  const search = (nodes: readonly Growing[]): boolean =>
    nodes.some(({ line, children }) => (bindsList.test(line) && line.split(' ').includes(name)) || search(children));
  return search(roots);
}

function checkSafety({ line, at }: Growing): void {
  const physical = /^interface (\S+)/.exec(line)?.[1];
  if (physical !== undefined && !/^(Tunnel|Loopback)\d+$/.test(physical)) {
    refuse(at, line, `changes the interface ${physical}, which carries other traffic`);
  }
  if (/^ip route (vrf \S+ )?0\.0\.0\.0 0\.0\.0\.0\b/.test(line)) {
    refuse(at, line, 'replaces the default route, over which the router is reached');
  }
  if (/^ip route (vrf \S+ )?0\.0\.0\.0 128\.0\.0\.0\b|^ip route (vrf \S+ )?128\.0\.0\.0 128\.0\.0\.0\b/.test(line)) {
    refuse(at, line, 'covers half of all addresses, and with them the way to the router');
  }
}

function kindOf(line: string): SectionKind | undefined {
  return (Object.keys(sections) as SectionKind[]).find((kind) => sections[kind].opens(line));
}

type Mutable = { -readonly [K in keyof DeviceScript]: DeviceScript[K][number][] };

function take(root: Growing, script: Mutable, roots: readonly Growing[]): void {
  checkSafety(root);
  const source: ConfigNode = root;
  const kind = kindOf(root.line);
  if (kind !== undefined) {
    const { value, unknown } = sections[kind].parse(source);
    for (const { at = root.at, line } of unknown.filter((one) => one.line !== 'no shutdown')) {
      // What a script says of BGP is never sent: Sitelink renders it itself.
      if (kind !== 'bgp') refuse(at, shown(line), `is not known in \`${root.line}\``);
      script.leftOut.push(
        `line ${at} of the device script is left out, as it is not among what Sitelink sends for BGP: ${shown(line)}`,
      );
    }
    (script[kind] as unknown[]).push(value);
  } else if (staticRoute.opens(root.line)) {
    const route = staticRoute.parse(source);
    if (route === null) refuse(root.at, root.line, 'is not a route');
    script.routes.push(route);
  } else if (isAccessList(root.line) && !isBound(accessListName(root.line), roots)) {
    script.leftOut.push(
      `line ${root.at} of the device script is left out, as this access list is bound to nothing: ${root.line}`,
    );
  } else if (!/^(end|configure terminal)$/.test(root.line)) {
    refuse(root.at, shown(root.line), 'is not among the commands that Sitelink sends');
  }
}

function lineOf(roots: readonly Growing[], text: string): number {
  for (const root of roots) {
    if (root.line === text) return root.at;
    const below = lineOf(root.children, text);
    if (below > 0) return below;
  }
  return 0;
}

function requireNames(
  roots: readonly Growing[],
  used: readonly (string | null)[],
  defined: readonly string[],
  keyword: string,
): void {
  for (const name of used) {
    if (name === null || defined.includes(name)) continue;
    const line = `${keyword} ${name}`;
    refuse(lineOf(roots, line), line, `refers to \`${name}\`, which the script does not define`);
  }
}

/** Every reference must lead to an object of the script: a dangling one leaves a tunnel that never comes up. */
function checkReferences(script: DeviceScript, roots: readonly Growing[]): void {
  const names = (values: readonly { readonly name: string }[]): string[] =>
    values.map(({ name }) => name.split(' ')[0]!);
  requireNames(
    roots,
    script.policies.flatMap(({ proposals }) => proposals),
    names(script.proposals),
    'proposal',
  );
  requireNames(
    roots,
    script.profiles.map(({ keyringLocal }) => keyringLocal),
    names(script.keyrings),
    'keyring local',
  );
  requireNames(
    roots,
    script.ipsecProfiles.map(({ transformSet }) => transformSet),
    names(script.transformSets),
    'set transform-set',
  );
  requireNames(
    roots,
    script.ipsecProfiles.map(({ ikev2Profile }) => ikev2Profile),
    names(script.profiles),
    'set ikev2-profile',
  );
  requireNames(
    roots,
    script.tunnels.map(({ protection }) => protection),
    names(script.ipsecProfiles),
    'tunnel protection ipsec profile',
  );
}

/** Where the far end must stand as an address: a name or a leftover of a template would match no peer. */
function checkAddresses({ keyrings, profiles, tunnels }: DeviceScript, roots: readonly Growing[]): void {
  const used: readonly (readonly [string, string | null])[] = [
    ...keyrings.flatMap(({ peers }) => peers.map(({ address }) => ['address', address] as const)),
    ...profiles.flatMap(({ matchIdentityRemote }) =>
      matchIdentityRemote
        .filter((match) => match.startsWith('address '))
        .map((match) => ['match identity remote address', match.slice('address '.length)] as const),
    ),
    ...tunnels.map(({ destination }) => ['tunnel destination', destination] as const),
  ];
  for (const [keyword, value] of used) {
    if (value === null || value.split(' ').every((part) => addressNumber(part) !== null)) continue;
    const line = `${keyword} ${value}`;
    refuse(lineOf(roots, line), line, 'holds no address');
  }
}

/**
 * Parses a script. Throws `Refused` with the line number for unresolved placeholders, unknown commands, a physical
 * interface, the default route, references that lead nowhere, and ends that are no addresses; and if no tunnel is in it.
 */
export function parseDeviceScript(text: string): DeviceScript {
  const roots = grow(text);
  const script: Mutable = structuredClone(emptyScript) as unknown as Mutable;
  for (const root of roots) take(root, script, roots);
  if (script.tunnels.length === 0) {
    throw new Refused({
      what: 'The device script holds no tunnel interface',
      next: otherScript,
    });
  }
  checkReferences(script, roots);
  checkAddresses(script, roots);
  return script;
}
