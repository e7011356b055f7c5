/** Sessions over real SSH: learning the prompt, privilege, questions, pages, refusals, lost connections, deadlines. */
import assert from 'node:assert/strict';
import { Busy, DeviceRejected, Refused, Unreachable } from '../../../adapters/errors.ts';
import { openRouter, withSession, routerOpener } from '../../../adapters/ios/index.ts';
import type { RouterSecrets, RouterSession } from '../../../adapters/ios/index.ts';
import { withFakeRouter } from './support/fake-router.ts';
import type { FakeOptions, FakeRouter } from './support/fake-router.ts';
import { sharedKey } from './support/samples.ts';

/** Runs `work` in one session with such a router. */
function inSession<T>(
  options: FakeOptions,
  work: (session: RouterSession, router: FakeRouter) => Promise<T>,
  secrets: Partial<RouterSecrets> = {},
): Promise<T> {
  return withFakeRouter(options, (router) =>
    withSession(routerOpener(router.reach, router.deps(secrets)), (session) => work(session, router)),
  );
}

async function failure(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => assert.fail('it did not fail'),
    (error: unknown) => error as Error,
  );
}

describe('a session', () => {
  it('learns the prompt behind a banner that looks like one', async () => {
    const banner = 'welcome#\r\nkeep out>\r\n(config)#\r\nlast line of the banner #';
    await inSession({ banner, hostname: 'AS' }, async (session, router) => {
      assert.equal(session.hostname, 'AS');
      assert.match(session.hostKey, /^SHA256:/);
      const opening = ['terminal length 0', 'terminal width 511', 'terminal no monitor', 'show privilege'];
      assert.deepEqual(router.commands, opening);
      assert.match(session.transcript(), /keep out>/);
    });
  });

  it('is not taken in by a ruler of a banner, and drops log messages at its first prompt', async () => {
    const message = '*Nov 24 12:00:01.123: %SYS-5-CONFIG_I: Configured from console by vty0';
    const banner = `-----#\r\n-----#\r\n-----#\r\nr#\r\n${message}`;
    await inSession({ banner }, async (session) => assert.equal(session.hostname, 'router210'));
  });

  it('types one by one where the router loses what is typed ahead, or does not stop paging', async () => {
    await inSession({ forgetful: true }, async (session, router) => {
      assert.deepEqual(
        (await session.show(['show privilege', 'show nonsense'])).map((one) => typeof one),
        ['string', 'object'],
      );
      assert.deepEqual(router.commands.slice(-2), ['show privilege', 'show nonsense']);
    });
    const invalid = "% Invalid input detected at '^' marker.";
    const replies = { 'terminal length': invalid, 'screen-length': invalid };
    await inSession({ replies, pages: { 'show clock': ['1\n', '2'] } }, async (session) => {
      const shown = await session.show(['show clock', 'show privilege']);
      assert.deepEqual(
        shown.map((one) => String(one).trim().split(/\s+/)),
        [
          ['1', '2'],
          ['Current', 'privilege', 'level', 'is', '15'],
        ],
      );
    });
  });

  it('tells replies apart that come at once, also where a log message comes in between', async () => {
    const message = '*Nov 24 12:00:01.123: %LINK-3-UPDOWN: Interface Tunnel11, changed state to up';
    const replies = { 'show clock': `12:00\n${message}`, 'show privilege': 'router210#\nCurrent level is 15' };
    await inSession({ replies }, async (session) => {
      const shown = await session.show(['show clock', 'show privilege', 'show nonsense']);
      assert.deepEqual(shown.slice(0, 2), ['12:00', 'Current level is 15']);
      assert.ok(shown[2] instanceof DeviceRejected && shown[2].command === 'show nonsense');
    });
  });

  it('follows a long host name into configuration mode, where IOS cuts it', async () => {
    await inSession({ hostname: 'a-router-with-quite-a-long-name' }, async (session, router) => {
      await session.configure(['interface Loopback1', 'ip address 10.0.0.1 255.255.255.255']);
      assert.match(router.configuration.print(), /Loopback1/);
    });
  });

  it('types the enable secret only where a password is asked for', async () => {
    await inSession(
      { enableSecret: 'Top-Secret-1' },
      async (session, router) => {
        assert.ok(!router.commands.includes('Top-Secret-1'));
        assert.ok(!session.transcript().includes('Top-Secret-1'));
      },
      { enableSecret: 'Top-Secret-1' },
    );
    await withFakeRouter({ enableSecret: 'Top-Secret-1' }, async (router) => {
      const none = await failure(openRouter(router.reach, router.deps()));
      assert.ok(none instanceof Refused && /none is given/.test(none.message));
      const wrong = await failure(openRouter(router.reach, router.deps({ enableSecret: 'other-secret' })));
      assert.ok(wrong instanceof Refused && /did not accept the enable secret: % Bad secrets/.test(wrong.message));
      assert.ok(!wrong.message.includes('other-secret'));
    });
  });

  it('refuses to work below privilege 15', async () => {
    const options = { enableSecret: 'Top-Secret-1', replies: { 'show privilege': 'Current privilege level is 7' } };
    await withFakeRouter(options, async (router) => {
      const error = await failure(openRouter(router.reach, router.deps({ enableSecret: 'Top-Secret-1' })));
      assert.ok(error instanceof Refused && /privilege level 7/.test(error.message));
    });
    await withFakeRouter({ replies: options.replies }, async (router) => {
      const error = await failure(openRouter(router.reach, router.deps()));
      assert.ok(error instanceof Refused && /privilege level 7/.test(error.message), 'behind a prompt that ends in #');
    });
  });

  it('goes on from a lower level by the enable secret, where it is given', async () => {
    let level = 7;
    const replies = {
      'show privilege': () => `Current privilege level is ${level}`,
      enable: () => ((level = 15), ''),
    };
    await inSession({ replies }, async (session) => assert.equal(session.hostname, 'router210'), {
      enableSecret: 'Top-Secret-1',
    });
  });

  it('calls the terminal length by its other name where the first is unknown', async () => {
    const replies = { 'terminal length': "% Invalid input detected at '^' marker." };
    await inSession({ replies: { ...replies, 'screen-length': '' } }, async (_session, router) => {
      assert.ok(router.commands.includes('screen-length 0'));
    });
  });

  it('answers a password by keyboard-interactive', async () => {
    await inSession({ password: 'pass-Word-1' }, async (session) => assert.equal(session.hostname, 'router210'), {
      password: 'pass-Word-1',
    });
  });

  it('says which command the router did not take', async () => {
    await inSession({}, async (session) => {
      const error = await failure(session.run('show crypto nonsense'));
      assert.ok(error instanceof DeviceRejected);
      assert.deepEqual([error.command, error.mode, error.line], ['show crypto nonsense', 'exec', 0]);
    });
  });

  it('answers known questions after their command, and stops at any other', async () => {
    const asked = { 'write memory': 'Overwrite the previous NVRAM configuration?[confirm]' };
    await withFakeRouter({ questions: asked }, async (router) => {
      await withSession(routerOpener(router.reach, router.deps()), async (session) => {
        assert.match(await session.run('write memory'), /\[OK\]/);
      });
    });
    await withFakeRouter(
      { questions: { 'crypto key': 'Do you really want to replace them? [yes/no]:' } },
      async (router) => {
        await withSession(routerOpener(router.reach, router.deps()), async (session) => {
          const error = await failure(session.run('crypto key generate rsa'));
          assert.ok(
            error instanceof DeviceRejected && /which Sitelink does not answer/.test(error.message),
            String(error),
          );
          assert.match(error.reply, /really want to replace/);
        });
      },
    );
  });

  it('turns pages', async () => {
    await inSession({ pages: { 'show clock': ['12:00\n', '13:00\n', '14:00'] } }, async (session) => {
      const text = await session.run('show clock');
      assert.deepEqual(
        text
          .split('\n')
          .map((line) => line.trim())
          .filter(Boolean),
        ['12:00', '13:00', '14:00'],
      );
    });
  });

  it('stops when the router is renamed under its feet', async () => {
    await inSession({}, async (session, router) => {
      router.behave({ hostname: 'osaka-r1' });
      const error = await failure(session.run('show clock'));
      assert.ok(error instanceof Refused && /from router210 to osaka-r1/.test(error.message), String(error));
    });
  });

  it('says that a command needs an authorization, and who lacks it', async () => {
    const replies = { 'show clock': 'Command authorization failed.', 'show users': '% Authorization failed.' };
    const judge = (line: string): string | undefined =>
      line.startsWith('ip route') ? 'Command authorization failed.\n' : undefined;
    await inSession({ replies, judge }, async (session) => {
      for (const command of Object.keys(replies)) {
        const error = await failure(session.run(command));
        assert.ok(error instanceof DeviceRejected && /AAA server permit .* user azureuser/.test(error.message));
      }
      const error = await failure(session.configure(['ip route 10.0.0.0 255.0.0.0 Null0']));
      assert.ok(error instanceof DeviceRejected && error.line === 1 && /AAA server permit/.test(error.message));
    });
    await withFakeRouter({ banner: 'Welcome\r\n\r\n% Authorization failed.\r\n', hangsUp: true }, async (router) => {
      const error = await failure(openRouter(router.reach, router.deps()));
      assert.ok(error instanceof Refused && /hangs up: % Authorization failed\./.test(error.message), String(error));
    });
    await withFakeRouter({ hangsUp: true }, async (router) => {
      assert.ok((await failure(openRouter(router.reach, router.deps()))) instanceof Unreachable);
    });
  });

  it('says that the configuration is locked by somebody else', async () => {
    const replies = { 'configure terminal': 'Configuration mode locked exclusively by user x' };
    await inSession({ replies }, async (session) => {
      const error = await failure(session.configure(['interface Loopback1']));
      assert.ok(error instanceof Busy && error.retryAfterSeconds === 30);
    });
    const questions = { 'configure terminal': 'Do you want to kill that session and continue [no]:' };
    await inSession({ questions }, async (session) => {
      const error = await failure(session.configure(['interface Loopback1']));
      assert.ok(error instanceof Busy && /kill that session/.test(error.message), String(error));
    });
    await inSession({ replies: { 'configure terminal': 'no way' } }, async (session) => {
      assert.ok((await failure(session.configure(['interface Loopback1']))) instanceof DeviceRejected);
    });
  });

  it('hands on notices, and waits for an object that is still in use', async () => {
    let refusals = 1;
    const judge = (line: string): string | undefined =>
      line.startsWith('no ') && refusals-- > 0 ? 'Proposal P is still in use and cannot be removed' : undefined;
    await inSession({ judge }, async (session, router) => {
      const { notices } = await session.configure(['crypto ikev2 policy P', 'no crypto ikev2 policy P']);
      assert.match(notices.join(), /atleast one complete proposal/);
      assert.equal(router.typed.filter((line) => line.startsWith('no ')).length, 2);
      refusals = 2;
      const error = await failure(session.configure(['no crypto ikev2 policy P'], { inUseSeconds: 0 }));
      assert.ok(error instanceof DeviceRejected);
      router.behave({ judge: () => '% Profile P in use. Please remove it from Tunnel5 first' });
      assert.ok((await failure(session.configure(['no crypto ikev2 profile P']))) instanceof DeviceRejected);
    });
  });

  it('takes what IOS says of a line that it has taken for no refusal', async () => {
    const words = [
      '%Policy already has same proposal set',
      'IKEv2 profile P is removed',
      '% Tunnel interface was deleted',
      'WARNING: Command has been added to the configuration using a type 0 password. However, recommended to migrate to strong type-6 encryption',
      '%The CLI will be deprecated soon',
    ];
    const left = [...words];
    await inSession({ judge: () => left.shift() }, async (session) => {
      const { notices } = await session.configure(
        words.map((_, index) => `ip route 10.0.${index}.0 255.255.255.0 Null0`),
      );
      assert.deepEqual(notices.slice(1), words);
    });
  });

  it('finds the name of the copy in a line of its own', async () => {
    const split = 'Rollback Confirmed Change: Backing up current running config to\n flash:/rollback_1.cfg';
    await inSession({ entering: split }, async (session) => {
      await session.configure(['interface Loopback1'], { revertMinutes: 5 });
    });
  });

  it('rejects a line that leaves configuration mode', async () => {
    await inSession({}, async (session) => {
      const error = await failure(session.configure(['exit', 'interface Loopback1']));
      assert.ok(error instanceof DeviceRejected && error.line === 1 && /left configuration mode/.test(error.reply));
    });
  });

  it('masks its secrets in the transcript', async () => {
    await inSession(
      {},
      async (session) => {
        await session.configure(['crypto ikev2 keyring K', 'peer P', `pre-shared-key ${sharedKey}`]);
        assert.ok(!session.transcript().includes(sharedKey));
        assert.match(session.mask(`a ${sharedKey}`), /^a \*+$/);
      },
      { sharedKey },
    );
  });

  it('is released in every case', async () => {
    await withFakeRouter({}, async (router) => {
      const open = routerOpener(router.reach, router.deps());
      await failure(withSession(open, () => Promise.reject(new Error('work failed'))));
      await failure(withSession(open, (session) => session.run('show nonsense')));
      for (let wait = 0; router.open > 0 && wait < 50; wait++) await new Promise((resolve) => setTimeout(resolve, 20));
      assert.deepEqual([router.sessions, router.open], [2, 0]);
    });
  });
});
