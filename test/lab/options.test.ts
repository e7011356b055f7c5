import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { HELP, WrongOption, asksForHelp, parseOptions } from '../../lab/options.ts';

describe('the command line of the lab', () => {
  it('has defaults for everything but the folder', () => {
    assert.deepEqual(parseOptions(['--state', 'here']), {
      stateDir: resolve('here'),
      port: null,
      speed: 60,
      randomSeed: null,
      faultsFile: null,
      devicesFile: null,
      rules: '2026',
      throttle: 'azure',
    });
  });

  it('takes every option of the design', () => {
    const line =
      '--state /s --port 9443 --speed 1000 --random-seed 7 --faults f --devices d --azure-rules 2021 --throttle off';
    assert.deepEqual(parseOptions(line.split(' ')), {
      stateDir: '/s',
      port: 9443,
      speed: 1000,
      randomSeed: '7',
      faultsFile: resolve('f'),
      devicesFile: resolve('d'),
      rules: '2021',
      throttle: 'off',
    });
  });

  it('tells of every option when it is asked for help, wherever that stands', () => {
    const options = /usage: (.*)/.exec(HELP)?.[1]?.match(/--[a-z-]+/g) ?? [];
    assert.equal(options.length, 8);
    for (const option of options) assert.match(HELP, new RegExp(`^ {2}${option} `, 'm'));
    assert.deepEqual([['--help'], ['--state', 's', '-h'], ['--state', 's']].map(asksForHelp), [true, true, false]);
  });

  const wrong: [string, RegExp][] = [
    ['', /--state is missing.*usage: sitelink lab --state DIR/],
    ['--state=', /--state is missing/],
    ['--state s --port many', /--port many is not a number from 0 to 65535/],
    ['--state s --port 1.5', /--port 1\.5 is not a whole number/],
    ['--state s --port 65536', /65536 is not a number from 0 to 65535/],
    ['--state s --speed 0.5', /--speed 0\.5 is not a number from 1 to 1000/],
    ['--state s --speed 1e3', /--speed 1e3 is not a number/],
    ['--state s --azure-rules 2020', /--azure-rules 2020 is none of 2026, 2021/],
    ['--state s --throttle on', /--throttle on is none of azure, off/],
    ['--state s --wings', /Unknown option '--wings'.*usage/],
    ['--state s more', /Unexpected argument 'more'.*usage/],
  ];
  for (const [line, message] of wrong) {
    it(`refuses "${line}" in one line`, () => {
      assert.throws(
        () => parseOptions(line.split(' ').filter((word) => word !== '')),
        (error) => error instanceof WrongOption && message.test(error.message) && !error.message.includes('\n'),
      );
    });
  }
});
