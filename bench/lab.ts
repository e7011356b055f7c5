/**
 * Measures the lab from outside (`npm run bench:lab`): how soon it serves, and how fast it answers while it holds
 * 10,000 resources. It ends with 1 if a figure misses its bound.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabProcess } from './lab-process.ts';
import { groupSize, readsOf, version, wavesOf } from './lab-resources.ts';

const groups = 100;
const starts = 5;
const bounds = { startMilliseconds: 1000, getMilliseconds: 5, requestsPerSecond: 1000 };

/** The value below which so many per cent of the sorted values lie. */
const percentile = (sorted: readonly number[], percent: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;

const ascending = (values: readonly number[]): number[] => values.toSorted((one, other) => one - other);

let missed = false;

/** One line per figure; the bound it must keep, if it has one. */
function report(what: string, figure: string, kept?: boolean): void {
  if (kept === false) missed = true;
  process.stdout.write(`${what.padEnd(58)}${figure.padStart(12)}${kept === false ? '  MISSED' : ''}\n`);
}

const inMilliseconds = (value: number): string => `${value.toFixed(value < 100 ? 2 : 0)} ms`;

async function measureStarts(folder: string): Promise<void> {
  const times: number[] = [];
  const processor: number[] = [];
  for (let nth = 0; nth < starts; nth += 1) {
    const lab = await LabProcess.start(join(folder, `start${nth}`));
    times.push(lab.startMilliseconds);
    processor.push((lab.processorSeconds() ?? Number.NaN) * 1000);
    await lab.stop();
  }
  const sorted = ascending(times);
  const median = percentile(sorted, 50);
  report(
    `start to serving, new folder: median of ${starts}`,
    inMilliseconds(median),
    median < bounds.startMilliseconds,
  );
  report(`start to serving, new folder: slowest of ${starts}`, inMilliseconds(sorted.at(-1) ?? 0));
  // On a busy machine this tells more than the clock does.
  report('processor time of a start, all threads: least', inMilliseconds(Math.min(...processor)));
}

/** Works through `tasks` on so many connections. */
async function inParallel<T>(
  lab: LabProcess,
  width: number,
  tasks: readonly T[],
  run: (task: T, agent: ReturnType<LabProcess['connection']>) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    const agent = lab.connection();
    for (let task = tasks[next]; task !== undefined; task = tasks[next]) {
      next += 1;
      await run(task, agent);
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: width }, work));
}

/** Fills the lab group by group; what a resource needs may still be under way, then it is asked for again. */
async function fill(lab: LabProcess): Promise<void> {
  const began = performance.now();
  let requests = 0;
  await inParallel(
    lab,
    8,
    Array.from({ length: groups }, (_, index) => index),
    async (group, agent) => {
      for (const wave of wavesOf(lab.subscription, group)) {
        for (const { path, body } of wave) {
          for (;;) {
            const { status } = await lab.ask(agent, 'PUT', `${path}?${version}`, body);
            requests += 1;
            if (status < 300) break;
            if (status !== 400 && status !== 409) throw new Error(`PUT ${path} was answered with ${status}.`);
            await sleep(50);
          }
        }
      }
    },
  );
  const seconds = (performance.now() - began) / 1000;
  report(`PUTs per second while it was filled with ${groups * groupSize} resources`, (requests / seconds).toFixed(0));
}

async function measureReads(lab: LabProcess): Promise<void> {
  const paths = Array.from({ length: groups }, (_, group) => readsOf(lab.subscription, group)).flat();
  await inParallel(lab, 4, paths, (path, agent) => lab.ask(agent, 'GET', path));
  const times: number[] = [];
  await inParallel(lab, 1, [...paths, ...paths], async (path, agent) => {
    const { status, milliseconds } = await lab.ask(agent, 'GET', path);
    if (status !== 200) throw new Error(`GET ${path} was answered with ${status}.`);
    times.push(milliseconds);
  });
  const sorted = ascending(times);
  for (const percent of [50, 99]) {
    const value = percentile(sorted, percent);
    report(
      `GET, one at a time, ${times.length} requests: p${percent}`,
      inMilliseconds(value),
      value < bounds.getMilliseconds,
    );
  }
  report('GET, one at a time: slowest', inMilliseconds(sorted.at(-1) ?? 0));
}

async function measureThroughput(lab: LabProcess): Promise<void> {
  const paths = Array.from({ length: groups }, (_, group) => readsOf(lab.subscription, group)).flat();
  const many = Array.from({ length: 10 }, () => paths).flat();
  const used = lab.processorSeconds();
  const began = performance.now();
  await inParallel(lab, 16, many, (path, agent) => lab.ask(agent, 'GET', path));
  const seconds = (performance.now() - began) / 1000;
  const perSecond = many.length / seconds;
  const now = lab.processorSeconds();
  const perCore = used === null || now === null ? null : many.length / (now - used);
  report(
    'GETs per second, 16 connections',
    perSecond.toFixed(0),
    perCore === null ? perSecond >= bounds.requestsPerSecond : undefined,
  );
  if (perCore !== null) {
    report('GETs per second of one core’s time', perCore.toFixed(0), perCore >= bounds.requestsPerSecond);
  }
}

report('load of the machine at the beginning (1 minute)', (loadavg()[0] ?? 0).toFixed(1));
const folder = mkdtempSync(join(tmpdir(), 'sitelink-bench-'));
try {
  await measureStarts(folder);
  const full = join(folder, 'full');
  let lab = await LabProcess.start(full);
  try {
    await fill(lab);
    await measureReads(lab);
    await measureThroughput(lab);
    await lab.stop();
    lab = await LabProcess.start(full);
    report(`start to serving with ${groups * groupSize} resources held`, inMilliseconds(lab.startMilliseconds));
  } finally {
    await lab.stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = missed ? 1 : 0;
