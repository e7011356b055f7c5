/**
 * Measures the lab's routers and the router driver (`npm run bench:router`): the memory of a lab with 200 SSH sessions at
 * once, and how long the driver takes for the seed's configuration over a line with 40 ms round trips. It ends with 1 if
 * a figure misses its bound.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import ssh2 from 'ssh2';
import type { Client, ClientChannel } from 'ssh2';
import { measureDriver } from './driver.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const password = 'bench-Pass1';
const routers = 20;
const sessionsEach = 10;
const megabytesBound = 300;

let missed = false;

/** One line per figure, and whether it keeps its bound, if it has one. */
function report(what: string, figure: string, kept?: boolean): void {
  if (kept === false) missed = true;
  process.stdout.write(`${what.padEnd(70)}${figure.padStart(10)}${kept === false ? '  MISSED' : ''}\n`);
}

interface Lab {
  readonly child: ChildProcess;
  /** SSH ports by the router's name. */
  readonly ports: ReadonlyMap<string, number>;
}

/** A lab with many routers, and the seed's behind NAT. */
async function startLab(folder: string): Promise<Lab> {
  const login = { username: 'admin', password };
  const many = Array.from({ length: routers }, (_, index) => ({
    ...login,
    name: `r${index}`,
    publicAddress: `203.0.113.${index + 100}`,
    // Without lines of its own a declared device has five vty lines.
    config: ['line vty 0 15', ' login local', ' transport input ssh'],
  }));
  const seed = { ...login, name: 'router210', publicAddress: '198.51.100.140', privateAddress: '172.20.10.210' };
  const devices = join(folder, 'devices.json');
  writeFileSync(devices, JSON.stringify([...many, seed]));
  const options = ['--state', join(folder, 'state'), '--port', '0', '--devices', devices];
  const child = spawn(process.execPath, ['lab/bin.js', ...options], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(child.stdout)) if (line === 'lab ready') break;
  if (child.exitCode !== null) throw new Error(`The lab ended with ${child.exitCode} before it was ready.`);
  const { control } = JSON.parse(readFileSync(join(folder, 'state', 'lab.json'), 'utf8')) as { control: string };
  const answer = (await (await fetch(`${control}/_lab/inventory`)).json()) as {
    routers: { name: string; port: number }[];
  };
  return { child, ports: new Map(answer.routers.map(({ name, port }) => [name, port])) };
}

/** A logged-in shell that has shown its prompt. */
async function openShell(port: number): Promise<{ client: Client; shell: ClientChannel }> {
  const client = new ssh2.Client();
  client.connect({ host: '127.0.0.1', port, username: 'admin', password, readyTimeout: 60_000 });
  await once(client, 'ready');
  const shell = await new Promise<ClientChannel>((resolve, reject) => {
    client.shell({ cols: 511, rows: 0 }, (error, opened) => {
      if (error) reject(error);
      else resolve(opened);
    });
  });
  await said(shell, /#$/);
  return { client, shell };
}

/** Resolves when what comes from now on matches. */
function said(shell: ClientChannel, end: RegExp): Promise<void> {
  let text = '';
  return new Promise((resolve, reject) => {
    const look = (data: Buffer): void => {
      text += data.toString('utf8');
      if (!end.test(text)) return;
      shell.off('data', look);
      resolve();
    };
    shell.on('data', look);
    shell.once('close', () => {
      reject(new Error(`The session ended after ${JSON.stringify(text)}.`));
    });
  });
}

/** Megabytes that a process holds; null where the system does not tell. */
function residentMegabytes(child: ChildProcess): number | null {
  try {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
  } catch {
    return null;
  }
}

async function measureSessions({ child, ports }: Lab): Promise<void> {
  const before = residentMegabytes(child);
  const began = performance.now();
  const open: { client: Client; shell: ClientChannel }[] = [];
  for (let round = 0; round < sessionsEach; round += 1) {
    const names = Array.from({ length: routers }, (_, index) => `r${index}`);
    open.push(...(await Promise.all(names.map((name) => openShell(ports.get(name) ?? 0)))));
  }
  const opened = performance.now();
  await Promise.all(
    open.map(({ shell }) => {
      const shown = said(shell, /end\r\n\r?\n?r\d+#$/);
      shell.write('show running-config\n');
      return shown;
    }),
  );
  const after = residentMegabytes(child);
  report(`memory of the lab with ${routers + 1} routers and no session`, inMegabytes(before));
  report(`${open.length} SSH sessions, from the first to the last`, `${((opened - began) / 1000).toFixed(2)} s`);
  report(
    `memory of the lab with ${open.length} sessions, each has shown its configuration`,
    inMegabytes(after),
    after === null ? undefined : after < megabytesBound,
  );
  await Promise.all(
    open.map(({ client }) => {
      client.end();
      return once(client, 'close');
    }),
  );
}

const inMegabytes = (value: number | null): string => (value === null ? 'unknown' : `${value.toFixed(0)} MB`);
const folder = mkdtempSync(join(tmpdir(), 'sitelink-bench-router-'));
const lab = await startLab(folder);
try {
  await measureSessions(lab);
  await measureDriver({ port: lab.ports.get('router210') ?? 0, password }, report);
} finally {
  const ended = once(lab.child, 'exit');
  lab.child.kill('SIGTERM');
  await ended;
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = missed ? 1 : 0;
