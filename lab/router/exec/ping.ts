import type { PingReply, PingRequest } from '../../ports.ts';
import { interfaceName, isAddress } from '../address.ts';
import type { ExecCommand, Printed, Shell } from './command.ts';
import { command } from './command.ts';
import type { Args } from '../grammar.ts';
import type { Machine } from '../machine.ts';
import { outgoing } from '../routing-table.ts';

const MARKS_PER_LINE = 70;
const HOPS = 30;

/** What the router prints for a name it cannot look up: it knows no name server that would answer. */
function unresolved(name: string): string {
  return `Translating "${name}"...domain server (255.255.255.255)\n% Unrecognized host or address, or protocol not running.\n`;
}

type Source = { readonly address: string } | { readonly refused: string };

/** Where echo requests come from: what `source` says, or the address of the interface they leave by. */
function sourceOf(machine: Machine, args: Args): Source {
  const { interface: face, source, target = '' } = args;
  const all = machine.interfaces();
  if (face !== undefined) {
    const found = all.find((one) => one.name === face);
    if (found?.address != null && found.adminUp) return { address: found.address };
    return { refused: '% Invalid source interface - IP not enabled or interface is down' };
  }
  if (source !== undefined) {
    if (all.some((one) => one.address === source && one.adminUp)) return { address: source };
    return { refused: '% Invalid source address- IP address not on any of our up interfaces' };
  }
  if (all.some((one) => one.address === target && one.adminUp)) return { address: target };
  return { address: outgoing(machine, target)?.address ?? machine.dhcp.address };
}

function number(text: string | undefined, usual: number): number {
  return text === undefined ? usual : Number(text);
}

/** Without a link nothing answers but the router itself. */
async function* unlinked(request: PingRequest, signal: AbortSignal): AsyncIterable<PingReply> {
  for (let sent = 0; sent < request.count && !signal.aborted; sent += 1) {
    await pause(request.timeoutSeconds * 1000, signal);
    yield { received: false, milliseconds: 0, ttl: 0 };
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end);
  });
}

/** Calls `each` for every reply until they end or the client breaks off; says whether it did. */
async function listen(shell: Shell, source: string, request: PingRequest, each: (reply: PingReply) => boolean) {
  const abort = new AbortController();
  shell.terminal.onBreak(() => {
    abort.abort();
  });
  const replies = shell.machine.link?.ping(source, request) ?? unlinked(request, abort.signal);
  const broken = new Promise<null>((resolve) => {
    abort.signal.addEventListener('abort', () => {
      resolve(null);
    });
  });
  const iterator = replies[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), broken]);
      if (next === null) return false;
      if (next.done === true || !each(next.value)) return true;
    }
  } finally {
    shell.terminal.onBreak(null);
    // Not awaited: a stream that waits for a lost packet only ends after the packet's timeout.
    iterator.return?.()?.catch(() => undefined);
  }
}

interface Tally {
  sent: number;
  readonly times: number[];
}

function summary({ sent, times }: Tally): string {
  const rate = sent === 0 ? 0 : Math.floor((times.length * 100) / sent);
  const line = `Success rate is ${rate} percent (${times.length}/${sent})`;
  if (times.length === 0) return line;
  const average = times.reduce((sum, time) => sum + time, 0) / times.length;
  return `${line}, round-trip min/avg/max = ${Math.min(...times)}/${Math.round(average)}/${Math.max(...times)} ms`;
}

async function ping(shell: Shell, args: Args): Promise<Printed> {
  const { target = '' } = args;
  if (!isAddress(target)) return unresolved(target);
  const source = sourceOf(shell.machine, args);
  if ('refused' in source) return source.refused;
  const request = {
    target,
    count: number(args['repeat'], 5),
    sizeBytes: number(args['size'], 100),
    timeoutSeconds: number(args['timeout'], 2),
  };
  const { terminal } = shell;
  terminal.write('Type escape sequence to abort.\n');
  terminal.write(
    `Sending ${request.count}, ${request.sizeBytes}-byte ICMP Echos to ${target}, timeout is ${request.timeoutSeconds} seconds:\n`,
  );
  if (args['interface'] !== undefined || args['source'] !== undefined)
    terminal.write(`Packet sent with a source address of ${source.address} \n`);
  const tally: Tally = { sent: 0, times: [] };
  await listen(shell, source.address, request, ({ received, milliseconds }) => {
    tally.sent += 1;
    if (received) tally.times.push(Math.max(Math.round(milliseconds), 1));
    terminal.write(received ? '!' : '.');
    if (tally.sent % MARKS_PER_LINE === 0 && tally.sent < request.count) terminal.write('\n');
    return true;
  });
  return `\n${summary(tally)}`;
}

type Question = readonly [name: string, question: string, fits: RegExp];

const DIGITS = /^\d*$/;
const YES_OR_NO = /^(y|yes|n|no)?$/i;

/** Asks one question after another; null: an answer fits nothing, or the client is gone. */
async function ask(shell: Shell, questions: readonly Question[]): Promise<Record<string, string> | null> {
  const answers: Record<string, string> = {};
  for (const [name, question, fits] of questions) {
    const typed = (await shell.ask(question))?.trim();
    if (typed === undefined || !fits.test(typed)) return null;
    if (typed !== '') answers[name] = typed;
  }
  return answers;
}

