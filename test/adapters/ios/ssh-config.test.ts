/** An OpenSSH client configuration decides where a host is, through which hops, and which of its keys are known. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refused } from '../../../adapters/errors.ts';
import { openRouter } from '../../../adapters/ios/index.ts';
import { knownHostName, knownKeys } from '../../../adapters/ios/known-hosts.ts';
import { resolveHost } from '../../../adapters/ios/ssh-config.ts';
import { explainFailure } from '../../../adapters/ios/ssh-failures.ts';
import { withFakeRouter } from './support/fake-router.ts';
import { withJumpHost } from './support/jump-host.ts';

async function withFolder<T>(work: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'sitelink-ssh-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The settings of `router` by a configuration with this text. */
function settingsOf(text: string, host = 'router', user?: string) {
  return withFolder((folder) => {
    writeFileSync(join(folder, 'config'), text.replaceAll('FOLDER', folder));
    return resolveHost(host, join(folder, 'config'), user);
  });
}

describe('an OpenSSH client configuration', () => {
  it('says where a host is, the first value counting', async () => {
    const settings = await settingsOf(`
Host router !other
  HostName %h.example.net
  Port 2222
  User operator
  IdentityFile ~/.ssh/one
  IdentityFile FOLDER/two-%r
  UserKnownHostsFile FOLDER/known FOLDER/more
  HostKeyAlias the-router
  ProxyJump admin@bastion:2200,[2001:db8::1]:22,last
Host *
  Port 22
`);
    assert.deepEqual([settings.hostname, settings.port, settings.user], ['router.example.net', 2222, 'operator']);
    assert.equal(settings.identityFiles[0], join(homedir(), '.ssh/one'));
    assert.match(settings.identityFiles[1] ?? '', /two-operator$/);
    assert.equal(settings.knownHostsFiles.length, 4, "the machine's files come after the user's");
    assert.equal(settings.hostKeyAlias, 'the-router');
    assert.deepEqual(settings.jumps, [
      { host: 'bastion', user: 'admin', port: 2200 },
      { host: '2001:db8::1', port: 22 },
      { host: 'last' },
    ]);
  });

  it('says which keys are tried and known, and which algorithms are offered', async () => {
    process.env['SITELINK_TEST_PLACE'] = '/from the environment';
    const settings = await settingsOf(`
Host router
  HostName 10.0.0.1
  User operator
  Port 2022
  IdentityFile "FOLDER/my keys/id"
  IdentityFile \${SITELINK_TEST_PLACE}/%n-%h-%p-%r-%k-%%
  IdentitiesOnly yes
  IdentityAgent FOLDER/config
  UserKnownHostsFile none
  GlobalKnownHostsFile "FOLDER/a b" /etc/c
  StrictHostKeyChecking yes
  ProxyJump %r@bastion
  KexAlgorithms +diffie-hellman-group14-sha1,unheard-of
  HostKeyAlgorithms ^rsa-sha2-256
  Ciphers aes256-ctr,umac
  MACs -*sha1*
`);
    const files = [...settings.identityFiles, ...settings.knownHostsFiles].map((file) => file.replace(/.*my/, 'my'));
    assert.deepEqual(files.slice(0, 2), ['my keys/id', '/from the environment/router-10.0.0.1-2022-operator-router-%']);
    assert.deepEqual([files.length, files[2]?.endsWith('/a b'), files[3]], [4, true, '/etc/c']);
    assert.deepEqual([settings.strict, settings.identitiesOnly], [true, true]);
    assert.match(settings.agent ?? '', /config$/);
    assert.deepEqual(settings.jumps, [{ host: 'bastion', user: 'operator' }]);
    const { kex, serverHostKey, cipher, hmac } = settings.algorithms;
    assert.equal(kex?.at(-1), 'diffie-hellman-group14-sha1');
    assert.deepEqual(serverHostKey?.slice(0, 2), ['rsa-sha2-256', 'ssh-ed25519']);
    assert.deepEqual(cipher, ['aes256-ctr']);
    assert.ok(hmac?.includes('hmac-sha2-256') === true && !hmac.includes('hmac-sha1'));
    delete process.env['SITELINK_TEST_PLACE'];
  });

  it('takes the agent of the environment, unless it says none', async () => {
    const before = process.env['SSH_AUTH_SOCK'];
    process.env['SSH_AUTH_SOCK'] = tmpdir();
    assert.equal((await settingsOf('Host router\n')).agent, tmpdir());
    assert.equal((await settingsOf('Host router\n  IdentityAgent $SSH_AUTH_SOCK\n')).agent, tmpdir());
    assert.equal((await settingsOf('Host router\n  IdentityAgent none\n')).agent, undefined);
    assert.equal((await settingsOf('Host router\n  IdentityAgent /nowhere/at/all\n')).agent, undefined);
    if (before === undefined) delete process.env['SSH_AUTH_SOCK'];
    else process.env['SSH_AUTH_SOCK'] = before;
  });

  it('takes a host as it is without a file, and where nothing is said', async () => {
    assert.deepEqual(resolveHost('10.0.0.1', undefined).hostname, '10.0.0.1');
    const settings = await settingsOf('Host !router *\n  Port 99\nHost router\n  ProxyJump none\n');
    assert.deepEqual([settings.port, settings.jumps, settings.hostname], [undefined, [], 'router']);
  });

  it('includes other files, by wildcard too, and matches by host and user', async () => {
    await withFolder((folder) => {
      mkdirSync(join(folder, 'conf.d'));
      writeFileSync(join(folder, 'conf.d', 'a.conf'), 'Host router\n  HostName inside.example.net\n');
      const text = `Include conf.d/*.conf missing.conf nowhere/*.conf
Match host inside.* user admin
  Port 2022
Match originalhost router
  User fallback
Match all
  HostKeyAlias seen
`;
      writeFileSync(join(folder, 'config'), text);
      const settings = resolveHost('router', join(folder, 'config'), 'admin');
      assert.deepEqual(
        [settings.hostname, settings.port, settings.user, settings.hostKeyAlias],
        ['inside.example.net', 2022, 'fallback', 'seen'],
      );
      assert.equal(resolveHost('router', join(folder, 'config'), 'guest').port, undefined);
    });
  });

  const refused: readonly [string, RegExp][] = [
    ['Host router\n  ProxyCommand nc %h %p\n', /sets ProxyCommand for router/],
    ['Host router\n  KnownHostsCommand /bin/echo\n', /sets KnownHostsCommand/],
    ['Match exec "touch FOLDER/ran"\n  Port 1\n', /uses `Match exec`/],
    ['Host router\n  Port many\n', /is not a port/],
    ['Host router\n  ProxyJump a b c\n', /cannot be read/],
    ['Include config\n', /nested more than 16 deep/],
    ['Host router\n  KexAlgorithms sntrup761,mlkem\n', /names nothing that Sitelink has/],
    ['Host router\n  IdentityFile ${SITELINK_UNSET}/id\n', /SITELINK_UNSET is not set/],
  ];
  for (const [text, why] of refused) {
    it(`is refused for ${JSON.stringify(text.trim())}`, async () => {
      await assert.rejects(
        async () => settingsOf(text),
        (error: unknown) => error instanceof Refused && why.test(error.message),
      );
    });
  }

  it('is refused when it cannot be read', () => {
    assert.throws(() => resolveHost('router', '/nowhere/at/all'), Refused);
  });
});

