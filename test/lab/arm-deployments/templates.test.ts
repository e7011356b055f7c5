/** What is said of a template before anything of it is deployed. */
import assert from 'node:assert/strict';
import { ArmError } from '../../../lab/arm/errors.ts';
import { at } from '../../../lab/arm/json.ts';
import type { JsonObject } from '../../../lab/arm/json.ts';
import { csr, idOf, location, vmBody } from '../arm-types/samples.ts';
import { refused, textOf, withBench } from '../arm-types/world.ts';
import { ask, deploy, deployment, group, network, shown, subnet } from './support.ts';

const vm = (more: JsonObject): JsonObject => ({
  type: 'Microsoft.Compute/virtualMachines',
  apiVersion: '2024-11-01',
  name: 'router',
  ...vmBody({}, csr),
  ...more,
});

/** Templates that are refused, with what the refusal must say. */
const refusals: readonly (readonly [what: string, template: JsonObject, says: RegExp, parameters?: JsonObject])[] = [
  ['resources that are no list', { resources: 'x' }, /'resources' is neither a list nor an object/],
  ['a resource that is no object', { resources: ['x'] }, /is not an object/],
  ['a resource without a type', { resources: [group('a', { type: '' })] }, /no text as its property 'type'/],
  ['a resource without an api-version', { resources: [group('a', { apiVersion: 7 })] }, /property 'apiVersion'/],
  ['a name with too few segments', { resources: [subnet('only')] }, /incorrect segment lengths/],
  ['two of the same name', { resources: [group('a'), group('A')] }, /defined multiple times/],
  ['a dependency on nothing', { resources: [group('a', { dependsOn: ['b'] })] }, /'b' is not defined in the template/],
  ['dependencies that are no list', { resources: [group('a', { dependsOn: 'b' })] }, /'dependsOn' is not a list/],
  [
    'a circle',
    { resources: [group('a', { dependsOn: ['b'] }), group('b', { dependsOn: ['a'] })] },
    /Circular dependency detected on resource: '.*networkSecurityGroups\/a'/,
  ],
  ['a reference in a name', { resources: [group("[reference('x').y]")] }, /'reference' is not expected/],
  ['a reference to nothing', { resources: [group('a', { tags: { t: "[reference('x').y]" } })] }, /'x' is not defined/],
  ['a condition that is none', { resources: [group('a', { condition: 'yes' })] }, /'condition' is no boolean/],
  ['a copy without a name', { resources: [group('a', { copy: { count: 2 } })] }, /copy has no name/],
  ['a copy beyond the limit', { resources: [group('a', { copy: { name: 'c', count: 801 } })] }, /from 0 to 800/],
  ['an unknown parameter', { resources: [group("[parameters('p')]")] }, /template parameter 'p' is not found/],
  ['an unknown variable', { resources: [group("[variables('v')]")] }, /template variable 'v' is not found/],
  [
    'a variable of itself',
    { variables: { v: "[variables('v')]" }, resources: [group("[variables('v')]")] },
    /'v' is not/,
  ],
  [
    'a parameter without a value',
    { parameters: { p: { type: 'string' } } },
    /'p' at line '1' and column '1' is not provided/,
  ],
  ['a parameter without a type', { parameters: { p: {} } }, /is none of String/, { p: { value: 1 } }],
  ['a value of another type', { parameters: { p: { type: 'int' } } }, /value of type 'Int'/, { p: { value: 'x' } }],
  [
    'a value that is not allowed',
    { parameters: { p: { type: 'string', allowedValues: ['a'] } } },
    /allowed value\(s\): 'a'/,
    { p: { value: 'b' } },
  ],
  [
    'a text that is too short',
    { parameters: { p: { type: 'secureString', minLength: 8 } } },
    /from '8' to ''/,
    { p: { value: 'secret1' } },
  ],
  ['a number that is too large', { parameters: { p: { type: 'int', maxValue: 5 } } }, /to '5'/, { p: { value: 6 } }],
  ['a value for nothing', { parameters: {} }, /'q' in the parameters file are not valid/, { q: { value: 1 } }],
  ['a value from a key vault', { parameters: { p: { type: 'string' } } }, /key vault/, { p: { reference: {} } }],
  [
    'a default of itself',
    { parameters: { p: { type: 'string', defaultValue: "[parameters('p')]" } } },
    /'p' is not found/,
  ],
  ['an output without a type', { outputs: { o: { value: 1 } } }, /output 'o' has the type/],
  ['outputs that are none', { outputs: [] }, /'outputs' is not an object/],
  ['an output that is none', { outputs: { o: 1 } }, /output 'o' is not an object/],
  [
    'a resourceId without its name',
    { resources: [group("[resourceId('A/b')]")] },
    /requires '1' resource name argument/,
  ],
  ['an argument that is no text', { resources: [group('[resourceId(1)]')] }, /takes texts only/],
];

