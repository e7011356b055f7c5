import { createServer } from 'node:net';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import ssh2 from 'ssh2';
import type { AuthContext, Connection, Server, ServerChannel, Session as SshSession } from 'ssh2';
import { bannerText } from '../configuration/banner.ts';
import { ofKind } from '../configuration/node.ts';
import { serveScp } from '../files/scp.ts';
import { keyFits, passwordFits, privilegeOf } from './logins.ts';
import type { Machine } from '../machine.ts';
import { Session } from './session.ts';
import type { Outlet, Wire } from './wire.ts';
import { wireTo } from './wire.ts';

/** Every SSH client of the lab counts as coming from here (design, "Lab"). */
const CLIENT = '198.51.100.10';
const IDENT = 'Cisco-1.25';
const METHODS: ('publickey' | 'keyboard-interactive' | 'password')[] = [
  'publickey',
  'keyboard-interactive',
  'password',
];
const TRIES = 3;
/** `ip ssh time-out`: real time, as a client can time it. */
const LOGIN_MS = 120_000;
/** How long a client gets to read the last of the output before its socket is closed. */
const LINGER_MS = 500;

interface Line {
  readonly number: number;
  readonly socket: Socket;
  /** True once its session has ended: the vty is free, the socket only lingers. */
  left: boolean;
}

/** The router's SSH listener. It holds its port also while the router is off, and then closes whoever comes. */
export class SshServer {
  private readonly machine: Machine;
  private readonly ssh: Server;
  private readonly net: NetServer;
  private readonly lines = new Map<number, Line>();

  constructor(machine: Machine) {
    this.machine = machine;
    this.ssh = new ssh2.Server(
      {
        hostKeys: [machine.state.hostKey],
        ident: IDENT,
        algorithms: machine.release.algorithms,
        // Asked for each connection: the configuration may have changed.
        get banner() {
          return bannerText(machine.config.root, ['login']);
        },
      },
      (client, info) => {
        const line = this.lines.get(info.port);
        if (line) this.serve(client, line);
        else client.end();
      },
    );
    machine.onChange(() => {
      if (!machine.running) this.dropAll();
    });
    this.net = createServer((socket) => {
      this.accept(socket);
    });
  }

  get port(): number {
    return (this.net.address() as AddressInfo | null)?.port ?? 0;
  }

  /** Rejects with the error of the socket (`EADDRINUSE`). */
  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.net.once('error', reject);
      this.net.listen(port, '127.0.0.1', () => {
        this.net.off('error', reject);
        resolve();
      });
    });
  }

  close(): Promise<void> {
    this.dropAll();
    return new Promise((resolve) => {
      this.net.close(() => {
        resolve();
      });
    });
  }

  private dropAll(): void {
    for (const { socket } of this.lines.values()) socket.destroy();
  }

  /** How many vty lines the configuration has. */
  private lineCount(): number {
    return ofKind(this.machine.config.root, 'line vty').reduce(
      (sum, { args }) => sum + Number(args['last'] ?? args['first']) - Number(args['first']) + 1,
      0,
    );
  }

  private accept(socket: Socket): void {
    const taken = new Set([...this.lines.values()].filter(({ left }) => !left).map(({ number }) => number));
    const number = Array.from({ length: this.lineCount() }, (_, index) => index).find((one) => !taken.has(one));
    socket.on('error', () => undefined);
    if (!this.machine.running || number === undefined) {
      socket.destroy();
      return;
    }
    const { remotePort = 0 } = socket;
    this.lines.set(remotePort, { number, socket, left: false });
    socket.once('close', () => {
      this.lines.delete(remotePort);
    });
    socket.setNoDelay(true);
    this.ssh.injectSocket(socket);
  }

  private serve(client: Connection, line: Line): void {
    const late = setTimeout(() => {
      line.socket.destroy();
    }, LOGIN_MS);
    late.unref();
    let user = '';
    let failures = 0;
    const refuse = (context: AuthContext): void => {
      // Asking which methods there are is no attempt.
      if (context.method !== 'none') failures += 1;
      if (failures < TRIES + METHODS.length) context.reject(METHODS);
      else line.socket.destroy();
    };
    client.on('error', () => undefined);
    client.on('close', () => {
      clearTimeout(late);
    });
    client.on('authentication', (context) => {
      user = context.username;
      judge(this.machine, context, () => {
        refuse(context);
      });
    });
    client.on('ready', () => {
      clearTimeout(late);
    });
    let used = false;
    client.on('session', (accept, reject) => {
      // One session channel per connection, as IOS has it.
      if (used) reject();
      else this.open(accept(), client, line, user);
      used = true;
    });
  }

  private open(channels: SshSession, client: Connection, line: Line, user: string): void {
    const { machine } = this;
    let size = { cols: 80, rows: 24 };
    const privilege = privilegeOf(machine, user) ?? 1;
    const attach = (channel: ServerChannel): Session => {
      const session = new Session(
        machine,
        { user, privilege, line: line.number, from: CLIENT },
        wireOf(machine, channel, client, line),
      );
      const decoder = new StringDecoder('utf8');
      session.terminal.screen.width = size.cols;
      session.terminal.screen.length = size.rows;
      channel.on('data', (data: Buffer) => {
        session.terminal.feed(decoder.write(data));
      });
      channel.on('error', () => undefined);
      channel.on('close', () => {
        session.terminal.end();
      });
      line.socket.once('close', () => {
        session.terminal.end();
      });
      return session;
    };
    channels.on('pty', (accept, _reject, info) => {
      size = { cols: info.cols, rows: info.rows };
      accept();
    });
    channels.on('env', (accept) => {
      // The types say that there always is one; it is absent when the client wants no reply.
      (accept as (() => void) | undefined)?.();
    });
    channels.on('shell', (accept) => {
      void attach(accept()).run();
    });
    channels.on('exec', (accept, _reject, info) => {
      const channel = accept();
      if (!serveScp(machine, channel, info.command, privilege)) void attach(channel).once(info.command);
    });
  }
}

function judge(machine: Machine, context: AuthContext, refuse: () => void): void {
  const decide = (fits: boolean): void => {
    if (fits) context.accept();
    else refuse();
  };
  if (context.method === 'password') decide(passwordFits(machine, context.username, context.password));
  else if (context.method === 'publickey') decide(keyFits(machine, context.username, context));
  else if (context.method === 'keyboard-interactive') {
    context.prompt([{ prompt: 'Password: ', echo: false }], ([answer = '']) => {
      decide(passwordFits(machine, context.username, answer));
    });
  } else refuse();
}

/** The vty is free as soon as its session has ended; the socket lingers until the client has read the rest. */
function wireOf(machine: Machine, channel: ServerChannel, client: Connection, line: Line): Wire {
  const outlet: Outlet = {
    write: (text) => {
      if (channel.writable) channel.write(text);
    },
    finish: () => {
      if (channel.writable) {
        channel.exit(0);
        channel.end();
      }
      const close = setTimeout(() => {
        line.socket.destroy();
      }, LINGER_MS);
      close.unref();
      channel.once('close', () => {
        client.end();
      });
    },
    destroy: () => {
      line.socket.destroy();
    },
  };
  const wire = wireTo(outlet, () => machine.options.faults.manners(machine.hostname));
  return {
    send: wire.send,
    end: (abruptly) => {
      line.left = true;
      wire.end(abruptly);
    },
  };
}
