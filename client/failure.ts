/** Errors that a command ends with: one line for people, an exit code, and what `--output json` shows. */
import { exitCodes, type ExitCode } from './exit-code.ts';
import type { Problem } from '../domain/progress.ts';

export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = exitCodes.failed, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.exitCode = exitCode;
  }

  /** More lines for people, below the first. */
  details(): readonly string[] {
    return [];
  }

  document(): object {
    return { schema: 'sitelink.error/1', exitCode: this.exitCode, message: this.message };
  }
}

/** A site file, or what it refers to, is wrong: every problem at once. */
export class WrongFile extends CommandFailed {
  readonly problems: readonly Problem[];

  constructor(message: string, problems: readonly Problem[], exitCode: ExitCode = exitCodes.wrongFile) {
    super(message, exitCode);
    this.problems = problems;
  }

  override details(): readonly string[] {
    return this.problems.flatMap(problemLines);
  }

  override document(): object {
    return { ...super.document(), problems: this.problems };
  }
}

function problemLines({ path, value, message, remedy }: Problem): string[] {
  // What an adapter says is a sentence, which may name the value itself; ours are predicates of it.
  const what = /^[A-Z]/.test(message) && message.includes(value) ? message : `${value} ${message}`;
  return [`  ${path}: ${what}`, `      -> ${remedy}`];
}
