/** The deeds of the hub: its group, network, public addresses, gateway and probe. */
import type { Made } from '../activities/contracts.ts';
import type { ResourceKind } from '../domain/names.ts';
import { lastName } from '../domain/names.ts';
import type { Ipv4 } from '../domain/spec.ts';
import type { HubRun } from './hub-run.ts';
import { makeMachine } from './machine.ts';
import { together } from './step.ts';
import type { PlannedResource } from '../domain/resources.ts';

export interface HubBuild {
  readonly group: Promise<Made>;
  readonly network: Promise<Made>;
  readonly addresses: Promise<readonly Ipv4[]>;
  readonly gateway: Promise<Made>;
}

export function buildGateway(run: HubRun): HubBuild {
  const { spec, resources, steps, ledger } = run;
  const place = { location: spec.location, owner: resources.group.owner };

  const group = steps.start('group', [], async (act, say) => {
    ledger.recordResource(resources.group);
    const made = await act.ensureResourceGroup({ ...place, id: resources.group.id, adopt: spec.network.adopt });
    run.observe(1, true, made.observed, `GET resourceGroups/${spec.resourceGroup}`);
    say(ownership(made));
    return made;
  });
  const network = buildNetwork(run, group);
  const addresses = buildAddresses(run, group);

  const gateway = steps.start('gateway', [network, addresses], async (act, say) => {
    ledger.recordResource(resources.gateway);
    say('Azure needs 20 to 45 minutes for this');
    const made = await act.ensureGateway({
      ...place,
      id: resources.gateway.id,
      gateway: spec.gateway,
      gatewaySubnetId: resources.gatewaySubnet.id,
      publicIpIds: resources.publicIps.map((ip) => ip.id),
      adopt: spec.gateway.adopt,
    });
    run.observe(7, made.provisioningState === 'Succeeded', made.observed, source('gateway', [lastName(made.id)]));
    say(made.provisioningState);
    return made;
  });
  return { group, network, addresses, gateway };
}

function buildNetwork(run: HubRun, group: Promise<Made>): Promise<Made> {
  const { spec, resources, steps, ledger } = run;
  const { network, gatewaySubnet } = resources;
  const place = { location: spec.location, owner: network.owner, adopt: spec.network.adopt };
  return steps.start('network', [group], async (act, say) => {
    ledger.recordResource(network);
    const made = await act.ensureNetwork({ ...place, id: network.id, addressSpace: spec.network.addressSpace });
    const oursByRecord = made.adopted && (await act.isAbsent({ id: gatewaySubnet.id }));
    ledger.recordResource(gatewaySubnet, oursByRecord);
    const subnet = await act.ensureSubnet({ ...place, id: gatewaySubnet.id, prefix: spec.network.gatewaySubnet });
    run.observe(
      5,
      true,
      { network: made.observed, subnet: subnet.observed },
      `GET virtualNetworks/${spec.network.name}`,
    );
    say(spec.network.gatewaySubnet);
    return made;
  });
}

function buildAddresses(run: HubRun, group: Promise<Made>): Promise<readonly Ipv4[]> {
  const { spec, resources, steps, ledger } = run;
  const place = { location: spec.location, owner: resources.group.owner, adopt: spec.gateway.adopt };
  return steps.start('addresses', [group], async (act, say) => {
    const found = await together(
      ...spec.gateway.publicIps.map(async (ip, index) => {
        const resource = resources.publicIps[index] as PlannedResource;
        ledger.recordResource(resource);
        return await act.ensurePublicIp({ ...place, id: resource.id, zones: ip.zones });
      }),
    );
    const names = spec.gateway.publicIps.map((ip) => ip.name);
    const observed = found.map((ip) => ip.observed);
    run.observe(6, true, observed, source('publicIp', names));
    say(found.map((ip) => ip.address).join(', '));
    return found.map((ip) => ip.address);
  });
}

/** Beside the gateway; null where the hub has no probe. */
export function buildProbe(run: HubRun, parts: HubBuild): Promise<unknown> | null {
  const { spec, resources } = run;
  const { probe } = spec;
  const machine = resources.probe;
  if (probe === null || machine === null) return null;
  return run.steps.start('probe', [parts.network], async (act, say) => {
    const network = await parts.network;
    const { vm } = await makeMachine(act, run.ledger, machine, {
      location: spec.location,
      subnetPrefix: probe.subnet.prefix,
      networkAdopted: network.adopted,
      adopt: probe.adopt,
      privateIp: probe.privateIp,
      // Its public address is for egress alone; Run Command comes over the platform, so nothing is open inbound.
      rules: [],
      ipForwarding: false,
      publicIpMade: false,
      vm: { ...probe, withPlan: false, priority: 'Regular', spotFallback: false },
    });
    run.observe(
      15,
      vm.powerState === 'running' && vm.privateAddress === probe.privateIp,
      vm.observed,
      source('vm', [probe.name]),
    );
    say(`${vm.powerState}, ${vm.privateAddress}`);
    return vm;
  });
}

export function ownership(made: Made): string {
  return made.adopted ? 'adopted; it will not be deleted' : 'ours';
}

const collections: Partial<Record<ResourceKind, string>> = {
  publicIp: 'publicIPAddresses',
  gateway: 'virtualNetworkGateways',
  vm: 'virtualMachines',
  localGateway: 'localNetworkGateways',
  connection: 'connections',
};

/** Where an observation was made: `GET virtualNetworkGateways/VnetGw`. */
export function source(kind: ResourceKind, names: readonly string[]): string {
  return names.map((name) => `GET ${collections[kind] ?? kind}/${name}`).join(', ');
}
