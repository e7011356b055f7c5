/**
 * The far end of `scp` (its old protocol, which IOS speaks): a client asks by `exec` for `scp -t FILE` to send a file
 * or for `scp -f FILE` to fetch one. Only for privilege 15, and only after `ip scp server enable`.
 */
import type { ServerChannel } from 'ssh2';
import { ofKind } from '../configuration/node.ts';
import type { Machine } from '../machine.ts';
import { missing, placeOf, readPlace, writeFile } from './disk.ts';

const OK = '\0';
/** A fatal error of the protocol: this byte, a line of text. */
const FATAL = '\u0002';
const PRIVILEGED = 15;

/** What a client asks for; null: the command is not scp's. */
function requestOf(command: string): { readonly sends: boolean; readonly file: string } | null {
  const words = command.trim().split(/\s+/);
  if (words[0] !== 'scp') return null;
  const file = words.filter((word, index) => index > 0 && !word.startsWith('-')).at(-1) ?? '';
  const name = file.replaceAll(/^['"]|['"]$/g, '');
  const flags = words.filter((word) => /^-[a-z]+$/.test(word)).join('');
  return flags.includes('t') || flags.includes('f') ? { sends: flags.includes('t'), file: name } : null;
}

/** Reads bytes as they come. */
class Incoming {
  private held = Buffer.alloc(0);
  private ended = false;
  private wake: (() => void) | null = null;

  constructor(channel: ServerChannel) {
    const end = (): void => {
      this.ended = true;
      this.wake?.();
    };
    channel.on('data', (data: Buffer) => {
      this.held = Buffer.concat([this.held, data]);
      this.wake?.();
    });
    channel.on('end', end);
    channel.on('close', end);
  }

  /** Null: the client is gone. */
  async take(bytes: number): Promise<Buffer | null> {
    while (this.held.length < bytes) if (!(await this.more())) return null;
    const taken = this.held.subarray(0, bytes);
    this.held = this.held.subarray(bytes);
    return taken;
  }

  /** A line without its end; null: the client is gone. */
  async line(): Promise<string | null> {
    while (!this.held.includes(10)) if (!(await this.more())) return null;
    const taken = await this.take(this.held.indexOf(10) + 1);
    return taken === null ? null : taken.toString('utf8').trimEnd();
  }

  private async more(): Promise<boolean> {
    if (this.ended) return false;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    return true;
  }
}

/** Takes one file; false: the client broke it off or sent what is not taken. */
async function receive(machine: Machine, channel: ServerChannel, file: string): Promise<boolean> {
  const incoming = new Incoming(channel);
  channel.write(OK);
  for (let line = await incoming.line(); line !== null; line = await incoming.line()) {
    const [, size, name = ''] = /^C[0-7]{4} (\d+) (.+)$/.exec(line) ?? [];
    if (size === undefined) {
      // Times of a file come before it; a folder is not taken.
      if (line.startsWith('T')) channel.write(OK);
      else return refuse(channel, 'Only single files are taken');
      continue;
    }
    const place = placeOf(/[:/]$/.test(file) || file === '' ? `${file}${name}` : file);
    if (place.kind !== 'disk') return refuse(channel, `${file}: Permission denied`);
    channel.write(OK);
    const body = await incoming.take(Number(size));
    if (body === null || (await incoming.take(1)) === null) return false;
    writeFile(machine, place.key, body.toString('utf8'));
    channel.write(OK);
  }
  return true;
}

async function send(machine: Machine, channel: ServerChannel, file: string): Promise<boolean> {
  const place = placeOf(file);
  const text = readPlace(machine, place);
  const incoming = new Incoming(channel);
  if (text === null) return refuse(channel, missing(place));
  if ((await incoming.take(1)) === null) return false;
  const body = Buffer.from(text);
  const name = place.kind === 'disk' ? (place.path.split('/').at(-1) ?? '') : place.shown;
  channel.write(`C0644 ${body.length} ${name}\n`);
  if ((await incoming.take(1)) === null) return false;
  channel.write(body);
  channel.write(OK);
  return (await incoming.take(1)) !== null;
}

function refuse(channel: ServerChannel, why: string): false {
  channel.write(`${FATAL}${why}\n`);
  return false;
}

/** Serves an `exec` that is scp's; false: it is none. */
export function serveScp(machine: Machine, channel: ServerChannel, command: string, privilege: number): boolean {
  const request = requestOf(command);
  if (request === null) return false;
  const work = async (): Promise<boolean> => {
    if (ofKind(machine.config.root, 'ip scp server enable').length === 0)
      return refuse(channel, 'Administratively disabled.');
    if (privilege < PRIVILEGED) return refuse(channel, 'Privilege denied.');
    return request.sends ? receive(machine, channel, request.file) : send(machine, channel, request.file);
  };
  void work().then((done) => {
    if (!channel.writable) return;
    channel.exit(done ? 0 : 1);
    channel.end();
  });
  return true;
}
