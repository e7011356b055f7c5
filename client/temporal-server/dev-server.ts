import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { searchAttributeNames } from '../../domain/names.ts';
import type { Ending } from '../processes/child.ts';
import { freePort } from '../processes/ports.ts';
import { firstLine } from './cache.ts';

export interface DevServerOptions {
  /** The Temporal command line, from `ensureTemporalCli`. */
  readonly cli: string;
  /** Where everything is kept across restarts; none: in memory only. */
  readonly dbFile?: string;
  /** 0: a free one. */
  readonly port: number;
  /** 0: a free one; null: no Web UI. */
  readonly uiPort: number | null;
  readonly namespace?: string;
  /** Where the server's own output goes. */
  readonly logFile: string;
  /** True: not in this terminal's process group, so that Ctrl-C does not stop it before its users. Default false. */
  readonly ownGroup?: boolean;
  /** How long it may take to serve; default 60 s. */
  readonly readyWithinMs?: number;
  /** Left out only where a test shows what happens without them. */
  readonly searchAttributes?: readonly string[];
}

export interface DevServer {
  /** `127.0.0.1:PORT`, for clients and workers. */
  readonly address: string;
  /** Null without a Web UI. */
  readonly uiUrl: string | null;
  readonly namespace: string;
  readonly pid: number;
  /** Resolves when the process has ended, however that came. */
  readonly ended: Promise<Ending>;
  /** Ends it (SIGTERM, then SIGKILL after 5 s) and resolves when it has ended. Harmless when repeated. */
  stop(): Promise<void>;
}

/**
 * Starts Temporal's dev server on loopback and resolves once its namespace answers. Rejects, with the end of its log,
 * if it ends by itself or does not serve in time; nothing is left running then.
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  const port = options.port === 0 ? await freePort() : options.port;
  const uiPort = options.uiPort === 0 ? await freePort() : options.uiPort;
  const namespace = options.namespace ?? 'default';
  const child = launch(options, serverArguments(options, port, uiPort, namespace));
  const ended = new Promise<Ending>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: null, signal: null }));
  });
  const address = `127.0.0.1:${port}`;
  const stop = () => end(child, ended);
  try {
    const searchAttributes = options.searchAttributes ?? searchAttributeNames;
    await untilItServes({ child, address, namespace, searchAttributes, timeoutMs: options.readyWithinMs ?? 60_000 });
  } catch (error) {
    await stop();
    throw new Error(await whatWentWrong(options, address, error), { cause: error });
  }
  const uiUrl = uiPort === null ? null : `http://127.0.0.1:${uiPort}`;
  return { address, uiUrl, namespace, pid: child.pid ?? 0, ended, stop };
}

function serverArguments(options: DevServerOptions, port: number, uiPort: number | null, namespace: string): string[] {
  const attributes = (options.searchAttributes ?? searchAttributeNames).flatMap((name) => [
    '--search-attribute',
    `${name}=Keyword`,
  ]);
  const ui = uiPort === null ? ['--headless'] : ['--ui-ip', '127.0.0.1', '--ui-port', String(uiPort)];
  const database = options.dbFile === undefined ? [] : ['--db-filename', options.dbFile];
  // Without the shift timers and retries come about a second late (measured on server 1.29.1).
  const quick = ['--dynamic-config-value', 'history.timerProcessorMaxTimeShift="50ms"'];
  const basic = ['--ip', '127.0.0.1', '--port', String(port), '--namespace', namespace];
  const log = ['--log-level', 'warn', '--color', 'never'];
  return ['server', 'start-dev', ...basic, ...ui, ...database, ...attributes, ...quick, ...log];
}

function launch(options: DevServerOptions, args: readonly string[]): ChildProcess {
  mkdirSync(dirname(options.logFile), { recursive: true, mode: 0o700 });
  const log = openSync(options.logFile, 'a', 0o600);
  try {
    return spawn(options.cli, args, { stdio: ['ignore', log, log], detached: options.ownGroup ?? false });
  } finally {
    closeSync(log);
  }
}

interface Awaited {
  readonly child: ChildProcess;
  readonly address: string;
  readonly namespace: string;
  readonly searchAttributes: readonly string[];
  readonly timeoutMs: number;
}

async function untilItServes(awaited: Awaited): Promise<void> {
  const { child, timeoutMs } = awaited;
  const deadline = Date.now() + timeoutMs;
  let failure: Error | null = null;
  child.once('error', (error) => (failure = error));
  for (;;) {
    if (failure !== null) throw failure;
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`it ended by itself with ${child.signalCode ?? `exit code ${child.exitCode}`}`);
    }
    try {
      return await ask(awaited);
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`no answer within ${timeoutMs / 1000} s`, { cause: error });
    }
    await sleep(50);
  }
}

/** Resolves if the server answers, knows the namespace and has registered the search attributes, which come last. */
async function ask({ address, namespace, searchAttributes }: Awaited): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: 2_000 });
  try {
    await connection.withDeadline(Date.now() + 2_000, async () => {
      await connection.workflowService.describeNamespace({ namespace });
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
      const missing = searchAttributes.filter((name) => !(name in customAttributes));
      if (missing.length > 0) throw new Error(`search attributes not registered: ${missing.join(', ')}`);
    });
  } finally {
    await connection.close();
  }
}

async function end(child: ChildProcess, ended: Promise<Ending>): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(killer);
}

async function whatWentWrong(options: DevServerOptions, address: string, error: unknown): Promise<string> {
  const log = await readFile(options.logFile, 'utf8').catch(() => '');
  const last = log.trimEnd().split('\n').slice(-3).join('\n  ');
  return (
    `The Temporal dev server (${options.cli}) did not start on ${address}: ${firstLine(error)}.` +
    `${last === '' ? '' : `\nIts log ends with:\n  ${last}`}\nThe whole log: ${options.logFile}`
  );
}
