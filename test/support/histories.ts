/** What the histories of runs say about failed workflow tasks. */
import type { Client, WorkflowClientInterceptor } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { temporal } from '@temporalio/proto';

type History = temporal.api.history.v1.IHistory;

export interface RememberedStarts {
  readonly ids: ReadonlySet<string>;
  readonly interceptor: WorkflowClientInterceptor;
  /** When the server that knew them is gone. */
  forget(): void;
}

/** Notes the id of every workflow that a client starts. */
export function rememberStarts(): RememberedStarts {
  const ids = new Set<string>();
  const interceptor: WorkflowClientInterceptor = {
    async startWithDetails(input, next) {
      ids.add(input.options.workflowId);
      return await next(input);
    },
    async signalWithStart(input, next) {
      ids.add(input.options.workflowId);
      return await next(input);
    },
    async startUpdateWithStart(input, next) {
      ids.add(input.workflowStartOptions.workflowId);
      return await next(input);
    },
  };
  return { ids, interceptor, forget: () => ids.clear() };
}

const { WorkflowTaskFailedCause: Cause } = proto.temporal.api.enums.v1;

/** Causes that say nothing against the workflow's code: a message came while it completed, or it was reset or terminated. */
const HARMLESS = new Set<unknown>([
  Cause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND,
  Cause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW,
  Cause.WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND,
]);

/**
 * One line per failed workflow task in the runs of these workflows, of their children and of the runs they continued
 * as. Closed runs in `checked` are left out, and those that were read are added to it.
 */
export async function failedWorkflowTasks(
  client: Client,
  workflowIds: Iterable<string>,
  checked: Set<string>,
): Promise<string[]> {
  const problems: string[] = [];
  const queue: Run[] = [...new Set(workflowIds)].map((workflowId) => ({ workflowId, runId: undefined }));
  for (let run = queue.shift(); run !== undefined; run = queue.shift()) {
    const runKey = `${run.workflowId} ${run.runId ?? ''}`;
    if (checked.has(runKey)) continue;
    const history = await historyOf(client, run);
    if (history === null) continue;
    problems.push(...failuresIn(history, run));
    queue.push(...runsNamedIn(history, run).filter(({ workflowId, runId }) => !checked.has(`${workflowId} ${runId}`)));
    // Without a run id the same id may have another run later; a run that is open may still fail.
    if (run.runId !== undefined && isClosed(history)) checked.add(runKey);
  }
  return [...new Set(problems)];
}

interface Run {
  readonly workflowId: string;
  readonly runId: string | undefined;
}

async function historyOf(client: Client, { workflowId, runId }: Run): Promise<History | null> {
  try {
    return await client.workflow.getHandle(workflowId, runId).fetchHistory();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

function failuresIn(history: History, { workflowId }: Run): string[] {
  return (history.events ?? []).flatMap(({ eventId, workflowTaskFailedEventAttributes: failed }) => {
    if (!failed || HARMLESS.has(failed.cause)) return [];
    const cause = String(Cause[failed.cause ?? 0]).replace('WORKFLOW_TASK_FAILED_CAUSE_', '');
    const { message, stackTrace } = failed.failure ?? {};
    return [
      `${workflowId}: workflow task failed at event ${String(eventId)} (${cause}): ${message}\n${stackTrace ?? ''}`,
    ];
  });
}

/** Children and the run that this one continued as: their failures are the test's too. */
function runsNamedIn(history: History, { workflowId }: Run): Run[] {
  return (history.events ?? []).flatMap((event) => {
    const child = event.childWorkflowExecutionStartedEventAttributes?.workflowExecution;
    if (child?.workflowId && child.runId) return [{ workflowId: child.workflowId, runId: child.runId }];
    const next = event.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
    const first = event.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
    return [next, first].flatMap((runId) => (runId ? [{ workflowId, runId }] : []));
  });
}

function isClosed(history: History): boolean {
  const last = history.events?.at(-1);
  return Boolean(
    last?.workflowExecutionCompletedEventAttributes ??
    last?.workflowExecutionFailedEventAttributes ??
    last?.workflowExecutionCanceledEventAttributes ??
    last?.workflowExecutionTerminatedEventAttributes ??
    last?.workflowExecutionTimedOutEventAttributes ??
    last?.workflowExecutionContinuedAsNewEventAttributes,
  );
}
