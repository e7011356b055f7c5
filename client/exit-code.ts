/** How a command ends: the numbers that scripts rely on. */
import { holds } from '../domain/evidence.ts';
import type { StatusDocument } from '../domain/progress.ts';

export const exitCodes = {
  /** It held. */
  fine: 0,
  /** It failed, or a service is unreachable. */
  failed: 1,
  /** A wrong command line or site file, or preflight refused. */
  wrongFile: 2,
  /** A step waits for a person. */
  attention: 3,
  /** Done but not clean: degraded, a verification that does not hold, leftovers. */
  notClean: 4,
  /** Ctrl-C: what was begun goes on without this command (the shells' own number for it). */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The worst one decides: anything is worse than 0, and the smaller number is the worse. */
export function worst(codes: readonly ExitCode[]): ExitCode {
  const bad = codes.filter((code) => code !== 0);
  return bad.length === 0 ? 0 : bad.reduce((a, b) => (a < b ? a : b));
}

/** What a run's state means for the exit code; a run that is still at work is fine. */
export function exitCodeOf(status: StatusDocument): ExitCode {
  switch (status.phase) {
    case 'attention':
      return exitCodes.attention;
    case 'degraded':
      return exitCodes.notClean;
    case 'refused': {
      const wrong = status.problems.some((problem) => problem.kind === 'refused');
      return wrong ? exitCodes.wrongFile : exitCodes.failed;
    }
    case 'connected':
      return status.evidence === null || holds(status.evidence) ? exitCodes.fine : exitCodes.notClean;
    case 'gone':
      return status.leftovers.length === 0 ? exitCodes.fine : exitCodes.notClean;
    case 'preflight':
    case 'waiting-for-hub':
    case 'building':
    case 'configuring':
    case 'verifying':
    case 'tearing-down':
      return exitCodes.fine;
  }
}
