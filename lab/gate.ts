/**
 * The port at which SSH clients reach a router VM. It listens only while the way in is open (VM booted, network
 * security groups let the clients in) and refuses otherwise; sessions that stand are not touched, as in a stateful
 * firewall.
 */
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { portTaken } from './listen.ts';

export class Gate {
  /** The port, once it is known; it stays. */
  port: number;
  get isOpen(): boolean {
    return this.server !== null;
  }

  private server: Server | null = null;
  private readonly sockets = new Set<Socket>();
  private turn: Promise<void> = Promise.resolve();
  private readonly target: () => number;

  /** @param port 0: a free one, which then stays. @param target the router's own port. */
  constructor(port: number, target: () => number) {
    this.port = port;
    this.target = target;
  }

  /** Opens or shuts the way in; resolves when it is so. */
  set(open: boolean): Promise<void> {
    const done = this.turn.then(() => (open ? this.open() : this.shut()));
    this.turn = done.catch(() => undefined);
    return done;
  }

  /** Shuts it and breaks what is connected. */
  async close(): Promise<void> {
    await this.set(false);
    for (const socket of this.sockets) socket.destroy();
  }

  private open(): Promise<void> {
    if (this.server !== null) return Promise.resolve();
    const server = createServer((socket) => {
      this.join(socket);
    });
    return new Promise((resolve, reject) => {
      server.once('error', (error) => {
        reject(portTaken(error, 'router', this.port) as Error);
      });
      server.listen(this.port, '127.0.0.1', () => {
        this.server = server;
        this.port = (server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  private shut(): Promise<void> {
    // Closing stops the listening at once; it ends when the last session does, which nobody waits for.
    this.server?.close();
    this.server = null;
    return Promise.resolve();
  }

  private join(client: Socket): void {
    const router = connect(this.target(), '127.0.0.1');
    for (const [from, to] of [
      [client, router],
      [router, client],
    ] as const) {
      this.sockets.add(from);
      from.setNoDelay(true);
      from.on('error', () => {
        to.destroy();
      });
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  }
}
