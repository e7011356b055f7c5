/** What a changed file is told. */
import assert from 'node:assert/strict';
import { differences } from '../../client/commands/differences.ts';

describe('the differences of two files', () => {
  it('say what to write, to add or to remove', () => {
    const running = { prefixes: ['10.0.0.0/24'], name: 'a', plan: { sku: 'x' } };
    const given = { prefixes: ['10.0.0.0/24', '10.0.1.0/24'], name: 'b' };
    assert.deepEqual(
      differences(running, given).map(({ path, given: value, remedy }) => `${path}: ${value} -> ${remedy}`),
      ['prefixes[1]: "10.0.1.0/24" -> remove it', 'name: "b" -> write "a"', 'plan: (nothing) -> write {"sku":"x"}'],
    );
    assert.deepEqual(differences(running, structuredClone(running)), []);
  });
});
