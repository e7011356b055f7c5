import type { Frame } from '../configuration/configure.ts';
import type { Args } from '../grammar.ts';
import type { Automaton } from '../pattern.ts';
import { compile } from '../pattern.ts';
import type { Machine } from '../machine.ts';
import type { Seat } from '../line/seat.ts';
import type { Terminal } from '../line/terminal.ts';

/** What a command sees of the session that typed it. */
export interface Shell extends Seat {
  readonly machine: Machine;
  readonly terminal: Terminal;
  readonly history: readonly string[];
  /** 0 to 15; `enable` and `disable` change it. */
  privilege: number;
  monitors: boolean;
  /** Asks for one line; null: the connection is gone. `echo` false for passwords. */
  ask(question: string, echo?: boolean): Promise<string | null>;
  /** `[confirm]`: Enter and `y` say yes. */
  confirm(question: string): Promise<boolean>;
  print(text: string): void;
  enterConfigure(frames: readonly Frame[]): void;
  /** Begins `tclsh`. */
  enterTcl(): void;
  /** Ends the session as `exit` does. */
  leave(): void;
}

/** Text to print (without the last line end), which a filter and `--More--` may apply to; null: nothing. */
export type Printed = string | null;

export interface ExecCommand {
  readonly pattern: string;
  readonly automaton: Automaton;
  /** The privilege level it needs. */
  readonly privilege: number;
  readonly run: (shell: Shell, args: Args) => Printed | Promise<Printed>;
}

/** Makes an exec command; the pattern is as in `grammar.ts`. */
export function command(pattern: string, run: ExecCommand['run'], privilege = 1): ExecCommand {
  return { pattern, automaton: compile(pattern), privilege, run };
}

/** Who did it, as IOS writes it: `azureuser on vty0 (198.51.100.10)`. */
export function actor(seat: Seat): string {
  return `${seat.user} on vty${seat.line} (${seat.from})`;
}
