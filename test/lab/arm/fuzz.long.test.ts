import { fuzz } from './fuzz.ts';

/** Another seed each day, which a failure names and `SITELINK_FUZZ_SEED` repeats. */
const seed = process.env['SITELINK_FUZZ_SEED'] ?? `day ${Math.floor(Date.now() / 86_400_000)}`;

describe('the lab’s Azure, asked for long what nobody would ask', function () {
  this.timeout(600_000);

  it(`answers 40,000 requests in Azure’s form, and fails at none (seed ${seed})`, async () => {
    await fuzz(seed, 40_000);
  });
});
