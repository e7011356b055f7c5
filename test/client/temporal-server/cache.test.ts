/** The cache, and the ways to come by a Temporal server, with stand-ins for every program. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cached, cacheFolder, firstLine, type CacheEntry } from '../../../client/temporal-server/cache.ts';
import { startDevServer } from '../../../client/temporal-server/dev-server.ts';
import { NothingWorked, type Rung } from '../../../client/temporal-server/ladder.ts';
import { runTool } from '../../../client/temporal-server/run-tool.ts';
import { sdkDownload } from '../../../client/temporal-server/sdk-download.ts';
import {
  ensureTemporalCli,
  goEnvironment,
  TEMPORAL_CLI_VERSION,
} from '../../../client/temporal-server/temporal-cli.ts';
import { ensureTestServer, TEST_SERVER_VERSION } from '../../../client/temporal-server/test-server.ts';
import { withFolder } from '../sitelink.ts';

/** Writes a program for the shell. */
function program(path: string, lines: string): void {
  writeFileSync(path, `#!/bin/sh\n${lines}\n`);
  chmodSync(path, 0o755);
}

function keeper() {
  const lines: string[] = [];
  return { lines, say: (line: string) => void lines.push(line) };
}

describe('the cache', () => {
  const folder = withFolder();
  const entry = (more: Partial<CacheEntry> = {}): CacheEntry & { fills: () => number } => {
    let fills = 0;
    return {
      name: 'thing-1',
      check: async (path) => {
        if (readFileSync(join(path, 'content'), 'utf8') !== 'good') throw new Error('it is spoilt\nbadly');
      },
      fill: async (path) => {
        fills += 1;
        await sleep(100);
        writeFileSync(join(path, 'content'), 'good');
      },
      fills: () => fills,
      ...more,
    };
  };

  it('fills an entry once, also for two who want it at once', async () => {
    const one = entry();
    const { lines, say } = keeper();
    const options = { cache: folder(), say };
    const paths = await Promise.all([cached(one, options), cached(one, options)]);
    assert.deepEqual(paths, [join(folder(), 'thing-1'), join(folder(), 'thing-1')]);
    assert.equal(await cached(one, options), paths[0]);
    assert.equal(one.fills(), 1);
    assert.match(lines.join('\n'), /Another process is filling .*thing-1; waiting for it/);
    assert.deepEqual(readdirSync(folder()), ['thing-1']);
  });

  it('remakes what fails its check, and removes what a dead process left half done', async () => {
    const one = entry();
    const { lines, say } = keeper();
    mkdirSync(join(folder(), 'thing-1'));
    writeFileSync(join(folder(), 'thing-1', 'content'), 'bad');
    mkdirSync(join(folder(), '.filling-thing-1-dead'));
    await cached(one, { cache: folder(), say });
    assert.match(lines.join('\n'), /^The cached copy in .*thing-1 is remade: it is spoilt$/);
    assert.deepEqual(readdirSync(folder()), ['thing-1']);
  });

  it('leaves nothing in its place when it cannot be filled', async () => {
    const one = entry({ fill: () => Promise.reject(new Error('no network')) });
    await assert.rejects(cached(one, { cache: folder() }), /no network/);
    assert.deepEqual(readdirSync(folder()), []);
  });

  it('marks what has to stay where it was filled', async () => {
    const one = entry({ place: 'mark' });
    const { lines, say } = keeper();
    mkdirSync(join(folder(), 'thing-1'));
    const path = await cached(one, { cache: folder(), say });
    assert.match(lines[0] ?? '', /it was not completed/);
    assert.ok(existsSync(join(path, '.complete')));
    assert.equal(await cached(one, { cache: folder(), say }), path);
    assert.equal(one.fills(), 1);
  });

  it('does not wait for the lock of a dead process', async () => {
    mkdirSync(join(folder(), 'thing-1.lock'));
    utimesSync(join(folder(), 'thing-1.lock'), 0, 0);
    await cached(entry(), { cache: folder(), staleLockMs: 2_000 });
  });

  it('says who is in the way when another process fills an entry for too long', async () => {
    const { lines, say } = keeper();
    let begun = (): void => undefined;
    const filling = new Promise<void>((resolve) => (begun = resolve));
    const fill = async (): Promise<void> => {
      begun();
      await sleep(2_500);
    };
    const slow = cached(entry({ fill }), { cache: folder(), say });
    await filling;
    const late = cached(entry(), { cache: folder(), say, waitSeconds: 1 });
    await assert.rejects(late, /Another process is still filling .*thing-1 after 1 s; try again when it has ended/);
    await assert.rejects(slow, /ENOENT/);
    assert.match(lines[0] ?? '', /waiting for it \(up to 1 s\)/);
  });

  it('is where the environment says', () => {
    assert.equal(cacheFolder({ XDG_CACHE_HOME: '/c' }), '/c/sitelink');
    assert.match(cacheFolder({ XDG_CACHE_HOME: 'relative' }), /\/\.cache\/sitelink$/);
    assert.equal(firstLine('text\nmore'), 'text');
  });
});

