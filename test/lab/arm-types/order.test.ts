import { agree } from './order-play.ts';

/** `SITELINK_ORDER_SEED` repeats a run that was reported. */
const seed = process.env['SITELINK_ORDER_SEED'] ?? 'order';

describe('order and state in the lab’s Azure', function () {
  this.timeout(120_000);

  it(`are what a model of Azure’s rules says, in 60 random sequences (seed ${seed})`, () => {
    agree(seed, 60, 120);
  });
});
