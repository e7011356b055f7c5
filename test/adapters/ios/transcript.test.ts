/** What sessions leave behind for an auditor. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Refused, Unreachable } from '../../../adapters/errors.ts';
import { configureTunnel, prepareScript, routerOpener, withSession } from '../../../adapters/ios/index.ts';
import { LineMasker, screenMasker } from '../../../adapters/ios/line-masker.ts';
import { Transcript } from '../../../adapters/ios/transcript.ts';
import { withFakeRouter } from './support/fake-router.ts';
import { fixedNamesScript, freshConfiguration, intent, sharedKey } from './support/samples.ts';

const facts = { router: 'router210', host: '192.0.2.1', username: 'azureuser', hostKey: 'SHA256:x' };

async function withFolder(work: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sitelink-transcripts-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function texts(folder: string, router = 'router210'): string[] {
  return readdirSync(join(folder, router))
    .toSorted()
    .map((name) => readFileSync(join(folder, router, name), 'utf8'));
}

describe('a transcript', () => {
  it('is left by every session: who, when, what was typed and answered, and how it ended', async () => {
    await withFolder(async (folder) => {
      await withFakeRouter({ configuration: freshConfiguration }, async (router) => {
        const open = routerOpener(router.reach, { ...router.deps({ sharedKey }), transcripts: folder });
        await configureTunnel(open, prepareScript(fixedNamesScript, intent), intent);
      });
      const [first = '', second = '', ...more] = texts(folder);
      assert.deepEqual(more, []);
      assert.match(
        first,
        /^\d\d:\d\d:\d\d\.\d{3}  Session with router210 at 127\.0\.0\.1 as azureuser, host key SHA256:/,
      );
      assert.match(first, /\n\S+  router210\(config-ikev2-keyring-peer\)#pre-shared-key \*{8}\n/);
      assert.match(first, /\n\S+  router210\(config\)#ip route 172\.16\.0\.0 255\.255\.0\.0 Tunnel11\n/);
      assert.match(first, /\n\S+  Ended \S+Z: closed by Sitelink\n$/);
      assert.match(second, /router210#show running-config\n(?:.*\n)* ?\S* .*pre-shared-key \*{8}\n/);
      assert.ok(!`${first}${second}`.includes(sharedKey));
    });
  });

  it('tells how a session was lost, and is written while it lasts', async () => {
    await withFolder(async (folder) => {
      const drop = (line: string) => (line.startsWith('tunnel source') ? ('before' as const) : undefined);
      await withFakeRouter({ configuration: freshConfiguration, drop }, async (router) => {
        const open = routerOpener(router.reach, { ...router.deps({ sharedKey }), transcripts: folder });
        await withSession(open, async (session) => {
          await session.run('show version');
          assert.match(texts(folder)[0] ?? '', /uptime is 3 minutes/);
        });
        await assert.rejects(configureTunnel(open, prepareScript(fixedNamesScript, intent), intent), Unreachable);
      });
      assert.match(texts(folder)[1] ?? '', /Ended \S+: The session with router 127\.0\.0\.1 was lost/);
    });
  });

  it('is left by a login that leads nowhere too', async () => {
    await withFolder(async (folder) => {
      await withFakeRouter({}, async (router) => {
        const reach = { ...router.reach, expectedHostname: '../osaka r1' };
        await assert.rejects(routerOpener(reach, { ...router.deps(), transcripts: folder })(), Refused);
      });
      assert.match(texts(folder, '.._osaka_r1')[0] ?? '', /Ended \S+: Router 127\.0\.0\.1 calls itself router210/);
    });
  });

  it('is for its owner only, and a session that can leave none is refused', async () => {
    await withFolder(async (folder) => {
      const { file } = new Transcript(folder, facts, []);
      assert.equal(statSync(file).mode & 0o777, 0o600);
      const taken = join(folder, 'taken');
      writeFileSync(taken, '');
      assert.throws(() => new Transcript(taken, facts, []), /set SITELINK_TRANSCRIPTS/);
      await withFakeRouter({}, async (router) => {
        const open = routerOpener(router.reach, { ...router.deps(), transcripts: taken });
        await assert.rejects(open(), Refused);
      });
    });
  });

  it('gives way to newer ones after a thousand sessions, and after a year', async () => {
    await withFolder((folder) => {
      const { file } = new Transcript(folder, facts, []);
      const directory = dirname(file);
      const names = Array.from({ length: 1005 }, (_, index) => `20990101T${String(index).padStart(9, '0')}Z`);
      for (const name of names) writeFileSync(join(directory, `${name}-abcdef.log`), '');
      writeFileSync(join(directory, '20200101T000000000Z-abcdef.log'), '');
      writeFileSync(join(directory, 'notes.txt'), 'of the auditor');
      new Transcript(folder, facts, []);
      const left = readdirSync(directory).toSorted();
      assert.ok(left.includes('notes.txt') && !left.some((name) => name.startsWith('2020')));
      assert.equal(left.filter((name) => name.endsWith('.log')).length, 1000);
      assert.ok(left.includes('20990101T000001004Z-abcdef.log'));
    });
  });

  it('shows no secret, however it comes in pieces', async () => {
    await withFolder((folder) => {
      const text = `r#show run\r\n pre-shared-key ${sharedKey}\r\n  key-string other-secret\r\nplain ${encodeURIComponent(sharedKey)}\r\nr#`;
      for (let size = 1; size < 30; size++) {
        const transcript = new Transcript(folder, facts, [sharedKey]);
        for (let at = 0; at < text.length; at += size) transcript.received(text.slice(at, at + size));
        transcript.end('closed');
        transcript.end('again');
        transcript.received('too late\n');
        const written = readFileSync(transcript.file, 'utf8');
        assert.ok(!written.includes(sharedKey) && !written.includes('other-secret'), written);
        assert.match(
          written,
          /r#show run\n.*pre-shared-key \*{8}\n.*key-string \*{8}\n.*plain \*{8}\n.*r#\n.*closed\n$/,
        );
      }
    });
  });

  it('masks the rest of a secret that a log message has cut in two', () => {
    const masker = new LineMasker(['correct-horse-battery']);
    assert.equal(masker.line('r(config)#pre-shared-key correct-ho'), 'r(config)#pre-shared-key ********');
    assert.equal(masker.line('*Nov 24 12:00:01.123: %LINK-3-UPDOWN: up'), '*Nov 24 12:00:01.123: %LINK-3-UPDOWN: up');
    assert.equal(masker.line('rse-battery'), '********');
    assert.equal(masker.line('a battery'), 'a battery');
  });

  it('shows no part of a secret that a narrow terminal has scrolled', () => {
    const masker = new LineMasker(['correct-horse-battery']);
    assert.equal(
      masker.line('r(config-ikev2-keyring-peer)#$rrect-horse-battery'),
      'r(config-ikev2-keyring-peer)#$********',
    );
    assert.equal(masker.line('r(config)#$ey correct-horse-bat$'), 'r(config)#$ey ********$');
    assert.equal(masker.line('a horse'), 'a horse');
  });

  it('and an error show no secret that a log message has cut', async () => {
    const cut = `pre-shared-key ${sharedKey.slice(0, 4)}\n*Nov 24 12:00:01.123: %LINK-3-UPDOWN: up\n${sharedKey.slice(4)}\n% Invalid`;
    const masked = screenMasker([sharedKey])(cut);
    assert.ok(!masked.includes(sharedKey.slice(4)) && masked.endsWith('% Invalid'), masked);
  });
});
