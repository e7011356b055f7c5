/** The worker's log: plain lines on stderr, because stdout says only that it is ready. */
import { DefaultLogger, Runtime, type LogEntry } from '@temporalio/worker';

export function say(line: string): void {
  process.stderr.write(`worker: ${line}\n`);
}

/** One line for each entry; of an error its message, and of an unexpected one its stack. */
export function plainLine({ level, message, timestampNanos, meta }: LogEntry): string {
  const time = new Date(Number(timestampNanos / 1_000_000n)).toISOString();
  const about = ['workflowId', 'activityType', 'attempt', 'state']
    .filter((name) => meta?.[name] !== undefined)
    .map((name) => ` ${name}=${String(meta?.[name])}`)
    .join('');
  const error: unknown = meta?.['error'];
  const why = error instanceof Error ? `: ${error.message.split('\n').join(' ')}` : '';
  return `${time} ${level} ${message}${about}${why}\n`;
}

export function installRuntime(): void {
  const logger = new DefaultLogger('INFO', (entry) => void process.stderr.write(plainLine(entry)));
  Runtime.install({
    logger,
    shutdownSignals: ['SIGTERM', 'SIGINT'],
    telemetryOptions: { logging: { forward: {}, filter: 'WARN' } },
  });
}
