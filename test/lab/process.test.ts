/** The lab's process: what it prints, which port it has, how it ends. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { newLab, withLab, type LabTestOptions } from '../support/lab.ts';

/** A lab that must not start; resolves with the one line that it printed and its exit code. */
async function failure(options: LabTestOptions): Promise<{ code: number; line: string }> {
  const { lab, remove } = await newLab(options);
  try {
    await assert.rejects(lab.start(), /The lab ended with/);
    assert.equal(lab.output.length, 1, lab.output.join('\n'));
    return { code: lab.exitCode ?? 0, line: lab.output[0] ?? '' };
  } finally {
    await remove();
  }
}

async function occupied(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

describe('the lab', () => {
  const lab = withLab({ speed: 500, args: ['--random-seed', '42'] });

  it('says where it is, and last that it is ready', () => {
    assert.match(lab.output[0] ?? '', /^Azure Resource Manager {2}https:\/\/127\.0\.0\.1:\d+ {2}\(500 times/);
    assert.equal(lab.output.at(-1), 'lab ready');
  });

  it('writes its files, none for anybody else to read', async () => {
    const document = JSON.parse(await readFile(join(lab.dir, 'lab.json'), 'utf8')) as Record<string, unknown>;
    assert.deepEqual(Object.keys(document), ['arm', 'authority', 'identity', 'control', 'dataplane', 'pid']);
    assert.deepEqual([document['dataplane'], document['pid']], ['model', lab.pid]);
    for (const name of ['env', 'az-env', 'sdk-env', 'ssh_config', 'lab.json', 'settings.json']) {
      const { mode } = await stat(join(lab.dir, name));
      assert.equal(mode & 0o777, 0o600, name);
    }
    assert.equal(lab.env['SITELINK_OPERATOR_CIDR'], '198.51.100.10/32');
    assert.equal(lab.env['AZURE_SUBSCRIPTION_ID'], '00000000-0000-0000-0000-000000000000');
  });

  it('lets no second one onto its folder', async () => {
    const other = await newLab({ args: ['--state', lab.dir] });
    await assert.rejects(other.lab.start(), new RegExp(`Another lab \\(process ${lab.pid}\\) runs on`));
    assert.equal(other.lab.exitCode, 1);
    await other.remove();
  });

  it('keeps ports, identity and seed over a restart and over a kill', async () => {
    const before = { env: lab.env, control: lab.control.url };
    await lab.restart();
    assert.deepEqual({ env: lab.env, control: lab.control.url }, before);
    await lab.kill9();
    await lab.start();
    assert.deepEqual({ env: lab.env, control: lab.control.url }, before);
    const inventory = (await lab.control.inventory()) as unknown as Record<string, unknown>;
    assert.deepEqual([inventory['randomSeed'], inventory['speed'], inventory['rules']], ['42', 500, '2026']);
  });

  it('refuses another port for a folder that has one', async () => {
    const other = await newLab({ args: ['--state', lab.dir, '--port', '1'] });
    await lab.stop();
    await assert.rejects(other.lab.start(), /--port 1: this state has port \d+, which operation URLs hold/);
    assert.equal(other.lab.exitCode, 2);
    await other.remove();
    await lab.start();
  });
});

describe('the control endpoint', () => {
  const lab = withLab({ faults: [{ id: 'f', target: 'arm', match: { path: 'nothing' }, do: 'drop' }] });

  it('shows resources, operations, routers, sessions, the link and holds', async () => {
    const inventory = await lab.control.inventory();
    for (const part of ['resources', 'operations', 'routers', 'sessions', 'link', 'holds'] as const)
      assert.deepEqual(inventory[part], [], part);
    assert.deepEqual(await lab.control.ask('GET', 'ping'), { pid: lab.pid });
    await assert.rejects(lab.control.ask('GET', 'pong'), { message: /There is \/_lab\/ping, \/_lab\/inventory/ });
  });

  it('shows the requests, which hold no secret', async () => {
    await fetch(`${lab.env['IDENTITY_ENDPOINT'] ?? ''}?resource=x&api-version=2019-08-01`, {
      headers: { 'x-identity-header': lab.env['IDENTITY_HEADER'] ?? '' },
    });
    const text = JSON.stringify(await lab.control.requests());
    assert.equal(text.includes(lab.env['IDENTITY_HEADER'] ?? '-'), false);
  });

  it('has the faults of the file, and takes others', async () => {
    const before = (await lab.control.ask('GET', 'faults')) as { faults: { id: string }[] };
    assert.deepEqual(
      before.faults.map((one) => one.id),
      ['f'],
    );
    await lab.control.setFaults([]);
    assert.deepEqual(await lab.control.ask('GET', 'faults'), { faults: [] });
  });

  const refused: [string, string, unknown, number, string][] = [
    ['GET', 'nothing', undefined, 404, 'NoSuchRoute'],
    ['POST', 'release/x', undefined, 404, 'NotHeld'],
    ['PUT', 'faults', 'no json', 400, 'NotJson'],
    ['PUT', 'faults', [{ id: 'a' }], 400, 'WrongFaults'],
    ['PUT', 'devices/r', { username: 1 }, 400, 'WrongDevice'],
    ['PUT', 'faults', ' '.repeat(1_100_000), 413, 'TooLarge'],
  ];
  for (const [method, path, body, status, code] of refused) {
    it(`answers ${method} ${path} with ${status} ${code} where it cannot do so`, async () => {
      await assert.rejects(lab.control.ask(method, path, body), { status, code });
    });
  }
});

describe('a lab that cannot start says why in one line', () => {
  it('without a good command line', async () => {
    const { code, line } = await failure({ args: ['--speed', 'fast'] });
    assert.deepEqual([code, line], [2, 'lab: --speed fast is not a number from 1 to 1000.']);
  });

  it('with wrong faults', async () => {
    const { code, line } = await failure({ faults: [{ id: 'a', target: 'moon', do: 'drop' }] });
    assert.equal(code, 2);
    assert.match(line, /^lab: .*faults\.json: 0\.target/);
  });

  it('with wrong devices', async () => {
    const { code, line } = await failure({ devices: [{ name: 'r' }] });
    assert.equal(code, 2);
    assert.match(line, /^lab: .*devices\.json: publicAddress is missing; username is missing$/);
  });

  it('with a state folder that is a file', async () => {
    const { code, line } = await failure({ args: ['--state', '/etc/passwd'] });
    assert.deepEqual([code, line], [2, 'lab: --state /etc/passwd is no folder.']);
  });

  it('with a file that is not there', async () => {
    const { code, line } = await failure({ args: ['--faults', '/nowhere/faults.json'] });
    assert.equal(code, 2);
    assert.match(line, /^lab: \/nowhere\/faults\.json cannot be read as JSON: ENOENT/);
  });

  it('with a port that another program has', async () => {
    const { server, port } = await occupied();
    const { code, line } = await failure({ port });
    assert.equal(code, 1);
    assert.match(line, new RegExp(`^lab: Port ${port} of the ARM endpoint is taken`));
    server.close();
  });

  it('with settings that are damaged', async () => {
    const { lab, remove } = await newLab();
    await lab.start();
    await lab.stop();
    await writeFile(join(lab.dir, 'settings.json'), '{');
    await assert.rejects(lab.start(), /settings\.json is damaged/);
    await remove();
  });
});
