import assert from 'node:assert/strict';
import { seededDraw } from '../../lab/clock.ts';
import { WrongFaults, faultDesk } from '../../lab/faults.ts';
import type { Faults } from '../../lab/faults.ts';

const desk = (seed = 's'): Faults => faultDesk(seededDraw(seed));
const put = { method: 'PUT', path: '/subscriptions/s/resourceGroups/g', at: 'before' } as const;
const ids = (found: readonly { id: string }[]): string[] => found.map((one) => one.id);

describe('the fault desk', () => {
  it('strikes every match that names neither nth nor probability', () => {
    const faults = desk();
    faults.set([{ id: 'a', target: 'arm', match: { method: 'put' }, do: 'drop' }]);
    assert.deepEqual([ids(faults.arm(put)), ids(faults.arm(put))], [['a'], ['a']]);
    assert.deepEqual(ids(faults.arm({ ...put, method: 'GET' })), []);
    assert.deepEqual(ids(faults.router({ device: 'r', line: 'PUT', at: 'before' })), []);
  });

  it('matches methods and host names whole, paths and lines anywhere, and both without regard to case', () => {
    const faults = desk();
    faults.set([
      { id: 'method', target: 'arm', match: { method: 'PU' }, do: 'drop' },
      { id: 'path', target: 'arm', match: { path: 'RESOURCEGROUPS/g$' }, do: 'drop' },
      { id: 'device', target: 'router', match: { device: 'r1' }, do: 'drop' },
      { id: 'line', target: 'router', match: { line: 'TUNNEL' }, do: 'drop' },
    ]);
    assert.deepEqual(ids(faults.arm(put)), ['path']);
    const typed = { device: 'r10', line: 'interface Tunnel11', at: 'before' } as const;
    assert.deepEqual(ids(faults.router(typed)), ['line']);
    assert.deepEqual(ids(faults.router({ ...typed, device: 'R1' })), ['device', 'line']);
  });

  it('strikes the nth match only, counted from 1, and anew after each PUT', () => {
    const faults = desk();
    const second = [{ id: 'second', target: 'arm', nth: 2, do: 'drop' }];
    for (const round of [1, 2]) {
      faults.set(second);
      const struck = [1, 2, 3].map(() => faults.arm(put).length);
      assert.deepEqual(struck, [0, 1, 0], `round ${round}`);
    }
  });

  it('tells the moment before from the moment after the effect', () => {
    const faults = desk();
    faults.set([{ id: 'after', target: 'arm', at: 'afterEffect', do: 'drop' }]);
    assert.deepEqual(ids(faults.arm(put)), []);
    assert.deepEqual(ids(faults.arm({ ...put, at: 'afterEffect' })), ['after']);
  });

  it('draws the same for the same seed, whatever happens elsewhere in between', () => {
    const half = [{ id: 'half', target: 'arm', probability: 0.5, do: 'drop' }];
    const draws = (faults: Faults, between: () => void): number[] => {
      faults.set(half);
      return Array.from({ length: 200 }, () => {
        between();
        return faults.arm(put).length;
      });
    };
    const quiet = draws(desk(), () => undefined);
    const busyDesk = desk();
    const busy = draws(busyDesk, () => busyDesk.arm({ ...put, path: '/elsewhere' }));
    assert.deepEqual(busy, quiet);
    assert.notDeepEqual(
      draws(desk('other'), () => undefined),
      quiet,
    );
    const struck = quiet.filter((one) => one === 1).length;
    assert.equal(struck > 70 && struck < 130, true, `${struck} of 200`);
  });

  it('holds until the hold, or all of a fault, is released', async () => {
    const faults = desk();
    const [fault] = faults.set([{ id: 'h', target: 'arm', do: 'hold' }]);
    if (fault === undefined) throw new Error('no fault');
    const going: string[] = [];
    const held = ['one', 'two', 'three'].map((what) => faults.hold(fault, what).then(() => going.push(what)));
    const [first] = faults.holds();
    assert.deepEqual([first?.id, first?.fault, first?.what], ['hold-1', 'h', 'one']);
    assert.equal(faults.release('hold-1'), 1);
    assert.equal(faults.release('hold-1'), 0);
    assert.equal(faults.release('h'), 2);
    await Promise.all(held);
    assert.deepEqual(going, ['one', 'two', 'three']);
    const last = faults.hold(fault, 'four');
    faults.close();
    await last;
  });

  const wrong: [string, unknown, RegExp][] = [
    ['what is no list', { fault: [] }, /faults/],
    [
      'an unknown target and deed at once',
      [{ id: 'a', target: 'moon', do: 'melt' }],
      /^0\.target: expected \("arm" \| "router"\), not "moon"; 0\.do/,
    ],
    ['an unknown member', [{ id: 'a', target: 'arm', do: 'drop', loudly: true }], /loudly/],
    [
      'a misspelt and a missing member',
      [{ id: 'a', target: 'arm', nht: 1, match: { paht: '' } }],
      /^0\.match: unknown member paht; 0: do is missing; 0: unknown member nht$/,
    ],
    [
      'what only Azure can do, at a router',
      [{ id: 'a', target: 'router', do: 'status' }],
      /^0: "status" cannot be done/,
    ],
    ['what only a router can do, at Azure', [{ id: 'a', target: 'arm', do: 'reject' }], /only hold, delay, .*, evict/],
    ['a delay of no length', [{ id: 'a', target: 'arm', do: 'delay' }], /^0: "delay" needs milliseconds$/],
    ['a wrong pattern', [{ id: 'a', target: 'arm', do: 'drop', match: { path: '(' } }], /is no regular expression/],
    ['two faults of one id', [1, 2].map(() => ({ id: 'a', target: 'arm', do: 'drop' })), /two faults have the id a/],
    ['a blank in an id', [{ id: 'a b', target: 'arm', do: 'drop' }], /letters, digits/],
  ];
  for (const [what, document, message] of wrong) {
    it(`refuses ${what} and keeps what it had`, () => {
      const faults = desk();
      faults.set([{ id: 'kept', target: 'arm', do: 'drop' }]);
      assert.throws(
        () => faults.set(document),
        (error) => error instanceof WrongFaults && message.test(error.message),
      );
      assert.deepEqual(ids(faults.list()), ['kept']);
    });
  }
});
