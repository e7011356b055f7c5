/**
 * What is missing or does not answer is told before anything is made: the exit code says whose turn it is, standard
 * error says it without a stack trace, and the lab's inventory stays empty. `test/client` has the cases without Temporal.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../client/processes/ports.ts';
import { ROOT, withStack, type Answered, type WorkerProcess } from '../support/stack.ts';
import { ed25519Pair } from '../support/ed25519.ts';

interface Refusal {
  readonly exitCode: number;
  readonly problems?: readonly { readonly path: string }[];
}

describe('up with something missing', function () {
  this.timeout(120_000);
  const stack = withStack();
  let worker: WorkerProcess | null = null;

  /** Lets a worker with these variables take the place of the one that runs. */
  const workerWith = async (env: Readonly<Record<string, string>>) => {
    await stack.killWorkers();
    worker = await stack.startWorker(env);
  };
  const nothingMade = async ({ stderr }: Answered) => {
    assert.doesNotMatch(stderr, /^\s+at /m);
    assert.deepEqual((await stack.lab.control.inventory()).resources, []);
    const writes = (await stack.lab.control.requests()).filter(({ method }) => method === 'PUT' || method === 'PATCH');
    assert.deepEqual(writes, []);
  };
  const paths = ({ document }: Answered) => ((document as Refusal).problems ?? []).map(({ path }) => path);

  it('ends with 2 and names each secret that is not set or cannot be used', async () => {
    const path = stack.write('id_ed25519', ed25519Pair().private);
    await workerWith({ SITE01_SHARED_KEY: '', SITELINK_SSH_KEY: path });
    const ended = await stack.sitelink('up', 'examples/seed.yaml');
    assert.equal(ended.code, 2, ended.stderr);
    assert.match(ended.stderr, /sharedKey: The variable SITE01_SHARED_KEY is not set/);
    assert.match(ended.stderr, /RSA/);
    const found = paths(ended).join(' ');
    assert.match(found, /sites\[0\]\.connection\.sharedKey/);
    assert.match(found, /sites\[0\]\.router\.ssh\.privateKey/);
    await nothingMade(ended);
  });

  it('ends with 1 when Azure does not answer', async () => {
    await workerWith({ SITELINK_ARM_ENDPOINT: `https://127.0.0.1:${await freePort()}` });
    const ended = await stack.sitelink('up', 'examples/second.yaml');
    assert.equal(ended.code, 1, ended.stderr);
    assert.match(ended.stderr, /No answer from 127\.0\.0\.1/);
    await nothingMade(ended);
  });

  it('ends with 1 when a router that should be there does not answer', async () => {
    await workerWith({});
    const text = readFileSync(join(ROOT, 'examples/device.yaml'), 'utf8');
    const file = stack.write(
      'away.yaml',
      text.replace('host: milano-r1', `host: 127.0.0.1\n        port: ${await freePort()}`),
    );
    const ended = await stack.sitelink('up', file);
    assert.equal(ended.code, 1, ended.stderr);
    assert.match(ended.stderr, /sites\[0\]\.router/);
    await nothingMade(ended);
  });

  it('ends with 1 when no worker polls any more', async () => {
    await worker?.stop();
    const ended = await stack.sitelink('up', 'examples/seed.yaml');
    assert.equal(ended.code, 1, ended.stderr);
    assert.match(ended.stderr, /No worker polls the task queue sitelink/);
    await nothingMade(ended);
  });
});
