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

/** `ping` alone asks for everything; an answer that fits nothing ends it. */
async function pingDialogue(shell: Shell): Promise<Printed> {
  const answers: Record<string, string> = {};
  const asked = async (name: string, question: string, fits: RegExp): Promise<boolean> => {
    const typed = (await shell.ask(question))?.trim();
    if (typed === undefined || !fits.test(typed)) return false;
    if (typed !== '') answers[name] = typed;
    return true;
  };
  const number_ = /^\d*$/;
  const complete =
    (await asked('protocol', 'Protocol [ip]: ', /^(ip)?$/)) &&
    (await asked('target', 'Target IP address: ', /\S/)) &&
    (await asked('repeat', 'Repeat count [5]: ', number_)) &&
    (await asked('size', 'Datagram size [100]: ', number_)) &&
    (await asked('timeout', 'Timeout in seconds [2]: ', number_)) &&
    (await asked('extended', 'Extended commands [n]: ', /^(y|yes|n|no)?$/i)) &&
    (!/^y/i.test(answers['extended'] ?? '') || (await asked('from', 'Source address or interface: ', /^/))) &&
    (await asked('sweep', 'Sweep range of sizes [n]: ', /^(n|no)?$/i));
  if (!complete) return '% Bad IP address or host name';
  const { from, ...rest } = answers;
  const face = from === undefined ? null : interfaceName(from);
  const source = face === null ? (from === undefined ? {} : { source: from }) : { interface: face };
  return ping(shell, { ...rest, ...source });
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
  command(
    `ping [ ip ] {target:word} [ ( repeat {repeat:1-2147483647} | size {size:36-18024} | timeout {timeout:0-3600} | df-bit | ${SOURCE} )+ ]`,
    ping,
  ),
  command(
    `traceroute [ ip ] {target:word} [ ( timeout {timeout:1-3600} | numeric | probe {probes:1-65535} | ttl {least:1-255} {most:1-255} | ${SOURCE} )+ ]`,
    traceroute,
  ),
];
