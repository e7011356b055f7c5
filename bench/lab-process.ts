/** The lab's process as a measurement sees it: started from its command line, asked over its published addresses. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface Reply {
  readonly status: number;
  readonly bytes: number;
  /** From the first byte sent to the last byte read. */
  readonly milliseconds: number;
}

interface Addresses {
  readonly arm: string;
  readonly identity: string;
}

export class LabProcess {
  /** From the start of the process to its first answer. */
  readonly startMilliseconds: number;
  readonly subscription: string;
  private readonly child: ChildProcess;
  private readonly endpoint: URL;
  private readonly headers: Readonly<Record<string, string>>;
  private readonly ca: Buffer;

  private constructor(child: ChildProcess, startMilliseconds: number, folder: string, arm: string, token: string) {
    this.child = child;
    this.startMilliseconds = startMilliseconds;
    this.endpoint = new URL(arm);
    this.subscription = '/subscriptions/00000000-0000-0000-0000-000000000000';
    this.headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    this.ca = readFileSync(join(folder, 'arm', 'ca.pem'));
  }

  /** Starts a lab on a folder and waits until Azure Resource Manager answers. */
  static async start(folder: string): Promise<LabProcess> {
    const options = ['--state', folder, '--port', '0', '--speed', '1000', '--throttle', 'off'];
    const began = performance.now();
    const child = spawn(process.execPath, ['lab/bin.js', ...options], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface(child.stdout);
    for await (const line of lines) if (line === 'lab ready') break;
    if (child.exitCode !== null) throw new Error(`The lab ended with ${child.exitCode} before it was ready.`);
    const { arm, identity } = JSON.parse(readFileSync(join(folder, 'lab.json'), 'utf8')) as Addresses;
    const ca = readFileSync(join(folder, 'arm', 'ca.pem'));
    await send(new Agent({ ca }), new URL('/metadata/endpoints?api-version=2022-09-01', arm), 'GET', {});
    const startMilliseconds = performance.now() - began;
    const header = /^export IDENTITY_HEADER='(.*)'$/m.exec(readFileSync(join(folder, 'env'), 'utf8'))?.[1] ?? '';
    const answer = await fetch(`${identity}?api-version=2019-08-01&resource=${arm}`, {
      headers: { 'X-IDENTITY-HEADER': header },
    });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    return new LabProcess(child, startMilliseconds, folder, arm, token);
  }

  /** A keep-alive connection of its own. */
  connection(): Agent {
    return new Agent({ ca: this.ca, keepAlive: true, maxSockets: 1 });
  }

  /** A request with a token; `path` has its api-version. */
  ask(agent: Agent, method: string, path: string, body?: unknown): Promise<Reply> {
    return send(agent, new URL(path, this.endpoint), method, this.headers, body);
  }

  /** Seconds of processor time that the process has used; null where the system does not tell. */
  processorSeconds(): number | null {
    try {
      const fields = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      // utime and stime, in hundredths of a second.
      return (Number(fields[11]) + Number(fields[12])) / 100;
    } catch {
      return null;
    }
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}

function send(
  agent: Agent,
  url: URL,
  method: string,
  headers: Readonly<Record<string, string>>,
  body?: unknown,
): Promise<Reply> {
  const text = body === undefined ? '' : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const asked = request(
      url,
      { agent, method, headers: { ...headers, ...(text === '' ? {} : { 'content-length': Buffer.byteLength(text) }) } },
      (reply) => {
        let bytes = 0;
        reply.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        reply.on('error', reject);
        reply.on('end', () => {
          resolve({ status: reply.statusCode ?? 0, bytes, milliseconds: performance.now() - began });
        });
      },
    );
    asked.on('error', reject);
    asked.end(text);
  });
}
