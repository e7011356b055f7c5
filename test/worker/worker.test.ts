import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { Connection } from '@temporalio/client';
import { keep } from '../../activities/heartbeat.ts';
import { heartbeats } from '../../worker/heartbeats.ts';
import { plainLine } from '../../worker/log.ts';
import { registerSearchAttributes } from '../../worker/search-attributes.ts';
import { withDevServer } from '../support/temporal.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
}

class WorkerProcess {
  readonly child: ChildProcess;
  out = '';
  err = '';
  readonly ended: Promise<Ended>;

  constructor(env: Record<string, string>) {
    this.child = spawn(process.execPath, ['--import', 'tsx', 'worker/main.ts'], {
      cwd: root,
      env: {
        ...process.env,
        AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential',
        XDG_CONFIG_HOME: '/nonexistent',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (text: Buffer) => (this.out += text.toString()));
    this.child.stderr?.on('data', (text: Buffer) => (this.err += text.toString()));
    this.ended = once(this.child, 'close').then(([code, signal]: (number | string | null)[]) => ({
      code: typeof code === 'number' ? code : null,
      signal: typeof signal === 'string' ? signal : null,
    }));
  }

  async ready(seconds = 60): Promise<void> {
    const until = Date.now() + seconds * 1000;
    while (!this.out.includes('worker ready\n')) {
      if (Date.now() > until || this.child.exitCode !== null) throw new Error(`The worker is not ready: ${this.err}`);
      await sleep(50);
    }
  }
}

describe('The process of the worker', function () {
  this.timeout(120_000);
  const temporal = withDevServer({ searchAttributes: [] });
  const started: WorkerProcess[] = [];
  const start = (env: Record<string, string>): WorkerProcess => {
    const worker = new WorkerProcess(env);
    started.push(worker);
    return worker;
  };
  afterEach(async () => {
    for (const worker of started.splice(0)) {
      if (worker.child.exitCode === null && worker.child.signalCode === null) worker.child.kill('SIGKILL');
      await worker.ended;
    }
  });

  it('registers the search attributes, says that it is ready, and ends in order when it is told to', async () => {
    const worker = start({ TEMPORAL_ADDRESS: temporal.address });
    await worker.ready();
    const { customAttributes } = await temporal.client.connection.operatorService.listSearchAttributes({
      namespace: temporal.namespace,
    });
    for (const name of ['SitelinkHub', 'SitelinkSite', 'SitelinkPhase']) assert.ok(name in customAttributes, name);
    worker.child.kill('SIGTERM');
    assert.deepEqual(await worker.ended, { code: 0, signal: null });
    assert.equal(worker.out, 'worker ready\n');
    assert.doesNotMatch(worker.err, /ERROR|WARN/);
  });

  for (const [what, env, message] of [
    [
      'no Temporal answers',
      { TEMPORAL_ADDRESS: '127.0.0.1:1' },
      /^worker: Temporal at 127\.0\.0\.1:1 does not answer.*TEMPORAL_ADDRESS\n$/,
    ],
    [
      'its configuration is wrong',
      { SITELINK_ARM_ENDPOINT: 'http://x' },
      /^worker: SITELINK_ARM_ENDPOINT is http:\/\/x.*\n$/,
    ],
  ] as const) {
    it(`ends with 1 and one line if ${what}`, async () => {
      const worker = start(env);
      assert.deepEqual(await worker.ended, { code: 1, signal: null });
      assert.match(worker.err, message);
      assert.equal(worker.out, '');
    });
  }

  it('says which namespace is missing', async () => {
    const worker = start({ TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: 'nowhere' });
    assert.equal((await worker.ended).code, 1);
    assert.match(worker.err, /^worker: Temporal at .*namespace nowhere.*\n$/);
  });

  it('names the command with which an operator registers what the worker may not', async () => {
    const refusing = {
      operatorService: {
        listSearchAttributes: () => Promise.resolve({ customAttributes: { SitelinkHub: 2 } }),
        addSearchAttributes: () => Promise.reject(new Error('permission denied')),
      },
    };
    const command = await registerSearchAttributes(refusing as unknown as Connection, 'sites');
    assert.equal(
      command,
      'temporal operator search-attribute create --namespace sites --name SitelinkSite --type Keyword --name SitelinkPhase --type Keyword',
    );
    const connection = await Connection.connect({ address: temporal.address });
    assert.equal(await registerSearchAttributes(connection, temporal.namespace), null);
    assert.equal(await registerSearchAttributes(connection, temporal.namespace), null);
    await connection.close();
  });
});

describe('Signs of life', () => {
  it('come from every activity, with what it kept, and end with it', async () => {
    const env = new MockActivityEnvironment({ heartbeatTimeoutMs: 80 }, { interceptors: [heartbeats] });
    const seen: unknown[] = [];
    env.on('heartbeat', (details: unknown) => seen.push(details));
    await env.run(async () => {
      keep({ puts: 1 });
      await sleep(110);
    });
    const during = seen.length;
    assert.ok(during >= 3, `${during}`);
    assert.ok(seen.every((details) => JSON.stringify(details) === '{"puts":1}'));
    await sleep(60);
    assert.equal(seen.length, during);
  });
});

describe('A line of the log', () => {
  it('is plain, and holds the error in one line', () => {
    const error = ApplicationFailure.nonRetryable('first line\nsecond line');
    const meta = { workflowId: 'hub/japan', activityType: 'ensureGateway', attempt: 2, error };
    const line = plainLine({ level: 'WARN', message: 'Activity failed', timestampNanos: 0n, meta });
    assert.equal(
      line,
      '1970-01-01T00:00:00.000Z WARN Activity failed workflowId=hub/japan activityType=ensureGateway attempt=2: first line second line\n',
    );
    assert.equal(plainLine({ level: 'INFO', message: 'm', timestampNanos: 0n }), '1970-01-01T00:00:00.000Z INFO m\n');
  });
});
