import assert from 'node:assert/strict';
import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { failureOf, judged, NotYet } from '../../activities/failures.ts';
import { Busy, DeviceRejected, Refused, Unreachable } from '../../adapters/errors.ts';

const said = { what: 'The SKU VpnGw1 is refused', next: 'Use VpnGw1AZ' };
const azure = { code: 'NonAzSkus', status: 400, requestId: 'r-1', details: ['Inner: more'] };
const rejection = {
  host: 'r1',
  line: 3,
  command: ' group 99',
  mode: 'config-ikev2',
  reply: '% Invalid',
  next: 'Mend it',
};

function failed(error: unknown): ApplicationFailure {
  const failure = failureOf(error);
  assert.ok(failure instanceof ApplicationFailure, String(failure));
  return failure;
}

describe('Failures', () => {
  const table: [string, unknown, { final: boolean; delay: number | undefined; benign: boolean }][] = [
    ['Refused', new Refused({ ...said, ...azure }), { final: true, delay: undefined, benign: false }],
    ['DeviceRejected', new DeviceRejected(rejection), { final: true, delay: undefined, benign: false }],
    ['Busy', new Busy({ ...said, ...azure, retryAfterSeconds: 17 }), { final: false, delay: 17_000, benign: true }],
    ['Unreachable', new Unreachable({ ...said, host: 'r1' }), { final: false, delay: undefined, benign: false }],
    ['NotYet', new NotYet('VPN gateway VnetGw is under way', 10_400), { final: false, delay: 10_400, benign: true }],
    ['Defect', new TypeError('x is undefined'), { final: true, delay: undefined, benign: false }],
    ['Defect', 'a thrown text', { final: true, delay: undefined, benign: false }],
  ];
  for (const [type, error, wanted] of table) {
    it(`${type} is ${wanted.final ? 'for a person' : 'tried again'}${wanted.benign ? ', as expected waiting' : ''}`, () => {
      const failure = failed(error);
      assert.equal(failure.type, type);
      assert.equal(failure.nonRetryable ?? false, wanted.final);
      assert.equal(failure.nextRetryDelay, wanted.delay);
      assert.equal(failure.category === ApplicationFailureCategory.BENIGN, wanted.benign);
      assert.equal(failure.cause, undefined);
    });
  }

  it("say what happened, what to do, and Azure's code and request id", () => {
    const failure = failed(new Refused({ ...said, ...azure }));
    assert.match(failure.message, /The SKU VpnGw1 is refused\. Use VpnGw1AZ\./);
    assert.match(failure.message, /code NonAzSkus\n {2}request id r-1/);
    assert.deepEqual(failure.details, [azure]);
    const rejected = failed(new DeviceRejected(rejection));
    assert.match(rejected.message, /r1 rejected line 3 `group 99` in mode config-ikev2: % Invalid/);
  });

  it('are the cancellation where the activity was asked to stop', () => {
    const abort = Object.assign(new Error('The operation was aborted'), { name: 'AbortError' });
    assert.ok(failureOf(abort) instanceof CancelledFailure);
    for (const passing of [new NotYet('later', 1), new Unreachable({ ...said, host: 'r1' })]) {
      assert.ok(failureOf(passing, true) instanceof CancelledFailure);
    }
    assert.equal((failureOf(new Refused(said), true) as ApplicationFailure).type, 'Refused');
  });

  it('that are failures already stay what they are', () => {
    const failure = new CancelledFailure('stopped');
    assert.equal(failureOf(failure), failure);
  });

  it('come out of every judged activity', async () => {
    const activities = judged({
      fails: async (): Promise<string> => await Promise.reject(new NotYet('later', 5)),
      answers: async (question: string): Promise<string> => await Promise.resolve(`${question}!`),
    });
    const env = new MockActivityEnvironment();
    assert.equal(await env.run(activities.answers, 'yes'), 'yes!');
    await assert.rejects(env.run(activities.fails), { type: 'NotYet' });
  });
});
