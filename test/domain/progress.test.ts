/** Phases: after which nothing more happens by itself, and for which `up` waits no longer. */
import assert from 'node:assert/strict';
import { isFinal, isSettled, type Phase } from '../../domain/progress.ts';

/** Settled, final. A record, so that a new phase has to be judged here. */
const phases: Record<Phase, readonly [settled: boolean, final: boolean]> = {
  preflight: [false, false],
  'waiting-for-hub': [false, false],
  building: [false, false],
  configuring: [false, false],
  verifying: [false, false],
  connected: [true, false],
  degraded: [true, false],
  attention: [true, false],
  'tearing-down': [false, false],
  gone: [true, true],
  refused: [true, true],
};

describe('the phase', () => {
  for (const [phase, [settled, final]] of Object.entries(phases) as [Phase, (typeof phases)[Phase]][]) {
    it(`${phase} is ${settled ? 'settled' : 'on its way'} and ${final ? 'final' : 'not final'}`, () => {
      assert.equal(isSettled(phase), settled);
      assert.equal(isFinal(phase), final);
    });
  }
});
