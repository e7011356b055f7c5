import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { Journal, type JournalRecord } from '../../../lab/arm/store/journal.ts';
import { labClock, seededDraw } from '../../../lab/clock.ts';
import { faultDesk } from '../../../lab/faults.ts';
import { startArm } from '../../../lab/arm/index.ts';
import { PortTaken } from '../../../lab/listen.ts';
import { Store } from '../../../lab/arm/store/store.ts';
import { withFolder, withFolderAsync } from '../../support/folder.ts';
import { openArm } from '../../support/arm.ts';
import { idle, makeNetwork, network, put, subscription } from './support.ts';

const record = (key: string, value: string | null): JournalRecord => ({
  table: 'resource',
  key,
  value: value === null ? null : { value },
});

describe('the journal of the lab’s Azure', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sitelink-journal-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('gives back what was written, in order', () => {
    const journal = new Journal(folder);
    journal.append([record('a', '1'), record('b', '2')]);
    journal.append([record('a', null)]);
    assert.deepEqual(new Journal(folder).load(), [record('a', '1'), record('b', '2'), record('a', null)]);
  });

  it('drops a transaction that was cut short anywhere, and writes on after it', () => {
    const journal = new Journal(folder);
    journal.append([record('a', '1')]);
    const file = join(folder, 'state.journal');
    const whole = readFileSync(file);
    const torn = Buffer.from(`${JSON.stringify([record('b', 'ü'), record('c', '3')])}`);
    for (let length = 1; length <= torn.length; length += 1) {
      writeFileSync(file, Buffer.concat([whole, torn.subarray(0, length)]));
      const next = new Journal(folder);
      assert.deepEqual(next.load(), [record('a', '1')]);
      assert.equal(readFileSync(file).length, whole.length);
    }
    new Journal(folder).append([record('d', '4')]);
    assert.deepEqual(new Journal(folder).load(), [record('a', '1'), record('d', '4')]);
  });

  it('refuses a file that is damaged elsewhere', () => {
    appendFileSync(join(folder, 'state.journal'), 'damaged\n[]\n');
    assert.throws(() => new Journal(folder).load(), /line 1, is damaged/);
  });

  it('reads the same when it was killed between snapshot and journal', () => {
    const journal = new Journal(folder);
    journal.append([record('a', '1')]);
    const kept = readFileSync(join(folder, 'state.journal'));
    journal.fold([record('a', '1')]);
    writeFileSync(join(folder, 'state.journal'), kept);
    assert.deepEqual(
      new Map(new Journal(folder).load().map((one) => [one.key, one.value])),
      new Map([['a', { value: '1' }]]),
    );
    assert.equal(journal.wantsFolding, false);
  });
});

