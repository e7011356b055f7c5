/** A bastion: an SSH server that forwards to any port of this machine, and lets anybody with a key in. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import ssh2 from 'ssh2';
import type { Connection } from 'ssh2';

export interface JumpHost {
  readonly port: number;
  /** As known_hosts holds it: `ssh-rsa AAAA…`. */
  readonly publicKey: string;
  /** Ports that were asked for, in order. */
  readonly forwarded: readonly number[];
}

export async function withJumpHost<T>(work: (host: JumpHost) => Promise<T>): Promise<T> {
  const pair = ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 });
  const forwarded: number[] = [];
  const connections = new Set<Connection>();
  const ssh = new ssh2.Server({ hostKeys: [pair.private] }, (connection) => {
    connections.add(connection);
    connection.on('close', () => connections.delete(connection));
    connection.on('error', () => undefined);
    connection.on('authentication', (context) =>
      context.method === 'publickey' ? context.accept() : context.reject(['publickey']),
    );
    connection.on('tcpip', (accept, reject, { destIP, destPort }) => {
      forwarded.push(destPort);
      const socket = connect(destPort, destIP);
      socket.once('error', () => reject());
      socket.once('connect', () => {
        const channel = accept();
        channel.on('error', () => undefined);
        channel.on('close', () => socket.destroy());
        socket.on('close', () => channel.close());
        channel.pipe(socket).pipe(channel);
      });
    });
  });
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    ssh.injectSocket(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const publicKey = pair.public.split(' ').slice(0, 2).join(' ');
    return await work({ port: (server.address() as AddressInfo).port, publicKey, forwarded });
  } finally {
    for (const connection of connections) connection.end();
    const closed = once(server, 'close');
    server.close();
    await closed;
  }
}