describe('templates', () => {
  for (const [what, template, says, parameters] of refusals) {
    it(`are refused for ${what}`, () => {
      withBench((one) => {
        const error = refused('InvalidTemplate', () => ask(one, 'PUT', 'main', deployment(template, parameters)));
        assert.match(error.message, /^Deployment template validation failed: '/);
        assert.match(error.message, says);
        assert.doesNotMatch(error.message, /secret1/);
      });
    });
  }

  const unfit: readonly (readonly [what: string, code: string, body: JsonObject])[] = [
    ['without properties', 'InvalidRequestContent', {}],
    ['without a mode', 'InvalidRequestContent', { properties: { template: {} } }],
    ['without a template', 'InvalidDeployment', { properties: { mode: 'Incremental' } }],
    ['with parameters that are none', 'InvalidTemplate', deployment({ parameters: [] })],
    ['in a mode of nobody', 'InvalidRequestContent', { properties: { mode: 'Some', template: {} } }],
    ['with a link', 'NotModelled', { properties: { mode: 'Incremental', templateLink: { uri: 'x' } } }],
    ['with functions of its own', 'NotModelled', deployment({ functions: [{ namespace: 'n' }] })],
    ['of a type that the lab does not hold', 'NotModelled', deployment({ resources: [group('a', { type: 'A.B/c' })] })],
    [
      'of a resource without a location',
      'LocationRequired',
      deployment({ resources: [group('a', { location: null })] }),
    ],
    [
      'to nowhere',
      'LocationNotAvailableForResourceType',
      deployment({ resources: [group('a', { location: 'moon' })] }),
    ],
    [
      'of an image whose terms nobody accepted',
      'MarketplacePurchaseEligibilityFailed',
      deployment({
        resources: [vm({ plan: { name: '17_3_3-byol', publisher: 'cisco', product: 'cisco-csr-1000v' } })],
      }),
    ],
  ];
  for (const [what, code, body] of unfit) {
    it(`are refused ${what} with ${code}, and nothing is kept`, () => {
      withBench((one) => {
        refused(code, () => ask(one, 'PUT', 'main', body));
        refused('DeploymentNotFound', () => ask(one, 'GET', 'main'));
      });
    });
  }

  it('are validated without being deployed', () => {
    withBench((one) => {
      const good = ask(one, 'POST', 'main/validate', deployment({ resources: [group('a')] })).body as JsonObject;
      assert.equal(at(good, 'properties.provisioningState'), 'Succeeded');
      assert.deepEqual(
        at(good, 'properties.validatedResources.0.id'),
        idOf('Microsoft.Network/networkSecurityGroups/a'),
      );
      assert.equal(one.world.store.get(idOf('Microsoft.Network/networkSecurityGroups/a')), undefined);
      const nowhere = deployment({ resources: [group('a', { location: 'moon' })] });
      const error = refused('InvalidTemplateDeployment', () => ask(one, 'POST', 'main/validate', nowhere));
      assert.equal(error.details[0]?.code, 'LocationNotAvailableForResourceType');
      refused('InvalidTemplate', () => ask(one, 'POST', 'main/validate', deployment({ resources: [1] })));
    });
  });

  it('make their parameters from defaults, each from others, and show no secret', () => {
    withBench((one) => {
      const properties = deploy(
        one,
        {
          parameters: {
            whole: { type: 'string', defaultValue: "[concat(parameters('part'), '-x')]" },
            part: { type: 'String', defaultValue: 'p' },
            secret: { type: 'securestring' },
            hidden: { type: 'secureObject', defaultValue: { key: 'value' } },
            when: { type: 'string', defaultValue: '[utcNow()]' },
            list: { type: 'array', defaultValue: [1] },
            is: { type: 'bool', defaultValue: true },
            id: { type: 'string', defaultValue: '[newGuid()]' },
          },
          outputs: {
            all: { type: 'string', value: "[concat(parameters('whole'), parameters('WHEN'))]" },
            key: { type: 'securestring', value: "[parameters('secret')]" },
            no: { type: 'string', condition: false, value: 'never' },
          },
        },
        { secret: { value: '[hidden from all]' } },
      );
      assert.equal(at(properties, 'parameters.whole.value'), 'p-x');
      assert.deepEqual(at(properties, 'parameters.secret'), { type: 'SecureString' });
      assert.deepEqual(at(properties, 'parameters.hidden'), { type: 'SecureObject' });
      assert.deepEqual(at(properties, 'outputs.key'), { type: 'SecureString' });
      assert.equal(at(properties, 'outputs.no'), undefined);
      assert.match(textOf(at(properties, 'outputs.all.value')), /^p-x\d{8}T\d{6}Z$/);
      assert.match(textOf(at(properties, 'parameters.id.value')), /^[0-9a-f-]{36}$/);
      assert.doesNotMatch(JSON.stringify(properties), /hidden from all/);
      const kept = JSON.stringify(one.world.store.get(idOf('Microsoft.Resources/deployments/main')));
      assert.doesNotMatch(kept, /hidden from all/);
    });
  });

  it('know the group, the subscription, the deployment and their variables', () => {
    withBench((one) => {
      const properties = deploy(one, {
        variables: {
          base: '[resourceGroup().location]',
          copy: [{ name: 'many', count: 2, input: "[concat('n', copyIndex('many'))]" }],
        },
        outputs: {
          where: { type: 'string', value: "[variables('base')]" },
          many: { type: 'array', value: "[variables('many')]" },
          who: { type: 'string', value: "[concat(subscription().displayName, '/', deployment().name)]" },
          other: {
            type: 'string',
            value: "[resourceId('West', 'Microsoft.Network/virtualNetworks/subnets', 'v', 's')]",
          },
          far: { type: 'string', value: "[resourceId('sub', 'rg', 'Microsoft.Network/virtualNetworks', 'v')]" },
          version: { type: 'string', value: "[providers('Microsoft.Network', 'virtualNetworks').apiVersions[0]]" },
        },
      });
      assert.equal(at(properties, 'outputs.where.value'), location);
      assert.deepEqual(at(properties, 'outputs.many.value'), ['n0', 'n1']);
      assert.equal(at(properties, 'outputs.who.value'), 'Sitelink lab/main');
      assert.equal(
        at(properties, 'outputs.other.value'),
        idOf('Microsoft.Network/virtualNetworks/v/subnets/s', 'West'),
      );
      assert.equal(
        at(properties, 'outputs.far.value'),
        '/subscriptions/sub/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v',
      );
      assert.match(textOf(at(properties, 'outputs.version.value')), /^\d{4}-/);
    });
  });

  it('are copied as often as told, with children, and without what their condition leaves out', () => {
    withBench((one) => {
      const properties = deploy(one, {
        resources: [
          group("[concat('g', copyIndex(1))]", { copy: { name: 'loop', count: 3 } }),
          group('after', { dependsOn: ['loop', 'absent'] }),
          group('absent', { condition: '[equals(1, 2)]' }),
          network('v', {
            resources: [
              {
                ...subnet('s'),
                type: 'subnets',
                dependsOn: ["[resourceId('Microsoft.Network/virtualNetworks', 'v')]"],
              },
            ],
          }),
          network('gone', { condition: false, properties: {}, resources: [{ ...subnet('s'), type: 'subnets' }] }),
        ],
      });
      assert.equal(properties['provisioningState'], 'Succeeded', JSON.stringify(properties['error']));
      const made = (properties['outputResources'] as { id: string }[]).map(({ id }) => id.split('/providers/')[1]);
      assert.deepEqual(made, [
        'Microsoft.Network/networkSecurityGroups/g1',
        'Microsoft.Network/networkSecurityGroups/g2',
        'Microsoft.Network/networkSecurityGroups/g3',
        'Microsoft.Network/networkSecurityGroups/after',
        'Microsoft.Network/virtualNetworks/v',
        'Microsoft.Network/virtualNetworks/v/subnets/s',
      ]);
      const dependencies = properties['dependencies'] as { resourceName: string; dependsOn: JsonObject[] }[];
      assert.deepEqual(
        dependencies.map(({ resourceName, dependsOn }) => [
          resourceName,
          ...dependsOn.map((before) => before['resourceName']),
        ]),
        [
          ['after', 'g1', 'g2', 'g3'],
          ['v/s', 'v'],
        ],
      );
      assert.equal(shown(one)['mode'], 'Incremental');
    });
  });

  it('are told apart from mistakes of the lab', () => {
    withBench((one) => {
      assert.throws(() => ask(one, 'PUT', 'bad/name/x/y', {}), /is not answered/);
      assert.throws(() => ask(one, 'PUT', 'a b', deployment({})), ArmError);
      assert.throws(() => ask(one, 'PUT', 'main.', deployment({})), /must not end with a period/);
    });
  });
});
