/** The demo's own parts, and the demo as a process that is ended in every way. */
import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailed } from '../../../client/failure.ts';
import { whatIsLeft } from '../../../client/demo/inventory.ts';
import { ensureSecrets, sharedKey } from '../../../client/demo/secrets.ts';
import { Staff } from '../../../client/demo/staff.ts';
import { identify, isRunning } from '../../../client/processes/identity.ts';
import { demoFiles, readPids, writePids, type Pids } from '../../../client/processes/state.ts';
import { readVariables } from '../../../client/shell-env.ts';
import { temporalCli } from '../../support/temporal.ts';
import { bareEnv, recorded, ROOT, sitelink, withFolder } from '../sitelink.ts';

describe("the demo's secrets", () => {
  const folder = withFolder();

  it('are made once, readable by their owner alone, and hold what encodings change', async () => {
    const files = demoFiles({ SITELINK_STATE: folder() });
    mkdirSync(files.folder);
    await ensureSecrets(files);
    const [key, shared] = [readFileSync(files.sshKey, 'utf8'), readFileSync(files.sharedKey, 'utf8')];
    assert.equal(createPrivateKey(key).asymmetricKeyType, 'rsa');
    for (const path of [files.sshKey, files.sharedKey]) assert.equal(statSync(path).mode & 0o777, 0o600);
    await ensureSecrets(files);
    assert.deepEqual([readFileSync(files.sshKey, 'utf8'), readFileSync(files.sharedKey, 'utf8')], [key, shared]);
  });

  it('are shared keys that Azure and a router take', () => {
    const keys = Array.from({ length: 200 }, sharedKey);
    for (const key of keys) {
      assert.match(key, /^[A-Za-z][\w+/%&.-]{32}$/);
      for (const awkward of '+/%&') assert.ok(key.includes(awkward));
    }
    assert.equal(new Set(keys).size, keys.length);
  });
});

