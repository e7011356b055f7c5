import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import type { Client } from 'ssh2';
import { PASSWORD, connect, userKey, withRouter } from '../../support/router.ts';

const otherKey = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
}).privateKey;

/** What `exec` of one command gives. */
function exec(client: Client, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) {
        reject(error);
        return;
      }
      let text = '';
      channel.on('data', (data: Buffer) => {
        text += data.toString('utf8');
      });
      channel.on('close', () => {
        resolve(text);
      });
    });
  });
}

describe('the router of the lab: logging in', () => {
  const logins = [
    { what: 'an RSA key', login: { privateKey: userKey } },
    { what: 'a password', login: { password: PASSWORD } },
    { what: 'keyboard-interactive', login: { password: PASSWORD, keyboard: true } },
  ];
  it('lets users in by key, password and keyboard-interactive, at their privilege', async () => {
    await withRouter(async ({ shell }) => {
      for (const { what, login } of logins) {
        const session = await shell(login);
        assert.equal((await session.exchange('')).prompt, 'router210#', what);
      }
      const viewer = await shell({ username: 'viewer', password: PASSWORD });
      assert.equal((await viewer.exchange('')).prompt, 'router210>');
      assert.equal(await viewer.run('enable'), '% No password set\n');
      assert.match(await viewer.run('show running-config'), /Invalid input/);
    });
  });

  it('refuses other keys and passwords', async () => {
    await withRouter(async ({ router }) => {
      await assert.rejects(connect(router.port, { privateKey: otherKey }), /authentication methods failed/);
      await assert.rejects(connect(router.port, { password: 'wrong' }), /authentication methods failed/);
      await assert.rejects(connect(router.port, { username: 'nobody' }), /authentication methods failed/);
    });
  });

  it('says who it is as a Cisco, with the algorithms of its release and the host key it tells', async () => {
    for (const [release, kex] of [
      ['15.x', 'diffie-hellman-group14-sha1'],
      ['17.3', 'ecdh-sha2-nistp256'],
      ['17.15', 'curve25519-sha256@libssh.org'],
    ] as const) {
      await withRouter(
        async ({ router }) => {
          const seen: string[] = [];
          const client = await connect(router.port, {
            more: {
              algorithms: { kex: [kex], ...(release === '15.x' ? { serverHostKey: ['ssh-rsa'] } : {}) },
              hostVerifier: (key: Buffer) => {
                seen.push(`ssh-rsa ${key.toString('base64')}`);
                return true;
              },
              debug: (text) => {
                if (text.includes('Remote ident')) seen.push(text);
              },
            },
          });
          client.end();
          assert.match(seen[0] ?? '', /SSH-2\.0-Cisco-1\.25|Cisco-1\.25/);
          assert.equal(seen[1], router.hostPublicKey);
          assert.match(router.hostKeyFingerprint, /^SHA256:[\w+/]{43}$/);
        },
        { release },
      );
    }
    await withRouter(
      async ({ router }) => {
        const old = connect(router.port, { more: { algorithms: { kex: ['curve25519-sha256@libssh.org'] } } });
        await assert.rejects(old, /no matching key exchange/);
      },
      { release: '15.x' },
    );
  });

  it('asks for the enable secret, three times at most', async () => {
    await withRouter(
      async ({ shell }) => {
        const session = await shell({ username: 'viewer', password: PASSWORD });
        session.type('enable\n');
        await session.until(/Password: $/);
        for (let tries = 0; tries < 2; tries += 1) {
          session.type('wrong\n');
          await session.until(/Password: $/);
        }
        session.type('wrong\n');
        assert.match(await session.until(/>$/), /% Bad secrets/);
        session.type('ena\n');
        await session.until(/Password: $/);
        session.type('en-Secret1\n');
        await session.until(/router210#$/);
        assert.equal(await session.run('show privilege'), 'Current privilege level is 15\n');
        assert.equal((await session.exchange('disable')).prompt, 'router210>');
        assert.doesNotMatch(session.received, /en-Secret1/);
      },
      { enableSecret: 'en-Secret1' },
    );
  });

  it('has one session channel per connection, and exec for one exec command only', async () => {
    await withRouter(async ({ router, shell }) => {
      const texts: [string, RegExp][] = [
        ['show clock', /^\r\n\*\d\d:/],
        ['show clock; show version', /Line has invalid autocommand "show clock; show version"/],
        ['configure terminal', /Line has invalid autocommand/],
        ['nonsense', /Line has invalid autocommand "nonsense"/],
        ['show running-config | include ^hostname', /^\r\nhostname router210\r\n$/],
      ];
      for (const [command, expected] of texts) {
        const client = await connect(router.port);
        assert.match(await exec(client, command), expected);
        client.end();
      }
      const session = await shell();
      await assert.rejects(exec(session.client, 'show clock'), /open failure|Channel open/i);
    });
  });

  it('closes the connection when no vty line is left, and frees a line at exit', async () => {
    const startupConfig =
      'hostname small\ninterface GigabitEthernet1\n ip address dhcp\nline vty 0 1\n login local\nend\n';
    await withRouter(
      async ({ router, shell }) => {
        const first = await shell();
        await shell();
        await assert.rejects(connect(router.port), /closed|ended|reset|lost|ECONN/i);
        assert.equal(router.inventory().sessions.length, 2);
        first.type('exit\n');
        await first.ended();
        const again = await shell();
        assert.match(await again.run('show users'), /\n\* {2}1 vty 0 /);
        again.type('clear line vty 1\n');
        await again.until(/\[confirm\]$/);
        again.type('\n');
        assert.match(await again.until(/#$/), / \[OK\]/);
        assert.equal(router.inventory().sessions.length, 1);
      },
      { startupConfig },
    );
  });
});
