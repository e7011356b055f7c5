/**
 * `tclsh`, as far as tools use it to write files: `puts [open "FILE" w+] {text}`, `puts "text"`, `set`. Any other line is
 * an exec command, as in IOS. A file is written when its command is complete.
 */
import { placeOf, readPlace, writeFile } from '../files/disk.ts';
import type { Machine } from '../machine.ts';

/** What a complete command is to the session. */
export type TclOutcome =
  | { readonly kind: 'more' }
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'quit' }
  | { readonly kind: 'exec'; readonly line: string };

const PUTS_FILE =
  /^\s*puts\s+(?:-nonewline\s+)?\[\s*open\s+"?([^"\s]+)"?\s+(w\+?|a\+?)\s*\]\s+(?:\{([^]*)\}|"([^]*)")\s*$/;
const PUTS = /^\s*puts\s+(?:\{([^]*)\}|"([^]*)"|(\S+))\s*$/;

export class Tcl {
  private readonly machine: Machine;
  private typed = '';
  private readonly values = new Map<string, string>();

  constructor(machine: Machine) {
    this.machine = machine;
  }

  /** True while a command has open braces, brackets or quotes. */
  get isOpen(): boolean {
    return this.typed !== '';
  }

  take(line: string): TclOutcome {
    this.typed = this.typed === '' ? line : `${this.typed}\n${line}`;
    if (isUnfinished(this.typed)) return { kind: 'more' };
    const command = this.typed;
    this.typed = '';
    return this.run(command);
  }

  private run(command: string): TclOutcome {
    const word = command.trim().split(/\s+/)[0] ?? '';
    if (word === '') return { kind: 'nothing' };
    if (word === 'tclquit' || word === 'exit') return { kind: 'quit' };
    const [, file, mode = '', braced, quoted] = PUTS_FILE.exec(command) ?? [];
    if (file !== undefined) return this.write(file, mode, braced ?? this.substitute(quoted ?? ''));
    const [put, text, string, plain] = PUTS.exec(command) ?? [];
    if (put !== undefined) return { kind: 'print', text: text ?? this.substitute(string ?? plain ?? '') };
    const [, name, value = ''] = /^\s*set\s+(\w+)\s+"?(.*?)"?\s*$/.exec(command) ?? [];
    if (name === undefined) return { kind: 'exec', line: this.substitute(command.trim()) };
    this.values.set(name, value);
    return { kind: 'print', text: value };
  }

  private write(file: string, mode: string, text: string): TclOutcome {
    const place = placeOf(file);
    if (place.kind !== 'disk') return { kind: 'print', text: `couldn't open "${file}": permission denied` };
    const before = mode.startsWith('a') ? (readPlace(this.machine, place) ?? '') : '';
    // `puts` ends what it writes with a line end.
    writeFile(this.machine, place.key, `${before}${text}\n`);
    return { kind: 'nothing' };
  }

  private substitute(text: string): string {
    return text.replaceAll(/\$(\w+)/g, (found, name: string) => this.values.get(name) ?? found);
  }
}

/** Open braces, brackets, or an odd number of quotes outside braces. */
function isUnfinished(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === '\\') at += 1;
    else if (letter === '"' && depth === 0) quoted = !quoted;
    else if (letter === '{') depth += 1;
    else if (letter === '}') depth -= 1;
  }
  return depth > 0 || quoted;
}
