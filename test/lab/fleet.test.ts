import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLab } from '../support/lab.ts';
import type { LabInventory } from '../support/lab-control.ts';
import { Azure, KEYS, typed } from './azure.ts';

type Router = LabInventory['routers'][number];

describe('the router of a VM', () => {
  const lab = withLab();
  let azure: Azure;
  let port: number;
  let hostKey: string;

  const router = async (): Promise<Router | undefined> =>
    (await lab.control.inventory()).routers.find((one) => one.name === 'r1');

  async function until(what: string, holds: (router: Router | undefined) => boolean): Promise<Router | undefined> {
    for (let tries = 0; tries < 200; tries += 1) {
      const now = await router();
      if (holds(now)) return now;
      await sleep(50);
    }
    throw new Error(`${what} did not come true: ${JSON.stringify(await router())}`);
  }

  const refused = (): Promise<void> =>
    assert.rejects(
      typed(port, []),
      (error) => error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED',
    );

  before('make the VM', async () => {
    azure = new Azure(lab);
    await azure.makeRouter();
    const up = await until('SSH is open', (one) => one?.open === true);
    port = up?.port ?? 0;
    hostKey = up?.hostKey ?? '';
  });

  it('boots with the computer name, the user at privilege 15 and the address of its network interface', async () => {
    const text = await typed(port, ['show ip interface brief', 'show privilege', 'show version']);
    assert.match(text, /router210#/);
    assert.match(text, /GigabitEthernet1\s+172\.20\.10\.210\s+YES DHCP\s+up\s+up/);
    assert.match(text, /Current privilege level is 15/);
    assert.match(text, /17\.3\.3|17\.03\.03/);
  });

  it('is in ssh_config under its public address and its names', async () => {
    const text = await readFile(join(lab.dir, 'ssh_config'), 'utf8');
    const { publicAddress } = (await router()) ?? { publicAddress: null };
    assert.match(
      text,
      new RegExp(`\nHost ${publicAddress} r1 router210\n  HostName 127.0.0.1\n  Port ${port}\n  User azureuser\n`),
    );
  });

  it('keeps its configuration, its key and its port when the lab is killed', async () => {
    await typed(port, ['configure terminal', 'interface Loopback7', 'ip address 10.7.7.7 255.255.255.255']);
    await lab.kill9();
    await refused();
    await lab.start();
    const now = await until('SSH is open again', (one) => one?.open === true);
    assert.deepEqual([now?.port, now?.hostKey], [port, hostKey]);
    assert.match(now?.runningConfig ?? '', /interface Loopback7\n ip address 10\.7\.7\.7/);
    assert.match(await typed(port, ['show ip interface brief']), /Loopback7\s+10\.7\.7\.7/);
  });

  it('is out of reach while the security group lets SSH clients of elsewhere in only', async () => {
    const path = azure.network('networkSecurityGroups/nsg');
    const { body } = await azure.send('GET', path);
    const shut = JSON.parse(JSON.stringify(body).replaceAll('198.51.100.10/32', '203.0.113.0/24')) as object;
    await azure.done('PUT', path, shut);
    await until('the way in is shut', (one) => one?.open === false);
    await refused();
    await azure.done('PUT', path, body);
    await until('the way in is open', (one) => one?.open === true);
    assert.match(await typed(port, []), /router210#/);
  });

  it('is off while the VM is deallocated, and boots with what was saved', async () => {
    await azure.done('POST', `${azure.vm}/deallocate`);
    const off = await until('it is off', (one) => one?.running === false);
    assert.equal(off?.open, false);
    await refused();
    await assert.rejects(lab.control.putDevice('r1', { power: 'on' }), { status: 409, code: 'PowerOfVm' });
    await azure.done('POST', `${azure.vm}/start`);
    const on = await until('it is on', (one) => one?.open === true);
    assert.doesNotMatch(on?.runningConfig ?? '', /Loopback7/, 'was never saved');
  });

  it('has its clock moved on by order', async () => {
    const before = await router();
    const after = (await lab.control.putDevice('r1', { advanceSeconds: 3600 })) as { clock?: string };
    const moved = Date.parse(after.clock ?? '') - Date.parse((before as { clock?: string }).clock ?? '');
    assert.equal(moved >= 3_600_000 && moved < 3_660_000, true, `${moved} ms`);
  });

  it('shows who is logged in', async () => {
    const [text, inventory] = await Promise.all([
      typed(port, ['show users']),
      sleep(150).then(() => lab.control.inventory()),
    ]);
    assert.match(text, /azureuser/);
    assert.equal(Array.isArray(inventory.sessions), true);
  });

  it('is destroyed with the VM, and one that is made anew has another key', async () => {
    await azure.done('DELETE', azure.vm);
    await until('it is gone', (one) => one === undefined);
    await refused();
    assert.deepEqual(await readdir(join(lab.dir, 'routers')), []);
    assert.doesNotMatch(await readFile(join(lab.dir, 'ssh_config'), 'utf8'), /r1/);
    await azure.makeVm();
    const anew = await until('SSH is open', (one) => one?.open === true);
    assert.equal(anew?.port, port);
    assert.notEqual(anew?.hostKey, hostKey);
  });
});

describe('a declared device', () => {
  const device = {
    name: 'osaka',
    hostname: 'osaka-r1',
    release: '17.15',
    publicAddress: '203.0.113.7',
    privateAddress: '10.0.0.2',
    username: 'admin',
    publicKey: KEYS.publicKey,
    config: ['interface Loopback1', ' ip address 10.1.1.1 255.255.255.0'],
  };
  const lab = withLab({ devices: [device] });
  const login = { username: 'admin' };
  const find = async (name: string) => (await lab.control.inventory()).routers.find((one) => one.name === name);

  it('is there when the lab is, with its own lines', async () => {
    const found = await find('osaka');
    assert.deepEqual(found?.names, ['203.0.113.7', 'osaka', 'osaka-r1', '10.0.0.2']);
    const text = await typed(found?.port ?? 0, ['show ip interface brief'], login);
    assert.match(text, /osaka-r1#[\s\S]*GigabitEthernet1\s+10\.0\.0\.2[\s\S]*Loopback1\s+10\.1\.1\.1/);
  });

  it('has a chosen line held until it is released', async () => {
    await lab.control.setFaults([
      { id: 'wait', target: 'router', match: { device: 'osaka-r1', line: '^show clock' }, do: 'hold' },
    ]);
    await assert.rejects(lab.control.held('wait', 0.1), /Nothing was held by the fault wait within 0\.1 s/);
    let done = false;
    const typing = typed((await find('osaka'))?.port ?? 0, ['show clock'], login).finally(() => (done = true));
    const hold = await lab.control.held('wait');
    assert.match(hold.what, /show clock/);
    assert.equal(done, false);
    await lab.control.release(hold.id);
    assert.match(await typing, /\d\d:\d\d:\d\d\.\d+ UTC/);
    await lab.control.setFaults([]);
  });

  it('is switched off and on by order, also over a restart of the lab', async () => {
    const { port, hostKey } = await lab.control.putDevice('osaka', { power: 'off' });
    await assert.rejects(typed(port, [], login), { code: 'ECONNREFUSED' });
    await lab.restart();
    const off = await find('osaka');
    assert.deepEqual([off?.running, off?.open, off?.port, off?.hostKey], [false, false, port, hostKey]);
    await lab.control.putDevice('osaka', { power: 'on' });
    for (let tries = 0; tries < 100 && (await find('osaka'))?.open !== true; tries += 1) await sleep(50);
    assert.match(await typed(port, [], login), /osaka-r1#/);
  });

  it('comes, changes and goes on the control endpoint', async () => {
    const declared = { publicAddress: '203.0.113.9', username: 'admin', password: 'secret' };
    const first = await lab.control.putDevice('milano', declared);
    assert.equal(first.hostname, 'milano');
    assert.match(await typed(first.port, [], { ...login, password: 'secret', privateKey: undefined }), /milano#/);
    const same = await lab.control.putDevice('milano', declared);
    assert.equal(same.hostKey, first.hostKey, 'declared again as it is, it stays');
    const other = await lab.control.putDevice('milano', { ...declared, hostname: 'milano-2' });
    assert.notEqual(other.hostKey, first.hostKey);
    assert.match(
      await readFile(join(lab.dir, 'ssh_config'), 'utf8'),
      /Host 203\.0\.113\.9 milano milano-2\n[^]*  User admin\n/,
    );
    await lab.control.deleteDevice('milano');
    assert.equal(await find('milano'), undefined);
    await assert.rejects(lab.control.deleteDevice('milano'), { status: 404, code: 'NoSuchDevice' });
    await assert.rejects(lab.control.putDevice('milano', { advanceSeconds: 1 }), {
      status: 404,
      message: 'There is no router milano; there is osaka.',
    });
  });
});
