/**
 * A small router over real SSH for the driver's tests: it keeps a configuration, prints what it is told to print, and
 * misbehaves on request.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import ssh2 from 'ssh2';
import type { Connection, ServerChannel, ServerConfig } from 'ssh2';
import { fingerprint } from '../../../../adapters/ios/known-hosts.ts';
import type { RouterDeps, RouterReach, RouterSecrets } from '../../../../adapters/ios/index.ts';
import { FakeConfiguration } from './fake-configuration.ts';
import { FakeTerminal } from './fake-terminal.ts';

export interface FakeOptions {
  readonly hostname?: string;
  readonly configuration?: string;
  /** Printed before the first prompt. */
  readonly banner?: string;
  readonly password?: string;
  /** Lands at `>` and asks for this. */
  readonly enableSecret?: string;
  /** Replies to exec commands, by their beginning; they win over what the router would print. */
  readonly replies?: Readonly<Record<string, string | (() => string)>>;
  /** What is printed for a configuration line, in place of taking it; undefined takes it. */
  readonly judge?: (line: string, mode: string) => string | undefined;
  /** Ends the connection before or after this line is taken. */
  readonly drop?: (line: string) => 'before' | 'after' | undefined;
  /** Questions asked after exec commands, by their beginning; Enter goes on. */
  readonly questions?: Readonly<Record<string, string>>;
  /** Text that comes page by page, by the beginning of the command. */
  readonly pages?: Readonly<Record<string, readonly string[]>>;
  /** Commands that are echoed and never answered. */
  readonly silent?: RegExp;
  /** Algorithms and ident of the SSH server. */
  readonly server?: Partial<ServerConfig>;
  /** Decides on a log-in in place of the key and password above. */
  readonly authenticate?: (context: ssh2.AuthContext, connection: Connection) => void;
  /** Printed before configuration mode is entered. */
  readonly entering?: string;
  /** Ends the session in place of the first prompt. */
  readonly hangsUp?: boolean;
  /** Loses what is typed while a command runs. */
  readonly forgetful?: boolean;
  /** Printed into the screen after each configuration line. */
  readonly chatter?: string;
}

let pair: { readonly private: string; readonly public: string } | null = null;

function keys(): { readonly private: string; readonly public: string } {
  pair ??= ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 });
  return pair;
}

/** Interfaces of the seed's router, as `show ip interface brief` prints them. */
const brief = [
  'Interface              IP-Address      OK? Method Status                Protocol',
  'GigabitEthernet1       172.20.10.210   YES DHCP   up                    up      ',
  'Loopback100            172.20.100.100  YES manual up                    up      ',
  'VirtualPortGroup0      unassigned      YES unset  administratively down down    ',
].join('\n');

const versionText = [
  'Cisco IOS XE Software, Version 17.03.03',
  'Cisco IOS Software [Amsterdam], Virtual XE Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 17.3.3, RELEASE SOFTWARE (fc7)',
  'router210 uptime is 3 minutes',
].join('\n');

export class FakeRouter {
  readonly configuration: FakeConfiguration;
  /** Configuration lines typed, in order. */
  readonly typed: string[] = [];
  /** Exec commands typed, in order. */
  readonly commands: string[] = [];
  sessions = 0;
  open = 0;
  options: FakeOptions;
  private startup: string;
  private readonly ssh: ssh2.Server;
  private readonly server: Server;
  private readonly connections = new Set<Connection>();

  constructor(options: FakeOptions) {
    this.options = options;
    this.configuration = new FakeConfiguration(options.configuration ?? '');
    this.startup = this.configuration.print();
    this.ssh = new ssh2.Server({ hostKeys: [keys().private], ...options.server }, (connection) =>
      this.accept(connection),
    );
    this.server = createServer((socket) => {
      // Two small writes in a row would otherwise wait for the other side's delayed acknowledgement.
      socket.setNoDelay(true);
      this.ssh.injectSocket(socket);
    });
  }

  get hostname(): string {
    return this.options.hostname ?? 'router210';
  }

  get hostKey(): string {
    const parsed = ssh2.utils.parseKey(keys().public);
    if (parsed instanceof Error) throw parsed;
    return fingerprint((Array.isArray(parsed) ? parsed[0]! : parsed).getPublicSSH());
  }

  /** As known_hosts holds it: `ssh-rsa AAAA…`. */
  get hostPublicKey(): string {
    return keys().public.split(' ').slice(0, 2).join(' ');
  }

