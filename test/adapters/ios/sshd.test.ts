/** Two bastions that are real OpenSSH servers between us and a router. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { Refused, Unreachable } from '../../../adapters/errors.ts';
import { openRouter } from '../../../adapters/ios/index.ts';
import { skipIfListed } from '../../support/skips.ts';
import { withFakeRouter, type FakeRouter } from './support/fake-router.ts';
import { withSshd, type Sshd } from './support/sshd.ts';
import { ed25519Pair } from '../../support/ed25519.ts';

interface Way {
  readonly router: FakeRouter;
  readonly outer: Sshd;
  readonly inner: Sshd;
  readonly folder: string;
  /** Replaces the SSH client configuration; FOLDER stands for the folder that it is in. */
  configure(text: string): void;
  /** Replaces what is known of the bastions. */
  know(text: string): void;
  /** Logs in at the router and returns its name. */
  enter(hostKey?: string): Promise<string>;
}

/** What the bastions have of their own; the router is reached through both. */
function configurationOf({ outer, inner, router }: Pick<Way, 'outer' | 'inner' | 'router'>): string {
  return [
    `Host router\n  HostName 127.0.0.1\n  Port ${router.port}\n  ProxyJump outer,inner`,
    `Host outer inner\n  HostName 127.0.0.1\n  User ${outer.username}\n  IdentityFile FOLDER/stranger\n  IdentityFile FOLDER/id`,
    `Host outer\n  Port ${outer.port}`,
    `Host inner\n  Port ${inner.port}`,
    'Host *\n  UserKnownHostsFile FOLDER/known\n',
  ].join('\n');
}

const knownLine = ({ port, publicKey }: Sshd): string => `[127.0.0.1]:${port} ${publicKey}\n`;

async function withWay(work: (way: Way) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sitelink-way-'));
  const own = ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 });
  const stranger = ed25519Pair();
  writeFileSync(join(folder, 'id'), own.private, { mode: 0o600 });
  writeFileSync(join(folder, 'stranger'), stranger.private, { mode: 0o600 });
  try {
    await withFakeRouter({}, (router) =>
      withSshd(own.public, (outer) =>
        withSshd(own.public, async (inner) => {
          const configure = (text: string): void =>
            writeFileSync(join(folder, 'config'), text.replaceAll('FOLDER', folder));
          const know = (text: string): void => writeFileSync(join(folder, 'known'), text);
          configure(configurationOf({ outer, inner, router }));
          know(knownLine(outer) + knownLine(inner));
          const reach = { ...router.reach, host: 'router', ssh: { port: null, username: 'azureuser' } };
          const deps = { ...router.deps(), sshConfigFile: join(folder, 'config') };
          const enter = async (hostKey?: string): Promise<string> => {
            const session = await openRouter(hostKey === undefined ? reach : { ...reach, hostKey }, deps);
            await session.close();
            return session.hostname;
          };
          await work({ router, outer, inner, folder, configure, know, enter });
        }),
      ),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const refusal =
  (why: RegExp) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof Refused, String(error));
    assert.match(error.message, why);
    return true;
  };

describe('OpenSSH servers as bastions', () => {
  beforeEach(function () {
    return skipIfListed(this);
  });

  it('are passed one after the other, each with the first of its keys that it takes', async () => {
    await withWay(async ({ outer, inner, router, enter }) => {
      assert.equal(await enter(), 'router210');
      assert.match(outer.log(), /Accepted publickey for \S+ from 127\.0\.0\.1/);
      assert.match(inner.log(), /Accepted publickey for \S+ from 127\.0\.0\.1/);
      assert.equal(router.sessions, 1);
    });
  });

  it('are refused when their keys are not known, or have changed', async () => {
    await withWay(async ({ outer, inner, know, enter }) => {
      know(knownLine(outer));
      await assert.rejects(enter(), refusal(/jump host inner is not in known_hosts/));
      know(knownLine(inner));
      await assert.rejects(enter(), refusal(/jump host outer is not in known_hosts/));
      know(knownLine(outer) + knownLine(inner));
      await inner.changeHostKey();
      await assert.rejects(enter(), refusal(/host key of inner is SHA256:\S+, but .*known:2 says SHA256:/));
      know(knownLine(outer) + knownLine(inner));
      assert.equal(await enter(), 'router210');
    });
  });

  it("do not hide the router's own key: a changed one is refused behind them too", async () => {
    await withWay(async ({ router, enter }) => {
      assert.equal(await enter(router.hostKey), 'router210');
      await assert.rejects(enter('SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'), refusal(/the pin/));
    });
  });

  it('are looked up anew at each connection, in included files too', async () => {
    await withWay(async (way) => {
      const { outer, inner, router, folder, configure, enter } = way;
      configure('Include FOLDER/conf.d/*.conf\n');
      mkdirSync(join(folder, 'conf.d'));
      const write = (text: string): void =>
        writeFileSync(join(folder, 'conf.d', 'lab.conf'), text.replaceAll('FOLDER', folder));
      write(configurationOf(way));
      assert.equal(await enter(), 'router210');
      // A chain written hop by hop: each says through whom it is reached.
      const nested = configurationOf(way)
        .replace('ProxyJump outer,inner', 'ProxyJump inner')
        .replace(`Host inner\n  Port ${inner.port}`, `Host inner\n  Port ${inner.port}\n  ProxyJump outer`);
      write(nested);
      const before = outer.log().length;
      assert.equal(await enter(), 'router210');
      assert.match(outer.log().slice(before), /Accepted publickey/);
      write(nested.replace(`Host outer\n`, 'Host outer\n  ProxyJump inner\n'));
      await assert.rejects(enter(), refusal(/leads from router to inner to outer to inner, and so to no end/));
      write(configurationOf(way).replace(`Port ${router.port}`, 'Port 1'));
      await assert.rejects(enter(), (error: unknown) => error instanceof Unreachable);
    });
  });

  it('are not asked where the configuration would run a program', async () => {
    await withWay(async (way) => {
      const { outer, configure, enter } = way;
      const usual = configurationOf(way);
      const before = outer.log();
      configure(`Match exec "touch FOLDER/ran"\n  Port 1\n${usual}`);
      await assert.rejects(enter(), refusal(/uses `Match exec`/));
      configure(usual.replace('  ProxyJump outer,inner', '  ProxyCommand nc %h %p'));
      await assert.rejects(enter(), refusal(/sets ProxyCommand for router/));
      configure(usual.replace('Host outer\n', 'Host outer\n  ProxyCommand nc %h %p\n'));
      await assert.rejects(enter(), refusal(/sets ProxyCommand for outer/));
      assert.equal(outer.log(), before);
    });
  });

  it('that let us in with none of our keys are named', async () => {
    await withWay(async (way) => {
      way.configure(configurationOf(way).replaceAll('\n  IdentityFile FOLDER/id', ''));
      await assert.rejects(way.enter(), refusal(/outer .* does not accept user/));
    });
  });
});
