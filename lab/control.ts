/**
 * The control endpoint: what only the lab can show or do, over plain HTTP on loopback.
 * Errors have one form: `{"error": {"code": "...", "message": "..."}}`.
 */
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import type { ServerType } from '@hono/node-server';
import { Hono } from 'hono';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { WrongDevice } from './devices.ts';
import { WrongFaults } from './faults.ts';
import type { Faults } from './faults.ts';
import { portTaken } from './listen.ts';

/** What the endpoint shows and does; each answer must be JSON. */
export interface Controlled {
  inventory(): object;
  requests(): readonly object[];
  readonly faults: Faults;
  /** Declares a device, or moves the clock or the power of any router; throws `WrongDevice`. */
  putDevice(name: string, body: unknown): Promise<object>;
  deleteDevice(name: string): Promise<void>;
}

export interface Control {
  /** `http://127.0.0.1:PORT`, without the `/_lab` of its paths. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const BODY_LIMIT_BYTES = 1024 * 1024;

class ControlError extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: string;

  constructor(status: ContentfulStatusCode, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Serves the control endpoint on 127.0.0.1; port 0 takes a free one. */
export async function serveControl(controlled: Controlled, port: number): Promise<Control> {
  const app = routes(controlled);
  const server = await new Promise<ServerType>((resolve, reject) => {
    const started = serve({ fetch: app.fetch, hostname: '127.0.0.1', port }, () => {
      resolve(started);
    });
    started.once('error', (error) => {
      reject(portTaken(error, 'control endpoint', port));
    });
  });
  const taken = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${taken}`,
    port: taken,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

function routes(controlled: Controlled): Hono {
  const { faults } = controlled;
  const app = new Hono();
  // A web page must not reach the lab through a name that resolves to loopback.
  app.use(async (c, next) => {
    const host = (c.req.header('host') ?? '').replace(/:\d+$/, '');
    if (!['127.0.0.1', 'localhost', '[::1]'].includes(host))
      throw new ControlError(403, 'NotLoopback', `The control endpoint answers on loopback, not for ${host}.`);
    await next();
  });
  app.use(
    bodyLimit({
      maxSize: BODY_LIMIT_BYTES,
      onError: () => {
        throw new ControlError(413, 'TooLarge', `A body may have ${BODY_LIMIT_BYTES} bytes at most.`);
      },
    }),
  );
  app.get('/_lab/ping', (c) => c.json({ pid: process.pid }));
  app.get('/_lab/inventory', (c) => c.json(controlled.inventory()));
  app.get('/_lab/requests', (c) => c.json({ requests: controlled.requests() }));
  app.get('/_lab/faults', (c) => c.json({ faults: faults.list() }));
  app.put('/_lab/faults', async (c) => c.json({ faults: faults.set(await body(c)) }));
  app.get('/_lab/holds', (c) => c.json({ holds: faults.holds() }));
  app.post('/_lab/release/:id', (c) => {
    const id = c.req.param('id');
    const released = faults.release(id);
    if (released === 0) throw new ControlError(404, 'NotHeld', `Nothing is held under ${id}.`);
    return c.json({ released });
  });
  app.put('/_lab/devices/:name', async (c) => c.json(await controlled.putDevice(c.req.param('name'), await body(c))));
  app.delete('/_lab/devices/:name', async (c) => {
    await controlled.deleteDevice(c.req.param('name'));
    return c.body(null, 204);
  });
  app.notFound(() => {
    throw new ControlError(
      404,
      'NoSuchRoute',
      'There is /_lab/ping, /_lab/inventory, /_lab/requests, /_lab/faults, /_lab/holds, /_lab/release/{id} and /_lab/devices/{name}.',
    );
  });
  app.onError(failed);
  return app;
}

async function body(c: Context): Promise<unknown> {
  const text = await c.req.text();
  try {
    return JSON.parse(text);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new ControlError(400, 'NotJson', `The body is no JSON: ${what}`);
  }
}

function failed(error: Error, c: Context): Response {
  if (error instanceof ControlError) return answer(c, error.status, error.code, error.message);
  if (error instanceof WrongFaults) return answer(c, 400, 'WrongFaults', error.message);
  if (error instanceof WrongDevice) return answer(c, error.status, error.code, error.message);
  return answer(c, 500, 'LabFailed', error.message);
}

const answer = (c: Context, status: ContentfulStatusCode, code: string, message: string): Response =>
  c.json({ error: { code, message } }, status);
