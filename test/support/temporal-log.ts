/** The Temporal SDK's own log in tests: kept, and shown only for a test that failed. */
import { IllegalStateError } from '@temporalio/common';
import { DefaultLogger, Runtime } from '@temporalio/worker';

const KEPT = 100;
const lines: string[] = [];

/** Must run before the first worker or server; harmless when repeated. */
export function installQuietRuntime(): void {
  const logger = new DefaultLogger('WARN', ({ level, message, meta }) => {
    const error: unknown = meta?.['error'];
    const why = error instanceof Error ? ` ${error.stack ?? error.message}` : '';
    lines.push(`${level} ${message}${why}`);
    lines.splice(0, lines.length - KEPT);
  });
  try {
    Runtime.install({ logger, shutdownSignals: [], telemetryOptions: { logging: { forward: {}, filter: 'WARN' } } });
  } catch (error) {
    if (!(error instanceof IllegalStateError)) throw error;
  }
}

/** What was logged since the last call. */
export function takeTemporalLog(): readonly string[] {
  return lines.splice(0);
}
