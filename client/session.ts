/** What every command has at hand: its environment, its words, Temporal, and whether a person pressed Ctrl-C. */
import type { EvidenceDocument } from '../domain/evidence.ts';
import type { Output } from './output.ts';
import { findLiveDemo, readLabFacts, type LiveDemo } from './processes/state.ts';
import type { Temporal } from './temporal.ts';

export interface Surroundings {
  /** Complete: with the variables of a live demo, if that is what the commands talk to. */
  readonly env: NodeJS.ProcessEnv;
  readonly output: Output;
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly interrupt: AbortSignal;
  readonly demo: LiveDemo | null;
}

export interface Session extends Surroundings {
  readonly temporal: Temporal;
  /** How the packets travel, for evidence; null: not in a lab, or not known. */
  readonly dataplane: string | null;
}

/**
 * The surroundings of a command: without `TEMPORAL_ADDRESS` (or a profile) those of a live demo of this state folder,
 * if there is one.
 */
export async function lookAround(surroundings: Omit<Surroundings, 'demo'>): Promise<Surroundings> {
  const { env } = surroundings;
  const chosen = ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'].some(
    (name) => (env[name] ?? '') !== '',
  );
  const demo = chosen ? null : await findLiveDemo(env);
  if (demo === null) return { ...surroundings, demo };
  return { ...surroundings, demo, env: withDemo(env, demo) };
}

/** The demo's variables win: a subscription of the user's own has no meaning there, nor has an API key. */
function withDemo(env: NodeJS.ProcessEnv, demo: LiveDemo): NodeJS.ProcessEnv {
  const rest = Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_'));
  return { ...Object.fromEntries(rest), ...demo.variables };
}

export async function inSession<T>(surroundings: Surroundings, work: (session: Session) => Promise<T>): Promise<T> {
  const { demo, output } = surroundings;
  if (demo !== null) output.error(`Using the demo that runs in ${demo.files.folder}.`);
  // Temporal's client takes longer to load than the lab to start, which has no use for it.
  const { connectTemporal } = await import('./temporal.ts');
  const temporal = await connectTemporal(surroundings.env);
  try {
    const dataplane = demo === null ? null : ((await readLabFacts(demo.files)).dataplane ?? null);
    return await work({ ...surroundings, temporal, dataplane });
  } finally {
    await temporal.close();
  }
}

/** How many times faster than Azure the endpoint runs, for expectations on the screen alone; a demo says so. */
export function paceOf(env: NodeJS.ProcessEnv): number {
  const pace = Number(env['SITELINK_PACE'] ?? '1');
  return Number.isFinite(pace) && pace >= 1 ? pace : 1;
}

/** The documents with what this session knows of the data plane. */
export function withDataplane(session: Session, documents: readonly EvidenceDocument[]): EvidenceDocument[] {
  return documents.map((document) => ({ ...document, dataplane: session.dataplane }));
}
