/** The seed from its first command to its last ping, with the real CLI, and with plain SSH where it has a person at the router. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { typed } from '../lab/azure.ts';
import type { LabProcess } from '../support/lab.ts';
import type { AzureCli } from './azure-cli.ts';
import * as seed from './seed-commands.ts';

/** What `az vm create` prints. */
interface MadeVm {
  readonly powerState: string;
  readonly privateIpAddress: string;
  readonly publicIpAddress: string;
  readonly macAddress: string;
}

async function until(what: string, seconds: number, holds: () => Promise<boolean>): Promise<void> {
  for (const late = Date.now() + seconds * 1000; Date.now() < late; await sleep(100)) if (await holds()) return;
  throw new Error(`${what} did not come true within ${seconds} s`);
}

async function routerOf(lab: LabProcess): Promise<{ port: number; open: boolean }> {
  const [router] = (await lab.control.inventory()).routers;
  return { port: router?.port ?? 0, open: router?.open ?? false };
}

export interface Site {
  /** The router's public address. */
  readonly address: string;
}

/** The site's network and its router. */
export async function buildSite(az: AzureCli, lab: LabProcess): Promise<Site> {
  for (const command of seed.SITE_NETWORK) await az.say(command);
  const router = await az.ask<MadeVm>(seed.ROUTER);
  assert.equal(router.privateIpAddress, '172.20.10.210');
  assert.equal(router.powerState, 'VM running');
  assert.match(router.publicIpAddress, /^\d+\.\d+\.\d+\.\d+$/);
  assert.match(router.macAddress, /^00-0D-3A(-[0-9A-F]{2}){3}$/);
  await until('the router answers on SSH', 60, async () => (await routerOf(lab)).open);
  const loopbacks = [100, 200].flatMap((number) => [
    `interface Loopback${number}`,
    `ip address 172.20.${number}.${number} 255.255.255.0`,
  ]);
  await typed((await routerOf(lab)).port, ['configure terminal', ...loopbacks]);
  return { address: router.publicIpAddress };
}

/** The gateway and all that it stands on. */
export async function buildGateway(az: AzureCli, flags: seed.Flags): Promise<string> {
  for (const command of [...seed.HUB_NETWORK, seed.address(flags)]) await az.say(command);
  const address = await az.ask<string>(seed.SHOW_ADDRESS);
  assert.match(address, /^20\./);
  assert.equal(await az.say(seed.gateway(flags)), '');
  let state = '';
  for (let looks = 0; state !== 'Succeeded' && looks < 20; looks += 1) {
    state = (await az.say(seed.SHOW_GATEWAY)).trim();
    assert.match(state, /^(Updating|Succeeded)$/);
  }
  return address;
}

/** The connection, before anybody has touched the router. */
export async function connect(az: AzureCli, site: Site): Promise<void> {
  await az.say(seed.localGateway(site.address));
  const { resource } = await az.ask<{ resource: Record<string, unknown> }>(seed.CONNECTION);
  assert.equal(resource['connectionType'], 'IPsec');
  const shown = await az.ask(seed.SHOW_CONNECTION);
  assert.deepEqual(
    ['connectionMode', 'connectionProtocol', 'connectionType', 'dpdTimeoutSeconds', 'provisioningState'].map(
      (member) => shown[member],
    ),
    ['Default', 'IKEv2', 'IPsec', 0, 'Succeeded'],
  );
  assert.match(String(shown['connectionStatus']), /^(Unknown|NotConnected)$/);
}

/** The script of Azure on the router, with the seed's three changes; then Azure says Connected. */
export async function configureRouter(az: AzureCli, lab: LabProcess, site: Site): Promise<void> {
  const script = await az.ask<string>(seed.DEVICE_SCRIPT);
  assert.match(script, /\r\n! Microsoft Corporation\r\n/);
  const changed = script.replaceAll(
    new RegExp(`(match address +local|tunnel source) +${site.address}`, 'g'),
    '$1 172.20.10.210',
  );
  assert.notEqual(changed, script);
  const { port } = await routerOf(lab);
  await typed(port, ['configure terminal', ...changed.split('\r\n'), 'ip route 172.16.0.0 255.255.0.0 Tunnel11']);
  await until('the tunnel is up', 60, async () => (await lab.control.inventory()).link[0]?.state === 'up');
  await typed(port, ['show crypto ikev2 sa']).then((text) => assert.match(text, /READY/));
  await until(
    'Azure says so',
    60,
    async () => (await az.ask(seed.SHOW_CONNECTION))['connectionStatus'] === 'Connected',
  );
}

/** linux010, its routes, and pings both ways. */
export async function proveTraffic(az: AzureCli, lab: LabProcess, flags: seed.Flags): Promise<void> {
  await az.say(seed.PROBE_SUBNET);
  const probe = await az.ask<MadeVm>(seed.probe(flags));
  assert.equal(probe.privateIpAddress, '172.16.1.10');
  assert.equal(probe.powerState, 'VM running');
  const { value } = await az.ask<{ value: { source: string; addressPrefix: string[]; nextHopType: string }[] }>(
    seed.EFFECTIVE_ROUTES,
  );
  const learned = value.filter(({ source }) => source === 'VirtualNetworkGateway');
  assert.deepEqual(
    learned.map(({ addressPrefix, nextHopType }) => [...addressPrefix, nextHopType]),
    [
      ['172.20.100.0/24', 'VirtualNetworkGateway'],
      ['172.20.200.0/24', 'VirtualNetworkGateway'],
    ],
  );
  const ping = `az vm run-command invoke --resource-group ResourceGroupEast --name linux010 \\
    --command-id RunShellScript --scripts 'ping 172.20.100.100 -c 3' --query 'value[0].message' --output tsv`;
  assert.match(await az.say(ping), /3 packets transmitted, 3 received, 0% packet loss/);
  const back = await typed((await routerOf(lab)).port, ['ping 172.16.1.10 source Loopback 100 repeat 20']);
  assert.match(back, /Success rate is 100 percent \(20\/20\)/);
}

/** The whole seed; resolves with the gateway's address. */
export async function walkSeed(az: AzureCli, lab: LabProcess, flags: seed.Flags): Promise<void> {
  const site = await buildSite(az, lab);
  await buildGateway(az, flags);
  await connect(az, site);
  await configureRouter(az, lab, site);
  await proveTraffic(az, lab, flags);
}
