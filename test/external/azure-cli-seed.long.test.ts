/**
 * The Azure CLI walks everything that the seed does and what people do around it, under the rules of 2021, and with
 * what stands in the place of what Azure has retired, under those of today.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLab } from '../support/lab.ts';
import { withAzureCli } from './azure-cli.ts';
import * as seed from './seed-commands.ts';
import { buildGateway, buildSite, configureRouter, connect, proveTraffic, walkSeed } from './seed-walk.ts';

const EAST = '--resource-group ResourceGroupEast';
const CONNECTION = `${EAST} --connection-name ConnectToSite01`;
const GROUP = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/ResourceGroupEast';

/** Commands around the seed, each with what its output must hold. */
const ASKED: readonly (readonly [command: string, says: RegExp])[] = [
  [`az network vnet-gateway show-supported-devices ${EAST} --name VnetGw`, /RpVpnDeviceList.*IOS \(ISR, ASR\)/],
  [`az vm list-ip-addresses ${EAST} --name linux010`, /"172\.16\.1\.10"/],
  [`az vm show --show-details ${EAST} --name linux010 --query powerState`, /VM running/],
  [`az resource list ${EAST} --query '[].type' --output tsv`, /virtualNetworkGateways[\s\S]*virtualMachines/],
  [`az network vpn-connection list ${EAST} --query '[].name' --output tsv`, /^ConnectToSite01\n$/],
  [`az network vpn-connection shared-key show ${CONNECTION}`, /"value": "P@ssw0rd1234"/],
  [`az network vpn-connection list-ike-sas ${EAST} --name ConnectToSite01`, /remoteEndpoint/],
  [`az network vpn-connection shared-key update ${CONNECTION} --value AnotherKey1`, /"value": "AnotherKey1"/],
  [`az network vpn-connection shared-key show ${CONNECTION}`, /"value": "AnotherKey1"/],
  [`az network vnet-gateway wait ${EAST} --name VnetGw --created`, /^$/],
  [`az network vnet-gateway reset ${EAST} --name VnetGw --query provisioningState`, /Succeeded/],
  [
    `az rest --method post --url ${GROUP}/providers/Microsoft.Network/connections/ConnectToSite01/resetconnection?api-version=2025-05-01`,
    /^/,
  ],
  [`az deployment group list ${EAST} --query '[].properties.provisioningState' --output tsv`, /^(Succeeded\n){2}$/],
  [`az network vpn-connection update ${EAST} --name ConnectToSite01 --set tags.a=b --query tags.a`, /"b"/],
  [`az tag update --resource-id ${GROUP} --operation merge --tags owner=me --query properties.tags`, /"owner": "me"/],
  [`az resource show --ids ${GROUP}/providers/Microsoft.Network/virtualNetworks/Vnet16 --query name`, /Vnet16/],
  ['az group exists --name ResourceGroupEast', /true/],
];

/** Deletes in the wrong order, with Azure's code, and then in the right one. */
const TOO_EARLY: readonly (readonly [command: string, code: string])[] = [
  [`az network vnet-gateway delete ${EAST} --name VnetGw`, 'VirtualNetworkGatewayCannotBeDeleted'],
  [`az network public-ip delete ${EAST} --name VpnGwPublicIp`, 'PublicIPAddressCannotBeDeleted'],
  [`az network vnet subnet delete ${EAST} --vnet-name Vnet16 --name GatewaySubnet`, 'InUseSubnetCannotBeDeleted'],
];

const DELETES: readonly string[] = [
  `az vm delete ${EAST} --name linux010 --yes`,
  `az network vpn-connection delete ${EAST} --name ConnectToSite01`,
  `az network local-gateway delete ${EAST} --name Site01`,
  `az network vnet-gateway delete ${EAST} --name VnetGw`,
  'az group delete --name ResourceGroupEast --yes',
  'az group delete --name ResourceGroupWest --yes --no-wait',
  'az group wait --name ResourceGroupWest --deleted',
];

describe('the Azure CLI under the rules of 2021, further on', () => {
  const lab = withLab({ args: ['--azure-rules', '2021'] });
  // As a person's shell does it; the short suite's commands share a process.
  const cli = withAzureCli(lab, { processEach: true });

  it('walks the seed, asks and changes all around it, and takes everything down in Azure’s order', async function () {
    const az = await cli(this);
    await walkSeed(az, lab, seed.AS_WRITTEN);
    for (const [command, says] of ASKED) assert.match(await az.say(command), says, command);
    for (const [command, code] of TOO_EARLY) await az.refused(command, code);
    for (const command of DELETES) await az.say(command);
    assert.equal((await az.say('az group list')).trim(), '[]');
    assert.deepEqual((await lab.control.inventory()).resources, []);
  });
});

describe('the Azure CLI under the rules of today', () => {
  const lab = withLab();
  const cli = withAzureCli(lab);

  it('builds the rest of the seed with what stands in their place', async function () {
    const az = await cli(this);
    await az.say('az vm image terms accept --urn cisco:cisco-csr-1000v:17_3_3-byol:latest');
    const site = await buildSite(az, lab);
    await buildGateway(az, seed.NOW);
    await connect(az, site);
    await configureRouter(az, lab, site);
    await proveTraffic(az, lab, seed.NOW);
  });
});

describe('the Azure CLI while the lab is killed', () => {
  // Slow enough that the VM is under way for some seconds.
  const lab = withLab({ speed: 10 });
  const cli = withAzureCli(lab);

  it('waits for its deployment at the lab that comes after, which goes on with it', async function () {
    const az = await cli(this);
    await az.say('az group create --name ResourceGroupEast --location japaneast');
    const made = az.ask(
      `az vm create ${EAST} --name probe --image Ubuntu2204 --size Standard_B1s --admin-username azureuser \\
        --ssh-key-values ~/.ssh/authorized_keys`,
    );
    let failed = false;
    made.catch(() => (failed = true));
    const machine = async (): Promise<unknown> =>
      (await lab.control.inventory()).resources.find(({ id }) => id.endsWith('/virtualMachines/probe'));
    while (!failed && (await machine()) === undefined) await sleep(50);
    await lab.kill9();
    await lab.start();
    assert.equal((await made)['powerState'], 'VM running');
    const [state] = await az.ask<string[]>(
      `az deployment group list ${EAST} --query '[].properties.provisioningState'`,
    );
    assert.equal(state, 'Succeeded');
  });
});
