import assert from 'node:assert/strict';
import type { AzureActivities, Removed } from '../../activities/contracts.ts';
import { azureActivities } from '../../activities/azure.ts';
import { hubResources, siteResources } from '../../domain/resources.ts';
import type { AzureVmRouterSpec, FileReference } from '../../domain/spec.ts';
import { ipv4, seedHub, seedRouter, seedSite } from '../support/site-files.ts';
import { openLab, persist, type LabActivities, type Persisted } from './support.ts';

const privateKey: FileReference = { file: { env: 'SITELINK_SSH_KEY' } };
const image = {
  publisher: 'Canonical',
  offer: '0001-com-ubuntu-server-jammy',
  sku: '22_04-lts-gen2',
  version: 'latest',
};
const hub = { ...seedHub, probe: seedHub.probe === null ? null : { ...seedHub.probe, privateKey, image } };
const router: AzureVmRouterSpec = { ...seedRouter, ssh: { ...seedRouter.ssh, privateKey } };
const site = { ...seedSite, router };

/** Every deed of the scenario in Azure, in an order that works; each twice, and the second time nothing is written. */
describe('Activities over the lab', function () {
  this.timeout(120_000);
  let lab: LabActivities;
  let act: AzureActivities;
  before(async () => {
    lab = await openLab();
    act = azureActivities(lab.deps);
  });
  after(async () => lab.close());

  const planned = hubResources(hub);
  const ofSite = siteResources(hub, site);
  const ofRouter = ofSite.router;
  const probe = planned.probe;
  assert.ok(ofRouter !== null && probe !== null);
  const inHub = { location: hub.location, owner: { hub: 'japan', site: null }, adopt: false };
  const inWest = { location: router.location, owner: { hub: 'japan', site: 'Site01' }, adopt: false };
  const inSite = { ...inWest, location: hub.location };
  let gatewayAddress = '';
  let routerAddress = '';

  const puts = () => lab.lab.arm.requests().filter(({ method }) => method === 'PUT').length;
  async function twice<Request, Result>(
    deed: (request: Request) => Promise<Result>,
    request: Request,
  ): Promise<Result> {
    const first = await persist(deed, request);
    const written = puts();
    const second = await persist(deed, request);
    assert.equal(puts(), written, 'the second run writes nothing');
    assert.deepEqual(Object.keys(second.result as object), Object.keys(first.result as object));
    return first.result;
  }

  it("makes the hub's group, network and GatewaySubnet", async () => {
    const group = await twice(act.ensureResourceGroup, { ...inHub, id: planned.group.id });
    assert.deepEqual(group.observed, { name: 'ResourceGroupEast', location: 'japaneast', ownership: 'ours' });
    await twice(act.ensureNetwork, { ...inHub, id: planned.network.id, addressSpace: hub.network.addressSpace });
    const subnet = await twice(act.ensureSubnet, {
      ...inHub,
      id: planned.gatewaySubnet.id,
      prefix: hub.network.gatewaySubnet,
    });
    assert.equal(subnet.adopted, false);
    assert.deepEqual(subnet.observed, { name: 'GatewaySubnet', prefix: '172.16.0.0/27', securityGroup: null });
  });

  it('makes a zoned address and a gateway', async () => {
    const [publicIp] = planned.publicIps;
    assert.ok(publicIp !== undefined);
    const made = await twice(act.ensurePublicIp, { ...inHub, id: publicIp.id, zones: ['1', '2', '3'] });
    gatewayAddress = made.address;
    assert.match(gatewayAddress, /^\d+\.\d+\.\d+\.\d+$/);
    const gateway = await twice(act.ensureGateway, {
      ...inHub,
      id: planned.gateway.id,
      gateway: hub.gateway,
      gatewaySubnetId: planned.gatewaySubnet.id,
      publicIpIds: [publicIp.id],
    });
    assert.equal(gateway.provisioningState, 'Succeeded');
  });

  async function makeMachine(
    parts: typeof probe,
    place: typeof inHub | typeof inWest,
    spec: { prefix: typeof router.network.subnet.prefix; privateIp: string; forwards: boolean },
  ) {
    assert.ok(parts !== null);
    await twice(act.ensureSubnet, { ...place, id: parts.subnet.id, prefix: spec.prefix });
    const ip = await twice(act.ensurePublicIp, { ...place, id: parts.publicIp.id, zones: [] });
    await twice(act.ensureSecurityGroup, {
      ...place,
      id: parts.securityGroup.id,
      rules: spec.forwards
        ? [
            {
              name: 'ssh',
              priority: 100,
              protocol: 'Tcp' as const,
              sourcePrefixes: ['198.51.100.10/32'],
              destinationPorts: ['22'],
            },
            {
              name: 'ike',
              priority: 110,
              protocol: 'Udp' as const,
              sourcePrefixes: [`${gatewayAddress}/32`],
              destinationPorts: ['500', '4500'],
            },
          ]
        : [],
    });
    await twice(act.ensureNic, {
      ...place,
      id: parts.nic.id,
      subnetId: parts.subnet.id,
      privateAddress: ipv4(spec.privateIp),
      publicIpId: parts.publicIp.id,
      securityGroupId: parts.securityGroup.id,
      ipForwarding: spec.forwards,
    });
    return ip.address;
  }

  it('makes the probe', async () => {
    assert.ok(hub.probe !== null && probe !== null);
    await makeMachine(probe, inHub, {
      prefix: hub.probe.subnet.prefix,
      privateIp: hub.probe.privateIp,
      forwards: false,
    });
    const vm = await twice(act.ensureVm, {
      ...inHub,
      id: probe.vm.id,
      name: 'linux010',
      nicId: probe.nic.id,
      size: hub.probe.size,
      image: hub.probe.image,
      withPlan: false,
      priority: 'Regular',
      spotFallback: false,
      adminUsername: 'azureuser',
      privateKey,
      diskName: 'linux010-osdisk',
    });
    assert.equal(vm.powerState, 'running');
    assert.equal(vm.privateAddress, '172.16.1.10');
  });

  it('makes the router VM in another region, its terms accepted', async () => {
    await twice(act.ensureResourceGroup, { ...inWest, id: ofRouter.group.id });
    await twice(act.ensureNetwork, { ...inWest, id: ofRouter.network.id, addressSpace: router.network.addressSpace });
    const terms = { subscription: hub.subscription, image: router.image };
    await assert.rejects(persist(act.acceptTerms, { ...terms, accept: false }), /not accepted/);
    const accepted = await persist(act.acceptTerms, { ...terms, accept: true });
    assert.deepEqual(accepted.result, { accepted: true, detail: 'accepted now' });
    assert.equal((await persist(act.acceptTerms, { ...terms, accept: false })).result.detail, 'accepted before');
    routerAddress = await makeMachine(ofRouter, inWest, {
      prefix: router.network.subnet.prefix,
      privateIp: router.privateIp,
      forwards: true,
    });
    const vm = await twice(act.ensureVm, {
      ...inWest,
      id: ofRouter.vm.id,
      name: router.name,
      nicId: ofRouter.nic.id,
      size: router.size,
      image: router.image,
      withPlan: true,
      priority: 'Spot',
      spotFallback: true,
      adminUsername: 'azureuser',
      privateKey,
      diskName: 'router210-osdisk',
    });
    assert.equal(vm.priority, 'Spot');
    assert.equal(vm.powerState, 'running');
  });

  it('makes the local gateway and the connection, with a baseline', async () => {
    await twice(act.ensureLocalGateway, {
      ...inSite,
      id: ofSite.localGateway.id,
      address: ipv4(routerAddress),
      prefixes: site.prefixes,
      bgp: null,
    });
    const connection = await twice(act.ensureConnection, {
      ...inSite,
      id: ofSite.connection.id,
      gatewayId: planned.gateway.id,
      localGatewayId: ofSite.localGateway.id,
      enableBgp: false,
      connection: site.connection,
    });
    assert.equal(connection.baseline.provisioningState, 'Succeeded');
    assert.equal(connection.baseline.ingressBytes, 0);
  });

  const request = () => ({
    hub,
    site,
    gatewayAddresses: [ipv4(gatewayAddress)],
    publicAddress: ipv4(routerAddress),
  });

  it('reads everything anew, and every row holds', async () => {
    const { result } = await persist(act.observeSite, request());
    assert.deepEqual(
      result.map(({ row, holds }) => [row, holds]),
      [1, 5, 6, 7, 8, 9, 1, 2, 3, 15].map((row) => [row, true]),
      JSON.stringify(result.filter(({ holds }) => !holds)),
    );
  });

  it('finds the routes of the probe, and no ping without a tunnel', async () => {
    const routes = await persist(act.effectiveRoutes, {
      nicId: probe.nic.id,
      expected: site.prefixes,
      withinSeconds: 600,
    });
    assert.equal(routes.result.holds, true, JSON.stringify(routes.result.routes));
    const ping = await persist(act.pingFromProbe, { vmId: probe.vm.id, target: ipv4('172.20.100.100'), count: 3 });
    assert.equal(ping.result.sent, 3);
    assert.equal(ping.result.received, 0);
    assert.equal(ping.result.lossPercent, 100);
  });

  it('says that a connection without traffic is not connected once the time is over', async () => {
    const { result: baseline } = await persist(act.readConnection, { id: ofSite.connection.id });
    const request = { id: ofSite.connection.id, baseline, withinSeconds: 30 };
    const { result: seen } = await persist(act.awaitConnected, request);
    assert.equal(seen.holds, false);
    assert.notEqual(seen.connectionStatus, 'Connected');
  });

  it('takes everything down again, each thing twice, and leaves nothing', async () => {
    const remove = async (resource: { id: string; owner: { hub: string; site: string | null } }): Promise<void> => {
      for (let time = 1; time <= 2; time += 1) {
        const { result }: Persisted<Removed> = await persist(act.removeResource, {
          id: resource.id,
          owner: resource.owner,
          oursByRecord: false,
        });
        assert.equal(result.outcome, 'absent', resource.id);
      }
    };
    await remove(ofSite.connection);
    await persist(act.awaitNoConnections, { gatewayId: planned.gateway.id });
    for (const resource of [planned.gateway, ofSite.localGateway, ofRouter.vm, probe.vm]) await remove(resource);
    for (const parts of [ofRouter, probe]) {
      for (const part of [parts.disk, parts.nic, parts.securityGroup, parts.publicIp, parts.subnet]) await remove(part);
    }
    for (const part of [...planned.publicIps, planned.gatewaySubnet, planned.network, ofRouter.network])
      await remove(part);
    for (const group of [ofRouter.group, planned.group]) {
      for (let time = 1; time <= 2; time += 1) {
        const { result }: Persisted<Removed> = await persist(act.removeResourceGroup, {
          id: group.id,
          owner: group.owner,
        });
        assert.equal(result.outcome, 'absent');
      }
    }
    for (const owner of [inHub.owner, inWest.owner]) {
      const { result: owned }: Persisted<readonly string[]> = await persist(act.listOwned, {
        groupIds: [planned.group.id, ofRouter.group.id],
        owner,
      });
      assert.deepEqual(owned, []);
    }
    const { result } = await persist(act.observeSite, request());
    assert.ok(result.every(({ holds }) => !holds));
    assert.equal(lab.lab.arm.inventory().resources.length, 0);
  });
});
