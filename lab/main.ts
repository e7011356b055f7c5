/**
 * The lab's process: `node --import tsx lab/main.ts --state DIR …`. It prints where its services are, then `lab ready`,
 * and runs until SIGTERM or SIGINT. What goes wrong is one line on stderr; exit code 2 for a wrong command line or
 * file, 1 for anything else.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { WrongInput, startLab } from './lab.ts';
import { HELP, WrongOption, asksForHelp, parseOptions } from './options.ts';

/** How long an orderly end may take before the process ends all the same. */
const END_WITHIN_MS = 5000;

async function main(args: readonly string[]): Promise<void> {
  if (asksForHelp(args)) {
    process.stdout.write(`${HELP}\n`);
    return;
  }
  const options = parseOptions(args);
  // Heard from the first moment on: a lab that is still starting ends in order, too.
  const told = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, resolve);
  });
  // The reader of our lines may be gone; that is no reason to end.
  process.stdout.on('error', () => undefined);
  process.on('uncaughtException', (error) => {
    crash(options.stateDir, error);
  });
  const lab = await startLab(options, say);
  say('lab ready');
  await told;
  setTimeout(() => process.exit(1), END_WITHIN_MS).unref();
  await lab.close();
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** A mistake of the lab itself: one line for people, the stack in a file for who mends it. */
function crash(stateDir: string, error: Error): void {
  const file = join(stateDir, 'crash.log');
  appendFileSync(file, `${new Date().toISOString()} ${error.stack ?? error.message}\n`, { mode: 0o600 });
  process.stderr.write(`lab: ${firstLine(error)} (a mistake in the lab; details in ${file})\n`);
  process.exit(1);
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? text;
}

try {
  await main(process.argv.slice(2));
  process.exit(0);
} catch (error) {
  process.stderr.write(`lab: ${firstLine(error)}\n`);
  process.exit(error instanceof WrongOption || error instanceof WrongInput ? 2 : 1);
}
