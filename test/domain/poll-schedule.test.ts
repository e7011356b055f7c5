/** When a long operation is looked at again: how often, and how late its end is seen. */
import assert from 'node:assert/strict';
import { isShort, nextLookMs, nextPollMs, paces, timeScale, type Pace } from '../../domain/poll-schedule.ts';

interface Watched {
  /** The look when the operation is accepted is one of them, as is the one that sees the end. */
  readonly polls: number;
  readonly delayMs: number;
}

/** Looks at an operation that takes so long, as an attempt does: at once when it is accepted, then by the schedule. */
function watch(pace: Pace, durationMs: number, unitMs: number, hintMs = unitMs): Watched {
  let elapsedMs = 0;
  let polls = 1;
  while (elapsedMs < durationMs) {
    elapsedMs += nextPollMs(pace, { elapsedMs, unitMs, hintMs });
    polls += 1;
  }
  return { polls, delayMs: elapsedMs - durationMs };
}

/** So many durations between two bounds, at equal distances: a uniform draw without chance. */
function evenly(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + ((to - from) * index) / (count - 1));
}

const largest = (numbers: number[]) => numbers.reduce((a, b) => Math.max(a, b), 0);
const mean = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;
const minute = 60_000;

describe('a gateway that takes 20 to 45 minutes, uniformly, at a hint of 10 s', () => {
  const durations = evenly(20 * minute, 45 * minute, 10_001);
  const watched = durations.map((duration) => watch(paces.gateway, duration, 10_000));
  const polls = watched.map((one) => one.polls);
  const delays = watched.map((one) => one.delayMs / 1000);
  const figures =
    `at most ${largest(polls)} polls; delay ${mean(delays).toFixed(1)} s in the mean, ` +
    `${largest(delays).toFixed(1)} s at most`;

  it(`is looked at 60 times at most (${figures})`, () => {
    assert.ok(largest(polls) <= 60, figures);
    assert.equal(watch(paces.gateway, 45 * minute, 10_000).polls, largest(polls), 'the longest needs the most');
  });
  it('is seen to have ended 20 s late in the mean', () => assert.ok(mean(delays) <= 20, figures));
  it('is seen to have ended 40 s late at most', () => assert.ok(largest(delays) <= 40, figures));

  it('holds the same in units of the hint at any speed', () => {
    for (const unitMs of [10, 166, 1_000, 30_000]) {
      const scaled = durations
        .filter((_, index) => index % 100 === 0)
        .map((duration) => watch(paces.gateway, (duration * unitMs) / 10_000, unitMs));
      assert.ok(largest(scaled.map((one) => one.polls)) <= 60, `${unitMs} ms`);
      assert.ok(mean(scaled.map((one) => one.delayMs / unitMs)) <= 2, `${unitMs} ms`);
      assert.ok(largest(scaled.map((one) => one.delayMs / unitMs)) <= 4, `${unitMs} ms`);
    }
  });

  it('is not looked at more often when the worker comes back at an odd moment', () => {
    for (const elapsedMs of evenly(0, 45 * minute, 271)) {
      assert.ok(nextPollMs(paces.gateway, { elapsedMs, unitMs: 10_000, hintMs: 0 }) >= 10_000, `${elapsedMs} ms`);
    }
  });

  it('that takes two hours goes on being looked at as closely as before', () => {
    const { polls: looks, delayMs } = watch(paces.gateway, 120 * minute, 10_000);
    assert.ok(looks < 200 && delayMs <= 40_000, `${looks} looks, ${delayMs} ms`);
  });
});

describe('the next look at an operation', () => {
  /** Pace, elapsed units, expected units at a hint of one unit. */
  const cases: [string, Pace, number, number][] = [
    ['comes after one unit at first, for what is refused at once', paces.gateway, 0, 1],
    ['is sparse while an end is unlikely', paces.gateway, 1, 12],
    ['is sparse until the usual part', paces.gateway, 100, 12],
    ['does not pass over the beginning of the usual part', paces.gateway, 115, 5],
    ['is never less than a unit before the usual part', paces.gateway, 119.5, 1],
    ['is close from the beginning of the usual part', paces.gateway, 120, 150 / 45],
    ['is as close after the usual part', paces.gateway, 1000, 150 / 45],
    ['is every unit where the usual part is short', paces.connection, 2, 1],
    ['is every unit where the sparse part is short', paces.vm, 1, 1],
    ['is every unit for what is quick', paces.quick, 0.5, 1],
  ];
  for (const [what, pace, elapsed, expected] of cases) {
    it(what, () => {
      const moment = { elapsedMs: elapsed * 10_000, unitMs: 10_000, hintMs: 10_000 };
      assert.ok(Math.abs(nextPollMs(pace, moment) - expected * 10_000) < 1e-6, String(nextPollMs(pace, moment)));
    });
  }

  for (const [name, pace] of Object.entries(paces)) {
    it(`is never earlier than the server's hint, for ${name}`, () => {
      for (const hintMs of [0, 10_000, 15_000, 80_000, 600_000]) {
        for (const elapsedMs of evenly(0, 60 * minute, 61)) {
          assert.ok(
            nextPollMs(pace, { elapsedMs, unitMs: 10_000, hintMs }) >= hintMs,
            `${hintMs} ms at ${elapsedMs} ms`,
          );
        }
      }
    });
    it(`sees the slowest usual end 40 s late at most, for ${name}`, () => {
      assert.ok(pace.from <= pace.to, name);
      assert.ok(watch(pace, pace.to * 10_000, 10_000).delayMs <= 40_000, name);
    });
  }

  it('stretches to a hint that grows, and only that one', () => {
    assert.equal(nextPollMs(paces.connection, { elapsedMs: 20_000, unitMs: 10_000, hintMs: 80_000 }), 80_000);
    assert.equal(nextPollMs(paces.connection, { elapsedMs: 100_000, unitMs: 10_000, hintMs: 10_000 }), 10_000);
  });
});

describe('the next look without any hint', () => {
  const cases: [number, number][] = [
    [0, 1_000],
    [6_000, 1_000],
    [20_000, 3_000],
    [100_000, 15_000],
    [200_000, 30_000],
    [7_200_000, 30_000],
  ];
  for (const [elapsedMs, expected] of cases) {
    it(`comes ${expected} ms later when ${elapsedMs} ms have gone by`, () =>
      assert.ok(Math.abs(nextLookMs(elapsedMs) - expected) < 1e-6, String(nextLookMs(elapsedMs))));
  }
});

describe('the speed of a server', () => {
  it("is Azure's at Azure's hint, or a slower one", () => {
    assert.equal(timeScale(10_000), 1);
    assert.equal(timeScale(80_000), 1);
  });
  it('is sixty times as fast at a sixtieth of the hint', () => {
    assert.ok(Math.abs(timeScale(10_000 / 60) - 1 / 60) < 1e-9, String(timeScale(10_000 / 60)));
  });

  /** Pace, unit in ms, waits inside the attempt. */
  const short: [keyof typeof paces, number, boolean][] = [
    ['quick', 10_000, true],
    ['connection', 10_000, false],
    ['connection', 167, true],
    ['gateway', 167, false],
    ['gateway', 10, true],
    ['vm', 1_000, false],
  ];
  for (const [name, unitMs, expected] of short) {
    it(`makes ${name} at ${unitMs} ms ${expected ? 'short enough to wait for' : 'too long to wait for'}`, () =>
      assert.equal(isShort(paces[name], unitMs), expected));
  }
});
