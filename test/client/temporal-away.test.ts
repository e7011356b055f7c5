/** What the commands say when Temporal itself dies under them. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { down } from '../../client/commands/down.ts';
import { verify } from '../../client/commands/messages.ts';
import { CommandFailed } from '../../client/failure.ts';
import { follow } from '../../client/follow.ts';
import { look } from '../../client/runs.ts';
import { inSession } from '../../client/session.ts';
import { startDevServer } from '../../client/temporal-server/dev-server.ts';
import { hubWorkflowId } from '../../domain/names.ts';
import { temporalCli } from '../support/temporal.ts';
import { bareEnv, recorded, withFolder } from './sitelink.ts';

describe('Temporal that dies under a command', function () {
  this.timeout(120_000);
  const folder = withFolder();

  it('is told apart from a worker that is missing', async () => {
    const cli = await temporalCli();
    const server = await startDevServer({ cli, port: 0, uiPort: null, logFile: join(folder(), 'temporal.log') });
    const env = { ...bareEnv(folder()), TEMPORAL_ADDRESS: server.address };
    const { output, out } = recorded();
    const surroundings = { env, output, demo: null, interrupt: new AbortController().signal };
    const target = { hub: 'japan', site: null };
    try {
      await inSession(surroundings, async (session) => {
        const run = { workflowId: hubWorkflowId('japan'), taskQueue: 'nobody-polls-this' };
        await session.temporal.client.workflow.start('hub', run);
        assert.deepEqual(await look(session.temporal, run.workflowId), { kind: 'silent', serverAway: false });
        await server.stop();
        assert.deepEqual(await look(session.temporal, run.workflowId), { kind: 'silent', serverAway: true });
        const away = (error: unknown) =>
          error instanceof CommandFailed &&
          error.exitCode === 1 &&
          error.message.startsWith(`Temporal on ${server.address} does not answer`);
        await Promise.all([
          assert.rejects(follow(session, target, { until: () => true, silenceMs: 4_000 }), away),
          assert.rejects(verify(session, { hub: 'japan', site: 'Site01' }), away),
          assert.rejects(down(session, target, { detach: true }), away),
        ]);
        assert.doesNotMatch(out.text, /worker/);
      });
    } finally {
      await server.stop();
    }
  });
});
