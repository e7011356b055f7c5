/** What is kept on the router: the owner's copy, and what is saved or not. */
import assert from 'node:assert/strict';
import { Refused } from '../../../adapters/errors.ts';
import { configureTunnel, removeLines, saveOwn, saveRemoval, withSession } from '../../../adapters/ios/index.ts';
import { withRouter } from '../../support/router.ts';
import type { RouterFixture } from '../../support/router.ts';
import { intent } from './support/samples.ts';
import { configurationOf, pointsOf, prepared } from './support/interrupted.ts';
import { opener } from './support/opener.ts';

const name = 'sitelink-ConnectToSite01-20261125T141502Z.cfg';
const withCopy = { archive: 'useIfOn', backup: name } as const;

async function shown(fixture: RouterFixture, command: string): Promise<string> {
  const shell = await fixture.shell();
  const text = await shell.run(command);
  shell.close();
  return text;
}

describe('the copy of the configuration', () => {
  it('is made before the first line, once, and stays', async () => {
    await withRouter(async (fixture) => {
      await shown(fixture, 'write memory');
      const before = await shown(fixture, 'show running-config');
      const [first] = (await pointsOf(fixture)).slice(20);
      fixture.faults.set([
        { id: 'a', target: 'router', match: { line: `^${first?.line ?? ''}$` }, nth: first?.nth ?? 1, do: 'drop' },
      ]);
      await assert.rejects(configureTunnel(opener(fixture), prepared, intent, withCopy));
      const applied = await configureTunnel(opener(fixture), prepared, intent, withCopy);
      assert.equal(applied.backup, `bootflash:${name}`);
      assert.equal((await configureTunnel(opener(fixture), prepared, intent, withCopy)).backup, applied.backup);
      await removeLines(opener(fixture), applied.inverse);
      const copy = await shown(fixture, `more bootflash:${name}`);
      const lines = (text: string): string => text.slice(text.indexOf('\nhostname'));
      assert.equal(lines(copy).trim(), lines(before).trim());
    });
  });

  it('is a condition: without it nothing is sent', async () => {
    await withRouter(async (fixture) => {
      const original = configurationOf(fixture);
      fixture.faults.set([
        {
          id: 'a',
          target: 'router',
          match: { line: '^copy ' },
          do: 'reject',
          message: '%Error opening (No space left)',
        },
      ]);
      await assert.rejects(
        configureTunnel(opener(fixture), prepared, intent, withCopy),
        (error: unknown) => error instanceof Refused && /takes no copy .*No space left/.test(error.message),
      );
      assert.equal(configurationOf(fixture), original);
    });
  });
});

describe('what is saved', () => {
  const theirs = ['configure terminal', 'ip route 10.9.0.0 255.255.0.0 Null0', 'end'];

  it('is our own work; where others have not saved theirs, nothing is, and the command is shown', async () => {
    await withRouter(async (fixture) => {
      const { inverse } = await configureTunnel(opener(fixture), prepared, intent);
      const shell = await fixture.shell();
      for (const line of theirs) await shell.run(line);
      const kept = await withSession(opener(fixture), (session) => saveOwn(session, inverse));
      assert.equal(kept.saved, false);
      assert.match(
        kept.detail,
        /Nothing is saved on router210: .*`ip route 10\.9\.0\.0 255\.255\.0\.0 Null0`.*type `write memory`/,
      );
      assert.equal(fixture.router.inventory().startupMatches, false);
      for (const line of [theirs[0], `no ${theirs[1]}`, 'end']) await shell.run(line ?? '');
      const saved = await withSession(opener(fixture), (session) => saveOwn(session, inverse));
      assert.deepEqual([saved.saved, fixture.router.inventory().startupMatches], [true, true]);
      shell.close();
    });
  });

  it('after a removal is what the startup configuration still has of it', async () => {
    await withRouter(async (fixture) => {
      const stored = (inverse: readonly string[], save: boolean) =>
        withSession(opener(fixture), (session) => saveRemoval(session, inverse, save));
      const { inverse } = await configureTunnel(opener(fixture), prepared, intent);
      await removeLines(opener(fixture), inverse);
      assert.deepEqual(await stored(inverse, true), [], 'it was never saved');
      await configureTunnel(opener(fixture), prepared, intent);
      await shown(fixture, 'write memory');
      await removeLines(opener(fixture), inverse);
      const [never] = await stored(inverse, false);
      assert.deepEqual([never?.what, /site file/.test(never?.reason ?? '')], ['router210: write memory', true]);
      const shell = await fixture.shell();
      for (const line of theirs) await shell.run(line);
      assert.match((await stored(inverse, true))[0]?.reason ?? '', /differ in `ip route 10\.9/);
      for (const line of [theirs[0], `no ${theirs[1]}`, 'end']) await shell.run(line ?? '');
      shell.close();
      assert.deepEqual(await stored(inverse, true), []);
      assert.equal(fixture.router.inventory().startupMatches, true);
    });
  });

  it('is nothing where the startup configuration is not shown', async () => {
    await withRouter(async (fixture) => {
      fixture.faults.set([{ id: 'a', target: 'router', match: { line: '^show startup' }, do: 'reject' }]);
      const { saved, detail } = await withSession(opener(fixture), (session) => saveOwn(session, []));
      assert.deepEqual([saved, /cannot be read/.test(detail)], [false, true]);
    });
  });
});
