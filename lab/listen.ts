/** Listening on loopback, with errors that say which service wants which port. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** A port that the lab wants and someone else has. */
export class PortTaken extends Error {}

export function portTaken(error: unknown, service: string, port: number): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return error;
  return new PortTaken(`Port ${port} of the ${service} is taken by another program; end it or use another state.`);
}

/** Whether a port of 127.0.0.1 can be listened on at this moment. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen(port, '127.0.0.1', () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
}

/**
 * A port that is free now and that no program is given by chance: it lies below the ranges from which Linux, macOS
 * and Windows hand out ports, so it is still free when the lab wants it back after a restart.
 */
export async function freePort(taken: (port: number) => boolean): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const port = randomInt(20_000, 32_000);
    if (!taken(port) && (await isFree(port))) return port;
  }
  throw new PortTaken('No free port between 20000 and 32000 was found on 127.0.0.1.');
}
