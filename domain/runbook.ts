/**
 * The steps of a run as data: ids, titles, what they wait for and how long Azure usually takes. The workflows give
 * each step its deed; `plan` prints this table.
 */
import type { Row } from './evidence.ts';
import type { HubSpec, SiteSpec } from './spec.ts';

export interface StepPlan {
  readonly id: string;
  readonly title: string;
  /** The evidence row it gives; null for a step without one. */
  readonly row: Row | null;
  readonly after: readonly string[];
  /** Seconds at Azure's pace, measured ranges (azure.md, section 5) or the field's experience. */
  readonly expectedSeconds: { readonly from: number; readonly to: number };
}

function plan(id: string, title: string, row: Row | null, after: string[], from: number, to: number): StepPlan {
  return { id, title, row, after, expectedSeconds: { from, to } };
}

/** The hub's steps, in the order in which they may start. */
export function hubSteps(hub: HubSpec): StepPlan[] {
  const steps = [
    plan('preflight', 'Check subscription, secrets and devices', null, [], 2, 30),
    plan('group', `Resource group ${hub.resourceGroup}`, 1, ['preflight'], 1, 5),
    plan('network', `Network ${hub.network.name} with GatewaySubnet`, 5, ['group'], 10, 30),
    plan('addresses', `Public address ${hub.gateway.publicIps.map((ip) => ip.name).join(', ')}`, 6, ['group'], 5, 15),
    plan('gateway', `VPN gateway ${hub.gateway.name}`, 7, ['network', 'addresses'], 20 * 60, 45 * 60),
  ];
  if (hub.probe !== null) {
    steps.push(plan('probe', `Probe ${hub.probe.name}`, 15, ['network'], 60, 180));
  }
  return steps;
}

/** The site's steps, in the order in which they may start. */
export function siteSteps(site: SiteSpec, hub: HubSpec): StepPlan[] {
  return [...routerSteps(site), ...connectionSteps(site, hub)];
}

function routerSteps(site: SiteSpec): StepPlan[] {
  const router = site.router;
  if (router.kind === 'device') {
    return [plan('router', `Router ${router.expectedHostname} answers on SSH`, null, [], 2, 10)];
  }
  return [
    plan('group', `Resource group ${router.resourceGroup}`, 1, [], 1, 5),
    plan('network', `Network ${router.network.name}, ${router.network.subnet.name}`, 2, ['group'], 10, 30),
    plan('address', 'Public address of the router', null, ['group'], 5, 15),
    plan('vm', `Router VM ${router.name}`, 3, ['network', 'address', 'hub addresses'], 60, 240),
    plan('router', `Router ${router.name} answers on SSH`, 3, ['vm'], 60, 300),
    plan(
      'loopbacks',
      `Loopbacks ${router.loopbacks.map((loopback) => loopback.name).join(', ')}`,
      4,
      ['router'],
      2,
      10,
    ),
  ];
}

function connectionSteps(site: SiteSpec, hub: HubSpec): StepPlan[] {
  const probe = hub.probe !== null && site.verify.fromProbe !== null;
  const steps = [
    plan(
      'local-gateway',
      `Local gateway ${site.localGateway.name}`,
      8,
      site.router.kind === 'device' ? ['hub group'] : ['address', 'hub group'],
      5,
      20,
    ),
    plan('connection', `Connection ${site.connection.name}`, 9, ['gateway', 'local-gateway'], 10, 60),
    plan('script', 'Device script from Azure', 10, ['connection'], 2, 10),
    plan('push', 'Configure the router', 12, probe ? ['script', 'router', 'probe'] : ['script', 'router'], 5, 30),
    plan('facts', 'Read everything back', null, ['push'], 2, 15),
    plan('associations', 'Security associations READY', 13, ['facts'], 2, 60),
    ...(site.bgp === null ? [] : [plan('bgp', 'BGP sessions up', 13, ['associations'], 5, 90)]),
  ];
  if (probe) {
    steps.push(plan('routes', 'Effective routes of the probe', 16, ['connection', 'probe'], 10, 60));
    steps.push(plan('ping-probe', 'Ping from the probe', 17, ['associations', 'routes'], 30, 60));
  }
  steps.push(
    plan('ping-router', 'Ping from the router', 18, ['associations'], 3, 30),
    plan('counters', 'Counters of the security associations', 13, ['ping-router'], 1, 5),
    plan('save', 'Save the router configuration', null, ['counters'], 1, 10),
    plan('status', 'Azure says Connected', 14, ['save'], 60, 15 * 60),
  );
  return steps;
}
