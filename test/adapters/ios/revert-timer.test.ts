/** The router's own guard: a change that it takes back unless a second login has confirmed it. */
import assert from 'node:assert/strict';
import { Busy, DeviceRejected, Refused, Unreachable } from '../../../adapters/errors.ts';
import {
  configureLoopbacks,
  configureTunnel,
  planTunnel,
  removeLines,
  withSession,
} from '../../../adapters/ios/index.ts';
import type { OpenSession } from '../../../adapters/ios/index.ts';
import { minutesFor, parsePending } from '../../../adapters/ios/guard.ts';
import type { LoopbackSpec } from '../../../domain/spec.ts';
import { PASSWORD, withRouter } from '../../support/router.ts';
import type { RouterFixture } from '../../support/router.ts';
import { opener } from './support/opener.ts';
import { intent } from './support/samples.ts';
import {
  boot,
  configurationOf,
  endings,
  interrupt,
  inverseOf,
  longEnough,
  pointsOf,
  prepared,
  withArchive,
} from './support/interrupted.ts';
import type { Ending } from './support/interrupted.ts';

const useIfOn = { archive: 'useIfOn', backup: null } as const;
const theirs = 'ip route 10.9.0.0 255.255.0.0 Null0';

/** A router whose archive is on. */
async function guarded(work: (fixture: RouterFixture) => Promise<void>): Promise<void> {
  await withRouter(async (fixture) => {
    await withArchive(fixture);
    await work(fixture);
  });
}

async function typed(fixture: RouterFixture, ...commands: readonly string[]): Promise<string> {
  const shell = await fixture.shell();
  const replies: string[] = [];
  for (const command of commands) replies.push(await shell.run(command));
  shell.close();
  return replies.join('\n');
}

async function assertNothingPending(fixture: RouterFixture): Promise<void> {
  assert.match(await typed(fixture, 'show archive config rollback timer'), /No Rollback Confirmed Change pending/);
  const now = configurationOf(fixture);
  fixture.router.advanceSeconds(longEnough);
  assert.equal(configurationOf(fixture), now, 'and nothing is taken back later');
}

describe('the revert timer', () => {
  it('guards a change where the archive is on, and is confirmed at once', async () => {
    await guarded(async (fixture) => {
      const applied = await configureTunnel(opener(fixture), prepared, intent);
      assert.deepEqual([applied.revertMinutes, applied.missing, applied.backup], [5, [], null]);
      assert.match(await typed(fixture, 'show logging'), /ROLLBK_CNFMD_CHG_CONFIRM/);
      await assertNothingPending(fixture);
    });
  });

  it('is not asked for where the archive is off, unless it may be turned on', async () => {
    await withRouter(async (fixture) => {
      const original = configurationOf(fixture);
      const turnOn = { archive: 'turnOn', backup: null } as const;
      const planned = await planTunnel(opener(fixture), prepared, intent, turnOn);
      assert.deepEqual(planned.lines.slice(0, 2), ['archive', ' path bootflash:sitelink-archive']);
      assert.equal((await configureLoopbacks(opener(fixture), [])).revertMinutes, null);
      const applied = await configureTunnel(opener(fixture), prepared, intent, turnOn, planned.lines);
      assert.deepEqual([applied.revertMinutes, applied.missing], [5, []]);
      assert.deepEqual(applied.inverse, planned.inverse);
      const again = await configureTunnel(opener(fixture), prepared, intent, turnOn);
      assert.deepEqual([again.sent, again.revertMinutes], [[], null]);
      assert.deepEqual((await removeLines(opener(fixture), applied.inverse)).leftovers, []);
      assert.equal(configurationOf(fixture), original);
    });
  });

  it('guards loopbacks too', async () => {
    await guarded(async (fixture) => {
      const one = [{ name: 'Loopback100', address: '172.20.100.100', prefixLength: 24 }] as LoopbackSpec[];
      assert.equal((await configureLoopbacks(opener(fixture), one)).revertMinutes, 5);
      await assertNothingPending(fixture);
    });
  });

  it('has minutes enough for many lines, and says who waits', () => {
    assert.equal(minutesFor(['a']), 5);
    assert.equal(minutesFor(Array.from({ length: 300 }, () => 'a')), 13);
    assert.equal(parsePending('%No Rollback Confirmed Change pending'), null);
    const text =
      'Time configured(or reconfigured): 12:00\nTimer type: absolute timer\nTimer value: 3 min\nUser: anna\n';
    assert.deepEqual(parsePending(text), { user: 'anna', minutes: 3 });
    assert.deepEqual(parsePending('User: anna'), { user: 'anna', minutes: null });
    assert.deepEqual(parsePending('Timer value: 3 min'), { user: null, minutes: 3 });
  });
});

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

