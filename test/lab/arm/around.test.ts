/** What stock clients ask around resources: deployments, pages, tags, providers, and bodies that are not quite JSON. */
import assert from 'node:assert/strict';
import { parseRelaxed } from '../../../lab/arm/http/relaxed-json.ts';
import { type ArmFixture, withArm } from '../../support/arm.ts';
import { compute, errorCode, idle, makeNetwork, makeNic, network, put, subscription, vmBody } from './support.ts';

const group = `${subscription}/resourceGroups/east`;
const deployments = `${group}/providers/Microsoft.Resources/deployments`;

const template = {
  parameters: { name: { type: 'string' } },
  resources: [
    {
      type: 'Microsoft.Network/virtualNetworks/subnets',
      apiVersion: '2023-09-01',
      name: "[concat(parameters('name'), '/s')]",
      dependsOn: ["[parameters('name')]"],
      properties: { addressPrefix: '10.9.1.0/24' },
    },
    {
      type: 'Microsoft.Network/virtualNetworks',
      apiVersion: '2023-09-01',
      name: "[parameters('name')]",
      location: '[resourceGroup().location]',
      properties: { addressSpace: { addressPrefixes: ['10.9.0.0/16'] } },
    },
  ],
  outputs: { id: { type: 'string', value: "[resourceId('Microsoft.Network/virtualNetworks', parameters('name'))]" } },
};
const properties = { mode: 'Incremental', template, parameters: { name: { value: 'v9' } } };

const propertiesOf = (body: unknown): Record<string, unknown> =>
  (body as { properties: Record<string, unknown> }).properties;

async function makeGroup({ resources }: ArmFixture): Promise<void> {
  await resources.resourceGroups.createOrUpdate('east', { location: 'japaneast' });
}

describe('deployments of the lab’s Azure', () => {
  it('are made, waited for and read by the vendor’s client', async () => {
    await withArm(async (lab) => {
      await makeGroup(lab);
      const id = `${deployments.slice(1)}/main`;
      const made = await lab.resources.resources.beginCreateOrUpdateByIdAndWait(id, '2024-11-01', { properties });
      assert.equal(propertiesOf(made)['provisioningState'], 'Succeeded');
      assert.deepEqual(propertiesOf(made)['outputs'], {
        id: { type: 'String', value: `${network('east')}/virtualNetworks/v9` },
      });
      const subnet = await lab.network.subnets.get('east', 'v9', 's');
      assert.equal(subnet.addressPrefix, '10.9.1.0/24');
    });
  });

  it('tell the vendor’s client why they failed, as Azure does', async () => {
    await withArm(async (lab) => {
      await makeGroup(lab);
      const bad = structuredClone(template);
      bad.resources[0]!.properties.addressPrefix = '10.99.0.0/24';
      const waiting = lab.resources.resources.beginCreateOrUpdateByIdAndWait(
        `${deployments.slice(1)}/main`,
        '2024-11-01',
        {
          properties: { ...properties, template: bad },
        },
      );
      await assert.rejects(waiting, /DeploymentFailed/);
      const { body } = await lab.call('GET', `${deployments}/main`);
      const { error } = propertiesOf(body) as { error: { details: { code: string; target: string }[] } };
      assert.equal(error.details.length, 1);
      assert.match(error.details[0]?.code ?? '', /Subnet/);
      assert.equal(error.details[0]?.target, `${network('east')}/virtualNetworks/v9/subnets/s`);
    });
  });

  it('go on where they were when the lab ended, at the same address', async () => {
    await withArm(
      async (lab) => {
        await makeGroup(lab);
        const { headers } = await lab.call('PUT', `${deployments}/main`, { properties });
        await lab.restart();
        await idle(lab);
        const { pathname, search } = new URL(headers['azure-asyncoperation'] ?? '');
        assert.deepEqual((await lab.call('GET', pathname + search)).body, { status: 'Succeeded' });
        assert.equal((await lab.call('GET', `${network('east')}/virtualNetworks/v9/subnets/s`)).status, 200);
      },
      { speed: 20 },
    );
  });

  it('may fail by a fault, and go with their group', async () => {
    await withArm(async (lab) => {
      await makeGroup(lab);
      const fault = { id: 'f', target: 'arm', match: { path: 'deployments/' }, nth: 1, do: 'fail', code: 'Broken' };
      lab.faults.set([fault]);
      await lab.call('PUT', `${deployments}/main`, { properties });
      await idle(lab);
      const { body } = await lab.call('GET', `${deployments}/main`);
      assert.equal((propertiesOf(body)['error'] as { code: string }).code, 'Broken');
      assert.equal((await lab.call('GET', `${group}/deployments/main/operations`)).status, 200);
      await lab.resources.resourceGroups.beginDeleteAndWait('east');
      assert.deepEqual(lab.arm.inventory().resources, []);
    });
  });
});

