/** A TCP relay on loopback that delays what passes, each way, as a long line does: nothing is lost, the order stays. */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** Passes on what arrives after `milliseconds`; the end of the stream is delayed like its data. */
function passOn(from: Socket, to: Socket, milliseconds: number): void {
  from.on('data', (data) => {
    setTimeout(() => {
      if (to.writable) to.write(data);
    }, milliseconds);
  });
  from.on('close', () => {
    setTimeout(() => {
      to.destroy();
    }, milliseconds);
  });
  from.on('error', () => {
    from.destroy();
  });
}

/** A relay to a port; `roundTripMilliseconds` also passes before a connection stands. */
export async function delayRelay(
  target: number,
  roundTripMilliseconds: number,
): Promise<{ port: number; close: () => Promise<void> }> {
  const oneWay = roundTripMilliseconds / 2;
  const sockets = new Set<Socket>();
  const server: Server = createServer({ noDelay: true }, (near) => {
    const far = connect({ host: '127.0.0.1', port: target, noDelay: true });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
    passOn(near, far, oneWay);
    // The handshake of TCP itself is a round trip, which loopback does not have: the first answer takes it along.
    far.once('connect', () => {
      setTimeout(() => {
        passOn(far, near, oneWay);
        far.resume();
      }, roundTripMilliseconds);
    });
    far.pause();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => {
          resolve();
        });
      }),
  };
}