describe('a guarded change that goes wrong', () => {
  const reject = (id: string, line: string) => ({
    id,
    target: 'router',
    match: { line },
    do: 'reject',
    message: '% No',
  });

  it('is undone and confirmed when a line is rejected', async () => {
    await guarded(async (fixture) => {
      const original = configurationOf(fixture);
      fixture.faults.set([reject('a', '^tunnel protection')]);
      await assert.rejects(
        configureTunnel(opener(fixture), prepared, intent),
        (error: unknown) => error instanceof DeviceRejected && /is undone/.test(error.message),
      );
      assert.equal(configurationOf(fixture), original);
      await assertNothingPending(fixture);
    });
  });

  it('goes the way of the router where the lines cannot be taken back', async () => {
    await guarded(async (fixture) => {
      const original = configurationOf(fixture);
      fixture.faults.set([reject('a', '^tunnel protection'), reject('b', '^no ')]);
      await assert.rejects(configureTunnel(opener(fixture), prepared, intent), /went back to the configuration from/);
      assert.equal(configurationOf(fixture), original);
      await assertNothingPending(fixture);
    });
  });

  it('keeps what somebody else has changed, and says what stayed, where the lines cannot be taken back', async () => {
    await guarded(async (fixture) => {
      fixture.faults.set([
        reject('b', '^no '),
        { id: 'h', target: 'router', match: { line: '^tunnel protection' }, do: 'hold' },
        reject('a', '^tunnel protection'),
      ]);
      const failed = assert.rejects(
        configureTunnel(opener(fixture), prepared, intent),
        /the router's timer was stopped/,
      );
      while (fixture.faults.holds().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      await typed(fixture, 'configure terminal', theirs, 'end');
      fixture.faults.release('h');
      await failed;
      assert.ok(configurationOf(fixture).includes(theirs));
      fixture.faults.set([]);
      await assertNothingPending(fixture);
    });
  });

  /** The first session is real; `second` comes in place of the others. */
  function then(open: OpenSession, second: () => Promise<void>): OpenSession {
    let count = 0;
    return async () => {
      if (count++ > 0) await second();
      return await open();
    };
  }

  it('is undone when nobody can log in any more', async () => {
    await guarded(async (fixture) => {
      const original = configurationOf(fixture);
      for (const ErrorClass of [Unreachable, Refused]) {
        const open = then(opener(fixture), () => {
          throw new ErrorClass({ host: 'router210', what: 'No way in', next: 'Look' });
        });
        await assert.rejects(
          configureTunnel(open, prepared, intent),
          (error: unknown) =>
            error instanceof ErrorClass && /lets no second session in: No way in.*is undone/s.test(error.message),
        );
        assert.equal(configurationOf(fixture), original);
        await assertNothingPending(fixture);
      }
    });
  });

  it('is tried again when the timer was over before it was confirmed', async () => {
    await guarded(async (fixture) => {
      const original = configurationOf(fixture);
      const late = then(opener(fixture), async () => fixture.router.advanceSeconds(longEnough));
      await assert.rejects(configureTunnel(late, prepared, intent), Busy);
      assert.equal(configurationOf(fixture), original);
      const confirmed = then(opener(fixture), async () => void (await typed(fixture, 'configure confirm')));
      assert.deepEqual((await configureTunnel(confirmed, prepared, intent)).missing, []);
    });
  });

  it('is refused when it is not what was approved', async () => {
    await guarded(async (fixture) => {
      const { lines } = await planTunnel(opener(fixture), prepared, intent);
      const original = configurationOf(fixture);
      await assert.rejects(
        configureTunnel(opener(fixture), prepared, intent, useIfOn, lines.slice(1)),
        (error: unknown) =>
          error instanceof Refused && /`crypto ikev2 proposal \S+` would be sent too/.test(error.message),
      );
      assert.equal(configurationOf(fixture), original);
      assert.deepEqual((await configureTunnel(opener(fixture), prepared, intent, useIfOn, lines)).missing, []);
      assert.deepEqual((await configureTunnel(opener(fixture), prepared, intent, useIfOn, [])).sent, []);
    });
  });
});