describe('the state folder of the lab’s Azure', function () {
  this.timeout(30_000);

  it('holds every answered write after kill -9 of a process that was writing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sitelink-arm-kill-'));
    const root = fileURLToPath(new URL('../../..', import.meta.url));
    const program = `
      import { startArm } from './lab/arm/index.ts';
      import { labClock, seededDraw } from './lab/clock.ts';
      import { faultDesk } from './lab/faults.ts';
      import { requestArm } from './test/support/arm.ts';
      const draw = seededDraw('kill');
      const arm = await startArm({ stateDir: ${JSON.stringify(folder)}, port: 0, clock: labClock(1000), draw, rules: '2026', throttle: 'off', faults: faultDesk(draw) });
      const reply = await fetch(arm.identity + '?resource=' + arm.endpoint, { headers: { 'X-IDENTITY-HEADER': arm.identityHeader } });
      const { access_token } = await reply.json();
      const headers = { authorization: 'Bearer ' + access_token, 'content-type': 'application/json' };
      for (let n = 0; ; n += 1) {
        const body = JSON.stringify({ location: 'japaneast', tags: { fill: 'x'.repeat(20000) } });
        await requestArm(arm, 'PUT', '/subscriptions/' + arm.subscriptionId + '/resourceGroups/g' + n + '?api-version=2025-04-01', { headers, body });
        process.stdout.write('g' + n + '\\n');
      }`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    const ended = once(child, 'close');
    try {
      while (text.split('\n').length < 40) await sleep(5);
    } finally {
      child.kill('SIGKILL');
    }
    await ended;
    const answered = text.split('\n').slice(0, -1);
    const draw = seededDraw('kill');
    const arm = await startArm({
      stateDir: folder,
      port: 0,
      clock: labClock(1000),
      draw,
      rules: '2026',
      throttle: 'off',
      faults: faultDesk(draw),
    });
    try {
      const names = new Set(arm.inventory().resources.map((one) => one['name']));
      assert.deepEqual(
        answered.filter((name) => !names.has(name)),
        [],
      );
    } finally {
      await arm.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  /** A process that writes groups g0, g1, … of 10 kB to a state folder, after what `before` says, and names what is written. */
  const writer = (folder: string, before: string, after: string): string => `
      import { execFileSync } from 'node:child_process';
      import { Store } from './lab/arm/store/store.ts';
      const store = new Store(${JSON.stringify(folder)}, () => []);
      ${before}
      for (let n = 0; ; n += 1) {
        store.save({ id: '/subscriptions/s/resourceGroups/g' + n, type: 'Microsoft.Resources/resourceGroups', name: 'g' + n,
          generation: 1, state: 'Succeeded', body: { fill: 'ü'.repeat(5000) }, hidden: {}, revision: 0 });
        ${after}
        process.stdout.write('g' + n + '\\n');
      }`;
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const run = (command: string, ...args: string[]) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    const said: string[] = [];
    createInterface(child.stdout).on('line', (line) => said.push(line));
    return { child, said, ended: once(child, 'close') };
  };
  const node = ['--import', 'tsx', '--input-type=module', '--eval'];
  const namesIn = (folder: string): string[] => [...new Store(folder, () => []).all()].map(({ name }) => name);

  it('loses nothing but the write in whose middle kill -9 came', async () => {
    await withFolderAsync(async (folder) => {
      // The journal is a pipe that nobody reads: once it is full, the process stands in the middle of a write.
      const file = join(folder, 'state.journal');
      const before = `execFileSync('mkfifo', [${JSON.stringify(file)}]); process.stdout.write('ready\\n');`;
      const { child, said, ended } = run(process.execPath, ...node, writer(folder, before, 'store.commit();'));
      while (!said.includes('ready')) await sleep(10);
      const pipe = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
      while (said.length < 6) await sleep(10);
      for (let seen = -1; seen !== said.length; await sleep(300)) seen = said.length;
      child.kill('SIGKILL');
      await ended;
      const arrived = Buffer.alloc(1024 * 1024);
      let size = 0;
      for (let read = 1; read > 0; size += read) read = readSync(pipe, arrived, size, arrived.length - size, null);
      closeSync(pipe);
      rmSync(file);
      const torn = arrived.subarray(0, size);
      assert.notEqual(torn.at(-1), 0x0a);
      writeFileSync(file, torn);
      assert.deepEqual(namesIn(folder), said.slice(1));
    });
  });

  it('keeps its journal whole on a full disk, and writes what it could not with the next commit', async () => {
    await withFolderAsync(async (folder) => {
      const limited = 'ulimit -c 0; ulimit -f 200; exec "$0" "$@"';
      const tries = 'try { store.commit(); } catch (error) { process.stdout.write(error.code); process.exit(0); }';
      const { said, ended } = run('sh', '-c', limited, process.execPath, ...node, writer(folder, '', tries));
      await ended;
      assert.equal(said.pop(), 'EFBIG');
      assert.ok(said.length > 3);
      assert.equal(readFileSync(join(folder, 'state.journal')).at(-1), 0x0a);
      assert.deepEqual(namesIn(folder), said);
    });
    await withFolderAsync((folder) => {
      const store = new Store(folder, () => []);
      mkdirSync(join(folder, 'state.journal'));
      store.keep('one', 1);
      assert.throws(() => {
        store.commit();
      });
      rmdirSync(join(folder, 'state.journal'));
      store.commit();
      assert.equal(new Store(folder, () => []).peek('one'), 1);
    });
  });

  it('is put together at an orderly end, where there is much to read twice', () => {
    withFolder((folder) => {
      const store = new Store(folder, () => []);
      const size = (): number => statSync(join(folder, 'state.journal')).size;
      const write = (times: number): void => {
        for (let nth = 0; nth < times; nth += 1) {
          store.saveOperation('one', { nth, fill: 'x'.repeat(10_000) });
          store.commit();
        }
      };
      write(20);
      store.close();
      assert.ok(size() > 200_000);
      write(100);
      store.close();
      assert.equal(size(), 0);
      const [saved] = new Store(folder, () => []).savedOperations();
      assert.equal(saved?.['nth'], 99);
    });
  });

  it('has one port for ever, and says whose it is when another program has it', async () => {
    const lab = await openArm();
    try {
      const draw = seededDraw('x');
      const again = startArm({
        stateDir: lab.folder,
        port: 0,
        clock: labClock(1000),
        draw,
        rules: '2026',
        throttle: 'off',
        faults: faultDesk(draw),
      });
      await assert.rejects(again, (error) => error instanceof PortTaken && /ARM endpoint/.test(error.message));
    } finally {
      await lab.close();
    }
  });

  it('keeps resources, counters and ids of operations over a restart', async () => {
    const lab = await openArm();
    try {
      await makeNetwork(lab, 'G');
      const before = lab.arm.inventory();
      await lab.restart();
      assert.deepEqual(lab.arm.inventory(), before);
      const group = `${network('G')}/networkSecurityGroups/nsg`;
      await put(lab, group, { location: 'japaneast' });
      await lab.call('DELETE', group);
      await idle(lab);
      await lab.restart();
      await put(lab, group, { location: 'japaneast' });
      const made = lab.arm.inventory();
      assert.equal(made.resources.find((one) => one['name'] === 'nsg')?.['generation'], 2);
      const ids = made.operations.map((one) => one['id']);
      assert.equal(new Set(ids).size, ids.length);
      assert.equal((await lab.call('GET', `${subscription}/resourceGroups/G`)).status, 200);
    } finally {
      await lab.close();
    }
  });
});
