/** Connections over real SSH that do not come about, or are broken off. */
import assert from 'node:assert/strict';
import { Refused, Unreachable } from '../../../adapters/errors.ts';
import { openRouter, routerOpener, withSession } from '../../../adapters/ios/index.ts';
import { openSession } from '../../../adapters/ios/open-session.ts';
import { withFakeRouter } from './support/fake-router.ts';

async function failure(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => assert.fail('it did not fail'),
    (error: unknown) => error as Error,
  );
}

describe('a connection that fails', () => {
  it('is unreachable where nothing listens', async () => {
    const port = await withFakeRouter({}, async (router) => router.port);
    const target = { host: '127.0.0.1', port, username: 'u', password: 'p' };
    const error = await failure(openSession(target));
    assert.ok(error instanceof Unreachable && /refuses connections/.test(error.message), String(error));
  });

  it('is refused for wrong credentials, a wrong key and another host key', async () => {
    await withFakeRouter({ password: 'right-Word' }, async (router) => {
      const wrong = await failure(openRouter(router.reach, router.deps({ password: 'wrong-Word' })));
      assert.ok(wrong instanceof Refused && /does not accept user azureuser/.test(wrong.message), String(wrong));
      const broken = await failure(openRouter(router.reach, router.deps({ privateKey: 'not a key' })));
      assert.ok(broken instanceof Refused && /private key .* cannot be used/.test(broken.message), String(broken));
    });
    await withFakeRouter({}, async (router) => {
      const pinned = { ...router.reach, hostKey: router.hostKey };
      await (await openRouter(pinned, router.deps())).close();
      const changed = { ...router.reach, hostKey: 'SHA256:other' };
      const error = await failure(openRouter(changed, router.deps()));
      assert.ok(error instanceof Refused && error.message.includes(router.hostKey), String(error));
    });
  });

  it('can be cancelled before and in the middle', async () => {
    await withFakeRouter({}, async (router) => {
      const aborted = { ...router.deps(), signal: AbortSignal.abort() };
      assert.ok((await failure(openRouter(router.reach, aborted))) instanceof Unreachable);
      const controller = new AbortController();
      const session = await openRouter(router.reach, { ...router.deps(), signal: controller.signal });
      router.behave({ silent: /^show clock/ });
      const waiting = failure(session.run('show clock', { seconds: 20 }));
      controller.abort();
      const error = await waiting;
      assert.ok(error instanceof Unreachable && /cancelled/.test(error.message));
      await session.close();
    });
  });

  it('has a deadline on every wait', async () => {
    await withFakeRouter({ silent: /^show clock/ }, (router) =>
      withSession(routerOpener(router.reach, router.deps()), async (session) => {
        const error = await failure(session.run('show clock', { seconds: 0.3 }));
        assert.ok(error instanceof Unreachable && /within 0\.3 s .* the prompt after `show clock`/.test(error.message));
      }),
    );
  });
});
