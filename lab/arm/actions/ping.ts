/** iputils' ping over the lab's data plane, with its very words (seed.txt). */
import type { PingReply } from '../../ports.ts';
import { parseAddress } from '../address.ts';
import type { Host, Output } from './host.ts';

interface Options {
  readonly target: string;
  readonly count: number;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly size: number;
  readonly quiet: boolean;
}

const usageError = 2;

/** Options that take a value. */
const valued = 'ciWsw';
const flags = 'nqO4';

/** `-c3`, `-c 3` and `-nqc 3` alike. */
function readOptions(words: readonly string[]): Options | string {
  const values: Record<string, number> = {};
  const targets: string[] = [];
  let quiet = false;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (!word.startsWith('-') || word === '-') {
      targets.push(word);
      continue;
    }
    for (let index = 1; index < word.length; index += 1) {
      const letter = word[index] ?? '';
      if (flags.includes(letter)) {
        quiet ||= letter === 'q';
        continue;
      }
      if (!valued.includes(letter)) return `ping: invalid option -- '${letter}'`;
      const rest = word.slice(index + 1);
      const text = rest === '' ? (words[(at += 1)] ?? '') : rest;
      if (!/^\d+(\.\d+)?$/.test(text)) return `ping: invalid argument: '${text}'`;
      values[letter] = Number(text);
      break;
    }
  }
  const [target] = targets;
  if (target === undefined) return 'ping: usage error: Destination address required';
  if (values['c'] === undefined) return "ping: the lab's ping needs a count: -c N";
  return {
    target,
    count: values['c'],
    intervalSeconds: values['i'] ?? 1,
    timeoutSeconds: values['W'] ?? 10,
    size: values['s'] ?? 56,
    quiet,
  };
}

/** Milliseconds as iputils prints them: three figures, from a hundred on none behind the point. */
function figures(milliseconds: number): string {
  if (milliseconds >= 100) return milliseconds.toFixed(0);
  if (milliseconds >= 10) return milliseconds.toFixed(1);
  return milliseconds.toFixed(milliseconds >= 1 ? 2 : 3);
}

function statistics(options: Options, times: readonly number[], took: number): string {
  const { target, count } = options;
  const lost = count === 0 ? 0 : ((count - times.length) * 100) / count;
  const loss = Number.isInteger(lost) ? `${lost}` : `${Number(lost.toPrecision(6))}`;
  const head = `\n--- ${target} ping statistics ---\n${count} packets transmitted, ${times.length} received, ${loss}% packet loss, time ${took}ms\n`;
  if (times.length === 0) return `${head}\n`;
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const square = times.reduce((sum, time) => sum + time * time, 0) / times.length;
  const deviation = Math.sqrt(Math.max(0, square - mean * mean));
  const row = [Math.min(...times), mean, Math.max(...times), deviation].map((time) => time.toFixed(3)).join('/');
  return `${head}rtt min/avg/max/mdev = ${row} ms\n`;
}

const pause = (milliseconds: number): Promise<void> =>
  milliseconds < 1 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Sends one echo request per interval; a lost one costs no more than the interval, the last one its timeout. */
async function send(host: Host, options: Options, got: (reply: PingReply, sequence: number) => void): Promise<void> {
  const { target, count, size, intervalSeconds, timeoutSeconds } = options;
  for (let sequence = 1; sequence <= count; sequence += 1) {
    const last = sequence === count;
    const due = Date.now() + host.scaled(intervalSeconds * 1000);
    const wait = last ? timeoutSeconds : Math.min(intervalSeconds, timeoutSeconds);
    const replies = host.ping({ target, count: 1, sizeBytes: size, timeoutSeconds: wait });
    for await (const reply of replies ?? []) if (reply.received) got(reply, sequence);
    if (!last) await pause(due - Date.now());
  }
}

/** Status 0 if anything came back, 1 if not, 2 if it could not begin. */
export async function ping(host: Host, words: readonly string[], out: Output): Promise<number> {
  const options = readOptions(words);
  if (typeof options === 'string') {
    out.stderr += `${options}\n`;
    return usageError;
  }
  if (parseAddress(options.target) === null) {
    out.stderr += `ping: ${options.target}: Name or service not known\n`;
    return usageError;
  }
  const { target, size, count, intervalSeconds } = options;
  out.stdout += `PING ${target} (${target}) ${size}(${size + 28}) bytes of data.\n`;
  const times: number[] = [];
  await send(host, options, ({ milliseconds, ttl }, sequence) => {
    times.push(milliseconds);
    if (options.quiet) return;
    out.stdout += `${size + 8} bytes from ${target}: icmp_seq=${sequence} ttl=${ttl} time=${figures(milliseconds)} ms\n`;
  });
  // As the machine's own clock would tell it; the wall clock runs slower than the lab's.
  const took = Math.round((count - 1) * intervalSeconds * 1000 + (count > 1 ? count : 0));
  out.stdout += statistics(options, times, took);
  return times.length > 0 ? 0 : 1;
}
