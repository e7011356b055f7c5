/** `sitelink down NAME`: takes a hub or one site down, from any phase, and shows what is left. */
import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import type { EvidenceDocument, EvidenceItem, Leftover } from '../../domain/evidence.ts';
import { holds } from '../../domain/evidence.ts';
import { teardownUpdateId } from '../../domain/names.ts';
import type { StatusDocument } from '../../domain/progress.ts';
import { teardownSignal, teardownUpdate } from '../../workflows/messages.ts';
import { exitCodes, type ExitCode } from '../exit-code.ts';
import { CommandFailed } from '../failure.ts';
import { follow, isOver } from '../follow.ts';
import { look, targetId, targetName, type Scene, type Target } from '../runs.ts';
import { showEvidence, showLeftovers } from '../screen/evidence.ts';
import { withDataplane, type Session } from '../session.ts';
import { isSilence, whyNoAnswer } from '../temporal.ts';

export interface DownOptions {
  /** Do not wait for the end. */
  readonly detach: boolean;
}

/** How long a worker has to accept the command before it is left to the signal, which waits for a worker by itself. */
const acceptedWithinMs = 5_000;
const silenceMs = 30_000;

type Told = 'accepted' | 'recorded' | 'gone already';

export async function down(session: Session, target: Target, options: DownOptions): Promise<ExitCode> {
  const { output, interrupt } = session;
  const name = targetName(target);
  const told = await tell(session, target);
  if (told === 'gone already') return await reportGone(session, target);
  if (told === 'recorded') output.line(`The teardown of ${name} is recorded; no worker is answering.`);
  if (options.detach) {
    output.line(`The teardown of ${name} goes on by itself; \`npx sitelink watch ${name}\` shows it.`);
    output.document({ schema: 'sitelink.teardown/1', name, told });
    return exitCodes.fine;
  }
  const { scene, interrupted } = await waitForEnd(session, target, told);
  if (interrupt.aborted && interrupted) {
    output.line(`Detached: the teardown goes on. \`npx sitelink down ${name}\` waits for it again.`);
    return exitCodes.interrupted;
  }
  return reportRemoval(session, target, scene);
}

/** The update, whose answer says that a worker has it; otherwise the signal, which no worker need be there for. */
async function tell({ temporal }: Session, target: Target): Promise<Told> {
  const handle = temporal.client.workflow.getHandle(targetId(target));
  try {
    await temporal.client.withDeadline(Date.now() + acceptedWithinMs, () =>
      handle.startUpdate(teardownUpdate, { updateId: teardownUpdateId, waitForStage: 'ACCEPTED' }),
    );
    return 'accepted';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || error instanceof WorkflowUpdateFailedError) return 'gone already';
    if (!(error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) && !isSilence(error)) throw error;
  }
  try {
    await temporal.client.withDeadline(Date.now() + acceptedWithinMs, () => handle.signal(teardownSignal));
    return 'recorded';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'gone already';
    if (!isSilence(error)) throw error;
    throw new CommandFailed(`${await whyNoAnswer(temporal)} Nothing was done: type this again then.`, 1, error);
  }
}

async function waitForEnd(session: Session, target: Target, told: Told) {
  try {
    return await follow(session, target, {
      until: isOver,
      fromNow: true,
      ...(told === 'recorded' ? { silenceMs } : {}),
    });
  } catch (error) {
    if (told !== 'recorded' || !(error instanceof CommandFailed)) throw error;
    throw new CommandFailed(
      `${await whyNoAnswer(session.temporal)} The teardown is recorded and begins with it.`,
      1,
      error,
    );
  }
}

async function reportGone(session: Session, target: Target): Promise<ExitCode> {
  const name = targetName(target);
  const sighting = await look(session.temporal, targetId(target));
  session.output.line(`${name} is gone already.`);
  const status = sighting.kind === 'seen' ? sighting.status : null;
  const leftovers = status?.leftovers ?? [];
  showLeftovers(session.output, leftovers);
  session.output.document({ schema: 'sitelink.teardown/1', name, told: 'gone already', leftovers });
  return leftovers.length === 0 ? exitCodes.fine : exitCodes.notClean;
}

function reportRemoval(session: Session, target: Target, scene: Scene): ExitCode {
  const { output } = session;
  const documents = withDataplane(session, removalEvidence(scene.statuses));
  const leftovers = scene.statuses.flatMap((status) => status.leftovers);
  for (const document of documents) showEvidence(output, document);
  showLeftovers(output, leftovers);
  if (leftovers.length === 0) output.line(`${targetName(target)} is gone; nothing of ours is left.`);
  output.document(documents.length === 1 ? documents[0] : documents);
  return leftovers.length === 0 ? exitCodes.fine : exitCodes.notClean;
}

/** The evidence of each site; where the hub went too, row 19 and the leftovers are those of both. */
export function removalEvidence(statuses: readonly StatusDocument[]): EvidenceDocument[] {
  const hub = statuses.find((status) => status.kind === 'hub');
  const documents = statuses.flatMap(({ evidence }) => (evidence === null ? [] : [evidence]));
  if (hub === undefined) return documents;
  return documents.map((document) => ({
    ...document,
    items: document.items.map((item) => (item.row === 19 ? withHub(item, hub.leftovers) : item)),
    leftovers: [...document.leftovers, ...hub.leftovers],
  }));
}

function withHub(item: EvidenceItem, leftovers: readonly Leftover[]): EvidenceItem {
  const left = leftovers.map(({ what }) => what);
  return {
    ...item,
    holds: item.holds && left.length === 0,
    observed: { site: item.observed, hub: { leftovers: left } },
  };
}

/** True if every row of every document holds; false without any. */
export function allHold(documents: readonly EvidenceDocument[]): boolean {
  return documents.length > 0 && documents.every(holds);
}
