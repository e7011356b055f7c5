/**
 * A router that is there already and has a public address of its own: nothing is rewritten. Its worker dies with the
 * revert timer running and no line sent: the router lets go of the session, and the next worker goes on at once.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { broken, eventually, ROOT, rowsOf, withStack } from '../support/stack.ts';

describe('a device with a public address', function () {
  this.timeout(240_000);
  const stack = withStack();

  const routerNow = async () => {
    const { routers, sessions } = await stack.lab.control.inventory();
    const router = routers.find(({ name }) => name === 'milano-r1');
    assert.ok(router !== undefined);
    return { configuration: router.runningConfig, sessions, saved: router.startupMatches };
  };

  it('carries the script as Azure wrote it, whatever becomes of the worker, and is given back as it was', async () => {
    await stack.lab.control.putDevice('milano-r1', {
      publicAddress: '203.0.113.7',
      username: 'netops',
      publicKey: stack.publicKey,
      config: ['interface Loopback50', ' ip address 192.168.50.1 255.255.255.0', 'archive', ' path bootflash:kept'],
    });
    const before = (await routerNow()).configuration;
    assert.match(before, /^ ip address 203\.0\.113\.7 /m);
    const text = readFileSync(join(ROOT, 'examples/device.yaml'), 'utf8').replace(/^ *privateAddress:.*\n/m, '');
    const line = '^configure terminal revert timer';
    await stack.lab.control.setFaults([
      { id: 'armed', target: 'router', match: { line }, nth: 1, at: 'afterEffect', do: 'hold' },
    ]);
    const running = stack.sitelink('up', stack.write('public.yaml', text));
    await stack.lab.control.held('armed', 90);
    await stack.killWorkers();
    await stack.lab.control.release('armed');
    await eventually('the vty lines are free again', async () =>
      (await routerNow()).sessions.length === 0 ? true : null,
    );
    await stack.startWorker();
    const began = Date.now();
    const up = await running;
    assert.equal(up.code, 0, up.stderr);
    assert.deepEqual(broken(up.document), []);
    assert.ok(Date.now() - began < 150_000, 'nobody has waited for the revert timer of five minutes');
    const nat = rowsOf(up.document).get(11)?.observed as { behindNat: boolean; rewrites: unknown[] };
    assert.deepEqual([nat.behindNat, nat.rewrites], [false, []]);
    const { configuration, saved } = await routerNow();
    assert.match(configuration, /^ tunnel source 203\.0\.113\.7$/m);
    assert.equal(saved, true);
    const down = await stack.sitelink('down', 'europe');
    assert.equal(down.code, 0, down.stderr);
    assert.deepEqual((await stack.lab.control.inventory()).resources, []);
    assert.equal((await routerNow()).configuration, before);
  });
});
