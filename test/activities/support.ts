/** Activities in tests: attempt after attempt as Temporal makes them, with what each one keeps for the next. */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { ActivityDeps } from '../../activities/deps.ts';
import { createSecrets } from '../../activities/secrets.ts';
import { createArm } from '../../adapters/azure/arm.ts';
import { openArm, type ArmFixture, type ArmFixtureOptions } from '../support/arm.ts';

export interface Persisted<Result> {
  readonly result: Result;
  readonly attempts: number;
  /** Heartbeat details in the order in which they were sent. */
  readonly details: readonly unknown[];
}

export interface Attempted {
  readonly result?: unknown;
  readonly error?: unknown;
  /** What the next attempt gets. */
  readonly kept: unknown;
  readonly details: readonly unknown[];
}

/** One attempt of an activity. */
export async function attempt<Request, Result>(
  deed: (request: Request) => Promise<Result>,
  request: Request,
  info: { kept?: unknown; attempt?: number; leftMs?: number } = {},
): Promise<Attempted & { result?: Result }> {
  const env = new MockActivityEnvironment(
    {
      attempt: info.attempt ?? 1,
      heartbeatDetails: info.kept,
      scheduledTimestampMs: Date.now(),
      scheduleToCloseTimeoutMs: info.leftMs ?? 3_600_000,
    },
    { logger: new DefaultLogger('ERROR') },
  );
  const details: unknown[] = [];
  env.on('heartbeat', (sent: unknown) => details.push(structuredClone(sent)));
  const kept = () => (details.length > 0 ? details.at(-1) : info.kept);
  try {
    const result = await env.run<[Request], Result, typeof deed>(deed, request);
    return { result, kept: kept(), details };
  } catch (error) {
    return { error, kept: kept(), details };
  }
}

/** Attempts until it succeeds or fails for good; waits are cut to `longestMs`. */
export async function persist<Request, Result>(
  deed: (request: Request) => Promise<Result>,
  request: Request,
  longestMs = 1_000,
): Promise<Persisted<Result>> {
  const details: unknown[] = [];
  let kept: unknown;
  for (let count = 1; count <= 300; count += 1) {
    const made = await attempt(deed, request, { kept, attempt: count });
    details.push(...made.details);
    if (!('error' in made)) return { result: made.result as Result, attempts: count, details };
    const { error } = made;
    if (!(error instanceof ApplicationFailure) || error.nonRetryable === true) throw error;
    kept = made.kept;
    await sleep(Math.min(longestMs, Number(error.nextRetryDelay ?? 200)));
  }
  throw new Error('It was still not done after 300 attempts.');
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
/** An RSA key of this process, in PEM. */
export const rsaPem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();

/** With characters that URLs, shells and configuration texts treat specially. */
const sharedKey = 'k+/%&9-A_long_enough_0123456789';

export interface LabActivities {
  readonly lab: ArmFixture;
  readonly deps: ActivityDeps;
  readonly folder: string;
  close(): Promise<void>;
}

/** The lab's ARM endpoint with what activities need to reach it; `~/.ssh/id_rsa` is a key of the test's own. */
export async function openLab(options: ArmFixtureOptions = {}): Promise<LabActivities> {
  const lab = await openArm(options);
  const folder = await mkdtemp(join(tmpdir(), 'sitelink-activities-'));
  await writeFile(join(folder, 'id_rsa'), rsaPem, { mode: 0o600 });
  const arm = createArm({
    endpoint: lab.arm.endpoint,
    scope: `${lab.arm.endpoint}/.default`,
    credential: lab.credential,
    httpClient: trusting(lab.arm.caFile),
  });
  const env = { SITE01_SHARED_KEY: sharedKey, SITELINK_SSH_KEY: join(folder, 'id_rsa') };
  const transcripts = join(folder, 'transcripts');
  const secrets = createSecrets({ env, home: folder });
  const deps = { arm, secrets, installation: 'test-1', sshConfigFile: null, transcripts };
  return {
    lab,
    deps,
    folder,
    close: async () => {
      await lab.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Node's client, trusting the lab's CA as a worker does by NODE_EXTRA_CA_CERTS. */
function trusting(caFile: string): HttpClient {
  const client = createDefaultHttpClient();
  const ca = readFileSync(caFile, 'utf8');
  return {
    sendRequest: (request) => {
      request.tlsSettings = { ca };
      return client.sendRequest(request);
    },
  };
}
