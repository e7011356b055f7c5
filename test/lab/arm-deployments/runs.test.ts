/** How deployments go: their order, their failures, their end, and a restart in the middle. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Json, type JsonObject, at } from '../../../lab/arm/json.ts';
import { bodies, connectionBody, gatewayBody, idOf, paths } from '../arm-types/samples.ts';
import { type Bench, bench, refused, textOf, withBench } from '../arm-types/world.ts';
import { ask, deploy, deployment, group, network, shown, subnet } from './support.ts';

const chain: JsonObject = {
  parameters: { key: { type: 'securestring', defaultValue: 'Hidden1' } },
  resources: [
    subnet('v/s', { dependsOn: ['v'] }),
    network('v', { dependsOn: ['Microsoft.Network/networkSecurityGroups/g'] }),
    group('g'),
  ],
  outputs: { prefixes: { type: 'object', value: "[reference('v').addressSpace]" } },
};

const states = (one: Bench): Json[] =>
  (ask(one, 'GET', 'main/operations').body as { value: JsonObject[] }).value.map((step) => [
    at(step, 'properties.targetResource.resourceName') ?? '(outputs)',
    at(step, 'properties.provisioningState') ?? null,
  ]);

const statusOf = (one: Bench, reply: { headers?: Readonly<Record<string, string>> }): JsonObject => {
  const url = new URL(reply.headers?.['Azure-AsyncOperation'] ?? '');
  return ask(one, 'GET', url.pathname.split('/deployments/')[1] ?? '').body as JsonObject;
};

describe('deployments', () => {
  it('answer at once, go on in the order of what waits for what, and end with their outputs', () => {
    withBench((one) => {
      const reply = ask(one, 'PUT', 'main', deployment(chain));
      assert.equal(reply.status, 201);
      assert.equal(at(reply.body as JsonObject, 'properties.provisioningState'), 'Accepted');
      assert.match(
        reply.headers?.['Azure-AsyncOperation'] ?? '',
        /\/deployments\/main\/operationStatuses\/[0-9a-f-]{36}\?api-version=2024-11-01$/,
      );
      assert.equal(reply.headers?.['Retry-After'], '15');
      assert.deepEqual(states(one), [['g', 'Running']]);
      assert.equal(shown(one)['provisioningState'], 'Running');
      assert.deepEqual(statusOf(one, reply), { status: 'Running' });
      one.pass(60);
      one.pass(60);
      one.pass(60);
      assert.deepEqual(states(one), [
        ['(outputs)', 'Succeeded'],
        ['v/s', 'Succeeded'],
        ['v', 'Succeeded'],
        ['g', 'Succeeded'],
      ]);
      assert.deepEqual(statusOf(one, reply), { status: 'Succeeded' });
      const properties = shown(one);
      assert.equal(properties['provisioningState'], 'Succeeded');
      assert.deepEqual(properties['outputs'], {
        prefixes: { type: 'Object', value: { addressPrefixes: ['10.0.0.0/16'], ipamPoolPrefixAllocations: [] } },
      });
      assert.match(textOf(properties['duration']), /^PT\d+\.\d{3}S$/);
      assert.equal(ask(one, 'HEAD', 'main').status, 204);
    });
  });

  it('make a connection with its key, which neither they nor their outputs tell', () => {
    withBench((one) => {
      one.make(paths.vnet, bodies.vnet);
      one.make(paths.gatewaySubnet, bodies.gatewaySubnet);
      one.make(paths.address, bodies.address);
      one.make(paths.local, bodies.local);
      one.make(paths.gateway, gatewayBody());
      const properties = deploy(
        one,
        {
          parameters: { sharedKey: { type: 'securestring' } },
          resources: [
            {
              type: 'Microsoft.Network/connections',
              name: 'ToSite01',
              apiVersion: '2015-06-15',
              dependsOn: [],
              ...connectionBody({ connectionType: 'IPSec', sharedKey: "[parameters('sharedKey')]" }),
            },
          ],
          outputs: { resource: { type: 'object', value: "[reference('ToSite01')]" } },
        },
        { sharedKey: { value: '[Key1]' } },
      );
      assert.equal(at(properties, 'outputs.resource.value.connectionType'), 'IPsec');
      assert.doesNotMatch(JSON.stringify(ask(one, 'GET', 'main').body), /Key1/);
      const { body } = one.act(paths.connection, 'sharedkey', undefined, 'GET');
      assert.deepEqual(body, { value: '[Key1]' });
    });
  });

  it('fail with what each resource was refused for, leave out what waits for it, and do the rest', () => {
    withBench((one) => {
      const template: JsonObject = {
        resources: [
          network('v', { properties: { addressSpace: { addressPrefixes: ['nonsense'] } } }),
          subnet('v/s', { dependsOn: ['v'] }),
          group('g'),
        ],
      };
      const reply = ask(one, 'PUT', 'main', deployment(template));
      for (let rounds = 0; rounds < 5; rounds += 1) one.pass(60);
      const status = statusOf(one, reply);
      assert.equal(status['status'], 'Failed');
      assert.equal(at(status, 'error.code'), 'DeploymentFailed');
      assert.equal(at(status, 'error.target'), idOf('Microsoft.Resources/deployments/main'));
      assert.match(textOf(at(status, 'error.message')), /^At least one resource deployment operation failed\. /);
      const [detail, ...more] = at(status, 'error.details') as JsonObject[];
      assert.deepEqual(more, []);
      assert.equal(detail?.['code'], 'InvalidAddressPrefixFormat');
      assert.equal(detail['target'], idOf('Microsoft.Network/virtualNetworks/v'));
      assert.deepEqual(states(one), [
        ['v', 'Failed'],
        ['g', 'Succeeded'],
      ]);
      const properties = shown(one);
      assert.deepEqual(properties['error'], status['error']);
      assert.deepEqual(properties['outputResources'], [{ id: idOf('Microsoft.Network/networkSecurityGroups/g') }]);
      const value = (ask(one, 'GET', '', undefined, "$filter=provisioningState eq 'Failed'").body as { value: Json[] })
        .value;
      assert.equal(value.length, 1);
    });
  });

  it('fail with the inner error where an operation fails after its PUT was accepted', () => {
    withBench((one) => {
      ask(one, 'PUT', 'main', deployment({ resources: [network('v')] }));
      one.world.operations.end(one.last(), { status: 409, code: 'Inner', message: 'It broke.', details: [] });
      const details = at(shown(one), 'error.details') as JsonObject[];
      assert.equal(details[0]?.['code'], 'ResourceDeploymentFailure');
      assert.match(textOf(details[0]['message']), /reached terminal provisioning state 'Failed'/);
      assert.deepEqual(details[0]['details'], [{ code: 'Inner', message: 'It broke.', details: [] }]);
      const [step] = (ask(one, 'GET', 'main/operations').body as { value: JsonObject[] }).value;
      assert.equal(at(step, 'properties.statusMessage.error.code'), 'ResourceDeploymentFailure');
      const { body } = ask(one, 'GET', `main/operations/${textOf(step?.['operationId'])}`);
      assert.deepEqual(body, step);
      refused('DeploymentOperationNotFound', () => ask(one, 'GET', 'main/operations/nothing'));
    });
  });

  it('fail where their outputs or the expressions of a resource cannot be worked out', () => {
    withBench((one) => {
      const outputs = deploy(one, {
        resources: [group('g')],
        outputs: { o: { type: 'string', value: "[reference('g').nothing]" } },
      });
      assert.equal(at(outputs, 'error.code'), 'DeploymentOutputEvaluationFailed');
      assert.match(textOf(at(outputs, 'error.message')), /property 'nothing' doesn't exist/);
      const wrongType = deploy(one, { outputs: { o: { type: 'int', value: '[string(1)]' } } });
      assert.match(textOf(at(wrongType, 'error.message')), /is not of the type 'Int'/);
      const reference = `[reference('${idOf('Microsoft.Network/virtualNetworks/none')}').x]`;
      const late = deploy(one, { resources: [group('h', { tags: { t: reference } })] });
      assert.match(textOf(at(late, 'error.details.0.message')), /names was not found/);
    });
  });

  it('read other resources, whole or by their properties, when it is their turn', () => {
    withBench((one) => {
      const properties = deploy(one, {
        resources: [group('h', { tags: { from: "[reference('g', '2023-09-01', 'Full').location]" } }), group('g')],
      });
      assert.equal(properties['provisioningState'], 'Succeeded', JSON.stringify(properties['error']));
      assert.deepEqual(one.show('Microsoft.Network/networkSecurityGroups/h')['tags'], { from: 'japaneast' });
    });
  });

  it('refuse another of their name while they run, and run again afterwards', () => {
    withBench((one) => {
      ask(one, 'PUT', 'main', deployment(chain));
      const error = refused('DeploymentActive', () => ask(one, 'PUT', 'MAIN', deployment(chain)));
      assert.match(error.message, /previous deployment from '2026-01-01T00:00:00.000Z' is still active/);
      refused('DeploymentActive', () => ask(one, 'DELETE', 'main'));
      for (let rounds = 0; rounds < 5; rounds += 1) one.pass(60);
      assert.equal(ask(one, 'PUT', 'MAIN', deployment({})).status, 200);
      assert.equal(shown(one)['provisioningState'], 'Succeeded');
      assert.deepEqual((ask(one, 'POST', 'main/exportTemplate').body as JsonObject)['template'], {});
      assert.equal(ask(one, 'DELETE', 'main').status, 204);
      assert.equal(ask(one, 'DELETE', 'main').status, 204);
      refused('DeploymentNotFound', () => ask(one, 'GET', 'main'));
    });
  });

  it('are cancelled: what waits never begins', () => {
    withBench((one) => {
      const reply = ask(one, 'PUT', 'main', deployment(chain));
      assert.equal(ask(one, 'POST', 'main/cancel').status, 204);
      for (let rounds = 0; rounds < 5; rounds += 1) one.pass(60);
      assert.equal(statusOf(one, reply)['status'], 'Canceled');
      assert.equal(shown(one)['provisioningState'], 'Canceled');
      assert.equal(one.world.store.get(idOf('Microsoft.Network/virtualNetworks/v')), undefined);
      refused('DeploymentCannotBeCancelled', () => ask(one, 'POST', 'main/cancel'));
    });
  });

  it('go on after a restart in the middle, and begin nothing twice', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sitelink-deployments-'));
    const first = bench('2026', folder);
    const reply = ask(first, 'PUT', 'main', deployment(chain));
    first.pass(60);
    assert.deepEqual(states(first)[0], ['v', 'Running']);
    first.world.operations.close();
    const second = bench('2026', folder);
    try {
      assert.deepEqual(states(second)[0], ['v', 'Running']);
      for (let rounds = 0; rounds < 5; rounds += 1) second.pass(120);
      assert.deepEqual(statusOf(second, reply), { status: 'Succeeded' });
      assert.equal(shown(second)['provisioningState'], 'Succeeded');
      const network = second.world.store.get(idOf('Microsoft.Network/virtualNetworks/v'));
      assert.equal(network?.generation, 1);
    } finally {
      second.close();
    }
  });

  it('of another group, or of an operation nobody began, are not found', () => {
    withBench((one) => {
      refused('OperationNotFound', () => ask(one, 'GET', 'main/operationStatuses/nothing'));
      assert.equal(ask(one, 'HEAD', 'main').status, 404);
      assert.deepEqual(ask(one, 'GET', '').body, { value: [] });
    });
  });
});
