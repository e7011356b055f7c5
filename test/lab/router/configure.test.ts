import assert from 'node:assert/strict';
import { Configuration } from '../../../lab/router/configuration/configure.ts';
import type { Outcome, Surroundings } from '../../../lab/router/configuration/configure.ts';
import { expect, match } from '../../../lab/router/grammar.ts';
import { compile } from '../../../lab/router/pattern.ts';
import { renderConfig } from '../../../lab/router/configuration/render.ts';
import { releaseOf } from '../../../lab/router/release.ts';
import { cryptoOf } from '../../../lab/router/views.ts';
import { DEVICE_SCRIPT, LOOPBACKS, SCRIPT_AS_PRINTED } from './script.ts';

const dhcp = { address: '172.20.10.210', mask: '255.255.255.0' };

/** Types lines from the top; gives the configuration and what the last line came to. */
function type(lines: readonly string[], release: readonly [number, number] = [17, 3]) {
  const config = new Configuration();
  const around: Surroundings = { release, loading: false, dhcp, licensed: true, weakAllowed: false };
  let frames = config.top();
  let last: Outcome = { kind: 'applied', frames, reply: null };
  for (const line of ['interface GigabitEthernet1', 'ip address dhcp', ...lines]) {
    if (line.trim() === 'exit') frames = frames.slice(0, -1);
    else {
      last = config.apply(line, frames, around);
      if (last.kind === 'applied') frames = last.frames;
    }
  }
  return { config, last, text: renderConfig(config.root, '17.3') };
}

