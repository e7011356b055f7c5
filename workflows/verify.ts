/**
 * The proof: security associations, effective routes, pings from both ends, counters that grew by these pings, and
 * Azure's own status. Every attempt stays in the evidence.
 */
import type { Observation, PingResult, SecurityAssociations } from '../activities/contracts.ts';
import { announcedPrefixes } from '../domain/bgp.ts';
import type { EvidenceItem, Json, Row } from '../domain/evidence.ts';
import { hubResources } from '../domain/resources.ts';
import type { SiteRun } from './site-run.ts';
import type { Built } from './state.ts';

const attempts = 3;
/** Lost while the SA forms, on a tunnel that is about to work: not counted (ios.md, 2.1). */
const warmUpCount = 5;
/** What a route-based tunnel prints; GRE, for a forgotten `tunnel mode ipsec ipv4`, prints protocol 47 (ios.md, 2). */
const anyIdent = '0.0.0.0/0.0.0.0/0/0';

/** The rows that decide whether the configuration is worth saving. */
const provenRows: readonly Row[] = [13, 17, 18];
/** Without a running router, a gateway and a connection there is no tunnel to measure. */
const foundationRows: readonly Row[] = [3, 7, 9];

/** True if all that was asked for holds. */
export async function verifyTunnel(run: SiteRun, built: Built): Promise<boolean> {
  run.forgetObservations();
  await readFacts(run, built);
  if (!rowsHold(run, foundationRows)) return false;
  const before = await readAssociations(run, built);
  if (before.ikeStatus !== 'READY' || !(await checkBgp(run, built))) {
    await rollBackIfAsked(run, built);
    return false;
  }
  const routes = checkRoutes(run, [Promise.resolve()]);
  const fromProbe = pingFromProbe(run, routes);
  const fromRouter = pingFromRouter(run, built, fromProbe);
  await checkCounters(run, built, before, fromRouter);
  const proven = rowsHold(run, provenRows);
  if (proven) await save(run, built);
  else await rollBackIfAsked(run, built);
  await awaitStatus(run, built, proven);
  return rowsHold(run, null);
}

/** Null: every row that applies. */
function rowsHold(run: SiteRun, rows: readonly Row[] | null): boolean {
  const items = run.status().evidence?.items ?? [];
  return items.filter((item: EvidenceItem) => rows === null || rows.includes(item.row)).every((item) => item.holds);
}

/** Evidence is what is true now, not what was true when it was made: each verification reads everything anew. */
async function readFacts(run: SiteRun, built: Built): Promise<void> {
  const { tunnel } = built;
  const { router } = run.spec;
  await run.steps.start('facts', [], async (act, say) => {
    const { hub, spec, gatewayAddresses } = run;
    const site = { ...spec, connection: run.connectionSpec() };
    const inAzure = await act.observeSite({ hub, site, gatewayAddresses, publicAddress: tunnel.publicAddress });
    // A router VM that is off does not answer, and asking it would only cost time.
    const answers = inAzure.every((one) => one.row !== 3 || one.holds);
    const loopbacks = router.kind === 'azure-vm' ? router.loopbacks : [];
    const onRouter = answers ? await act.observeRouter({ tunnel, loopbacks }) : [];
    const seen = [...inAzure, ...onRouter];
    for (const one of seen) run.observe(one.row, one.holds, withMemory(one, built), one.source);
    const broken = seen.filter((one) => !one.holds).map((one) => one.row);
    say(broken.length === 0 ? 'as the site file says' : `row ${broken.join(', ')} does not hold`);
  });
}

async function readAssociations(run: SiteRun, built: Built): Promise<SecurityAssociations> {
  const { access } = built;
  return await run.steps.start('associations', [], async (act, say) => {
    const withinSeconds = run.spec.verify.withinSeconds.ready;
    const seen = await act.awaitReady({ access, peers: run.gatewayAddresses, withinSeconds });
    if (seen.ikeStatus !== 'READY') observeAssociations(run, built, false, { seen: { ...seen } });
    say(`${seen.ikeStatus}${seen.remote === '' ? '' : ` with ${seen.remote}`}`);
    return seen;
  });
}

