/** A router of the lab in this process, and a plain SSH client that types at it and reads what comes back. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import type { Client, ClientChannel, ConnectConfig } from 'ssh2';
import { labClock, seededDraw } from '../../lab/clock.ts';
import { faultDesk } from '../../lab/faults.ts';
import type { Faults } from '../../lab/faults.ts';
import { createRouter } from '../../lab/router/index.ts';
import type { Router, RouterOptions } from '../../lab/router/index.ts';
import { StandInLink } from './stand-in-link.ts';

/** One RSA key for the whole process: making one takes a moment. */
export const userKey = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
}).privateKey;

/** A private key's public half as an OpenSSH line. */
function publicLine(privateKey: string): string {
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error) throw key;
  return `${key.type} ${key.getPublicSSH().toString('base64')} test`;
}

export const PASSWORD = 'site-Pass1';

export interface RouterFixture {
  readonly router: Router;
  readonly link: StandInLink;
  readonly faults: Faults;
  readonly options: RouterOptions;
  /** A logged-in shell. */
  shell(login?: LoginOptions): Promise<RouterShell>;
  /** Ends the router and starts it again on its state, as after a restart of the lab. */
  restart(): Promise<RouterFixture>;
}

export interface LoginOptions {
  readonly username?: string;
  readonly password?: string;
  readonly privateKey?: string;
  readonly columns?: number;
  readonly rows?: number;
  /** Answers keyboard-interactive with the password instead of sending it. */
  readonly keyboard?: boolean;
  readonly more?: ConnectConfig;
}

/** Runs `act` with a router that is on; ends it and removes its files. */
export async function withRouter(
  act: (fixture: RouterFixture) => Promise<void>,
  more: Partial<RouterOptions> = {},
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sitelink-router-'));
  const faults = faultDesk(seededDraw('test'));
  const options: RouterOptions = {
    key: '/subscriptions/0/router210',
    hostname: 'router210',
    release: '17.3',
    vmId: null,
    publicAddress: () => '20.210.140.4',
    gigabitEthernet1: { address: '172.20.10.210', mask: '255.255.255.0', gateway: '172.20.10.1' },
    users: [
      { name: 'azureuser', privilege: 15, publicKeys: [publicLine(userKey)], password: PASSWORD },
      { name: 'viewer', privilege: 1, publicKeys: [], password: PASSWORD },
    ],
    stateFile: join(folder, 'router.json'),
    port: 0,
    clock: labClock(60),
    faults,
    ...more,
  };
  const shells: RouterShell[] = [];
  let current: Router | null = null;
  const start = async (link: StandInLink): Promise<RouterFixture> => {
    const router = await createRouter(options);
    current = router;
    router.setLink(link);
    router.power(true);
    return {
      router,
      link,
      faults,
      options,
      shell: async (login = {}) => {
        const shell = await RouterShell.open(router.port, login);
        shells.push(shell);
        return shell;
      },
      restart: async () => {
        await router.close();
        return start(link);
      },
    };
  };
  try {
    await act(await start(new StandInLink()));
  } finally {
    for (const shell of shells) shell.close();
    faults.close();
    await (current as Router | null)?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The SSH connection alone, authenticated. */
export function connect(port: number, login: LoginOptions = {}): Promise<Client> {
  const { username = 'azureuser', password, keyboard = false } = login;
  const privateKey = login.privateKey ?? (password === undefined ? userKey : undefined);
  const client = new ssh2.Client();
  return new Promise((resolve, reject) => {
    client.on('ready', () => {
      resolve(client);
    });
    client.on('error', reject);
    client.on('close', () => {
      reject(new Error('the connection closed'));
    });
    client.on('keyboard-interactive', (_name, _instructions, _language, prompts, finish) => {
      finish(prompts.map(() => password ?? ''));
    });
    client.connect({
      host: '127.0.0.1',
      port,
      username,
      tryKeyboard: keyboard,
      ...(privateKey === undefined ? {} : { privateKey }),
      ...(password === undefined || keyboard ? {} : { password }),
      ...login.more,
    });
  });
}

/** Prompts of exec and configuration modes, at the end of what was read. */
const PROMPT = /(^|\n)([\w.-]{1,63}(?:\([^()\n]+\))?[#>])$/;

export class RouterShell {
  readonly client: Client;
  private readonly channel: ClientChannel;
  /** What has not been taken yet. */
  private pending = '';
  private closed = false;
  private wake: (() => void) | null = null;
  received = '';

  private constructor(client: Client, channel: ClientChannel) {
    this.client = client;
    this.channel = channel;
    channel.on('data', (data: Buffer) => {
      this.pending += data.toString('utf8');
      this.received += data.toString('utf8');
      this.wake?.();
    });
    const end = (): void => {
      this.closed = true;
      this.wake?.();
    };
    channel.on('close', end);
    client.on('close', end);
    client.on('error', end);
  }

  static async open(port: number, login: LoginOptions): Promise<RouterShell> {
    const client = await connect(port, login);
    const pty = { cols: login.columns ?? 511, rows: login.rows ?? 0, term: 'vt100' };
    const channel = await new Promise<ClientChannel>((resolve, reject) => {
      client.shell(pty, (error, opened) => {
        if (error) reject(error);
        else resolve(opened);
      });
    });
    const shell = new RouterShell(client, channel);
    await shell.until(PROMPT);
    return shell;
  }

  get isClosed(): boolean {
    return this.closed;
  }

  /** Reads until the text matches; returns all of it as it came. Rejects when the connection ends first. */
  async until(pattern: RegExp, seconds = 10): Promise<string> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      if (pattern.test(this.pending.replaceAll('\r', ''))) {
        const text = this.pending;
        this.pending = '';
        return text;
      }
      if (this.closed) throw new Error(`the connection ended after ${JSON.stringify(this.pending)}`);
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`${String(pattern)} did not come, only ${JSON.stringify(this.pending)}`);
      await this.change(left);
    }
  }

  /** Calls back with each piece of output as it comes. */
  onData(seen: (text: string) => void): void {
    this.channel.on('data', (data: Buffer) => {
      seen(data.toString('utf8'));
    });
  }

  type(text: string): void {
    this.channel.write(text);
  }

  /** Types a line and returns what was printed between its echo and the next prompt, `\n` for line ends. */
  async run(line: string, seconds = 10): Promise<string> {
    this.type(`${line}\n`);
    const text = (await this.until(PROMPT, seconds)).replaceAll('\r\n', '\n');
    const body = text.startsWith(`${line}\n`) ? text.slice(line.length + 1) : text;
    return body.replace(/[^\n]*$/, '');
  }

  /** As `run`, and the prompt that followed. */
  async exchange(line: string): Promise<{ text: string; prompt: string }> {
    const before = this.received.length;
    const text = await this.run(line);
    const prompt = /[^\n\r]*$/.exec(this.received.slice(before))?.[0] ?? '';
    return { text, prompt };
  }

  /** Types lines of configuration from exec mode and leaves it; returns the replies that were not empty, by line. */
  async configure(...lines: readonly string[]): Promise<Record<string, string>> {
    await this.run('configure terminal');
    const replies: Record<string, string> = {};
    for (const line of lines) {
      const reply = await this.run(line);
      if (reply.trim() !== '') replies[line.trim()] = reply;
    }
    await this.run('end');
    return replies;
  }

  /** Waits until the router has closed the connection. */
  async ended(seconds = 5): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    while (!this.closed) {
      const left = deadline - Date.now();
      if (left <= 0) throw new Error('the connection is still open');
      await this.change(left);
    }
  }

  close(): void {
    this.client.end();
  }

  private async change(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = null;
  }
}
