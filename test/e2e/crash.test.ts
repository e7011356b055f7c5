/**
 * The worker is killed without warning at the two moments that hurt most, and the run goes on with the next one as if
 * nothing had been: nothing is made twice. The shared key went everywhere that a run takes it, so the same stack is
 * searched for it at the end.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import proto from '@temporalio/proto';
import { filesIn, findSecret, type Haystack } from '../support/secret-scan.ts';
import { broken, rowsOf, withStack } from '../support/stack.ts';

describe('a worker that is killed', function () {
  this.timeout(240_000);
  const stack = withStack();
  const said: Haystack[] = [];
  const sitelink = async (...args: readonly string[]) => {
    const ended = await stack.sitelink(...args);
    said.push({ name: `output of ${args.join(' ')}`, bytes: Buffer.from(`${ended.stdout}${ended.stderr}`) });
    return ended;
  };
  const places = async () => [
    ...said,
    ...filesIn(stack.folder, (name) => !['id_rsa', 'env'].includes(name)),
    ...filesIn(stack.lab.dir, (name) => name.endsWith('.log')),
    ...(await histories()),
  ];
  // Within the database a secret may lie across two pages; the histories are whole.
  const histories = async () => {
    const found: Haystack[] = [];
    for await (const { workflowId, runId } of stack.client.workflow.list()) {
      const history = await stack.client.workflow.getHandle(workflowId, runId).fetchHistory();
      const bytes = Buffer.from(proto.temporal.api.history.v1.History.encode(history).finish());
      found.push({ name: `history of ${workflowId}`, bytes });
    }
    return found;
  };

  it('while the gateway is being made and again while the router is configured: the run finishes', async () => {
    await stack.lab.control.setFaults([
      {
        id: 'gateway',
        target: 'arm',
        match: { method: 'PUT', path: 'virtualNetworkGateways/' },
        nth: 1,
        at: 'afterEffect',
        do: 'hold',
      },
      { id: 'router', target: 'router', match: { line: 'crypto ipsec profile' }, nth: 1, do: 'hold' },
    ]);
    const running = sitelink('up', 'examples/seed.yaml');
    for (const fault of ['gateway', 'router']) {
      await stack.lab.control.held(fault, 60);
      await stack.killWorkers();
      await stack.lab.control.release(fault);
      await stack.startWorker();
    }
    const up = await running;
    assert.equal(up.code, 0, up.stderr);
    assert.deepEqual(broken(up.document), []);
    assert.deepEqual([...rowsOf(up.document).keys()], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]);
  });

  it('makes nothing twice', async () => {
    const requests = await stack.lab.control.requests();
    const created = requests.filter(({ method, status }) => method === 'PUT' && status === 201);
    assert.ok(created.length > 10, `${created.length} resources`);
    assert.deepEqual(twice(created.map(({ path }) => path.toLowerCase())), []);
    const { operations } = await stack.lab.control.inventory();
    const creations = operations.filter((one) => one['created'] === true);
    assert.ok(creations.some(({ target }) => String(target).includes('virtualNetworkGateways/')));
    assert.deepEqual(twice(creations.map(({ target }) => String(target).toLowerCase())), []);
  });

  it('leaves nothing after the teardown', async () => {
    const down = await sitelink('down', 'japan');
    assert.equal(down.code, 0, down.stderr);
    assert.deepEqual((await stack.lab.control.inventory()).resources, []);
  });

  it('leaves no secret in histories, database, logs and output', async () => {
    for (const args of [['status', 'japan'], ['list']]) await sitelink(...args);
    const searched = await places();
    const names = searched.map(({ name }) => name).join(' ');
    for (const expected of [
      /temporal\.db/,
      /worker-0\.log/,
      /worker-2\.log/,
      /requests\.log/,
      /history of/,
      /output of up/,
    ])
      assert.match(names, expected);
    const privateKey = readFileSync(join(stack.folder, 'secrets', 'id_rsa'), 'utf8').split('\n')[5] ?? '';
    assert.equal(privateKey.length, 64);
    for (const secret of [stack.sharedKey, privateKey]) assert.deepEqual(findSecret(secret, searched), []);
  });

  it('would have been caught with a secret', async () => {
    // Another one than the sites': what is planted stays in the database.
    const planted = `p+/%&="${randomBytes(18).toString('base64')}`;
    await stack.client.workflow.start('nothing', {
      workflowId: 'planted',
      taskQueue: 'nobody-polls-this',
      args: [{ sharedKey: planted, coded: Buffer.from(`x${planted}`).toString('base64') }],
    });
    writeFileSync(join(stack.logs, 'planted.log'), `sharedKey=${encodeURIComponent(planted)}`);
    const found = findSecret(planted, await places()).join('\n');
    for (const expected of [
      /temporal\.db(-wal)?: escaped for JSON/,
      /temporal\.db(-wal)?: base64 at 1/,
      /history of planted: escaped for JSON/,
      /history of planted: base64 at 1/,
      /planted\.log: for a URL/,
    ])
      assert.match(found, expected);
    await stack.client.workflow.getHandle('planted').terminate('a test');
  });
});

function twice(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}
