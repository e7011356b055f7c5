import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { ClientChannel } from 'ssh2';
import { PASSWORD, connect, withRouter } from '../../support/router.ts';
import type { LoginOptions, RouterFixture } from '../../support/router.ts';

/** What the router answers to scp's side of a transfer: its bytes after each thing that was sent. */
async function scp({ router }: RouterFixture, command: string, sent: readonly string[], login: LoginOptions = {}) {
  const client = await connect(router.port, login);
  try {
    const channel = await new Promise<ClientChannel>((resolve, reject) => {
      client.exec(command, (error, opened) => {
        if (error) reject(error);
        else resolve(opened);
      });
    });
    const replies: string[] = [];
    const queue = [...sent];
    channel.on('data', (data: Buffer) => {
      replies.push(data.toString('utf8'));
      const next = queue.shift();
      if (next !== undefined) channel.write(next);
      else channel.end();
    });
    if (command.includes('-f')) channel.write('\0');
    await new Promise((resolve) => channel.once('close', resolve));
    return replies.join('');
  } finally {
    client.end();
  }
}

describe('the router of the lab: files', () => {
  it('takes and gives files by scp once that is turned on', async () => {
    await withRouter(async (fixture) => {
      const session = await fixture.shell();
      const text = 'interface Loopback7\n ip address 10.7.0.1 255.255.255.255\nend\n';
      const put = [`C0644 ${text.length} site.cfg\n`, `${text}\0`];
      assert.equal(await scp(fixture, 'scp -t bootflash:/site.cfg', []), '\u0002Administratively disabled.\n');
      await session.configure('ip scp server enable');
      const viewer = { username: 'viewer', password: PASSWORD };
      assert.equal(await scp(fixture, 'scp -t bootflash:/site.cfg', [], viewer), '\u0002Privilege denied.\n');
      assert.equal(await scp(fixture, 'scp -v -p -t bootflash:/', ['T1 0 1 0\n', ...put]), '\0\0\0\0');
      assert.equal(
        await scp(fixture, 'scp -t bootflash:/', ['D0755 0 folder\n']),
        '\0\u0002Only single files are taken\n',
      );
      assert.equal(await session.run('more bootflash:site.cfg'), text);
      assert.match(
        await session.run('show archive config incremental-diffs bootflash:site.cfg ignorecase'),
        /^!List of Commands:\ninterface Loopback7\n ip address 10\.7\.0\.1 255\.255\.255\.255\nend\n/,
      );
      assert.equal(
        await scp(fixture, 'scp -f bootflash:/site.cfg', ['\0', '\0', '\0']),
        `C0644 ${text.length} site.cfg\n${text}\0`,
      );
      assert.equal(
        await scp(fixture, 'scp -f flash:none', []),
        '\u0002%Error opening flash:/none (No such file or directory)\n',
      );
    });
  });

  it('writes files from tclsh, in which exec commands go on to work', async () => {
    await withRouter(async ({ shell }) => {
      const session = await shell();
      const prompt = async (line: string): Promise<string> => {
        session.type(`${line}\r`);
        return (await session.until(/\(tcl\)#$/)).replaceAll('\r', '').slice(line.length);
      };
      assert.equal(await prompt('tclsh'), '\nrouter210(tcl)#');
      assert.equal(await prompt('puts [open "bootflash:x" w+] {interface Loopback7'), '\n+>(tcl)#');
      assert.equal(await prompt(' description a "quoted" one'), '\n+>(tcl)#');
      assert.equal(await prompt(''), '\n+>(tcl)#');
      assert.equal(await prompt('end}'), '\nrouter210(tcl)#');
      assert.equal(await prompt('puts [open "bootflash:x" a+] "!"'), '\nrouter210(tcl)#');
      assert.equal(
        await prompt('puts [open "tftp:x" w+] {y}'),
        `\ncouldn't open "tftp:x": permission denied\nrouter210(tcl)#`,
      );
      assert.equal(await prompt('set face Loopback7'), '\nLoopback7\nrouter210(tcl)#');
      assert.equal(await prompt('puts "$face $other"'), '\nLoopback7 $other\nrouter210(tcl)#');
      assert.match(await prompt('show privilege'), /^\nCurrent privilege level is 15\nrouter210/);
      assert.equal(await session.run('tclquit'), '');
      const text = 'interface Loopback7\n description a "quoted" one\n\nend\n!\n';
      assert.equal(await session.run('more bootflash:x'), text);
      const sum = createHash('md5').update(text).digest('hex');
      assert.match(
        await session.run('verify /md5 bootflash:/x'),
        new RegExp(`verify /md5 \\(bootflash:x\\) = ${sum}\n`),
      );
    });
  });

  it('lists, copies, renames and deletes', async () => {
    await withRouter(async ({ shell, router }) => {
      const session = await shell();
      const lines = ['file prompt quiet', 'interface Loopback7'];
      await session.configure(...lines);
      await session.run('copy running-config bootflash:a');
      assert.match(await session.run('copy bootflash:a flash:/b'), /^Copy in progress\.\.\.C\n\d+ bytes copied/);
      assert.equal(await session.run('copy null: bootflash:empty'), '0 bytes copied in 0.086 secs (0 bytes/sec)\n');
      assert.match(await session.run('rename bootflash:b bootflash:c'), /^$/);
      assert.match(
        await session.run('dir flash:/c'),
        /^Directory of flash:\/c\n\n\d+ +-rw- +\d+ .* c\n\n\d+ bytes total \(\d+ bytes free\)\n$/,
      );
      assert.match(
        await session.run('dir bootflash:/b'),
        /^%Error opening bootflash:\/b \(No such file or directory\)\n/,
      );
      assert.match(await session.run('dir | include bytes'), /^\d+ bytes total \(\d+ bytes free\)\n$/);
      assert.match(await session.run('dir usb0:'), /^%Error opening usb0:\/ \(No such device\)\n/);
      assert.match(await session.run('dir nvram:'), /startup-config\n/);
      assert.match(await session.run('show flash:'), /-#- --length-- [^]* \/bootflash\/c\n/);
      assert.match(await session.run('show file systems'), /\n\* +\d+ +\d+ +disk +rw {3}bootflash: flash:\n/);
      assert.match(
        await session.run('copy tftp://10.1.1.1/x bootflash:'),
        /%Error opening tftp:\/\/10\.1\.1\.1\/x \(Timed out\)/,
      );
      await session.run('delete /force bootflash:c');
      assert.match(await session.run('delete /force bootflash:c'), /^%Error deleting bootflash:\/c/);
      await session.configure('no interface Loopback7', 'file prompt noisy');
      session.type('copy bootflash:a startup-config\n');
      await session.until(/Source filename \[a\]\? $/);
      session.type('\n');
      await session.until(/Destination filename \[startup-config\]\? $/);
      session.type('\n');
      assert.match(await session.until(/#$/), /\[OK\]/);
      assert.match(await session.run('more nvram:startup-config'), /\ninterface Loopback7\n/);
      assert.doesNotMatch(router.inventory().runningConfig, /Loopback7/);
    });
  });

  it('shows what it does not understand of a file that it copies into the configuration', async () => {
    await withRouter(async ({ shell }) => {
      const session = await shell();
      await session.configure('file prompt quiet');
      session.type('tclsh\nputs [open "bootflash:x" w+] {interface Loopback7\n nonsense\n}\ntclquit\n');
      await session.until(/tclquit\r?\n.*#$/s);
      assert.match(
        await session.run('copy bootflash:x running-config'),
        /^nonsense\n \^\n% Invalid input detected at '\^' marker\.\n\n\d+ bytes copied/,
      );
    });
  });
});
