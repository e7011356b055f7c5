import assert from 'node:assert/strict';
import type { Site } from './bench.ts';
import { Bench, CONNECTION, connection, deviceSite, first, profile, seedSite, tunnel } from './bench.ts';

describe('a tunnel comes up', () => {
  const good: { when: string; site: () => Site }[] = [
    { when: 'as in the seed', site: seedSite },
    { when: 'from a device with a public address', site: deviceSite },
    {
      when: 'when the security group lets only SSH in, as the router begins',
      site: () => ({
        ...seedSite(),
        closed: [{ nic: 'router210-nic', direction: 'Inbound', protocol: 'Udp', rule: 'nsg/DenyAllInbound' }],
      }),
    },
    {
      when: 'when Azure must begin and may',
      site: () => {
        const site = seedSite();
        connection(site).connectionMode = 'InitiatorOnly';
        return site;
      },
    },
    {
      when: 'when the tunnel source is an interface and the policy matches any address',
      site: () => {
        const site = seedSite();
        tunnel(site).source = 'GigabitEthernet1';
        first(site.crypto.policies).matchAddressLocal = [];
        profile(site).matchAddressLocal = [];
        return site;
      },
    },
    {
      when: 'with a custom policy on both ends',
      site: () => {
        const site = seedSite();
        connection(site).ipsecPolicy = {
          ikeEncryption: 'AES256',
          ikeIntegrity: 'SHA256',
          dhGroup: 'DHGroup14',
          ipsecEncryption: 'AES256',
          ipsecIntegrity: 'SHA256',
          pfsGroup: 'PFS2048',
          saLifeTimeSeconds: 3600,
          saDataSizeKilobytes: 102_400_000,
        };
        first(site.crypto.proposals).groups = [14];
        const set = first(site.crypto.transformSets);
        set.encryption = 'esp-aes 256';
        set.integrity = 'esp-sha256-hmac';
        first(site.crypto.ipsecProfiles).pfs = 'group14';
        return site;
      },
    },
  ];
  for (const { when, site } of good) {
    it(when, async () => {
      const bench = new Bench(site());
      assert.equal(bench.link.lineUp('Tunnel11'), false);
      bench.pass(5);
      assert.deepEqual([bench.record.state, bench.record.reason], ['up', 'established']);
      assert.equal(bench.link.lineUp('Tunnel11'), true);
      assert.equal(bench.link.reason('Tunnel11'), null);
      assert.equal(bench.dataplane.connection(CONNECTION).up, true);
      assert.equal((await bench.pingProbe(2)).filter((one) => one.received).length, 2);
      assert.equal((await bench.pingRouter(2)).filter((one) => one.received).length, 2);
      bench.dataplane.close();
    });
  }
});
