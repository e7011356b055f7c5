/** The scenario from nothing to a verified tunnel and back, through the same processes and commands that a user has. */
import assert from 'node:assert/strict';
import { broken, rowsOf, withStack } from '../support/stack.ts';

describe('the scenario of the seed', () => {
  const stack = withStack();

  it('is built, proved in every row, and taken down with nothing left', async function () {
    this.timeout(240_000);
    const up = await stack.sitelink('up', 'examples/seed.yaml');
    assert.equal(up.code, 0, up.stderr);
    assert.deepEqual(broken(up.document), []);
    assert.deepEqual([...rowsOf(up.document).keys()], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]);
    const down = await stack.sitelink('down', 'japan');
    assert.equal(down.code, 0, down.stderr);
    assert.deepEqual((await stack.lab.control.inventory()).resources, []);
  });
});
