import assert from 'node:assert/strict';
import { withRouter } from '../../support/router.ts';

const fault = (match: object, more: object): object => ({ id: 'f', target: 'router', match, ...more });

describe('the router of the lab: faults on demand', () => {
  it('has a busy NVRAM, and then not any more', async () => {
    await withRouter(async ({ shell, faults, router }) => {
      const session = await shell();
      await session.configure('interface Loopback1');
      faults.set([fault({ line: '^write' }, { do: 'busy', nth: 1 })]);
      assert.equal(await session.run('write memory'), 'startup-config file open failed (Device or resource busy)\n');
      assert.equal(router.inventory().startupMatches, false);
      assert.match(await session.run('write memory'), /\[OK\]/);
    });
  });

  it('writes a line of the log where the reply should stand', async () => {
    await withRouter(async ({ shell, faults }) => {
      const session = await shell();
      faults.set([fault({ line: 'ip interface brief' }, { do: 'log' })]);
      const text = await session.run('show ip interface brief');
      assert.match(text, /^\n\*\w{3} [ \d]\d \d\d:\d\d:\d\d\.\d{3}: %SYS-5-CONFIG_P: [^\n]*\n+Interface +IP-Address/);
    });
  });

  it('reloads in the middle, before or after a line has its effect', async () => {
    await withRouter(async ({ shell, faults, router }) => {
      for (const at of ['before', 'afterEffect']) {
        const session = await shell();
        faults.set([fault({ line: '^interface Loopback1$' }, { do: 'reload', at })]);
        await session.run('configure terminal');
        session.type('interface Loopback1\n');
        await session.ended();
        assert.equal(router.running, false, at);
        router.advanceSeconds(61);
        faults.set([]);
        const after = await shell();
        assert.doesNotMatch(await after.run('show running-config'), /Loopback1/, at);
        assert.match(await after.run('show version | include reason'), /Critical process fault/);
      }
    });
  });

  it('has another name in the middle', async () => {
    await withRouter(async ({ shell, faults }) => {
      const session = await shell();
      await session.run('configure terminal');
      faults.set([fault({ line: '^interface Loopback2$' }, { do: 'rename', message: 'someone-else', nth: 1 })]);
      assert.equal((await session.exchange('interface Loopback1')).prompt, 'router210(config-if)#');
      assert.equal((await session.exchange('interface Loopback2')).prompt, 'someone-else(config-if)#');
    });
  });

  it('echoes slowly, letter by letter', async () => {
    await withRouter(async ({ shell, faults }) => {
      const session = await shell();
      faults.set([fault({ device: 'router210' }, { do: 'slowEcho', milliseconds: 10 })]);
      const began = performance.now();
      assert.match(await session.run('show clock'), /^\*\d\d:/);
      assert.equal(performance.now() - began >= 90, true, 'ten letters, ten milliseconds each');
      faults.set([fault({ device: 'another' }, { do: 'slowEcho', milliseconds: 10_000 })]);
      assert.match(await session.run('show clock'), /^\*\d\d:/);
    });
  });

  it('writes in small pieces, and all of it, also when the session ends', async () => {
    await withRouter(async ({ shell, faults }) => {
      const whole = await (await shell()).run('show running-config');
      faults.set([fault({}, { do: 'split', milliseconds: 0 })]);
      const session = await shell();
      const pieces: number[] = [];
      session.onData((text) => pieces.push(text.length));
      assert.equal(await session.run('show running-config'), whole);
      assert.equal(pieces.length > 20, true, `${pieces.length} pieces`);
      session.type('show clock\nexit\n');
      await session.ended();
      assert.match(session.received, /show clock\r\n\*[^\n]*\n\r?router210#exit\r\n$|#exit\r\n/);
    });
  });
});