describe('around the resources of the lab’s Azure', () => {
  it('long lists come in pages, which the vendor’s client puts together', async () => {
    await withArm(async (lab) => {
      await makeGroup(lab);
      const names = Array.from({ length: 7 }, (_, index) => `n${index}`);
      for (const name of names) {
        await lab.call('PUT', `${network('east')}/networkSecurityGroups/${name}`, { location: 'japaneast' });
      }
      const seen: string[] = [];
      for await (const page of lab.resources.resources.listByResourceGroup('east', { top: 3 }).byPage()) {
        assert.ok(page.length <= 3);
        seen.push(...page.map(({ name }) => name ?? ''));
      }
      assert.deepEqual(seen, names);
      const first = (await lab.call('GET', `${group}/resources?$top=2`)).body as { nextLink: string };
      await lab.call('DELETE', `${network('east')}/networkSecurityGroups/n1`);
      await idle(lab);
      const { pathname, search } = new URL(first.nextLink);
      const next = (await lab.call('GET', pathname + search)).body as { value: { name: string }[] };
      assert.deepEqual(next.value.map(({ name }) => name)[0], 'n3');
      assert.equal(errorCode(await lab.call('GET', `${group}/resources?$top=none`)), 'InvalidTopInQueryString');
      assert.equal(errorCode(await lab.call('GET', `${group}/resources?$skiptoken=e30`)), 'InvalidSkipToken');
      assert.equal(errorCode(await lab.call('GET', `${group}/resources?$skiptoken=xx`)), 'InvalidSkipToken');
    });
  });

  it('filters find parts of names and of tags’ names', async () => {
    await withArm(async (lab) => {
      await makeGroup(lab);
      const groups = `${network('east')}/networkSecurityGroups`;
      await lab.call('PUT', `${groups}/Alpha`, { location: 'japaneast', tags: { Owner: 'me' } });
      await lab.call('PUT', `${groups}/beta`, { location: 'japaneast' });
      const found = async (filter: string): Promise<string[]> => {
        const { body } = await lab.call('GET', `${subscription}/resources?$filter=${encodeURIComponent(filter)}`);
        return (body as { value: { name: string }[] }).value.map(({ name }) => name);
      };
      assert.deepEqual(await found("startswith(tagname, 'own')"), ['Alpha']);
      assert.deepEqual(await found("substringof('PHA', name)"), ['Alpha']);
      assert.deepEqual(await found("substringof('ea', resourceGroup) and name eq 'beta'"), ['beta']);
      const { body } = await lab.call('GET', `${subscription}/resources?$filter=substringof('a',x)`);
      assert.equal((body as { error: { code: string } }).error.code, 'InvalidFilterInQueryString');
    });
  });

  it('tags are read and changed by themselves', async () => {
    await withArm(async (lab) => {
      await makeGroup(lab);
      const scope = group.slice(1);
      const { tagsOperations } = lab.resources;
      await tagsOperations.beginCreateOrUpdateAtScopeAndWait(scope, { properties: { tags: { a: '1', b: '2' } } });
      await tagsOperations.beginUpdateAtScopeAndWait(scope, { operation: 'Merge', properties: { tags: { c: '3' } } });
      await tagsOperations.beginUpdateAtScopeAndWait(scope, {
        operation: 'Delete',
        properties: { tags: { a: '1', b: 'x' } },
      });
      assert.deepEqual((await tagsOperations.getAtScope(scope)).properties.tags, { b: '2', c: '3' });
      await tagsOperations.beginUpdateAtScopeAndWait(scope, { operation: 'Replace', properties: { tags: { d: '4' } } });
      assert.deepEqual((await lab.resources.resourceGroups.get('east')).tags, { d: '4' });
      await tagsOperations.beginDeleteAtScopeAndWait(scope);
      assert.deepEqual((await lab.resources.resourceGroups.get('east')).tags, {});
      const tags = 'providers/Microsoft.Resources/tags/default';
      assert.equal(
        errorCode(await lab.call('PATCH', `${group}/${tags}`, { operation: 'No' })),
        'InvalidRequestContent',
      );
      assert.equal(errorCode(await lab.call('GET', `${group}x/${tags}`)), 'ResourceNotFound');
      assert.equal(errorCode(await lab.call('POST', `${group}/${tags}`)), 'NotModelled');
    });
  });

  it('providers say which types they have', async () => {
    await withArm(async (lab) => {
      const { resourceTypes, registrationState } = await lab.resources.providers.get('microsoft.network');
      assert.equal(registrationState, 'Registered');
      const types = resourceTypes?.map(({ resourceType }) => resourceType) ?? [];
      assert.ok(types.includes('virtualNetworks/subnets') && types.includes('connections'));
      assert.equal((await lab.call('POST', `${subscription}/providers/Microsoft.Compute/register`)).status, 200);
      const all = (await lab.call('GET', `${subscription}/providers`)).body as { value: unknown[] };
      assert.ok(all.value.length > 4);
      assert.equal((await lab.resources.providers.register('Microsoft.Insights')).registrationState, 'Registered');
      assert.equal(errorCode(await lab.call('GET', `${subscription}/providers/No.Body`)), 'InvalidResourceNamespace');
    });
  });

  it('a VM is changed by PATCH, and by a PUT that does not repeat its image', async () => {
    await withArm(async (lab) => {
      await makeNetwork(lab, 'east');
      const nic = await makeNic(lab, 'east', 'nic');
      const path = `${compute('east')}/virtualMachines/box`;
      await put(lab, path, vmBody(nic));
      await lab.compute.virtualMachines.update('east', 'box', {
        hardwareProfile: { vmSize: 'Standard_B2s' },
        tags: { t: 'x' },
      });
      const changed = await lab.compute.virtualMachines.get('east', 'box');
      assert.equal(changed.hardwareProfile?.vmSize, 'Standard_B2s');
      assert.equal(changed.osProfile?.adminUsername, 'azureuser');
      assert.deepEqual(changed.tags, { t: 'x' });
      const body = vmBody(nic) as { properties: { storageProfile: object } };
      body.properties.storageProfile = { osDisk: { createOption: 'FromImage' } };
      await put(lab, path, body);
      const kept = await lab.compute.virtualMachines.get('east', 'box');
      assert.equal(kept.storageProfile?.imageReference?.offer, '0001-com-ubuntu-server-jammy');
      for (const none of [`${compute('east')}/images`, `${network('east')}/loadBalancers`]) {
        assert.deepEqual((await lab.call('GET', none)).body, { value: [] });
        assert.equal(errorCode(await lab.call('GET', `${none}/mine`)), 'ResourceNotFound');
      }
      assert.deepEqual(
        (await lab.call('GET', `${subscription}/providers/Microsoft.Compute/virtualMachineScaleSets`)).body,
        { value: [] },
      );
    });
  });

  it('templates may have remarks, bare names and line breaks in texts', () => {
    const text = `{ // a remark "with quotes"
      properties : {"template":{"a":"one
two\t//not a remark", /* another
      one */ "b": [1, 2, -3.5e2, true, null, ], "c\\"": {"x": 1,},},},
    }`;
    assert.deepEqual(parseRelaxed(text), {
      properties: { template: { a: 'one\ntwo\t//not a remark', b: [1, 2, -350, true, null], 'c"': { x: 1 } } },
    });
    for (const broken of ['{"a"', '{"a": /* b', '{a b: 1}', '"', '{"a": "b']) {
      assert.throws(() => parseRelaxed(broken), SyntaxError);
    }
  });
});
