/** What a site file means where it is silent, and how it is read. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { checkSiteFile } from '../../../client/site-file/check.ts';
import { findImage } from '../../../client/site-file/images.ts';
import { imageRefusesWeakGroups } from '../../../domain/ipsec-policy.ts';
import { jsonSchemaText } from '../../../client/site-file/json-schema.ts';
import { loadSiteFile, readSiteFile } from '../../../client/site-file/load.ts';
import { nearest } from '../../../client/site-file/nearest.ts';
import { ROOT, withFolder } from '../sitelink.ts';
import { changed, env, example, good, problems, type Content } from './examples.ts';

const router = 'sites[0].router';

describe('the defaults of a site file', () => {
  it('come from the environment where the file says so', () => {
    const { hub, sites } = good('azure');
    assert.equal(hub.subscription, env.AZURE_SUBSCRIPTION_ID);
    const spec = sites[0]?.router;
    assert.ok(spec?.kind === 'azure-vm');
    assert.deepEqual(spec.ssh.allowFrom, ['203.0.113.0/28']);
    const single = good('azure', 'hub.name', 'x', { ...env, SITELINK_OPERATOR_CIDR: '203.0.113.9, 198.51.100.0/24' });
    assert.ok(single.sites[0]?.router.kind === 'azure-vm');
    assert.deepEqual(single.sites[0].router.ssh.allowFrom, ['203.0.113.9/32', '198.51.100.0/24']);
  });

  it('are asked for where the environment has none, or a wrong one', () => {
    const content = parse(example('azure')) as unknown;
    assert.match(problems(content, {}).join('\n'), /hub\.subscription: \(missing\).*AZURE_SUBSCRIPTION_ID is not set/);
    const wrong = problems(content, { ...env, SITELINK_OPERATOR_CIDR: 'home' });
    assert.match(wrong.join('\n'), /home comes from SITELINK_OPERATOR_CIDR and is no prefix/);
    const open = problems(content, { ...env, SITELINK_OPERATOR_CIDR: '0.0.0.0/0' });
    assert.match(open.join('\n'), /opens SSH to the whole Internet/);
    assert.deepEqual(
      problems(changed('azure', `${router}.ssh`, { allowFrom: ['0.0.0.0/0'], allowAnywhere: true })),
      [],
    );
  });

  it('are the same as writing them', () => {
    const { hub, sites } = good('second');
    assert.deepEqual(hub.gateway, {
      name: 'gw-atlantic',
      sku: 'VpnGw1AZ',
      publicIps: [{ name: 'gw-atlantic-ip', zones: ['1', '2', '3'] }],
      bgp: null,
      adopt: false,
    });
    const [site] = sites;
    assert.equal(site?.localGateway.name, 'lisbon');
    assert.deepEqual(site.verify, {
      fromProbe: { targets: ['192.168.77.7'], count: 3 },
      fromRouter: { target: '10.80.4.70', source: 'Loopback7', count: 100 },
      maxLossPercent: 0,
      withinSeconds: { ready: 300, routes: 600, status: 900 },
    });
    assert.deepEqual(site.router.ssh.privateKey, { file: { env: 'SITELINK_SSH_KEY', default: '~/.ssh/id_rsa' } });
  });

  it('leave the probe out where there is none', () => {
    const content = changed('device', 'hub.probe', undefined);
    const [site] = content['sites'] as Content[];
    (site ?? {})['verify'] = { fromRouter: { target: '10.40.7.20', source: 'Loopback50' } };
    const { file } = checkSiteFile(content, env);
    assert.equal(file?.hub.probe, null);
    assert.equal(file.sites[0]?.verify.fromProbe, null);
  });

  it('give both ends a policy that a router of 17.11 or later accepts', () => {
    const policy = (path: string, value: unknown) => good('azure', path, value).sites[0]?.connection.ipsecPolicy;
    const strong = policy('sites[0].connection.ipsecPolicy', undefined);
    assert.deepEqual([strong?.dhGroup, strong?.pfsGroup, strong?.saLifeTimeSeconds], ['DHGroup14', 'PFS2048', 27_000]);
    assert.equal(policy('hub.name', 'x')?.saDataSizeKilobytes, 102_400_000);
    assert.equal(good('seed').sites[0]?.connection.ipsecPolicy, null);
    const release = (sku: string) => imageRefusesWeakGroups({ publisher: 'cisco', offer: 'x', sku, version: 'latest' });
    assert.deepEqual(['17_11_1', '18_1_1', '17_10_1', '16_12', 'byol'].map(release), [true, true, false, false, false]);
  });

  it('let secrets be references of each kind', () => {
    for (const reference of [{ file: '/run/key' }, { generate: true }, { env: 'KEY' }]) {
      assert.deepEqual(
        good('seed', 'sites[0].connection.sharedKey', reference).sites[0]?.connection.sharedKey,
        reference,
      );
    }
    const login = good('device', `${router}.ssh.password`, { env: 'PASSWORD' }).sites[0]?.router.ssh;
    assert.deepEqual(login?.password, { env: 'PASSWORD' });
    assert.deepEqual(
      good('device', `${router}.ssh.privateKey`, { file: { env: 'ONLY' } }).sites[0]?.router.ssh.privateKey,
      {
        file: { env: 'ONLY' },
      },
    );
  });
});

describe('reading a site file', () => {
  const folder = withFolder();

  it('names a file that is not there, and one that cannot be read', async () => {
    const [missing] = (await loadSiteFile(join(folder(), 'none.yaml'), env)).problems;
    assert.equal(missing?.message, 'does not exist');
    const [unreadable] = (await loadSiteFile(folder(), env)).problems;
    assert.equal(unreadable?.message, 'cannot be read');
    const path = join(folder(), 'seed.yaml');
    writeFileSync(path, example('seed'));
    assert.equal((await loadSiteFile(path, env)).file?.hub.name, 'japan');
  });

  it('gives the place of what is not YAML, and never the line itself', () => {
    const [problem] = readSiteFile('hub:\n  name: [S3cret\nsites: }', env).problems;
    assert.match(`${problem?.value} ${problem?.message}`, /^line \d+, column \d+ is not YAML here: /);
    assert.doesNotMatch(JSON.stringify(problem), /S3cret/);
    assert.equal(readSiteFile('hub:\n\tname: x\n\tlocation: y\nsites:\n\t- z', env).problems.length, 1);
  });
});

describe('the nearest known word', () => {
  it('is the one with the fewest different letters, if it is near at all', () => {
    assert.equal(nearest('acceptMarketplaceTerm', ['size', 'acceptMarketplaceTerms']), 'acceptMarketplaceTerms');
    assert.equal(nearest('Locaton', ['location', 'name']), 'location');
    assert.equal(nearest('wallpaper', ['name', 'location']), null);
    assert.equal(nearest('x', []), null);
  });
});

describe('images', () => {
  it('are aliases or URNs with four parts', () => {
    assert.deepEqual(findImage('cisco:cisco-csr-1000v:17_3_3-byol:latest')?.sku, '17_3_3-byol');
    assert.equal(findImage('Ubuntu2204')?.publisher, 'Canonical');
    for (const wrong of ['', 'a:b:c', 'a:b:c:d:e', 'a:b::d', 'a b:c:d:e']) assert.equal(findImage(wrong), null);
  });
});

describe('the JSON Schema for editors', () => {
  it('in examples/ is what the schema of today gives', () => {
    assert.equal(readFileSync(join(ROOT, 'examples/site-file.schema.json'), 'utf8'), jsonSchemaText());
  });

  it('is what every example points to', () => {
    for (const name of ['seed', 'azure', 'device', 'second']) {
      assert.match(example(name), /^# yaml-language-server: \$schema=site-file\.schema\.json$/m);
    }
  });
});
