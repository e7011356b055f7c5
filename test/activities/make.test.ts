import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { azureActivities } from '../../activities/azure.ts';
import { createSecrets } from '../../activities/secrets.ts';
import { cidr, seedRouter } from '../support/site-files.ts';
import { accepted, fakeArm, type Answerer, type FakeReply } from './fake-arm.ts';
import { group, network, owner, tags, hubTags, absent, problem, type, actOn } from './samples.ts';
import { attempt, persist, rsaPem } from './support.ts';

describe('Making a VM', () => {
  const home = mkdtempSync(join(tmpdir(), 'sitelink-vm-'));
  before(() => writeFileSync(join(home, 'id_rsa'), rsaPem));
  after(() => rmSync(home, { recursive: true }));
  const id = `${group}/providers/Microsoft.Compute/virtualMachines/router210`;
  const request = {
    id,
    location: 'japanwest',
    owner,
    adopt: false,
    name: 'router210',
    nicId: `${network}/networkInterfaces/n`,
    size: seedRouter.size,
    image: seedRouter.image,
    withPlan: true,
    priority: 'Spot' as const,
    spotFallback: true,
    adminUsername: 'azureuser',
    privateKey: { file: '~/id_rsa' },
    diskName: 'router210-osdisk',
  };
  const vm = (state: string, priority: string, power: string): FakeReply => ({
    body: {
      id,
      location: 'japanwest',
      tags,
      properties: {
        provisioningState: state,
        priority,
        hardwareProfile: { vmSize: request.size },
        networkProfile: { networkInterfaces: [{ id: request.nicId }] },
        instanceView: { statuses: [{ code: `PowerState/${power}` }] },
      },
    },
  });
  const nic: FakeReply = {
    body: { properties: { ipConfigurations: [{ properties: { privateIPAddress: '172.20.10.210' } }] } },
  };
  const actWith = (answer: Answerer) => {
    const { deps } = fakeArm(answer);
    return azureActivities({ ...deps, secrets: createSecrets({ env: {}, home }) });
  };

  it('takes Regular where Spot has no capacity and the site file allows it, after the failed VM is gone', async () => {
    let state: 'absent' | 'failed' | 'regular' = 'absent';
    const deeds: string[] = [];
    const act = actWith(({ method, path, body }) => {
      if (path === request.nicId) return nic;
      if (path.startsWith('/operations/'))
        return { body: { status: 'Failed', error: { code: 'AllocationFailed', message: 'none' } } };
      if (method === 'GET') {
        if (state === 'absent') return absent;
        return state === 'failed' ? vm('Failed', 'Spot', '') : vm('Succeeded', 'Regular', 'running');
      }
      const spot = JSON.stringify(body ?? '').includes('Spot');
      deeds.push(method === 'PUT' ? `PUT ${spot ? 'Spot' : 'Regular'}` : method);
      state = method === 'DELETE' ? 'absent' : spot ? 'failed' : 'regular';
      if (method === 'DELETE') return { status: 204 };
      return spot ? accepted() : { body: {} };
    });
    const { result } = await persist(act.ensureVm, request, 1);
    assert.equal(result.priority, 'Regular');
    assert.deepEqual(deeds, ['PUT Spot', 'DELETE', 'PUT Regular']);
    const strict = await attempt(act.ensureVm, { ...request, spotFallback: false });
    assert.equal(type(strict), 'Refused');
  });

  it('keeps to the choice that an earlier attempt made, and does not fall back unasked', async () => {
    const { result } = await attempt(
      actWith(({ path }) => (path === request.nicId ? nic : vm('Succeeded', 'Regular', 'running'))).ensureVm,
      request,
      { kept: { choice: 'Regular' } },
    );
    assert.equal(result?.priority, 'Regular');
    const full = actWith(({ method }) => (method === 'PUT' ? problem(409, 'SkuNotAvailable') : absent));
    assert.equal(type(await attempt(full.ensureVm, { ...request, spotFallback: false })), 'Refused');
  });

  it('starts one that is off, and waits for one that starts', async () => {
    let power = 'deallocated';
    const asked: string[] = [];
    const act = actWith(({ method, path }) => {
      if (path === request.nicId) return nic;
      asked.push(`${method} ${path.slice(id.length)}`);
      if (method === 'POST') power = 'running';
      return method === 'POST' ? { status: 200 } : vm('Succeeded', 'Spot', power);
    });
    assert.equal((await attempt(act.ensureVm, request)).result?.powerState, 'running');
    assert.ok(asked.includes('POST /start'));
    power = 'starting';
    assert.equal(type(await attempt(act.ensureVm, request)), 'NotYet');
    const failing = actWith(({ method, path }) => {
      if (path.startsWith('/operations/')) return { body: { status: 'Failed', error: { code: 'X', message: 'x' } } };
      return method === 'POST' ? accepted(202, undefined) : vm('Succeeded', 'Spot', 'stopped');
    });
    await assert.rejects(persist(failing.ensureVm, request, 1), { type: 'Refused' });
  });
});

describe('Places and addresses', () => {
  const place = { location: 'japaneast', owner: { hub: 'japan', site: null }, adopt: false };

  it('tell whether a child is absent', async () => {
    const id = `${network}/virtualNetworks/v/subnets/s`;
    assert.equal((await attempt(actOn(() => absent).isAbsent, { id })).result, true);
    assert.equal((await attempt(actOn(() => ({ body: { id } })).isAbsent, { id })).result, false);
  });

  it('share a group of the same hub without making it theirs', async () => {
    const act = actOn(() => ({ body: { id: group, name: 'g', location: 'japaneast', tags } }));
    const made = await attempt(act.ensureResourceGroup, { ...place, id: group });
    assert.equal(made.result?.adopted, true);
  });

  it('wait for an address that Azure has not given yet', async () => {
    const body = {
      location: 'japaneast',
      tags: hubTags,
      sku: { name: 'Standard' },
      properties: { provisioningState: 'Succeeded', publicIPAllocationMethod: 'Static' },
    };
    const made = await attempt(actOn(() => ({ body })).ensurePublicIp, {
      ...place,
      id: `${network}/publicIPAddresses/ip`,
      zones: [],
    });
    assert.equal(type(made), 'NotYet');
  });

  it('tell a subnet that was there, by whose network it stands in', async () => {
    const id = `${network}/virtualNetworks/v/subnets/s`;
    for (const [networkTags, adopted] of [
      [hubTags, false],
      [{}, true],
    ] as const) {
      const act = actOn(({ path }) =>
        path === id
          ? { body: { id, name: 's', properties: { addressPrefix: '172.16.1.0/24', provisioningState: 'Succeeded' } } }
          : { body: { tags: networkTags } },
      );
      const made = await attempt(act.ensureSubnet, { ...place, id, prefix: cidr('172.16.1.0/24') });
      assert.equal(made.result?.adopted, adopted);
    }
  });
});
