/** What is refused before the first line, and what is not. */
import assert from 'node:assert/strict';
import { Refused } from '../../../adapters/errors.ts';
import { observeTunnel, prepareScript } from '../../../adapters/ios/index.ts';
import type { RouterState, TunnelIntent } from '../../../adapters/ios/index.ts';
import { byDefault, gigabit, planFor, stateOf, whole } from './support/plans.ts';
import {
  freshConfiguration,
  intent,
  privateAddress,
  publicAddress,
  sharedKey,
  templateScript,
} from './support/samples.ts';

describe('before the first line', () => {
  const refused: readonly [string, string, Partial<RouterState>, Partial<TunnelIntent>, RegExp][] = [
    [
      'a prefix covers the operator',
      '',
      { peerAddress: '172.16.3.4' },
      {},
      /would cover 172\.16\.3\.4, the address that this SSH/,
    ],
    [
      'a prefix covers the gateway',
      '',
      {},
      { hubPrefixes: ['203.0.0.0/8'] },
      /would cover 203\.0\.113\.46, the tunnel destination/,
    ],
    ['a prefix covers the syslog server', 'logging host 172.16.0.9\n', {}, {}, /the syslog server/],
    [
      'a prefix covers the DNS server',
      'ip name-server 192.0.2.53 172.16.0.9\n',
      {},
      {},
      /172\.16\.0\.9, the DNS server/,
    ],
    [
      'a prefix covers an AAA server of a group',
      'aaa group server radius A\n server-private 172.16.0.9 key x\n',
      {},
      {},
      /AAA/,
    ],
    [
      'a prefix is connected',
      '',
      { routes: [{ code: 'C', prefix: '172.16.5.0/24', interface: 'GigabitEthernet2' }] },
      {},
      /is connected to 172\.16\.5\.0\/24 by GigabitEthernet2/,
    ],
    [
      'a prefix is learned',
      '',
      { routes: [{ code: 'O', prefix: '172.16.0.0/16', nextHop: '10.0.0.9' }] },
      {},
      /has learned by OSPF 172\.16\.0\.0\/16 by 10\.0\.0\.9/,
    ],
    [
      'tunnels live by the default policy',
      byDefault,
      {},
      {},
      /`crypto ikev2 profile Theirs`.*default policy \(`crypto ikev2 policy default .*`crypto ikev2 policy Azure-Ikev2-Policy/,
    ],
    [
      "tunnels live by the default policy at another address than others' policies serve",
      `${byDefault}crypto ikev2 policy P\n match address local 10.5.5.5\n`,
      {},
      {},
      /whose tunnels live by the default policy/,
    ],
    ['a prefix covers the NTP server', 'ntp server 172.16.0.9\n', {}, {}, /the NTP server/],
    ['a prefix covers the AAA server', 'tacacs server A\n address ipv4 172.16.0.9\n', {}, {}, /the AAA server/],
    [
      'a route for the prefix is there',
      'ip route 172.16.0.0 255.255.0.0 10.0.0.9\n',
      {},
      {},
      /already has `ip route 172\.16/,
    ],
    ['a route inside the prefix is there', 'ip route 172.16.4.0 255.255.255.0 Null0\n', {}, {}, /leads elsewhere/],
    ['the address is on no interface', '', { interfaces: [] }, {}, /has 172\.20\.10\.210 on no interface/],
    [
      'the interface is down',
      '',
      { interfaces: [{ ...gigabit, up: false }] },
      {},
      /Interface GigabitEthernet1 .* is down/,
    ],
    [
      "the public address is not the router's",
      '',
      {},
      { privateAddress: null },
      /has 198\.51\.100\.140 on no interface/,
    ],
    [
      'a policy serves the same address',
      `crypto ikev2 policy Theirs\n proposal default\n match address local ${privateAddress}\n`,
      {},
      {},
      /`crypto ikev2 policy Theirs \/ proposal default \/ match .*`crypto ikev2 policy Azure-Ikev2-Policy/,
    ],
    [
      'a policy serves every address',
      'crypto ikev2 policy All\n proposal default\n',
      {},
      {},
      /`crypto ikev2 policy All/,
    ],
  ];
  for (const [what, lines, state, changed, why] of refused) {
    it(`a plan is refused when ${what}`, () => {
      assert.throws(
        () => planFor(freshConfiguration + lines, state, changed),
        (error: unknown) => error instanceof Refused && why.test(error.shortMessage),
      );
    });
  }

  const policy = {
    ikeEncryption: 'AES256',
    ikeIntegrity: 'SHA256',
    dhGroup: 'DHGroup14',
    ipsecEncryption: 'AES256',
    ipsecIntegrity: 'SHA256',
    pfsGroup: 'PFS2048',
    saLifeTimeSeconds: 27_000,
    saDataSizeKilobytes: 102_400_000,
  } as const;
  const weak: readonly [object, RegExp][] = [
    [{ ikeEncryption: 'DES3' }, /`crypto ikev2 proposal \S+ \/ encryption 3des`/],
    [{ ikeIntegrity: 'MD5' }, /`crypto ikev2 proposal \S+ \/ integrity md5`/],
    [{ dhGroup: 'DHGroup24' }, /`crypto ikev2 proposal \S+ \/ group 24`/],
    [{ ipsecEncryption: 'None' }, /`crypto ipsec transform-set \S+ esp-null esp-sha256-hmac`/],
    [{ ipsecIntegrity: 'MD5' }, /`crypto ipsec transform-set \S+ esp-aes 256 esp-md5-hmac`/],
    [{ pfsGroup: 'PFS2' }, /`crypto ipsec profile \S+ \/ set pfs group2`/],
  ];
  for (const [changed, why] of weak) {
    it(`a plan is refused on a release that knows ${JSON.stringify(changed)} no more, and only there`, () => {
      const ipsecPolicy = { ...policy, ...changed };
      const plan = (version: string, lines = '') =>
        planFor(freshConfiguration + lines, { version }, { ipsecPolicy, sharedKey });
      assert.throws(() => plan('17.15.1a'), why);
      assert.ok(plan('17.9.4').commands.length > 0);
      assert.ok(plan('17.15.1a', 'crypto engine compliance shield disable\n').commands.length > 0);
    });
  }

  it('nothing is refused for strong algorithms', () => {
    const plan = planFor(freshConfiguration, { version: '17.15.1a' }, { ipsecPolicy: policy, sharedKey });
    assert.ok(plan.commands.length > 0);
  });

  it('nothing is refused for a policy of another address', () => {
    assert.ok(
      planFor(`${freshConfiguration}crypto ikev2 policy T\n match address local 10.5.5.5\n`).commands.length > 0,
    );
  });

  it('nothing is refused for what lies elsewhere', () => {
    const routes = [
      { code: 'S', prefix: '172.16.0.0/16', interface: 'Tunnel11' },
      { code: 'C', prefix: '172.16.5.0/24', interface: 'GigabitEthernet2', vrf: 'Mgmt' },
      { code: 'L', prefix: '172.16.5.1/32', interface: 'GigabitEthernet2' },
      { code: 'C', prefix: '172.20.10.0/24', interface: 'GigabitEthernet1' },
    ];
    const lines = 'ip name-server vrf Mgmt 172.16.0.9\nlogging host 172.16.0.9 vrf Mgmt\n';
    assert.ok(planFor(freshConfiguration + lines, { routes }).commands.length > 0);
    const served = `${byDefault}crypto ikev2 policy P\n match address local 10.5.5.5\n`;
    const elsewhere = served.replace('tunnel source GigabitEthernet1', 'tunnel source 10.5.5.5');
    assert.ok(planFor(freshConfiguration + elsewhere).commands.length > 0);
    const unused = byDefault.replace(' set ikev2-profile Theirs\n', '');
    assert.ok(planFor(freshConfiguration + unused).commands.length > 0);
    assert.deepEqual(planFor(whole + byDefault).commands, [], 'what is there already changes nothing');
  });

  it('a shared policy holds what was rewritten in ours, if it matches addresses at all', () => {
    const shared = (configuration: string) =>
      planFor(freshConfiguration + configuration, {}, { sharePolicy: true }).rewrites.map(({ where }) => where);
    const tail = [
      'crypto ikev2 profile Azure-Ikev2-Profile / match address local',
      'interface Tunnel11 / tunnel source',
    ];
    assert.deepEqual(shared(byDefault), tail);
    assert.deepEqual(shared('crypto ikev2 policy All\n proposal default\n'), tail);
    assert.deepEqual(
      shared(`crypto ikev2 policy All\n proposal x\ncrypto ikev2 policy P\n match address local ${privateAddress}\n`),
      ['crypto ikev2 policy P / match address local', ...tail],
    );
  });

  it('an observation refuses nothing', () => {
    const state = stateOf(`${freshConfiguration}crypto ikev2 policy All\n`, {
      interfaces: [],
      peerAddress: '172.16.0.1',
    });
    const seen = observeTunnel(state, prepareScript(templateScript, intent), intent);
    assert.equal(seen.present, 0);
    assert.ok(!JSON.stringify(seen).includes(sharedKey));
    assert.ok(!JSON.stringify(seen.missing).includes(publicAddress));
  });
});
