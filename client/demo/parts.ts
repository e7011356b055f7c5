/** The parts of a demo, each started as its own command would: Temporal, the lab, a worker. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailed } from '../failure.ts';
import type { Output } from '../output.ts';
import { awaitLogLine, sizeOf, startProgram } from '../processes/child.ts';
import { freePort, isFree } from '../processes/ports.ts';
import { readLabFacts, type DemoFiles, type LabFacts } from '../processes/state.ts';
import { readVariables, type Variables } from '../shell-env.ts';
import { firstLine, workerPolls, type Temporal } from '../temporal.ts';
import { startDevServer, type DevServer } from '../temporal-server/dev-server.ts';
import { NothingWorked } from '../temporal-server/ladder.ts';
import { ensureTemporalCli } from '../temporal-server/temporal-cli.ts';
import type { Staff } from './staff.ts';

export interface DemoContext {
  readonly files: DemoFiles;
  readonly staff: Staff;
  readonly output: Output;
  readonly env: NodeJS.ProcessEnv;
}

/** Where the Web UI of our own Temporal is; kept in the demo's variables, so that its port stays. */
const UI_VARIABLE = 'SITELINK_TEMPORAL_UI';

/** Temporal's variables: of the server that the user named, or of our own, which is started. */
export async function openTemporal(context: DemoContext): Promise<Variables> {
  const { env, output } = context;
  const address = env['TEMPORAL_ADDRESS'] ?? '';
  if (address !== '') {
    output.line(`Temporal: using the server on ${address} (TEMPORAL_ADDRESS).`);
    return { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: env['TEMPORAL_NAMESPACE'] ?? 'default' };
  }
  const say = (line: string) => output.line(line);
  const cli = await failing('Temporal', () => ensureTemporalCli({ env, say }));
  const logFile = join(context.files.logs, 'temporal.log');
  const server = await failing('Temporal', () => startTemporal(context, cli, logFile));
  await context.staff.add({ name: 'temporal', ...server }, logFile);
  const uiUrl = server.uiUrl ?? '';
  output.line(`Temporal runs on ${server.address}.`);
  output.line(`Web UI: ${uiUrl}/namespaces/${server.namespace}/workflows - every step can be followed there.`);
  return { TEMPORAL_ADDRESS: server.address, TEMPORAL_NAMESPACE: server.namespace, [UI_VARIABLE]: uiUrl };
}

async function startTemporal(context: DemoContext, cli: string, logFile: string, lastTry = false): Promise<DevServer> {
  const { port, uiPort } = await temporalPorts(context);
  try {
    const dbFile = context.files.database;
    return await startDevServer({ cli, dbFile, port, uiPort, logFile, ownGroup: true });
  } catch (error) {
    // Somebody may have taken a port between our look and the start; the next look sees it.
    const taken = !(await isFree(port)) || !(await isFree(uiPort));
    if (lastTry || !taken) throw error;
    return await startTemporal(context, cli, logFile, true);
  }
}

/** The ports of this state folder; at its first start the usual ones if they are free. */
async function temporalPorts({ files, output }: DemoContext): Promise<{ port: number; uiPort: number }> {
  const stored = await readVariables(files.env);
  const uiUrl = stored?.[UI_VARIABLE];
  if (uiUrl === undefined)
    return { port: await choose(7233, 'Temporal', output), uiPort: await choose(8233, 'Web UI', output) };
  const port = portOf(`tcp://${stored?.['TEMPORAL_ADDRESS'] ?? ''}`);
  const uiPort = portOf(uiUrl);
  for (const one of [port, uiPort]) {
    if (await isFree(one)) continue;
    throw new CommandFailed(
      `Port ${one} of 127.0.0.1 belongs to the demo in ${files.folder} and is taken by another process: end that, or set SITELINK_STATE to another folder.`,
    );
  }
  return { port, uiPort };
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

async function choose(usual: number, what: string, output: Output): Promise<number> {
  if (await isFree(usual)) return usual;
  const port = await freePort();
  output.line(`${what}: port ${usual} is taken; using ${port} from now on.`);
  return port;
}

/** How many times faster than Azure the demo's lab runs. */
const LAB_SPEED = 60;

/** Starts the lab and returns its variables and where it is. */
export async function openLab(context: DemoContext): Promise<{ variables: Variables; facts: LabFacts }> {
  const { files, env, staff, output } = context;
  const logFile = join(files.logs, 'lab.log');
  const from = await sizeOf(logFile);
  await mkdir(files.lab, { recursive: true, mode: 0o700 });
  const args = ['--state', files.lab, '--speed', String(LAB_SPEED)];
  const lab = await startProgram('lab', args, { env, output: { logFile } });
  await staff.add({ name: 'lab', ...lab }, logFile);
  await failing('The lab', () => awaitLogLine(lab, { file: logFile, from }, 'lab ready', 60_000), logFile);
  const variables = (await readVariables(join(files.lab, 'env'))) ?? {};
  const facts = (await readLabFacts(files)) as LabFacts;
  if (portOf(facts.arm) !== 8443)
    output.line(`Lab: port 8443 was taken at its first start; it has ${portOf(facts.arm)}.`);
  output.line(`The lab stands for Azure and the router, ${LAB_SPEED} times as fast: ${facts.arm}`);
  return { variables: { ...variables, SITELINK_PACE: String(LAB_SPEED) }, facts };
}

/** Starts a worker and resolves when it polls. */
export async function openWorker(context: DemoContext, temporal: Temporal, secrets: Variables): Promise<void> {
  const { files, env, staff, output } = context;
  const logFile = join(files.logs, 'worker.log');
  const begun = new Date();
  const worker = await startProgram('worker', [], { env: { ...env, ...secrets }, output: { logFile } });
  await staff.add({ name: 'worker', ...worker }, logFile);
  const deadline = Date.now() + 120_000;
  while (!(await workerPolls(temporal, begun))) {
    staff.lost.signal.throwIfAborted();
    if (Date.now() > deadline) throw new CommandFailed(`The worker was not ready within 120 s; its log: ${logFile}`);
    await sleep(100);
  }
  output.line('A worker runs.');
}

async function failing<T>(what: string, work: () => Promise<T>, logFile?: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const where = logFile === undefined ? '' : `; its log: ${logFile}`;
    if (error instanceof CommandFailed) throw error;
    if (error instanceof NothingWorked) throw new CommandFailed(error.message, 1, error);
    throw new CommandFailed(`${what} did not start: ${firstLine(error)}${where}`, 1, error);
  }
}