describe("the lab's inventory", () => {
  let server: Server;
  let answer = '{}';
  before(async () => {
    server = createServer((_request, response) => response.end(answer)).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(() => server.close());

  it('names resources and routers that are left', async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    assert.deepEqual(await whatIsLeft(url), []);
    answer = JSON.stringify({ resources: [{ id: '/subscriptions/x' }], routers: [{ hostname: 'router210' }] });
    assert.deepEqual(await whatIsLeft(url), ['/subscriptions/x', 'router router210']);
    answer = 'no JSON';
    await assert.rejects(whatIsLeft(url), /inventory could not be read/);
  });
});

describe("the demo's staff", () => {
  const folder = withFolder();
  const prepared = () => {
    const files = demoFiles({ SITELINK_STATE: folder() });
    mkdirSync(files.folder, { recursive: true });
    return files;
  };

  it('ends what an earlier demo left running, and nothing else', async () => {
    const files = prepared();
    const [left, stranger] = [spawn('/bin/sleep', ['60']), spawn('/bin/sleep', ['60'])];
    const [one, other] = [await identify(left.pid ?? 0), await identify(stranger.pid ?? 0)];
    assert.ok(one !== null && other !== null);
    await writePids(files, { worker: one, lab: { ...other, began: 'in another life' } });
    const staff = new Staff(files);
    const { output, out } = recorded();
    const ended = once(left, 'exit');
    await staff.takeOver(output);
    await ended;
    assert.match(out.text, /^Ending what an earlier demo left running: worker, process \d+\.\n$/);
    assert.equal(stranger.exitCode, null);
    stranger.kill();
    await staff.dismiss();
    assert.deepEqual(await readPids(files), {});
  });

  it('refuses the folder of a demo that is alive', async () => {
    const files = prepared();
    const alive = spawn('/bin/sleep', ['60']);
    const demo = await identify(alive.pid ?? 0);
    assert.ok(demo !== null);
    await writePids(files, { demo });
    const staff = new Staff(files);
    await assert.rejects(
      staff.takeOver(recorded().output),
      /A demo runs already in .* \(process \d+\): end it with Ctrl-C/,
    );
    await staff.dismiss();
    assert.deepEqual(await readPids(files), { demo }, 'its record stays');
    alive.kill();
  });

  it('says whose end was not expected', async () => {
    const files = prepared();
    const staff = new Staff(files);
    await staff.takeOver(recorded().output);
    const member = spawn('/bin/sleep', ['60']);
    const ended = once(member, 'exit').then(() => ({ code: member.exitCode, signal: member.signalCode }));
    const log = join(folder(), 'lab.log');
    writeFileSync(log, 'all is well\nERROR the disk is full\nnothing more\n');
    await staff.add({ name: 'lab', pid: member.pid ?? 0, ended, stop: async () => undefined }, log);
    assert.equal((await readPids(files))['lab']?.pid, member.pid);
    member.kill();
    if (!staff.lost.signal.aborted) await once(staff.lost.signal, 'abort');
    const reason: unknown = staff.lost.signal.reason;
    assert.ok(reason instanceof CommandFailed);
    assert.match(reason.message, /^The demo's lab ended by itself with SIGTERM; its log: .*lab\.log$/);
    assert.deepEqual(reason.details(), ['  ERROR the disk is full']);
    await staff.dismiss();
  });
});

describe('the demo as a process', function () {
  this.timeout(30 * 60_000);
  const folder = withFolder();
  let running: ChildProcess[] = [];
  let cliFolder = '';

  before('have a Temporal command line', async () => {
    cliFolder = join(await temporalCli(), '..');
  });
  afterEach(() => {
    for (const child of running) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    running = [];
  });

  const environment = () => {
    const env = bareEnv(folder());
    return { ...env, PATH: `${cliFolder}:${env['PATH'] ?? ''}`, SITELINK_STATE: folder() };
  };
  const start = () => {
    const args = ['client/bin.js', 'demo', '--once'];
    const child = spawn(process.execPath, args, { cwd: ROOT, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
    running.push(child);
    const seen = { child, text: '', ended: once(child, 'exit') as Promise<[number | null, string | null]> };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (seen.text += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (seen.text += text));
    return seen;
  };
  const until = async (seen: { child: ChildProcess; text: string }, pattern: RegExp) => {
    for (let waited = 0; !pattern.test(seen.text); waited += 50) {
      assert.ok(seen.child.exitCode === null && waited < 120_000, seen.text);
      await sleep(50);
    }
  };
  const allEnd = async (pids: Pids) => {
    for (const [name, identity] of Object.entries(pids)) {
      for (let waited = 0; await isRunning(identity); waited += 100) {
        assert.ok(waited < 20_000, `${name} outlived the demo`);
        await sleep(100);
      }
    }
  };

  it('takes its processes along when it is killed, and goes on where it was', async () => {
    const files = demoFiles(environment());
    const first = start();
    await until(first, /Hub japan: VPN gateway VnetGw: begins/);
    assert.match(first.text, /Web UI: http:\/\/127\.0\.0\.1:\d+\/namespaces\/default\/workflows/);
    const pids = await readPids(files);
    assert.deepEqual(Object.keys(pids).toSorted(), ['demo', 'lab', 'temporal', 'worker']);
    const variables = await readVariables(files.env);
    const key = readFileSync(files.sharedKey, 'utf8').trim();
    assert.ok(!JSON.stringify(variables).includes(key));

    const shown = await sitelink(['status', '--output', 'json'], environment());
    assert.match(shown.stderr, /^Using the demo that runs in /);
    assert.match(shown.stdout, /"schema": "sitelink\.status\/1"/);

    first.child.kill('SIGKILL');
    await first.ended;
    await allEnd(pids);

    const second = start();
    await until(second, /Hub japan is /);
    assert.deepEqual(await readVariables(files.env), variables, 'the same ports');
    const again = await readPids(files);
    second.child.kill('SIGINT');
    assert.deepEqual(await second.ended, [130, null], second.text);
    assert.match(second.text, /Stopped; its state is kept in /);
    await allEnd(again);
    assert.deepEqual(await readPids(files), {});
    assert.ok(readdirSync(files.folder).includes('temporal.db'));
  });

  it('ends with 1 and one line when one of its processes does', async () => {
    const files = demoFiles(environment());
    const demo = start();
    await until(demo, /A worker runs/);
    const pids = await readPids(files);
    process.kill(pids['lab']?.pid ?? 0, 'SIGKILL');
    assert.deepEqual(await demo.ended, [1, null], demo.text);
    assert.match(demo.text, /The demo's lab ended by itself with SIGKILL; its log: .*lab\.log/);
    assert.doesNotMatch(demo.text, /^\s+at /m);
    await allEnd(pids);
  });
});
