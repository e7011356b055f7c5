/** Network security groups: whether the first packet of a flow passes (azure.md, 1.1). Later packets follow it. */
import type { Flow, Verdict } from '../../ports.ts';
import { contains, isPrivate } from '../address.ts';
import { type JsonObject, numberAt, textAt, textsAt } from '../json.ts';
import type { Resource } from '../store/store.ts';
import { defaultRules, rulesOf } from '../types/security-group.ts';

export interface Interface {
  /** The NIC's own address, to which Azure translates before it judges. */
  readonly privateAddress: string;
  readonly hasStandardAddress: boolean;
  /** Prefixes that the tag VirtualNetwork stands for: the VNet's, and those that its gateway reaches. */
  readonly virtualNetwork: readonly string[];
  readonly subnetGroup: Resource | undefined;
  readonly nicGroup: Resource | undefined;
}

/** Azure's platform address, from which its load balancers probe. */
const platform = '168.63.129.16';

function tagCovers(tag: string, address: string, at: Interface): boolean {
  const inside = at.virtualNetwork.some((prefix) => contains(prefix, address)) || address === platform;
  switch (tag.toLowerCase()) {
    case 'virtualnetwork':
      return inside;
    case 'internet':
      return !inside && !isPrivate(address);
    case 'azureloadbalancer':
      return address === platform;
    case 'azurecloud':
      // The lab's public addresses; see address-pool.ts.
      return contains('20.0.0.0/8', address);
    default:
      return false;
  }
}

function side(rule: JsonObject, name: 'source' | 'destination', address: string, at: Interface): boolean {
  const single = textAt(rule, `properties.${name}AddressPrefix`) ?? '';
  const all = [...(single === '' ? [] : [single]), ...(textsAt(rule, `properties.${name}AddressPrefixes`) ?? [])];
  return all.some((item) => item === '*' || contains(item, address) || tagCovers(item, address, at));
}

function portCovers(range: string, port: number): boolean {
  if (range === '*') return true;
  const [low = Number.NaN, high = low] = range.split('-').map(Number);
  return port >= low && port <= high;
}

function ports(rule: JsonObject, name: 'source' | 'destination', port: number): boolean {
  const single = textAt(rule, `properties.${name}PortRange`) ?? '';
  const all = [...(single === '' ? [] : [single]), ...(textsAt(rule, `properties.${name}PortRanges`) ?? [])];
  return all.length === 0 || all.some((range) => portCovers(range, port));
}

/** IKE speaks from the port that it speaks to; every other source port is chosen by chance, which only `*` covers. */
const sourcePort = (flow: Flow): number =>
  flow.protocol === 'Udp' && [500, 4500].includes(flow.port) ? flow.port : -1;

function covers(rule: JsonObject, flow: Flow, at: Interface): boolean {
  const protocol = textAt(rule, 'properties.protocol') ?? '*';
  if (textAt(rule, 'properties.direction') !== flow.direction) return false;
  if (protocol !== '*' && protocol.toLowerCase() !== flow.protocol.toLowerCase()) return false;
  const [source, destination] =
    flow.direction === 'Inbound' ? [flow.remoteAddress, at.privateAddress] : [at.privateAddress, flow.remoteAddress];
  if (!side(rule, 'source', source, at) || !side(rule, 'destination', destination, at)) return false;
  const ported = flow.protocol === 'Tcp' || flow.protocol === 'Udp';
  return !ported || (ports(rule, 'destination', flow.port) && ports(rule, 'source', sourcePort(flow)));
}

function judgeGroup(group: Resource, flow: Flow, at: Interface): Verdict {
  const priority = (rule: JsonObject): number => numberAt(rule, 'properties.priority') ?? 0;
  const rules = [...rulesOf(group), ...defaultRules].toSorted((one, other) => priority(one) - priority(other));
  const found = rules.find((rule) => covers(rule, flow, at));
  const allowed = found !== undefined && textAt(found, 'properties.access') === 'Allow';
  return { allowed, rule: `${group.name}/${(found === undefined ? undefined : textAt(found, 'name')) ?? 'none'}` };
}

/** Inbound the subnet's group is asked first, outbound the NIC's; the first that denies decides. */
export function judge(flow: Flow, face: Interface): Verdict {
  const at = { ...face, virtualNetwork: [...face.virtualNetwork, ...(flow.learned ?? [])] };
  const order = flow.direction === 'Inbound' ? [at.subnetGroup, at.nicGroup] : [at.nicGroup, at.subnetGroup];
  const groups = order.filter((group) => group !== undefined);
  if (groups.length === 0) {
    const outside = !tagCovers('VirtualNetwork', flow.remoteAddress, at);
    const closed = flow.direction === 'Inbound' && at.hasStandardAddress && outside;
    return { allowed: !closed, rule: 'no network security group' };
  }
  const verdicts = groups.map((group) => judgeGroup(group, flow, at));
  return verdicts.find((verdict) => !verdict.allowed) ?? verdicts.at(-1) ?? { allowed: false, rule: 'none' };
}
