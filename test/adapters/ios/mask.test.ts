/** Secrets that nobody told us, in the lines in which IOS prints them. */
import assert from 'node:assert/strict';
import { maskPatterns } from '../../../adapters/ios/mask.ts';

describe('a secret in a configuration', () => {
  const lines = [
    'enable secret 9 $9$S3cret',
    'enable password level 5 7 S3cret',
    'enable secret level 7 5 $1$S3cret',
    'username u privilege 15 password 0 S3cret',
    'username u common-criteria-policy P secret 8 $8$S3cret',
    '  pre-shared-key 6 S3cret',
    '  pre-shared-key local S3cret',
    '  pre-shared-key remote 0 S3cret',
    '  pre-shared-key hex 5333637265740a-S3cret',
    ' pre-shared-key address 192.0.2.1 key S3cret',
    ' pre-shared-key address 192.0.2.0 255.255.255.0 key 6 S3cret',
    ' pre-shared-key hostname peer.example.net key S3cret',
    ' authentication remote pre-share key 6 S3cret',
    'crypto isakmp key 6 S3cret address 192.0.2.1',
    'tacacs-server host 192.0.2.1 key S3cret',
    'radius-server host 192.0.2.1 auth-port 1812 acct-port 1813 key 7 S3cret',
    ' server-private 192.0.2.1 key S3cret',
    ' server-private 192.0.2.1 auth-port 1812 acct-port 1813 key 7 S3cret',
    ' key S3cret',
    ' key 6 S3cret',
    'tacacs server A / key S3cret',
    ' ip ospf message-digest-key 1 md5 7 S3cret',
    ' ip ospf authentication-key 7 S3cret',
    'ntp authentication-key 1 md5 S3cret 7',
    'ntp authentication-key 7 hmac-sha2-256 S3cret 7',
    ' standby 1 authentication md5 key-string 7 S3cret',
    ' ppp chap password 7 S3cret',
    'snmp-server host 192.0.2.1 version 2c S3cret',
    'snmp-server host 192.0.2.1 traps version 2c S3cret',
    'snmp-server user u g v3 auth sha S3cret priv aes 128 S3cret',
    ' neighbor 192.0.2.1 password 7 S3cret',
  ];
  for (const line of lines) {
    it(`is masked in \`${line.trim()}\``, () => {
      const masked = maskPatterns(line);
      assert.ok(!masked.includes('S3cret'), masked);
      assert.ok(masked.includes('********'));
    });
  }

  it('is not seen where there is none', () => {
    const harmless = [
      'key chain ROUTING',
      ' key 1',
      'key config-key password-encrypt',
      '  cryptographic-algorithm md5',
      'no pre-shared-key',
      ' keyring local K',
      'service password-encryption',
      'aaa authentication login default group tacacs+ local',
      'snmp-server host 192.0.2.1',
      'crypto key generate rsa modulus 2048',
      'ip ssh pubkey-chain',
    ];
    assert.deepEqual(harmless.map(maskPatterns), harmless);
  });
});
