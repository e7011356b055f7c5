/** The Azure CLI, which is not ours, takes the lab for Azure. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { runTool } from '../../client/temporal-server/run-tool.ts';
import { withLab } from '../support/lab.ts';
import { skipIfListed } from '../support/skips.ts';
import { virtualEnvironment } from './virtual-environment.ts';

/** Long enough for pip to fetch what the cache does not have yet. */
const FIRST_USE_MS = 20 * 60_000;

/** Each az process takes a second or two; they run one after another, as a person would type them. */
const COMMANDS = [
  'az group create --name east --location japaneast --output none',
  'az network vnet create --resource-group east --name Vnet16 --address-prefix 172.16.0.0/16 --output none',
  'az network vnet subnet create --resource-group east --name GatewaySubnet --vnet-name Vnet16 --address-prefixes 172.16.0.0/27 --output none',
  'az network public-ip create --resource-group east --name VpnGwPublicIp --sku Standard --zone 1 2 3 --output none',
  'az network vnet-gateway create --name VnetGw --public-ip-address VpnGwPublicIp --resource-group east --vnet Vnet16 --gateway-type Vpn --vpn-type RouteBased --sku VpnGw1AZ --no-wait',
  'az network vnet-gateway show --name VnetGw --resource-group east --output json',
];

describe('the Azure CLI', () => {
  const lab = withLab();

  it('logs in after . DIR/az-env, makes a gateway and shows it', async function () {
    this.timeout(FIRST_USE_MS);
    await skipIfListed(this);
    const programs = await virtualEnvironment({ name: 'azure-cli', version: '2.91.0', module: 'azure.cli' });
    const script = [`. '${join(lab.dir, 'az-env')}'`, ...COMMANDS].join(' &&\n');
    const text = await runTool('bash', ['-c', script], {
      timeoutMs: 180_000,
      env: { HOME: lab.dir, PATH: `${programs}:${process.env['PATH'] ?? ''}` },
    });
    const document = JSON.parse(text.slice(text.indexOf('{'))) as Record<string, unknown>;
    assert.equal(document['name'], 'VnetGw');
    assert.match(String(document['provisioningState']), /^(Updating|Succeeded)$/);
    assert.deepEqual(document['sku'], { ...(document['sku'] as object), name: 'VpnGw1AZ', tier: 'VpnGw1AZ' });
    const agents = (await lab.control.requests()).map((one) => one.userAgent ?? '');
    assert.equal(
      agents.some((agent) => agent.includes('AZURECLI/2.91.0')),
      true,
      'the requests are those of az',
    );
  });
});
