/**
 * A bastion that is a real OpenSSH server: on loopback, without privileges, with a configuration and keys of its own that
 * are made for the test and go with it. It lets the given key in, and only forwards.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import ssh2 from 'ssh2';
import { findSshd } from '../../../support/sshd.ts';

/** A server without privileges logs in only its own user; root starts it as another, who may nothing. */
const servant = { name: 'daemon', uid: 1, gid: 1 };

export interface Sshd {
  readonly port: number;
  /** Who may log in. */
  readonly username: string;
  /** As known_hosts holds it: `ssh-ed25519 AAAA…`. */
  readonly publicKey: string;
  /** What it wrote to its log. */
  log(): string;
  /** Ends it, and starts it on the same port with another host key. */
  changeHostKey(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'data');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

class Bastion implements Sshd {
  readonly port: number;
  readonly username: string;
  publicKey = '';
  private readonly folder = mkdtempSync(join(tmpdir(), 'sitelink-sshd-'));
  private readonly asRoot = process.getuid?.() === 0;
  private process: ChildProcess | null = null;

  constructor(port: number, authorizedKey: string) {
    this.port = port;
    this.username = this.asRoot ? servant.name : userInfo().username;
    this.file('authorized_keys', `${authorizedKey}\n`);
    const lines = [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${join(this.folder, 'host_key')}`,
      `AuthorizedKeysFile ${join(this.folder, 'authorized_keys')}`,
      'PidFile none',
      'StrictModes no',
      'UsePAM no',
      'AuthenticationMethods publickey',
      'AllowTcpForwarding local',
      'LogLevel VERBOSE',
    ];
    this.file('config', `${lines.join('\n')}\n`);
  }

  async start(): Promise<void> {
    const pair = ssh2.utils.generateKeyPairSync('ed25519');
    this.publicKey = pair.public.split(' ').slice(0, 2).join(' ');
    this.file('host_key', pair.private);
    if (this.asRoot) chownSync(this.folder, servant.uid, servant.gid);
    const as = this.asRoot ? { uid: servant.uid, gid: servant.gid } : {};
    const arguments_ = ['-D', '-f', join(this.folder, 'config'), '-E', join(this.folder, 'log')];
    this.process = spawn(findSshd() ?? 'sshd', arguments_, { stdio: 'ignore', cwd: '/', ...as });
    for (let attempt = 0; !(await answers(this.port)); attempt++) {
      if (attempt > 100 || this.process.exitCode !== null) throw new Error(`sshd does not start: ${this.log()}`);
      await sleep(50);
    }
  }

  log(): string {
    return readdirSync(this.folder).includes('log') ? readFileSync(join(this.folder, 'log'), 'utf8') : '';
  }

  async changeHostKey(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async stop(): Promise<void> {
    const { process: child } = this;
    this.process = null;
    if (child === null || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private file(name: string, text: string): void {
    const path = join(this.folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    chmodSync(path, 0o600);
    if (this.asRoot) chownSync(path, servant.uid, servant.gid);
  }
}

/** Runs the work with one bastion; everything of it is gone afterwards. */
export async function withSshd<T>(authorizedKey: string, work: (sshd: Sshd) => Promise<T>): Promise<T> {
  const bastion = new Bastion(await freePort(), authorizedKey);
  try {
    await bastion.start();
    return await work(bastion);
  } finally {
    await bastion.remove();
  }
}
