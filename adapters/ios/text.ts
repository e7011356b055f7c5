/**
 * From what arrives on a terminal to what a person would read on it.
 */
import { iosXe } from './dialect.ts';

/** What the device asks for, in the last line that it printed. */
export interface Prompt {
  readonly name: string;
  /** `exec`, or the text in brackets: `config`, `config-if`, `cfg-crypto-trans`. */
  readonly mode: string;
  readonly privileged: boolean;
}

/** Applies carriage returns and backspaces, drops bells and escape sequences. Lines end in `\n`. */
export function visible(raw: string): string {
  const plain = raw
    .replace(new RegExp(`${ESC}\\[[0-9;?]*[A-Za-z]|${ESC}[=>78]|[${BEL}${NUL}]`, 'g'), '')
    .replace(/\r+\n/g, '\n');
  return plain.includes('\b') || plain.includes('\r') ? plain.split('\n').map(overtype).join('\n') : plain;
}

const ESC = String.fromCharCode(27);
const BEL = String.fromCharCode(7);
const NUL = String.fromCharCode(0);

/** One line as it looks after its backspaces and carriage returns. */
function overtype(line: string): string {
  const cells: string[] = [];
  let at = 0;
  for (const character of line) {
    if (character === '\b') at = Math.max(0, at - 1);
    else if (character === '\r') at = 0;
    else cells[at++] = character;
  }
  return cells.join('').trimEnd() === '' ? '' : cells.join('');
}

/** Takes out what nobody asked for: log messages and the announcements of timers. */
export function withoutInterruptions(text: string): string {
  const quiet = iosXe.interruptions.reduce((rest, pattern) => rest.replace(pattern, ''), text);
  return quiet.replace(iosXe.syslog, '');
}

/** The log messages in a text, trimmed. */
export function syslogLines(text: string): string[] {
  return [...text.matchAll(iosXe.syslog)].map(([line]) => line.trim());
}

/** The last line of a text that is already visible; empty after a newline. */
export function lastLine(text: string): string {
  return text.slice(text.lastIndexOf('\n') + 1);
}

/** Reads a prompt, or null. Any line of one word and `#` or `>` looks like one: compare its name. */
export function parsePrompt(line: string): Prompt | null {
  const found = iosXe.anyPrompt.exec(line);
  if (found === null) return null;
  const [, name, mode, end] = found;
  return { name: name ?? '', mode: mode ?? 'exec', privileged: end === '#' };
}

/** The prompt with which the text ends, also where a log message was printed after it. */
export function endingPrompt(text: string): Prompt | null {
  const direct = parsePrompt(lastLine(text));
  if (direct !== null) return direct;
  const quiet = withoutInterruptions(text);
  return quiet === text ? null : parsePrompt(lastLine(quiet.replace(/\n+$/, '')));
}

/** Whether a prompt's name is this router's: IOS cuts long names in configuration prompts. */
export function isNameOf(promptName: string, hostname: string): boolean {
  if (promptName === hostname) return true;
  return promptName.length >= iosXe.shortestPromptName && hostname.startsWith(promptName);
}
