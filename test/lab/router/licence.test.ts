import assert from 'node:assert/strict';
import type { ConnectConfig } from 'ssh2';
import type { RouterFixture } from '../../support/router.ts';
import { withRouter } from '../../support/router.ts';

const LICENCE = 'license boot level network-advantage addon dna-advantage';
const NOTICE = "% use 'write' command to make license boot config take effect on next boot\n";
/** What a client must be told to reach a router of IOS 15. */
const OLD: ConnectConfig = { algorithms: { kex: ['diffie-hellman-group14-sha1'], serverHostKey: ['ssh-rsa'] } };
/** A router VM, as opposed to a declared device. */
const VM = { vmId: '/subscriptions/0/router210' };

async function reload({ router, shell }: RouterFixture, questions: readonly [RegExp, string][]): Promise<void> {
  const session = await shell();
  session.type('reload\n');
  for (const [question, answer] of questions) {
    await session.until(question);
    session.type(answer);
  }
  await session.ended();
  router.advanceSeconds(61);
}

describe('the router of the lab: a C8000V and its licence level', () => {
  it('knows no IPsec until the level is configured, saved and booted with', async () => {
    await withRouter(
      async (fixture) => {
        const session = await fixture.shell();
        assert.match(await session.run('show version'), /\nLicense Level: \n[^]*\nNext reload license Level: \n/);
        const before = await session.configure(
          'crypto ikev2 proposal P',
          'crypto key generate rsa modulus 2048',
          LICENCE,
        );
        const caret = `${' '.repeat('router210(config)#crypto '.length)}^\n% Invalid input`;
        assert.equal(before['crypto ikev2 proposal P']?.startsWith(caret), true, before['crypto ikev2 proposal P']);
        assert.match(before['crypto key generate rsa modulus 2048'] ?? '', /The name for the keys will be: router210/);
        assert.equal(before[LICENCE], NOTICE);
        const still = await session.configure('crypto ikev2 proposal P', 'interface Tunnel1', 'tunnel mode ipsec ipv4');
        assert.equal(Object.keys(still).length, 2, 'it is not in force yet');
        await session.run('write memory');
        assert.match(
          await session.run('show version | include icense Level'),
          /^License Level: \nNext reload license Level: network-advantage\nAddon License Level: \n/,
        );
        await reload(fixture, [[/\[confirm\]$/, '\n']]);
        const after = await fixture.shell();
        const taken = await after.configure('crypto ikev2 proposal P', 'encryption aes-cbc-256');
        assert.match(taken['crypto ikev2 proposal P'] ?? '', /^IKEv2 proposal MUST/);
        assert.match(await after.run('show version | include icense Level'), /^License Level: network-advantage\n/);
        const { router, ...next } = await fixture.restart();
        const again = await next.shell();
        assert.deepEqual(await again.configure('crypto ikev2 keyring K'), {}, 'a restart of the lab changes nothing');
        assert.equal(router.running, true);
      },
      { release: '17.15', ...VM },
    );
  });

  it('takes weak algorithms once its shield was turned off, saved and booted with', async () => {
    await withRouter(
      async (fixture) => {
        const session = await fixture.shell();
        const off = 'crypto engine compliance shield disable';
        const lines = ['crypto ikev2 proposal P', 'group 2'];
        const before = await session.configure(off, ...lines);
        assert.match(before[off] ?? '', /after reboot/);
        assert.match(before['group 2'] ?? '', /\^\n% Invalid input/);
        await session.run('write memory');
        await reload(fixture, [[/\[confirm\]$/, '\n']]);
        const after = await (await fixture.shell()).configure(...lines);
        assert.equal(after['group 2'], undefined);
      },
      { release: '17.15' },
    );
  });

  it('loses a level that was not saved', async () => {
    await withRouter(
      async (fixture) => {
        await (await fixture.shell()).configure(LICENCE);
        await reload(fixture, [
          [/\[yes\/no\]: $/, 'no\n'],
          [/\[confirm\]$/, '\n'],
        ]);
        const after = await (await fixture.shell()).configure('crypto ikev2 proposal P');
        assert.match(after['crypto ikev2 proposal P'] ?? '', /Invalid input/);
      },
      { release: '17.6', ...VM },
    );
  });

  it('has its level already as a declared device; a CSR needs none', async () => {
    for (const [release, more] of [
      ['17.15', {}],
      ['17.3', VM],
    ] as const) {
      await withRouter(
        async ({ shell }) => {
          assert.deepEqual(await (await shell()).configure('crypto ikev2 keyring K'), {}, release);
        },
        { release, ...more },
      );
    }
  });
});

describe('the router of the lab: what releases say of themselves', () => {
  const versions: [release: string, patterns: readonly RegExp[]][] = [
    [
      '15.x',
      [
        /^Cisco IOS Software, C2900 Software .*, Version 15\.7\(3\)M8,/,
        /\nLast reload type: Normal Reload\n/,
        /CISCO2911/,
      ],
    ],
    [
      '17.3',
      [
        /^Cisco IOS XE Software, Version 17\.03\.03\nCisco IOS Software \[Amsterdam\], .* Version 17\.3\.3,/,
        /\nLicense Level: ax\n/,
        /\ncisco CSR1000V \(VXE\) processor \(revision VXE\) with \d+K\/\d+K bytes of memory\.\nProcessor board ID 9\w{10}\n/,
      ],
    ],
    ['17.9', [/Software \[Cupertino\],/, /\ncisco C8000V \(VXE\)/]],
    [
      '17.15',
      [
        /^Cisco IOS XE Software, Version 17\.15\.01a\nCisco IOS Software \[IOSXE\], .* Version 17\.15\.1a,/,
        /\nLicense Level: network-advantage\nLicense Type: Perpetual\n/,
        /\nAddon License Level: dna-advantage\n/,
        /\nSmart Licensing Status: Smart Licensing Using Policy\n\ncisco C8000V \(VXE\) processor/,
      ],
    ],
  ];
  for (const [release, patterns] of versions) {
    it(`${release}: show version`, async () => {
      await withRouter(
        async ({ shell }) => {
          const text = await (await shell(release === '15.x' ? { more: OLD } : {})).run('show version');
          for (const pattern of patterns) assert.match(text, pattern);
        },
        { release },
      );
    });
  }

  it('names its machine in the running configuration, and says which addresses came from NVRAM', async () => {
    await withRouter(
      async (fixture) => {
        const session = await fixture.shell();
        assert.match(
          await session.run('show running-config'),
          /\n!\nlicense udi pid C8000V sn 9\w{10}\nlicense boot level/,
        );
        assert.match(await session.run('show inventory'), /Cisco Catalyst 8000V Edge Chassis"\nPID: C8000V /);
        await session.configure('interface Loopback1', 'ip address 10.0.0.1 255.255.255.255');
        assert.match(await session.run('show ip interface brief'), /Loopback1 +10\.0\.0\.1 +YES manual up/);
        await session.run('write memory');
        await reload(fixture, [[/\[confirm\]$/, '\n']]);
        const after = await fixture.shell();
        assert.match(await after.run('show ip interface brief'), /Loopback1 +10\.0\.0\.1 +YES NVRAM +up/);
        assert.match(await after.run('show ip interface Loopback1'), /Internet address is 10\.0\.0\.1\/32\n/);
        assert.match(await after.run('show memory statistics'), /\nProcessor +\w+ +\d+ +\d+ +\d+/);
        assert.match(await after.run('show processes cpu | include CPU'), /^CPU utilization for five seconds: 1%/);
      },
      { release: '17.15' },
    );
  });
});
