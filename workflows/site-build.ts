/** The site's part in the hub's group (local gateway, connection), and the configuration of its router. */
import type { ConnectionFacts, Made, RouterAccess, ScriptFacts, TunnelRequest } from '../activities/contracts.ts';
import { source } from './hub-build.ts';
import type { SiteRouter } from './site-router.ts';
import type { SiteRun } from './site-run.ts';
import type { Built } from './state.ts';
import { now } from './step.ts';

type MadeConnection = Made & { readonly baseline: ConnectionFacts };

export function buildConnection(run: SiteRun, router: SiteRouter): Promise<MadeConnection> {
  const { steps, ledger, resources, spec, hub } = run;
  const place = { location: hub.location, owner: resources.connection.owner, adopt: spec.connection.adopt };

  const localGateway = steps.start('local-gateway', [router.publicAddress, run.hubAddresses()], async (act, say) => {
    ledger.recordResource(resources.localGateway);
    const address = await router.publicAddress;
    const made = await act.ensureLocalGateway({
      ...place,
      id: resources.localGateway.id,
      address,
      prefixes: spec.prefixes,
      bgp: spec.bgp,
    });
    run.observe(8, true, made.observed, source('localGateway', [spec.localGateway.name]));
    say(`${address}: ${spec.prefixes.join(', ')}`);
    return made;
  });

  return steps.start('connection', [localGateway, router.policyKnown, run.hubPart('gateway')], async (act, say) => {
    ledger.recordResource(resources.connection);
    const made = await act.ensureConnection({
      ...place,
      id: resources.connection.id,
      gatewayId: run.gatewayId(),
      localGatewayId: resources.localGateway.id,
      enableBgp: spec.bgp !== null,
      connection: run.connectionSpec(),
    });
    const { baseline } = made;
    run.observe(
      9,
      baseline.provisioningState === 'Succeeded',
      { ...(made.observed as object), baseline: { ...baseline } },
      source('connection', [spec.connection.name]),
    );
    say(`${baseline.provisioningState}, ${baseline.connectionStatus}`);
    return made;
  });
}

export async function configureRouter(
  run: SiteRun,
  router: SiteRouter,
  connection: Promise<MadeConnection>,
): Promise<Built> {
  const { steps } = run;
  let inverse: readonly string[] = [];
  let backup: string | null = null;
  const request = async (): Promise<TunnelRequest> => run.tunnel(await router.access, await router.publicAddress);
  const probe = run.hub.probe === null ? [] : [run.hubPart('probe')];

  // Named once: a later attempt finds the copy of an earlier one, made before the first line.
  const copyName = run.spec.router.kind === 'device' ? copyNameOf(run.spec.connection.name) : null;
  const script = steps.start('script', [connection, router.access, ...probe], async (act, say) => {
    run.enter('configuring');
    const facts = await act.inspectScript(await request());
    observeScript(run, facts);
    say(
      facts.origin === 'azure'
        ? `${facts.vendor} ${facts.family} ${facts.firmware}`
        : `rendered by Sitelink: ${facts.reason ?? ''}`,
    );
    return facts;
  });

  const push = steps.start('push', [script], async (act, say) => {
    const tunnel = await request();
    const planned = await act.planTunnel(tunnel);
    const { access } = tunnel;
    inverse = withLines(inverse, planned.inverse);
    recordLines(run, access, inverse);
    const approved = await approval(run, planned.lines, say);
    const applied = await act.configureTunnel({ ...tunnel, backup: copyName, approved });
    backup ??= applied.backup;
    for (const adjustment of applied.adjustments) run.note(`${access.expectedHostname}: ${adjustment}`);
    if (applied.backup !== null) run.note(keptCopy(access.expectedHostname, applied.backup));
    inverse = withLines(inverse, applied.inverse);
    recordLines(run, access, inverse);
    say(
      applied.sent.length === 0
        ? 'all there already'
        : `${applied.sent.length} lines sent, ${applied.readBack} read back${guardOf(applied.revertMinutes)}`,
    );
    return tunnel;
  });

  const [tunnel, { baseline }] = await Promise.all([push, connection]);
  return { access: tunnel.access, tunnel, baseline, inverse, saved: false, backup };
}

/** `sitelink-ConnectToSite01-20261125T141502Z.cfg`. */
function copyNameOf(connection: string): string {
  return `sitelink-${connection}-${now().replace(/\.\d+|[-:]/g, '')}.cfg`;
}

function keptCopy(hostname: string, file: string): string {
  return `The configuration of ${hostname} from before the first line is in ${file}; it stays there after a teardown.`;
}

function guardOf(revertMinutes: number | null): string {
  return revertMinutes === null ? '' : `, guarded by a revert timer of ${revertMinutes} minutes`;
}

/** A second attempt sends, and undoes, only what the first one did not: its lines come first in the way back. */
function withLines(known: readonly string[], more: readonly string[]): readonly string[] {
  return [...more.filter((line) => !known.includes(line)), ...known];
}

/** Undo of a `device` is its lines; an `azure-vm` goes with everything on it and needs no SSH. */
function recordLines(run: SiteRun, access: RouterAccess, inverse: readonly string[]): void {
  const { router } = run.spec;
  if (router.kind !== 'device' || inverse.length === 0) return;
  run.ledger.record({
    kind: 'lines',
    id: `${access.expectedHostname}: configuration`,
    dependsOn: [],
    access,
    inverse,
    save: router.change.save === 'verified',
  });
}

/** On a router that is in use the lines are shown, and a person says yes with `resume`; null: none is needed. */
async function approval(
  run: SiteRun,
  lines: readonly string[],
  say: (detail: string) => void,
): Promise<readonly string[] | null> {
  const { router } = run.spec;
  if (router.kind !== 'device' || router.change.approval === 'none') return null;
  if (lines.length === 0) return [];
  await run.steps.ask(
    'push',
    `These lines would be sent to ${router.expectedHostname}; resume sends them:\n${lines.join('\n')}`,
  );
  say('approved');
  return lines;
}

function observeScript(run: SiteRun, facts: ScriptFacts): void {
  const { vendor, family, firmware, digest, origin, reason, unresolvedPlaceholders } = facts;
  const why = origin === 'azure' ? {} : { reason };
  const observed = { vendor, family, firmware, digest, origin, ...why, unresolvedPlaceholders };
  run.observe(
    10,
    unresolvedPlaceholders === 0,
    observed,
    `POST connections/${run.spec.connection.name}/vpndeviceconfigurationscript`,
  );
}
