/** A world of the lab's Azure without HTTP: the engine in a folder of its own, time and chance in the test's hand. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededDraw } from '../../../lab/clock.ts';
import { faultDesk } from '../../../lab/faults.ts';
import { type Action, actionEffects, actions, providerRoutes } from '../../../lab/arm/actions/index.ts';
import type { AzureRules } from '../../../lab/arm/contract.ts';
import { deploymentEffects, driveDeployments } from '../../../lab/arm/deployments/run.ts';
import { ArmError } from '../../../lab/arm/errors.ts';
import { driveGroupDeletions, groupEffects } from '../../../lab/arm/group-deletion.ts';
import { groupId, parseId } from '../../../lab/arm/ids.ts';
import type { JsonObject } from '../../../lab/arm/json.ts';
import { type Operation, Operations } from '../../../lab/arm/operations.ts';
import { deleteResource, putResource, resourceEffects, showResource } from '../../../lab/arm/resources.ts';
import { answerArm } from '../../../lab/arm/routes.ts';
import { type Resource, Store } from '../../../lab/arm/store.ts';
import { linksOf } from '../../../lab/arm/types/index.ts';
import type { Reply, Request, World } from '../../../lab/arm/world.ts';
import type { Dataplane } from '../../../lab/ports.ts';

const subscription = '00000000-0000-0000-0000-000000000000';
export const location = 'japaneast';
const apiVersion = '2024-07-01';

export interface Bench {
  readonly world: World;
  /** Moves the clock on by seconds of Azure time and ends what is due. */
  pass(seconds: number): void;
  /** Puts and waits for the end. @throws ArmError */
  make(path: string, body: JsonObject): Resource;
  /** Puts, and leaves the operation under way. */
  begin(path: string, body: JsonObject): Operation | null;
  remove(path: string): Operation | null;
  /** As a GET shows it. */
  show(path: string, expand?: string): JsonObject;
  act(path: string, action: string, body?: JsonObject, method?: string): Reply;
  /** A route of the subscription. */
  ask(method: string, path: string, body?: JsonObject, query?: string): Reply;
  last(): Operation;
  setDataplane(dataplane: Dataplane): void;
  close(): void;
}

/** `Microsoft.Network/virtualNetworks/Vnet16` in group East. */
export const idOf = (path: string, group = 'East'): string => `${groupId(subscription, group)}/providers/${path}`;

const request = (method: string, path: string, body?: JsonObject, query = ''): Request => ({
  method,
  path,
  query: new URLSearchParams(query),
  apiVersion,
  headers: {},
  body,
  began: [],
});

