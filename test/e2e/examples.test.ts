/** Every example that the lab can carry out is built and torn down; the seed's own has its test beside this one. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { withoutReloads } from '../support/reloads.ts';
import { broken, ROOT, rowsOf, withStack } from '../support/stack.ts';

describe('the examples', function () {
  this.timeout(240_000);
  const stack = withStack();

  const runningConfig = async (name: string) => {
    const { routers } = await stack.lab.control.inventory();
    return routers.find((router) => router.name === name)?.runningConfig;
  };

  it('are those that are tried', () => {
    const files = readdirSync(join(ROOT, 'examples')).filter((name) => name.endsWith('.yaml'));
    assert.deepEqual(files.toSorted(), ['azure.yaml', 'bgp.yaml', 'device.yaml', 'second.yaml', 'seed.yaml']);
  });

  it('build a tunnel with other names, regions and prefixes, and leave nothing', async () => {
    const up = await stack.sitelink('up', 'examples/second.yaml');
    assert.equal(up.code, 0, up.stderr);
    assert.deepEqual(broken(up.document), []);
    assert.deepEqual([...rowsOf(up.document).keys()], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]);
    assert.doesNotMatch(JSON.stringify(up.document), /japan|Site01|router210|172\.(16|20)\./i);
    const down = await stack.sitelink('down', 'atlantic');
    assert.equal(down.code, 0, down.stderr);
    assert.deepEqual((await stack.lab.control.inventory()).resources, []);
  });

  it('connect a router that is there already, and give it back as it was', async () => {
    await stack.lab.control.putDevice('milano-r1', {
      publicAddress: '203.0.113.7',
      privateAddress: '10.0.0.2',
      username: 'netops',
      publicKey: stack.publicKey,
      config: ['interface Loopback50', ' ip address 192.168.50.1 255.255.255.0'],
    });
    const before = await runningConfig('milano-r1');
    assert.match(before ?? '', /interface Loopback50/);
    const up = await stack.sitelink('up', 'examples/device.yaml');
    assert.equal(up.code, 0, up.stderr);
    assert.deepEqual(broken(up.document), []);
    // Rows 2 to 4 are about a router that Sitelink makes.
    assert.deepEqual([...rowsOf(up.document).keys()], [1, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]);
    assert.notEqual(await runningConfig('milano-r1'), before);
    const down = await stack.sitelink('down', 'europe');
    assert.equal(down.code, 0, down.stderr);
    assert.deepEqual((await stack.lab.control.inventory()).resources, []);
    assert.equal(await runningConfig('milano-r1'), before);
  });

  it('for Azure of today are plans that say what is special about them', async () => {
    const azure = await stack.sitelink('plan', 'examples/azure.yaml', '--offline');
    assert.equal(azure.code, 0, azure.stderr);
    assert.match(azure.stderr, /reload +router210: once, to bring its licence level for IPsec into effect/);
    const bgp = await stack.sitelink('plan', 'examples/bgp.yaml', '--offline');
    assert.equal(bgp.code, 0, bgp.stderr);
    assert.match(bgp.stderr, /bgp +bern: AS 65010 from 192\.168\.255\.1, announces 192\.168\.20\.0\/24/);
    assert.match(bgp.stderr, /policy +bern: IKE AES256\/SHA256\/DHGroup14.*its release refuses DH group 2/);
  });

  it("build the seed's scenario with the router of today, whose licence needs a reload, and leave nothing", async () => {
    const up = await withoutReloads(stack.lab.control, () => stack.sitelink('up', 'examples/azure.yaml'));
    assert.equal(up.code, 0, up.stderr);
    assert.deepEqual(broken(up.document), []);
    assert.deepEqual([...rowsOf(up.document).keys()], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]);
    const [router] = (await stack.lab.control.inventory()).routers.filter(({ name }) => name === 'router210');
    assert.match(router?.runningConfig ?? '', /^license boot level network-advantage addon dna-advantage$/m);
    const down = await stack.sitelink('down', 'japan');
    assert.equal(down.code, 0, down.stderr);
    assert.deepEqual((await stack.lab.control.inventory()).resources, []);
  });
});
