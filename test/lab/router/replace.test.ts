import assert from 'node:assert/strict';
import { contextualDiff, rollbackCommands } from '../../../lab/router/configuration/diff.ts';
import type { RouterShell } from '../../support/router.ts';
import { withRouter } from '../../support/router.ts';

const ARCHIVE = ['archive', 'path bootflash:backup'];

async function copy(session: RouterShell, file: string): Promise<void> {
  session.type(`copy running-config bootflash:${file}\n`);
  await session.until(/\? $/);
  session.type('\n');
  await session.until(/#$/);
}

describe('the router of the lab: configure replace', () => {
  it('lists what it types, and tells the difference of configurations', async () => {
    await withRouter(async ({ shell }) => {
      const session = await shell();
      await session.configure('interface Loopback1', 'ip address 10.0.0.1 255.255.255.255');
      await copy(session, 'good');
      assert.match(
        await session.run('show archive config differences bootflash:good'),
        /^!Contextual Config Diffs:\n!No changes were found\n/,
      );
      await session.configure('interface Loopback1', 'description wrong', 'interface Loopback2');
      assert.match(
        await session.run('show archive config differences bootflash:good system:running-config'),
        /^!Contextual Config Diffs:\ninterface Loopback1\n \+description wrong\n\+interface Loopback2\n \+no ip address\n/,
      );
      assert.match(await session.run('show archive config differences bootflash:none'), /^%Error opening/);
      assert.match(
        await session.run('configure replace bootflash:good list force'),
        /^!List of Rollback Commands:\nno interface Loopback2\ninterface Loopback1\n no description wrong\nend\n\n\nTotal number of passes: 1\nRollback Done\n/,
      );
    });
  });

  it('rolls back what is not confirmed in time', async () => {
    await withRouter(async ({ shell, router }) => {
      const session = await shell();
      await copy(session, 'good');
      await session.configure('interface Loopback1');
      const command = 'configure replace bootflash:good force revert trigger error timer 5';
      assert.match(await session.run(command), /^%Turn config archive on/);
      await session.configure(...ARCHIVE);
      await copy(session, 'later');
      await session.configure('interface Loopback2');
      assert.match(await session.run(command), /Rollback Done/);
      assert.doesNotMatch(router.inventory().runningConfig, /Loopback2/);
      assert.match(await session.run('configure replace bootflash:good force time 5'), /already pending/);
      router.advanceSeconds(301);
      assert.match(router.inventory().runningConfig, /Loopback2/);
    });
  });

  it('gives an interface its defaults back, and keeps it', async () => {
    await withRouter(async ({ shell, router }) => {
      const session = await shell();
      const replies = await session.configure(
        'interface Loopback1',
        'ip address 10.0.0.1 255.255.255.255',
        'default interface Loopback1',
        'default interface Loopback7',
      );
      assert.deepEqual(replies, {
        'default interface Loopback1': 'Interface Loopback1 set to default configuration\n',
      });
      assert.match(router.inventory().runningConfig, /\ninterface Loopback1\n no ip address\n/);
    });
  });

  it('words the way from one to the other as commands', () => {
    const before = 'hostname a\ninterface Tunnel1\n shutdown\n mtu 1400\nip route 10.0.0.0 255.0.0.0 Tunnel1\nend\n';
    const after = 'hostname b\ninterface Tunnel1\n mtu 1400\n no mop enabled\nend\n';
    assert.deepEqual(rollbackCommands(before, after), [
      'no hostname a',
      'no ip route 10.0.0.0 255.0.0.0 Tunnel1',
      'hostname b',
      'interface Tunnel1',
      ' no shutdown',
      ' no mop enabled',
    ]);
    assert.match(
      contextualDiff(before, after),
      /^!Contextual Config Diffs:\n-hostname a\n-ip route .*\n\+hostname b\n/,
    );
  });
});