describe('the router of the lab: configuration', () => {
  it('takes the device script line by line and prints it as IOS does', () => {
    const { last, text, config } = type([...LOOPBACKS, ...DEVICE_SCRIPT]);
    assert.equal(last.kind, 'applied');
    assert.ok(text.includes(SCRIPT_AS_PRINTED), text);
    assert.ok(text.includes('\nip route 172.16.0.0 255.255.0.0 Tunnel11\n'), text);
    assert.ok(!text.includes('lifetime seconds 3600'), 'a default is not printed');
    const again = new Configuration();
    assert.deepEqual(again.load(text, { release: [17, 3], dhcp, licensed: true, weakAllowed: false }), []);
    assert.equal(renderConfig(again.root, '17.3'), text);
    assert.deepEqual(cryptoOf(again.root), cryptoOf(config.root));
  });

  const tunnel = ['interface Tunnel11', 'tunnel source 172.20.10.210'];
  const refusals: [string, readonly string[], RegExp][] = [
    ['a mask with holes', ['interface Loopback1', 'ip address 10.0.0.1 255.0.255.0'], /^Bad mask 0xFF00FF00/],
    ['a network address', ['interface Loopback1', 'ip address 10.0.0.0 255.255.255.0'], /^Bad mask \/24 for address/],
    ['an overlap', ['interface Loopback1', 'ip address 172.20.10.9 255.255.255.0'], /^% 172\.20\.10\.0 overlaps with/],
    ['a route with host bits', ['ip route 10.0.0.1 255.255.255.0 Tunnel11'], /^%Inconsistent address and mask/],
    ['a route that is not there', ['no ip route 10.0.0.0 255.255.255.0 Tunnel11'], /^%No matching route to delete/],
    ['the physical interface', ['no interface GigabitEthernet1'], /^% Removal of physical interfaces/],
    [
      'a missing transform set',
      ['crypto ipsec profile P', 'set transform-set X'],
      /transform set with tag "X" does not/,
    ],
    ['a missing IKEv2 profile', ['crypto ipsec profile P', 'set ikev2-profile X'], /^% IKEv2 profile X does not exist/],
    ['a missing keyring', ['crypto ikev2 profile P', 'keyring local X'], /^% IKEv2 keyring X does not exist/],
    ['a missing proposal', ['crypto ikev2 policy P', 'proposal X'], /^% IKEv2 proposal X does not exist/],
    ['a missing IPsec profile', [...tunnel, 'tunnel protection ipsec profile X'], /^% IPsec profile X does not exist/],
    ['a proposal in use', [...DEVICE_SCRIPT, 'no crypto ikev2 proposal C-proposal'], /is still in use and cannot/],
    ['a keyring in use', [...DEVICE_SCRIPT, 'no crypto ikev2 keyring C-keyring'], /is still in use and cannot/],
    ['a profile in use', [...DEVICE_SCRIPT, 'no crypto ipsec profile C-IPsecProfile'], /is still in use and cannot/],
    [
      'a transform set in use',
      [...DEVICE_SCRIPT, 'no crypto ipsec transform-set C-TransformSet'],
      /is used by ipsec profile\(s\) C-IPsecProfile/,
    ],
    ['a second AS', ['router bgp 65010', 'exit', 'router bgp 65011'], /^BGP is already running; AS is 65010/],
    ['an unknown neighbor', ['router bgp 65010', 'neighbor 10.0.0.1 activate'], /^% Specify remote-as/],
  ];
  for (const [what, lines, expected] of refusals) {
    it(`refuses ${what}`, () => {
      const { last } = type(lines);
      assert.equal(last.kind, 'refused');
      assert.match(last.reply, expected);
    });
  }

  const weak: [section: string, line: string, column: number][] = [
    ['crypto ikev2 proposal P', 'group 1', 6],
    ['crypto ikev2 proposal P', 'group 14 24', 9],
    ['crypto ikev2 proposal P', 'encryption aes-cbc-256 3des', 23],
    ['crypto ikev2 proposal P', 'integrity md5', 10],
    ['crypto ipsec profile P', 'set pfs group2', 8],
    ['crypto isakmp policy 10', 'encr 3des', 5],
    ['crypto isakmp policy 10', 'group 5', 6],
    ['hostname router210', 'crypto ipsec transform-set T esp-aes esp-md5-hmac', 37],
  ];
  it('knows no weak algorithm from 17.11 on, but where it booted with the shield off', () => {
    for (const [section, line, column] of weak) {
      assert.deepEqual(type([section, line], [17, 15]).last, { kind: 'invalid', column }, line);
      assert.equal(type([section, line], [17, 10]).last.kind, 'applied', line);
    }
    assert.equal(type(['crypto ikev2 proposal P', 'group 14'], [17, 15]).last.kind, 'applied');
  });

  const advice: [readonly string[], RegExp | null][] = [
    [['crypto ikev2 proposal P'], /^IKEv2 proposal MUST either have/],
    [['crypto ikev2 policy P'], /^IKEv2 policy MUST have atleast/],
    [['crypto ikev2 profile P'], /^IKEv2 profile MUST have:\n {3}1\./],
    [[...DEVICE_SCRIPT, 'crypto ikev2 proposal C-proposal'], null],
    [[...DEVICE_SCRIPT, 'crypto ikev2 policy C-policy'], null],
    [[...DEVICE_SCRIPT, 'crypto ikev2 profile C-profile'], null],
  ];
  for (const [lines, expected] of advice) {
    it(`${expected === null ? 'is silent about a complete' : 'advises on an incomplete'} object: ${lines.at(-1)}`, () => {
      const { last } = type(lines);
      assert.equal(last.kind, 'applied');
      if (expected === null) assert.equal(last.reply, null);
      else assert.match(last.reply ?? '', expected);
    });
  }

  const wrong: [string, Outcome['kind'], number | null][] = [
    ['interface Ethernet7', 'invalid', 10],
    ['interface GigabitEthernet7', 'invalid', 0],
    ['ip route 1.2.3.0 255.255.255.0 bad-name', 'invalid', 31],
    ['ip route 1.2.3.0 255.255.255.0 Tunnel 7', 'invalid', 31],
    ['ip route 1.2.3.0 255.255.255.0 Null0', 'applied', null],
    ['crypto ikev2 p x', 'ambiguous', null],
    ['crypto ikev2 keyring', 'incomplete', null],
    ['no', 'incomplete', null],
    ['/Data/CONNECTION_NAME = x', 'invalid', 0],
  ];
  for (const [line, kind, column] of wrong) {
    it(`answers ${kind} to "${line}"`, () => {
      const { last } = type(['exit', line]);
      assert.equal(last.kind, kind);
      assert.equal(last.kind === 'invalid' ? last.column : null, column);
    });
  }

  it('removes what the inverse lines name, and restores defaults', () => {
    const undo = ['no ip route 172.16.0.0 255.255.0.0 Tunnel11', 'no interface Tunnel11'].concat(
      ['ipsec profile C-IPsecProfile', 'ipsec transform-set C-TransformSet', 'ikev2 profile C-profile'].map(
        (name) => `no crypto ${name}`,
      ),
      ['keyring C-keyring', 'policy C-policy', 'proposal C-proposal'].map((name) => `no crypto ikev2 ${name}`),
      ['no access-list 101'],
    );
    const { text, last } = type([...DEVICE_SCRIPT, ...undo]);
    assert.equal(last.kind, 'applied');
    assert.doesNotMatch(text, /crypto|Tunnel|access-list|ip route/);
    const reset = type(['interface Tunnel1', 'shutdown', 'no shutdown', 'ip mtu 1400', 'default ip mtu']).text;
    assert.match(reset, /interface Tunnel1\n no ip address\n!/);
  });

  it('drops the routes of an interface with it, and prints BGP with its address family', () => {
    const { text } = type(
      ['router bgp 65010', 'neighbor 169.254.21.2 remote-as 65515'].concat([
        'neighbor 169.254.21.2 ebgp-multihop 255',
        'address-family ipv4',
        'network 172.20.100.0 mask 255.255.255.0',
        'neighbor 169.254.21.2 activate',
      ]),
    );
    assert.match(text, /router bgp 65010\n bgp log-neighbor-changes\n neighbor 169\.254\.21\.2 remote-as 65515\n/);
    assert.match(text, / address-family ipv4\n {2}network 172\.20\.100\.0 mask 255\.255\.255\.0\n/);
    assert.match(text, / exit-address-family\n!/);
    const dropped = type(['interface Tunnel7', 'ip route 10.0.0.0 255.0.0.0 Tunnel7', 'no interface Tunnel7']).text;
    assert.doesNotMatch(dropped, /ip route/);
  });
});

