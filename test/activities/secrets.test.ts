import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { createSecrets, nameOf } from '../../activities/secrets.ts';
import { Refused } from '../../adapters/errors.ts';
import { rsaPem } from './support.ts';
import { ed25519Pair } from '../support/ed25519.ts';

const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
const locked = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  type: 'pkcs1',
  format: 'pem',
  cipher: 'aes-256-cbc',
  passphrase: 'x',
});

describe('Secrets', () => {
  const home = mkdtempSync(join(tmpdir(), 'sitelink-secrets-'));
  const env = { KEY: 's3cret+/%&', EMPTY: '', KEY_FILE: join(home, 'id_rsa') };
  const secrets = createSecrets({ env, home });
  const write = (name: string, text: string | Buffer) => writeFileSync(join(home, name), text);
  before(() => {
    mkdirSync(join(home, '.ssh'));
    write('.ssh/id_rsa', rsaPem);
    write('id_rsa', rsaPem);
    write('with-newline', 'from-a-file\r\n');
    write('blank', ' \n');
    write('ed25519', ed25519Pair().private);
    write('openssh', ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 }).private);
    write('weak', weak.privateKey.export({ type: 'pkcs1', format: 'pem' }));
    write('locked', locked);
    write('public', ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 }).public);
    write('prose', 'this is no key');
  });
  after(() => rmSync(home, { recursive: true }));

  it('come from the environment, from a file without its last line end, and below the home folder', () => {
    assert.equal(secrets.value({ env: 'KEY' }), 's3cret+/%&');
    assert.equal(secrets.value({ file: join(home, 'with-newline') }), 'from-a-file');
    assert.equal(secrets.value({ file: '~/with-newline' }), 'from-a-file');
  });

  const missing: [string, Parameters<typeof secrets.value>[0], RegExp][] = [
    ['a variable that is not set', { env: 'NONE' }, /variable NONE is not set/],
    ['an empty variable', { env: 'EMPTY' }, /variable EMPTY is not set/],
    ['a file that does not exist', { file: '~/nowhere' }, /~\/nowhere does not exist/],
    ['a folder', { file: '~/.ssh' }, /cannot be read/],
    ['an empty file', { file: '~/blank' }, /is empty/],
    ['a password to be generated', { generate: true }, /Only a shared key can be generated/],
  ];
  for (const [what, reference, message] of missing) {
    it(`are refused for ${what}`, () => {
      assert.throws(
        () => secrets.value(reference),
        (error: unknown) => error instanceof Refused && message.test(error.message),
      );
    });
  }

  it('generate a shared key that Azure and IOS take, another one each time', () => {
    const keys = [1, 2].map(() => secrets.sharedKey({ generate: true }));
    assert.notEqual(keys[0], keys[1]);
    for (const key of keys) assert.match(key, /^[\w-]{64}$/);
  });

  for (const [what, key] of [
    ['a blank', 'two words'],
    ['a quotation mark', 'a"b-and-more'],
    ['a question mark', 'a?b-and-more'],
    ['a letter beyond ASCII', 'schlüssel'],
    ['129 characters', 'x'.repeat(129)],
  ] as const) {
    it(`refuse a shared key with ${what}, without showing it`, () => {
      const shared = createSecrets({ env: { KEY: key }, home });
      assert.throws(
        () => shared.sharedKey({ env: 'KEY' }),
        (error: unknown) =>
          error instanceof Refused && /variable KEY/.test(error.message) && !error.message.includes(key),
      );
    });
  }
  it('take a shared key of 128 printable characters', () => {
    const key = `+/%&${'x'.repeat(124)}`;
    assert.equal(createSecrets({ env: { KEY: key }, home }).sharedKey({ env: 'KEY' }), key);
  });

  it('give an RSA key with its public half, in PEM and in OpenSSH form, by path, variable and default', () => {
    for (const file of [
      '~/openssh',
      join(home, 'id_rsa'),
      { env: 'KEY_FILE' },
      { env: 'NONE', default: '~/.ssh/id_rsa' },
    ]) {
      assert.match(secrets.rsaKey({ file }).publicKey, /^ssh-rsa AAAAB3NzaC1yc2E[\w+/]+=*$/);
    }
    assert.equal(secrets.rsaKey({ file: '~/id_rsa' }).privateKey.trim(), rsaPem.trim());
  });

  for (const [file, reason] of [
    ['~/ed25519', /of type ed25519, not RSA/],
    ['~/weak', /1024 bits, fewer than 2048/],
    ['~/locked', /has a passphrase/],
    ['~/public', /public key/],
    ['~/prose', /no private key/],
    [{ env: 'NONE' }, /variable NONE, which names a file, is not set/],
  ] as const) {
    it(`refuse as an RSA key ${typeof file === 'string' ? file : 'a variable that is not set'}`, () => {
      assert.throws(
        () => secrets.rsaKey({ file }),
        (error: unknown) => error instanceof Refused && reason.test(error.message),
      );
    });
  }

  it('are named by their reference', () => {
    assert.deepEqual([{ env: 'A' }, { file: 'f' }, { generate: true as const }].map(nameOf), [
      'variable A',
      'file f',
      'generate: true',
    ]);
  });
});