  /** Changes how it behaves from now on. */
  behave(options: FakeOptions): void {
    this.options = { ...this.options, ...options };
  }

  async listen(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get reach(): RouterReach {
    return {
      host: '127.0.0.1',
      ssh: { port: this.port, username: 'azureuser' },
      expectedHostname: this.hostname,
      hostKey: null,
    };
  }

  deps(secrets: Partial<RouterSecrets> = {}): RouterDeps {
    const none: RouterSecrets = { privateKey: null, password: null, enableSecret: null, sharedKey: null };
    const own = this.options.password === undefined ? { privateKey: keys().private } : {};
    return { secrets: { ...none, ...own, ...secrets }, sshConfigFile: null };
  }

  /** Safe to call again. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    for (const connection of this.connections) connection.end();
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
  }

  private accept(connection: Connection): void {
    this.connections.add(connection);
    connection.on('close', () => this.connections.delete(connection));
    connection.on('error', () => undefined);
    connection.on('authentication', (context) => {
      const { password, authenticate } = this.options;
      if (authenticate !== undefined) authenticate(context, connection);
      else if (password === undefined ? context.method === 'publickey' : this.passwordFits(context, password))
        context.accept();
      else if (context.method === 'keyboard-interactive' && password !== undefined)
        context.prompt([{ prompt: 'Password: ', echo: false }], ([answer]) =>
          answer === password ? context.accept() : context.reject(),
        );
      else context.reject(password === undefined ? ['publickey'] : ['keyboard-interactive', 'password']);
    });
    connection.on('ready', () => {
      connection.on('session', (acceptSession) => {
        const session = acceptSession();
        session.on('pty', (acceptPty) => acceptPty?.());
        session.on('shell', (acceptShell) => this.serve(connection, acceptShell()));
      });
    });
  }

  private passwordFits(context: ssh2.AuthContext, password: string): boolean {
    return context.method === 'password' && context.password === password;
  }

  private serve(connection: Connection, channel: ServerChannel): void {
    this.sessions++;
    this.open++;
    channel.on('close', () => this.open--);
    channel.on('error', () => undefined);
    const terminal = new FakeTerminal(this, connection, channel);
    if (this.options.hangsUp === true) return void channel.end(this.options.banner ?? '');
    channel.write(`${this.options.banner ?? ''}\r\n${terminal.prompt()}`);
    let buffered = '';
    channel.on('data', (chunk: Buffer) => {
      buffered += chunk.toString('utf8');
      if (this.options.forgetful === true) buffered = buffered.replace(/\n[^]*/, '\n');
      if (buffered === ' ' && terminal.turn()) buffered = '';
      for (let end = buffered.indexOf('\n'); end >= 0; end = buffered.indexOf('\n')) {
        const line = buffered.slice(0, end).replace(/\r$/, '');
        buffered = buffered.slice(end + 1);
        terminal.take(line);
      }
    });
  }

  save(): void {
    this.startup = this.configuration.print();
  }

  /** What an exec command prints. */
  show(command: string): string {
    const scripted = Object.entries(this.options.replies ?? {}).find(([start]) => command.startsWith(start))?.[1];
    if (scripted !== undefined) return typeof scripted === 'string' ? scripted : scripted();
    if (command === 'show running-config')
      return `Building configuration...\n\nCurrent configuration : 1 bytes\n${this.configuration.print()}`;
    if (command === 'show startup-config') return `Using 1 out of 2 bytes\n${this.startup}`;
    if (command === 'show ip interface brief') return brief;
    if (command === 'show version') return versionText;
    if (command === 'show users') return '    Line\n*  1 vty 0     azureuser  idle  00:00:00 198.51.100.10';
    if (command === 'show privilege') return 'Current privilege level is 15';
    if (command.startsWith('terminal ')) return '';
    if (command === 'write memory') {
      this.save();
      return 'Building configuration...\n[OK]';
    }
    return "                ^\n% Invalid input detected at '^' marker.\n";
  }
}

/** Starts one, gives it to the test, and closes it in every case. */
export async function withFakeRouter<T>(options: FakeOptions, work: (router: FakeRouter) => Promise<T>): Promise<T> {
  const router = new FakeRouter(options);
  await router.listen();
  try {
    return await work(router);
  } finally {
    await router.close();
  }
}
