/**
 * Makes the Temporal SDK download a server: it does so only while starting one, so one is started and stopped again.
 * Runs as a process of its own, because a download that hangs inside the SDK's native part cannot be stopped.
 *
 * Usage: sdk-download-child cli|test-server VERSION FOLDER
 */
import { TestWorkflowEnvironment } from '@temporalio/testing';

const [kind, version, downloadDir] = process.argv.slice(2);
if (kind === undefined || version === undefined || downloadDir === undefined) {
  throw new Error('usage: sdk-download-child cli|test-server VERSION FOLDER');
}
const server = { executable: { type: 'cached-download' as const, version, downloadDir } };
try {
  const environment =
    kind === 'cli'
      ? await TestWorkflowEnvironment.createLocal({ server })
      : await TestWorkflowEnvironment.createTimeSkipping({ server });
  await environment.teardown();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
