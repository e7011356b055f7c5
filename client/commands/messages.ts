/** `sitelink verify NAME` and `sitelink resume NAME`: commands to runs that are alive. */
import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type WorkflowUpdateHandle,
} from '@temporalio/client';
import type { StatusDocument } from '../../domain/progress.ts';
import { resumeUpdate, verifyUpdate } from '../../workflows/messages.ts';
import { exitCodeOf, exitCodes, worst, type ExitCode } from '../exit-code.ts';
import { CommandFailed } from '../failure.ts';
import { lookAt, targetId, targetName, type Target } from '../runs.ts';
import { showEvidence } from '../screen/evidence.ts';
import { withDataplane, type Session } from '../session.ts';
import { isSilence, whyNoAnswer } from '../temporal.ts';
import { statusOf } from './status.ts';

const acceptedWithinMs = 15_000;

/** Proves each site's tunnel anew and shows the new evidence. */
export async function verify(session: Session, target: Target): Promise<ExitCode> {
  const { output } = session;
  const statuses = await Promise.all(
    (await sitesOf(session, target)).map(async (site) => {
      output.line(`Verifying ${targetName(site)} …`);
      const update = await send<StatusDocument>(session, site, 'verify');
      return await answer(session, site, update.result());
    }),
  );
  const documents = withDataplane(
    session,
    statuses.flatMap(({ evidence }) => (evidence === null ? [] : [evidence])),
  );
  for (const document of documents) showEvidence(output, document);
  output.document(documents.length === 1 ? documents[0] : documents);
  return worst(statuses.map(exitCodeOf));
}

async function sitesOf(session: Session, target: Target): Promise<Target[]> {
  if (target.site !== null) return [target];
  const scene = await lookAt(session.temporal, target);
  return statusOf(session, target, scene).sites.map((site) => ({ hub: target.hub, site }));
}

/** Says yes to everything of the target that waits for a person. */
export async function resume(session: Session, target: Target): Promise<ExitCode> {
  const { output, temporal } = session;
  const scene = await lookAt(temporal, target);
  statusOf(session, target, scene);
  const waiting = scene.statuses
    .filter((one) => one.attention.length > 0)
    .map((one): Target => ({ hub: one.hub, site: one.site }));
  const resumed: { name: string; answer: string }[] = [];
  for (const one of waiting) {
    const update = await send<string>(session, one, 'resume');
    const text = await answer(session, one, update.result());
    resumed.push({ name: targetName(one), answer: text });
    output.line(`${targetName(one)}: ${text}.`);
  }
  if (waiting.length === 0) output.line(`Nothing of ${targetName(target)} waits for a person.`);
  else output.line(`Follow it with \`npx sitelink watch ${targetName(target)}\`.`);
  output.document({ schema: 'sitelink.resumed/1', resumed });
  return exitCodes.fine;
}

async function send<T>(
  { temporal }: Session,
  target: Target,
  command: 'verify' | 'resume',
): Promise<WorkflowUpdateHandle<T>> {
  const handle = temporal.client.workflow.getHandle(targetId(target));
  const update = command === 'verify' ? verifyUpdate : resumeUpdate;
  try {
    return await temporal.client.withDeadline(
      Date.now() + acceptedWithinMs,
      async () => (await handle.startUpdate(update.name, { waitForStage: 'ACCEPTED' })) as WorkflowUpdateHandle<T>,
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw new CommandFailed(`${targetName(target)} does not run any more.`);
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isSilence(error)) {
      throw new CommandFailed(`${await whyNoAnswer(temporal)} Nothing was done: type this again then.`, 1, error);
    }
    throw error;
  }
}

/** A refusal is an answer too: the workflow says why, in one line. */
async function answer<T>(session: Session, target: Target, result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    if (!(error instanceof WorkflowUpdateFailedError)) throw error;
    const why = error.cause instanceof Error ? error.cause.message : error.message;
    throw new CommandFailed(`${targetName(target)}: ${why}`, 1, error);
  }
}
