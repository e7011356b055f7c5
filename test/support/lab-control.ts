/** The control endpoint of a lab, from outside. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface LabHold {
  readonly id: string;
  readonly fault: string;
  readonly what: string;
}

/** A router as the control endpoint shows it. */
export interface LabRouter {
  readonly name: string;
  readonly hostname: string;
  readonly names: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly hostKey: string;
  readonly hostPublicKey: string;
  readonly running: boolean;
}

export interface LabInventory {
  readonly resources: readonly { id: string; [member: string]: unknown }[];
  readonly operations: readonly { [member: string]: unknown }[];
  readonly routers: readonly (LabRouter & {
    publicAddress: string | null;
    open: boolean;
    release: string;
    runningConfig: string;
    startupMatches: boolean;
    tunnels: readonly { name: string; lineUp: boolean; reason: string | null }[];
  })[];
  readonly sessions: readonly { router: string; user: string; line: string; mode: string }[];
  readonly link: readonly {
    connection: string;
    router: string | null;
    tunnel: string | null;
    state: 'up' | 'down' | 'negotiating';
    reason: string;
  }[];
  readonly holds: readonly LabHold[];
}

export interface LabRequest {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly code: string | null;
  readonly userAgent: string | null;
}

/** What the control endpoint refuses; the message is its own. */
class ControlRefused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The control endpoint of a lab. */
export class LabControl {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  inventory(): Promise<LabInventory> {
    return this.ask('GET', 'inventory') as Promise<LabInventory>;
  }

  async requests(): Promise<readonly LabRequest[]> {
    const { requests } = (await this.ask('GET', 'requests')) as { requests: readonly LabRequest[] };
    return requests;
  }

  async setFaults(faults: readonly object[]): Promise<void> {
    await this.ask('PUT', 'faults', faults);
  }

  async holds(): Promise<readonly LabHold[]> {
    const { holds } = (await this.ask('GET', 'holds')) as { holds: readonly LabHold[] };
    return holds;
  }

  /** Waits until something is held by the fault with this id. */
  async held(fault: string, seconds = 30): Promise<LabHold> {
    const until = Date.now() + seconds * 1000;
    for (;;) {
      const hold = (await this.holds()).find((one) => one.fault === fault);
      if (hold !== undefined) return hold;
      if (Date.now() > until) throw new Error(`Nothing was held by the fault ${fault} within ${seconds} s.`);
      await sleep(50);
    }
  }

  /** Lets go of a hold, by its id or by its fault's. */
  async release(id: string): Promise<void> {
    await this.ask('POST', `release/${id}`);
  }

  putDevice(name: string, body: object): Promise<LabRouter> {
    return this.ask('PUT', `devices/${encodeURIComponent(name)}`, body) as Promise<LabRouter>;
  }

  async deleteDevice(name: string): Promise<void> {
    await this.ask('DELETE', `devices/${encodeURIComponent(name)}`);
  }

  /** Any route; resolves with the JSON of the reply, null without one. Rejects with `ControlRefused`. */
  async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const reply = await fetch(`${this.url}/_lab/${path}`, {
      method,
      signal: AbortSignal.timeout(20_000),
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await reply.text();
    const document: unknown = text === '' ? null : JSON.parse(text);
    if (reply.ok) return document;
    const { error } = document as { error: { code: string; message: string } };
    throw new ControlRefused(reply.status, error.code, error.message);
  }
}
