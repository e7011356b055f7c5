/**
 * Names, tunnel numbers and tunnel addresses stay when they are free or already ours, and change when somebody else
 * has them. Ours is what names the gateway's address, or holds nothing but what we would put there ourselves: that is
 * how a run that was broken off is recognised and goes on.
 */
import { findSection } from '../config-tree.ts';
import type { ConfigNode, ConfigTree } from '../config-tree.ts';
import { lineKey } from '../normal-form.ts';
import { sections } from '../script/device-script.ts';
import type { DeviceScript } from '../script/device-script.ts';
import type { Rewrite, RouterState } from './intent.ts';

export interface Settled {
  readonly script: DeviceScript;
  readonly rewrites: readonly Rewrite[];
  readonly adjustments: readonly string[];
}

/** Whether the section holds nothing beyond what is wanted. A key that is shown encrypted counts as the wanted one. */
function isPart(existing: ConfigNode, wanted: ConfigNode): boolean {
  return existing.children.every((child) => {
    const key = lineKey(existing.line, child.line);
    const same = wanted.children.find(({ line }) => lineKey(wanted.line, line) === key);
    if (same === undefined) return false;
    if (/^pre-shared-key(?: local| remote)? 6 /.test(child.line)) return true;
    return same.line === child.line && isPart(child, same);
  });
}

/** What belongs to the connection because it names the gateway. */
interface Belongings {
  readonly tunnels: ReadonlyMap<string, string>;
  readonly ipsecProfiles: ReadonlySet<string>;
  readonly transformSets: ReadonlySet<string>;
  names(node: ConfigNode): boolean;
}

function valueIn(node: ConfigNode, keyword: string): string | undefined {
  return node.children.find(({ line }) => line.startsWith(`${keyword} `))?.line.slice(keyword.length + 1);
}

/** Names that `users` alone refer to by `keyword`, and no other section does. */
function usedOnlyBy(users: readonly ConfigNode[], others: readonly ConfigNode[], keyword: string): ReadonlySet<string> {
  const foreign = new Set(others.map((node) => valueIn(node, keyword)));
  return new Set(users.flatMap((node) => valueIn(node, keyword) ?? []).filter((name) => !foreign.has(name)));
}

function belongingsOf(running: ConfigTree, gateways: readonly string[]): Belongings {
  const isOurs = (node: ConfigNode): boolean => gateways.includes(valueIn(node, 'tunnel destination') ?? '');
  const interfaces = running.filter(({ line }) => /^interface Tunnel\d+$/.test(line));
  const tunnels = interfaces.filter(isOurs);
  const ipsecProfiles = usedOnlyBy(
    tunnels,
    interfaces.filter((node) => !isOurs(node)),
    'tunnel protection ipsec profile',
  );
  const profileNodes = running.filter(({ line }) => line.startsWith('crypto ipsec profile '));
  const ourProfile = ({ line }: ConfigNode): boolean => ipsecProfiles.has(line.split(' ')[3] ?? '');
  const transformSets = usedOnlyBy(
    profileNodes.filter(ourProfile),
    profileNodes.filter((node) => !ourProfile(node)),
    'set transform-set',
  );
  return {
    tunnels: new Map(tunnels.map((node) => [valueIn(node, 'tunnel destination') ?? '', node.line.split(' ')[1] ?? ''])),
    ipsecProfiles,
    transformSets,
    names: (node) => {
      const lines = [node, ...node.children].flatMap(({ children }) => children.map(({ line }) => line));
      return gateways.some((gateway) =>
        lines.some((line) => new RegExp(`^(address|match identity remote address) ${gateway}( |$)`).test(line)),
      );
    },
  };
}

const mostCandidates = 99;

/** The wanted name if it is free or ours, else the first of its successors that is ours, else the first that is free. */
function pick(candidates: readonly string[], running: ConfigTree, ours: (name: string, node: ConfigNode) => boolean) {
  const existing = candidates.map((name) => ({ name, node: findSection(running, name) }));
  const mine = existing.find(({ name, node }) => node !== undefined && ours(name, node));
  return (mine ?? existing.find(({ node }) => node === undefined))?.name ?? candidates[0]!;
}

class Settlement {
  readonly running: ConfigTree;
  readonly belongings: Belongings;
  readonly adjustments: string[] = [];
  /** Old and new section headers. */
  readonly renamed = new Map<string, string>();

  constructor(running: ConfigTree, gateways: readonly string[]) {
    this.running = running;
    this.belongings = belongingsOf(running, gateways);
  }

  /** New names by old ones; `render` gives the section under a name. */
  settle<Value extends { readonly name: string }>(
    values: readonly Value[],
    render: (value: Value) => ConfigNode,
    isMine: (node: ConfigNode, name: string) => boolean = () => false,
  ): Map<string, Value> {
    const settled = new Map<string, Value>();
    for (const value of values) {
      const [own = '', ...rest] = value.name.split(' ');
      const named = (name: string): Value => ({ ...value, name: [name, ...rest].join(' ') });
      const names = Array.from({ length: mostCandidates }, (_, index) => (index === 0 ? own : `${own}-${index + 1}`));
      const headers = new Map(names.map((name) => [render(named(name)).line, name]));
      const header = pick([...headers.keys()], this.running, (candidate, node) => {
        const name = headers.get(candidate)!;
        return isMine(node, name) || (node.line === candidate && isPart(node, render(named(name))));
      });
      const name = headers.get(header)!;
      if (name !== own) {
        this.adjustments.push(`\`${render(value).line}\` is called ${name}: ${own} is taken`);
        this.renamed.set(render(value).line, header);
      }
      settled.set(own, named(name));
    }
    return settled;
  }
}

