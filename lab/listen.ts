/** Listening on loopback, with errors that say which service wants which port. */
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
