import assert from 'node:assert/strict';
import { connect, withRouter } from '../../support/router.ts';

describe('the router of the lab: banners', () => {
  it('takes one of several lines, prints it as it is kept, and shows it after the login', async () => {
    await withRouter(async (fixture) => {
      const session = await fixture.shell();
      await session.run('configure terminal');
      session.type('banner motd #\n');
      assert.match(await session.until(/\n$/), /\r\nEnter TEXT message\. {2}End with the character '#'\.\r\n$/);
      session.type('Do not > touch\nthis $router\n#\n');
      await session.until(/\(config\)#$/);
      assert.equal(await session.run('banner exec ^CWelcome^C'), '');
      assert.equal(await session.run('banner login @Authorised only@'), '');
      await session.run('end');
      const config = await session.run('show running-config');
      assert.match(config, /\nbanner exec \^CWelcome\^C\n/);
      assert.match(config, /\nbanner login \^CAuthorised only\^C\n/);
      assert.match(config, /\nbanner motd \^C\nDo not > touch\nthis \$router\n\^C\n/);
      await session.run('write memory');
      const { shell, router } = await fixture.restart();
      const again = await shell();
      assert.match(again.received, /^\r\n\r\nDo not > touch\r\nthis \$router\r\n\r\nWelcome\r\nrouter210#$/);
      const seen: string[] = [];
      const client = await connect(router.port, {
        more: {
          debug: (text) => {
            if (text.includes('USERAUTH_BANNER')) seen.push(text);
          },
        },
      });
      client.end();
      assert.equal(seen.length, 1, 'the login banner comes before the login');
      await again.configure('no banner motd', 'no banner exec', 'no banner login');
      assert.doesNotMatch(await again.run('show running-config'), /banner/);
    });
  });

  it('reads those of a startup configuration, with any delimiter', async () => {
    const startupConfig =
      'hostname small\nbanner motd %\nfirst\n second %\ninterface GigabitEthernet1\n ip address dhcp\n';
    await withRouter(
      async ({ shell }) => {
        const session = await shell();
        assert.match(session.received, /\r\nfirst\r\n second \r\nsmall#$/);
        assert.match(await session.run('show running-config | begin banner'), /^banner motd \^C\nfirst\n second \^C\n/);
      },
      { startupConfig },
    );
  });
});
