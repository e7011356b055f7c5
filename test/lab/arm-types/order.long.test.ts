import { agree } from './order-play.ts';

/** Another seed each day, which a failure names and `SITELINK_ORDER_SEED` repeats. */
const seed = process.env['SITELINK_ORDER_SEED'] ?? `day ${Math.floor(Date.now() / 86_400_000)}`;

describe('order and state in the lab’s Azure, for long', function () {
  this.timeout(600_000);

  it(`are what a model of Azure’s rules says, in 300 random sequences (seed ${seed})`, () => {
    agree(seed, 300, 150);
  });
});
