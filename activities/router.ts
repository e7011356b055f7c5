/** The activities that speak with a router. Each opens its own sessions, and closes them in every case. */
import * as ios from '../adapters/ios/index.ts';
import type { RouterSession } from '../adapters/ios/index.ts';
import { Unreachable } from '../adapters/errors.ts';
import { nextLookMs, paces } from '../domain/poll-schedule.ts';
import type { RouterAccess, RouterActivities, SecurityAssociations } from './contracts.ts';
import type { ActivityDeps } from './deps.ts';
import { judged } from './failures.ts';
import { ensureLicence } from './licence.ts';
import { LongWork } from './long-work.ts';
import { observeRouter } from './observe-router.ts';
import { openerOf } from './router-access.ts';
import { bgpOf, fetchScript, scriptFacts } from './tunnel-script.ts';
import { Context } from '@temporalio/activity';

export function routerActivities(deps: ActivityDeps): RouterActivities {
  return judged<RouterActivities>({ ...readingActivities(deps), ...changingActivities(deps) });
}

function inSession<T>(
  deps: ActivityDeps,
  access: RouterAccess,
  work: (session: RouterSession) => Promise<T>,
): Promise<T> {
  return ios.withSession(openerOf(deps, access, null), work);
}

function readingActivities(deps: ActivityDeps) {
  return {
    awaitRouter: ({ access }) => awaitRouter(deps, access),

    async inspectScript(request) {
      return scriptFacts(await fetchScript(deps, request));
    },

    async planTunnel(request) {
      const { intent, prepared } = await fetchScript(deps, request);
      const { lines, inverse } = await ios.planTunnel(
        openerOf(deps, request.access, intent.sharedKey),
        prepared,
        intent,
        request,
      );
      return { lines, inverse };
    },

    observeRouter: (request) => observeRouter(deps, request),

    readSecurityAssociations: ({ access, peers }) =>
      inSession(deps, access, (session) => ios.readAssociations(session, peers)),

    awaitReady: (request) => awaitReady(deps, request),

    awaitBgp: (request) => awaitBgp(deps, request),

    pingFromRouter: ({ access, target, source, count }) =>
      inSession(deps, access, (session) => ios.ping(session, { target, source, count })),
  } satisfies Partial<RouterActivities>;
}

/** A router that is starting refuses connections for minutes: that is expected, and no warning. */
async function awaitRouter(deps: ActivityDeps, access: RouterAccess) {
  try {
    return await inSession(deps, access, async (session) => {
      const { hostname, hostKey } = session;
      const { version, needsLicence } = await ios.readFacts(session);
      return { hostname, hostKey, version, needsLicence };
    });
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    const work = new LongWork(deps.arm, access.expectedHostname, paces.quick);
    return work.later(`does not answer yet: ${error.message}`, nextLookMs(work.waitedMs()));
  }
}

const patienceMs = 5_000;
const betweenLooksMs = 1_000;

interface Look<T> {
  readonly access: RouterAccess;
  readonly what: string;
  readonly withinSeconds: number;
  readonly read: (session: RouterSession) => Promise<T>;
  readonly holds: (seen: T) => boolean;
  /** What is seen while it does not hold yet. */
  readonly tell: (seen: T) => string;
}

/**
 * Looks for some seconds over one session, because what is awaited usually comes at once; then once in each attempt.
 * After the bound it returns what it saw last.
 */
async function lookUntil<T>(deps: ActivityDeps, look: Look<T>): Promise<T> {
  const { access, what, withinSeconds, read, holds, tell } = look;
  const work = new LongWork(deps.arm, `${what} of ${access.expectedHostname}`, paces.quick);
  const patient = Date.now() + patienceMs;
  const isOver = () => work.waitedMs() >= withinSeconds * 1000;
  const seen = await inSession(deps, access, async (session) => {
    for (;;) {
      const found = await read(session);
      if (holds(found) || isOver() || Date.now() >= patient) return found;
      await Context.current().sleep(betweenLooksMs);
    }
  });
  if (!holds(seen) && !isOver()) work.later(tell(seen), 2 * betweenLooksMs);
  return seen;
}

function awaitReady(
  deps: ActivityDeps,
  { access, peers, withinSeconds }: Parameters<RouterActivities['awaitReady']>[0],
): Promise<SecurityAssociations> {
  return lookUntil(deps, {
    access,
    what: 'IKE',
    withinSeconds,
    read: (session) => ios.readAssociations(session, peers),
    holds: ({ ikeStatus }) => ikeStatus === 'READY',
    tell: ({ ikeStatus }) => `is ${ikeStatus}`,
  });
}

async function awaitBgp(deps: ActivityDeps, { tunnel, withinSeconds }: Parameters<RouterActivities['awaitBgp']>[0]) {
  const neighbors = ((await bgpOf(deps, tunnel))?.neighbors ?? []).map(({ address }) => address);
  const holds = (sessions: readonly ios.BgpSession[]): boolean =>
    sessions.length > 0 && sessions.every(({ stateOrPrefixes }) => Number(stateOrPrefixes) > 0);
  const sessions = await lookUntil(deps, {
    access: tunnel.access,
    what: 'BGP',
    withinSeconds,
    read: (session) => ios.readBgp(session, neighbors),
    holds,
    tell: (seen) => seen.map((one) => one.stateOrPrefixes).join(', '),
  });
  return { holds: holds(sessions), sessions };
}

function changingActivities(deps: ActivityDeps) {
  return {
    configureLoopbacks: ({ access, loopbacks, archive }) =>
      ios.configureLoopbacks(openerOf(deps, access, null), loopbacks, { archive, backup: null }),

    async configureTunnel(request) {
      const { intent, prepared } = await fetchScript(deps, request);
      const open = openerOf(deps, request.access, intent.sharedKey);
      const { archive, backup, approved } = request;
      return await ios.configureTunnel(open, prepared, intent, { archive, backup }, approved);
    },

    ensureLicence: (request) => ensureLicence(deps, request),

    saveConfiguration: ({ access, inverse }) =>
      inSession(deps, access, async (session) =>
        inverse === null ? { saved: true, ...(await ios.save(session)) } : await ios.saveOwn(session, inverse),
      ),

    async removeLines({ access, inverse, save }) {
      const { removed, leftovers } = await ios.removeLines(openerOf(deps, access, null), inverse);
      const stored = await inSession(deps, access, (session) => ios.saveRemoval(session, inverse, save));
      return { removed, leftovers: [...leftovers, ...stored] };
    },
  } satisfies Partial<RouterActivities>;
}
