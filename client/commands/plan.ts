/** `sitelink plan FILE --offline`: what a site file means, without asking Azure or Temporal. */
import { announcedPrefixes } from '../../domain/bgp.ts';
import { imageRefusesWeakGroups } from '../../domain/ipsec-policy.ts';
import { shortId } from '../../domain/names.ts';
import { allOfSite, hubResources, type PlannedResource } from '../../domain/resources.ts';
import type { HubSpec, IpsecPolicySpec, SiteBgpSpec, SiteFile, SiteSpec } from '../../domain/spec.ts';
import { exitCodes, type ExitCode } from '../exit-code.ts';
import type { Output } from '../output.ts';
import { rangeText } from '../screen/duration.ts';
import { paintLine, widthOf } from '../screen/text.ts';
import { schedule, totalSeconds, type ScheduledStep } from './schedule.ts';

interface PlannedChange {
  readonly id: string;
  readonly owner: PlannedResource['owner'];
  /** `adopt`: an existing one is taken as it is and never deleted; it is made if it is not there. */
  readonly action: 'create' | 'adopt';
}

export function planOffline(output: Output, file: SiteFile): ExitCode {
  const steps = schedule(file);
  const resources = changes(file);
  const remarks = file.sites.flatMap(remarksOf);
  showSteps(output, steps);
  output.line();
  output.line(output.paint('bold', 'In Azure'));
  for (const { id, action } of resources) output.line(`  ${action.padEnd(7)} ${shortId(id)}`);
  for (const remark of remarks) output.line(`  ${remark}`);
  const total = totalSeconds(steps);
  output.line();
  output.line(`From nothing to a verified tunnel: ${rangeText(total)} at Azure's pace. Nothing was changed or asked.`);
  output.document({
    schema: 'sitelink.plan/1',
    hub: file.hub.name,
    sites: file.sites.map((site) => site.name),
    steps,
    criticalPath: steps.filter((step) => step.critical).map(({ run, id }) => `${run}/${id}`),
    totalSeconds: total,
    resources,
    remarks,
  });
  return exitCodes.fine;
}

function showSteps(output: Output, steps: readonly ScheduledStep[]): void {
  const width = widthOf(output.people.columns);
  let run = '';
  for (const step of steps) {
    if (step.run !== run) {
      run = step.run;
      output.line(output.paint('bold', run === 'hub' ? 'Hub' : `Site ${run}`));
    }
    const title = `${step.critical ? '*' : ' '} ${step.title.padEnd(44)}`;
    const after = step.after.length === 0 ? '' : `  after ${step.after.join(', ')}`;
    const line = [`  `, title, ` ${rangeText(step.expectedSeconds).padEnd(14)}`, ['dim', after]] as const;
    output.line(paintLine(line, width, output.paint));
  }
  output.line('  * decides how long it takes (the critical path)');
}

/** What would be made, or adopted where the file allows it. */
function changes(file: SiteFile): PlannedChange[] {
  const { hub } = file;
  return [...hubChanges(hub), ...file.sites.flatMap((site) => siteChanges(hub, site))];
}

function hubChanges(hub: HubSpec): PlannedChange[] {
  const resources = hubResources(hub);
  const { adopt } = hub.network;
  return [
    change(resources.group, adopt),
    change(resources.network, adopt),
    change(resources.gatewaySubnet, adopt),
    ...resources.publicIps.map((ip) => change(ip, hub.gateway.adopt)),
    change(resources.gateway, hub.gateway.adopt),
    ...(resources.probe === null ? [] : Object.values(resources.probe)).map((one: PlannedResource) =>
      change(one, hub.probe?.adopt ?? false),
    ),
  ];
}

function siteChanges(hub: HubSpec, site: SiteSpec): PlannedChange[] {
  const { router, connection } = site;
  return allOfSite(hub, site).map((resource) => {
    const kind = resource.id.split('/').at(-2) ?? '';
    if (kind === 'connections' || kind === 'localNetworkGateways') return change(resource, connection.adopt);
    const ofNetwork = kind === 'resourceGroups' || kind === 'virtualNetworks';
    return change(resource, router.kind === 'azure-vm' && (ofNetwork ? router.network.adopt : router.adopt));
  });
}

function change({ id, owner }: PlannedResource, adopt: boolean): PlannedChange {
  return { id, owner, action: adopt ? 'adopt' : 'create' };
}

/** What a person should know before it happens. */
function remarksOf(site: SiteSpec): string[] {
  const { router, connection, name, bgp } = site;
  const remarks: string[] = [];
  if (router.kind === 'device') {
    const tunnel =
      router.tunnelNumbers.length === 0 ? 'the first free tunnel' : `Tunnel${router.tunnelNumbers.join(', ')}`;
    remarks.push(
      `change  router ${router.expectedHostname}: IKEv2, IPsec, ${tunnel} and ${bgp === null ? 'static routes' : 'BGP'}; removed by \`down\``,
    );
    if (router.change.approval === 'required')
      remarks.push(`ask     before the first line of ${router.expectedHostname}`);
  }
  if (router.kind === 'azure-vm' && router.acceptMarketplaceTerms) {
    const { publisher, offer, sku } = router.image;
    remarks.push(`accept  the marketplace terms of ${publisher}:${offer}:${sku}, for the whole subscription`);
  }
  if (router.kind === 'azure-vm' && /c8000v/i.test(router.image.offer))
    remarks.push(`reload  ${router.name}: once, to bring its licence level for IPsec into effect`);
  if (bgp !== null) remarks.push(bgpRemark(site, bgp));
  const policy = connection.ipsecPolicy;
  if (policy !== null) {
    const because =
      router.kind === 'azure-vm' && imageRefusesWeakGroups(router.image) ? ': its release refuses DH group 2' : '';
    remarks.push(`policy  ${name}: ${policyText(policy)}, on both ends${because}`);
  } else if (router.kind === 'device') {
    remarks.push(`policy  ${name}: Azure's own, or a stronger one if the router runs IOS-XE 17.11 or later`);
  }
  return remarks;
}

function bgpRemark(site: SiteSpec, { asn, peerAddress }: SiteBgpSpec): string {
  const announced = announcedPrefixes(site);
  const what = announced.length === 0 ? 'what the router announces already' : announced.join(', ');
  return `bgp     ${site.name}: AS ${asn} from ${peerAddress}, announces ${what}`;
}

function policyText(policy: IpsecPolicySpec): string {
  const ike = `IKE ${policy.ikeEncryption}/${policy.ikeIntegrity}/${policy.dhGroup}`;
  const { ipsecEncryption, ipsecIntegrity } = policy;
  const esp = ipsecEncryption === ipsecIntegrity ? ipsecEncryption : `${ipsecEncryption}/${ipsecIntegrity}`;
  return `${ike}, ESP ${esp}, ${policy.pfsGroup}`;
}
