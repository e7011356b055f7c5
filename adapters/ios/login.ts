/**
 * From an opened shell to a quiet privileged prompt whose name is known.
 */
import { Refused, Unreachable } from '../errors.ts';
import type { RouterTarget } from './connect.ts';
import { iosXe } from './dialect.ts';
import { execRejection } from './judge.ts';
import { ReplyReader } from './reply.ts';
import type { Shell } from './shell.ts';
import { endingPrompt, parsePrompt, visible, withoutInterruptions } from './text.ts';
import type { Prompt } from './text.ts';
import { typeAhead } from './type-ahead.ts';

/** Empty lines that are answered before the prompt is believed. */
const repetitions = 2;
const promptAttempts = 8;
const askAgainMs = 1000;

/** The prompt of exec mode with which the text ends, if it was printed so often in a row; null otherwise. */
function repeatedPrompt(text: string, times: number): Prompt | null {
  const last = withoutInterruptions(text)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-times)
    .map(parsePrompt);
  const [first] = last;
  if (first === undefined || first === null || first.mode !== 'exec' || last.length < times) return null;
  return last.every((one) => one?.name === first.name && one.privileged === first.privileged) ? first : null;
}

/**
 * Learns the prompt: a banner may hold `#` and `>`, so a prompt counts only if two empty lines are answered with the same
 * one. They are typed ahead, which saves two round trips; a router that loses them is asked again.
 */
async function learnPrompt(host: string, shell: Shell): Promise<Prompt> {
  const asked = { times: 1, at: Date.now() };
  const returns = '\n'.repeat(repetitions);
  shell.write(returns);
  return await shell.waitFor(
    (raw, idleMs) => {
      const text = visible(raw);
      const prompt = repeatedPrompt(text, repetitions + 1);
      if (prompt !== null) return prompt;
      const quietMs = Math.min(idleMs, Date.now() - asked.at);
      const seen = endingPrompt(text);
      if (seen === null || quietMs < askAgainMs) return undefined;
      if (asked.times++ > promptAttempts) throw unstable(host, seen);
      asked.at = Date.now();
      shell.write(returns);
      return undefined;
    },
    { seconds: iosXe.timeouts.prompt, what: 'a prompt' },
  );
}

function unstable(host: string, last: Prompt): Unreachable {
  return new Unreachable({
    host,
    what: `Router ${host} shows no stable prompt; the last one was \`${last.name}\``,
    next: 'Wait until it has finished starting, or look at what its console prints',
  });
}

/** Types `enable`; the secret goes only to a line that asks for a password, never to a prompt. */
async function enable(target: RouterTarget, shell: Shell, mask: (text: string) => string): Promise<void> {
  shell.clear();
  shell.write('enable\n');
  const wait = { seconds: iosXe.timeouts.enable, what: 'the answer to `enable`' };
  const answer = (raw: string): 'password' | Prompt | undefined => {
    const text = visible(raw);
    if (iosXe.passwordPrompt.test(text)) return 'password';
    return text.includes('\n') ? (endingPrompt(text) ?? undefined) : undefined;
  };
  let outcome = await shell.waitFor(answer, wait);
  if (outcome === 'password') {
    if (target.enableSecret === undefined)
      throw enableRefused(target.host, 'asks for an enable secret, and none is given');
    shell.clear();
    shell.write(`${target.enableSecret}\n`);
    outcome = await shell.waitFor(answer, wait);
  }
  if (outcome === 'password' || !outcome.privileged) {
    shell.write('\n\n');
    throw enableRefused(target.host, `did not accept the enable secret: ${mask(lastWords(shell, target.host))}`);
  }
}

function enableRefused(host: string, what: string): Refused {
  return new Refused({ what: `Router ${host} ${what}`, next: 'Set ssh.enableSecret to the secret of this router' });
}

/** The last line that says something, or else that there is none. */
function lastWords(shell: Shell, host: string): string {
  const lines = visible(shell.received).split('\n');
  const said = lines.map((line) => line.trim()).filter((line) => line !== '' && parsePrompt(line) === null);
  return said.findLast((line) => line.startsWith('%')) ?? said.at(-1) ?? `${host} says nothing`;
}

/** Null where it is 15, or is not told. Levels from 2 on have the prompt of privileged mode too. */
function lowLevel(shown: string): string | null {
  const level = /level is (\d+)/.exec(shown)?.[1];
  return level === undefined || level === '15' ? null : level;
}

function requirePrivilege(target: RouterTarget, shown: string): void {
  const level = lowLevel(shown);
  if (level === null) return;
  throw new Refused({
    what: `User ${target.username} has privilege level ${level} on router ${target.host}`,
    next: 'Give the user privilege 15, or an enable secret that leads there',
  });
}

/** A router that lets a user in and hangs up has told why on the screen. */
function hungUp(target: RouterTarget, shell: Shell, mask: (text: string) => string, error: unknown): unknown {
  if (!(error instanceof Unreachable) || !shell.ended) return error;
  const words = lastWords(shell, target.host);
  if (!/authorization failed|access denied|not authorized|permission denied|account|expired/i.test(words)) return error;
  return new Refused({
    what: `Router ${target.host} lets user ${target.username} in and hangs up: ${mask(words)}`,
    next: 'Let its AAA server permit this user an exec session with privilege 15',
  });
}

/** What a log-in has found out. */
export interface LoggedIn {
  readonly hostname: string;
  /** Long output stops at `--More--`: this router did not let it be turned off. */
  readonly pages: boolean;
}

const setUp = [...iosXe.onOpen, 'show privilege'];

/** Reaches a wide terminal without pages in privileged mode. @throws Refused if that mode cannot be reached. */
export async function logIn(target: RouterTarget, shell: Shell, mask: (text: string) => string): Promise<LoggedIn> {
  try {
    return await reachPrivileged(target, shell, mask);
  } catch (error) {
    throw hungUp(target, shell, mask, error);
  }
}

async function reachPrivileged(target: RouterTarget, shell: Shell, mask: (text: string) => string): Promise<LoggedIn> {
  const prompt = await learnPrompt(target.host, shell);
  const hostname = prompt.name;
  const reader = new ReplyReader(target.host, hostname, shell, mask);
  if (!prompt.privileged) await enable(target, shell, mask);
  const ahead = await typeAhead(shell, { host: target.host, hostname }, setUp, iosXe.timeouts.command);
  const replies = ahead ?? (await oneByOne(reader));
  if (lowLevel(replies.at(-1) ?? '') !== null && prompt.privileged && target.enableSecret !== undefined) {
    await enable(target, shell, mask);
    requirePrivilege(target, (await reader.exchange('show privilege', iosXe.timeouts.command)).text);
  } else requirePrivilege(target, replies.at(-1) ?? '');
  // A refused width only means that lines may wrap, and a refused `no monitor` that log messages may come in between.
  if (execRejection(replies[0] ?? '') === null) return { hostname, pages: ahead === null };
  // In SD-WAN mode it has another name.
  const { text } = await reader.exchange('screen-length 0', iosXe.timeouts.command);
  return { hostname, pages: execRejection(text) !== null };
}

async function oneByOne(reader: ReplyReader): Promise<readonly string[]> {
  const replies: string[] = [];
  for (const command of setUp) replies.push((await reader.exchange(command, iosXe.timeouts.command)).text);
  return replies;
}
