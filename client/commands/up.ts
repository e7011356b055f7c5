/** `sitelink up FILE`: starts a hub with its sites or attaches to it, and shows its progress. */
import type { Connection, WorkflowHandle } from '@temporalio/client';
import { defaultDataConverter, TypedSearchAttributes, defineSearchAttributeKey } from '@temporalio/common';
import { hubWorkflowId, taskQueue, workflowTypes } from '../../domain/names.ts';
import { isFinal, isSettled, type StatusDocument } from '../../domain/progress.ts';
import type { SiteFile } from '../../domain/spec.ts';
import { defaultRunOptions, type HubInput } from '../../workflows/state.ts';
import { exitCodeOf, exitCodes, worst, type ExitCode } from '../exit-code.ts';
import { CommandFailed, WrongFile } from '../failure.ts';
import { follow } from '../follow.ts';
import { lookAt, type Scene } from '../runs.ts';
import { showEvidence, showQuestions } from '../screen/evidence.ts';
import { withDataplane, type Session } from '../session.ts';
import { loadSiteFile } from '../site-file/load.ts';
import { missingSearchAttributes, noWorker, registrationCommand, workerComes } from '../temporal.ts';
import { differences } from './differences.ts';

/** Reads and checks a site file; throws `WrongFile` with every problem. */
export async function readFileFor(path: string, env: NodeJS.ProcessEnv): Promise<SiteFile> {
  const { file, problems } = await loadSiteFile(path, env);
  if (file !== null) return file;
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  throw new WrongFile(`${path} has ${count}; nothing was created.`, problems);
}

/** Starts or attaches, and shows progress until every site is connected, degraded or waits for a person. */
export async function up(session: Session, file: SiteFile): Promise<ExitCode> {
  const { output, temporal } = session;
  const hub = file.hub.name;
  if (!(await workerComes(temporal))) throw new CommandFailed(noWorker(temporal));
  await startOrAttach(session, file);
  const removed = removedSites(await lookAt(temporal, { hub, site: null }));
  if (removed.length > 0) return refuseRemoved(session, removed);
  const { scene, interrupted } = await follow(session, { hub, site: null }, { until: nothingToWaitFor });
  if (interrupted) {
    output.line(
      `Detached: it goes on. Follow it with \`npx sitelink watch ${hub}\`, end it with \`npx sitelink down ${hub}\`.`,
    );
    output.document(evidenceDocument(session, scene));
    return exitCodes.interrupted;
  }
  return report(session, scene);
}

async function startOrAttach(session: Session, file: SiteFile): Promise<void> {
  const { output, temporal } = session;
  const missing = await missingSearchAttributes(temporal);
  const searchAttributes = missing.length === 0;
  if (!searchAttributes) {
    output.line(`Temporal does not know the search attributes ${missing.join(', ')}; going on without. To have them:`);
    output.line(`  ${registrationCommand(temporal, missing)}`);
  }
  const input: HubInput = { schema: 1, file, options: { ...defaultRunOptions, searchAttributes } };
  const { name } = file.hub;
  const attributes = new TypedSearchAttributes([
    { key: defineSearchAttributeKey('SitelinkHub', 'KEYWORD'), value: name },
  ]);
  const handle = await temporal.client.workflow.start(workflowTypes.hub, {
    workflowId: hubWorkflowId(name),
    taskQueue,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `Hub ${name} with ${file.sites.map((site) => site.name).join(', ')}`,
    ...(searchAttributes ? { typedSearchAttributes: attributes } : {}),
  });
  await sameFile(session, handle, file);
}

/** Throws `CommandFailed` if what runs under this name was started with another file. */
async function sameFile(session: Session, handle: WorkflowHandle, file: SiteFile): Promise<void> {
  const running = await inputOf(session, handle.workflowId);
  const found = differences(running.file, JSON.parse(JSON.stringify(file)));
  if (found.length === 0) return;
  const { name } = file.hub;
  throw new WrongFile(
    `Hub ${name} runs already, with a different file; changing a hub that runs is not built yet: take it down with \`npx sitelink down ${name}\` first, or use the file that it runs with.`,
    found.map(({ path, running: was, given, remedy }) => ({
      path,
      value: given,
      message: `differs from what runs: ${was}`,
      remedy,
      kind: 'refused',
    })),
  );
}

