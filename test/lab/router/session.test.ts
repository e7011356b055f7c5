import assert from 'node:assert/strict';
import { withRouter } from '../../support/router.ts';

const CARET = "% Invalid input detected at '^' marker.\n\n";

describe('the router of the lab: the command line', () => {
  const modes: [string, string][] = [
    ['configure terminal', '(config)#'],
    ['crypto ikev2 proposal P', '(config-ikev2-proposal)#'],
    ['crypto ikev2 policy P', '(config-ikev2-policy)#'],
    ['crypto ikev2 keyring K', '(config-ikev2-keyring)#'],
    ['peer A', '(config-ikev2-keyring-peer)#'],
    ['exit', '(config-ikev2-keyring)#'],
    ['crypto ikev2 profile P', '(config-ikev2-profile)#'],
    ['crypto ipsec transform-set T esp-aes 256 esp-sha-hmac', '(cfg-crypto-trans)#'],
    ['crypto ipsec profile P', '(ipsec-profile)#'],
    ['interface Tunnel 1', '(config-if)#'],
    ['do show clock', '(config-if)#'],
    ['! a comment', '(config-if)#'],
    ['', '(config-if)#'],
    ['router bgp 65010', '(config-router)#'],
    ['address-family ipv4', '(config-router-af)#'],
    ['exit-address-family', '(config-router)#'],
    ['exit', '(config)#'],
    ['exit', '#'],
  ];
  it('shows the prompts of IOS, the host name cut to 20 characters in configuration modes', async () => {
    await withRouter(
      async ({ shell }) => {
        const session = await shell();
        for (const [line, suffix] of modes) {
          const { prompt } = await session.exchange(line);
          assert.equal(
            prompt,
            `${suffix === '#' ? 'a-router-with-a-rather-long-name' : 'a-router-with-a-rath'}${suffix}`,
            line,
          );
        }
        await session.run('conf t');
        assert.equal((await session.exchange('hostname b')).prompt, 'b(config)#');
        session.type('interface Loopback1\u001a');
        await session.until(/\^Z\nb#$/);
        assert.match(
          await session.run('show running-config interface Loopback1'),
          /interface Loopback1\n no ip address\nend/,
        );
        await session.run('conf t');
        session.type('nonsense\u0003');
        await session.until(/b#$/);
      },
      { hostname: 'a-router-with-a-rather-long-name' },
    );
  });

  const replies: [string, string][] = [
    ['show foo', `${' '.repeat(16)}^\n${CARET}`],
    ['show versionx', `${' '.repeat(22)}^\n${CARET}`],
    ['show xyz', `${' '.repeat(15)}^\n${CARET}`],
    ['show', '% Type "show ?" for a list of subcommands\n\n'],
    ['sh cl | foo', `${' '.repeat(18)}^\n${CARET}`],
    ['show clock |', '% Incomplete command.\n\n'],
    ['show clock | include', '% Incomplete command.\n\n'],
    ['show clock | include [', '% Failed to compile regular expression "[".\n'],
    ['show i', '% Ambiguous command:  "show i"\n'],
    ['terminal width 9999', `${' '.repeat(25)}^\n${CARET}`],
    ['show access-lists', ''],
    ['undebug all', 'All possible debugging has been turned off\n'],
    [
      'nothing',
      'Translating "nothing"...domain server (255.255.255.255)\n% Unknown command or computer name, or unable to find computer address\n',
    ],
  ];
  it('answers wrong lines as IOS does', async () => {
    await withRouter(async ({ shell }) => {
      const session = await shell();
      for (const [line, expected] of replies) {
        assert.equal(await session.run(line), expected, line);
      }
      await session.configure('no ip domain lookup');
      assert.match(await session.run('nothing'), /^% Unknown command or computer name/);
      const config = await session.configure(
        'interface Tunnel1',
        'ip address 1.2.3.4',
        'tunnel mode foo',
        'do show foo',
        'crypto ikev2 p x',
      );
      assert.equal(config['ip address 1.2.3.4'], '% Incomplete command.\n\n');
      assert.equal(config['tunnel mode foo'], `${' '.repeat('router210(config-if)#'.length + 12)}^\n${CARET}`);
      assert.equal(config['do show foo'], `${' '.repeat('router210(config-if)#'.length + 9)}^\n${CARET}`);
      assert.equal(config['crypto ikev2 p x'], '% Ambiguous command:  "crypto ikev2 p x"\n');
    });
  });

  it('helps with ? and tab, edits the line, and brings the last one back', async () => {
    await withRouter(async ({ shell }) => {
      const session = await shell();
      session.type('?');
      assert.match(await session.until(/#$/), /\?\r\nExec commands:\r\n {2}archive {5}Keep copies/);
      session.type('show ip ?');
      assert.match(
        await session.until(/#show ip $/),
        / {2}access-lists\r\n[^]* {2}bgp {11}Border Gateway Protocol\r\n[^]* {2}interface {5}An interface\r\n[^]* {2}route {9}Routes\r\n {2}ssh {11}Secure/,
      );
      session.type('int\t');
      await session.until(/#show ip interface $/);
      session.type('bri?');
      await session.until(/brief\n[^]*#show ip interface bri$/);
      session.type('xx\b\b\u0017brief\n');
      assert.match(await session.until(/router210#$/), /GigabitEthernet1/);
      session.type('\u001b[A');
      await session.until(/show ip interface brief$/);
      session.type('\u0015show nonsense ?');
      await session.until(/% Unrecognized command\n/);
      session.type('\u0015ping ?');
      await session.until(/WORD/);
      session.type('\u0015q\t\t\n');
      await session.ended();
    });
  });

  it('helps in configuration mode, with do and no before the line', async () => {
    await withRouter(async ({ shell }) => {
      const session = await shell();
      await session.run('configure terminal');
      for (const [line, expected] of [
        ['en?', /enable {2}end\n/],
        ['do show cl?', /clock\n/],
        ['no int?', /interface\n/],
        ['xyz?', /% Unrecognized command/],
      ] as const) {
        session.type(line);
        await session.until(expected);
        session.type('\u0015');
      }
    });
  });

  it('stops at each screen, scrolls a long line, and takes a quoted question mark', async () => {
    await withRouter(async ({ shell }) => {
      const session = await shell({ rows: 10, columns: 40 });
      session.type('show running-config\n');
      await session.until(/ --More-- $/);
      session.type('\n');
      await session.until(/ --More-- $/);
      session.type(' ');
      await session.until(/ --More-- $/);
      session.type('q');
      await session.until(/router210#$/);
      for (const [keys, expected] of [
        ['/^interface\n', /filtering\.\.\.\ninterface GigabitEthernet1\n/],
        ['+^interface|^end\n', /filtering\.\.\.\ninterface GigabitEthernet1\nend\n[^]*#$/],
        ['-.\n', /filtering\.\.\.\n\n?router210#$/],
        ['/(\n', /filtering\.\.\.\n[^]* --More-- $/],
      ] as const) {
        session.type('show running-config\n');
        await session.until(/ --More-- $/);
        session.type(keys);
        await session.until(expected);
        // Ends what is left, and is nothing at a prompt.
        session.type('\u0015');
      }
      session.type('show ip ssh\n');
      await session.until(/\nHostkey Algorithms:rsa-sha2-512,rsa-sha2\n-256,ssh-rsa\n/);
      session.type('q');
      await session.until(/router210#$/);
      session.type(`ping ${'1'.repeat(60)}`);
      assert.ok((await session.until(/\$1+/)).includes('\b'));
      session.type('\n');
      await session.until(/router210#$/);
      await session.run('terminal length 0');
      await session.run('terminal width 511');
      session.type('conf t\n');
      await session.until(/\(config\)#$/);
      session.type('interface Loopback1\ndescription what\u0016?\nend\n');
      await session.until(/\(config-if\)#end\nrouter210#$/);
      assert.match(await session.run('show running-config'), /\n description what\?\n/);
      await session.run('terminal no length');
      assert.match(await session.run('terminal no width'), /^$/);
    });
  });

  it('asks where to configure from, and takes e and en for ambiguous', async () => {
    await withRouter(async ({ shell }) => {
      const session = await shell();
      session.type('configure\n');
      assert.match(await session.until(/\? $/), /Configuring from terminal, memory, or network \[terminal\]\? $/);
      session.type('memory\n');
      assert.match(await session.until(/#$/), /\?Must be/);
      session.type('configure\n');
      await session.until(/\? $/);
      session.type('\n');
      await session.until(/\(config\)#$/);
      for (const line of ['e', 'en']) assert.equal(await session.run(line), `% Ambiguous command:  "${line}"\n`);
      await session.run('interface Loopback1');
      assert.equal((await session.exchange('en')).prompt, 'router210#');
    });
  });

  it('lets only one session configure when that is exclusive', async () => {
    await withRouter(async ({ shell }) => {
      const [one, two] = [await shell(), await shell()];
      await one.run('configure terminal lock');
      assert.match(await two.run('configure terminal'), /^Configuration mode locked exclusively by user 'azureuser'/);
      await one.run('configuration mode exclusive');
      await one.run('end');
      await two.run('configure terminal');
      assert.match(await one.run('configure terminal'), /^Configuration mode locked/);
      two.close();
      await two.ended();
      assert.match((await one.exchange('configure terminal')).prompt, /\(config\)#$/);
    });
  });
});

describe('the router of the lab: faults', () => {
  const fault = (match: string, more: object) => [{ id: 'f', target: 'router', match: { line: match }, ...more }];

  it('rejects, delays and drops the lines that a fault names', async () => {
    await withRouter(async ({ shell, faults }) => {
      const session = await shell();
      faults.set(fault('^tunnel mode', { do: 'reject', nth: 1 }));
      const replies = await session.configure('interface Tunnel1', 'tunnel mode ipsec ipv4', 'tunnel mode ipsec ipv4');
      assert.match(replies['tunnel mode ipsec ipv4'] ?? '', /\^\n% Invalid input/);
      faults.set(fault('show clock', { do: 'reject', message: '% Busy' }));
      assert.equal(await session.run('show clock'), '% Busy\n');
      faults.set(fault('show clock', { do: 'delay', milliseconds: 300, at: 'afterEffect' }));
      const began = Date.now();
      assert.match(await session.run('show clock'), /^\*/);
      assert.ok(Date.now() - began >= 290);
      faults.set(fault('^interface Loopback1', { do: 'drop' }));
      await session.run('configure terminal');
      session.type('interface Loopback1\n');
      await session.ended();
      const second = await shell();
      assert.doesNotMatch(await second.run('show running-config'), /Loopback1/);
      faults.set(fault('^interface Loopback2', { do: 'drop', at: 'afterEffect' }));
      await second.run('configure terminal');
      session.type('');
      second.type('interface Loopback2\n');
      await second.ended();
      assert.doesNotMatch(second.received, /config-if/);
      faults.set([]);
      assert.match(await (await shell()).run('show running-config'), /interface Loopback2/);
    });
  });

  it('holds a line, which goes on when released although its client is gone', async () => {
    await withRouter(async ({ shell, faults, router }) => {
      const session = await shell();
      await session.run('configure terminal');
      faults.set(fault('^interface Loopback', { do: 'hold' }));
      session.type('interface Loopback7\n');
      await session.until(/Loopback7\n$/);
      const [hold] = faults.holds();
      assert.equal(hold?.what, 'router210: interface Loopback7');
      session.client.destroy();
      await session.ended();
      assert.equal(faults.release('f'), 1);
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
      assert.match(router.inventory().runningConfig, /interface Loopback7/);
    });
  });
});
