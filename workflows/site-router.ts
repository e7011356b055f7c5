/** The router of a site: a VM that Sitelink makes in another region, or a device that exists. */
import type { Made, PublicIpMade, RouterAccess } from '../activities/contracts.ts';
import { shortId } from '../domain/names.ts';
import { imageRelease, refusesWeakGroups, strongPolicy } from '../domain/ipsec-policy.ts';
import type { RouterResources } from '../domain/resources.ts';
import { routerSecurityRules } from '../domain/security-rules.ts';
import type { AzureVmRouterSpec, DeviceRouterSpec, Ipv4 } from '../domain/spec.ts';
import { ownership, source } from './hub-build.ts';
import { makeMachine, makePublicAddress } from './machine.ts';
import type { SiteRun } from './site-run.ts';

export interface SiteRouter {
  /** The address that Azure sees. */
  readonly publicAddress: Promise<Ipv4>;
  /** SSH answers with the expected host name, and what has to be there before the tunnel is. */
  readonly access: Promise<RouterAccess>;
  /** Its release is known, and with it the policy of the connection. */
  readonly policyKnown: Promise<unknown>;
}

export function reachDevice(run: SiteRun, spec: DeviceRouterSpec): SiteRouter {
  const access = run.steps.start('router', [], async (act, say) => {
    const target = run.access(spec.ssh.host, run.input.hostKey);
    const answer = await act.awaitRouter({ access: target });
    const reached = { ...target, hostKey: answer.hostKey };
    // Nothing is sent: a router that is in use is reloaded by its owner alone.
    if (answer.needsLicence) await act.ensureLicence({ access: reached, mayReload: false });
    say(`${answer.hostname}, ${answer.version}${choosePolicy(run, answer.version)}`);
    return reached;
  });
  return { publicAddress: Promise.resolve(spec.address), access, policyKnown: access };
}

export function makeRouter(run: SiteRun, spec: AzureVmRouterSpec): SiteRouter {
  const resources = run.resources.router as RouterResources;
  const { steps } = run;
  const { network, address } = makePlace(run, spec, resources);
  const vm = steps.start('vm', [network, address, run.hubAddresses()], (act, say) =>
    makeVm(run, spec, resources, network, act, say),
  );

  const router = steps.start('router', [vm], async (act, say) => {
    const publicIp = await address;
    const machine = await vm;
    // The key of a VM that we make is learned at the first contact, and every later one must equal it.
    const target = run.access(publicIp.address, spec.ssh.hostKey);
    const answer = await act.awaitRouter({ access: target });
    const reached = { ...target, hostKey: answer.hostKey };
    const chosen = choosePolicy(run, answer.version);
    if (answer.needsLicence) {
      say(`${answer.hostname} needs its licence level, and a reload`);
      await act.ensureLicence({ access: reached, mayReload: true });
    }
    run.observe(
      3,
      machine.powerState === 'running' && answer.hostname === spec.name,
      {
        ...(machine.observed as object),
        publicAddress: publicIp.address,
        hostname: answer.hostname,
        version: answer.version,
      },
      `GET ${shortId(resources.vm.id)}; ${spec.name}: SSH`,
    );
    say(`${answer.hostname} at ${publicIp.address}, ${answer.version}${chosen}`);
    return reached;
  });

  const loopbacks = steps.start('loopbacks', [router], async (act, say) => {
    const access = await router;
    const applied = await act.configureLoopbacks({ access, loopbacks: spec.loopbacks, archive: spec.change.archive });
    run.observe(
      4,
      applied.missing.length === 0,
      {
        interfaces: spec.loopbacks.map((one) => `${one.name} ${one.address}/${one.prefixLength}`),
        missing: applied.missing,
      },
      `${spec.name}: show running-config`,
    );
    say(applied.sent.length === 0 ? 'all there already' : `${applied.sent.length} lines sent`);
    return access;
  });
  const publicAddress = address.then((publicIp) => publicIp.address);
  publicAddress.catch(() => undefined);
  // Where the image tells the release the file has the policy already; else the router has to say it first.
  const known = run.ipsecPolicy !== null || imageRelease(spec.image) !== null;
  return { publicAddress, access: loopbacks, policyKnown: known ? Promise.resolve() : router };
}

/** A policy for both ends where the file has none and the release refuses what Azure offers; what is to be said of it. */
function choosePolicy(run: SiteRun, version: string): string {
  if (run.ipsecPolicy !== null || !refusesWeakGroups(version)) return '';
  run.ipsecPolicy = strongPolicy;
  return '; refuses group 2, so both ends get group 14';
}

function makePlace(run: SiteRun, spec: AzureVmRouterSpec, resources: RouterResources) {
  const { steps, ledger } = run;
  const place = { location: spec.location, owner: resources.group.owner };

  const group = steps.start('group', [], async (act, say) => {
    ledger.recordResource(resources.group);
    const made = await act.ensureResourceGroup({ ...place, id: resources.group.id, adopt: spec.network.adopt });
    run.observe(1, true, made.observed, `GET resourceGroups/${spec.resourceGroup}`);
    say(ownership(made));
    return made;
  });

  const network = steps.start('network', [group], async (act, say) => {
    ledger.recordResource(resources.network);
    const made = await act.ensureNetwork({
      ...place,
      id: resources.network.id,
      addressSpace: spec.network.addressSpace,
      adopt: spec.network.adopt,
    });
    say(spec.network.addressSpace.join(', '));
    return made;
  });

  const address: Promise<PublicIpMade> = steps.start('address', [group], async (act, say) => {
    const made = await makePublicAddress(act, ledger, resources, { location: spec.location, adopt: spec.adopt });
    say(made.address);
    return made;
  });
  return { network, address };
}

async function makeVm(
  run: SiteRun,
  spec: AzureVmRouterSpec,
  resources: RouterResources,
  network: Promise<Made>,
  act: Parameters<Parameters<SiteRun['steps']['start']>[2]>[0],
  say: (detail: string) => void,
) {
  const madeNetwork = await network;
  const terms = await act.acceptTerms({
    subscription: run.hub.subscription,
    image: spec.image,
    accept: spec.acceptMarketplaceTerms,
  });
  const { vm, subnet } = await makeMachine(act, run.ledger, resources, {
    location: spec.location,
    subnetPrefix: spec.network.subnet.prefix,
    networkAdopted: madeNetwork.adopted,
    adopt: spec.adopt,
    privateIp: spec.privateIp,
    rules: routerSecurityRules(spec.ssh.allowFrom, run.gatewayAddresses),
    ipForwarding: true,
    publicIpMade: true,
    vm: {
      name: spec.name,
      size: spec.size,
      image: spec.image,
      withPlan: true,
      priority: spec.priority,
      spotFallback: spec.spotFallback,
      adminUsername: spec.ssh.username,
      privateKey: spec.ssh.privateKey ?? { file: '' },
    },
  });
  run.observe(
    2,
    true,
    { network: madeNetwork.observed, subnet: subnet.observed },
    source('network', [spec.network.name]),
  );
  say(`${vm.powerState}, ${vm.privateAddress}, ${vm.priority}; terms ${terms.detail}`);
  return vm;
}
