/** A change that is broken off, and what the next attempt, a teardown or nobody makes of it. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Busy } from '../../../adapters/errors.ts';
import { configureLoopbacks, configureTunnel, removeLines, withSession } from '../../../adapters/ios/index.ts';
import { PASSWORD } from '../../support/router.ts';
import { assertNothingPending, guarded, typed } from './support/guarded.ts';
import { boot, configurationOf, endings, interrupt, inverseOf, pointsOf, prepared } from './support/interrupted.ts';
import type { Ending } from './support/interrupted.ts';
import { opener } from './support/opener.ts';
import { intent } from './support/samples.ts';

const theirs = 'ip route 10.9.0.0 255.255.0.0 Null0';

describe('a change that is broken off', () => {
  it('ends whole or undone, whatever comes next (every line is tried in the long suite)', async () => {
    await guarded(async (fixture) => {
      const original = configurationOf(fixture);
      const inverse = await inverseOf(fixture);
      const points = await pointsOf(fixture);
      await endings['next attempt'](fixture);
      const whole = configurationOf(fixture);
      const tries = [
        [0, 'dropped after', 'next attempt'],
        [9, 'dropped before', 'nobody'],
        [14, 'worker killed', 'next attempt'],
        [20, 'reloaded before', 'next attempt'],
        [25, 'dropped after', 'teardown'],
        [points.length - 2, 'worker killed', 'next attempt'],
        [points.length - 1, 'dropped before', 'nobody'],
        [points.length - 1, 'dropped after', 'next attempt'],
      ] as const;
      for (const [index, how, ending] of tries) {
        boot(fixture);
        await interrupt(fixture, points[index]!, how);
        await endings[ending as Ending](fixture, inverse);
        const expected = { nobody: [original, whole], 'next attempt': [whole], teardown: [original] }[ending];
        assert.ok(expected.includes(configurationOf(fixture)), `${how} ${points[index]?.line ?? ''}, then ${ending}`);
        await assertNothingPending(fixture);
      }
    });
  });

  it('ends whole, too, when a session dies while it logs in, reads or reads back', async () => {
    await guarded(async (fixture) => {
      await endings['next attempt'](fixture);
      const whole = configurationOf(fixture);
      const phases = [
        ['terminal length 0', 1, 'dropped after'],
        ['show running-config', 1, 'dropped after'],
        ['show version', 1, 'worker killed'],
        ['terminal length 0', 2, 'worker killed'],
        ['show running-config', 2, 'dropped before'],
        ['show running-config', 2, 'worker killed'],
        ['exit', 1, 'dropped before'],
      ] as const;
      for (const [line, nth, how] of phases) {
        boot(fixture);
        await interrupt(fixture, { line, nth }, how);
        // Without waiting for the timer: nobody else is logged in.
        await configureTunnel(opener(fixture), prepared, intent);
        assert.equal(configurationOf(fixture), whole, `${how} ${line} (${nth})`);
        await assertNothingPending(fixture);
      }
      const until = Date.now() + 5000;
      while (fixture.router.inventory().sessions.length > 0 && Date.now() < until) await sleep(20);
      assert.deepEqual(fixture.router.inventory().sessions, [], 'and every line of the terminal is free again');
    });
  });

  for (const ending of ['next attempt', 'teardown'] as const) {
    it(`takes nothing away from somebody who has changed something meanwhile: ${ending}`, async () => {
      await guarded(async (fixture) => {
        const inverse = await inverseOf(fixture);
        const points = await pointsOf(fixture);
        await typed(fixture, 'configure terminal', theirs, 'end');
        if (ending === 'next attempt') await endings[ending](fixture);
        const expected = configurationOf(fixture);
        boot(fixture);
        await interrupt(fixture, points[18]!, 'dropped after');
        await typed(fixture, 'configure terminal', theirs, 'end');
        await endings[ending](fixture, inverse);
        assert.equal(configurationOf(fixture), expected);
        await assertNothingPending(fixture);
      });
    });
  }

  const arming = { line: 'configure terminal revert timer 5', nth: 1 };

  it('before its first line is known as our own, and nobody waits for the timer', async () => {
    await guarded(async (fixture) => {
      await interrupt(fixture, arming, 'dropped after');
      assert.match(await typed(fixture, 'show archive config rollback timer'), /Timer value: 5 min/);
      assert.deepEqual((await configureTunnel(opener(fixture), prepared, intent)).missing, []);
      await assertNothingPending(fixture);
    });
  });

  it('before its first line is waited for while somebody is logged in under the same name', async () => {
    await guarded(async (fixture) => {
      await interrupt(fixture, arming, 'dropped after');
      const other = await fixture.shell();
      await assert.rejects(configureTunnel(opener(fixture), prepared, intent), Busy);
      other.close();
      await other.ended();
      assert.deepEqual((await configureTunnel(opener(fixture), prepared, intent)).missing, []);
    });
  });

  it('before its first line does not take away what another user has changed meanwhile', async () => {
    await guarded(async (fixture) => {
      await typed(fixture, 'configure terminal', `username other privilege 15 password 0 ${PASSWORD}`, 'end');
      await interrupt(fixture, arming, 'dropped after');
      const shell = await fixture.shell({ username: 'other', password: PASSWORD });
      await shell.configure(theirs);
      shell.close();
      await configureTunnel(opener(fixture), prepared, intent);
      await assertNothingPending(fixture);
      assert.ok(configurationOf(fixture).includes(theirs));
    });
  });

  it('waits while a change of somebody else is pending', async () => {
    await guarded(async (fixture) => {
      const inverse = await inverseOf(fixture);
      await typed(fixture, 'configure terminal revert timer 20', theirs, 'end');
      const before = configurationOf(fixture);
      await assert.rejects(configureTunnel(opener(fixture), prepared, intent), Busy);
      await assert.rejects(configureLoopbacks(opener(fixture), []), Busy);
      await assert.rejects(removeLines(opener(fixture), inverse), Busy);
      assert.equal(configurationOf(fixture), before);
      await withSession(opener(fixture), (session) =>
        assert.rejects(session.configure(['ip routing'], { revertMinutes: 5 }), Busy),
      );
    });
  });
});
