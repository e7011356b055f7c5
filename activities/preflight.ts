/** Before anything is created: the subscription, every reference to a secret, and the SSH port of every `device`. */
import { licenceLine, readFacts, withSession, type RouterFacts } from '../adapters/ios/index.ts';
import { versions } from '../adapters/azure/versions.ts';
import { AdapterError, Busy, Unreachable } from '../adapters/errors.ts';
import { refusesWeakGroups, weakParts } from '../domain/ipsec-policy.ts';
import type { Problem } from '../domain/progress.ts';
import { paces } from '../domain/poll-schedule.ts';
import type { DeviceRouterSpec, SiteFile, SiteSpec, SshSpec } from '../domain/spec.ts';
import type { AzureActivities, PreflightReport } from './contracts.ts';
import type { ActivityDeps } from './deps.ts';
import { LongWork } from './long-work.ts';
import { openerOf } from './router-access.ts';
import { nameOf } from './secrets.ts';

export function preflightActivities(deps: ActivityDeps): Pick<AzureActivities, 'preflight'> {
  return { preflight: (file) => preflight(deps, file) };
}

async function preflight(deps: ActivityDeps, file: SiteFile): Promise<PreflightReport> {
  const problems = [...(await subscriptionProblems(deps, file.hub.subscription)), ...probeProblems(deps, file)];
  const hostKeys: Record<string, string> = {};
  for (const [index, site] of file.sites.entries()) {
    const ofSecrets = secretProblems(deps, site, `sites[${index}]`);
    problems.push(...ofSecrets);
    const { router } = site;
    if (router.kind !== 'device' || ofSecrets.length > 0) continue;
    const seen = await reach(deps, router, `sites[${index}].router.ssh`);
    if ('hostKey' in seen) {
      hostKeys[site.name] = seen.hostKey;
      problems.push(...deviceProblems(site, seen.facts, `sites[${index}]`));
    } else problems.push(seen);
  }
  return { problems, hostKeys };
}

async function subscriptionProblems({ arm }: ActivityDeps, id: string): Promise<Problem[]> {
  const path = 'hub.subscription';
  try {
    const work = new LongWork(arm, `subscription ${id}`, paces.quick);
    const found = await arm.get(`/subscriptions/${id}`, versions.subscriptions, work.reading());
    if (found !== null) return [];
  } catch (error) {
    return [problemOf(error, path, id)];
  }
  const message = 'does not exist, or the identity of the worker may not read it';
  return [{ path, value: id, message, remedy: 'Check it and the rights of the worker', kind: 'refused' }];
}

function probeProblems(deps: ActivityDeps, { hub }: SiteFile): Problem[] {
  const { probe } = hub;
  if (probe === null) return [];
  return check('hub.probe.privateKey', JSON.stringify(probe.privateKey.file), () =>
    deps.secrets.rsaKey(probe.privateKey),
  );
}

function secretProblems({ secrets }: ActivityDeps, site: SiteSpec, at: string): Problem[] {
  const { sharedKey } = site.connection;
  const ssh: SshSpec = site.router.ssh;
  const { privateKey, password, enableSecret } = ssh;
  const path = `${at}.router.ssh`;
  return [
    ...check(`${at}.connection.sharedKey`, nameOf(sharedKey), () => secrets.sharedKey(sharedKey)),
    ...(privateKey === null
      ? []
      : check(`${path}.privateKey`, JSON.stringify(privateKey.file), () => secrets.rsaKey(privateKey))),
    ...(password === null ? [] : check(`${path}.password`, nameOf(password), () => secrets.value(password))),
    ...(enableSecret === null
      ? []
      : check(`${path}.enableSecret`, nameOf(enableSecret), () => secrets.value(enableSecret))),
  ];
}

/** Resolves a reference once; what it resolves to is dropped. */
function check(path: string, value: string, resolve: () => unknown): Problem[] {
  try {
    resolve();
    return [];
  } catch (error) {
    return [problemOf(error, path, value)];
  }
}

/** The fingerprint of the device's host key and what it says of itself, or what is wrong with it. */
async function reach(
  deps: ActivityDeps,
  router: DeviceRouterSpec,
  path: string,
): Promise<{ hostKey: string; facts: RouterFacts } | Problem> {
  const { expectedHostname, ssh } = router;
  const access = { host: ssh.host, ssh, expectedHostname, hostKey: ssh.hostKey };
  try {
    return await withSession(openerOf(deps, access, null), async (session) => ({
      hostKey: session.hostKey,
      facts: await readFacts(session),
    }));
  } catch (error) {
    return problemOf(error, path, ssh.host);
  }
}

/** What a device would refuse later, after the gateway was built for it. */
function deviceProblems({ connection }: SiteSpec, facts: RouterFacts, at: string): Problem[] {
  const { version, allowsWeak, needsLicence } = facts;
  const policy = connection.ipsecPolicy;
  const weak = policy === null || allowsWeak || !refusesWeakGroups(version) ? [] : weakParts(policy);
  const unlicensed: Problem[] = needsLicence
    ? [
        {
          path: `${at}.router`,
          value: version,
          message: 'has no licence level that includes IPsec, and Sitelink reloads no device',
          remedy: `Type on it: configure terminal, ${licenceLine}, end, write memory, reload`,
          kind: 'refused',
        },
      ]
    : [];
  return [
    ...unlicensed,
    ...weak.map(({ key, value }): Problem => ({
      path: `${at}.connection.ipsecPolicy.${key}`,
      value,
      message: `is refused by the router's release (${version})`,
      remedy:
        'Use stronger algorithms, or leave ipsecPolicy out: then Sitelink sets AES256, SHA256 and DHGroup14 on both ends',
      kind: 'refused',
    })),
  ];
}

/** @throws what is no finding: a defect, or being told to come again. */
function problemOf(error: unknown, path: string, value: string): Problem {
  if (!(error instanceof AdapterError) || error instanceof Busy) throw error;
  const kind = error instanceof Unreachable ? 'unreachable' : 'refused';
  return { path, value, message: error.shortMessage, remedy: error.next, kind };
}