describe('known hosts', () => {
  const key = Buffer.from('00000007737368 2d727361'.replace(' ', ''), 'hex').toString('base64');

  it('are found by name, pattern and hash, and may be revoked', async () => {
    await withFolder((folder) => {
      const salt = Buffer.from('salt');
      const hash = createHmac('sha1', salt).update('[10.0.0.1]:2222').digest('base64');
      const text = [
        '# a comment',
        `router,[10.0.0.1]:2222 ssh-rsa ${key}`,
        `|1|${salt.toString('base64')}|${hash} ssh-rsa ${key}`,
        `*.example.net,!bad.example.net ssh-rsa ${key}`,
        `@revoked router ssh-rsa ${key}`,
        `@cert-authority router ssh-rsa ${key}`,
        `|2|x|y ssh-rsa ${key}`,
        'router ssh-rsa',
      ].join('\n');
      const file = join(folder, 'known');
      writeFileSync(file, text);
      const lines = (name: string): string[] =>
        knownKeys([file, join(folder, 'none')], name).map(
          ({ where, revoked }) => `${where.split(':').at(-1)}${revoked ? '!' : ''}`,
        );
      assert.deepEqual(lines('router'), ['2', '5!', '6']);
      assert.deepEqual(lines(knownHostName('10.0.0.1', 2222)), ['2', '3']);
      assert.deepEqual([lines('good.example.net'), lines('bad.example.net')], [['4'], []]);
      assert.equal(knownHostName('10.0.0.1', 22), '10.0.0.1');
    });
  });

  it('decide on a router without a pin: known, changed, revoked, or seen first', async () => {
    await withFakeRouter({}, async (router) => {
      await withFolder(async (folder) => {
        const known = join(folder, 'known');
        const config = join(folder, 'config');
        writeFileSync(
          config,
          `Host router\n  HostName 127.0.0.1\n  Port ${router.port}\n  UserKnownHostsFile ${known}\n`,
        );
        const reach = { ...router.reach, host: 'router', ssh: { port: null, username: 'azureuser' } };
        const deps = { ...router.deps(), sshConfigFile: config };
        const tryWith = async (text: string): Promise<string> => {
          writeFileSync(known, text);
          const session = await openRouter(reach, deps);
          await session.close();
          return session.hostKey;
        };
        assert.equal(await tryWith(''), router.hostKey);
        const name = `[127.0.0.1]:${router.port}`;
        assert.equal(await tryWith(`${name} ${router.hostPublicKey}\n`), router.hostKey);
        await assert.rejects(tryWith(`${name} ssh-rsa ${key}\n`), /but .*known:1 says SHA256:/);
        await assert.rejects(tryWith(`@revoked ${name} ${router.hostPublicKey}\n`), /revoked/);
        await assert.rejects(tryWith(`@cert-authority ${name} ${router.hostPublicKey}\n`), /@cert-authority\), which/);
        writeFileSync(config, `${readFileSync(config, 'utf8')}  StrictHostKeyChecking yes\n`);
        await assert.rejects(tryWith(''), /host key SHA256:\S+ of router is not in known_hosts/);
        assert.equal(await tryWith(`${name} ${router.hostPublicKey}\n`), router.hostKey);
      });
    });
  });
});

