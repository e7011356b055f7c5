/** Rules of a network security group as resources of their own; they are kept inside their group. */
import { ArmError } from '../errors.ts';
import { type JsonObject, objectAt } from '../json.ts';
import { longReply } from './replies.ts';
import { locationOf, refuseIfBusy } from '../resources/resources.ts';
import type { Operation } from '../store/operations.ts';
import type { Resource } from '../store/store.ts';
import { readRule, refuseRuleClash, rulesOf, securityGroupSpec, showRule } from '../types/security-group.ts';
import type { Reply, Request, World } from '../world.ts';

const nameOf = (rule: JsonObject): string => (typeof rule['name'] === 'string' ? rule['name'] : '');
const isNamed =
  (name: string) =>
  (rule: JsonObject): boolean =>
    nameOf(rule).toLowerCase() === name.toLowerCase();

/** Writes the group's rules; the operation is the group's, as it is Azure's. */
function write(world: World, group: Resource, rules: JsonObject[], verb: 'Put' | 'Delete'): Operation {
  refuseRuleClash(rules);
  refuseIfBusy(world, [group.id]);
  group.body = { ...group.body, properties: { ...objectAt(group.body, 'properties'), securityRules: rules } };
  group.state = 'Updating';
  world.store.save(group);
  return world.operations.start({
    kind: 'put',
    name: `${verb}SecurityRuleOperation`,
    target: group.id,
    location: locationOf(world, group),
    generation: group.generation,
    locks: [group.id],
    hintSeconds: securityGroupSpec.hintSeconds,
    seconds: securityGroupSpec.seconds.update ?? [0, 0],
    data: { created: false },
  });
}

/** `…/securityRules/{name}` of an existing group; undefined: the method is not modelled. */
export function answerRule(world: World, request: Request, group: Resource, name: string): Reply | undefined {
  const rules = rulesOf(group);
  const existing = rules.find(isNamed(name));
  switch (request.method) {
    case 'GET':
      if (existing === undefined)
        throw new ArmError(404, 'NotFound', `Resource ${group.id}/securityRules/${name} not found.`);
      return { status: 200, body: showRule(group, existing, 'securityRules') };
    case 'PUT': {
      const wanted = readRule(group.id, { ...request.body, name: existing === undefined ? name : nameOf(existing) });
      const operation = write(world, group, [...rules.filter((rule) => rule !== existing), wanted], 'Put');
      const status = existing === undefined ? 201 : 200;
      return longReply(world, request, operation, status, showRule(group, wanted, 'securityRules'));
    }
    case 'DELETE': {
      if (existing === undefined) return { status: 204 };
      const left = rules.filter((rule) => rule !== existing);
      return longReply(world, request, write(world, group, left, 'Delete'), 202);
    }
    default:
      return undefined;
  }
}

/** A group's own rules. */
export function answerRules(group: Resource): Reply {
  return { status: 200, body: { value: rulesOf(group).map((rule) => showRule(group, rule, 'securityRules')) } };
}
