/** What arrives on a terminal, what a reply means, and what must never be shown. */
import assert from 'node:assert/strict';
import { masker, maskPatterns } from '../../../adapters/ios/index.ts';
import { execRejection, judge } from '../../../adapters/ios/judge.ts';
import { endingPrompt, isNameOf, parsePrompt, syslogLines, visible } from '../../../adapters/ios/text.ts';

const log = '*Nov 24 12:00:01.123: %SYS-5-CONFIG_I: Configured from console by vty0';

describe('text of a terminal', () => {
  it('is what a person would see', () => {
    assert.equal(visible('abc\b\b\bxyz'), 'xyz');
    assert.equal(visible('one\r\ntwo\r\r\nthree'), 'one\ntwo\nthree');
    assert.equal(visible('\u001b[7m --More-- \u001b[m\r          \rnext'), 'next      ');
    assert.equal(visible('--More--\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b'), '');
    assert.equal(visible('a\u0007b'), 'ab');
  });

  it('ends in a prompt, also where a log message followed it', () => {
    assert.deepEqual(endingPrompt('x\nrouter210#'), { name: 'router210', mode: 'exec', privileged: true });
    assert.deepEqual(endingPrompt(`x\nrouter210(config-if)#\n${log}\n`)?.mode, 'config-if');
    assert.deepEqual(parsePrompt('router210(cfg-crypto-trans)# ')?.mode, 'cfg-crypto-trans');
    assert.equal(endingPrompt('x\nno prompt here'), null);
    assert.equal(endingPrompt(`x\n${log}\n`), null);
  });

  it('has names that IOS cuts', () => {
    assert.equal(isNameOf('a-very-long-host-nam', 'a-very-long-host-name-indeed'), true);
    assert.equal(isNameOf('a-very', 'a-very-long-host-name-indeed'), false);
  });

  it('has log messages in it', () => assert.deepEqual(syslogLines(`one\n${log}\ntwo`), [log]));
});

describe('a reply in configuration mode', () => {
  const accepted = [
    '',
    log,
    'IKEv2 policy MUST have atleast one complete proposal attached',
    'IKEv2 profile MUST have:\n   1. A local and a remote authentication method.\n   2. A match identity or a match certificate or match any statement.',
    'IKEv2 proposal MUST either have a set of an encryption algorithm other than aes-gcm, an integrity algorithm and a DH group configured or \n encryption algorithm aes-gcm, a prf algorithm and a DH group configured',
    'Warning: this may take a while',
    '%Warning: The CLI will be deprecated soon',
    'Rollback Confirmed Change: Rollback will begin in one minute.\nEnter "configure confirm" if you wish to keep what you\'ve configured',
  ];
  for (const text of accepted) {
    it(`takes the line when it says ${JSON.stringify(text.slice(0, 40))}`, () =>
      assert.equal(judge(text).rejection, null));
  }

  const rejected: [string, string][] = [
    ["      ^\n% Invalid input detected at '^' marker.", "% Invalid input detected at '^' marker."],
    ['% Incomplete command.', '% Incomplete command.'],
    ['% Ambiguous command:  "crypto i"', '% Ambiguous command:  "crypto i"'],
    ['% 172.20.100.0 overlaps with Loopback100', '% 172.20.100.0 overlaps with Loopback100'],
    ['%Inconsistent address and mask', '%Inconsistent address and mask'],
    ['%No matching route to delete', '%No matching route to delete'],
    ['Bad mask /8 for address 10.0.0.1', 'Bad mask /8 for address 10.0.0.1'],
    ['ERROR: transform set with tag "X" does not exist.', 'ERROR: transform set with tag "X" does not exist.'],
    ['Something that nobody has seen before', 'Something that nobody has seen before'],
  ];
  for (const [text, marker] of rejected) {
    it(`rejects the line when it says ${JSON.stringify(marker)}`, () => {
      const judgement = judge(`${log}\n${text}`);
      assert.ok(judgement.rejection?.includes(marker));
      assert.deepEqual([judgement.marker, judgement.syslog], [marker, [log]]);
    });
  }

  it('tells an object in use and a locked configuration apart', () => {
    assert.equal(judge('Proposal P is in use').inUse, true);
    assert.equal(judge('Configuration mode locked exclusively by user x').configLocked, true);
  });

  it('in exec mode is text, unless it says that the command did not run', () => {
    assert.equal(execRejection('Interface is down\n% 3 errors'), null);
    assert.equal(execRejection('   ^\n% Invalid input detected'), '% Invalid input detected');
  });

  it('in exec mode is not refused by a banner or a log that quotes a refusal', () => {
    const banner =
      'Building configuration...\n\nversion 17.3\nhostname r1\n!\nbanner motd ^C\n% Invalid input is logged\n^C';
    assert.equal(execRejection(banner), null);
  });
});

describe('masking', () => {
  const key = 'k+/%&"9 x';
  const mask = masker([key, '', 'abc']);

  it('finds a secret in every form in which it travels', () => {
    const base64 = Buffer.from(key).toString('base64');
    const forms = [
      key,
      JSON.stringify(key),
      JSON.stringify(JSON.stringify(key)),
      encodeURIComponent(key),
      new URLSearchParams([['k', key]]).toString(),
      base64,
      Buffer.from(key).toString('base64url'),
      Buffer.from(key).toString('hex'),
    ];
    for (const form of forms) assert.match(mask(`before ${form} after`), /^before [^ ]*\*{8}[^ ]* after$/, form);
    assert.equal(mask('abc'), 'abc', 'a value that short is ordinary text');
  });

  it('finds what looks like a secret without knowing it', () => {
    const lines = [
      '  pre-shared-key S3cret',
      '  pre-shared-key local 6 S3cret',
      ' authentication local pre-share key S3cret',
      ' key-string 7 S3cret',
      ' neighbor 10.0.0.1 password 7 S3cret',
      'crypto isakmp key S3cret address 10.0.0.1',
      'snmp-server community S3cret RO',
      'tacacs-server key 7 S3cret',
      'username u privilege 15 secret 9 S3cret',
      'enable password S3cret',
      ' key 7 S3cret',
    ];
    for (const line of lines) assert.ok(!maskPatterns(line).includes('S3cret'), line);
    const harmless = ['service password-encryption', ' keyring local K', ' pre-shared-key local', 'no pre-shared-key'];
    assert.deepEqual(harmless.map(maskPatterns), harmless);
  });
});
