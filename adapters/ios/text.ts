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

const ESC = String.fromCharCode(27);
const BEL = String.fromCharCode(7);
const NUL = String.fromCharCode(0);

/** Control sequences (`ESC [ … letter`), titles (`ESC ] … BEL`), character sets and modes, bells and fill characters. */
const invisible = new RegExp(
  `${ESC}\\[[0-9;?]*[ -/]*[@-JL-~]|${ESC}\\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)|${ESC}[()][A-Z0-9]|${ESC}[=>78]|[${BEL}${NUL}]`,
  'g',
);
/** Erases to the end of the line. */
const erase = `${ESC}[K`;
const erases = new RegExp(`${ESC}\\[[0-9;]*K`, 'g');

/** Applies carriage returns, backspaces and erasures, drops bells and other control sequences. Lines end in `\n`. */
export function visible(raw: string): string {
  const plain = raw.replace(invisible, '').replace(erases, erase).replace(/\r+\n/g, '\n');
  return /[\b\r]/.test(plain) || plain.includes(erase) ? plain.split('\n').map(overtype).join('\n') : plain;
}

/** One line as it looks after its backspaces, carriage returns and erasures. */
function overtype(line: string): string {
  const cells: string[] = [];
  let at = 0;
  for (const piece of line.split(erase)) {
    cells.length = Math.min(cells.length, at);
    for (const character of piece) {
      if (character === '\b') at = Math.max(0, at - 1);
      else if (character === '\r') at = 0;
      else cells[at++] = character;
    }
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

/** Characters: more than what a router logs at a time, far less than a long reply. */
const interruptionsAtOnce = 20_000;

/** The prompt with which the text ends, also where a log message was printed after it. */
export function endingPrompt(text: string): Prompt | null {
  const direct = parsePrompt(lastLine(text));
  if (direct !== null) return direct;
  const end = text.slice(-interruptionsAtOnce);
  const quiet = withoutInterruptions(end);
  return quiet === end ? null : parsePrompt(lastLine(quiet.replace(/\n+$/, '')));
}

/** Whether a prompt's name is this router's: IOS cuts long names in configuration prompts. */
export function isNameOf(promptName: string, hostname: string): boolean {
  if (promptName === hostname) return true;
  return promptName.length >= iosXe.shortestPromptName && hostname.startsWith(promptName);
}