function nameOf(settled: ReadonlyMap<string, { readonly name: string }>, old: string | null): string | null {
  return old === null ? null : (settled.get(old)?.name.split(' ')[0] ?? old);
}

type Tunnel = DeviceScript['tunnels'][number];

/** `Tunnel11`, `Tunnel12`, … without those that an earlier tunnel of the script took. */
function tunnelCandidates(own: string, asked: number | undefined, taken: readonly string[]): string[] {
  const first = asked ?? Number(/\d+/.exec(own)?.[0] ?? 11);
  const count = asked === undefined ? mostCandidates : 1;
  return Array.from({ length: count }, (_, index) => `Tunnel${first + index}`).filter((name) => !taken.includes(name));
}

function settleTunnels(
  settlement: Settlement,
  tunnels: readonly Tunnel[],
  state: RouterState,
  numbers: readonly number[],
): Tunnel[] {
  const settled: Tunnel[] = [];
  for (const [index, tunnel] of tunnels.entries()) {
    const known = settlement.belongings.tunnels.get(tunnel.destination ?? '');
    const candidates = tunnelCandidates(
      tunnel.name,
      numbers[index],
      settled.map(({ name }) => name),
    ).map((name) => `interface ${name}`);
    const header =
      known === undefined
        ? pick(candidates, settlement.running, (name, node) =>
            isPart(node, sections.tunnels.render({ ...tunnel, name: name.slice('interface '.length) })),
          )
        : `interface ${known}`;
    const name = header.slice('interface '.length);
    if (name !== tunnel.name) {
      settlement.adjustments.push(`${tunnel.name} of the script is ${name} on this router`);
      settlement.renamed.set(`interface ${tunnel.name}`, header);
    }
    const ipAddress = freeAddress(tunnel, name, state, settled);
    if (ipAddress !== tunnel.ipAddress)
      settlement.adjustments.push(`${name} has the address ${ipAddress ?? ''}: ${tunnel.ipAddress ?? ''} is taken`);
    settled.push({ ...tunnel, name, ipAddress });
  }
  return settled;
}

/** A link-local host address of the script that another interface has gives way to the next one. */
function freeAddress(tunnel: Tunnel, name: string, state: RouterState, settled: readonly Tunnel[]): string | null {
  const [address, mask] = tunnel.ipAddress?.split(' ') ?? [];
  if (address === undefined || mask !== '255.255.255.255') return tunnel.ipAddress;
  const taken = new Set([
    ...state.interfaces.filter((one) => one.name !== name).map((one) => one.address),
    ...settled.map((one) => one.ipAddress?.split(' ')[0]),
  ]);
  const [start, last] = [address.slice(0, address.lastIndexOf('.')), Number(address.split('.')[3])];
  for (let host = last; host < 255; host++) {
    if (!taken.has(`${start}.${host}`)) return `${start}.${host} ${mask}`;
  }
  return tunnel.ipAddress;
}

function withLabels(rewrites: readonly Rewrite[], renamed: ReadonlyMap<string, string>): Rewrite[] {
  return rewrites.map((rewrite) => {
    const [section = '', line = ''] = rewrite.where.split(' / ');
    return { ...rewrite, where: `${renamed.get(section) ?? section} / ${line}` };
  });
}

/** The script under the names, numbers and addresses that it has on this router. */
export function settleNames(
  script: DeviceScript,
  rewrites: readonly Rewrite[],
  state: RouterState,
  wanted: { readonly gatewayAddresses: readonly string[]; readonly tunnelNumbers: readonly number[] },
): Settled {
  const settlement = new Settlement(state.running, wanted.gatewayAddresses);
  const { belongings } = settlement;
  const proposals = settlement.settle(script.proposals, sections.proposals.render);
  const policies = settlement.settle(
    script.policies.map((policy) => ({
      ...policy,
      proposals: policy.proposals.map((name) => nameOf(proposals, name) ?? name),
    })),
    sections.policies.render,
  );
  const keyrings = settlement.settle(script.keyrings, sections.keyrings.render, belongings.names);
  const profiles = settlement.settle(
    script.profiles.map((profile) => ({ ...profile, keyringLocal: nameOf(keyrings, profile.keyringLocal) })),
    sections.profiles.render,
    belongings.names,
  );
  const transformSets = settlement.settle(script.transformSets, sections.transformSets.render, (_, name) =>
    belongings.transformSets.has(name),
  );
  const ipsecProfiles = settlement.settle(
    script.ipsecProfiles.map((profile) => ({
      ...profile,
      ikev2Profile: nameOf(profiles, profile.ikev2Profile),
      transformSet: nameOf(transformSets, profile.transformSet),
    })),
    sections.ipsecProfiles.render,
    (_, name) => belongings.ipsecProfiles.has(name),
  );
  const protectedTunnels = script.tunnels.map((tunnel) => ({
    ...tunnel,
    protection: nameOf(ipsecProfiles, tunnel.protection),
  }));
  const tunnels = settleTunnels(settlement, protectedTunnels, state, wanted.tunnelNumbers);
  const numberOf = new Map(script.tunnels.map(({ name }, index) => [name, tunnels[index]!.name]));
  return {
    script: {
      ...script,
      proposals: [...proposals.values()],
      policies: [...policies.values()],
      keyrings: [...keyrings.values()],
      profiles: [...profiles.values()],
      transformSets: [...transformSets.values()],
      ipsecProfiles: [...ipsecProfiles.values()],
      tunnels,
      routes: script.routes.map((route) => ({ ...route, via: numberOf.get(route.via) ?? route.via })),
    },
    rewrites: withLabels(rewrites, settlement.renamed),
    adjustments: settlement.adjustments,
  };
}
