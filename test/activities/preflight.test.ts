import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { azureActivities } from '../../activities/azure.ts';
import { createSecrets } from '../../activities/secrets.ts';
import { strongPolicy } from '../../domain/ipsec-policy.ts';
import {
  deviceFile,
  deviceRouter,
  deviceSite,
  seedFile,
  seedHub,
  seedRouter,
  seedSite,
} from '../support/site-files.ts';
import { PASSWORD, withRouter } from '../support/router.ts';
import { fakeArm, type Answerer } from './fake-arm.ts';
import { absent, problem, type } from './samples.ts';
import { attempt, rsaPem } from './support.ts';

describe('Preflight', () => {
  const home = mkdtempSync(join(tmpdir(), 'sitelink-preflight-'));
  before(() => {
    writeFileSync(join(home, 'id_rsa'), rsaPem);
    const { privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(join(home, 'ed25519'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  });
  after(() => rmSync(home, { recursive: true }));
  const privateKey = { file: '~/id_rsa' };
  const ssh = { ...seedRouter.ssh, privateKey };
  const probe = seedHub.probe === null ? null : { ...seedHub.probe, privateKey };
  const file = { ...seedFile, hub: { ...seedHub, probe }, sites: [{ ...seedSite, router: { ...seedRouter, ssh } }] };
  const actWith = (answer: Answerer, env: Record<string, string> = { SITE01_SHARED_KEY: 'abc+/%&' }) => {
    const { deps } = fakeArm(answer);
    return azureActivities({ ...deps, secrets: createSecrets({ env, home }) });
  };
  const found: Answerer = () => ({ body: { state: 'Enabled' } });

  it('finds nothing wrong with a file whose references resolve', async () => {
    const { result } = await attempt(actWith(found).preflight, file);
    assert.deepEqual(result, { problems: [], hostKeys: {} });
  });

  it('says everything that is missing at once, by its path, without a value', async () => {
    const wrong = {
      ...file,
      hub: { ...file.hub, probe: probe === null ? null : { ...probe, privateKey: { file: '~/ed25519' } } },
      sites: [{ ...seedSite, router: { ...seedRouter, ssh: { ...ssh, privateKey: { file: '~/none' } } } }],
    };
    const { result } = await attempt(actWith(() => absent, { SITE01_SHARED_KEY: 'two words' }).preflight, wrong);
    assert.deepEqual(
      result?.problems.map(({ path, kind }) => `${path}: ${kind}`),
      [
        'hub.subscription: refused',
        'hub.probe.privateKey: refused',
        'sites[0].connection.sharedKey: refused',
        'sites[0].router.ssh.privateKey: refused',
      ],
    );
    assert.ok(!JSON.stringify(result).includes('two words'));
  });

  it('says that Azure does not answer in one line, and comes again when it is throttled', async () => {
    const { result } = await attempt(actWith(() => new Error('connect ECONNREFUSED 127.0.0.1:1')).preflight, file);
    assert.deepEqual(
      result?.problems.map(({ path, kind }) => [path, kind]),
      [['hub.subscription', 'unreachable']],
    );
    assert.match(result?.problems[0]?.message ?? '', /^No answer from arm\.test: connect ECONNREFUSED[^\n]*$/);
    assert.equal(type(await attempt(actWith(() => problem(429, 'TooManyRequests')).preflight, file)), 'Busy');
  });

  it('opens the SSH port of a device once, and returns the fingerprint of its key', async () => {
    await withRouter(async ({ router }) => {
      const access = {
        ...deviceRouter.ssh,
        host: '127.0.0.1',
        port: router.port,
        privateKey: null,
        password: { env: 'PW' },
      };
      const device = {
        ...deviceRouter,
        expectedHostname: 'router210',
        ssh: { ...access, enableSecret: { env: 'PW' } },
      };
      const asked = { ...deviceFile, sites: [{ ...deviceSite, router: device }] };
      const { result } = await attempt(actWith(found, { PW: PASSWORD }).preflight, asked);
      assert.deepEqual(result?.problems, []);
      assert.match(result?.hostKeys['Osaka'] ?? '', /^SHA256:/);

      const weak = { ...strongPolicy, dhGroup: 'DHGroup2' as const };
      const connection = { ...deviceSite.connection, ipsecPolicy: weak };
      const old = { ...asked, sites: [{ ...deviceSite, router: device, connection }] };
      assert.deepEqual((await attempt(actWith(found, { PW: PASSWORD }).preflight, old)).result?.problems, []);

      const refused = await attempt(actWith(found, { PW: 'wrong' }).preflight, asked);
      assert.deepEqual(
        refused.result?.problems.map(({ kind }) => kind),
        ['refused'],
      );
      const missing = await attempt(actWith(found, {}).preflight, asked);
      assert.deepEqual(
        missing.result?.problems.map(({ path }) => path),
        ['sites[0].router.ssh.password', 'sites[0].router.ssh.enableSecret'],
      );
      router.power(false);
      const off = await attempt(actWith(found, { PW: PASSWORD }).preflight, asked);
      assert.deepEqual(
        off.result?.problems.map(({ kind }) => kind),
        ['unreachable'],
      );
    });
  });

  it('finds what a device would refuse once its gateway is there', async () => {
    const unlicensed = { release: '17.15', vmId: '/subscriptions/0/router210' };
    await withRouter(async ({ router }) => {
      const ssh = {
        ...deviceRouter.ssh,
        host: '127.0.0.1',
        port: router.port,
        password: { env: 'PW' },
        privateKey: null,
      };
      const connection = { ...deviceSite.connection, ipsecPolicy: { ...strongPolicy, dhGroup: 'DHGroup2' as const } };
      const device = { ...deviceSite, connection, router: { ...deviceRouter, expectedHostname: 'router210', ssh } };
      const { result } = await attempt(actWith(found, { PW: PASSWORD }).preflight, { ...deviceFile, sites: [device] });
      assert.deepEqual(
        result?.problems.map(({ path, value, kind }) => [path, value.slice(0, 8), kind]),
        [
          ['sites[0].router', '17.15.1a', 'refused'],
          ['sites[0].connection.ipsecPolicy.dhGroup', 'DHGroup2', 'refused'],
        ],
      );
    }, unlicensed);
  });
});
