/** The deeds against a small router over real SSH: what is typed, what is read back, and what happens when it goes wrong. */
import assert from 'node:assert/strict';
import { DeviceRejected, Refused, Unreachable } from '../../../adapters/errors.ts';
import {
  configureLoopbacks,
  configureTunnel,
  observeLoopbacks,
  observeTunnel,
  planTunnel,
  prepareScript,
  readRouter,
  removeLines,
  routerOpener,
  withSession,
} from '../../../adapters/ios/index.ts';
import type { LoopbackSpec } from '../../../domain/spec.ts';
import { withFakeRouter } from './support/fake-router.ts';
import type { FakeRouter } from './support/fake-router.ts';
import {
  fixedNamesScript,
  freshConfiguration,
  gateway,
  intent,
  privateAddress,
  publicAddress,
  sharedKey,
  templateScript,
} from './support/samples.ts';

const loopbacks = [
  { name: 'Loopback100', address: '172.20.100.100', prefixLength: 24 },
  { name: 'Loopback200', address: '172.20.200.200', prefixLength: 24 },
] as LoopbackSpec[];
const prepared = prepareScript(fixedNamesScript, intent);
const fresh = { configuration: freshConfiguration };

function opener(router: FakeRouter) {
  return routerOpener(router.reach, router.deps());
}

/** The secret in no form in which a result, an error or a planned line could carry it. */
function assertNoKey(value: unknown): void {
  const text = value instanceof Error ? `${value.message}${JSON.stringify(value)}` : JSON.stringify(value);
  assert.ok(!text.includes(sharedKey) && !text.includes(encodeURIComponent(sharedKey)), text);
}

describe('configuring loopbacks', () => {
  it('sends them once and reads them back over a second session', async () => {
    await withFakeRouter(fresh, async (router) => {
      const first = await configureLoopbacks(opener(router), loopbacks);
      assert.deepEqual(first.sent, [
        'interface Loopback100',
        'ip address 172.20.100.100 255.255.255.0',
        'exit',
        'interface Loopback200',
        'ip address 172.20.200.200 255.255.255.0',
        'exit',
      ]);
      assert.equal(router.sessions, 2);
      assert.deepEqual([first.readBack, first.missing], [4, []]);
      assert.deepEqual(first.inverse, ['no interface Loopback200', 'no interface Loopback100']);
      const second = await configureLoopbacks(opener(router), loopbacks);
      assert.deepEqual([second.sent, second.inverse, second.readBack], [[], [], 4]);
    });
  });

  it('says which are missing without sending anything', async () => {
    await withFakeRouter(fresh, async (router) => {
      const state = await withSession(opener(router), readRouter);
      assert.deepEqual(observeLoopbacks(state, loopbacks.slice(0, 1)), {
        present: 0,
        missing: ['interface Loopback100', 'interface Loopback100 / ip address 172.20.100.100 255.255.255.0'],
      });
      assert.deepEqual(router.typed, []);
    });
  });
});

