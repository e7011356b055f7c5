/**
 * Temporal in tests: one dev server per `describe`, or one time-skipping server per test; workers with the project's
 * workflows and whatever activities a test gives; and after each test a look into every run's history for a failed
 * workflow task.
 *
 *     const temporal = withTimeSkipping();
 *     it('does so', async () => {
 *       await temporal.startWorker({ activities: { … } });
 *       const handle = await temporal.client.workflow.start(…, { taskQueue: temporal.taskQueue, … });
 *       const result = await temporal.result(handle);
 *     });
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowHandle, WorkflowResultType } from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { startDevServer, type DevServer, type DevServerOptions } from '../../client/temporal-server/dev-server.ts';
import { ensureTemporalCli } from '../../client/temporal-server/temporal-cli.ts';
import { ensureTestServer } from '../../client/temporal-server/test-server.ts';
import { failedWorkflowTasks, rememberStarts } from './histories.ts';
import { installQuietRuntime } from './temporal-log.ts';
import { withWorkflowSinks, workflowBundle } from './workflow-bundle.ts';

let cli: Promise<string> | undefined;
let testServer: Promise<string> | undefined;

/** The Temporal command line of this machine, found or made once per process. The first time on a machine it takes minutes. */
export function temporalCli(): Promise<string> {
  return (cli ??= ensureTemporalCli());
}

/** The time-skipping test server of this machine, likewise. */
function timeSkippingServer(): Promise<string> {
  return (testServer ??= ensureTestServer());
}

export interface TestWorkerOptions {
  /** Stand-ins for the activities that the workflows call. */
  readonly activities: object;
  /** Default: the queue of the running test. */
  readonly taskQueue?: string;
  /** Default: the project's `workflows/`. */
  readonly workflowsPath?: string;
  /** Anything else that `Worker.create` takes. */
  readonly overrides?: Partial<WorkerOptions>;
}

export interface RunningWorker {
  readonly worker: Worker;
  /** Lets it finish what it holds (5 s at most) and waits for its end. Done at the end of the test anyway. */
  stop(): Promise<void>;
}

export interface TemporalUnderTest {
  /** Time skips while `result` of a handle of this client is awaited, if the server can. */
  readonly client: Client;
  readonly env: TestWorkflowEnvironment;
  /** If `env.sleep` lets time pass at once; on a real server it sleeps. */
  readonly skipsTime: boolean;
  readonly address: string;
  readonly namespace: string;
  /** Another one for each test, so that what one test leaves unfinished never reaches the worker of the next. */
  readonly taskQueue: string;
  startWorker(options: TestWorkerOptions): Promise<RunningWorker>;
  /** A run's result; rejects, saying what the run waits for, after `seconds` (30) of wall-clock time. */
  result<W extends Workflow>(handle: WorkflowHandle<W>, seconds?: number): Promise<WorkflowResultType<W>>;
  /** To be called in a test that provokes failed workflow tasks on purpose. */
  expectFailedWorkflowTasks(): void;
}

interface Started {
  readonly env: TestWorkflowEnvironment;
  readonly server: DevServer | null;
  readonly folder: string | null;
}

class Fixture implements TemporalUnderTest {
  readonly #workers: RunningWorker[] = [];
  readonly #checked = new Set<string>();
  readonly #clumsy = new Set<string>();
  readonly starts = rememberStarts();
  #started: Started | null = null;
  #tests = 0;
  #failuresExpected = false;

  get env(): TestWorkflowEnvironment {
    return this.started.env;
  }
  get started(): Started {
    if (this.#started === null) throw new Error('The Temporal server runs only within tests and their hooks.');
    return this.#started;
  }
  get client(): Client {
    return this.env.client;
  }
  get skipsTime(): boolean {
    return this.started.server === null;
  }
  get address(): string {
    return this.env.address;
  }
  get namespace(): string {
    return this.env.namespace ?? 'default';
  }
  get taskQueue(): string {
    return `test-${this.#tests}`;
  }

  async startWorker({ activities, overrides, ...options }: TestWorkerOptions): Promise<RunningWorker> {
    const connection = await NativeConnection.connect({ address: this.address });
    const worker = await Worker.create(
      withWorkflowSinks({
        connection,
        namespace: this.namespace,
        taskQueue: options.taskQueue ?? this.taskQueue,
        workflowBundle: await workflowBundle(options.workflowsPath),
        activities,
        stickyQueueScheduleToStartTimeout: '1s',
        shutdownForceTime: '5s',
        ...overrides,
      }),
    );
    const running = worker.run();
    // The test hears of a failure when it stops the worker; until then it must not count as unhandled.
    running.catch(() => undefined);
    let stopped: Promise<void> | undefined;
    const stop = async () => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      try {
        await running;
      } finally {
        await connection.close();
      }
    };
    const runningWorker = { worker, stop: () => (stopped ??= stop()) };
    this.#workers.push(runningWorker);
    return runningWorker;
  }

