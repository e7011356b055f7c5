/**
 * The worker's process: `node --import tsx worker/main.ts`. It prints `worker ready` on stdout once it polls, and runs
 * until SIGTERM or SIGINT. What goes wrong is one line on stderr, and exit code 1.
 */
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { DefaultAzureCredential } from '@azure/identity';
import { Connection } from '@temporalio/client';
import { NativeConnection, Worker, bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { azureActivities } from '../activities/azure.ts';
import type { ActivityDeps } from '../activities/deps.ts';
import { routerActivities } from '../activities/router.ts';
import { createSecrets } from '../activities/secrets.ts';
import { createArm } from '../adapters/azure/arm.ts';
import { readConfig, type WorkerConfig } from './config.ts';
import { installRuntime, plainLine, say } from './log.ts';
import { workerOptions } from './options.ts';
import { registerSearchAttributes } from './search-attributes.ts';

const connectTimeoutMs = 5_000;

async function main(): Promise<void> {
  const config = readConfig(process.env, homedir());
  const installation = await prepareTemporal(config);
  installRuntime();
  const { namespace, connection: connectionOptions } = config.temporal;
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../workflows', import.meta.url)),
    logger: new DefaultLogger('WARN', (entry) => void process.stderr.write(plainLine(entry))),
  });
  const connection = await NativeConnection.connect(connectionOptions);
  try {
    const deps = dependencies(config, installation);
    const activities = { ...azureActivities(deps), ...routerActivities(deps) };
    const worker = await Worker.create(workerOptions({ connection, namespace, workflowBundle, activities }));
    const running = worker.run();
    process.stdout.write('worker ready\n');
    await running;
  } finally {
    await connection.close();
  }
}

function dependencies(config: WorkerConfig, installation: string): ActivityDeps {
  const { armEndpoint: endpoint, armScope: scope, sshConfigFile, transcripts, env, home } = config;
  // AZURE_TOKEN_CREDENTIALS chooses the kind of credential; nothing is asked of it before the first request.
  const arm = createArm({ endpoint, scope, credential: new DefaultAzureCredential() });
  return { arm, secrets: createSecrets({ env, home }), installation, sshConfigFile, transcripts };
}

/** Registers the search attributes and returns the id of the namespace: whoever shares it is one installation. */
async function prepareTemporal(config: WorkerConfig): Promise<string> {
  const { address, namespace, connection: options } = config.temporal;
  const connection = await orUnreachable(address, () =>
    Connection.connect({ ...options, connectTimeout: connectTimeoutMs }),
  );
  try {
    const { namespaceInfo } = await orUnreachable(`${address}, namespace ${namespace},`, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
    const command = await registerSearchAttributes(connection, namespace);
    if (command !== null) say(`the search attributes are not registered; an operator can do it with: ${command}`);
    return namespaceInfo?.id ?? namespace;
  } finally {
    await connection.close();
  }
}

async function orUnreachable<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw new Error(`Temporal at ${what} does not answer (${firstLine(error)}); check TEMPORAL_ADDRESS`, {
      cause: error,
    });
  }
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? text;
}

// The reader of our lines may be gone; that is no reason to end.
process.stdout.on('error', () => undefined);
try {
  await main();
  process.exit(0);
} catch (error) {
  say(firstLine(error));
  process.exit(1);
}
