import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import ssh2 from 'ssh2';
import { freePort, portTaken } from '../listen.ts';
import type { RouterBgp, RouterCrypto, RouterInterface, RouterLink, RouterRoute } from '../ports.ts';
import { watchLines } from './line/watch.ts';
import { Machine } from './machine.ts';
import { watchRevert } from './rollback.ts';
import { clockDate } from './dates.ts';
import { SshServer } from './line/ssh-server.ts';
import { newState, readState } from './stored-state.ts';
import type { Router, RouterInventory, RouterOptions } from './types.ts';
import { bgpOf, cryptoOf } from './views.ts';

/** A free port may be taken in the moment between finding it and listening. */
const PORT_TRIES = 5;

class LabRouter implements Router {
  readonly key: string;
  readonly release: string;
  readonly vmId: string | null;
  readonly hostKeyFingerprint: string;
  readonly hostPublicKey: string;
  private readonly machine: Machine;
  private readonly server: SshServer;
  private readonly stopWatching: () => void;

  constructor(machine: Machine, server: SshServer) {
    const { options } = machine;
    this.machine = machine;
    this.server = server;
    this.key = options.key;
    this.release = machine.release.full;
    this.vmId = options.vmId;
    const body = publicKey(machine.state.hostKey);
    this.hostPublicKey = `ssh-rsa ${body.toString('base64')}`;
    this.hostKeyFingerprint = `SHA256:${createHash('sha256').update(body).digest('base64').replace(/=+$/, '')}`;
    this.stopWatching = watchLines(machine);
  }

  get hostname(): string {
    return this.machine.hostname;
  }

  get publicAddress(): string | null {
    return this.machine.options.publicAddress();
  }

  get running(): boolean {
    return this.machine.running;
  }

  get port(): number {
    return this.machine.state.port;
  }

  now(): number {
    return this.machine.now();
  }

  interfaces(): readonly RouterInterface[] {
    return this.machine.interfaces();
  }

  crypto(): RouterCrypto {
    return cryptoOf(this.machine.config.root);
  }

  routes(): readonly RouterRoute[] {
    return this.machine.fixedRoutes();
  }

  bgp(): RouterBgp | null {
    return bgpOf(this.machine.config.root);
  }

  setLink(link: RouterLink): void {
    this.machine.link = link;
  }

  onChange(listener: () => void): () => void {
    return this.machine.onChange(listener);
  }

  power(on: boolean, bootMilliseconds = 0): void {
    this.machine.power(on, bootMilliseconds);
  }

  advanceSeconds(seconds: number): void {
    this.machine.clock.advance(seconds);
    this.machine.changed();
  }

  inventory(): RouterInventory {
    const { machine } = this;
    const text = machine.running ? machine.runningConfig() : '';
    return {
      key: this.key,
      hostname: machine.hostname,
      release: this.release,
      running: machine.running,
      port: this.port,
      clock: clockDate(machine.now()),
      sessions: [...machine.seats].map((seat) => ({
        user: seat.user,
        line: `vty ${seat.line}`,
        from: seat.from,
        mode: seat.mode,
      })),
      configHash: createHash('sha256').update(text).digest('hex'),
      startupMatches: text === machine.state.startup,
      runningConfig: text,
      tunnels: machine
        .interfaces()
        .filter(({ kind }) => kind === 'tunnel')
        .map(({ name }) => ({ name, lineUp: machine.lineUp(name), reason: machine.link?.reason(name) ?? null })),
      bgp: (machine.link?.bgpPeers() ?? []).map(({ neighbor, state, reason }) => ({ neighbor, state, reason })),
    };
  }

  async destroy(): Promise<void> {
    await this.close();
    rmSync(this.machine.options.stateFile, { force: true });
  }

  close(): Promise<void> {
    this.stopWatching();
    this.machine.close();
    return this.server.close();
  }
}

function publicKey(pem: string): Buffer {
  const key = ssh2.utils.parseKey(pem);
  if (key instanceof Error) throw key;
  return key.getPublicSSH();
}

/** Like the serial number of a CSR, and the same for the same key. */
function serialOf(key: string): string {
  const digest = createHash('sha256').update(key).digest('hex').toUpperCase();
  return `9${digest.slice(0, 10)}`;
}

/** Listens on the port that is asked for or was used before; without one, on a free one. */
async function listen(server: SshServer, port: number): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await server.listen(port === 0 ? await freePort(() => false) : port);
      return;
    } catch (error) {
      const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (!taken || port !== 0 || tries === PORT_TRIES) throw portTaken(error, 'router', port);
    }
  }
}

/** Starts a router and its SSH listener; throws if the port is taken or the state file cannot be read. */
export async function createRouter(options: RouterOptions): Promise<Router> {
  const state = readState(options.stateFile) ?? (await newState(serialOf(options.key), options.clock.now()));
  const machine = new Machine(options, state);
  const server = new SshServer(machine);
  await listen(server, options.port === 0 ? state.port : options.port);
  state.port = server.port;
  machine.resume();
  watchRevert(machine);
  machine.changed();
  return new LabRouter(machine, server);
}
