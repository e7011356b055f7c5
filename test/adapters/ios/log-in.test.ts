/** Logging in at routers that are old, strange or unwilling, over real SSH. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { Refused, Unreachable } from '../../../adapters/errors.ts';
import { openRouter } from '../../../adapters/ios/index.ts';
import type { RouterSecrets } from '../../../adapters/ios/index.ts';
import { fingerprint } from '../../../adapters/ios/known-hosts.ts';
import { ed25519Pair } from '../../support/ed25519.ts';
import { userKey } from '../../support/router.ts';
import { withFakeRouter } from './support/fake-router.ts';
import type { FakeOptions, FakeRouter } from './support/fake-router.ts';

interface Door {
  readonly router: FakeRouter;
  readonly folder: string;
  /** Logs in by a client configuration, of which these are lines for the router; FOLDER stands for its folder. */
  enter(lines?: string, secrets?: Partial<RouterSecrets>): Promise<string>;
}

function atDoor(options: FakeOptions, work: (door: Door) => Promise<void>): Promise<void> {
  return withFakeRouter(options, async (router) => {
    const folder = mkdtempSync(join(tmpdir(), 'sitelink-door-'));
    const config = join(folder, 'config');
    const enter = async (lines = '', secrets: Partial<RouterSecrets> = {}): Promise<string> => {
      const own = `Host router\n  HostName 127.0.0.1\n  Port ${router.port}\n  UserKnownHostsFile ${folder}/known\n`;
      writeFileSync(config, own + lines.replaceAll('FOLDER', folder));
      const reach = { ...router.reach, host: 'router', ssh: { port: null, username: 'azureuser' } };
      const session = await openRouter(reach, { ...router.deps(secrets), sshConfigFile: config });
      await session.close();
      return session.hostKey;
    };
    try {
      await work({ router, folder, enter });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => assert.fail('it was let in'),
    (error: unknown) => {
      assert.ok(error instanceof Refused, String(error));
      return error.message;
    },
  );
}

describe('a router with other algorithms', () => {
  const old: readonly [string, FakeOptions, string][] = [
    [
      'key exchange',
      { server: { algorithms: { kex: ['diffie-hellman-group14-sha1'] } } },
      'KexAlgorithms +diffie-hellman-group14-sha1',
    ],
    ['cipher', { server: { algorithms: { cipher: ['aes128-cbc', '3des-cbc'] } } }, 'Ciphers +aes128-cbc'],
    ['MAC', { server: { algorithms: { hmac: ['hmac-sha1-96'], cipher: ['aes128-ctr'] } } }, 'MACs +hmac-sha1-96'],
  ];
  for (const [what, options, remedy] of old) {
    it(`shows both lists where there is no common ${what}, and what to write; then it is let in`, async () => {
      await atDoor(options, async ({ enter, router }) => {
        const message = await refusal(enter());
        assert.match(message, /share no algorithm .*\(local\) .*; \(remote\) /);
        assert.ok(message.includes(`\`${remedy}\``), message);
        assert.equal(await enter(`  ${remedy}\n`), router.hostKey);
      });
    });
  }

  it('is asked for the host key that is pinned, whatever else it has', async () => {
    const hostKeys = [ed25519Pair().private, ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 }).private];
    await withFakeRouter({ server: { hostKeys } }, async (router) => {
      for (const text of hostKeys) {
        const key = ssh2.utils.parseKey(text);
        assert.ok(!(key instanceof Error));
        const session = await openRouter({ ...router.reach, hostKey: fingerprint(key.getPublicSSH()) }, router.deps());
        await session.close();
      }
      const stranger = openRouter({ ...router.reach, hostKey: 'SHA256:stranger' }, router.deps());
      assert.match(await refusal(stranger), /host key of 127\.0\.0\.1 is SHA256:\S+, but the pin says SHA256:stranger/);
    });
  });

  it('is asked for the host key that is known, whatever else it has', async () => {
    const second = ed25519Pair();
    const hostKeys = [second.private, ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 }).private];
    const key = ssh2.utils.parseKey(hostKeys[1] ?? '');
    assert.ok(!(key instanceof Error));
    await atDoor({ server: { hostKeys } }, async ({ enter, folder, router }) => {
      const line = `[127.0.0.1]:${router.port} ssh-rsa ${key.getPublicSSH().toString('base64')}\n`;
      writeFileSync(join(folder, 'known'), line);
      assert.notEqual(await enter(), '');
      writeFileSync(join(folder, 'known'), line.replace('AAAAB3NzaC1yc2E', 'AAAAB3NzaC1yc2EA'));
      assert.match(await refusal(enter()), /host key of router is SHA256:/);
    });
  });
});