/** Part of row 13 where the site speaks BGP: without its sessions the tunnels carry nothing. */
async function checkBgp(run: SiteRun, built: Built): Promise<boolean> {
  const { tunnel, access } = built;
  if (tunnel.bgp === null) return true;
  return await run.steps.start('bgp', [], async (act, say) => {
    const { holds, sessions } = await act.awaitBgp({ tunnel, withinSeconds: run.spec.verify.withinSeconds.ready });
    const seen = sessions.map((one) => ({ ...one }));
    run.observe(13, holds, { bgp: seen }, `${access.expectedHostname}: show ip bgp summary`);
    say(sessions.map((one) => `${one.neighbor} ${one.stateOrPrefixes}`).join(', '));
    return holds;
  });
}

function observeAssociations(run: SiteRun, built: Built, holds: boolean, observed: Json): void {
  run.observe(13, holds, observed, `${built.access.expectedHostname}: show crypto ikev2 sa, show crypto ipsec sa`);
}

function checkRoutes(run: SiteRun, after: readonly Promise<unknown>[]): Promise<unknown> {
  const nicId = probeId(run, 'nic');
  if (nicId === null) return Promise.resolve();
  return run.steps.start('routes', after, async (act, say) => {
    const expected = announcedPrefixes(run.spec);
    const { routes, holds } = await act.effectiveRoutes({
      nicId,
      expected,
      withinSeconds: run.spec.verify.withinSeconds.routes,
    });
    const ours = routes.filter((route) => expected.some((prefix) => prefix === route.prefix));
    run.observe(
      16,
      holds,
      ours.map((route) => ({ ...route })),
      `POST networkInterfaces/${run.hub.probe?.name}-nic/effectiveRouteTable`,
    );
    say(holds ? `${ours.map((route) => route.prefix).join(', ')} by VirtualNetworkGateway` : 'does not hold');
  });
}

/** The ARM id of the probe's VM or NIC; null where there is no probe, or nothing is asked of it. */
function probeId(run: SiteRun, part: 'vm' | 'nic'): string | null {
  const machine = hubResources(run.hub).probe;
  return machine === null || run.spec.verify.fromProbe === null ? null : machine[part].id;
}

function pingFromProbe(run: SiteRun, after: Promise<unknown>): Promise<unknown> {
  const { fromProbe } = run.spec.verify;
  const vmId = probeId(run, 'vm');
  if (fromProbe === null || vmId === null) return after;
  return run.steps.start('ping-probe', [after], async (act, say) => {
    const seen: { target: string; attempts: Json; holds: boolean }[] = [];
    for (const target of fromProbe.targets) {
      const result = await measure(run, (count) => act.pingFromProbe({ vmId, target, count }), fromProbe.count, say);
      seen.push({ target, ...result });
    }
    run.observe(
      17,
      seen.every((one) => one.holds),
      seen,
      `${run.hub.probe?.name}: Run Command`,
    );
  });
}

function pingFromRouter(run: SiteRun, built: Built, after: Promise<unknown>): Promise<unknown> {
  const { target, source, count } = run.spec.verify.fromRouter;
  const { access } = built;
  return run.steps.start('ping-router', [after], async (act, say) => {
    const result = await measure(
      run,
      (packets) => act.pingFromRouter({ access, target, source, count: packets }),
      count,
      say,
    );
    run.observe(18, result.holds, result.attempts, `${access.expectedHostname}: ping`);
  });
}

/** A warm-up, then the count that was asked for, up to three times. A warm-up without any answer is an attempt that failed. */
async function measure(
  run: SiteRun,
  ping: (count: number) => Promise<PingResult>,
  count: number,
  say: (detail: string) => void,
): Promise<{ holds: boolean; attempts: Json }> {
  const seen: PingResult[] = [];
  const best = (): PingResult | undefined => seen.at(-1);
  const holds = (): boolean => {
    const last = best();
    return last !== undefined && last.sent === count && last.lossPercent <= run.spec.verify.maxLossPercent;
  };
  for (let attempt = 1; attempt <= attempts && !holds(); attempt += 1) {
    const warmUp = await ping(warmUpCount);
    seen.push(warmUp.received === 0 ? { ...warmUp, sent: 0, received: 0, lossPercent: 100 } : await ping(count));
    say(`attempt ${attempt}: ${best()?.statistics ?? ''}`);
  }
  return { holds: holds(), attempts: seen.map((one) => ({ ...one })) };
}

