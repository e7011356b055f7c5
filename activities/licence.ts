/** The licence level without which a Catalyst 8000V refuses IPsec: set, saved, and reloaded into effect. */
import * as ios from '../adapters/ios/index.ts';
import { Refused, Unreachable } from '../adapters/errors.ts';
import { nextLookMs, paces } from '../domain/poll-schedule.ts';
import type { RouterActivities } from './contracts.ts';
import type { ActivityDeps } from './deps.ts';
import { LongWork } from './long-work.ts';
import { openerOf } from './router-access.ts';

/** From the answer to `reload` until the sessions are closed; who answers later has begun anew. */
const goingDownMs = 120_000;
const lookMs = 5_000;

type Ensure = RouterActivities['ensureLicence'];

/** @throws Refused where the router may not be reloaded, or the level is not in effect afterwards. */
export async function ensureLicence(
  deps: ActivityDeps,
  { access, mayReload }: Parameters<Ensure>[0],
): ReturnType<Ensure> {
  const name = access.expectedHostname;
  const work = new LongWork(deps.arm, `licence of ${name}`, paces.quick);
  const open = openerOf(deps, access, null);
  try {
    const facts = await ios.withSession(open, ios.readFacts);
    if (!facts.needsLicence) return { detail: work.choice === null ? 'in effect' : 'in effect since the reload' };
    if (!mayReload) throw unlicensed(name, 'which Sitelink does not reload');
    const reloadedAt = Number(work.choice ?? NaN);
    if (!Number.isNaN(reloadedAt)) {
      if (Date.now() - reloadedAt < goingDownMs) work.later('waits for the reload', lookMs);
      throw unlicensed(name, 'although it was reloaded with the level set');
    }
    await ios.withSession(open, async (session) => {
      if (!facts.licenceConfigured) await session.configure([ios.licenceLine]);
      await ios.save(session);
      // Before the deed: whoever goes on from here waits for the reload, and asks for no second one.
      work.choose(String(Date.now()));
      await ios.reload(session);
    });
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    return work.later(`cannot be read: ${error.message}`, nextLookMs(work.waitedMs()));
  }
  return work.later('waits for the reload', lookMs);
}

function unlicensed(name: string, why: string): Refused {
  return new Refused({
    what: `Router ${name} has no licence level that includes IPsec, ${why}`,
    next: `Type on it: configure terminal, ${ios.licenceLine}, end, write memory, reload`,
  });
}
