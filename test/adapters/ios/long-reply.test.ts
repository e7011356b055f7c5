/** Replies of a megabyte: read as they come, without looking at all of it again for every part. */
import assert from 'node:assert/strict';
import { routerOpener, withSession } from '../../../adapters/ios/index.ts';
import { endingPrompt } from '../../../adapters/ios/text.ts';
import { withFakeRouter } from './support/fake-router.ts';

describe('a long reply', () => {
  const lines = Array.from(
    { length: 25_000 },
    (_, n) => `access-list 150 permit ip host 10.1.${n >> 8}.${n & 255} any`,
  );

  it('comes whole and in a few seconds', async () => {
    const replies = { 'show access-lists': lines.join('\r\n') };
    await withFakeRouter({ replies }, (router) =>
      withSession(routerOpener(router.reach, router.deps({})), async (session) => {
        const begun = performance.now();
        const text = await session.run('show access-lists', { seconds: 60 });
        assert.ok(performance.now() - begun < 15_000);
        assert.deepEqual(
          text.split('\n').map((line) => line.trim()),
          lines,
        );
      }),
    );
  });

  it('ends in its prompt, also behind log messages', () => {
    const log = '*Nov 24 12:00:01.123: %SYS-5-CONFIG_I: Configured from console by vty0';
    const text = `${lines.join('\n')}\nrouter210(config)#\n${log}\n${log}\n`;
    assert.equal(endingPrompt(text)?.mode, 'config');
    assert.equal(endingPrompt(text.replace('router210(config)#', 'nothing')), null);
  });
});
