/** `sitelink status [NAME]` and `sitelink watch NAME`. */
import { isFinal, type StatusDocument } from '../../domain/progress.ts';
import { exitCodeOf, exitCodes, worst, type ExitCode } from '../exit-code.ts';
import { CommandFailed } from '../failure.ts';
import { follow, isOver } from '../follow.ts';
import { lookAt, targetName, type Scene, type Target } from '../runs.ts';
import { showEvidence, showLeftovers, showQuestions } from '../screen/evidence.ts';
import { paintLine, widthOf } from '../screen/text.ts';
import { treeLines } from '../screen/tree.ts';
import { paceOf, withDataplane, type Session } from '../session.ts';
import { listTargets } from '../target.ts';
import { noWorker } from '../temporal.ts';

/** Null: everything that runs. */
export async function status(session: Session, target: Target | null): Promise<ExitCode> {
  const targets = target === null ? await runningTargets(session) : [target];
  const scenes: Scene[] = [];
  for (const one of targets) scenes.push(await lookAt(session.temporal, one));
  const statuses = scenes.flatMap((scene) => scene.statuses);
  if (targets.length === 0) session.output.line('Nothing runs.');
  for (const one of statuses) showStatus(session, one, target !== null);
  const trouble = targets.flatMap((one, index) => troubleOf(session, one, scenes[index]));
  for (const line of trouble) session.output.error(line);
  session.output.document(statuses);
  return worst([...statuses.map(exitCodeOf), ...trouble.map(() => exitCodes.failed)]);
}

/** Hubs that run, and sites that run although their hub does not. */
async function runningTargets({ temporal }: Session): Promise<Target[]> {
  const running = (await listTargets(temporal)).filter((one) => one.running).map(({ target }) => target);
  const hubs = running.filter(({ site }) => site === null);
  const orphans = running.filter((one) => one.site !== null && !hubs.some(({ hub }) => hub === one.hub));
  return [...hubs, ...orphans].toSorted((a, b) => (targetName(a) < targetName(b) ? -1 : 1));
}

function troubleOf(session: Session, target: Target, scene: Scene | undefined): string[] {
  const all = [
    { name: targetName(target), sighting: scene?.main },
    ...(scene?.trouble ?? []).map(({ site, sighting }) => ({ name: `${target.hub}/${site}`, sighting })),
  ];
  return all.flatMap(({ name, sighting }) => {
    if (sighting?.kind === 'silent' && sighting.serverAway) {
      return [`${name}: Temporal on ${session.temporal.address} does not answer.`];
    }
    if (sighting?.kind === 'silent') return [`${name}: it runs, but nobody answers. ${noWorker(session.temporal)}`];
    if (sighting?.kind === 'broken') return [`${name}: its run ended as ${sighting.how}, without cleaning up.`];
    return [];
  });
}

function showStatus({ output, env }: Session, one: StatusDocument, whole: boolean): void {
  const moment = { now: Date.now(), pace: paceOf(env), spinner: '*' };
  const lines = treeLines([one], moment, Number.POSITIVE_INFINITY);
  const width = widthOf(output.people.columns);
  for (const line of whole ? lines : lines.slice(0, 1)) output.line(paintLine(line, width, output.paint));
  if (whole && one.evidence !== null && (one.phase === 'connected' || one.phase === 'degraded' || isFinal(one.phase))) {
    showEvidence(output, one.evidence);
  }
  showQuestions(output, one);
  showLeftovers(output, one.leftovers);
  for (const note of whole ? one.notes : []) output.line(`  ${note}`);
}

/** Shows a run until it has ended, or Ctrl-C. */
export async function watch(session: Session, target: Target): Promise<ExitCode> {
  const { output } = session;
  const { scene } = await follow(session, target, { until: isOver });
  const documents = withDataplane(
    session,
    scene.statuses.flatMap(({ evidence }) => (evidence === null ? [] : [evidence])),
  );
  for (const document of documents) showEvidence(output, document);
  for (const one of scene.statuses) showQuestions(output, one);
  output.document(scene.statuses);
  return scene.statuses.length === 0 ? exitCodes.failed : worst(scene.statuses.map(exitCodeOf));
}

/** The status of one run, or an error that says why there is none. */
export function statusOf(session: Session, target: Target, scene: Scene): StatusDocument {
  if (scene.main.kind === 'seen') return scene.main.status;
  const [trouble] = troubleOf(session, target, scene);
  throw new CommandFailed(trouble ?? `There is no run of ${targetName(target)}.`);
}
