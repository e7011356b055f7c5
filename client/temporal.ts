/** The client's side of Temporal: connect, see whether anybody works, and say in one line what is wrong. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection, ServiceError, isGrpcServiceError } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { searchAttributeNames, taskQueue } from '../domain/names.ts';
import { CommandFailed } from './failure.ts';

export interface Temporal {
  readonly client: Client;
  readonly address: string;
  readonly namespace: string;
  close(): Promise<void>;
}

const connectTimeoutMs = 5_000;
/** gRPC status codes, by number as the wire has them. */
const grpc = { cancelled: 1, deadlineExceeded: 4, notFound: 5, permissionDenied: 7, unavailable: 14 } as const;
/** What a query or an update without anybody who answers ends with; 8: too many wait already, 9: nobody polls. */
const silentCodes: readonly number[] = [grpc.cancelled, grpc.deadlineExceeded, 8, 9, grpc.unavailable];

/** Connects as the environment says. Throws `CommandFailed` with one line if there is no Temporal or no such namespace. */
export async function connectTemporal(env: NodeJS.ProcessEnv): Promise<Temporal> {
  const { connectionOptions, namespace = 'default' } = readConfig(env);
  const address = connectionOptions.address ?? '127.0.0.1:7233';
  const connection = await connect({ ...connectionOptions, address });
  try {
    await connection.withDeadline(Date.now() + connectTimeoutMs, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } catch (error) {
    await connection.close();
    throw new CommandFailed(whyNoNamespace(error, address, namespace), 1, error);
  }
  const client = new Client({ connection, namespace });
  return { client, address, namespace, close: () => connection.close() };
}

function readConfig(env: NodeJS.ProcessEnv): ReturnType<typeof loadClientConnectConfig> {
  const given = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  try {
    return loadClientConnectConfig({ overrideEnvVars: Object.fromEntries(given) });
  } catch (error) {
    throw new CommandFailed(`The configuration of Temporal cannot be used: ${firstLine(error)}`, 1, error);
  }
}

async function connect(options: NonNullable<Parameters<typeof Connection.connect>[0]>): Promise<Connection> {
  try {
    return await Connection.connect({ ...options, connectTimeout: connectTimeoutMs });
  } catch (error) {
    throw new CommandFailed(
      `No Temporal server answers on ${options.address}: start one or set TEMPORAL_ADDRESS; \`npx sitelink demo\` brings its own.`,
      1,
      error,
    );
  }
}

function whyNoNamespace(error: unknown, address: string, namespace: string): string {
  if (codeOf(error) === grpc.notFound) {
    return `Temporal on ${address} has no namespace ${namespace}: create it, or set TEMPORAL_NAMESPACE.`;
  }
  if (codeOf(error) === grpc.permissionDenied) {
    return `Temporal on ${address} refuses us in namespace ${namespace}: check TEMPORAL_API_KEY or the TLS certificate.`;
  }
  return `Temporal on ${address} does not answer: ${firstLine(error)}`;
}

/** The code of a gRPC error, also inside the SDK's own; null for anything else. */
function codeOf(error: unknown): number | null {
  if (isGrpcServiceError(error)) return error.code;
  return error instanceof ServiceError && isGrpcServiceError(error.cause) ? error.cause.code : null;
}

/** True for what goes away by itself when a worker, or the server, comes back. */
export function isSilence(error: unknown): boolean {
  const code = codeOf(error);
  return code !== null && silentCodes.includes(code);
}

/** True if it was Temporal itself that did not answer. */
export function isServerAway(error: unknown): boolean {
  return codeOf(error) === grpc.unavailable;
}

export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0] ?? message;
}

/** A poller waits at most a minute for a task; one that has not come back since is gone. */
const pollerCountsMs = 70_000;

/** True if a worker polls our task queue, or did a moment ago. `since`: it must have come after this time. */
export async function workerPolls(temporal: Temporal, since?: Date): Promise<boolean> {
  const { workflowService } = temporal.client.connection as Connection;
  const { pollers } = await workflowService.describeTaskQueue({
    namespace: temporal.namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: 1,
  });
  const oldest = since?.getTime() ?? Date.now() - pollerCountsMs;
  return (pollers ?? []).some(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000 + 999 >= oldest);
}

/** Likewise, with some seconds for a worker that was started a moment ago. */
export async function workerComes(temporal: Temporal, withinMs = 3_000): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (!(await workerPolls(temporal))) {
    if (Date.now() > deadline) return false;
    await sleep(100);
  }
  return true;
}

/** The search attributes that the server does not know; setting one of them would fail every workflow task. */
export async function missingSearchAttributes(temporal: Temporal): Promise<string[]> {
  const { operatorService } = temporal.client.connection as Connection;
  try {
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace: temporal.namespace });
    return searchAttributeNames.filter((name) => !(name in customAttributes));
  } catch (error) {
    // Without the right to list them it is unknown whether they are there, and going on without is safe.
    if (codeOf(error) === null) throw error;
    return [...searchAttributeNames];
  }
}

/** The command that registers search attributes, for a person to type. */
export function registrationCommand(temporal: Temporal, names: readonly string[]): string {
  const attributes = names.map((name) => `--name ${name} --type Keyword`).join(' ');
  const place = `--address ${temporal.address} --namespace ${temporal.namespace}`;
  return `temporal operator search-attribute create ${place} ${attributes}`;
}

export function noWorker(temporal: Temporal): string {
  return `No worker polls the task queue ${taskQueue} on ${temporal.address}: start one with \`npx sitelink worker\`.`;
}

/** Why nobody answered: Temporal itself is away, or it has no worker. */
export async function whyNoAnswer(temporal: Temporal): Promise<string> {
  const { client, address, namespace } = temporal;
  const { workflowService } = client.connection as Connection;
  try {
    await client.withDeadline(Date.now() + 2_000, () => workflowService.describeNamespace({ namespace }));
    return noWorker(temporal);
  } catch (error) {
    if (!isSilence(error)) throw error;
    return `Temporal on ${address} does not answer: start it again.`;
  }
}
