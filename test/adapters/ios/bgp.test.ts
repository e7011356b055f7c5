/** BGP in place of static routes: what is rendered, how it settles on a router that has something already, and the way back. */
import assert from 'node:assert/strict';
import { Refused } from '../../../adapters/errors.ts';
import { missingFrom, parseConfiguration, renderConfiguration } from '../../../adapters/ios/config-tree.ts';
import { buildTunnelPlan, prepareScript } from '../../../adapters/ios/index.ts';
import type { BgpIntent, RouterState, TunnelIntent } from '../../../adapters/ios/index.ts';
import { afterTyping } from './support/apply-lines.ts';
import { stateOf } from './support/plans.ts';
import { freshConfiguration, gateway, intent, privateAddress, sharedKey } from './support/samples.ts';

const second = '203.0.113.47';
const peerAddress = '10.255.0.1';

const bgp: BgpIntent = {
  asn: 65_010,
  peerAddress,
  gatewayAsn: 65_515,
  announce: ['172.20.100.0/24', '192.168.7.0/24', '10.0.0.0/8'],
  neighbors: [
    { gatewayAddress: second, address: '172.16.0.29' },
    { gatewayAddress: gateway, address: '172.16.0.30' },
  ],
};
const wanted: TunnelIntent = { ...intent, gatewayAddresses: [gateway, second], sharedKey, bgp };

const gigabit = { name: 'GigabitEthernet1', address: privateAddress, up: true };

function planFor(configuration: string, more: Partial<RouterState> = {}, intended: TunnelIntent = wanted) {
  const state = stateOf(configuration, { interfaces: [gigabit], ...more });
  return { state, plan: buildTunnelPlan(state, prepareScript(null, intended), intended) };
}

const sectionOf = (configuration: string, line: string): string[] =>
  renderConfiguration(parseConfiguration(configuration).filter((node) => node.line === line));

describe('BGP on a router', () => {
  it('speaks from a loopback over a tunnel to each instance, and routes nothing statically but its neighbors', () => {
    const { plan } = planFor(freshConfiguration);
    const after = afterTyping(freshConfiguration, plan.commands);
    assert.deepEqual(plan.tunnels, ['Tunnel11', 'Tunnel12']);
    assert.deepEqual(sectionOf(after, 'interface Loopback11'), [
      'interface Loopback11',
      ` ip address ${peerAddress} 255.255.255.255`,
    ]);
    assert.deepEqual(after.match(/^ip route .*(?:Tunnel).*$/gm), [
      'ip route 172.16.0.30 255.255.255.255 Tunnel11',
      'ip route 172.16.0.29 255.255.255.255 Tunnel12',
    ]);
    assert.deepEqual(sectionOf(after, 'router bgp 65010'), [
      'router bgp 65010',
      ' bgp log-neighbor-changes',
      ' neighbor 172.16.0.30 remote-as 65515',
      ' neighbor 172.16.0.30 ebgp-multihop 255',
      ' neighbor 172.16.0.30 update-source Loopback11',
      ' neighbor 172.16.0.29 remote-as 65515',
      ' neighbor 172.16.0.29 ebgp-multihop 255',
      ' neighbor 172.16.0.29 update-source Loopback11',
      ' address-family ipv4',
      '  network 172.20.100.0 mask 255.255.255.0',
      '  network 192.168.7.0',
      '  network 10.0.0.0',
      '  neighbor 172.16.0.30 activate',
      '  neighbor 172.16.0.29 activate',
    ]);
  });

  it('joins the process of the same AS, neighbors before their activation, and leaves it as it was', () => {
    const theirs = `${freshConfiguration}router bgp 65010
 bgp log-neighbor-changes
 neighbor 10.9.9.9 remote-as 65099
 address-family ipv4
  neighbor 10.9.9.9 activate
`;
    const { plan } = planFor(theirs);
    const at = (line: string): number => plan.commands.findIndex((command) => command.trim() === line);
    assert.ok(at('neighbor 172.16.0.30 remote-as 65515') < at('neighbor 172.16.0.30 activate'));
    const before = parseConfiguration(theirs);
    const after = parseConfiguration(afterTyping(theirs, plan.commands));
    assert.deepEqual(missingFrom(after, plan.intended), []);
    assert.deepEqual(missingFrom(after, before), []);
    const back = renderConfiguration(plan.backward).map((line) => line.trim());
    assert.ok(
      back.indexOf('no neighbor 172.16.0.30 activate') < back.indexOf('no neighbor 172.16.0.30 remote-as 65515'),
      back.join('\n'),
    );
    assert.ok(!back.includes('no router bgp 65010'));
  });

  it('speaks from the interface that has the address, or from the next loopback where ours is taken', () => {
    const has = `${freshConfiguration}interface Loopback5\n description office\n ip address ${peerAddress} 255.255.255.255\n`;
    const loopback5 = { name: 'Loopback5', address: peerAddress, up: true };
    const { plan } = planFor(has, { interfaces: [gigabit, loopback5] });
    assert.ok(plan.commands.some((line) => line.trim() === 'neighbor 172.16.0.30 update-source Loopback5'));
    assert.ok(!plan.commands.some((line) => /interface Loopback/.test(line)));
    assert.match(plan.adjustments.join('\n'), /BGP speaks from Loopback5/);

    const taken = `${freshConfiguration}interface Loopback11\n ip address 10.1.1.1 255.255.255.255\n`;
    const other = planFor(taken).plan;
    assert.ok(other.commands.includes('interface Loopback12'));
    assert.match(other.adjustments.join('\n'), /Loopback11 is Loopback12 on this router/);
  });

  it('goes on with its own loopback after a run that was broken off', () => {
    const { plan } = planFor(freshConfiguration);
    const half = afterTyping(freshConfiguration, plan.commands.slice(0, 3));
    const loopback11 = { name: 'Loopback11', address: peerAddress, up: true };
    const again = planFor(half, { interfaces: [gigabit, loopback11] }).plan;
    assert.deepEqual(missingFrom(parseConfiguration(afterTyping(half, again.commands)), plan.intended), []);
    assert.ok(!again.commands.includes('interface Loopback11'));
  });

  it('is refused in another AS, and where an instance of the gateway has no address for it', () => {
    const refusal = (why: RegExp) => (error: unknown) => error instanceof Refused && why.test(error.message);
    assert.throws(() => planFor(`${freshConfiguration}router bgp 65099\n`), refusal(/speaks BGP as AS 65099/));
    const silent = { ...wanted, bgp: { ...bgp, neighbors: [{ gatewayAddress: gateway, address: '' }] } };
    assert.throws(() => prepareScript(null, silent), refusal(/has no address for BGP behind 203\.0\.113\.46/));
  });
});
