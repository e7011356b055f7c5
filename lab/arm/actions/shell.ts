/** As much of a Linux shell as a probe needs; what it does not know it says, as a shell would. */
import type { Host, Output } from './host.ts';
import { ping } from './ping.ts';

/** Exit status of a command. */
type Command = (host: Host, words: readonly string[], out: Output) => number | Promise<number>;

/** A word of the script, or what stands between commands. */
type Token = { readonly word: string } | { readonly operator: ';' | '&&' | '||' };

class Unreadable extends Error {}

const isBlank = (character: string): boolean => /[ \t\r]/.test(character);

/** One word from `start`: bare, or with parts in quotes. Returns where it ends. */
function readWord(line: string, start: number): { word: string; end: number } {
  let word = '';
  let at = start;
  while (at < line.length && !isBlank(line[at] ?? '') && !/[;&|<>()]/.test(line[at] ?? '')) {
    const character = line[at] ?? '';
    if (character === "'" || character === '"') {
      const closing = line.indexOf(character, at + 1);
      if (closing < 0) throw new Unreadable('Syntax error: Unterminated quoted string');
      word += line.slice(at + 1, closing);
      at = closing + 1;
    } else if (character === '\\') {
      word += line[at + 1] ?? '';
      at += 2;
    } else if (character === '$' || character === '`') {
      throw new Unreadable(`the lab's shell expands no ${character}`);
    } else {
      word += character;
      at += 1;
    }
  }
  return { word, end: at };
}

function tokens(line: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < line.length) {
    const rest = line.slice(at);
    const operator = /^(;|&&|\|\|)/.exec(rest)?.[1] as ';' | '&&' | '||' | undefined;
    if (isBlank(line[at] ?? '')) at += 1;
    else if (rest.startsWith('#')) break;
    else if (operator !== undefined) {
      found.push({ operator });
      at += operator.length;
    } else if (/^[&|<>()]/.test(rest)) throw new Unreadable(`the lab's shell knows no ${rest[0]}`);
    else {
      const { word, end } = readWord(line, at);
      found.push({ word });
      at = end;
    }
  }
  return found;
}

function addresses(host: Host): string {
  const [mask, broadcast] = ['24', host.address.replace(/\d+$/, '255')];
  return [
    '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000',
    '    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00',
    '    inet 127.0.0.1/8 scope host lo',
    '2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000',
    `    inet ${host.address}/${mask} brd ${broadcast} scope global eth0`,
    '',
  ].join('\n');
}

const commands: Readonly<Record<string, Command>> = {
  ping,
  echo: (_host, words, out) => {
    const bare = words[0] === '-n';
    out.stdout += `${words.slice(bare ? 1 : 0).join(' ')}${bare ? '' : '\n'}`;
    return 0;
  },
  hostname: (host, words, out) => {
    out.stdout += words[0] === '-I' ? `${host.address} \n` : `${host.hostname}\n`;
    return 0;
  },
  uname: (host, words, out) => {
    out.stdout += words[0] === '-a' ? `Linux ${host.hostname} 6.8.0-1018-azure x86_64 GNU/Linux\n` : 'Linux\n';
    return 0;
  },
  ip: (host, words, out) => {
    if (/^a(ddr(ess)?)?$/.test(words[0] ?? '')) {
      out.stdout += addresses(host);
      return 0;
    }
    out.stderr += `Object "${words[0] ?? ''}" is unknown, try "ip help".\n`;
    return 1;
  },
  sleep: async (host, words) => {
    await new Promise((resolve) => setTimeout(resolve, host.scaled(Number(words[0] ?? 0) * 1000)));
    return 0;
  },
  true: () => 0,
  false: () => 1,
};

/** Runs the commands of one line in order, `&&` and `||` by the status before; returns the last status. */
async function runLine(host: Host, line: string, number: number, out: Output, before: number): Promise<number> {
  let status = before;
  let join: ';' | '&&' | '||' = ';';
  let words: string[] = [];
  const flush = async (): Promise<void> => {
    const [name, ...rest] = words;
    words = [];
    const wanted = join === ';' || (join === '&&') === (status === 0);
    if (name === undefined || !wanted) return;
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command !== undefined) status = await command(host, rest, out);
    else {
      out.stderr += `sh: ${number}: ${name}: not found\n`;
      status = 127;
    }
  };
  for (const token of tokens(line)) {
    if ('word' in token) words.push(token.word);
    else {
      await flush();
      join = token.operator;
    }
  }
  await flush();
  return status;
}

/** Runs a script to its end; nothing of it is thrown, all of it is printed. */
export async function runShell(host: Host, script: string): Promise<Output> {
  const out: Output = { stdout: '', stderr: '' };
  let status = 0;
  for (const [index, line] of script.split('\n').entries()) {
    const leaving = /^\s*exit\b/.test(line);
    if (leaving) break;
    try {
      status = await runLine(host, line, index + 1, out, status);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      out.stderr += `sh: ${index + 1}: ${error.message}\n`;
      break;
    }
  }
  return out;
}