describe('a log-in that is not let in', () => {
  it('is refused when the router hangs up after its attempts', async () => {
    let attempts = 0;
    const authenticate = (context: ssh2.AuthContext, connection: ssh2.Connection): void => {
      if (context.method === 'password' && attempts++ >= 0) connection.end();
      else context.reject(['keyboard-interactive', 'password']);
    };
    await atDoor({ authenticate }, async ({ enter }) => {
      const message = await refusal(enter('', { privateKey: null, password: 'pass-Word-1' }));
      assert.match(message, /does not accept user azureuser .*\(tried .*password\)/);
    });
  });

  it('is unreachable when the router hangs up before it has been asked', async () => {
    await atDoor({ authenticate: (_context, connection) => connection.end() }, async ({ enter }) => {
      await assert.rejects(enter(), Unreachable);
    });
  });

  it('gives the password to no other question, and shows it', async () => {
    let answers: readonly string[] = [];
    const authenticate = (context: ssh2.AuthContext): void => {
      if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive']);
      context.prompt([{ prompt: 'Enter new password: ', echo: false }], (given) => {
        answers = given;
        context.reject(['keyboard-interactive']);
      });
    };
    await atDoor({ authenticate }, async ({ enter }) => {
      const message = await refusal(enter('', { privateKey: null, password: 'pass-Word-1' }));
      assert.match(message, /asks user azureuser `Enter new password:` at the log-in/);
      assert.deepEqual(answers, ['']);
    });
  });

  it('tries only what the router offers', async () => {
    const methods: string[] = [];
    const authenticate = (context: ssh2.AuthContext): void => {
      methods.push(context.method);
      if (context.method === 'password' && context.password === 'pass-Word-1') context.accept();
      else context.reject(['password']);
    };
    await atDoor({ authenticate }, async ({ enter }) => {
      await enter('', { privateKey: userKey, password: 'pass-Word-1' });
      assert.deepEqual(methods, ['publickey', 'password']);
    });
  });

  it('says that a key has a passphrase', async () => {
    const options = { bits: 2048, passphrase: 'secret words', cipher: 'aes256-cbc', rounds: 16 };
    const { private: privateKey } = ssh2.utils.generateKeyPairSync('rsa', options);
    await atDoor({}, async ({ enter }) => {
      const message = await refusal(enter('', { privateKey }));
      assert.match(message, /private key for router .* cannot be used: Encrypted/);
      assert.match(message, /without passphrase, or load it into an agent/);
      assert.ok(!message.includes('secret words'));
    });
  });
});

/** An agent with one key. */
async function startAgent(path: string, privateKey: string): Promise<Server> {
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error) throw key;
  const server = createServer((socket) => {
    const agent = new ssh2.AgentProtocol(false);
    agent.on('identities', (request) => agent.getIdentitiesReply(request, [key]));
    agent.on('sign', (request, _key, data, { hash }) => agent.signReply(request, key.sign(data, hash)));
    socket.pipe(agent).pipe(socket);
    socket.on('error', () => undefined);
  });
  server.listen(path);
  await once(server, 'listening');
  return server;
}

describe('a key that an agent keeps', () => {
  it('is used where the site file gives none, and an agent that is gone is no failure of its own', async () => {
    await atDoor({}, async ({ enter, folder, router }) => {
      const key = router.deps().secrets.privateKey ?? '';
      const agent = await startAgent(join(folder, 'agent'), key);
      try {
        assert.equal(await enter('  IdentityAgent FOLDER/agent\n', { privateKey: null }), router.hostKey);
        writeFileSync(join(folder, 'id'), key);
        const lines = '  IdentityFile FOLDER/id\n  IdentityAgent FOLDER/agent\n  IdentitiesOnly yes\n';
        assert.equal(await enter(lines, { privateKey: null }), router.hostKey);
      } finally {
        agent.close();
      }
      writeFileSync(join(folder, 'agent'), '');
      assert.match(await refusal(enter('  IdentityAgent FOLDER/agent\n', { privateKey: null })), /tried agent/);
    });
  });
});
