/**
 * The worker is killed without warning at the two moments that hurt most, and the run goes on with the next one as if
 * nothing had been: nothing is made twice. The shared key went everywhere that a run takes it, so the same stack is
 * searched for it at the end.
 */
import assert from 'node:assert/strict';
import { broken, rowsOf, withStack } from '../support/stack.ts';

describe('a worker that is killed', function () {
  this.timeout(240_000);
  const stack = withStack();

  it('while the gateway is being made and again while the router is configured: the run finishes', async () => {
    await stack.lab.control.setFaults([
      {
        id: 'gateway',
        target: 'arm',
        match: { method: 'PUT', path: 'virtualNetworkGateways/' },
        nth: 1,
        at: 'afterEffect',
        do: 'hold',
      },
      { id: 'router', target: 'router', match: { line: 'crypto ipsec profile' }, nth: 1, do: 'hold' },
    ]);
    const running = stack.sitelink('up', 'examples/seed.yaml');
    for (const fault of ['gateway', 'router']) {
      await stack.lab.control.held(fault, 60);
      await stack.killWorkers();
      await stack.lab.control.release(fault);
      await stack.startWorker();
    }
    const up = await running;
    assert.equal(up.code, 0, up.stderr);
    assert.deepEqual(broken(up.document), []);
    assert.deepEqual([...rowsOf(up.document).keys()], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]);
  });

  it('makes nothing twice', async () => {
    const requests = await stack.lab.control.requests();
    const created = requests.filter(({ method, status }) => method === 'PUT' && status === 201);
    assert.ok(created.length > 10, `${created.length} resources`);
    assert.deepEqual(twice(created.map(({ path }) => path.toLowerCase())), []);
    const { operations } = await stack.lab.control.inventory();
    const creations = operations.filter((one) => one['created'] === true);
    assert.ok(creations.some(({ target }) => String(target).includes('virtualNetworkGateways/')));
    assert.deepEqual(twice(creations.map(({ target }) => String(target).toLowerCase())), []);
  });

  it('leaves nothing after the teardown', async () => {
    const down = await stack.sitelink('down', 'japan');
    assert.equal(down.code, 0, down.stderr);
    assert.deepEqual((await stack.lab.control.inventory()).resources, []);
  });
});

function twice(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}
