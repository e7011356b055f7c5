import assert from 'node:assert/strict';
import { type ArmFixture, openArm } from '../../support/arm.ts';
import { errorCode, idle, makeNetwork, makeNic, network, put, subscription } from './support.ts';

interface Listed {
  readonly value: readonly { readonly id: string; readonly name: string; readonly type: string }[];
}
const names = (body: unknown): string[] => (body as Listed).value.map((one) => one.name).toSorted();

describe('routes of the lab’s Azure', () => {
  let lab: ArmFixture;
  const group = `${subscription}/resourceGroups/Routes`;
  before(async () => {
    lab = await openArm();
    await makeNetwork(lab, 'Routes');
    await put(lab, `${network('Routes')}/networkSecurityGroups/nsg`, { location: 'japaneast', tags: { a: 'b' } });
  });
  after(() => lab.close());

  const refusals: readonly [string, string, string, unknown, number, string | undefined][] = [
    [
      'an unknown subscription',
      'GET',
      '/subscriptions/11111111-0000-0000-0000-000000000000/resourcegroups',
      undefined,
      404,
      'SubscriptionNotFound',
    ],
    ['an unknown group', 'GET', `${subscription}/resourceGroups/none`, undefined, 404, 'ResourceGroupNotFound'],
    [
      'deleting an unknown group',
      'DELETE',
      `${subscription}/resourceGroups/none`,
      undefined,
      404,
      'ResourceGroupNotFound',
    ],
    [
      'a resource in an unknown group',
      'GET',
      `${network('none')}/connections/x`,
      undefined,
      404,
      'ResourceGroupNotFound',
    ],
    ['a list in an unknown group', 'GET', `${network('none')}/connections`, undefined, 404, 'ResourceGroupNotFound'],
    ['an unknown resource', 'GET', `${network('Routes')}/connections/x`, undefined, 404, 'ResourceNotFound'],
    ['an unknown subnet', 'GET', `${network('Routes')}/virtualNetworks/vnet/subnets/x`, undefined, 404, 'NotFound'],
    [
      'an unknown rule',
      'GET',
      `${network('Routes')}/networkSecurityGroups/nsg/securityRules/x`,
      undefined,
      404,
      'NotFound',
    ],
    [
      'an action on an unknown resource',
      'POST',
      `${network('Routes')}/connections/x/getikesas`,
      undefined,
      404,
      'ResourceNotFound',
    ],
    ['an unknown action', 'POST', `${network('Routes')}/virtualNetworks/vnet/dance`, undefined, 501, 'NotModelled'],
    ['a type that is not modelled', 'PUT', `${network('Routes')}/routeTables/x`, {}, 501, 'NotModelled'],
    [
      'one of a type that nobody can make',
      'GET',
      `${network('Routes')}/routeTables/x`,
      undefined,
      404,
      'ResourceNotFound',
    ],
    ['a list that is not modelled', 'GET', `${network('Routes')}/nothingOfAzure`, undefined, 501, 'NotModelled'],
    [
      'another method on a resource',
      'POST',
      `${network('Routes')}/virtualNetworks/vnet`,
      undefined,
      501,
      'NotModelled',
    ],
    [
      'another method on a rule',
      'PATCH',
      `${network('Routes')}/networkSecurityGroups/nsg/securityRules/x`,
      {},
      501,
      'NotModelled',
    ],
    ['another method on a group', 'POST', `${subscription}/resourceGroups/Routes`, undefined, 501, 'NotModelled'],
    ['another method on the subscriptions', 'PUT', '/subscriptions', {}, 501, 'NotModelled'],
    ['another service', 'GET', '/providers/Microsoft.Billing/accounts', undefined, 501, 'NotModelled'],
    [
      'a PATCH of more than tags',
      'PATCH',
      `${network('Routes')}/virtualNetworks/vnet`,
      { properties: {} },
      501,
      'NotModelled',
    ],
    ['a PATCH without tags', 'PATCH', group, {}, 400, 'InvalidRequestFormat'],
    ['a PUT without a body', 'PUT', `${network('Routes')}/virtualNetworks/v2`, undefined, 400, 'InvalidRequestContent'],
    ['broken JSON', 'PUT', group, '{"location": ', 400, 'InvalidRequestContent'],
    ['JSON that is no object', 'PUT', group, [1], 400, 'InvalidRequestContent'],
    ['a group without location', 'PUT', `${subscription}/resourceGroups/x`, {}, 400, 'LocationRequired'],
    [
      'a group whose location is a number',
      'PUT',
      `${subscription}/resourceGroups/x`,
      { location: 4 },
      400,
      'InvalidRequestContent',
    ],
    [
      'a group in no region',
      'PUT',
      `${subscription}/resourceGroups/x`,
      { location: 'moon' },
      400,
      'LocationNotAvailableForResourceType',
    ],
    ['a group that is elsewhere', 'PUT', group, { location: 'japanwest' }, 409, 'InvalidResourceGroupLocation'],
    [
      'a group with a bad name',
      'PUT',
      `${subscription}/resourceGroups/a*b`,
      { location: 'japaneast' },
      400,
      'InvalidResourceGroup',
    ],
    ['a tag that is a number', 'PUT', group, { location: 'japaneast', tags: { a: 1 } }, 400, 'InvalidRequestContent'],
    [
      'properties that are text',
      'PUT',
      `${network('Routes')}/virtualNetworks/v2`,
      { location: 'japaneast', properties: 'x' },
      400,
      'InvalidRequestFormat',
    ],
    [
      'a filter it does not know',
      'GET',
      `${subscription}/resources?$filter=${encodeURIComponent("kind ne 'x'")}`,
      undefined,
      400,
      'InvalidFilterInQueryString',
    ],
    [
      'a path that cannot be decoded',
      'GET',
      `${subscription}/resourceGroups/%E0%A4%A`,
      undefined,
      400,
      'InvalidRequestUri',
    ],
    ['a name with a slash in it', 'GET', `${subscription}/resourceGroups/a%2Fb`, undefined, 400, 'InvalidRequestUri'],
    [
      'an api-version that is none',
      'GET',
      `${subscription}?api-version=latest`,
      undefined,
      400,
      'InvalidApiVersionParameter',
    ],
    ['an empty api-version', 'GET', `${subscription}?api-version=`, undefined, 400, 'MissingApiVersionParameter'],
    [
      'an operation nobody began',
      'GET',
      `${subscription}/providers/Microsoft.Network/locations/japaneast/operations/1`,
      undefined,
      404,
      'OperationNotFound',
    ],
  ];
  for (const [what, method, path, body, status, code] of refusals) {
    it(`refuses ${what} with ${status} ${code}`, async () => {
      const answer = await lab.call(method, path, body);
      assert.equal(errorCode(answer), code);
      assert.equal(answer.status, status);
      assert.match(answer.headers['x-ms-request-id'] ?? '', /^[0-9a-f-]{36}$/);
    });
  }

  it('refuses a body that is no JSON by its type, and one that is too large', async () => {
    const odd = await lab.call('PUT', group, 'location=japaneast', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    assert.equal(odd.status, 415);
    const large = await lab.call('PUT', group, { location: 'japaneast', tags: { a: 'x'.repeat(5 * 1024 * 1024) } });
    assert.deepEqual([large.status, errorCode(large)], [413, 'RequestContentTooLarge']);
    const deep = await lab.call('PUT', group, `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`);
    assert.equal(deep.status, 400);
  });

  it('compares paths without regard to case and answers canonically', async () => {
    const answer = await lab.call(
      'GET',
      `${subscription.toUpperCase()}/resourcegroups/ROUTES/PROVIDERS/microsoft.network/virtualnetworks/VNET/`,
    );
    assert.equal(answer.status, 200);
    assert.equal((answer.body as { id: string }).id, `${network('Routes')}/virtualNetworks/vnet`);
    assert.match(answer.headers['etag'] ?? '', /^W\/"/);
  });

  it('lists by group, by subscription, by parent and with filters, always with a value', async () => {
    const of = async (path: string): Promise<string[]> => names((await lab.call('GET', path)).body);
    const filtered = (filter: string): Promise<string[]> =>
      of(`${subscription}/resources?$filter=${encodeURIComponent(filter)}`);
    assert.deepEqual(await of(`${network('Routes')}/virtualNetworks`), ['vnet']);
    assert.deepEqual(await of(`${subscription}/providers/Microsoft.Network/virtualnetworks`), ['vnet']);
    assert.deepEqual(await of(`${network('Routes')}/virtualNetworks/vnet/subnets`), ['GatewaySubnet', 'one']);
    assert.deepEqual(await of(`${network('Routes')}/connections`), []);
    assert.deepEqual(await of(`${subscription}/resourcegroups`), ['Routes']);
    assert.deepEqual(await of(`${group}/resources`), ['nsg', 'vnet']);
    assert.deepEqual(await filtered("resourceGroup eq 'routes'"), ['nsg', 'vnet']);
    assert.deepEqual(
      await filtered("resourceType eq 'Microsoft.Network/virtualNetworks' and location eq 'japaneast'"),
      ['vnet'],
    );
    assert.deepEqual(await filtered("tagName eq 'A' and tagValue eq 'b'"), ['nsg']);
    assert.deepEqual(await filtered("tagName eq 'a'"), ['nsg']);
    assert.deepEqual(await filtered("tagValue eq 'c'"), []);
    assert.deepEqual(await filtered("name eq 'vnet'"), ['vnet']);
    assert.equal((await of(`${network('Routes')}/networkSecurityGroups/nsg/defaultSecurityRules`)).length, 6);
  });

  it('reads the parts of a resource by themselves', async () => {
    await makeNic(lab, 'Routes', 'parts');
    const nic = `${network('Routes')}/networkInterfaces/parts`;
    const rule = `${network('Routes')}/networkSecurityGroups/nsg/defaultSecurityRules`;
    const configuration = (await lab.call('GET', `${nic}/ipConfigurations/C`)).body as { etag: string; name: string };
    assert.equal(configuration.name, 'c');
    assert.match(configuration.etag, /^W\/"/);
    assert.deepEqual(names((await lab.call('GET', `${nic}/ipConfigurations`)).body), ['c']);
    assert.equal(((await lab.call('GET', `${rule}/denyallinbound`)).body as { name: string }).name, 'DenyAllInBound');
    assert.equal(errorCode(await lab.call('GET', `${rule}/none`)), 'NotFound');
    assert.equal(errorCode(await lab.call('GET', `${rule}/DenyAllInBound/more`)), 'NotModelled');
    const peerings = `${network('Routes')}/virtualNetworks/vnet/virtualNetworkPeerings`;
    assert.deepEqual((await lab.call('GET', peerings)).body, { value: [] });
    assert.equal((await lab.call('DELETE', nic)).status, 202);
    await idle(lab);
  });

  it('shows the subscription and its regions', async () => {
    const tenants = (await lab.call('GET', '/tenants')).body as { value: { tenantId: string }[] };
    assert.deepEqual(
      tenants.value.map(({ tenantId }) => tenantId),
      [lab.arm.tenantId],
    );
    assert.equal((await lab.call('GET', '/tenants/x')).status, 501);
    const all = await lab.call('GET', '/subscriptions');
    assert.deepEqual(
      (all.body as { value: { state: string }[] }).value.map((one) => one.state),
      ['Enabled'],
    );
    assert.equal(((await lab.call('GET', subscription)).body as { tenantId: string }).tenantId, lab.arm.tenantId);
    assert.ok(names((await lab.call('GET', `${subscription}/locations`)).body).includes('japanwest'));
  });

  it('says with HEAD whether something is there', async () => {
    const status = async (path: string): Promise<number> => (await lab.call('HEAD', path)).status;
    assert.equal(await status(group), 204);
    assert.equal(await status(`${subscription}/resourceGroups/none`), 404);
    assert.equal(await status(`${network('Routes')}/virtualNetworks/vnet`), 204);
    assert.equal(await status(`${network('Routes')}/virtualNetworks/none`), 404);
  });
});