describe('a jump host', () => {
  it('is passed when its key is known, also two in a row, and refused when it is not', async () => {
    await withFakeRouter({}, async (router) => {
      await withJumpHost(async (first) => {
        await withJumpHost(async (second) => {
          await withFolder(async (folder) => {
            const known = join(folder, 'known');
            const config = join(folder, 'config');
            const lines = [
              `Host router\n  HostName 127.0.0.1\n  Port ${router.port}\n  ProxyJump outer,inner`,
              `Host outer\n  HostName 127.0.0.1\n  Port ${first.port}`,
              `Host inner\n  HostName 127.0.0.1\n  Port ${second.port}`,
              `Host *\n  UserKnownHostsFile ${known}\n`,
            ];
            writeFileSync(config, lines.join('\n'));
            writeFileSync(known, '');
            const reach = { ...router.reach, host: 'router', ssh: { port: null, username: 'azureuser' } };
            const deps = { ...router.deps(), sshConfigFile: config };
            await assert.rejects(openRouter(reach, deps), /jump host outer is not in known_hosts/);
            writeFileSync(known, [first, second].map((one) => `[127.0.0.1]:${one.port} ${one.publicKey}\n`).join(''));
            const session = await openRouter(reach, deps);
            assert.equal(session.hostname, 'router210');
            await session.close();
            assert.deepEqual([first.forwarded, second.forwarded], [[second.port], [router.port]]);
            await router.close();
            await assert.rejects(openRouter(reach, deps), /inner cannot reach it/);
          });
        });
      });
    });
  });
});

describe('an explanation of a failed connection', () => {
  const hop = { name: 'router', host: '10.0.0.1', port: 22, username: 'u' };
  const table: [object, string, RegExp][] = [
    [{ code: 'ENOTFOUND' }, 'Unreachable', /does not resolve/],
    [{ code: 'EHOSTUNREACH' }, 'Unreachable', /no route/],
    [{ level: 'client-timeout' }, 'Unreachable', /does not answer/],
    [{ code: 'EWHATEVER' }, 'Unreachable', /failed: some words/],
    [{ level: 'client-authentication' }, 'Refused', /does not accept user u/],
  ];
  for (const [facts, name, why] of table) {
    it(`is ${name} for ${JSON.stringify(facts)}`, () => {
      const error = explainFailure(hop, Object.assign(new Error('some words'), facts));
      assert.equal(error.name, name);
      assert.match(error.message, why);
    });
  }
});
