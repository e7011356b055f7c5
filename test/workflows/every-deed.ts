/** Every deed on the way to a connected site, with the step of the runbook that it belongs to. */
import type { Running } from './harness.ts';

export interface StepDeed {
  readonly of: keyof Pick<Running, 'hub' | 'site'>;
  readonly step: string;
  /** As the world of the tests names it: the activity and what it is about. */
  readonly deed: string;
}

const hubDeeds: Readonly<Record<string, readonly string[]>> = {
  preflight: ['preflight'],
  group: ['ensureResourceGroup ResourceGroupEast'],
  network: ['ensureNetwork Vnet16', 'ensureSubnet GatewaySubnet'],
  addresses: ['ensurePublicIp VpnGwPublicIp'],
  gateway: ['ensureGateway VnetGw'],
};

const probeMachineDeeds: Readonly<Record<string, readonly string[]>> = {
  probe: [
    'ensureSubnet Subnet01',
    'ensurePublicIp linux010-ip',
    'ensureSecurityGroup linux010-nsg',
    'ensureNic linux010-nic',
    'ensureVm linux010',
  ],
};

const tunnelDeeds = (site: string, router: string): Readonly<Record<string, readonly string[]>> => ({
  router: [`awaitRouter ${router}`],
  'local-gateway': [`ensureLocalGateway ${site}`],
  connection: [`ensureConnection ConnectTo${site}`],
  script: [`inspectScript ${router}`],
  push: [`planTunnel ${router}`, `configureTunnel ${router}`],
  facts: [`observeSite ${site}`, `observeRouter ${router}`],
  associations: [`awaitReady ${router}`],
  'ping-router': [`pingFromRouter ${router}`],
  counters: [`readSecurityAssociations ${router}`],
  save: [`saveConfiguration ${router}`],
  status: [`awaitConnected ConnectTo${site}`],
});

const machineDeeds: Readonly<Record<string, readonly string[]>> = {
  group: ['ensureResourceGroup ResourceGroupWest'],
  network: ['ensureNetwork Vnet20'],
  address: ['ensurePublicIp router210-ip'],
  vm: [
    'acceptTerms',
    'ensureSubnet Subnet10',
    'ensureSecurityGroup router210-nsg',
    'ensureNic router210-nic',
    'ensureVm router210',
  ],
  loopbacks: ['configureLoopbacks router210'],
};

const probeDeeds: Readonly<Record<string, readonly string[]>> = {
  routes: ['effectiveRoutes linux010-nic'],
  'ping-probe': ['pingFromProbe linux010'],
};

const deedsOf = (of: StepDeed['of'], steps: Readonly<Record<string, readonly string[]>>): StepDeed[] =>
  Object.entries(steps).flatMap(([step, deeds]) => deeds.map((deed) => ({ of, step, deed })));

export const seedDeeds: readonly StepDeed[] = [
  ...deedsOf('hub', { ...hubDeeds, ...probeMachineDeeds }),
  ...deedsOf('site', { ...machineDeeds, ...tunnelDeeds('Site01', 'router210'), ...probeDeeds }),
];

/** Of a router that exists, at a hub without a probe. */
export const deviceDeeds: readonly StepDeed[] = [
  ...deedsOf('hub', hubDeeds),
  ...deedsOf('site', tunnelDeeds('Osaka', 'osaka-r1')),
];
