import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { WrongOption, parseOptions } from '../../lab/options.ts';
import { withLab } from '../support/lab.ts';

/** `connected`, or the code of the error. */
const knock = (host: string, port: number): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2000 });
    const end = (what: string): void => {
      socket.destroy();
      resolve(what);
    };
    socket.once('connect', () => {
      end('connected');
    });
    socket.once('timeout', () => {
      end('silence');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      end(error.code ?? error.message);
    });
  });

describe('what the lab listens on', () => {
  const lab = withLab({
    devices: [{ name: 'branch', publicAddress: '203.0.113.9', username: 'admin', password: 'pw' }],
  });

  it('is 127.0.0.1 and nothing else: no other address of this machine answers at any of its ports', async () => {
    const { arm, identity, control } = JSON.parse(readFileSync(join(lab.dir, 'lab.json'), 'utf8')) as Record<
      string,
      string
    >;
    const { routers } = await lab.control.inventory();
    const ports = [
      ...[arm, identity, control].map((url) => Number(new URL(url ?? '').port)),
      ...routers.map(({ port }) => port),
    ];
    assert.equal(ports.length, 4);
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ address, scopeid }) => address !== '127.0.0.1' && (scopeid ?? 0) === 0)
      .map(({ address }) => address);
    // On Linux all of 127.0.0.0/8 is this machine; elsewhere it refuses just so.
    for (const port of ports) {
      assert.equal(await knock('127.0.0.1', port), 'connected');
      for (const host of ['127.0.0.2', ...others])
        assert.notEqual(await knock(host, port), 'connected', `${host}:${port}`);
    }
  });

  it('is so for every port that its process has open, whatever it is for, as far as the system tells', () => {
    if (!existsSync('/proc/self/net/tcp')) return;
    const inodes = new Set(
      readdirSync(`/proc/${lab.pid}/fd`).map((fd) => {
        try {
          return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${lab.pid}/fd/${fd}`))?.[1];
        } catch {
          return undefined;
        }
      }),
    );
    // Columns: local address 1, state 3 (0A: listening), inode 9. UDP knows no listening.
    const open = ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((table) =>
      readFileSync(`/proc/${lab.pid}/net/${table}`, 'utf8')
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(/\s+/))
        .filter((row) => row.length > 9 && inodes.has(row[9]) && (table.startsWith('udp') || row[3] === '0A'))
        .map((row) => row[1]?.split(':')[0]),
    );
    assert.ok(open.length >= 4, `${open.length}`);
    assert.deepEqual([...new Set(open)], ['0100007F']);
  });

  it('cannot be changed: there is no option for it', () => {
    for (const option of ['--host', '--bind', '--listen', '--address']) {
      assert.throws(() => parseOptions(['--state', 'x', option, '0.0.0.0']), WrongOption);
    }
    assert.throws(() => parseOptions(['--state', 'x', '--port', '0.0.0.0:8443']), WrongOption);
  });
});
