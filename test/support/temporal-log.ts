/** The Temporal SDK's own log in tests: kept, and shown only for a test that failed. */
import { IllegalStateError } from '@temporalio/common';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { keepLogLine } from './run-state.ts';

/** Must run before the first worker or server; harmless when repeated. */
export function installQuietRuntime(): void {
  const logger = new DefaultLogger('WARN', ({ level, message, meta }) => {
    const error: unknown = meta?.['error'];
    const why = error instanceof Error ? ` ${error.stack ?? error.message}` : '';
    keepLogLine(`${level} ${message}${why}`);
  });
  try {
    Runtime.install({ logger, shutdownSignals: [], telemetryOptions: { logging: { forward: {}, filter: 'WARN' } } });
  } catch (error) {
    if (!(error instanceof IllegalStateError)) throw error;
  }
}
