/** The Azure CLI, which is not ours, takes the lab for the Azure of 2021: the seed as it is written. */
import assert from 'node:assert/strict';
import { withLab } from '../support/lab.ts';
import { withAzureCli } from './azure-cli.ts';
import { AS_WRITTEN } from './seed-commands.ts';
import { walkSeed } from './seed-walk.ts';

describe('the Azure CLI under the rules of 2021', () => {
  const lab = withLab({ args: ['--azure-rules', '2021'] });
  const cli = withAzureCli(lab);

  it('walks the whole seed as it is written, until packets flow both ways', async function () {
    const az = await cli(this);
    await walkSeed(az, lab, AS_WRITTEN);
    const requests = await lab.control.requests();
    assert.equal(
      requests.some(({ userAgent }) => userAgent?.includes('AZURECLI/2.91.0') === true),
      true,
      'the requests are those of az',
    );
    assert.deepEqual(
      requests.filter(({ status }) => status >= 500).map(({ method, path }) => `${method} ${path}`),
      [],
    );
  });
});