/** What the latest run was started with, from the first event of its history. */
async function inputOf({ temporal }: Session, workflowId: string): Promise<HubInput> {
  const { workflowService } = temporal.client.connection as Connection;
  const { history } = await workflowService.getWorkflowExecutionHistory({
    namespace: temporal.namespace,
    execution: { workflowId },
    maximumPageSize: 1,
  });
  const payload = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  if (payload === undefined || payload === null) throw new CommandFailed(`The run ${workflowId} has no input.`);
  return defaultDataConverter.payloadConverter.fromPayload<HubInput>(payload);
}

/** Every site is settled; or a person is needed and nothing goes on by itself. */
function nothingToWaitFor({ main, statuses, trouble }: Scene): boolean {
  const [hub, ...sites] = statuses;
  if (main.kind !== 'seen' || hub === undefined) return false;
  if (isFinal(hub.phase) || hub.phase === 'tearing-down') return true;
  const waits = statuses.some((status) => status.phase === 'attention');
  const works = statuses.some((status) => status.steps.some((step) => step.state === 'running'));
  if (waits && !works && trouble.length === 0) return true;
  return hub.sites.length > 0 && sites.length === hub.sites.length && sites.every((site) => isSettled(site.phase));
}

function report(session: Session, scene: Scene): ExitCode {
  const { output } = session;
  const [hub] = scene.statuses;
  if (hub === undefined) throw new CommandFailed('The run of the hub was not seen.');
  if (hub.phase === 'refused') {
    const count = hub.problems.length === 1 ? 'one problem' : `${hub.problems.length} problems`;
    throw new WrongFile(`Preflight found ${count}; nothing was created.`, hub.problems, exitCodeOf(hub));
  }
  if (hub.phase === 'tearing-down' || hub.phase === 'gone') {
    throw new CommandFailed(
      `Hub ${hub.hub} is being taken down: wait with \`npx sitelink down ${hub.hub}\`, then type this again.`,
    );
  }
  const removed = removedSites(scene);
  if (removed.length > 0) return refuseRemoved(session, removed);
  const documents = evidenceOf(session, scene);
  for (const document of documents) showEvidence(output, document);
  for (const status of scene.statuses) showQuestions(output, status);
  output.document(evidenceDocument(session, scene));
  return worst(scene.statuses.map(exitCodeOf));
}

/** Sites that are gone, or go, although their hub stays: nothing starts their runs again. */
function removedSites({ statuses: [hub, ...sites] }: Scene): StatusDocument[] {
  if (hub === undefined || isFinal(hub.phase) || hub.phase === 'tearing-down') return [];
  return sites.filter(({ phase }) => phase === 'gone' || phase === 'tearing-down');
}

/** Said, not thrown: a demo stays after it, so that its hub can be taken down. */
function refuseRemoved({ output }: Session, removed: readonly StatusDocument[]): ExitCode {
  const [{ hub } = { hub: '' }] = removed;
  const names = removed.map(({ site }) => site).join(', ');
  const was = removed.length === 1 ? `Site ${names} of hub ${hub} was` : `Sites ${names} of hub ${hub} were`;
  const failure = new CommandFailed(
    `${was} taken down alone; a site cannot be brought back while its hub runs (not built yet): type \`npx sitelink down ${hub}\`, then \`up\` again.`,
  );
  output.error(output.paint('red', failure.message));
  output.document(failure.document());
  return failure.exitCode;
}

/** The evidence of every site that was seen. */
function evidenceOf(session: Session, scene: Scene) {
  return withDataplane(
    session,
    scene.statuses.flatMap(({ evidence }) => (evidence === null ? [] : [evidence])),
  );
}

/** One document, or an array of them for several sites; the statuses where there is no evidence yet. */
function evidenceDocument(session: Session, scene: Scene): unknown {
  const documents = evidenceOf(session, scene);
  if (documents.length === 0) return scene.statuses[0] ?? null;
  return documents.length === 1 ? documents[0] : documents;
}
