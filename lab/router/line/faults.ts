import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../ports.ts';
import type { Machine } from '../machine.ts';
import type { Terminal } from './terminal.ts';

/** How a fault reaches the session whose line it strikes. */
export interface Struck {
  readonly machine: Machine;
  readonly terminal: Terminal;
  /** Refuses the line with a text, or with the usual caret. */
  reject(message: string | undefined): void;
  /** Writes into whatever the session is doing. */
  interject(text: string): void;
  /** Breaks the connection. */
  drop(): void;
}

const USUAL_DELAY_MS = 1000;
/** What a save says while something else has the NVRAM open (ios.md, 1.7). */
const NVRAM_BUSY = 'startup-config file open failed (Device or resource busy)';
const USUAL_LOG = '%SYS-5-CONFIG_P: Configured programmatically by process PnP Agent Discovery from console as vty0';

/** Does what a fault says; true if the line is done with. Kinds that make no sense for a line do nothing. */
async function strike(fault: Fault, line: string, session: Struck): Promise<boolean> {
  if (fault.do === 'drop') {
    session.drop();
    return true;
  }
  if (fault.do === 'reject' || fault.do === 'busy') {
    session.terminal.release();
    session.reject(fault.do === 'busy' ? (fault.message ?? NVRAM_BUSY) : fault.message);
    return true;
  }
  const { machine } = session;
  if (fault.do === 'reload') {
    machine.reload(fault.message ?? 'Critical process fault');
    return true;
  }
  if (fault.do === 'rename') machine.rename(fault.message ?? `${machine.hostname}-2`);
  if (fault.do === 'log') session.interject(`\n${machine.log(fault.message ?? USUAL_LOG)}\n`);
  if (fault.do === 'hold') await machine.options.faults.hold(fault, `${machine.hostname}: ${line}`);
  if (fault.do === 'delay') await sleep(fault.milliseconds ?? USUAL_DELAY_MS);
  return false;
}

/**
 * Carries out a line with what the faults on the lab's desk say about it. A held line goes on when it is released, also
 * when its client is gone by then; what it prints after a fault `afterEffect` is held back until that is over.
 */
export async function underFaults(session: Struck, line: string, act: () => Promise<void>): Promise<void> {
  const { machine, terminal } = session;
  const { faults } = machine.options;
  const occasion = { device: machine.hostname, line };
  const boot = machine.state.bootedAt;
  for (const fault of faults.router({ ...occasion, at: 'before' })) {
    if (await strike(fault, line, session)) return;
  }
  // A line that was held while the router went off or booted anew is gone with that.
  if (!machine.running || machine.state.bootedAt !== boot) return;
  const after = faults.router({ ...occasion, at: 'afterEffect' });
  if (after.length > 0) terminal.withhold();
  await act();
  for (const fault of after) {
    if (await strike(fault, line, session)) return;
  }
  terminal.release();
}