describe('the router of the lab: grammar', () => {
  const commands = [
    'show ip route [ {which=static,connected} ]',
    'show ip interface brief',
    'ping {target:word} [ ( size {size:36-18024} | source {interface:if} )+ ]',
  ].map((pattern) => ({ pattern, automaton: compile(pattern) }));

  const lines: [string, string][] = [
    ['sh ip int br', 'show ip interface brief'],
    ['sho ip ro', 'show ip route [ {which=static,connected} ]'],
    ['sh ip route st', 'show ip route [ {which=static,connected} ]'],
    ['ping a size 40 source lo 7', 'ping {target:word} [ ( size {size:36-18024} | source {interface:if} )+ ]'],
  ];
  for (const [line, pattern] of lines) {
    it(`reads "${line}"`, () => {
      const found = match(commands, line);
      assert.equal(found.kind === 'ok' ? found.command.pattern : found.kind, pattern);
    });
  }

  it('says where a line is wrong, and what may come next', () => {
    assert.deepEqual(match(commands, 'ping a size 1'), { kind: 'invalid', column: 12, tokens: 3 });
    assert.deepEqual(match(commands, 'show ip i'), { kind: 'incomplete' });
    assert.deepEqual(expect(commands, 'show ip route '), { words: ['connected', 'static'], types: [], end: true });
    assert.equal(expect(commands, 'nothing '), null);
    assert.throws(() => compile('a ( b'), /unclosed \(/);
  });
});

describe('the router of the lab: releases', () => {
  it('reads trains and full versions, and refuses what is none', () => {
    assert.equal(releaseOf('17.3').long, '17.03.03');
    assert.equal(releaseOf('17.15').full, '17.15.1a');
    assert.equal(releaseOf('17.15.1a').long, '17.15.01a');
    assert.equal(releaseOf('15.x').full, '15.7(3)M8');
    assert.deepEqual(releaseOf('15.x').algorithms.serverHostKey, ['ssh-rsa']);
    assert.ok(releaseOf('17.15').userKeys.includes('ssh-ed25519'));
    assert.throws(() => releaseOf('new'), /release "new" is none/);
  });
});
