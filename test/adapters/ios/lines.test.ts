/** Each section's parser and renderer: text in, value, the same text out. */
import assert from 'node:assert/strict';
import { node, parseConfiguration, renderConfiguration } from '../../../adapters/ios/config-tree.ts';
import { bgp } from '../../../adapters/ios/lines/bgp.ts';
import { ikev2Keyring } from '../../../adapters/ios/lines/ikev2-keyring.ts';
import { ikev2Policy } from '../../../adapters/ios/lines/ikev2-policy.ts';
import { ikev2Profile } from '../../../adapters/ios/lines/ikev2-profile.ts';
import { ikev2Proposal } from '../../../adapters/ios/lines/ikev2-proposal.ts';
import { ipsecProfile } from '../../../adapters/ios/lines/ipsec-profile.ts';
import { ipsecTransformSet } from '../../../adapters/ios/lines/ipsec-transform-set.ts';
import { loopbackInterface } from '../../../adapters/ios/lines/loopback-interface.ts';
import type { Section } from '../../../adapters/ios/lines/section.ts';
import { staticRoute } from '../../../adapters/ios/lines/static-route.ts';
import { tunnelInterface } from '../../../adapters/ios/lines/tunnel-interface.ts';

const texts: readonly [Section<unknown>, string][] = [
  [loopbackInterface, 'interface Loopback100\n description site\n ip address 172.20.100.100 255.255.255.0'],
  [ikev2Proposal, 'crypto ikev2 proposal P\n encryption aes-cbc-256\n integrity sha1 sha256\n group 2'],
  [ikev2Policy, 'crypto ikev2 policy P\n proposal A\n proposal B\n match address local 10.0.0.2'],
  [
    ikev2Keyring,
    'crypto ikev2 keyring K\n peer A\n  address 192.0.2.1\n  pre-shared-key local x\n  pre-shared-key remote y\n peer B\n  address 192.0.2.2',
  ],
  [
    ikev2Profile,
    'crypto ikev2 profile P\n match address local 10.0.0.2\n match identity remote address 192.0.2.1 255.255.255.255\n authentication remote pre-share\n authentication local pre-share\n keyring local K\n lifetime 28800\n dpd 10 5 on-demand',
  ],
  [ipsecTransformSet, 'crypto ipsec transform-set T esp-aes 256 esp-sha256-hmac\n mode transport'],
  [
    ipsecProfile,
    'crypto ipsec profile P\n set security-association lifetime seconds 27000\n set transform-set T\n set pfs group14\n set ikev2-profile I',
  ],
  [
    tunnelInterface,
    'interface Tunnel11\n ip address 169.254.0.1 255.255.255.255\n ip tcp adjust-mss 1350\n tunnel source 10.0.0.2\n tunnel mode ipsec ipv4\n tunnel destination 192.0.2.1\n tunnel protection ipsec profile P',
  ],
  [
    bgp,
    'router bgp 65010\n bgp log-neighbor-changes\n neighbor 10.0.0.9 remote-as 65515\n address-family ipv4\n  network 10.0.0.0\n  network 172.20.100.0 mask 255.255.255.0\n  neighbor 10.0.0.9 activate',
  ],
];

describe('configuration sections', () => {
  for (const [section, text] of texts) {
    it(`come back as they were: ${text.split('\n')[0]}`, () => {
      const [source] = parseConfiguration(text);
      assert.ok(source !== undefined && section.opens(source.line));
      const { value, unknown } = section.parse(source);
      assert.deepEqual(unknown, []);
      assert.equal(renderConfiguration([section.render(value)]).join('\n'), text);
    });
  }

  it('hand back the lines that they do not know, also from inside', () => {
    const [source] = parseConfiguration('crypto ikev2 keyring K\n odd one\n peer A\n  odd two');
    assert.deepEqual(
      ikev2Keyring.parse(source!).unknown.map(({ line, at }) => [line, at]),
      [
        ['odd one', 2],
        ['odd two', 4],
      ],
    );
  });

  it('do not open for other names', () => {
    assert.equal(tunnelInterface.opens('interface GigabitEthernet1'), false);
    assert.equal(ipsecTransformSet.opens('crypto ipsec transform-set T'), false);
  });
});

describe('a static route', () => {
  it('comes back as it was, with its options', () => {
    for (const line of [
      'ip route 172.16.0.0 255.255.0.0 Tunnel11',
      'ip route 10.0.0.0 255.0.0.0 10.1.1.1 200 name x',
    ]) {
      const route = staticRoute.parse(node(line));
      assert.equal(staticRoute.render(route!).line, line);
    }
  });

  it('is none with a mask that has holes', () => {
    assert.equal(staticRoute.parse(node('ip route 10.0.0.0 255.0.255.0 Tunnel1')), null);
    assert.equal(staticRoute.parse(node('ip route 10.0.0.0')), null);
  });
});
