import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../worker/config.ts';

describe('The configuration of the worker', () => {
  const home = mkdtempSync(join(tmpdir(), 'sitelink-config-'));
  const own = join(home, 'own-ssh-config');
  // No configuration file of the machine may answer in place of the test.
  const quiet = { TEMPORAL_CONFIG_FILE: join(home, 'temporal.toml') };
  before(() => {
    writeFileSync(quiet.TEMPORAL_CONFIG_FILE, '[profile.default]\n');
    writeFileSync(own, 'Host *\n');
    writeFileSync(`${own}.toml`, '');
  });
  after(() => rmSync(home, { recursive: true }));

  it('is that of public Azure and a local Temporal where nothing is set', () => {
    const { armEndpoint, armScope, sshConfigFile, temporal } = readConfig(
      { ...quiet, SITELINK_ARM_ENDPOINT: '' },
      home,
    );
    assert.equal(armEndpoint, 'https://management.azure.com');
    assert.equal(armScope, 'https://management.azure.com/.default');
    assert.equal(sshConfigFile, null);
    assert.deepEqual([temporal.address, temporal.namespace], ['localhost:7233', 'default']);
  });

  it('takes endpoint, scope, Temporal and the SSH configuration from the environment', () => {
    const env = {
      ...quiet,
      SITELINK_ARM_ENDPOINT: 'https://127.0.0.1:8443/',
      SITELINK_SSH_CONFIG: own,
      TEMPORAL_ADDRESS: '127.0.0.1:7000',
      TEMPORAL_NAMESPACE: 'sites',
    };
    const config = readConfig(env, home);
    assert.equal(config.armScope, 'https://127.0.0.1:8443/.default');
    assert.equal(config.sshConfigFile, own);
    assert.deepEqual([config.temporal.address, config.temporal.namespace], ['127.0.0.1:7000', 'sites']);
    assert.equal(
      readConfig({ ...env, SITELINK_ARM_SCOPE: 'https://other/.default' }, home).armScope,
      'https://other/.default',
    );
  });

  it("takes the user's own SSH configuration if there is one", () => {
    mkdirSync(join(home, '.ssh'), { recursive: true });
    writeFileSync(join(home, '.ssh', 'config'), '');
    assert.equal(readConfig(quiet, home).sshConfigFile, join(home, '.ssh', 'config'));
  });

  for (const [what, env, message] of [
    [
      'an endpoint without TLS',
      { SITELINK_ARM_ENDPOINT: 'http://127.0.0.1' },
      /SITELINK_ARM_ENDPOINT is http:.*https URL/,
    ],
    ['an endpoint that is no URL', { SITELINK_ARM_ENDPOINT: 'azure' }, /SITELINK_ARM_ENDPOINT is azure/],
    [
      'an SSH configuration that does not exist',
      { SITELINK_SSH_CONFIG: '/nowhere' },
      /\/nowhere, which does not exist/,
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(() => readConfig({ ...quiet, ...env }, home), message);
    });
  }

  it('names the configuration of Temporal that cannot be used', () => {
    assert.throws(
      () => readConfig({ TEMPORAL_CONFIG_FILE: `${own}.toml` }, home),
      /own-ssh-config\.toml\) cannot be used/,
    );
  });
});