describe('configuring a tunnel', () => {
  it('plans without sending, then sends exactly that, then nothing', async () => {
    await withFakeRouter(fresh, async (router) => {
      const planned = await planTunnel(opener(router), prepared, intent);
      assertNoKey(planned);
      assert.deepEqual(router.typed, []);
      const applied = await configureTunnel(opener(router), prepared, intent);
      assertNoKey(applied);
      assert.deepEqual(
        applied.sent.filter((line) => line !== 'exit'),
        planned.lines.map((line) => line.trim()),
      );
      assert.deepEqual(applied.missing, []);
      assert.equal(applied.readBack, planned.missing.length);
      assert.deepEqual(applied.tunnels, ['Tunnel11']);
      assert.ok(router.configuration.print().includes(`   pre-shared-key ${sharedKey}`.trimStart()));
      assert.ok(router.configuration.print().includes('ip route 172.16.0.0 255.255.0.0 Tunnel11'));
      const again = await configureTunnel(opener(router), prepared, intent);
      assert.deepEqual([again.sent, again.inverse, again.missing], [[], [], []]);
      assert.equal(again.readBack, applied.readBack);
    });
  });

  it('rewrites the three local addresses and sees them in the running configuration', async () => {
    await withFakeRouter(fresh, async (router) => {
      const applied = await configureTunnel(opener(router), prepared, intent);
      assert.deepEqual(
        applied.rewrites.map(({ where, to }) => [where, to]),
        [
          ['crypto ikev2 policy Azure-Ikev2-Policy / match address local', privateAddress],
          ['crypto ikev2 profile Azure-Ikev2-Profile / match address local', privateAddress],
          ['interface Tunnel11 / tunnel source', privateAddress],
        ],
      );
      const text = router.configuration.print();
      assert.ok(!text.includes(publicAddress));
      assert.ok(text.includes(`tunnel destination ${gateway}`));
      router.configuration.enter();
      router.configuration.take('interface Tunnel11');
      router.configuration.take(`tunnel source ${publicAddress}`);
      router.configuration.leave();
      const state = await withSession(opener(router), readRouter);
      const seen = observeTunnel(state, prepared, intent);
      assert.deepEqual(
        seen.rewrites.map(({ present }) => present),
        [true, true, false],
      );
      assert.deepEqual(seen.missing, [`interface Tunnel11 / tunnel source ${privateAddress}`]);
      const repaired = await configureTunnel(opener(router), prepared, intent);
      assert.deepEqual(repaired.sent, ['interface Tunnel11', `tunnel source ${privateAddress}`, 'exit']);
    });
  });

  it('takes it away again by the inverse, and finds nothing to take away the second time', async () => {
    await withFakeRouter(fresh, async (router) => {
      const before = router.configuration.print();
      const { inverse } = await configureTunnel(opener(router), prepareScript(templateScript, intent), intent);
      assertNoKey(inverse);
      assert.deepEqual(await removeLines(opener(router), inverse), { removed: inverse.length, leftovers: [] });
      assert.equal(router.configuration.print(), before);
      assert.deepEqual(await removeLines(opener(router), inverse), { removed: 0, leftovers: [] });
    });
  });

  it('undoes what it sent when a line is rejected, and says which', async () => {
    const judge = (line: string): string | undefined =>
      line.startsWith('tunnel protection') ? '% Some rejection nobody listed' : undefined;
    await withFakeRouter({ ...fresh, judge }, async (router) => {
      const before = router.configuration.print();
      const error = await configureTunnel(opener(router), prepared, intent).catch((one: unknown) => one);
      assert.ok(error instanceof DeviceRejected);
      assertNoKey(error);
      assert.equal(error.command, 'tunnel protection ipsec profile Azure-IPsecProfile');
      assert.equal(error.mode, 'config-if');
      assert.equal(error.host, '127.0.0.1');
      assert.match(error.reply, /nobody listed/);
      assert.equal(router.typed[error.line - 1], error.command);
      assert.match(error.message, /is undone/);
      assert.equal(router.configuration.print(), before);
    });
  });

  it('masks the key in a rejected key line', async () => {
    const judge = (line: string): string | undefined =>
      line.startsWith('pre-shared-key') ? `% Bad key ${sharedKey}` : undefined;
    await withFakeRouter({ ...fresh, judge }, async (router) => {
      const error = await configureTunnel(opener(router), prepared, intent).catch((one: unknown) => one);
      assert.ok(error instanceof DeviceRejected);
      assertNoKey(error);
      assert.match(error.command, /^pre-shared-key \*+$/);
    });
  });

  it('says so when it cannot undo', async () => {
    const judge = (line: string): string | undefined =>
      line.startsWith('tunnel protection') || line.startsWith('no ') ? '% Not now' : undefined;
    await withFakeRouter({ ...fresh, judge }, async (router) => {
      await assert.rejects(
        configureTunnel(opener(router), prepared, intent),
        (error: unknown) => error instanceof DeviceRejected && /could not be undone/.test(error.message),
      );
    });
  });

  for (const [first, when] of (['before', 'after'] as const).entries()) {
    // Every third here; the long suite walks through all of them.
    it(`goes on where it stood when the session is lost ${when} one of its lines`, async () => {
      const whole = await withFakeRouter(fresh, async (router) => {
        await configureTunnel(opener(router), prepared, intent);
        return { lines: router.typed, text: router.configuration.print() };
      });
      for (let nth = first; nth < whole.lines.length; nth += 3) {
        await withFakeRouter(fresh, async (router) => {
          let count = 0;
          router.behave({ drop: () => (count++ === nth ? when : undefined) });
          const lost = await configureTunnel(opener(router), prepared, intent).catch((one: unknown) => one);
          assert.ok(lost instanceof Unreachable, `${nth}: ${String(lost)}`);
          const { missing } = await configureTunnel(opener(router), prepared, intent);
          assert.deepEqual(missing, []);
          assert.equal(router.configuration.print(), whole.text, `dropped ${when} line ${nth}`);
        });
      }
    });
  }

  it('stops where another device answers in the middle, and says that lines are in effect', async () => {
    await withFakeRouter(fresh, async (router) => {
      const judge = (line: string): string | undefined => {
        if (line.startsWith('tunnel source')) router.behave({ hostname: 'osaka-r1' });
        return undefined;
      };
      router.behave({ judge });
      await assert.rejects(
        configureTunnel(opener(router), prepared, intent),
        (error: unknown) =>
          error instanceof Refused &&
          /has changed from router210 to osaka-r1.*Lines of this run are in effect/s.test(error.message),
      );
    });
  });

  it('is not disturbed by log messages between the lines', async () => {
    const chatter =
      '*Nov 24 12:00:01.123: %LINEPROTO-5-UPDOWN: Line protocol on Interface Tunnel11, changed state to up';
    await withFakeRouter({ ...fresh, chatter }, async (router) => {
      const { missing } = await configureTunnel(opener(router), prepared, intent);
      assert.deepEqual(missing, []);
    });
  });

  it('reports a line that was taken but is not read back', async () => {
    const judge = (line: string): string | undefined => (line.startsWith('ip route') ? '' : undefined);
    await withFakeRouter({ ...fresh, judge }, async (router) => {
      const { missing } = await configureTunnel(opener(router), prepared, intent);
      assert.deepEqual(missing, ['ip route 172.16.0.0 255.255.0.0 Tunnel11']);
    });
  });

  it('lets nobody in who is another device', async () => {
    await withFakeRouter(fresh, async (router) => {
      const open = routerOpener({ ...router.reach, expectedHostname: 'osaka-r1' }, router.deps());
      await assert.rejects(planTunnel(open, prepared, intent), Refused);
    });
  });
});

