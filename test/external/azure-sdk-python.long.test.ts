/** The Azure SDK for Python, which is not ours, takes the lab for Azure: its pollers, pages, errors and newest api-versions. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { runTool } from '../../client/temporal-server/run-tool.ts';
import { KEYS } from '../lab/azure.ts';
import { withLab } from '../support/lab.ts';
import { skipIfListed } from '../support/skips.ts';
import { virtualEnvironment } from './virtual-environment.ts';

const SDK = {
  name: 'azure-mgmt-network',
  version: '33.1.0',
  also: [
    'azure-identity==1.27.0',
    'azure-mgmt-compute==39.0.0',
    'azure-mgmt-resource==26.0.0',
    'azure-mgmt-resource-deployments==2.0.0',
  ],
  module: 'azure.mgmt.network, azure.mgmt.compute, azure.mgmt.resource.deployments, azure.identity',
};

/** Long enough for pip to fetch what the cache does not have yet. */
const FIRST_USE_MS = 15 * 60_000;

const WALK = join(import.meta.dirname, 'azure-sdk-walk.py');

describe('the Azure SDK for Python', () => {
  const lab = withLab();

  it('builds the seed’s hub, looks at it and takes it down, as a service principal', async function () {
    this.timeout(FIRST_USE_MS);
    await skipIfListed(this);
    const python = join(await virtualEnvironment(SDK), 'python');
    const line = `. '${join(lab.dir, 'sdk-env')}' && exec '${python}' '${WALK}' '${KEYS.publicKey}'`;
    const seen = JSON.parse(await runTool('bash', ['-c', line], { timeoutMs: 240_000 })) as Record<string, unknown>;
    assert.deepEqual(seen, {
      'missing group': '404 ResourceGroupNotFound',
      'group exists': true,
      subnets: ['GatewaySubnet', 'Subnet01'],
      'sku of 2021': '400 NonAzSkusNotAllowedForVPNGateway',
      'zoneless address': '400 VmssVpnGatewayPublicIpsMustHaveZonesConfigured',
      'gateway at first': 'Updating',
      'subnet in use': '400 InUseSubnetCannotBeDeleted',
      gateway: 'Succeeded',
      connection: 'IPsec',
      key: 'AnotherKey1',
      script: true,
      power: 'PowerState/running',
      command: 'Enable succeeded: \n[stdout]\nlinux010\n\n[stderr]\n',
      routes: ['Default', 'VirtualNetworkGateway'],
      resources: 9,
      'what if': ['Create'],
      'refused template': '400 LocationNotAvailableForResourceType',
      'gateway too early': '400 VirtualNetworkGatewayCannotBeDeleted',
      'gateway gone': '404 ResourceNotFound',
      'group is left': false,
    });
  });
});