/** Operations last as long as Azure's, on a clock that stands still unless told to go on. */
export function bench(rules: AzureRules = '2026', folder = mkdtempSync(join(tmpdir(), 'sitelink-types-'))): Bench {
  let now = Date.UTC(2026, 0, 1);
  let dataplane: Dataplane | null = null;
  const clock = { speed: 1, now: () => now, scaled: (milliseconds: number) => milliseconds };
  const draw = seededDraw('types');
  const faults = faultDesk(draw);
  const store = new Store(folder, linksOf);
  const operations = new Operations(store, clock, draw);
  const world: World = {
    store,
    operations,
    clock,
    draw,
    faults,
    rules,
    subscriptionId: subscription,
    tenantId: subscription,
    baseUrl: () => 'https://127.0.0.1:1',
    dataplane: () => dataplane,
    observed: () => ({ status: 'NotConnected', ingressBytes: 0, egressBytes: 0, establishedAt: null }),
  };
  for (const name of ['East', 'West']) {
    const id = groupId(subscription, name);
    const body = { location };
    const fixed = {
      type: 'Microsoft.Resources/resourceGroups',
      generation: 1,
      state: 'Succeeded',
      revision: 0,
    } as const;
    if (store.get(id) === undefined) store.save({ id, name, body, hidden: {}, ...fixed });
  }
  operations.resume(
    new Map([...resourceEffects(world), ...groupEffects(world), ...actionEffects(world), ...deploymentEffects(world)]),
  );
  driveDeployments(world);
  driveGroupDeletions(world);
  store.commit();
  const due = (): Operation | undefined =>
    operations
      .all()
      .filter(({ status, endsAt }) => status === 'InProgress' && endsAt !== null && endsAt <= now)
      .toSorted((one, other) => (one.endsAt ?? 0) - (other.endsAt ?? 0))[0];
  const pass = (seconds: number): void => {
    now += seconds * 1000;
    for (let next = due(); next !== undefined; next = due()) operations.end(next);
  };
  const begin = (path: string, body: JsonObject): Operation | null => {
    const id = parseId(idOf(path));
    assert(id !== null, path);
    const { operation } = putResource(world, id, body, apiVersion);
    store.commit();
    return operation;
  };
  const found = (path: string): Resource => {
    const resource = store.get(idOf(path));
    assert(resource !== undefined, `${path} is not there`);
    return resource;
  };
  return {
    world,
    pass,
    begin,
    make: (path, body) => {
      const operation = begin(path, body);
      if (operation !== null) operations.end(operation);
      return found(path);
    },
    remove: (path) => {
      const operation = deleteResource(world, idOf(path));
      if (operation !== null) operations.end(operation);
      return operation;
    },
    show: (path, expand) => showResource(world, found(path), apiVersion, true, expand),
    act: (path, action, body, method = 'POST') => {
      const resource = found(path);
      const run: Action | undefined = actions.get(`${resource.type}/${action}`.toLowerCase());
      assert(run !== undefined, `${resource.type} has no action ${action}`);
      const reply = run(world, resource, request(method, `${resource.id}/${action}`, body));
      store.commit();
      return reply;
    },
    ask: (method, path, body, query) => {
      const whole = `/subscriptions/${subscription}/${path}`;
      for (const route of providerRoutes) {
        const match = route.method === method ? route.pattern.exec(whole.toLowerCase()) : null;
        if (match !== null) return route.handle(world, request(method, whole, body, query), match);
      }
      return answerArm(world, request(method, whole, body, query));
    },
    last: () => {
      const operation = operations.all().at(-1);
      assert(operation !== undefined);
      return operation;
    },
    setDataplane: (next) => {
      dataplane = next;
    },
    close: () => {
      operations.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs `use` with a bench that leaves nothing behind. */
export function withBench(use: (one: Bench) => void, rules: AzureRules = '2026'): void {
  const one = bench(rules);
  try {
    use(one);
  } finally {
    one.close();
  }
}

/** A value as text, for patterns. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Asserts that the call is refused with Azure's code, and returns the refusal. */
export function refused(code: string, call: () => unknown): ArmError {
  let refusal: ArmError | undefined;
  assert.throws(call, (error) => {
    if (!(error instanceof ArmError)) return false;
    refusal = error;
    return error.code === code || assert.fail(`${error.code}: ${error.message}, wanted ${code}`);
  });
  assert(refusal !== undefined);
  return refusal;
}

// --- what most tests need, as short as it can be -------------------------------------------------------------------------

export const paths = {
  vnet: 'Microsoft.Network/virtualNetworks/Vnet16',
  gatewaySubnet: 'Microsoft.Network/virtualNetworks/Vnet16/subnets/GatewaySubnet',
  subnet: 'Microsoft.Network/virtualNetworks/Vnet16/subnets/Subnet01',
  address: 'Microsoft.Network/publicIPAddresses/GwIp',
  gateway: 'Microsoft.Network/virtualNetworkGateways/Gw',
  local: 'Microsoft.Network/localNetworkGateways/Site01',
  connection: 'Microsoft.Network/connections/ToSite01',
  nic: 'Microsoft.Network/networkInterfaces/Nic',
  group: 'Microsoft.Network/networkSecurityGroups/Nsg',
  vm: 'Microsoft.Compute/virtualMachines/linux010',
} as const;

export const bodies = {
  vnet: { location, properties: { addressSpace: { addressPrefixes: ['172.16.0.0/16'] } } },
  gatewaySubnet: { properties: { addressPrefix: '172.16.0.0/27' } },
  subnet: { properties: { addressPrefix: '172.16.1.0/24' } },
  address: {
    location,
    sku: { name: 'Standard' },
    zones: ['1', '2', '3'],
    properties: { publicIPAllocationMethod: 'Static' },
  },
  local: {
    location,
    properties: {
      gatewayIpAddress: '20.210.140.4',
      localNetworkAddressSpace: { addressPrefixes: ['172.20.100.0/24', '172.20.200.0/24'] },
    },
  },
};

export const gatewayBody = (sku = 'VpnGw1AZ', more: JsonObject = {}): JsonObject => ({
  location,
  properties: {
    gatewayType: 'Vpn',
    vpnType: 'RouteBased',
    sku: { name: sku, tier: sku },
    ipConfigurations: [
      {
        name: 'default',
        properties: { subnet: { id: idOf(paths.gatewaySubnet) }, publicIPAddress: { id: idOf(paths.address) } },
      },
    ],
    ...more,
  },
});

export const connectionBody = (more: JsonObject = {}): JsonObject => ({
  location,
  properties: {
    connectionType: 'IPsec',
    connectionProtocol: 'IKEv2',
    virtualNetworkGateway1: { id: idOf(paths.gateway) },
    localNetworkGateway2: { id: idOf(paths.local) },
    sharedKey: 'P@ssw0rd1234',
    ...more,
  },
});

export const nicBody = (more: JsonObject = {}): JsonObject => ({
  location,
  properties: {
    ipConfigurations: [{ name: 'c', properties: { subnet: { id: idOf(paths.subnet) }, ...more } }],
  },
});

export const publicKey = `ssh-rsa ${'A'.repeat(368)} test`;

export const ubuntu: JsonObject = {
  publisher: 'Canonical',
  offer: '0001-com-ubuntu-server-jammy',
  sku: '22_04-lts-gen2',
  version: 'latest',
};

export const csr: JsonObject = { publisher: 'cisco', offer: 'cisco-csr-1000v', sku: '17_3_3-byol', version: 'latest' };

export const vmBody = (more: JsonObject = {}, image: JsonObject = ubuntu, nic: string = paths.nic): JsonObject => ({
  location,
  properties: {
    hardwareProfile: { vmSize: 'Standard_B1s' },
    storageProfile: { imageReference: image, osDisk: { createOption: 'FromImage', deleteOption: 'Delete' } },
    osProfile: {
      computerName: 'linux010',
      adminUsername: 'azureuser',
      linuxConfiguration: {
        disablePasswordAuthentication: true,
        ssh: { publicKeys: [{ path: '/home/azureuser/.ssh/authorized_keys', keyData: publicKey }] },
      },
    },
    networkProfile: { networkInterfaces: [{ id: idOf(nic), properties: { primary: true } }] },
    ...more,
  },
});

/** Network, gateway, site and connection, all of them ready. */
export function buildHub(
  one: Bench,
  connection: JsonObject = connectionBody(),
  gateway: JsonObject = gatewayBody(),
): void {
  one.make(paths.vnet, bodies.vnet);
  one.make(paths.gatewaySubnet, bodies.gatewaySubnet);
  one.make(paths.address, bodies.address);
  one.make(paths.local, bodies.local);
  one.make(paths.gateway, gateway);
  one.make(paths.connection, connection);
}

/** A running Linux VM in Subnet01. */
export function buildProbe(one: Bench): void {
  one.make(paths.subnet, bodies.subnet);
  one.make(paths.nic, nicBody({ privateIPAllocationMethod: 'Static', privateIPAddress: '172.16.1.10' }));
  one.make(paths.vm, vmBody());
}
