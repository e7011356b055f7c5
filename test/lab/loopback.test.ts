import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
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

  it('cannot be changed: there is no option for it', () => {
    for (const option of ['--host', '--bind', '--listen', '--address']) {
      assert.throws(() => parseOptions(['--state', 'x', option, '0.0.0.0']), WrongOption);
    }
    assert.throws(() => parseOptions(['--state', 'x', '--port', '0.0.0.0:8443']), WrongOption);
  });
});