/** Row 13: between two readings around the pings, the SAs carried at least what row 18 sent. */
async function checkCounters(
  run: SiteRun,
  built: Built,
  before: SecurityAssociations,
  after: Promise<unknown>,
): Promise<void> {
  const { access } = built;
  await run.steps.start('counters', [after], async (act, say) => {
    const needed = run.spec.verify.fromRouter.count;
    const seen = await act.readSecurityAssociations({ access, peers: run.gatewayAddresses });
    const grown = { encaps: seen.encaps - before.encaps, decaps: seen.decaps - before.decaps };
    const selectors = seen.localIdent === anyIdent && seen.remoteIdent === anyIdent;
    const holds = seen.ikeStatus === 'READY' && selectors && grown.encaps >= needed && grown.decaps >= needed;
    observeAssociations(run, built, holds, { ...seen, grown, packets: needed });
    say(`encaps +${grown.encaps}, decaps +${grown.decaps} for ${needed} packets`);
  });
}

async function save(run: SiteRun, built: Built): Promise<void> {
  const { router } = run.spec;
  // Once is enough: a later verification reads, and what others have not saved is not ours to save.
  if (built.saved) return;
  if (router.kind === 'device' && router.change.save === 'never') {
    run.note('The configuration is not saved, as the site file asks; type `write memory` on the router to keep it.');
    return;
  }
  await run.steps.start('save', [], async (act, say) => {
    const inverse = router.kind === 'device' ? built.inverse : null;
    const { saved, detail } = await act.saveConfiguration({ access: built.access, inverse });
    if (saved) run.built = { ...built, saved: true };
    else run.note(detail);
    markSaved(run, saved, detail);
    say(detail);
  });
}

/** What a reading cannot see: the counts before the first packet, and that the configuration was saved. */
function withMemory({ row, observed }: Observation, built: Built): Json {
  if (typeof observed !== 'object' || observed === null || Array.isArray(observed)) return observed;
  const facts = observed as { [key: string]: Json };
  if (row === 9) return { ...facts, baseline: { ...built.baseline } };
  const copy = built.backup === null ? {} : { backup: built.backup };
  return row === 12 ? { ...facts, saved: built.saved, ...copy } : facts;
}

function markSaved(run: SiteRun, saved: boolean, detail: string): void {
  const pushed = run.observations.find((item) => item.row === 12);
  if (pushed === undefined || typeof pushed.observed !== 'object' || pushed.observed === null) return;
  run.observe(
    12,
    pushed.holds,
    { ...(pushed.observed as { [key: string]: Json }), saved, ...(saved ? {} : { notSaved: detail }) },
    pushed.source,
  );
}

async function rollBackIfAsked(run: SiteRun, built: Built): Promise<void> {
  const { access, inverse, saved } = built;
  // What was saved held once: a tunnel that fails later is for a person to look at.
  if (run.spec.router.change.onVerifyFailure === 'keep' || saved || inverse.length === 0) return;
  await run.steps.start('save', [], async (act, say) => {
    const { removed } = await act.removeLines({ access, inverse, save: false });
    run.note('The verification does not hold: the lines of the tunnel were removed from the router again.');
    say(`rolled back, ${removed} lines`);
  });
}

/** Row 14. Azure's status lags behind the tunnel; without a proven tunnel there is nothing to wait for. */
async function awaitStatus(run: SiteRun, built: Built, proven: boolean): Promise<void> {
  const id = run.resources.connection.id;
  await run.steps.start('status', [], async (act, say) => {
    const withinSeconds = proven ? run.spec.verify.withinSeconds.status : 0;
    const seen = await act.awaitConnected({ id, baseline: built.baseline, withinSeconds });
    const { holds, ...facts } = seen;
    run.observe(
      14,
      holds,
      { ...facts, baseline: { ...built.baseline } },
      `GET connections/${run.spec.connection.name}`,
    );
    say(`${facts.connectionStatus}, in ${facts.ingressBytes} B, out ${facts.egressBytes} B`);
  });
}
