/** Deployments within deployments, symbolic names, the mode Complete, and what-if: what Bicep and people make of templates. */
import assert from 'node:assert/strict';
import { lastName } from '../../../lab/arm/ids.ts';
import { type Json, type JsonObject, at, listAt, textAt } from '../../../lab/arm/json.ts';
import { idOf } from '../arm-types/samples.ts';
import { type Bench, refused, withBench } from '../arm-types/world.ts';
import { ask, deploy, deployment, group, network, shown, subnet } from './support.ts';

const nested = (name: string, template: JsonObject, more: JsonObject = {}, own: JsonObject = {}): JsonObject => ({
  type: 'Microsoft.Resources/deployments',
  apiVersion: '2022-09-01',
  name,
  properties: { mode: 'Incremental', template, ...more },
  ...own,
});

const inner: JsonObject = { expressionEvaluationOptions: { scope: 'inner' } };

const outputsOf = (one: Bench, template: JsonObject, parameters: JsonObject = {}): Json | undefined => {
  const { error, outputs } = deploy(one, template, parameters);
  assert.equal(error, undefined, JSON.stringify(error));
  return outputs;
};

const exists = (one: Bench, path: string): boolean => one.world.store.get(idOf(path)) !== undefined;

/** As Bicep compiles a module and a resource that uses its output. */
const module: JsonObject = {
  parameters: { prefix: { type: 'string', defaultValue: 'p' } },
  resources: [
    nested(
      'net',
      {
        parameters: { name: { type: 'string' }, key: { type: 'securestring' } },
        resources: [network("[parameters('name')]")],
        outputs: {
          id: { type: 'string', value: "[resourceId('Microsoft.Network/virtualNetworks', parameters('name'))]" },
        },
      },
      {
        ...inner,
        parameters: { name: { value: "[format('{0}-v', parameters('prefix'))]" }, key: { value: 'Hidden1' } },
      },
    ),
    group('g', {
      dependsOn: ["[resourceId('Microsoft.Resources/deployments', 'net')]"],
      tags: { net: "[reference(resourceId('Microsoft.Resources/deployments', 'net'), '2022-09-01').outputs.id.value]" },
    }),
  ],
  outputs: { id: { type: 'string', value: "[reference('net').outputs.id.value]" } },
};

describe('deployments within deployments', () => {
  it('have parameters and outputs of their own, which others wait for', () => {
    withBench((one) => {
      const id = idOf('Microsoft.Network/virtualNetworks/p-v');
      assert.deepEqual(outputsOf(one, module), { id: { type: 'String', value: id } });
      assert.equal(at(one.show('Microsoft.Network/networkSecurityGroups/g'), 'tags.net'), id);
      assert.equal(shown(one, 'net')['provisioningState'], 'Succeeded');
      assert(!JSON.stringify(ask(one, 'GET', 'net').body).includes('Hidden1'));
    });
  });

  it('share what the template around them knows unless they say otherwise, also in a copy', () => {
    withBench((one) => {
      const within: JsonObject = {
        resources: [
          group("[concat(parameters('prefix'), variables('mark'), copyIndex('many'))]", {
            tags: { nth: "[string(copyIndex('many'))]" },
          }),
        ],
      };
      const template: JsonObject = {
        parameters: { prefix: { type: 'string' } },
        variables: { mark: '-' },
        resources: [
          nested("[concat('d', copyIndex())]", within, {}, { copy: { name: 'many', count: 2 } }),
          nested('plain', { resources: [group("[concat(parameters('prefix'), variables('mark'), 'x')]")] }),
        ],
      };
      outputsOf(one, template, { prefix: { value: 'a' } });
      for (const name of ['a-0', 'a-1', 'a-x']) assert(exists(one, `Microsoft.Network/networkSecurityGroups/${name}`));
    });
  });

  it('fail the one around them with their own reason, and are judged with it beforehand', () => {
    withBench((one) => {
      const late = nested('late', { resources: [subnet('nothing/s')] }, inner);
      const error = deploy(one, { resources: [late] })['error'] as JsonObject;
      assert.equal(at(error, 'code'), 'DeploymentFailed');
      assert.match(JSON.stringify(error), /ParentResourceNotFound/);
      const early = nested('early', { resources: [group('g', { location: 'moon' })] }, inner);
      refused('LocationNotAvailableForResourceType', () =>
        ask(one, 'PUT', 'other', deployment({ resources: [early] })),
      );
      const elsewhere = nested('far', { resources: [group('g')] }, inner, { resourceGroup: 'Nowhere' });
      assert.match(JSON.stringify(deploy(one, { resources: [elsewhere] })['error']), /ResourceGroupNotFound/);
      assert.equal(
        deploy(one, { resources: [nested('none', { resources: [] }, inner)] })['provisioningState'],
        'Succeeded',
      );
    });
  });
});

describe('templates with symbolic names', () => {
  const template: JsonObject = {
    languageVersion: '2.0',
    resources: {
      v: network('v'),
      many: group("[format('g{0}', copyIndex())]", { copy: { name: 'many', count: 2 } }),
      s: subnet('v/s', { dependsOn: ['v', 'many'] }),
      again: { existing: true, type: 'Microsoft.Network/virtualNetworks', apiVersion: '2023-09-01', name: 'old' },
    },
    outputs: {
      space: { type: 'array', value: "[reference('again').addressSpace.addressPrefixes]" },
      id: { type: 'string', value: "[resourceInfo('s').id]" },
      states: {
        type: 'array',
        copy: { count: 2, input: "[reference(format('many[{0}]', copyIndex())).provisioningState]" },
      },
    },
  };

  it('deploy what they name, and only read what exists', () => {
    withBench((one) => {
      outputsOf(one, { resources: [network('old')] });
      assert.deepEqual(outputsOf(one, template), {
        space: { type: 'Array', value: ['10.0.0.0/16'] },
        id: { type: 'String', value: idOf('Microsoft.Network/virtualNetworks/v/subnets/s') },
        states: { type: 'Array', value: ['Succeeded', 'Succeeded'] },
      });
      const made = listAt(shown(one), 'outputResources') ?? [];
      assert.equal(made.length, 4);
    });
  });

  it('fail where what they take to exist does not', () => {
    withBench((one) => {
      assert.match(JSON.stringify(deploy(one, template)['error']), /DeploymentOutputEvaluationFailed/);
    });
  });
});

