/**
 * The Azure CLI, which is not ours, takes the lab for the Azure of 2021, where the seed runs as it is written, and for
 * that of today, which refuses in Azure's words what it has retired since.
 */
import assert from 'node:assert/strict';
import { withLab } from '../support/lab.ts';
import { withAzureCli } from './azure-cli.ts';
import * as seed from './seed-commands.ts';
import { walkSeed } from './seed-walk.ts';

const EAST = '--resource-group ResourceGroupEast';

/** What a network engineer asks around the seed, each with what the answer must hold. */
const ASKED: readonly (readonly [command: string, says: RegExp])[] = [
  ['az network vnet list --output table', /Vnet16 +ResourceGroupEast +japaneast +2 +172\.16\.0\.0\/16/],
  [
    `az network vnet subnet list ${EAST} --vnet-name Vnet16 --query '[].name' --output tsv`,
    /^GatewaySubnet\nSubnet01\n$/,
  ],
  [`az network vnet check-ip-address ${EAST} --name Vnet16 --ip-address 172.16.1.10`, /"available": false/],
  ['az network public-ip list --output table', /VpnGwPublicIp +ResourceGroupEast/],
  [`az network nsg rule list ${EAST} --nsg-name linux010NSG --include-default --output table`, /DenyAllOutBound/],
  [
    `az network nsg rule create ${EAST} --nsg-name linux010NSG --name ike --priority 100 --protocol Udp \
    --destination-port-ranges 500 4500`,
    /"4500"/,
  ],
  [`az network nic list-effective-nsg ${EAST} --name linux010VMNic`, /securityRules\/ike/],
  [`az network nic ip-config list ${EAST} --nic-name linux010VMNic --output table`, /True +172\.16\.1\.10/],
  [`az network nic show-effective-route-table ${EAST} --name linux010VMNic --output table`, /172\.20\.200\.0\/24/],
  [`az network vnet-gateway list ${EAST} --query '[].sku.name' --output tsv`, /^VpnGw1\n$/],
  [`az network vnet-gateway list-bgp-peer-status ${EAST} --name VnetGw`, /"value": \[\]/],
  [`az network vnet-gateway list-learned-routes ${EAST} --name VnetGw --output table`, /172\.16\.0\.0\/16/],
  [`az network vpn-connection ipsec-policy list ${EAST} --connection-name ConnectToSite01`, /^\[\]/],
  [`az network local-gateway update ${EAST} --name Site01 --set tags.a=b --query tags.a`, /"b"/],
  ['az network list-usages --location japaneast --output table', /Virtual Network Gateways +1 /],
  ['az vm list --show-details --output table', /linux010 +ResourceGroupEast +VM running/],
  ['az vm list-ip-addresses --output table', /linux010 +20\.\S+ +172\.16\.1\.10/],
  ['az vm list-skus --location japaneast --size Standard_D2 --output table', /Standard_D2_v5/],
  [
    'az vm image list --all --publisher cisco --location japaneast --output table',
    /cisco:cisco-csr-1000v:17_3_3-byol:/,
  ],
  [`az vm get-instance-view ${EAST} --name linux010 --output table`, /Succeeded +VM running/],
  ['az account list-locations --query "[?name==\'japaneast\'].displayName" --output tsv', /^Japan East\n$/],
  ['az provider register --namespace Microsoft.Network', /^$/],
  ['az tag list', /"tagName": "a"/],
  ['az resource list --name Vnet16 --query "[].type" --output tsv', /virtualNetworks/],
  ['az network watcher list', /^\[\]/],
];

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

  it('answers what people ask around it, as tables, lines and queries', async function () {
    const az = await cli(this);
    for (const [command, says] of ASKED) assert.match(await az.say(command), says, command);
    await az.refused('az network route-table create -g ResourceGroupEast -n routes', '(NotModelled)');
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
    await az.say(`az network public-ip delete ${EAST} --name VpnGwPublicIp`);
    await az.say(seed.PROBE_SUBNET);
    await az.refused(seed.probe(seed.AS_WRITTEN), 'Microsoft.Compute/images/UbuntuLTS');
    await az.refused(
      `${seed.probe(seed.NOW)} --public-ip-sku Basic`,
      '"details":[{"code":"IPv4BasicSkuPublicIpCountLimitReached"',
    );
  });
});
