/** `sitelink lab` and `sitelink worker`: the long-running programs, each a process of its own. */
import { constants } from 'node:os';
import { exitCodes } from '../exit-code.ts';
import { startProgram, type Program } from '../processes/child.ts';
import { startGuardian } from '../processes/guardian.ts';
import { secretVariables } from '../processes/state.ts';
import type { Surroundings } from '../session.ts';

/** Runs the program with our own output until it ends, and ends as it did. It ends with us, however we end. */
export async function runProgram(
  { env, demo, interrupt }: Surroundings,
  program: Program,
  args: readonly string[],
): Promise<number> {
  // A worker of a live demo needs what the demo's own has; the secrets stand in no file that clients read.
  const secrets = program === 'worker' && demo !== null ? await secretVariables(demo.files) : null;
  const guardian = startGuardian();
  try {
    const child = await startProgram(program, args, { env: { ...env, ...secrets }, output: 'inherit' });
    guardian.add(child.pid);
    // Ctrl-C reaches it by itself, as it does us; SIGTERM comes to us alone.
    const passOn = () => child.signal('SIGTERM');
    interrupt.addEventListener('abort', passOn, { once: true });
    const { code, signal } = await child.ended;
    guardian.gone(child.pid);
    if (interrupt.aborted && signal !== null) return exitCodes.fine;
    return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  } finally {
    await guardian.farewell();
  }
}