describe('deployments in the mode Complete', () => {
  const complete = (template: JsonObject): JsonObject => ({ properties: { mode: 'Complete', template } });

  it('delete in the end what else stands in the group, in the order of its references', () => {
    withBench((one) => {
      outputsOf(one, { resources: [group('g'), network('v'), subnet('v/s', { dependsOn: ['v'] })] });
      const used = { networkSecurityGroup: { id: idOf('Microsoft.Network/networkSecurityGroups/g') } };
      one.make('Microsoft.Network/virtualNetworks/v/subnets/s', {
        properties: { addressPrefix: '10.0.1.0/24', ...used },
      });
      ask(one, 'PUT', 'main', complete({ resources: [network('w')] }));
      for (let rounds = 0; rounds < 20; rounds += 1) one.pass(60);
      assert.deepEqual([shown(one)['provisioningState'], shown(one)['mode']], ['Succeeded', 'Complete']);
      assert(exists(one, 'Microsoft.Network/virtualNetworks/w'));
      for (const gone of ['virtualNetworks/v', 'networkSecurityGroups/g']) {
        assert(!exists(one, `Microsoft.Network/${gone}`));
      }
    });
  });

  it('delete nothing if a resource of the template fails', () => {
    withBench((one) => {
      outputsOf(one, { resources: [group('g')] });
      ask(one, 'PUT', 'main', complete({ resources: [subnet('nothing/s')] }));
      one.pass(60);
      assert.equal(shown(one)['provisioningState'], 'Failed');
      assert(exists(one, 'Microsoft.Network/networkSecurityGroups/g'));
    });
  });
});

describe('what-if', () => {
  /** Change type by the resource's name, or the whole answer. */
  function changes(one: Bench, body: JsonObject): JsonObject[] {
    const reply = ask(one, 'POST', 'main/whatIf', body);
    assert.equal(reply.status, 202);
    assert.match(reply.headers?.['Location'] ?? '', /\/operationResults\//);
    one.pass(30);
    assert.equal(at(one.last().result as JsonObject, 'status'), 'Succeeded');
    return listAt(one.last().result as JsonObject, 'properties.changes') as JsonObject[];
  }
  const kinds = (list: readonly JsonObject[]): Json[] =>
    list.map((change) => [lastName(textAt(change, 'resourceId') ?? ''), change['changeType'] ?? null]);

  it('tells what would be created, changed, left alone and deleted, and does nothing', () => {
    withBench((one) => {
      outputsOf(one, { resources: [group('same'), network('v'), group('other')] });
      const wider = { addressSpace: { addressPrefixes: ['10.0.0.0/16', '10.1.0.0/16'] } };
      const template = { resources: [group('same'), network('v', { properties: wider }), group('fresh')] };
      const found = changes(one, deployment(template));
      assert.deepEqual(kinds(found), [
        ['same', 'NoChange'],
        ['v', 'Modify'],
        ['fresh', 'Create'],
        ['other', 'Ignore'],
      ]);
      assert.deepEqual(found[1]?.['delta'], [
        {
          path: 'properties.addressSpace.addressPrefixes',
          propertyChangeType: 'Array',
          children: [{ path: '1', propertyChangeType: 'Create', after: '10.1.0.0/16', children: [] }],
        },
      ]);
      const whatIfSettings = { resultFormat: 'ResourceIdOnly' };
      const brief = changes(one, { properties: { mode: 'Complete', template, whatIfSettings } });
      assert.deepEqual(kinds(brief).slice(1), [
        ['v', 'Deploy'],
        ['fresh', 'Create'],
        ['other', 'Delete'],
      ]);
      assert(!exists(one, 'Microsoft.Network/networkSecurityGroups/fresh'));
    });
  });

  it('looks into nested deployments as far as they can be known, and shows no secret', () => {
    withBench((one) => {
      const secret = {
        parameters: { key: { type: 'securestring', defaultValue: 'Hidden1' } },
        resources: [group('g', { tags: { key: "[parameters('key')]" } }), nested('n', { resources: [network('v')] })],
      };
      const found = changes(one, deployment(secret));
      assert.deepEqual(kinds(found), [
        ['g', 'Create'],
        ['v', 'Create'],
      ]);
      assert(!JSON.stringify(found).includes('Hidden1'));
      const unknown = { parameters: { x: { value: "[reference('g').resourceGuid]" } } };
      const asking = { parameters: { x: { type: 'string' } }, resources: [] };
      const late = { resources: [group('g'), nested('n', asking, { ...inner, ...unknown })] };
      assert.deepEqual(kinds(changes(one, deployment(late))).at(-1), ['n', 'Unsupported']);
    });
  });

  it('is refused as the deployment would be', () => {
    withBench((one) => {
      refused('InvalidTemplate', () => ask(one, 'POST', 'main/whatIf', deployment({ resources: [1] })));
    });
  });
});
