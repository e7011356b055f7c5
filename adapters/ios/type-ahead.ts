/**
 * Commands that only show something, typed at once: the router works them off one after the other, and a long line costs
 * one round trip in place of many. Each reply still stands between its own echo and the next prompt. Only for commands
 * that ask nothing and print no pages, because a question would take what was typed ahead as its answer.
 */
import { Refused } from '../errors.ts';
import type { DeviceRejected } from '../errors.ts';
import type { Shell } from './shell.ts';
import { endingPrompt, isNameOf, visible, withoutInterruptions } from './text.ts';

/** What a command showed, or the refusal of one that the router did not take. */
export type Shown = string | DeviceRejected;

/** @throws DeviceRejected for a command that every router has. */
export function required(shown: Shown | undefined): string {
  if (typeof shown === 'string') return shown;
  throw shown ?? new Error('a reply is missing');
}

/** Null for a command that this router does not have. */
export function ifKnown(shown: Shown | undefined): string | null {
  return typeof shown === 'string' ? shown : null;
}

/** Idle times after which a silence says something, in milliseconds. */
const silence = { logMessage: 250, foreignPrompt: 1500, noTypeAhead: 2500 };

/** A slow terminal breaks echoes by blanks. */
function compact(text: string): string {
  return text.replace(/\s+/g, '');
}

/** The lines that echo the commands, in order; undefined where one is missing. */
function echoes(lines: readonly string[], hostname: string, commands: readonly string[]): number[] | undefined {
  const prompts = [`${hostname}#`, `${hostname}>`];
  const found: number[] = [];
  let from = 0;
  for (const command of commands) {
    const wanted = compact(command);
    const at = lines.findIndex((line, index) => {
      if (index < from) return false;
      const seen = compact(line);
      if (prompts.some((prompt) => seen === prompt + wanted)) return true;
      // The first follows a prompt that was read before; a log message may divide any other from its prompt.
      const before = lines.slice(from, index).findLast((one) => one.trim() !== '');
      return seen === wanted && (found.length === 0 || prompts.includes(compact(before ?? '')));
    });
    if (at < 0) return undefined;
    found.push(at);
    from = at + 1;
  }
  return found;
}

function isBarePrompt(line: string, hostname: string): boolean {
  return [`${hostname}#`, `${hostname}>`].includes(line.trim());
}

/** The replies in a text that ends with this router's prompt; undefined while one of them is missing. */
function divide(text: string, hostname: string, commands: readonly string[]): string[] | undefined {
  const lines = withoutInterruptions(text).split('\n');
  const starts = echoes(lines, hostname, commands);
  return starts?.map((start, index) =>
    lines
      .slice(start + 1, starts[index + 1])
      .filter((line) => !isBarePrompt(line, hostname))
      .join('\n')
      .replace(/\n+$/, ''),
  );
}

function changedPrompt(host: string, hostname: string, name: string): Refused {
  return new Refused({
    what: `The prompt of ${host} has changed from ${hostname} to ${name}`,
    next: 'Check which device answers at this address, and whether it was renamed meanwhile',
  });
}

/**
 * Types all commands and reads what each of them printed. Null: this router does not keep what is typed ahead, and they
 * have to be typed one by one.
 * @throws Unreachable for a lost session; Refused for a prompt with another name.
 */
export function typeAhead(
  shell: Shell,
  router: { readonly host: string; readonly hostname: string },
  commands: readonly string[],
  seconds: number,
): Promise<readonly string[] | null> {
  const { host, hostname } = router;
  shell.clear();
  shell.write(commands.map((command) => `${command}\n`).join(''));
  return shell.waitFor<readonly string[] | null>(
    (raw, idleMs) => {
      // A long configuration comes in many parts: only its end is looked at until a prompt can be there.
      if (!/[#>] ?$/.test(raw) && idleMs < silence.logMessage) return undefined;
      const text = visible(raw);
      const prompt = endingPrompt(text);
      if (prompt === null || prompt.mode !== 'exec' || !text.includes('\n')) return undefined;
      if (!isNameOf(prompt.name, hostname)) {
        if (idleMs < silence.foreignPrompt) return undefined;
        throw changedPrompt(host, hostname, prompt.name);
      }
      return divide(text, hostname, commands) ?? (idleMs < silence.noTypeAhead ? undefined : null);
    },
    { seconds, what: `the prompt after ${commands.map((command) => `\`${command}\``).join(', ')}` },
  );
}
