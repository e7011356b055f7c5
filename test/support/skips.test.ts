import assert from 'node:assert/strict';
import { judgeSkips, type KnownSkip } from './skips.ts';

const skips: readonly KnownSkip[] = [
  { test: 'the moon', reason: 'there is no moon', probe: async () => true },
  { test: 'the sea', reason: 'there is no sea', probe: async () => false },
];

describe('skipped tests', () => {
  it('are explained when listed and the probe holds', async () => {
    const verdict = await judgeSkips(['the moon rises'], skips);
    assert.deepEqual(verdict, { lines: ['the moon rises: there is no moon'], unexplained: [] });
  });

  it('are unexplained when the probe does not hold', async () => {
    const { unexplained, lines } = await judgeSkips(['the sea is calm'], skips);
    assert.deepEqual(unexplained, ['the sea is calm']);
    assert.match(lines.join(''), /does not hold here/);
  });

  it('are unexplained when not listed', async () => {
    assert.deepEqual((await judgeSkips(['the sun sets'], skips)).unexplained, ['the sun sets']);
  });
});
