/** Looks at a run again and again, shows it, and ends when there is nothing more to wait for. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal } from '../domain/progress.ts';
import { CommandFailed } from './failure.ts';
import { lookAt, targetName, type Scene, type Target } from './runs.ts';
import { makeScreen } from './screen/make-screen.ts';
import { paceOf, type Session } from './session.ts';
import { noWorker } from './temporal.ts';

export interface FollowOptions {
  /** True when there is nothing more to wait for. */
  readonly until: (scene: Scene) => boolean;
  /** How long nobody may answer before the command gives up; default 10 minutes, and 30 s for the first answer. */
  readonly silenceMs?: number;
  /** Lines tell only what changes from now on. */
  readonly fromNow?: boolean;
}

export interface Followed {
  readonly scene: Scene;
  /** A person pressed Ctrl-C; the run goes on. */
  readonly interrupted: boolean;
}

const everyMs = 500;
const firstAnswerMs = 30_000;
const laterAnswerMs = 10 * 60_000;

/** Rejects with `CommandFailed` if nobody answers for too long, or if the run ended as no run should. */
export async function follow(session: Session, target: Target, options: FollowOptions): Promise<Followed> {
  const { temporal, output, interrupt } = session;
  const screen = makeScreen(output, paceOf(session.env), options.fromNow ?? false);
  let last: Scene | null = null;
  let answeredAt = Date.now();
  try {
    for (;;) {
      const scene = await lookAt(temporal, target);
      if (scene.main.kind === 'seen') {
        answeredAt = Date.now();
        last = scene;
        screen.show(scene.statuses);
        if (options.until(scene)) return { scene, interrupted: false };
      } else {
        judge(session, target, scene, Date.now() - answeredAt, last === null ? firstAnswerMs : laterAnswerMs, options);
        if (Date.now() - answeredAt > 3_000) screen.notice(silence(session, scene));
      }
      if (interrupt.aborted) return { scene: last ?? scene, interrupted: true };
      await sleep(everyMs, undefined, { signal: interrupt }).catch(() => undefined);
    }
  } finally {
    screen.close();
  }
}

function judge(
  session: Session,
  target: Target,
  { main }: Scene,
  silentMs: number,
  defaultMs: number,
  options: FollowOptions,
): void {
  const name = targetName(target);
  if (main.kind === 'broken') {
    throw new CommandFailed(
      `The run of ${name} ended as ${main.how}, without cleaning up: look at it in the Web UI; what it made carries the tag sitelink-hub: ${target.hub}.`,
    );
  }
  if (main.kind === 'absent') throw new CommandFailed(`There is no run of ${name}.`);
  if (silentMs < (options.silenceMs ?? defaultMs)) return;
  throw new CommandFailed(`${silence(session, { main, statuses: [], trouble: [] })} What was asked for is recorded.`);
}

function silence({ temporal }: Session, { main }: Scene): string {
  return main.kind === 'silent' && main.serverAway
    ? `Temporal on ${temporal.address} does not answer; what runs waits for it.`
    : `No worker is answering. ${noWorker(temporal)}`;
}

/** True once the run and everything that it shows has ended. */
export function isOver(scene: Scene): boolean {
  return scene.main.kind === 'seen' && isFinal(scene.main.status.phase) && scene.main.closedAt !== null;
}
