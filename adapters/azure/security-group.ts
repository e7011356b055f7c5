/** Network security groups: the wanted inbound rules are there; other rules of the group stay. */
import { paces } from '../../domain/poll-schedule.ts';
import type { SecurityRule } from '../../domain/security-rules.ts';
import { aimOf, differs, differsAsSet, type Aim, type Difference, type Wanted } from './aim.ts';
import { at, listAt, numberAt, textAt, textsAt } from './json.ts';
import { versions } from './versions.ts';

export function securityGroupAim(
  wanted: Wanted & { readonly rules: readonly SecurityRule[] },
  installation: string,
): Aim {
  return aimOf(wanted, installation, {
    kind: 'network security group',
    apiVersion: versions.network,
    pace: paces.quick,
    differences: (existing) => wanted.rules.flatMap((rule) => ruleDifferences(existing, rule)),
    body: (existing) => {
      const names = wanted.rules.map((rule) => rule.name.toLowerCase());
      const kept = listAt(existing, 'properties', 'securityRules').filter(
        (rule) => !names.includes(textAt(rule, 'name').toLowerCase()),
      );
      return {
        properties: {
          securityRules: [
            ...kept.map((rule) => ({ name: textAt(rule, 'name'), properties: at(rule, 'properties') })),
            ...wanted.rules.map(ruleBody),
          ],
        },
      };
    },
  });
}

function ruleBody(rule: SecurityRule): object {
  return {
    name: rule.name,
    properties: {
      access: 'Allow',
      direction: 'Inbound',
      priority: rule.priority,
      protocol: rule.protocol,
      ...oneOrMany('sourceAddressPrefix', rule.sourcePrefixes),
      sourcePortRange: '*',
      destinationAddressPrefix: '*',
      ...oneOrMany('destinationPortRange', rule.destinationPorts),
    },
  };
}

/** Azure takes a single value and a list in two properties of which one must be absent or empty. */
function oneOrMany(name: string, values: readonly string[]): object {
  const plural = name.endsWith('Prefix') ? `${name}es` : `${name}s`;
  const [first] = values;
  return values.length === 1 ? { [name]: first } : { [plural]: values };
}

function valuesOf(rule: unknown, name: string): string[] {
  const plural = name.endsWith('Prefix') ? `${name}es` : `${name}s`;
  const single = textAt(rule, 'properties', name);
  return [...(single === '' ? [] : [single]), ...textsAt(rule, 'properties', plural)];
}

function ruleDifferences(group: unknown, rule: SecurityRule): Difference[] {
  const found = listAt(group, 'properties', 'securityRules').find(
    (other) => textAt(other, 'name').toLowerCase() === rule.name.toLowerCase(),
  );
  if (found === undefined) return differs(`rule ${rule.name}`, '', 'present', 'put');
  const property = (name: string) => textAt(found, 'properties', name);
  return [
    ...differs(`access of ${rule.name}`, property('access'), 'Allow', 'put'),
    ...differs(`direction of ${rule.name}`, property('direction'), 'Inbound', 'put'),
    ...differs(`protocol of ${rule.name}`, property('protocol'), rule.protocol, 'put'),
    ...differs(`priority of ${rule.name}`, `${numberAt(found, 'properties', 'priority')}`, `${rule.priority}`, 'put'),
    ...differsAsSet(
      `sources of ${rule.name}`,
      valuesOf(found, 'sourceAddressPrefix').map(asPrefix),
      rule.sourcePrefixes.map(asPrefix),
      'put',
    ),
    ...differsAsSet(`ports of ${rule.name}`, valuesOf(found, 'destinationPortRange'), rule.destinationPorts, 'put'),
  ];
}

/** Azure answers a host as `a.b.c.d` or as `a.b.c.d/32`. */
function asPrefix(source: string): string {
  return source.endsWith('/32') ? source.slice(0, -3) : source;
}
