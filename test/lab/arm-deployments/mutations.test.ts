/** Thousands of templates that somebody got wrong: each is refused or deployed, and none is more than the lab can take. */
import assert from 'node:assert/strict';
import { seededDraw } from '../../../lab/clock.ts';
import { ArmError } from '../../../lab/arm/errors.ts';
import { type Json, type JsonObject, isObject } from '../../../lab/arm/json.ts';
import { textOf, withBench } from '../arm-types/world.ts';
import { ask, deployment, group, network, shown, subnet } from './support.ts';

const draw = seededDraw('mutations');
let drawn = 0;
const below = (limit: number): number => Math.floor(draw(`m${(drawn += 1)}`) * limit);

const oddities: readonly Json[] = [
  null,
  7,
  -1,
  '',
  true,
  [],
  {},
  [[]],
  "[reference('g')]",
  "[reference('v').a.b]",
  "[parameters('p')]",
  "[variables('a')]",
  "[variables('b')]",
  "[concat(parameters('p'), copyIndex())]",
  "[resourceId('Microsoft.Network/virtualNetworks', 'v')]",
  "[createObject('__proto__', 1, 'constructor', range(0, 10000))]",
  '[json(\'{"__proto__": {"x": 1}}\')]',
  "[replace(padLeft('', 999, 'x'), 'x', padLeft('', 999))]",
  '[[[',
  '[if(true(), 1)]',
  '[string(resourceGroup())]',
  'Microsoft.Network/virtualNetworks/subnets',
  'a/b/c',
  '\u0000\ud800',
];

const start: JsonObject = {
  parameters: {
    p: { type: 'string', defaultValue: 'x' },
    s: { type: 'securestring', defaultValue: "[parameters('p')]" },
  },
  variables: { a: "[variables('b')]", b: ['one', { two: 2 }], copy: [{ name: 'c', count: 2, input: '[copyIndex()]' }] },
  resources: [
    group('g', { copy: { name: 'loop', count: 2 }, condition: true, tags: { t: "[variables('a')[0]]" } }),
    network('v', { dependsOn: ['loop'], resources: [{ ...subnet('n'), type: 'subnets', dependsOn: ['v'] }] }),
    subnet('v/s', { dependsOn: ['v'], properties: { addressPrefix: '10.0.2.0/24' } }),
  ],
  outputs: { o: { type: 'object', value: "[reference('v')]" } },
};

/** Replaces, adds or takes away something somewhere inside. */
function mutate(value: Json): Json {
  const odd = oddities[below(oddities.length)] ?? null;
  if (Array.isArray(value) && value.length > 0 && below(4) > 0) {
    const at = below(value.length);
    return value.map((item, index) => (index === at ? mutate(item) : item));
  }
  if (isObject(value) && Object.keys(value).length > 0 && below(5) > 0) {
    const keys = Object.keys(value);
    const key = keys[below(keys.length)] ?? '';
    const { [key]: member, ...rest } = value;
    if (below(8) === 0) return rest;
    return { ...rest, [below(12) === 0 && typeof odd === 'string' ? odd : key]: mutate(member ?? null) };
  }
  return odd;
}

describe('templates that somebody got wrong', () => {
  it('are refused in Azure’s form or deployed, to the end', () => {
    const ends = new Map<string, number>();
    for (let round = 0; round < 40; round += 1) {
      withBench((one) => {
        for (let each = 0; each < 25; each += 1) {
          let template: Json = start;
          for (let times = 1 + below(3); times > 0; times -= 1) template = mutate(template);
          let end: string;
          try {
            ask(one, 'PUT', 'main', deployment(template as JsonObject));
            for (let rounds = 0; rounds < 8; rounds += 1) one.pass(60);
            end = textOf(shown(one)['provisioningState']);
            assert.doesNotMatch(JSON.stringify(shown(one)), /InternalServerError/, JSON.stringify(template));
          } catch (error) {
            if (!(error instanceof ArmError)) throw new Error(JSON.stringify(template), { cause: error });
            end = error.code;
          }
          ends.set(end, (ends.get(end) ?? 0) + 1);
        }
      });
    }
    for (const end of ['Succeeded', 'Failed', 'InvalidTemplate']) assert.ok((ends.get(end) ?? 0) > 0, end);
    assert.equal(ends.get('Running'), undefined);
    assert.equal(({} as { x?: unknown }).x, undefined);
  });

  it('with variables that need each other thousands deep, or references where none can be, are refused', () => {
    withBench((one) => {
      const nested = (inner: Json): Json => Array.from({ length: 150 }).reduce<Json>((value) => [value], inner);
      const variables = Object.fromEntries(
        Array.from({ length: 512 }, (_, index) => [`v${index}`, nested(`[variables('v${index + 1}')]`)]),
      );
      const deep = deployment({ variables, outputs: { o: { type: 'string', value: "[variables('v0')]" } } });
      assert.throws(() => ask(one, 'PUT', 'main', deep), /nested too deep/);
      const many = deployment({ variables: { ...variables, more: 1 } });
      assert.throws(() => ask(one, 'PUT', 'main', many), /variables limit exceeded. Limit: '512'/);
      const early = { parameters: { p: { type: 'string', defaultValue: "[reference('x').y]" } } };
      assert.throws(() => ask(one, 'PUT', 'main', deployment(early)), /'reference' is not expected/);
    });
  });
});