  async result<W extends Workflow>(handle: WorkflowHandle<W>, seconds = 30): Promise<WorkflowResultType<W>> {
    const giveUp = new AbortController();
    const late = sleep(seconds * 1000, undefined, { signal: giveUp.signal }).then(async () => {
      throw new Error(`${handle.workflowId} gave no result within ${seconds} s: ${await this.#waitsFor(handle)}`);
    });
    try {
      return await Promise.race([handle.result(), late]);
    } finally {
      giveUp.abort();
      late.catch(() => undefined);
    }
  }

  expectFailedWorkflowTasks(): void {
    this.#failuresExpected = true;
  }

  async #waitsFor(handle: WorkflowHandle): Promise<string> {
    const failed = await failedWorkflowTasks(this.client, [handle.workflowId], new Set());
    if (failed.length > 0) return failed.join('\n');
    const { raw, status } = await handle.describe();
    const activities = (raw.pendingActivities ?? []).map(
      ({ activityType, attempt, lastFailure }) =>
        `${activityType?.name ?? '?'} (attempt ${attempt ?? '?'}${lastFailure?.message ? `: ${lastFailure.message}` : ''})`,
    );
    return `it is ${status.name}, pending activities: ${activities.join(', ') || 'none'}`;
  }

  begin(started: Started): void {
    this.#started = started;
  }

  beforeEach(): void {
    this.#tests += 1;
    this.#failuresExpected = false;
  }

  async afterEach(): Promise<void> {
    await Promise.all(this.#workers.splice(0).map((worker) => worker.stop()));
    // The hook that starts it has failed, and mocha tells of that.
    if (this.#started === null) return;
    const ids = [...this.starts.ids, ...(await this.#listed())].filter((id) => !this.#clumsy.has(id));
    if (this.#failuresExpected) {
      for (const id of ids) this.#clumsy.add(id);
      return;
    }
    const failed = await failedWorkflowTasks(this.client, ids, this.#checked);
    if (failed.length > 0) throw new Error(failed.join('\n'));
  }

  /** What processes other than this one started; the time-skipping server has no such list. */
  async #listed(): Promise<string[]> {
    if (this.started.server === null) return [];
    const ids: string[] = [];
    for await (const { workflowId } of this.client.workflow.list()) ids.push(workflowId);
    return ids;
  }

  async end(): Promise<void> {
    if (this.#started === null) return;
    const { env, server, folder } = this.#started;
    this.#started = null;
    this.starts.forget();
    await env.teardown();
    await server?.stop();
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  }
}

// Long enough for a first use on a machine, when the server has to be made.
const FIRST_USE_MS = 30 * 60_000;

/** The hooks that start a server for the `describe` or for each of its tests, look at its runs, and stop it whatever happens. */
function fixture(start: (fixture: Fixture) => Promise<Started>, serverPer: 'describe' | 'test'): TemporalUnderTest {
  const temporal = new Fixture();
  const begin = serverPer === 'test' ? beforeEach : before;
  begin('start a Temporal server', async function () {
    this.timeout(FIRST_USE_MS);
    installQuietRuntime();
    temporal.begin(await start(temporal));
  });
  beforeEach('take a fresh task queue', () => temporal.beforeEach());
  afterEach('no run has a failed workflow task', async () => temporal.afterEach());
  if (serverPer === 'test') afterEach('stop the Temporal server', async () => temporal.end());
  // For a server of one test too: when a hook fails, mocha leaves out the hooks of a test that would come after it.
  after('stop the Temporal server', async () => temporal.end());
  return temporal;
}

/** The real dev server, for the tests of this `describe`; the options are those of `startDevServer`. */
export function withDevServer(options: Partial<DevServerOptions> = {}): TemporalUnderTest {
  return fixture(async ({ starts }) => {
    const folder = await mkdtemp(join(tmpdir(), 'sitelink-temporal-'));
    const logFile = join(folder, 'temporal.log');
    const server = await startDevServer({ cli: await temporalCli(), port: 0, uiPort: null, logFile, ...options });
    const { address, namespace } = server;
    const client = { interceptors: { workflow: [starts.interceptor] } };
    const env = await TestWorkflowEnvironment.createFromExistingServer({ address, namespace, client });
    return { env, server, folder };
  }, 'describe');
}

/**
 * The server that skips time whenever a result is awaited, another one for each test of this `describe`: it lets no time
 * pass while a task is under way, and a task that a test leaves behind would stop the clock of the next test.
 */
export function withTimeSkipping(): TemporalUnderTest {
  return fixture(async ({ starts }) => {
    const executable = { type: 'existing-path' as const, path: await timeSkippingServer() };
    const client = { interceptors: { workflow: [starts.interceptor] } };
    const create = () => TestWorkflowEnvironment.createTimeSkipping({ server: { executable }, client });
    return { env: await startedInTime(create), server: null, folder: null };
  }, 'test');
}

/**
 * The SDK gives a server 5 s to begin, ends it otherwise, and has no option for it; a Java machine that starts beside
 * other work may need longer.
 */
async function startedInTime<T>(start: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await start();
    } catch (error) {
      if (tries === 10 || !/did not start within/.test(String(error))) throw error;
    }
  }
}
