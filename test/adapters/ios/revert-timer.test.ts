/** The router's own guard: a change that it takes back unless a second login has confirmed it. */
import assert from 'node:assert/strict';
import { Busy, DeviceRejected, Refused, Unreachable } from '../../../adapters/errors.ts';
import { configureLoopbacks, configureTunnel, planTunnel, removeLines } from '../../../adapters/ios/index.ts';
import type { OpenSession } from '../../../adapters/ios/index.ts';
import { minutesFor, parsePending } from '../../../adapters/ios/guard.ts';
import type { LoopbackSpec } from '../../../domain/spec.ts';
import { withRouter } from '../../support/router.ts';
import { assertNothingPending, guarded, typed } from './support/guarded.ts';
import { configurationOf, longEnough, prepared } from './support/interrupted.ts';
import { opener } from './support/opener.ts';
import { intent } from './support/samples.ts';

const useIfOn = { archive: 'useIfOn', backup: null } as const;
const theirs = 'ip route 10.9.0.0 255.255.0.0 Null0';

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

  it('is not begun while there is no terminal line for the second login', async () => {
    await withRouter(
      async (fixture) => {
        const original = configurationOf(fixture);
        const others = await Promise.all(Array.from({ length: 4 }, () => fixture.shell()));
        await assert.rejects(
          configureTunnel(opener(fixture), prepared, intent),
          (error: unknown) => error instanceof Busy && /has all its 5 terminal lines in use/.test(error.message),
        );
        assert.equal(configurationOf(fixture), original);
        others[0]?.close();
        await others[0]?.ended();
        assert.deepEqual((await configureTunnel(opener(fixture), prepared, intent)).missing, []);
      },
      { startupConfig: 'hostname router210\ninterface GigabitEthernet1\n ip address dhcp\nend\n' },
    );
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
