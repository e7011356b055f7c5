/** Children, their guardian, and how a process is recognised. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { readFileSync, writeFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { awaitLogLine, sizeOf, startChild } from '../../../client/processes/child.ts';
import { startGuardian } from '../../../client/processes/guardian.ts';
import { identify, isRunning } from '../../../client/processes/identity.ts';
import { freePort, isFree } from '../../../client/processes/ports.ts';
import {
  demoFiles,
  findLiveDemo,
  readPids,
  secretVariables,
  readLabFacts,
  stateFolder,
  writePids,
} from '../../../client/processes/state.ts';
import { lookAround, paceOf } from '../../../client/session.ts';
import { parseVariables, readVariables, writePrivately, writeVariables } from '../../../client/shell-env.ts';
import { mkdirSync } from 'node:fs';
import { recorded, withFolder } from '../sitelink.ts';

const env = { PATH: process.env['PATH'] ?? '' };

/** A process that prints and waits, in a log of its own. */
async function startShell(folder: string, script: string) {
  const logFile = join(folder, 'child.log');
  return { child: await startChild('/bin/sh', ['-c', script], { env, output: { logFile } }), logFile };
}

describe('a child', () => {
  const folder = withFolder();

  it('is ready when its log has the line, and ends when told', async () => {
    const { child, logFile } = await startShell(folder(), 'echo begins; echo shop ready; sleep 60');
    await awaitLogLine(child, { file: logFile, from: 0 }, 'shop ready', 10_000);
    assert.equal(child.running(), true);
    await child.stop();
    await child.stop();
    assert.equal((await child.ended).signal, 'SIGTERM');
    assert.equal(statSync(logFile).mode & 0o777, 0o600);
  });

  it('is killed when it does not end in time', async () => {
    const { child, logFile } = await startShell(folder(), "trap '' TERM; echo deaf; while :; do sleep 0.1; done");
    await awaitLogLine(child, { file: logFile, from: 0 }, 'deaf', 10_000);
    await child.stop(200);
    assert.equal((await child.ended).signal, 'SIGKILL');
  });

  it('that ends before it is ready is told with its last words', async () => {
    const { child, logFile } = await startShell(folder(), 'echo the port is taken; exit 1');
    await assert.rejects(
      awaitLogLine(child, { file: logFile, from: 0 }, 'shop ready', 10_000),
      /it ended by itself: the port is taken/,
    );
  });

  it('that is never ready is not waited for', async () => {
    const { child, logFile } = await startShell(folder(), 'sleep 60');
    await assert.rejects(
      awaitLogLine(child, { file: logFile, from: 0 }, 'shop ready', 300),
      /it was not ready within 0\.3 s$/,
    );
    await child.stop();
  });

  it('that cannot be made is an error, and a log that is not there is empty', async () => {
    await assert.rejects(
      startChild('/nowhere/at/all', [], { env, output: { logFile: join(folder(), 'log') } }),
      /ENOENT/,
    );
    assert.equal(await sizeOf(join(folder(), 'none')), 0);
  });
});

describe('a process', () => {
  it('is recognised by its id and its beginning', async () => {
    const own = await identify(process.pid);
    assert.ok(own !== null);
    assert.equal(await isRunning(own), true);
    assert.equal(await isRunning({ ...own, began: 'another time' }), false);
    assert.equal(await identify(2 ** 22 + 1), null);
  });
});

describe('the guardian', () => {
  const folder = withFolder();

  it('ends what it was told of when its pipe closes without a farewell', async () => {
    const ward = spawn('/bin/sleep', ['60']);
    const gone = spawn('/bin/sleep', ['60']);
    const module = JSON.stringify(new URL('../../../client/processes/guardian.ts', import.meta.url).href);
    const script = `
      const { startGuardian } = await import(${module});
      const guardian = startGuardian();
      guardian.add(${ward.pid}); guardian.add(${gone.pid}); guardian.gone(${gone.pid});
      console.log('told'); setInterval(() => {}, 1000);`;
    const path = join(folder(), 'parent.mjs');
    writeFileSync(path, script);
    const parent = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(parent.stdout, 'data');
    const ended = once(ward, 'exit');
    parent.kill('SIGKILL');
    assert.equal((await ended)[1], 'SIGTERM');
    assert.equal(gone.exitCode, null, 'one that was gone is left alone');
    gone.kill();
    await once(gone, 'exit');
  });

  it('leaves everything alone after a farewell', async () => {
    const ward = spawn('/bin/sleep', ['60']);
    const guardian = startGuardian();
    guardian.add(ward.pid ?? 0);
    await guardian.farewell();
    await sleep(100);
    assert.equal(ward.signalCode, null);
    ward.kill();
    await once(ward, 'exit');
  });
});

