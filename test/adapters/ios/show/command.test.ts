/** Commands as people type them, and names of captures. */
import assert from 'node:assert/strict';
import { parseShow, UnknownShowCommand } from '../../../../adapters/ios/show/index.ts';

const summary = `BGP router identifier 10.0.0.2, local AS number 65010
Neighbor        V           AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd
169.254.21.2    4        65515      12      13        1    0    0 00:10:11        3
`;

describe('a command', () => {
  const known: readonly string[] = [
    'show ip bgp summary',
    'SH  IP  BGP  SUM',
    'show ip bgp all summary | begin Nei',
    'show ip bgp vpnv4 vrf RED summary',
    'show ip bgp vpnv4 all summary',
    'show ip bgp ipv6 unicast summary',
    'show bgp summary',
    'show bgp ipv4 unicast summary',
    'show bgp vrf RED all su',
    'do sh ip b sum',
    'router210#show ip bgp summary',
    'router210(config-if)#do show ip bgp summary',
    'show-ip-bgp-summary',
    '067-show-ip-bgp-summary',
    'show-ip-bgp-all-summary.txt',
  ];
  for (const command of known) {
    it(`is known as ${command}`, () => {
      assert.equal((parseShow(command, summary) as { neighbors: unknown[] }).neighbors.length, 1);
    });
  }

  it('may name a peer, an interface, a table', () => {
    for (const command of [
      'show crypto ipsec sa peer 203.0.113.5',
      'show crypto ipsec sa interface Tunnel11 detail',
      'show crypto ikev2 sa remote 203.0.113.5 detailed',
      'show crypto session remote 203.0.113.5 detail',
      'show ip interface Gi1 brief',
      'show ip route vrf RED bgp',
      'show-crypto-ikev2-sa-detailed',
    ]) {
      assert.deepEqual(parseShow(command, ''), [], command);
    }
  });

  it('that keeps the counters only gives those of the first flow', () => {
    const kept = `    #pkts encaps: 177, #pkts encrypt: 177, #pkts digest: 177
    #pkts decaps: 296, #pkts decrypt: 296, #pkts verify: 296
    #pkts encaps failed (send) 0, #pkts decaps failed (rcv) 0
    #pkts encaps: 554, #pkts encrypt: 554, #pkts digest: 554
`;
    for (const command of [
      'sh cry ips sa | i pkt',
      'show-crypto-ipsec-sa-include-pkt',
      '033-show-crypto-ipsec-sa-include-pkts.txt',
    ]) {
      assert.deepEqual(
        parseShow(command, kept),
        { encaps: 177, encrypt: 177, digest: 177, decaps: 296, decrypt: 296, verify: 296 },
        command,
      );
    }
  });

  it('without a parser is refused with its text', () => {
    for (const command of [
      'show ip bgp',
      'show bgp',
      'show ip interface',
      'show-run',
      'show ip bgp s',
      'config',
      '| i x',
    ]) {
      assert.throws(
        () => parseShow(command, summary),
        (error: unknown) =>
          error instanceof UnknownShowCommand && error.command === command && error.message.includes(`\`${command}\``),
        command,
      );
    }
  });
});
