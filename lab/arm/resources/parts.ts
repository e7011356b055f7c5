/** What Azure lets one read of a resource by itself and the lab keeps inside it, or never has any of. */
import { ArmError, notModelled } from '../errors.ts';
import { type JsonObject, textAt } from '../json.ts';
import type { Resource } from '../store/store.ts';
import { showIpConfigurations } from '../types/network-interface.ts';
import { defaultRules, showRule } from '../types/security-group.ts';
import type { Reply } from '../world.ts';

const none = (): JsonObject[] => [];

/** By lower-cased `type/part`: all parts of a resource. */
const parts: ReadonlyMap<string, (resource: Resource) => JsonObject[]> = new Map<
  string,
  (resource: Resource) => JsonObject[]
>([
  [
    'microsoft.network/networksecuritygroups/defaultsecurityrules',
    (group) => defaultRules.map((rule) => showRule(group, rule, 'defaultSecurityRules')),
  ],
  ['microsoft.network/networkinterfaces/ipconfigurations', showIpConfigurations],
  // Nothing that would make one of these can be made in the lab.
  ['microsoft.network/networkinterfaces/loadbalancers', none],
  ['microsoft.network/virtualnetworks/virtualnetworkpeerings', none],
  ['microsoft.network/virtualnetworkgateways/natrules', none],
  ['microsoft.compute/virtualmachines/extensions', none],
]);

/**
 * A GET of all parts, or of one by name; undefined: no such parts are known.
 * @throws ArmError 404 for a part that is not there
 */
export function readPart(resource: Resource, [kind = '', name, ...more]: readonly string[]): Reply | undefined {
  const all = parts.get(`${resource.type}/${kind}`.toLowerCase())?.(resource);
  if (all === undefined) return undefined;
  if (name === undefined) return { status: 200, body: { value: all } };
  if (more.length > 0) throw notModelled(`GET ${resource.type}/${kind}/${more.join('/')}`);
  const found = all.find((part) => textAt(part, 'name')?.toLowerCase() === name.toLowerCase());
  if (found === undefined) throw new ArmError(404, 'NotFound', `Resource ${resource.id}/${kind}/${name} not found.`);
  return { status: 200, body: found };
}
