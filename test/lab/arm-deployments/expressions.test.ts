/** The template language of deployments, function by function. */
import assert from 'node:assert/strict';
import { type Scope, evaluateValue } from '../../../lab/arm/deployments/evaluate.ts';
import { newBudget } from '../../../lab/arm/deployments/limits.ts';
import { TemplateError } from '../../../lab/arm/deployments/template-error.ts';
import type { Json } from '../../../lab/arm/json.ts';
import { textOf } from '../arm-types/world.ts';

function scope(): Scope {
  const functions: Scope['functions'] = new Map([
    [
      'parameters',
      ([name]) => ({ text: 'abc', list: [1, 2, 3], object: { Key: { inner: 'deep' } } })[textOf(name)] ?? null,
    ],
  ]);
  return {
    functions,
    turns: [
      { name: 'outer', index: 4 },
      { name: 'inner', index: 1 },
    ],
    lenient: false,
    budget: newBudget(),
  };
}

const value = (text: Json): Json => evaluateValue(text, scope());

describe('expressions of templates', () => {
  const cases: readonly (readonly [expression: string, result: Json])[] = [
    ['plain', 'plain'],
    ['[[escaped]', '[escaped]'],
    ['[not closed', '[not closed'],
    ["['it''s']", "it's"],
    ['[42]', 42],
    ["[parameters('text')]", 'abc'],
    ["[ parameters( 'object' ).key.inner ]", 'deep'],
    ["[parameters('object')['KEY'].inner]", 'deep'],
    ["[parameters('list')[1]]", 2],
    ["[cidrSubnet('10.144.0.0/20', 24, 1)]", '10.144.1.0/24'],
    ["[cidrHost('10.144.3.0/24', 1)]", '10.144.3.2'],
    ["[cidrHost('10.0.0.0/31', 1)]", '10.0.0.1'],
    [
      "[parseCidr('10.144.0.5/20')]",
      {
        network: '10.144.0.0',
        netmask: '255.255.240.0',
        broadcast: '10.144.15.255',
        firstUsable: '10.144.0.1',
        lastUsable: '10.144.15.254',
        cidr: 20,
      },
    ],
    ["[pickZones('Microsoft.Network', 'publicIPAddresses', 'Japan East', 3)]", ['1', '2', '3']],
    ["[pickZones('Microsoft.Network', 'publicIPAddresses', 'westus')]", []],
    ['[flatten(createArray(createArray(1), createArray(2, 3)))]', [1, 2, 3]],
    ['[intersection(createArray(1, 2, 3), createArray(3, 2))]', [2, 3]],
    ["[intersection(createObject('a', 1, 'b', 2), createObject('a', 1, 'b', 3))]", { a: 1 }],
    [
      "[items(createObject('b', 1, 'a', 2))]",
      [
        { key: 'a', value: 2 },
        { key: 'b', value: 1 },
      ],
    ],
    ["[objectKeys(parameters('object'))]", ['Key']],
    ["[tryGet(parameters('object'), 'key', 'inner')]", 'deep'],
    ["[tryGet(parameters('object'), 'none', 'inner')]", null],
    ["[tryGet(parameters('list'), 7)]", null],
    ["[map(parameters('list'), lambda('x', add(lambdaVariables('x'), 1)))]", [2, 3, 4]],
    ["[map(parameters('list'), lambda('x', 'i', mul(lambdaVariables('X'), lambdaVariables('i'))))]", [0, 2, 6]],
    [
      "[map(range(0, 2), lambda('a', map(range(0, 2), lambda('b', add(lambdaVariables('a'), lambdaVariables('b'))))))]",
      [
        [0, 1],
        [1, 2],
      ],
    ],
    ["[filter(parameters('list'), lambda('x', greater(lambdaVariables('x'), 1)))]", [2, 3]],
    ["[sort(parameters('list'), lambda('a', 'b', greater(lambdaVariables('a'), lambdaVariables('b'))))]", [3, 2, 1]],
    ["[reduce(parameters('list'), 10, lambda('sum', 'x', add(lambdaVariables('sum'), lambdaVariables('x'))))]", 16],
    ["[toObject(createArray('a', 'b'), lambda('x', lambdaVariables('x')))]", { a: 'a', b: 'b' }],
    ["[toObject(createArray('a'), lambda('x', lambdaVariables('x')), lambda('x', 1))]", { a: 1 }],
    ["[mapValues(createObject('a', 1), lambda('x', add(lambdaVariables('x'), 1)))]", { a: 2 }],
    ["[PARAMETERS('text')]", 'abc'],
    ['[copyIndex()]', 1],
    ['[copyIndex(10)]', 11],
    ["[copyIndex('outer')]", 4],
    ["[copyIndex('outer', 2)]", 6],
    ["[concat('a', 1, true(), 'b')]", 'a1Trueb'],
    ['[concat(createArray(1), createArray(2, 3))]', [1, 2, 3]],
    ["[format('{0}-{1}{{}}', 'a', 7)]", 'a-7{}'],
    ["[if(equals(1, 1), 'yes', fail())]", 'yes'],
    ["[if(less('a', 'A'), fail(), 'no')]", 'no'],
    ['[if(greaterOrEquals(2, 2), lessOrEquals(3, 2), 0)]', false],
    ['[and(true(), not(false()), greater(2, 1))]', true],
    ['[or(false(), false())]', false],
    ["[equals(createObject('a', 1), json('{\"a\": 1}'))]", true],
    ["[length('four')]", 4],
    ["[length(parameters('object'))]", 1],
    ["[empty('')]", true],
    ['[empty(null())]', true],
    ["[empty(parameters('list'))]", false],
    ["[contains('abc', 'b')]", true],
    ["[contains(parameters('list'), 2)]", true],
    ["[contains(parameters('object'), 'kEY')]", true],
    ["[first('xyz')]", 'x'],
    ["[last(parameters('list'))]", 3],
    ["[take(parameters('list'), 2)]", [1, 2]],
    ["[skip('abcd', 1)]", 'bcd'],
    ["[substring('abcdef', 2, 3)]", 'cde'],
    ["[substring('abc', 1)]", 'bc'],
    ["[split('a,b;c', createArray(',', ';'))]", ['a', 'b', 'c']],
    ["[split('a-b', '-')]", ['a', 'b']],
    ["[join(createArray('a', 2), '/')]", 'a/2'],
    ["[replace('a.b.c', '.', '$&')]", 'a$&b$&c'],
    ["[toUpper(toLower('Ab'))]", 'AB'],
    ["[trim('  x ')]", 'x'],
    ["[startsWith('Hello', 'he')]", true],
    ["[endsWith('Hello', 'LO')]", true],
    ["[indexOf('banana', 'AN')]", 1],
    ["[lastIndexOf('banana', 'an')]", 3],
    ["[padLeft(7, 3, '0')]", '007'],
    ["[string(createArray(1, 'a'))]", '[1,"a"]'],
    ["[int('12')]", 12],
    ["[bool('True')]", true],
    ['[bool(0)]', false],
    ["[array('x')]", ['x']],
    ['[range(3, 2)]', [3, 4]],
    ['[add(mul(3, 4), sub(1, 2))]', 11],
    ['[div(7, 2)]', 3],
    ['[mod(7, 2)]', 1],
    ['[min(3, 1, 2)]', 1],
    ["[max(parameters('list'))]", 3],
    ['[coalesce(null(), 5)]', 5],
    ["[union(createObject('a', 1), createObject('b', 2))]", { a: 1, b: 2 }],
    ['[union(createArray(1, 2), createArray(2, 3))]', [1, 2, 3]],
    ["[base64ToString(base64('héllo'))]", 'héllo'],
    ["[uri('https://h/a/b', 'c')]", 'https://h/a/c'],
    ["[uriComponent('a b/c')]", 'a%20b%2Fc'],
  ];
  for (const [expression, result] of cases) {
    it(`work out ${expression}`, () => {
      assert.deepEqual(value(expression), result);
    });
  }

  it('stand in lists, in objects and in the names of members', () => {
    assert.deepEqual(value({ "[concat('n', 'ame')]": ["[toUpper('x')]", { deep: '[add(1, 1)]' }] }), {
      name: ['X', { deep: 2 }],
    });
  });

  it('copy a property as often as told', () => {
    const copied = value({
      copy: [{ name: 'rules', count: 2, input: { priority: "[add(100, copyIndex('rules'))]" } }],
      other: 1,
    });
    assert.deepEqual(copied, { rules: [{ priority: 100 }, { priority: 101 }], other: 1 });
  });

  it('make names that depend on their arguments alone', () => {
    assert.match(textOf(value("[uniqueString('a')]")), /^[a-z0-9]{13}$/);
    assert.equal(value("[uniqueString('a')]"), value("[uniqueString('a')]"));
    assert.notEqual(value("[guid('a')]"), value("[guid('b')]"));
  });

  const wrong: readonly (readonly [expression: string, says: RegExp])[] = [
    ["[map(parameters('list'), 1)]", /'map' expects a lambda/],
    ["[map(parameters('list'), lambda())]", /'lambda' has no body/],
    ["[map('x', lambda('x', 1))]", /'map' expects an array/],
    ["[filter(parameters('list'), lambda('x', 1))]", /'filter' gives no boolean/],
    ["[mapValues(1, lambda('x', 1))]", /'mapValues' expects an object/],
    ["[cidrSubnet('10.0.0.0/20', 16, 0)]", /outside of the network/],
    ["[cidrHost('10.0.0.0/30', 9)]", /outside of the network/],
    ["[parseCidr('nothing')]", /in CIDR notation/],
    ['[flatten(1)]', /expects an array/],
    ['[items(1)]', /expects an object/],
    ["[nothing('x')]", /The template function 'nothing' is not valid/],
    ["[contoso.function('x')]", /'contoso\.function' is not valid/],
    ["[concat('a']", /where it cannot stand/],
    ["[concat 'a']", /where it cannot stand/],
    ['[]', /'the end' where it cannot stand/],
    ["['a' 'b']", /'b' where it cannot stand/],
    ["[parameters('object').]", /where it cannot stand/],
    ['[#]', /unexpected character at position '0'/],
    ["[parameters('object').other]", /'other' doesn't exist, available properties are 'Key'/],
    ["[parameters('list')[7]]", /index '7' is out of bounds/],
    ["[parameters('text').x]", /can't be evaluated/],
    ["[copyIndex('none')]", /there is no such copy/],
    ['[if(1, 2, 3)]', /is no boolean/],
    ['[if(true(), 2)]', /takes three arguments/],
    ['[length(5)]', /expects a string, an array or an object as argument 1 and was given a number/],
    ["[add('1', 2)]", /expects an integer/],
    ['[div(1, 0)]', /is no integer/],
    ['[toLower()]', /was given nothing/],
    ["[not('x')]", /expects a boolean/],
    ['[first(1)]', /expects a string or an array/],
    ['[skip(true(), 1)]', /expects a string or an array/],
    ['[contains(1, 2)]', /expects a string, an array or an object/],
    ["[concat(createArray(1), 'x')]", /an array like the others/],
    ["[union(createArray(1), 'x')]", /like the others/],
    ["[createObject('a')]", /pairs of name and value/],
    ["[json('{')]", /is no JSON/],
    ["[int('x')]", /expects a string or an integer/],
    ["[bool('x')]", /expects a string or an integer/],
    ["[join('x', ',')]", /expects an array/],
    ["[substring('abc', 2, 5)]", /location within the string/],
    ['[range(0, 99999)]', /from 0 to 10000/],
    ["[padLeft('x', 9999)]", /out of range/],
    [`[${'string('.repeat(120)}1${')'.repeat(120)}]`, /nested deeper/],
    [`['${'x'.repeat(25_000)}']`, /longer than 24576/],
  ];
  for (const [expression, says] of wrong) {
    it(`refuse ${expression.slice(0, 60)}`, () => {
      assert.throws(
        () => value(expression),
        (error) => error instanceof TemplateError && says.test(error.message),
      );
    });
  }

  it('never make more than a deployment may hold', () => {
    const long = "[replace(padLeft('', 1000, 'x'), 'x', padLeft('', 1000, 'y'))]";
    assert.throws(() => value(long), /exceeds '131072' characters/);
    assert.throws(() => value(`[format('${'{0}'.repeat(200)}', padLeft('', 1000))]`), /exceeds the limit/);
    const many = Array.from({ length: 60 }, () => '[range(0, 10000)]');
    assert.throws(() => value(many), /more values than the lab takes/);
    let deep: Json = 'x';
    for (let level = 0; level < 250; level += 1) deep = [deep];
    assert.throws(() => value(deep), /nested deeper than 200/);
    assert.throws(() => value({ copy: [{ name: 'a', count: 9999, input: 1 }] }), /from 0 to 800/);
    assert.throws(() => value({ copy: [{ name: 'a' }] }), /name, count and input/);
    assert.throws(() => value({ '[1]': 2 }), /is no text/);
  });
});
