import assert from 'node:assert/strict';
import { withRouter } from '../../support/router.ts';

/** As the running configuration prints it. */
const SECTIONS = [
  ['vrf definition blue', ' rd 65010:1', ' address-family ipv4', ' exit-address-family'],
  ['ip prefix-list PL seq 5 permit 10.0.0.0/8 le 24'],
  ['route-map RM permit 10 ', ' match ip address prefix-list PL', ' set local-preference 200'],
  ['router ospf 1', ' router-id 10.0.0.1', ' network 10.0.0.0 0.255.255.255 area 0'],
  ['ntp server 10.0.0.5 prefer'],
  ['snmp-server community noc RO'],
  ['cdp run'],
  ['lldp run'],
  ['class-map match-any VOICE', ' match dscp ef'],
  ['policy-map OUT', ' class VOICE', '  priority 512'],
  ['ip dhcp pool LAN', ' network 10.1.0.0 255.255.0.0'],
  ['crypto keyring K ', ' pre-shared-key address 192.0.2.1 key secret'],
  ['crypto ikev2 authorization policy default', ' route set interface'],
  ['crypto ikev2 cookie-challenge 100'],
  ['crypto isakmp policy 10', ' encryption aes 256', ' authentication pre-share', ' group 14'],
  ['crypto isakmp key secret address 192.0.2.2      '],
  ['crypto isakmp profile P', ' keyring K', ' match identity address 192.0.2.1 255.255.255.255 '],
];

describe('the router of the lab: lines without effect', () => {
  it('keeps and shows them as they were typed, and takes them away', async () => {
    await withRouter(async ({ shell }) => {
      const session = await shell();
      const typed = SECTIONS.flatMap((lines) => [...lines, 'exit']).map((line) => line.trim());
      await session.configure(...typed.filter((line) => line !== 'exit'));
      const running = await session.run('show running-config');
      for (const lines of SECTIONS)
        assert.ok(running.includes(`\n${lines.join('\n')}\n`), `${lines[0] ?? ''}\n${running}`);
      const shows: [string, RegExp][] = [
        ['show vrf', /\n {2}blue {29}65010:1 {15}ipv4 {8}\n/],
        ['show ip prefix-list', /^ip prefix-list PL: 1 entries\n {3}seq 5 permit 10\.0\.0\.0\/8 le 24\n/],
        [
          'show route-map RM',
          /^route-map RM, permit, sequence 10\n {2}Match clauses:\n {4}ip address prefix-lists: PL \n {2}Set clauses:\n {4}local-preference 200\n/,
        ],
        ['show ip ospf', /^ Routing Process "ospf 1" with ID 10\.0\.0\.1\n/],
        ['show ntp status', /^Clock is unsynchronized/],
        ['show ntp associations', /\n ~10\.0\.0\.5 +\.INIT\./],
        ['show cdp neighbors', /^Capability Codes[^]*displayed : 0\n/],
        ['show lldp interface', /GigabitEthernet1:\n {4}Tx: enabled\n/],
        [
          'show crypto isakmp policy',
          /\nProtection suite of priority 10\n\tencryption algorithm:\tAES - Advanced Encryption Standard \(256 bit keys\)\.\n/,
        ],
        ['show running-config vrf', /\n!\nvrf definition blue\n rd 65010:1\n/],
        ['show ip protocols', /Routing Protocol is "application"/],
      ];
      for (const [command, expected] of shows) assert.match(await session.run(command), expected, command);
      await session.configure(
        ...SECTIONS.flatMap(([line = '']) => (line.startsWith('exit') ? [] : [`no ${line.trim()}`])),
      );
      assert.doesNotMatch(await session.run('show running-config'), /blue|PL|RM|ospf|VOICE|isakmp|lldp|noc/);
    });
  });

  it('clears what it is told to, and asks all that a traceroute needs', async () => {
    await withRouter(async ({ shell }) => {
      const session = await shell();
      session.type('clear counters\n');
      await session.until(/counters on all interfaces \[confirm\]$/);
      session.type('\n');
      await session.until(/#$/);
      assert.match(await session.run('show logging | include CLEAR'), /Clear counter on all interfaces by azureuser/);
      for (const line of [
        'clear ip bgp * soft in',
        'clear arp-cache',
        'no debug all',
        'debug ip icmp',
        'no debug ip icmp',
      ])
        assert.doesNotMatch(await session.run(line), /%/, line);
      session.type('traceroute\n');
      for (const answer of ['', '172.16.1.10', '', 'GigabitEthernet1', ...Array.from({ length: 8 }, () => '')]) {
        await session.until(/: $/);
        session.type(`${answer}\n`);
      }
      assert.match(await session.until(/#$/), /Tracing the route to 172\.16\.1\.10\r\n[^]* 1 172\.16\.1\.10 10 msec/);
      session.type('traceroute\nipx\n');
      await session.until(/Bad IP address or host name\n[^]*#$/);
    });
  });
});