describe('running a tool', () => {
  const options = { env: process.env, timeoutMs: 10_000 };

  it('gives what it printed, and says how it failed', async () => {
    const sh = (script: string, timeoutMs = 10_000) => runTool('/bin/sh', ['-c', script], { ...options, timeoutMs });
    assert.equal(await sh('echo out; echo err >&2'), 'out\nerr');
    await assert.rejects(sh('echo begin; echo Error: disk full; echo end; exit 3'), /exit code 3: Error: disk full$/);
    await assert.rejects(sh('exit 3'), /exit code 3: it printed nothing/);
    await assert.rejects(sh('kill -9 $$'), /failed with SIGKILL/);
    await assert.rejects(sh('exec sleep 20', 200), /did not finish within 0 s/);
    await assert.rejects(runTool('no-such-tool', [], options), /no-such-tool is not installed/);
  });
});

describe("the SDK's download", () => {
  const folder = withFolder();
  const fetch = (script: string, more: { beginWithinMs?: number; timeoutMs?: number } = {}) =>
    sdkDownload({
      kind: 'cli',
      version: 'v1',
      folder: folder(),
      target: join(folder(), 'temporal'),
      command: ['/bin/sh', '-c', script, 'sh', folder()],
      ...more,
    });

  it('ends with the executable in its place', async () => {
    await fetch('echo x >"$1/note"; printf "#!/bin/sh" >"$1/temporal-1"; chmod +x "$1/temporal-1"');
    assert.ok(existsSync(join(folder(), 'temporal')));
  });

  it('says why it gave nothing', async () => {
    await assert.rejects(fetch('true'), /no executable is there/);
    await assert.rejects(fetch('echo a: b: b: c: d; exit 1'), /^Error: b: d$/);
    await assert.rejects(fetch('exec sleep 30', { beginWithinMs: 200 }), /nothing arrived within 0\.2 s/);
    await assert.rejects(
      fetch('echo x >"$1/part"; exec sleep 30', { beginWithinMs: 100, timeoutMs: 500 }),
      /took too long/,
    );
  });
});

describe('a Temporal server', () => {
  const folder = withFolder();
  const rung = (name: string, attempt: () => Promise<void>): Rung => ({
    name,
    announce: `Trying ${name} ...`,
    attempt,
  });
  const env = (bin: string) => ({ PATH: `${bin}:/usr/bin:/bin`, XDG_CACHE_HOME: join(folder(), 'cache') });
  const finders = [
    {
      what: 'command line',
      file: 'temporal',
      good: 'echo temporal version 1.5.1',
      ensure: ensureTemporalCli,
      place: `temporal-cli-${TEMPORAL_CLI_VERSION}/temporal`,
    },
    {
      what: 'test server',
      file: 'temporal-test-server',
      good: 'echo "Usage: <command> <port>"',
      ensure: ensureTestServer,
      place: `temporal-test-server-${TEST_SERVER_VERSION}/temporal-test-server`,
    },
  ];
  for (const { what, file, good, ensure, place } of finders) {
    it(`(${what}) is the one on the PATH, if that runs`, async () => {
      program(join(folder(), file), good);
      const { lines, say } = keeper();
      assert.equal(await ensure({ env: env(folder()), say }), file);
      assert.match(lines.join('\n'), /on the PATH/);
    });

    it(`(${what}) is made by the first way that works, and then cached`, async () => {
      program(join(folder(), file), 'echo something else');
      const { lines, say } = keeper();
      const makers = (into: string) => [
        rung('the download', () => Promise.reject(new Error('no route'))),
        rung('the build', async () => program(join(into, file), good)),
      ];
      const expected = join(folder(), 'cache', 'sitelink', place);
      assert.equal(await ensure({ env: env(folder()), say, makers }), expected);
      assert.deepEqual(lines, ['Trying the download ...', '  did not work: no route', 'Trying the build ...']);
      assert.equal(await ensure({ env: env(folder()), say, makers: () => [] }), expected);
    });

    it(`(${what}) that cannot be had is one error that lists what was tried and how to go on`, async () => {
      const makers = () => [rung('the download', () => Promise.reject(new Error('no route')))];
      const bin = join(folder(), 'empty');
      mkdirSync(bin);
      await assert.rejects(ensure({ env: { ...env(bin), PATH: bin }, say: () => undefined, makers }), (error) => {
        assert.ok(error instanceof NothingWorked);
        assert.match(error.message, /on the PATH: .* not installed/);
        assert.match(error.message, /the cached copy in .*: not there/);
        assert.match(error.message, /the download: no route\nTo go on, do one of these: /);
        return true;
      });
    });
  }

  it('is built by Go with what the user set, less what makes the build fail', () => {
    const user = { GOPROXY: 'https://proxy', GOFLAGS: '-mod=vendor -v', GOOS: 'plan9', GOWORK: '/work' };
    assert.deepEqual(goEnvironment(user, '/bin'), {
      GOPROXY: 'https://proxy',
      GOFLAGS: '-v',
      GOWORK: 'off',
      GOBIN: '/bin',
      CGO_ENABLED: '0',
    });
  });
});

