/**
 * From an opened shell to a quiet privileged prompt whose name is known.
 */
import { Refused, Unreachable } from '../errors.ts';
import type { RouterTarget } from './connect.ts';
import { iosXe } from './dialect.ts';
import { execRejection } from './judge.ts';
import { ReplyReader } from './reply.ts';
import type { Shell } from './shell.ts';
import { endingPrompt, lastLine, visible } from './text.ts';
import type { Prompt } from './text.ts';

const promptAttempts = 8;

/** The next prompt that is printed, in any name: we do not know ours yet. */
function nextPrompt(shell: Shell, seconds: number): Promise<Prompt> {
  return shell.waitFor(
    (raw) => {
      const text = visible(raw);
      const prompt = endingPrompt(text);
      return prompt === null || prompt.mode !== 'exec' ? undefined : prompt;
    },
    { seconds, what: 'a prompt' },
  );
}

/**
 * Learns the prompt: a banner may hold `#` and `>`, so a prompt counts only if two empty lines are answered with the
 * same one.
 */
async function learnPrompt(host: string, shell: Shell): Promise<Prompt> {
  let previous = await nextPrompt(shell, iosXe.timeouts.prompt);
  for (let attempt = 0; attempt < promptAttempts; attempt++) {
    shell.clear();
    shell.write('\n');
    const prompt = await nextPrompt(shell, iosXe.timeouts.prompt);
    if (attempt > 0 && prompt.name === previous.name && prompt.privileged === previous.privileged) return prompt;
    previous = prompt;
  }
  throw new Unreachable({
    host,
    what: `Router ${host} shows no stable prompt; the last one was \`${previous.name}\``,
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
    throw enableRefused(
      target.host,
      `did not accept the enable secret: ${mask(lastLine(visible(shell.received)).trim())}`,
    );
  }
}

function enableRefused(host: string, what: string): Refused {
  return new Refused({ what: `Router ${host} ${what}`, next: 'Set ssh.enableSecret to the secret of this router' });
}

async function requirePrivilege(target: RouterTarget, reader: ReplyReader): Promise<void> {
  const reply = await reader.exchange('show privilege', iosXe.timeouts.command);
  const level = /level is (\d+)/.exec(reply.text)?.[1];
  if (level === undefined || level === '15') return;
  throw new Refused({
    what: `User ${target.username} has privilege level ${level} on router ${target.host}`,
    next: 'Give the user privilege 15, or an enable secret that leads there',
  });
}

/** Returns the host name. Throws `Refused` if privileged mode cannot be reached. */
export async function logIn(target: RouterTarget, shell: Shell, mask: (text: string) => string): Promise<string> {
  const prompt = await learnPrompt(target.host, shell);
  const reader = new ReplyReader(target.host, prompt.name, shell, mask);
  if (!prompt.privileged) {
    await enable(target, shell, mask);
    await requirePrivilege(target, reader);
  }
  for (const command of iosXe.onOpen) {
    const reply = await reader.exchange(command, iosXe.timeouts.command);
    // In SD-WAN mode `terminal length` is called `screen-length`; a refused width only means that lines may wrap.
    if (execRejection(reply.text) !== null && command.startsWith('terminal length')) {
      await reader.exchange('screen-length 0', iosXe.timeouts.command);
    }
  }
  return prompt.name;
}
