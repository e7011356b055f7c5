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
  readonly server?: Omit<ServerConfig, 'hostKeys'>;
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
      const { password } = this.options;
      if (password === undefined ? context.method === 'publickey' : this.passwordFits(context, password))
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
    const terminal = new Terminal(this, connection, channel);
    channel.write(`${this.options.banner ?? ''}\r\n${terminal.prompt()}`);
    let buffered = '';
    channel.on('data', (chunk: Buffer) => {
      buffered += chunk.toString('utf8');
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

/** One shell. */
class Terminal {
  private privileged: boolean;
  /** What the next line answers. */
  private asking: ((answer: string) => void) | null = null;
  private pages: string[] = [];
  private readonly router: FakeRouter;
  private readonly connection: Connection;
  private readonly channel: ServerChannel;

  constructor(router: FakeRouter, connection: Connection, channel: ServerChannel) {
    this.router = router;
    this.connection = connection;
    this.channel = channel;
    this.privileged = router.options.enableSecret === undefined;
    if (router.configuration.mode !== null) router.configuration.leave();
  }

  /** IOS cuts the name in configuration prompts. */
  prompt(): string {
    const { mode } = this.router.configuration;
    const { hostname } = this.router;
    if (mode === null) return `${hostname}${this.privileged ? '#' : '>'}`;
    return `${hostname.slice(0, 20)}(${mode})#`;
  }

  take(line: string): void {
    const { asking } = this;
    this.asking = null;
    if (asking !== null) asking(line);
    else if (this.router.configuration.mode !== null) this.configure(line);
    else this.run(line);
  }

  /** A blank turns the page. */
  turn(): boolean {
    const page = this.pages.shift();
    if (page === undefined) return false;
    this.show(`\b\b\b\b\b\b\b\b\b\b          \b\b\b\b\b\b\b\b\b\b${page}`);
    return true;
  }

  private show(page: string): void {
    const text = page.replaceAll('\n', '\r\n');
    this.channel.write(this.pages.length > 0 ? `${text} --More-- ` : `${text}\r\n${this.prompt()}`);
  }

  private answerEnable(line: string): void {
    this.privileged = line === this.router.options.enableSecret;
    this.print(this.privileged ? '' : '% Bad secrets\n');
  }

  /** In two parts, so that no reader may rely on where a packet ends. */
  private print(text: string, echo = ''): void {
    const whole = `${echo}\r\n${text === '' ? '' : `${text.replaceAll('\n', '\r\n')}\r\n`}${this.prompt()}`;
    const half = Math.floor(whole.length / 2);
    this.channel.write(whole.slice(0, half));
    this.channel.write(whole.slice(half));
  }

  private run(line: string): void {
    const { enableSecret, questions = {}, pages = {}, silent } = this.router.options;
    const starting = <Value>(table: Readonly<Record<string, Value>>): Value | undefined =>
      Object.entries(table).find(([start]) => line.startsWith(start))?.[1];
    if (line !== '') this.router.commands.push(line);
    const question = starting(questions);
    const paged = starting(pages);
    if (line === 'exit') this.channel.close();
    else if (silent?.test(line) === true) this.channel.write(`${line}\r\n`);
    else if (line === 'enable' && enableSecret !== undefined && !this.privileged) {
      this.asking = (answer) => this.answerEnable(answer);
      this.channel.write(`${line}\r\nPassword: `);
    } else if (question !== undefined) {
      this.asking = () => this.print(this.router.show(line));
      this.channel.write(`${line}\r\n${question}`);
    } else if (paged !== undefined) {
      this.pages = paged.slice(1);
      this.channel.write(`${line}\r\n`);
      this.show(paged[0] ?? '');
    } else if (line.startsWith('configure terminal') && this.router.show(line).startsWith('    ')) {
      this.router.configuration.enter();
      this.print('Enter configuration commands, one per line.  End with CNTL/Z.', line);
    } else this.print(line === '' ? '' : this.router.show(line), line);
  }

  private configure(line: string): void {
    const { configuration } = this.router;
    if (line === 'end') {
      configuration.leave();
      return this.print('', line);
    }
    this.router.typed.push(line);
    const drop = this.router.options.drop?.(line);
    if (drop === 'before') return void this.connection.end();
    const judged = this.router.options.judge?.(line, configuration.mode ?? '');
    const reply = judged ?? configuration.take(line);
    if (drop === 'after') return void this.connection.end();
    this.print([reply, this.router.options.chatter ?? ''].filter((part) => part !== '').join('\n'), line);
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