describe('a way to make a server', () => {
  const folder = withFolder();
  const tools = (lines: Record<string, string>) => {
    const bin = join(folder(), 'bin');
    mkdirSync(bin);
    for (const [name, script] of Object.entries(lines)) program(join(bin, name), script);
    return { PATH: `${bin}:/usr/bin:/bin`, XDG_CACHE_HOME: join(folder(), 'cache') };
  };

  it('is a build from the Go module', async () => {
    const { goRung } = await import('../../../client/temporal-server/temporal-cli.ts');
    const env = tools({ go: 'echo "$@" >"$GOBIN/../asked"; printf "#!/bin/sh" >"$GOBIN/temporal"' });
    const into = join(folder(), 'into');
    mkdirSync(into);
    await goRung(into, env).attempt();
    assert.ok(existsSync(join(into, 'temporal')));
    assert.match(readFileSync(join(into, 'asked'), 'utf8'), /^install .*temporalio\/cli\/cmd\/temporal@v1\.5\.1/);
  });

  it('is the Maven artifact behind a wrapper', async () => {
    const { mavenRung } = await import('../../../client/temporal-server/test-server.ts');
    const env = tools({ java: 'true', mvn: 'echo "$@" >asked' });
    const into = join(folder(), 'into');
    mkdirSync(into);
    await mavenRung(into, env).attempt();
    assert.match(readFileSync(join(into, 'asked'), 'utf8'), /dependency:copy-dependencies/);
    assert.match(readFileSync(join(into, 'temporal-test-server'), 'utf8'), /io\.temporal\.testserver\.TestServer/);
    assert.match(readFileSync(join(into, 'pom.xml'), 'utf8'), new RegExp(`<version>${TEST_SERVER_VERSION}</version>`));
  });
});

describe('the dev server', () => {
  const folder = withFolder();
  const start = (lines: string, readyWithinMs = 10_000) => {
    const cli = join(folder(), 'temporal');
    program(cli, lines);
    return startDevServer({ cli, port: 0, uiPort: 0, logFile: join(folder(), 'logs/t.log'), readyWithinMs });
  };

  it('that ends by itself is told with the end of its log', async () => {
    await assert.rejects(start('echo address in use; exit 1'), (error: Error) => {
      assert.match(error.message, /did not start on 127\.0\.0\.1:\d+: it ended by itself with exit code 1/);
      assert.match(error.message, /Its log ends with:\n {2}address in use\nThe whole log: /);
      return true;
    });
  });

  it('that does not serve in time is ended', async () => {
    await assert.rejects(start('exec sleep 60', 300), /no answer within 0\.3 s/);
  });

  it('that cannot be started is one error', async () => {
    const options = { cli: join(folder(), 'none'), port: 0, uiPort: null, logFile: join(folder(), 't.log') };
    await assert.rejects(startDevServer(options), /ENOENT/);
  });
});
