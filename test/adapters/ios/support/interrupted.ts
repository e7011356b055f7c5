/** A tunnel's configuration that is broken off at one of its lines, on a router of the lab. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AdapterError, Busy } from '../../../../adapters/errors.ts';
import { configureTunnel, planTunnel, prepareScript, removeLines } from '../../../../adapters/ios/index.ts';
import type { RouterFixture } from '../../../support/router.ts';
import { opener } from './opener.ts';
import { fixedNamesScript, intent } from './samples.ts';

export const interruptions = [
  'dropped before',
  'dropped after',
  'worker killed',
  'reloaded before',
  'reloaded after',
] as const;
export type Interruption = (typeof interruptions)[number];

export const prepared = prepareScript(fixedNamesScript, intent);

/** Turns the archive on and saves it: what the router boots with from now on. */
export async function withArchive(fixture: RouterFixture): Promise<void> {
  const shell = await fixture.shell();
  await shell.configure('archive', 'path bootflash:kept');
  await shell.run('write memory');
  shell.close();
}

/** Back to the startup configuration, at once: files stay, a pending change does not. */
export function boot({ router, faults }: RouterFixture): void {
  faults.set([]);
  router.power(false);
  router.power(true);
}

/** One line of the way: what is typed, and the how manieth of its kind it is. */
export interface Point {
  readonly line: string;
  readonly nth: number;
}

/** Every line that a guarded change types, from entering the configuration to its confirmation. */
export async function pointsOf(fixture: RouterFixture): Promise<Point[]> {
  const { sent } = await configureTunnel(opener(fixture), prepared, intent);
  boot(fixture);
  const lines = ['configure terminal revert timer 5', ...sent, 'end', 'configure confirm'];
  return lines.map((line, index) => ({ line, nth: lines.slice(0, index + 1).filter((one) => one === line).length }));
}

function faultAt({ line, nth }: Point, how: Interruption) {
  const [kind, when] = how.split(' ');
  return {
    id: 'interruption',
    target: 'router',
    match: { line: `^${line.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}$` },
    nth,
    at: when === 'after' ? 'afterEffect' : 'before',
    do: how === 'worker killed' ? 'hold' : kind === 'dropped' ? 'drop' : 'reload',
  };
}

/** Runs the change and breaks it off at that point. */
export async function interrupt(fixture: RouterFixture, point: Point, how: Interruption): Promise<void> {
  const killing = new AbortController();
  fixture.faults.set([faultAt(point, how)]);
  const running = configureTunnel(opener(fixture, killing.signal), prepared, intent).then(
    () => null,
    (error: unknown) => error,
  );
  if (how === 'worker killed') {
    const ended = { yet: false };
    void running.then(() => (ended.yet = true));
    while (fixture.faults.holds().length === 0 && !ended.yet) await sleep(2);
    killing.abort();
    await running;
    // What was typed is carried out, whether or not somebody still listens.
    fixture.faults.release('interruption');
    await sleep(5);
  }
  const error = await running;
  if (error !== null && !(error instanceof AdapterError)) throw error;
  fixture.faults.set([]);
  // A router that reloads answers again after a minute of its own clock.
  if (how.startsWith('reloaded')) fixture.router.advanceSeconds(61);
}

/** Longer than the revert timer. */
export const longEnough = 6 * 60;

/** Attempts as Temporal makes them: what is busy is tried again, here once the router's clock has moved on. */
async function persist<T>(fixture: RouterFixture, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof Busy)) throw error;
    fixture.router.advanceSeconds(longEnough);
    return await attempt();
  }
}

export const endings = {
  /** Nobody comes back. */
  async nobody({ router }: RouterFixture): Promise<void> {
    router.advanceSeconds(longEnough);
    await sleep(0);
  },
  async 'next attempt'(fixture: RouterFixture): Promise<void> {
    await persist(fixture, () => configureTunnel(opener(fixture), prepared, intent));
  },
  async teardown(fixture: RouterFixture, inverse: readonly string[]): Promise<void> {
    await persist(fixture, () => removeLines(opener(fixture), inverse));
  },
} as const;
export type Ending = keyof typeof endings;

/** The running configuration without what only tells when it was changed. */
export function configurationOf({ router }: RouterFixture): string {
  return router.inventory().runningConfig;
}

export async function inverseOf(fixture: RouterFixture): Promise<readonly string[]> {
  return (await planTunnel(opener(fixture), prepared, intent)).inverse;
}
