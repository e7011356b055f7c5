import assert from 'node:assert/strict';
import { azureActivities } from '../../activities/azure.ts';
import { accepted, fakeArm, type Answerer } from './fake-arm.ts';
import { group, network, owner, tags, hubTags, absent, problem, type, actOn } from './samples.ts';
import { attempt, persist } from './support.ts';

describe('Removal', () => {
  const id = `${network}/publicIPAddresses/ip`;
  const request = { id, owner, oursByRecord: false };

  it('keeps what does not carry our tags at that moment', async () => {
    const act = actOn(() => ({ body: { id, tags: hubTags } }));
    const { result } = await attempt(act.removeResource, request);
    assert.deepEqual(result, { outcome: 'kept', detail: 'it does not carry our tags' });
  });

  it('is tried again while something still uses the resource', async () => {
    const act = actOn(({ method }) =>
      method === 'DELETE' ? problem(400, 'PublicIPAddressCannotBeDeleted') : { body: { id, tags } },
    );
    assert.equal(type(await attempt(act.removeResource, request)), 'Busy');
  });

  it('waits for what goes already, and for what is still shown after its end', async () => {
    const going = actOn(() => ({ body: { id, tags, properties: { provisioningState: 'Deleting' } } }));
    assert.equal(type(await attempt(going.removeResource, request)), 'NotYet');
    const shown = fakeArm(({ method }) => (method === 'DELETE' ? { status: 204 } : { body: { id, tags } }));
    assert.equal(type(await attempt(azureActivities(shown.deps).removeResource, request)), 'NotYet');
    assert.equal(shown.asked.filter((line) => line.startsWith('DELETE')).length, 1);
  });

  it('fails where Azure refuses, at once or in the end', async () => {
    const atOnce = actOn(({ method }) =>
      method === 'DELETE' ? problem(403, 'AuthorizationFailed') : { body: { id, tags } },
    );
    assert.equal(type(await attempt(atOnce.removeResource, request)), 'Refused');
    const inTheEnd = actOn(({ method, path }) => {
      if (path.startsWith('/operations/'))
        return { body: { status: 'Failed', error: { code: 'Bad', message: 'bad' } } };
      return method === 'DELETE' ? accepted(202, undefined) : { body: { id, tags } };
    });
    await assert.rejects(persist(inTheEnd.removeResource, request, 1), { type: 'Refused' });
  });

  it('takes a subnet whose network is ours, or that was absent before', async () => {
    const subnet = `${network}/virtualNetworks/v/subnets/s`;
    const answers =
      (networkTags: object, gone: { yet: boolean }): Answerer =>
      ({ method, path }) => {
        if (!path.includes('/subnets/')) return { body: { id: path, tags: networkTags } };
        if (method === 'DELETE') gone.yet = true;
        return gone.yet && method === 'GET'
          ? absent
          : { status: method === 'DELETE' ? 204 : 200, body: { id: subnet } };
      };
    const ask = { id: subnet, owner, oursByRecord: false };
    const foreign = await attempt(actOn(answers({}, { yet: false })).removeResource, ask);
    assert.equal(foreign.result?.outcome, 'kept');
    for (const [networkTags, oursByRecord] of [
      [hubTags, false],
      [{}, true],
    ] as const) {
      const made = await attempt(actOn(answers(networkTags, { yet: false })).removeResource, { ...ask, oursByRecord });
      assert.equal(made.result?.outcome, 'absent');
    }
  });

  it('never takes a disk of which nothing proves that it is ours', async () => {
    const disk = `${group}/providers/Microsoft.Compute/disks/router210-osdisk`;
    const act = actOn(() => ({ body: { id: disk } }));
    assert.equal(type(await attempt(act.removeResource, { ...request, id: disk })), 'Refused');
  });

  it('keeps a group that is not ours, and one in which another site or somebody else has something', async () => {
    const inGroup = (groupTags: object, resources: object[]) =>
      actOn(({ path }) =>
        path.endsWith('/resources') ? { body: { value: resources } } : { body: { id: group, tags: groupTags } },
      );
    const ask = { id: group, owner };
    const kept = async (act: ReturnType<typeof actOn>) => (await attempt(act.removeResourceGroup, ask)).result?.detail;
    assert.match((await kept(inGroup({}, []))) ?? '', /does not carry our tags/);
    const mine = { id: `${network}/publicIPAddresses/a`, tags };
    const other = { id: `${network}/publicIPAddresses/b`, tags: { ...tags, 'sitelink-site': 'Site02' } };
    const foreign = [1, 2, 3, 4, 5].map((n) => ({ id: `${network}/publicIPAddresses/f${n}` }));
    assert.match((await kept(inGroup(tags, [mine, other]))) ?? '', /something else is in it: b$/);
    assert.match((await kept(inGroup(tags, [mine, other, ...foreign]))) ?? '', /b, f1, f2, f3, f4 and 1 more/);
  });
});