describe('a port', () => {
  it('is free until somebody listens', async () => {
    const port = await freePort();
    assert.equal(await isFree(port), true);
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    assert.equal(await isFree(port), false);
    server.close();
    await once(server, 'close');
  });
});

describe('variables in a file', () => {
  const folder = withFolder();

  it('come back as they were, and are readable by their owner alone', async () => {
    const path = join(folder(), 'env');
    const variables = { PLAIN: 'a b', QUOTED: "it's 'so'", EMPTY: '', SPECIAL: '$HOME `x` "y" \\' };
    await writeVariables(path, 'Source this', variables);
    assert.deepEqual(await readVariables(path), variables);
    assert.match(readFileSync(path, 'utf8'), /^# Source this\n/);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(await readVariables(join(folder(), 'none')), null);
    await assert.rejects(readVariables(folder()), /EISDIR/);
    assert.deepEqual(parseVariables("export A=b\nB='c'\n# export D='e'\n"), {});
  });
});

describe('the state folder', () => {
  const folder = withFolder();

  it('is where the environment says', () => {
    assert.equal(stateFolder({ SITELINK_STATE: '/s' }), '/s');
    assert.equal(stateFolder({ XDG_STATE_HOME: '/x' }), '/x/sitelink');
    assert.match(stateFolder({ XDG_STATE_HOME: 'relative' }), /\.local\/state\/sitelink$/);
  });

  it('tells of a live demo, whose variables the other commands take', async () => {
    const own = { SITELINK_STATE: folder(), TEMPORAL_API_KEY: 'of another server', HOME: '/home' };
    const files = demoFiles(own);
    const look = async (variables: NodeJS.ProcessEnv) => {
      const { output } = recorded();
      return await lookAround({ env: variables, output, interrupt: new AbortController().signal });
    };
    assert.equal((await look(own)).demo, null, 'none was ever started');
    mkdirSync(files.secrets, { recursive: true });
    const identity = await identify(process.pid);
    assert.ok(identity !== null);
    await writePids(files, { demo: { ...identity, began: 'before' } });
    assert.equal(await findLiveDemo(own), null, 'the process of that time is dead');
    await writePids(files, { demo: identity });
    assert.deepEqual(await readPids(files), { demo: identity });
    assert.equal(await findLiveDemo(own), null, 'it has not come far enough');
    await writeVariables(files.env, 'x', { TEMPORAL_ADDRESS: '127.0.0.1:7', SITELINK_PACE: '60' });
    const found = await look(own);
    assert.equal(found.env['TEMPORAL_ADDRESS'], '127.0.0.1:7');
    assert.equal(found.env['TEMPORAL_API_KEY'], undefined);
    assert.equal(found.env['HOME'], '/home');
    assert.equal(paceOf(found.env), 60);
    assert.equal((await look({ ...own, TEMPORAL_ADDRESS: 'temporal:7233' })).demo, null);
    assert.deepEqual(await readLabFacts(files), {});
    mkdirSync(files.lab);
    await writePrivately(join(files.lab, 'lab.json'), '{"dataplane": "model"}');
    assert.equal((await readLabFacts(files)).dataplane, 'model');
    assert.equal(await secretVariables(files), null);
    await writePrivately(files.sharedKey, 'k+/%&\n');
    assert.deepEqual(await secretVariables(files), { SITE01_SHARED_KEY: 'k+/%&' });
  });

  it('has a pace only where it makes sense', () => {
    assert.deepEqual([paceOf({}), paceOf({ SITELINK_PACE: 'fast' }), paceOf({ SITELINK_PACE: '0' })], [1, 1, 1]);
  });
});
