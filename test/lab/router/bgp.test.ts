import assert from 'node:assert/strict';
import type { BgpPeer } from '../../../lab/ports.ts';
import { withRouter } from '../../support/router.ts';

const LINES = [
  'interface Loopback11',
  'ip address 172.20.255.1 255.255.255.255',
  'interface Loopback100',
  'ip address 172.20.100.100 255.255.255.0',
  'ip route 172.16.0.29 255.255.255.255 Loopback11',
  'router bgp 65010',
  'neighbor 172.16.0.29 remote-as 65515',
  'neighbor 172.16.0.30 remote-as 65515',
  'neighbor 172.16.0.31 remote-as 65010',
  'neighbor 172.16.0.31 shutdown',
  'address-family ipv4',
  'network 172.20.100.0 mask 255.255.255.0',
  'network 10.77.0.0',
  'redistribute static',
];

const peer = (neighbor: string, since: number, best: boolean): BgpPeer => ({
  neighbor,
  state: 'Established',
  since,
  prefixes: ['172.16.0.0/16', '10.9.0.0/16'].map((prefix) => ({ prefix, asPath: [65_515], best })),
  reason: null,
});

describe('the router of the lab: BGP', () => {
  it('shows its sessions, its table and the routes it takes', async () => {
    await withRouter(async ({ shell, link, router }) => {
      const session = await shell();
      assert.match(await session.run('show ip bgp summary'), /^% BGP not active\n/);
      for (const command of ['show ip bgp', 'show ip bgp neighbors'])
        assert.match(await session.run(command), /^% BGP not active\n/);
      assert.deepEqual(await session.configure(...LINES), {});
      link.bgp = [peer('172.16.0.29', router.now() - 75_000, true), peer('172.16.0.30', router.now() - 5000, false)];
      const shows: [string, RegExp][] = [
        [
          'show ip bgp summary',
          /^BGP router identifier 172\.20\.255\.1, local AS number 65010\nBGP table version is 7, main routing table version 7\n4 network entries using 992 bytes of memory\n6 path entries using 816 bytes[^]*\nNeighbor {8}V {11}AS MsgRcvd MsgSent {3}TblVer {2}InQ OutQ Up\/Down {2}State\/PfxRcd\n172\.16\.0\.29 {5}4 {8}65515 {7}5 {7}5 {8}7 {4}0 {4}0 00:01:15 {8}2\n172\.16\.0\.30 .* 00:00:05 {8}2\n172\.16\.0\.31 .* never {5}Idle \(Admin\)\n/,
        ],
        [
          'show ip bgp',
          /\n \*> {3}10\.9\.0\.0\/16 {6}172\.16\.0\.29 {28}0 65515 i\n \* {21}172\.16\.0\.30 {28}0 65515 i\n \*> {3}172\.16\.0\.0 {7}172\.16\.0\.29 [^]*\n \*> {3}172\.20\.100\.0\/24 {2}0\.0\.0\.0 {18}0 {9}32768 i\n/,
        ],
        [
          'show ip bgp neighbors 172.16.0.29',
          /^BGP neighbor is 172\.16\.0\.29, {2}remote AS 65515, external link\n {2}BGP version 4, remote router ID 172\.16\.0\.29\n {2}BGP state = Established, up for 00:01:15\n/,
        ],
        [
          'show ip bgp neighbors',
          /\nBGP neighbor is 172\.16\.0\.31, {2}remote AS 65010, internal link\n[^]* {2}BGP state = Idle\n {2}Administratively shut down\n/,
        ],
        ['show ip bgp neighbors 10.0.0.1', /^% No such neighbor or address family\n/],
        ['show bgp ipv4 unicast summary', /^BGP router identifier/],
        ['show ip bgp all summary', /^For address family: IPv4 Unicast\nBGP router identifier/],
        ['show bgp all neighbors', /^For address family: IPv4 Unicast\nBGP neighbor is/],
        [
          'show ip bgp neighbors 172.16.0.29 advertised-routes',
          /\n \*> {3}172\.20\.100\.0\/24 [^]*\nTotal number of prefixes 2 \n/,
        ],
        ['show ip bgp neighbors 172.16.0.30 routes', /\n \* {4}10\.9\.0\.0\/16 [^]*\nTotal number of prefixes 2 \n/],
        ['show ip bgp neighbors 10.0.0.1 routes', /^% No such neighbor/],
        [
          'show ip bgp 172.16.1.1',
          /^BGP routing table entry for 172\.16\.0\.0\/16, version 6\nPaths: \(2 available, best #1, table default\)\n/,
        ],
        ['show ip bgp 172.20.100.1', / from 0\.0\.0\.0 \(172\.20\.255\.1\)\n[^]*sourced, local, best\n/],
        ['show ip bgp 9.9.9.9', /^% Network not in table\n/],
        ['show ip protocols', /"bgp 65010"\n[^]* {4}172\.16\.0\.29 +20 +00:00:30\n/],
        ['show ip route summary', /\nbgp 65010 +0 +2 /],
        ['show bgp ipv4 unicast', /^BGP table version is 7, local router ID is 172\.20\.255\.1\n/],
        [
          'show ip route bgp',
          /\nB {8}10\.9\.0\.0 \[20\/0\] via 172\.16\.0\.29, 00:01:15\nB {5}172\.16\.0\.0\/16 \[20\/0\] via 172\.16\.0\.29/,
        ],
        ['show ip route 172.16.1.1', /Known via "bgp", distance 20, metric 0\n/],
        ['show running-config | section bgp', /\n {2}network 10\.77\.0\.0\n[^]*\n exit-address-family\n/],
      ];
      for (const [command, expected] of shows) assert.match(await session.run(command), expected, command);
      assert.deepEqual(router.bgp()?.networks, ['172.20.100.0/24', '10.0.0.0/8'], 'without a mask the class counts');
    });
  });

  it('leaves out a neighbor that is not activated where that is not the default', async () => {
    await withRouter(async ({ shell, router }) => {
      const session = await shell();
      const lines = ['neighbor 172.16.0.29 remote-as 65515', 'neighbor 172.16.0.30 remote-as 65515'];
      await session.configure('router bgp 65010', 'no bgp default ipv4-unicast', ...lines);
      assert.match(await session.run('show running-config | include default'), /^ no bgp default ipv4-unicast\n/);
      await session.configure('router bgp 65010', 'address-family ipv4', 'neighbor 172.16.0.30 activate');
      assert.deepEqual(
        router.bgp()?.neighbors.map(({ address }) => address),
        ['172.16.0.30'],
      );
    });
  });
});
