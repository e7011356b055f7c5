import assert from 'node:assert/strict';
import { ArmError } from '../../../lab/arm/errors.ts';
import { Throttle } from '../../../lab/arm/http/throttle.ts';
import { withArm } from '../../support/arm.ts';
import { errorCode, subscription } from './support.ts';

describe('throttling in the lab’s Azure', () => {
  const take = (throttle: Throttle, count: number, method: string): void => {
    for (let n = 0; n < count; n += 1) throttle.take('me', method);
  };
  const cases: readonly [string, number, number, string][] = [
    ['GET', 250, 25, 'reads'],
    ['PUT', 200, 10, 'writes'],
    ['DELETE', 200, 10, 'deletes'],
  ];
  for (const [method, size, perSecond, kind] of cases) {
    it(`lets ${size} ${kind} through at once and ${perSecond} more per second`, () => {
      let now = 0;
      const throttle = new Throttle(true, () => now);
      take(throttle, size, method);
      assert.throws(
        () => throttle.take('me', method),
        (error) =>
          error instanceof ArmError &&
          error.status === 429 &&
          error.code === 'SubscriptionRequestsThrottled' &&
          error.headers['Retry-After'] === '1',
      );
      throttle.take('someone else', method);
      now += 1000;
      take(throttle, perSecond, method);
      assert.throws(() => throttle.take('me', method));
      now += 3_600_000;
      assert.equal(throttle.take('me', method)[`x-ms-ratelimit-remaining-subscription-${kind}`], String(size - 1));
    });
  }

  it('counts nothing while it is off', () => {
    take(new Throttle(false), 1000, 'GET');
  });

  it('says what is left beside an error too, and counts the tenant apart from its subscription', async () => {
    await withArm(
      async (lab) => {
        const left = async (path: string): Promise<(string | undefined)[]> => {
          const { headers } = await lab.call('GET', path);
          return ['subscription', 'tenant'].map((scope) => headers[`x-ms-ratelimit-remaining-${scope}-reads`]);
        };
        assert.deepEqual(await left(`${subscription}/resourceGroups/none`), ['249', undefined]);
        assert.deepEqual(await left('/subscriptions'), [undefined, '249']);
      },
      { throttle: 'azure' },
    );
    const throttle = new Throttle(true, () => 0);
    const drain = (): never => {
      for (;;) throttle.take('me', 'GET', 'tenant');
    };
    assert.throws(drain, (error) => error instanceof ArmError && error.code === 'TenantRequestsThrottled');
  });

  it('answers 429 with the time to wait, and says what is left on every reply', async () => {
    await withArm(
      async (lab) => {
        const first = await lab.call('DELETE', `${subscription}/resourceGroups/none`);
        assert.equal(first.status, 404);
        const answers = await Promise.all(
          Array.from({ length: 215 }, () => lab.call('DELETE', `${subscription}/resourceGroups/none`)),
        );
        const refused = answers.find((answer) => answer.status === 429);
        if (refused === undefined) {
          // A slow machine refills the bucket meanwhile; then something is left, and it is said.
          assert.ok(answers.every((answer) => answer.status === 404));
          return;
        }
        assert.equal(errorCode(refused), 'SubscriptionRequestsThrottled');
        assert.ok(Number(refused.headers['retry-after']) >= 1);
        const read = await lab.call('GET', subscription);
        assert.ok(Number(read.headers['x-ms-ratelimit-remaining-subscription-reads']) > 200);
      },
      { throttle: 'azure' },
    );
  });
});
