/**
 * Plans: what is sent to a router that already has something, and what leads back. The circular test: from what is
 * running, by the plan's commands, to what was intended, and by its way back to what was running. What the commands do
 * is predicted by a configuration that knows nothing of the driver.
 */
import assert from 'node:assert/strict';
import { linesToType, missingFrom, parseConfiguration } from '../../../adapters/ios/config-tree.ts';
import { observeTunnel, prepareScript } from '../../../adapters/ios/index.ts';
import type { InterfaceState, TunnelIntent } from '../../../adapters/ios/index.ts';
import { inverseLines } from '../../../adapters/ios/plan/change.ts';
import { afterTyping } from './support/apply-lines.ts';
import { byDefault, gigabit, planFor, stateOf, whole } from './support/plans.ts';
import { fixedNamesScript, freshConfiguration, gateway, intent, privateAddress, sharedKey } from './support/samples.ts';

/** Somebody else's tunnel, under the names that Azure's script also uses. */
const foreign = `
crypto ikev2 proposal Azure-Ikev2-Proposal
 encryption aes-cbc-128
 integrity sha256
 group 14
crypto ikev2 policy Azure-Ikev2-Policy
 proposal Azure-Ikev2-Proposal
 match address local 10.99.0.1
crypto ikev2 keyring ConnectToSite01-keyring
 peer other
  address 192.0.2.77
  pre-shared-key theirs-0001
crypto ikev2 profile Azure-Ikev2-Profile
 match identity remote address 192.0.2.77 255.255.255.255
 keyring local ConnectToSite01-keyring
crypto ipsec transform-set Azure-TransformSet esp-aes esp-sha-hmac
crypto ipsec profile Azure-IPsecProfile
 set transform-set Azure-TransformSet
 set ikev2-profile Azure-Ikev2-Profile
interface Tunnel11
 ip address 169.254.0.1 255.255.255.255
 tunnel source 10.99.0.1
 tunnel destination 192.0.2.77
 tunnel protection ipsec profile Azure-IPsecProfile
ip route 10.77.0.0 255.255.0.0 Tunnel11
`;

const without = (pattern: RegExp): string =>
  whole
    .split('\n')
    .filter((line) => !pattern.test(line))
    .join('\n');

const beginnings: readonly [string, string, Partial<TunnelIntent>?][] = [
  ['a fresh router', freshConfiguration],
  ['a router that has all of it', whole],
  ['a router that lacks the route', without(/^ip route 172/)],
  ['a router that lacks lines inside sections', without(/tunnel mode|dpd|set ikev2-profile|integrity/)],
  ['a router with another lifetime and source', whole.replace('28800', '3600').replace(/source .*/, 'source 10.0.0.1')],
  [
    'a router with an empty keyring and tunnel',
    `${freshConfiguration}crypto ikev2 keyring ConnectToSite01-keyring\ninterface Tunnel11\n`,
  ],
  ['a router with the names taken', freshConfiguration + foreign],
  [
    'a router whose policy is shared',
    `${freshConfiguration}crypto ikev2 policy Theirs\n proposal default\n match address local ${privateAddress}\n`,
    { sharePolicy: true },
  ],
  ['a router whose tunnels live by the default policy', freshConfiguration + byDefault, { sharePolicy: true }],
  [
    'a router with more lines in our tunnel',
    whole.replace('interface Tunnel11', 'interface Tunnel11\n description mine\n ip mtu 1400'),
  ],
  ['a router with a key of its own for the gateway', whole.replace(sharedKey, 'former-Key-1')],
];

describe('a plan leads from what runs to what is intended, and back', () => {
  for (const [what, configuration, changed] of beginnings) {
    it(`from ${what}`, () => {
      const before = afterTyping(configuration, []);
      const plan = planFor(configuration, {}, changed);
      const after = afterTyping(configuration, plan.commands);
      assert.deepEqual(missingFrom(parseConfiguration(after), plan.intended), []);
      assert.deepEqual(planFor(after, {}, changed).commands, []);
      assert.deepEqual(
        afterTyping(after, linesToType(plan.backward)).split('\n').toSorted(),
        before.split('\n').toSorted(),
      );
    });
  }

  it('keeps no former key in the inverse', () => {
    const plan = planFor(whole.replace(sharedKey, 'former-Key-1'));
    assert.deepEqual(inverseLines(plan.backward), [
      `crypto ikev2 keyring ConnectToSite01-keyring\n peer ${gateway}\n  no pre-shared-key`,
    ]);
  });

  it('lets go of an object before it is removed', () => {
    const configuration = `${freshConfiguration}crypto ikev2 policy Theirs\n match address local ${privateAddress}\n`;
    const inverse = inverseLines(planFor(configuration, {}, { sharePolicy: true }).backward);
    assert.equal(inverse[0], 'crypto ikev2 policy Theirs\n no proposal Azure-Ikev2-Proposal');
    assert.ok(inverse.includes('no crypto ikev2 proposal Azure-Ikev2-Proposal'));
  });
});

describe('names, numbers and addresses', () => {
  it('change where somebody else has them, and every change is recorded', () => {
    const taken: InterfaceState = { name: 'Tunnel11', address: '169.254.0.1', up: true };
    const plan = planFor(freshConfiguration + foreign, { interfaces: [gigabit, taken] });
    assert.deepEqual(plan.tunnels, ['Tunnel12']);
    const lines = plan.commands.join('\n');
    for (const line of [
      'crypto ikev2 policy Azure-Ikev2-Policy-2\nproposal Azure-Ikev2-Proposal-2',
      'keyring local ConnectToSite01-keyring-2',
      'crypto ipsec transform-set Azure-TransformSet-2 esp-aes 256 esp-sha256-hmac',
      'set ikev2-profile Azure-Ikev2-Profile-2',
      'ip address 169.254.0.2 255.255.255.255',
      'tunnel protection ipsec profile Azure-IPsecProfile-2',
      'ip route 172.16.0.0 255.255.0.0 Tunnel12',
    ]) {
      assert.ok(lines.includes(line), line);
    }
    assert.equal(plan.adjustments.length, 8);
    assert.deepEqual(
      plan.rewrites.map(({ where }) => where.split(' / ')[0]),
      ['crypto ikev2 policy Azure-Ikev2-Policy-2', 'crypto ikev2 profile Azure-Ikev2-Profile-2', 'interface Tunnel12'],
    );
  });

  it('are recognised again by the gateway, under whatever number the tunnel has', () => {
    const moved = whole.replaceAll('Tunnel11', 'Tunnel40');
    const plan = planFor(moved);
    assert.deepEqual([plan.tunnels, plan.commands], [['Tunnel40'], []]);
  });

  it('follow the site file where it gives numbers', () => {
    assert.deepEqual(planFor(freshConfiguration, {}, { tunnelNumbers: [31] }).tunnels, ['Tunnel31']);
  });

  it('repair what was changed by hand in our transform set', () => {
    const plan = planFor(whole.replace('esp-aes 256 esp-sha256-hmac', 'esp-aes esp-sha-hmac'));
    assert.deepEqual(plan.commands, ['crypto ipsec transform-set Azure-TransformSet esp-aes 256 esp-sha256-hmac']);
  });

  it('count a key that is shown encrypted as the wanted one', () => {
    const encrypted = whole.replace(`pre-shared-key ${sharedKey}`, 'pre-shared-key 6 AbCdEfG');
    assert.deepEqual(planFor(encrypted).commands, []);
    const seen = observeTunnel(stateOf(encrypted), prepareScript(fixedNamesScript, intent), intent);
    assert.deepEqual(seen.missing, []);
  });
});
