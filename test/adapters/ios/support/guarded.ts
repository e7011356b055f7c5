/** Routers of the lab whose changes are guarded by the revert timer. */
import assert from 'node:assert/strict';
import { withRouter } from '../../../support/router.ts';
import type { RouterFixture } from '../../../support/router.ts';
import { configurationOf, longEnough, withArchive } from './interrupted.ts';

/** A router whose archive is on. */
export async function guarded(work: (fixture: RouterFixture) => Promise<void>): Promise<void> {
  await withRouter(async (fixture) => {
    await withArchive(fixture);
    await work(fixture);
  });
}

export async function typed(fixture: RouterFixture, ...commands: readonly string[]): Promise<string> {
  const shell = await fixture.shell();
  const replies: string[] = [];
  for (const command of commands) replies.push(await shell.run(command));
  shell.close();
  return replies.join('\n');
}

export async function assertNothingPending(fixture: RouterFixture): Promise<void> {
  assert.match(await typed(fixture, 'show archive config rollback timer'), /No Rollback Confirmed Change pending/);
  const now = configurationOf(fixture);
  fixture.router.advanceSeconds(longEnough);
  assert.equal(configurationOf(fixture), now, 'and nothing is taken back later');
}
