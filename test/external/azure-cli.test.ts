/**
 * The Azure CLI, which is not ours, takes the lab for the Azure of 2021, where the seed runs as it is written, and for
 * that of today, which refuses in Azure's words what it has retired since.
 */
import assert from 'node:assert/strict';
import { withLab } from '../support/lab.ts';
import { withAzureCli } from './azure-cli.ts';
import * as seed from './seed-commands.ts';
import { walkSeed } from './seed-walk.ts';

describe('the Azure CLI under the rules of 2021', () => {
  const lab = withLab({ args: ['--azure-rules', '2021'] });
  const cli = withAzureCli(lab);

  it('walks the whole seed as it is written, until packets flow both ways', async function () {
    const az = await cli(this);
    await walkSeed(az, lab, seed.AS_WRITTEN);
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

describe('the Azure CLI under the rules of today', () => {
  const lab = withLab();
  const cli = withAzureCli(lab);

  it('is refused the router’s image until its terms are accepted, and one that was withdrawn', async function () {
    const az = await cli(this);
    for (const command of seed.SITE_NETWORK) await az.say(command);
    await az.refused(seed.ROUTER, 'MarketplacePurchaseEligibilityFailed');
    await az.refused(seed.ROUTER.replace('17_3_3-byol', '3_16-byol'), 'ResourcePurchaseValidationFailed');
    await az.say('az vm image terms accept --urn cisco:cisco-csr-1000v:17_3_3-byol:latest');
  });

  it('is refused each flag that Azure has retired', async function () {
    const az = await cli(this);
    for (const command of seed.HUB_NETWORK) await az.say(command);
    await az.refused(seed.address({ zones: '' }).replace('Standard', 'Basic'), 'IPv4BasicSkuPublicIpCountLimitReached');
    await az.say(seed.address({ zones: '' }));
    await az.refused(seed.gateway(seed.AS_WRITTEN), 'NonAzSkusNotAllowedForVPNGateway');
    await az.refused(seed.gateway(seed.NOW), 'VmssVpnGatewayPublicIpsMustHaveZonesConfigured');
    await az.say(`az network public-ip delete --resource-group ResourceGroupEast --name VpnGwPublicIp`);
    await az.say(seed.PROBE_SUBNET);
    await az.refused(seed.probe(seed.AS_WRITTEN), 'Microsoft.Compute/images/UbuntuLTS');
    await az.refused(
      `${seed.probe(seed.NOW)} --public-ip-sku Basic`,
      '"details":[{"code":"IPv4BasicSkuPublicIpCountLimitReached"',
    );
  });
});
