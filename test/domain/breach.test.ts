/** A breach of a rule, and the pairs that rules compare. */
import assert from 'node:assert/strict';
import { breach, pairs } from '../../domain/breach.ts';

describe('a breach', () => {
  it('refuses the file and names its path, value, message and remedy', () => {
    assert.deepEqual(breach('hub.name', 'x', 'is short', 'use more'), {
      path: 'hub.name',
      value: 'x',
      message: 'is short',
      remedy: 'use more',
      kind: 'refused',
      with: [],
    });
  });

  it('names the other values that it was compared with', () => {
    assert.deepEqual(breach('a', '1', 'm', 'r', ['b', 'c']).with, ['b', 'c']);
  });
});

describe('the pairs of a list', () => {
  const cases: [string, string[], string[]][] = [
    ['nothing', [], []],
    ['one value', ['a'], []],
    ['two values', ['a', 'b'], ['a0 b1']],
    ['three values', ['a', 'b', 'c'], ['a0 b1', 'a0 c2', 'b1 c2']],
    ['equal values', ['a', 'a'], ['a0 a1']],
  ];
  for (const [what, values, expected] of cases) {
    it(`of ${what} are every two once, the earlier one first`, () => {
      const found = pairs(values).map((pair) => pair.map(({ value, index }) => `${value}${index}`).join(' '));
      assert.deepEqual(found, expected);
    });
  }

  it('are n (n - 1) / 2', () => assert.equal(pairs(Array.from({ length: 20 }, (_, index) => index)).length, 190));
});