describe('removing lines', () => {
  it('lists what stays, with the reason, and goes on with the others', async () => {
    const judge = (line: string): string | undefined =>
      line.startsWith('no crypto ikev2 proposal') ? 'Cannot remove: referenced by a policy' : undefined;
    await withFakeRouter({ ...fresh }, async (router) => {
      const { inverse } = await configureTunnel(opener(router), prepared, intent);
      router.behave({ judge });
      const { removed, leftovers } = await removeLines(opener(router), inverse);
      assert.equal(removed, inverse.length - 1);
      assert.equal(leftovers[0]?.what, 'no crypto ikev2 proposal Azure-Ikev2-Proposal');
      assert.match(leftovers[0]?.reason ?? '', /referenced by a policy/);
    });
  });

  it('calls a line that was taken without effect a leftover', async () => {
    await withFakeRouter({ ...fresh, judge: () => '' }, async (router) => {
      const { leftovers } = await removeLines(opener(router), ['no ip route 0.0.0.0 0.0.0.0 172.20.10.1']);
      assert.match(leftovers[0]?.reason ?? '', /still there/);
    });
  });

  it('gives a section its former lines back, and leaves alone a section that is gone', async () => {
    const inverse = ['interface Tunnel5\n description theirs\n no ip mtu', 'interface Tunnel9\n no ip mtu'];
    const configuration = 'interface Tunnel5\n ip mtu 1400\n description ours';
    await withFakeRouter({ configuration }, async (router) => {
      assert.deepEqual(await removeLines(opener(router), inverse), { removed: 1, leftovers: [] });
      assert.ok(router.configuration.print().includes('description theirs'));
      assert.ok(!/Tunnel9|mtu/.test(router.configuration.print()));
    });
  });
});
