/** The command line as a process: exit codes, one line per error, one document with `--output json`. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../client/processes/ports.ts';
import { bareEnv, ROOT, sitelink, withFolder } from './sitelink.ts';

const subscription = { AZURE_SUBSCRIPTION_ID: '00000000-0000-0000-0000-000000000000' };
const operator = { SITELINK_OPERATOR_CIDR: '198.51.100.10/32' };

describe('the command line', function () {
  this.timeout(60_000);
  const folder = withFolder();

  const bad = () => {
    const seed = readFileSync(join(ROOT, 'examples/seed.yaml'), 'utf8');
    const site = seed.slice(seed.indexOf('  - name: Site01'));
    const text = `${seed}\n${site}`
      .replace('gatewaySubnet: 172.16.0.0/27', 'gatewaySubnet: 172.17.0.0/28')
      .replace('sku: VpnGw1AZ', 'sku: VpnGw1')
      .replace('privateIp: 172.16.1.10', 'privateIp: 172.16.2.10')
      .replace('sharedKey: { env: SITE01_SHARED_KEY }', 'sharedKey: S3cret+literal')
      .replace('acceptMarketplaceTerms', 'acceptMarketplaceTerm')
      .replace(/^ +allowFrom: .*\n/m, '');
    const path = join(folder(), 'bad.yaml');
    writeFileSync(path, text);
    return path;
  };

  it('reports every mistake of a site file at once, with path, value and remedy, and creates nothing', async () => {
    const { code, stdout, stderr } = await sitelink(['up', bad()], bareEnv(folder()));
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /bad\.yaml has \d+ problems; nothing was created\./);
    for (const expected of [
      /hub\.network\.gatewaySubnet: 172\.17\.0\.0\/28 lies outside the network's address space 172\.16\.0\.0\/16/,
      /hub\.network\.gatewaySubnet: 172\.17\.0\.0\/28 is too small for a VPN gateway/,
      /hub\.gateway\.sku: VpnGw1 can no longer be created: .*\n.*-> use VpnGw1AZ/,
      /hub\.probe\.privateIp: 172\.16\.2\.10 lies outside its subnet 172\.16\.1\.0\/24/,
      /sites\[0\]\.connection\.sharedKey: \(not shown\) must be a reference/,
      /sites\[0\]\.router\.acceptMarketplaceTerm: \(key\) is no known key\n.*-> did you mean acceptMarketplaceTerms\?/,
      /sites\[0\]\.router\.ssh\.allowFrom: \(missing\) and SITELINK_OPERATOR_CIDR is not set/,
      /sites\[1\]\.name: Site01 is the name of another site too \(sites\[0\]\.name\)/,
      /sites\[1\]\.prefixes\[0\]: 172\.20\.100\.0\/24 overlaps 172\.20\.100\.0\/24 \(sites\[0\]\.prefixes\[0\]\)/,
    ]) {
      assert.match(stderr, expected);
    }
    assert.doesNotMatch(stderr, /S3cret|^\s+at /m);
  });

  it('gives the same problems as one document', async () => {
    const { code, stdout } = await sitelink(['plan', bad(), '--offline', '--output', 'json'], bareEnv(folder()));
    assert.equal(code, 2);
    const document = JSON.parse(stdout) as { schema: string; exitCode: number; problems: unknown[] };
    assert.deepEqual([document.schema, document.exitCode], ['sitelink.error/1', 2]);
    assert.ok(document.problems.length >= 9);
  });

  it('plans each example offline', async () => {
    const env = { ...bareEnv(folder()), ...subscription, ...operator };
    const plans = await Promise.all(
      ['seed', 'azure', 'device', 'second'].map((name) =>
        sitelink(['--output', 'json', 'plan', `examples/${name}.yaml`, '--offline'], env),
      ),
    );
    for (const { code, stdout, stderr } of plans) {
      assert.equal(code, 0, stderr);
      const plan = JSON.parse(stdout) as {
        criticalPath: string[];
        totalSeconds: { from: number };
        resources: object[];
      };
      assert.ok(plan.criticalPath.includes('hub/gateway'));
      assert.ok(plan.totalSeconds.from > 20 * 60);
      assert.ok(plan.resources.length > 5);
    }
    assert.match(
      plans[1]?.stderr ?? '',
      /policy {2}Site01: IKE AES256\/SHA256\/DHGroup14.* its release refuses DH group 2/,
    );
    assert.match(plans[1]?.stderr ?? '', /accept {2}the marketplace terms of cisco:cisco-c8000v-byol/);
    assert.match(plans[2]?.stderr ?? '', /change {2}router milano-r1/);
  });

  it('prints a plan for people, without colours where there is no terminal', async () => {
    const { code, stdout } = await sitelink(['plan', 'examples/seed.yaml', '--offline'], bareEnv(folder()));
    assert.equal(code, 0);
    assert.match(stdout, /\* VPN gateway VnetGw +20 to 45 min/);
    assert.match(stdout, /create {2}virtualNetworkGateways\/VnetGw/);
    assert.ok(!stdout.includes('\u001B'));
  });

  it('ends with 0 when its reader has seen enough', async () => {
    const args = ['client/bin.js', 'plan', 'examples/seed.yaml', '--offline'];
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: bareEnv(folder()),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // Closed before the first line, so that every write fails.
    child.stdout.destroy();
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    assert.deepEqual(await once(child, 'close'), [0, null], said);
    assert.equal(said, '');
  });

  it('says that plans which ask Azure are not built, and what to type', async () => {
    const { code, stderr } = await sitelink(['plan', 'examples/seed.yaml'], bareEnv(folder()));
    assert.equal(code, 1);
    assert.match(stderr, /not built yet: type `npx sitelink plan examples\/seed\.yaml --offline`/);
  });

  it('ends with 2 for a wrong command line and with 0 for help', async () => {
    const env = bareEnv(folder());
    const [unknown, missing, format, extra, help, lab, worker] = await Promise.all([
      sitelink(['fly'], env),
      sitelink(['up'], env),
      sitelink(['status', '--output', 'xml'], env),
      sitelink(['worker', 'now'], env),
      sitelink(['--help'], env),
      sitelink(['lab', '--help'], env),
      sitelink(['worker', '--help'], env),
    ]);
    assert.deepEqual([unknown.code, missing.code, format.code, extra.code], [2, 2, 2, 2]);
    assert.deepEqual([help.code, lab.code, worker.code], [0, 0, 0]);
    assert.match(lab.stdout, /--state DIR +everything that the lab keeps/);
    assert.match(worker.stdout, /until it is ended/);
    assert.match(missing.stderr, /missing required argument 'file'/);
    for (const name of ['demo', 'lab', 'worker', 'plan', 'up', 'status', 'watch', 'verify', 'resume', 'down']) {
      assert.match(help.stdout, new RegExp(`^ {2}${name}\\b`, 'm'));
    }
  });

  it('says in one line that there is no Temporal, and what to do', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const env = { ...bareEnv(folder()), ...subscription, TEMPORAL_ADDRESS: address };
    const commands = [['up', 'examples/seed.yaml'], ['status'], ['down', 'japan', '--output', 'json']];
    for (const ended of await Promise.all(commands.map((args) => sitelink(args, env)))) {
      assert.equal(ended.code, 1);
      assert.equal(
        ended.stderr,
        `No Temporal server answers on ${address}: start one or set TEMPORAL_ADDRESS; \`npx sitelink demo\` brings its own.`,
      );
    }
  });

  it('says when the configuration of Temporal cannot be read', async () => {
    const file = join(folder(), 'temporal.toml');
    writeFileSync(file, 'this is no TOML');
    const { code, stderr } = await sitelink(['status'], { ...bareEnv(folder()), TEMPORAL_CONFIG_FILE: file });
    assert.equal(code, 1);
    assert.match(stderr, /^The configuration of Temporal cannot be used: /);
  });

  it('names the file that is not there', async () => {
    const { code, stderr } = await sitelink(['plan', 'nothing.yaml', '--offline'], bareEnv(folder()));
    assert.equal(code, 2);
    assert.match(stderr, /nothing\.yaml does not exist/);
  });

  it('passes the arguments of lab on, and ends as the lab does', async () => {
    const { code, stderr } = await sitelink(['lab', '--speed', 'quick'], bareEnv(folder()));
    assert.equal(code, 2);
    assert.match(stderr, /^lab: /);
  });

  it('ends the lab with itself, also when it is killed', async () => {
    const state = join(folder(), 'lab');
    mkdirSync(state);
    const args = ['client/bin.js', 'lab', '--state', state, '--port', '0'];
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: bareEnv(folder()),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    while (!said.includes('lab ready')) {
      assert.equal(child.exitCode, null, said);
      await sleep(50);
    }
    const { pid } = JSON.parse(readFileSync(join(state, 'lab.json'), 'utf8')) as { pid: number };
    child.kill('SIGKILL');
    await once(child, 'exit');
    for (let waited = 0; isAlive(pid); waited += 100) {
      assert.ok(waited < 15_000, 'the lab outlived its command');
      await sleep(100);
    }
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
