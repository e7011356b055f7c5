/** Ports of a state folder: found at the first start, then always the same. */
import type { Server } from 'node:http';
import { PortTaken, freePort, portTaken } from '../../listen.ts';

function listen(server: Server, port: number, service: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => {
      reject(portTaken(error, service, port) as Error);
    };
    server.once('error', failed);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', failed);
      resolve();
    });
  });
}

/**
 * Has a server listen on loopback and returns its port.
 * @param fixed the port of an earlier start, or the one asked for; null: a free one
 * @throws PortTaken
 */
export async function listenOn(server: Server, fixed: number | null, service: string): Promise<number> {
  if (fixed !== null) {
    await listen(server, fixed, service);
    return fixed;
  }
  for (let tries = 1; ; tries += 1) {
    const port = await freePort(() => false);
    try {
      await listen(server, port, service);
      return port;
    } catch (error) {
      // Someone was faster between the look and the listening.
      if (!(error instanceof PortTaken) || tries >= 20) throw error;
    }
  }
}

/** Ends a server and what is connected to it. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
