import assert from 'node:assert/strict';
import { statSync, writeFileSync, existsSync } from 'node:fs';
import { createRouter } from '../../../lab/router/index.ts';
import { RouterClock } from '../../../lab/router/router-clock.ts';
import { connect, withRouter } from '../../support/router.ts';
import type { RouterShell } from '../../support/router.ts';

/** Types a command that asks, answering each question in turn. */
async function answer(session: RouterShell, command: string, answers: readonly [RegExp, string][]): Promise<string> {
  session.type(`${command}\n`);
  for (const [question, text] of answers) {
    await session.until(question);
    session.type(text);
  }
  return session.until(/[#>]$/);
}

describe('the router of the lab: what it keeps', () => {
  it('keeps configuration, host key and port over a restart of the lab, in a file of its owner', async () => {
    await withRouter(async (fixture) => {
      const { router, options } = fixture;
      const session = await fixture.shell();
      await session.configure('interface Loopback5', 'ip address 10.5.0.1 255.255.255.0');
      const before = router.inventory();
      assert.equal(before.startupMatches, false);
      assert.equal(statSync(options.stateFile).mode & 0o777, 0o600);
      router.advanceSeconds(600);
      const next = await fixture.restart();
      const after = next.router.inventory();
      assert.equal(after.runningConfig, before.runningConfig);
      assert.equal(after.configHash, before.configHash);
      assert.equal(next.router.port, router.port);
      assert.equal(next.router.hostKeyFingerprint, router.hostKeyFingerprint);
      assert.ok(next.router.now() - Date.now() > 590_000);
      assert.equal(after.sessions.length, 0);
    });
  });

  it('loses the running configuration with its power, and answers after its boot', async () => {
    await withRouter(async ({ router, shell }) => {
      const session = await shell();
      await session.configure('interface Loopback5', 'ip address 10.5.0.1 255.255.255.0');
      assert.equal(await session.run('write memory'), 'Building configuration...\n[OK]\n');
      await session.configure('interface Loopback6', 'ip address 10.6.0.1 255.255.255.0');
      let changes = 0;
      const stop = router.onChange(() => {
        changes += 1;
      });
      router.power(false);
      await session.ended();
      assert.equal(router.running, false);
      assert.deepEqual(router.interfaces(), []);
      await assert.rejects(connect(router.port), /closed|lost|reset|ECONN/i);
      router.power(true, 300);
      router.power(true);
      assert.equal(router.running, false);
      await new Promise((resolve) => {
        setTimeout(resolve, 400);
      });
      assert.equal(router.running, true);
      assert.ok(changes >= 3);
      stop();
      const { runningConfig, startupMatches } = router.inventory();
      assert.match(runningConfig, /Loopback5/);
      assert.doesNotMatch(runningConfig, /Loopback6/);
      assert.equal(startupMatches, true);
    });
  });

  it('goes on booting when the lab restarts meanwhile, and forgets everything when destroyed', async () => {
    await withRouter(async (fixture) => {
      fixture.router.power(false);
      fixture.router.power(true, 60_000);
      const next = await fixture.restart();
      assert.equal(next.router.running, false);
      next.router.advanceSeconds(61);
      assert.equal(next.router.running, true);
      await next.router.destroy();
      assert.equal(existsSync(fixture.options.stateFile), false);
    });
  });

  it('refuses a state file that is none, and a port that is taken', async () => {
    await withRouter(async ({ options, router }) => {
      const taken = createRouter({ ...options, stateFile: `${options.stateFile}.2`, port: router.port });
      await assert.rejects(taken, /Port \d+ of the router is taken/);
      for (const text of ['{', '{}']) {
        const stateFile = `${options.stateFile}.3`;
        writeFileSync(stateFile, text);
        await assert.rejects(createRouter({ ...options, stateFile }), /remove it to have the router made anew/);
      }
    });
  });

  it('saves, asks before it copies, reloads and erases', async () => {
    await withRouter(async ({ router, shell }) => {
      let session = await shell();
      await session.configure('interface Loopback5');
      const copied = await answer(session, 'copy running-config startup-config', [[/\[startup-config\]\? $/, '\n']]);
      assert.match(copied, /\[OK\]/);
      assert.match(await answer(session, 'copy run start', [[/\? $/, 'elsewhere\n']]), /%Error opening nvram/);
      await session.configure('no interface Loopback5', 'file prompt quiet');
      assert.match(await session.run('copy start run'), /bytes copied/);
      assert.match(router.inventory().runningConfig, /Loopback5/);
      assert.match(await session.run('copy run start'), /^Building configuration/);
      await session.configure('interface Loopback8');
      assert.match(
        await answer(session, 'reload', [
          [/\[yes\/no\]: $/, 'maybe\n'],
          [/\[yes\/no\]: $/, 'no\n'],
          [/\[confirm\]$/, 'n'],
        ]),
        /#$/,
      );
      session.type('reload\n');
      await session.until(/\[yes\/no\]: $/);
      session.type('yes\n');
      await session.until(/\[OK\][^]*\[confirm\]$/);
      session.type('\n');
      await session.ended();
      assert.equal(router.running, false);
      router.advanceSeconds(61);
      assert.match(router.inventory().runningConfig, /Loopback8/);
      session = await shell();
      assert.match(await session.run('show version | include reason'), /Reload Command/);
      assert.match(await answer(session, 'write erase', [[/\[confirm\]$/, '\n']]), /Erase of nvram: complete/);
      assert.equal(await session.run('show startup-config'), 'startup-config is not present\n');
      assert.match(await answer(session, 'clear logging', [[/\[confirm\]$/, '\n']]), /#$/);
      assert.doesNotMatch(await session.run('show logging'), /RESTART/);
    });
  });

  it('plans a reload and takes it back; a planned one comes by its own clock', async () => {
    await withRouter(async ({ router, shell }) => {
      const session = await shell();
      assert.match(await session.run('reload cancel'), /%No reload is scheduled/);
      await answer(session, 'reload in 2', [[/\[confirm\]$/, '\n']]);
      assert.match(await session.run('show reload'), /\(in 2 minutes\)/);
      assert.match(await session.run('reload cancel'), /SHUTDOWN ABORTED/);
      await session.configure('interface Loopback9');
      session.type('reload in 2 for a test\n');
      await session.until(/System configuration has been modified\. Save\? \[yes\/no\]: $/);
      session.type('no\n');
      assert.match(await session.until(/\[confirm\]$/), /\(in 2 minutes\) by [^]*Reload reason: for a test/);
      session.type('y');
      await session.until(/#$/);
      router.advanceSeconds(61);
      await session.until(/\*\*\*\n\*\*\* --- SHUTDOWN in 0:01:00 ---\n\*\*\*\n$/);
      router.advanceSeconds(60);
      await session.ended();
      assert.equal(router.running, false);
    });
  });

  it('ends sessions that are idle for as long as their line allows', async () => {
    await withRouter(async ({ router, shell }) => {
      const session = await shell();
      await session.configure('line vty 0 4', 'exec-timeout 5 0');
      router.advanceSeconds(290);
      assert.match(await session.run('show clock'), /^\*/);
      router.advanceSeconds(301);
      await session.ended();
      const second = await shell();
      await second.configure('line vty 0 4', 'exec-timeout 0 0');
      router.advanceSeconds(86_400);
      assert.match(await second.run('show clock'), /^\*/);
    });
  });

  it('lets timers fire in order, each at its time', () => {
    const clock = new RouterClock({ now: () => 1000, speed: 1, scaled: (ms) => ms }, 0);
    const seen: string[] = [];
    clock.schedule(5000, () => seen.push(`late ${clock.now()}`));
    clock.schedule(3000, () => seen.push(`early ${clock.now()}`));
    clock.schedule(4000, () => seen.push('never')).cancel();
    clock.advance(10);
    assert.deepEqual(seen, ['early 3000', 'late 5000']);
    assert.equal(clock.now(), 11_000);
    clock.close();
  });
});

const ARCHIVE = ['archive', 'path bootflash:backup', 'write-memory'];

describe('the router of the lab: archive and rollback', () => {
  it('needs the archive, then rolls back what is not confirmed', async () => {
    await withRouter(async ({ router, shell }) => {
      const session = await shell();
      const off = await session.exchange('configure terminal revert timer 5');
      assert.match(off.text, /^%Turn config archive on before using Rollback Confirmed Change\n/);
      assert.equal(off.prompt, 'router210#');
      await session.configure(...ARCHIVE);
      assert.equal(await session.run('show archive config rollback timer'), '%No Rollback Confirmed Change pending\n');
      const on = await session.exchange('configure terminal revert timer 5');
      assert.match(
        on.text,
        /^Rollback Confirmed Change: Backing up current running config to bootflash:backup-\w{3}-\S+-0\n\nEnter config/,
      );
      assert.equal(on.prompt, 'router210(config)#');
      await session.run('interface Loopback9');
      assert.match(
        await session.run('do show archive config rollback timer'),
        /Timer type: absolute timer\nTimer value: 5 min\nUser: azureuser\n/,
      );
      const other = await shell();
      assert.match(await other.run('configure terminal revert timer 5'), /already pending/);
      router.advanceSeconds(241);
      assert.match(
        await session.until(/you've configured\n/),
        /Rollback will begin in one minute\.\r\nEnter "configure confirm"/,
      );
      router.advanceSeconds(60);
      assert.doesNotMatch(router.inventory().runningConfig, /Loopback9/);
      assert.equal((await session.exchange('interface Loopback10')).prompt, 'router210(config-if)#');
      assert.match(router.inventory().runningConfig, /Loopback10/);
      assert.match(await other.run('show archive'), /There are currently 1 archive[^]*<- Most Recent/);
    });
  });

  it('keeps what is confirmed, also over a restart of the lab', async () => {
    await withRouter(async (fixture) => {
      const session = await fixture.shell();
      await session.configure(...ARCHIVE);
      await session.run('configure terminal revert timer idle 5');
      await session.run('interface Loopback9');
      await session.run('end');
      const next = await fixture.restart();
      const second = await next.shell();
      assert.match(await second.run('show archive config rollback timer'), /idle timer/);
      assert.equal(await second.run('configure confirm'), '');
      assert.match(await second.run('configure confirm'), /^%No Rollback/);
      next.router.advanceSeconds(400);
      assert.match(next.router.inventory().runningConfig, /Loopback9/);
    });
  });

  it('reverts at once or later on demand, and archives at each save', async () => {
    await withRouter(async ({ router, shell }) => {
      const session = await shell();
      assert.match(await session.run('archive config'), /^Archive feature not enabled/);
      for (const command of ['configure revert now', 'configure revert timer 3'])
        assert.match(await session.run(command), /^%No Rollback/);
      await session.configure(...ARCHIVE);
      await session.run('write memory');
      await session.run('archive config');
      // Not 1: its warning, due at once, would be printed behind the prompt that the next line waits for.
      await session.run('configure terminal revert timer 2');
      await session.run('interface Loopback9');
      await session.run('end');
      await session.run('configure revert timer 10');
      router.advanceSeconds(120);
      assert.match(router.inventory().runningConfig, /Loopback9/);
      assert.match(await session.run('configure revert now'), /Rollback Done/);
      assert.doesNotMatch(router.inventory().runningConfig, /Loopback9/);
      assert.match(await session.run('show archive'), /There are currently 3 archive/);
    });
  });

  it('keeps files, and replaces the configuration by one of them', async () => {
    await withRouter(async ({ router, shell }) => {
      const session = await shell();
      const copied = await answer(session, 'copy running-config bootflash:good', [[/\[good\]\? $/, '\n']]);
      assert.match(copied, /bytes copied in/);
      assert.match(await session.run('dir bootflash:'), /-rw- +\d+ {2}\w{3} \d+ .* good\n/);
      assert.match(await session.run('more flash:good | include hostname'), /^hostname router210\n/);
      await session.configure('interface Loopback9');
      assert.match(await answer(session, 'configure replace bootflash:good', [[/\[no\]: $/, 'n\n']]), /#$/);
      assert.match(router.inventory().runningConfig, /Loopback9/);
      assert.match(await session.run('configure replace bootflash:good force'), /passes: 1\nRollback Done\n/);
      assert.doesNotMatch(router.inventory().runningConfig, /Loopback9/);
      assert.match(await session.run('configure replace bootflash:good force'), /passes: 0\n/);
      assert.match(await session.run('configure replace bootflash:none force'), /No such file/);
      assert.match(await answer(session, 'copy bootflash:good running-config', [[/\]\? $/, '\n']]), /bytes copied/);
      assert.match(await session.run('copy bootflash:none running-config'), /No such file/);
      await answer(session, 'delete bootflash:good', [
        [/\[good\]\? $/, '\n'],
        [/\[confirm\]$/, '\n'],
      ]);
      assert.match(await session.run('more bootflash:good'), /No such file/);
      assert.match(await session.run('delete bootflash:good'), /No such file/);
    });
  });
});
