/** A change broken off at every line, in every way: the router ends with all of it or with none. */
import assert from 'node:assert/strict';
import { withRouter } from '../../support/router.ts';
import {
  boot,
  configurationOf,
  endings,
  interrupt,
  interruptions,
  inverseOf,
  pointsOf,
  withArchive,
} from './support/interrupted.ts';
import type { Ending } from './support/interrupted.ts';

describe('a change that is broken off at any of its lines', () => {
  for (const how of interruptions) {
    it(`ends whole or undone: ${how}`, async () => {
      await withRouter(async (fixture) => {
        await withArchive(fixture);
        boot(fixture);
        const original = configurationOf(fixture);
        const inverse = await inverseOf(fixture);
        const points = await pointsOf(fixture);
        assert.equal(configurationOf(fixture), original);
        await endings['next attempt'](fixture);
        const whole = configurationOf(fixture);
        const expected: Readonly<Record<Ending, readonly string[]>> = {
          nobody: [original, whole],
          'next attempt': [whole],
          teardown: [original],
        };
        for (const [index, point] of points.entries()) {
          // A teardown finds what a next attempt finds: some of the lines will do.
          const all = Object.keys(endings) as Ending[];
          for (const ending of all.filter((one) => one !== 'teardown' || index % 4 === 0)) {
            boot(fixture);
            await interrupt(fixture, point, how);
            await endings[ending](fixture, inverse);
            const where = `${how} line ${point.line} (${point.nth}), then ${ending}`;
            assert.ok(expected[ending].includes(configurationOf(fixture)), where);
            fixture.router.advanceSeconds(600);
            assert.ok(expected[ending].includes(configurationOf(fixture)), `${where}, and ten minutes later`);
          }
        }
      });
    });
  }
});