function sourceArgs(from: string | undefined): Args {
  if (from === undefined) return {};
  const face = interfaceName(from);
  return face === null ? { source: from } : { interface: face };
}

const EXTENDED: readonly Question[] = [
  ['ingress', 'Ingress ping [n]: ', YES_OR_NO],
  ['from', 'Source address or interface: ', /^/],
  ['dscp', 'DSCP Value [0]: ', DIGITS],
  ['service', 'Type of service [0]: ', DIGITS],
  ['df', 'Set DF bit in IP header? [no]: ', YES_OR_NO],
  ['validate', 'Validate reply data? [no]: ', YES_OR_NO],
  ['pattern', 'Data pattern [0x0000ABCD]: ', /^/],
  ['options', 'Loose, Strict, Record, Timestamp, Verbose[none]: ', /^/],
];

/** `ping` alone asks for everything; an answer that fits nothing ends it. */
async function pingDialogue(shell: Shell): Promise<Printed> {
  const bad = '% Bad IP address or host name';
  const first = await ask(shell, [
    ['protocol', 'Protocol [ip]: ', /^(ip)?$/],
    ['target', 'Target IP address: ', /\S/],
    ['repeat', 'Repeat count [5]: ', DIGITS],
    ['size', 'Datagram size [100]: ', DIGITS],
    ['timeout', 'Timeout in seconds [2]: ', DIGITS],
    ['extended', 'Extended commands [n]: ', YES_OR_NO],
  ]);
  if (first === null) return bad;
  const more = /^y/i.test(first['extended'] ?? '') ? await ask(shell, EXTENDED) : {};
  const last = more === null ? null : await ask(shell, [['sweep', 'Sweep range of sizes [n]: ', /^(n|no)?$/i]]);
  if (more === null || last === null) return bad;
  return ping(shell, { ...first, ...sourceArgs(more['from']) });
}

async function tracerouteDialogue(shell: Shell): Promise<Printed> {
  const answers = await ask(shell, [
    ['protocol', 'Protocol [ip]: ', /^(ip)?$/],
    ['target', 'Target IP address: ', /\S/],
    ['ingress', 'Ingress traceroute [n]: ', YES_OR_NO],
    ['from', 'Source address or interface: ', /^/],
    ['dscp', 'DSCP Value [0]: ', DIGITS],
    ['numeric', 'Numeric display [n]: ', YES_OR_NO],
    ['timeout', 'Timeout in seconds [3]: ', DIGITS],
    ['probes', 'Probe count [3]: ', DIGITS],
    ['least', 'Minimum Time to Live [1]: ', DIGITS],
    ['most', 'Maximum Time to Live [30]: ', DIGITS],
    ['port', 'Port Number [33434]: ', DIGITS],
    ['options', 'Loose, Strict, Record, Timestamp, Verbose[none]: ', /^/],
  ]);
  if (answers === null) return '% Bad IP address or host name';
  return traceroute(shell, { ...answers, ...sourceArgs(answers['from']) });
}

/** Through the lab's tunnels everything is one hop away; what does not answer is tried up to 30 hops, as IOS does. */
async function traceroute(shell: Shell, args: Args): Promise<Printed> {
  const { target = '' } = args;
  if (!isAddress(target)) return unresolved(target);
  const source = sourceOf(shell.machine, args);
  if ('refused' in source) return source.refused;
  const { terminal } = shell;
  terminal.write(`Type escape sequence to abort.\nTracing the route to ${target}\n`);
  terminal.write('VRF info: (vrf in name/id, vrf out name/id)\n');
  const request = {
    target,
    count: number(args['probes'], 3),
    sizeBytes: 60,
    timeoutSeconds: number(args['timeout'], 3),
  };
  const [first, last] = [number(args['least'], 1), number(args['most'], HOPS)];
  for (let hop = first; hop <= last; hop += 1) {
    const times: number[] = [];
    terminal.write(`${String(hop).padStart(3)} `);
    const ended = await listen(shell, source.address, request, ({ received, milliseconds }) => {
      if (!received) terminal.write(' * ');
      else {
        terminal.write(
          times.length === 0 ? `${target} ${Math.round(milliseconds)} msec` : ` ${Math.round(milliseconds)} msec`,
        );
        times.push(milliseconds);
      }
      return true;
    });
    terminal.write('\n');
    if (!ended || times.length > 0) return null;
  }
  return null;
}

const SOURCE = 'source ( {interface:if} | {source:ip} )';

export const PING_COMMANDS: readonly ExecCommand[] = [
  command('ping', pingDialogue),
  command('traceroute', tracerouteDialogue),
  command(
    `ping [ ip ] {target:word} [ ( repeat {repeat:1-2147483647} | size {size:36-18024} | timeout {timeout:0-3600} | df-bit | ${SOURCE} )+ ]`,
    ping,
  ),
  command(
    `traceroute [ ip ] {target:word} [ ( timeout {timeout:1-3600} | numeric | probe {probes:1-65535} | ttl {least:1-255} {most:1-255} | ${SOURCE} )+ ]`,
    traceroute,
  ),
];
