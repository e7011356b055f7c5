import assert from 'node:assert/strict';
import { Bench, CONNECTION, PROBE, connection, established, face, first, seedSite, tunnel } from './bench.ts';

const encaps = (bench: Bench): number => bench.link.ipsecSas()[0]?.encaps ?? -1;
const decaps = (bench: Bench): number => bench.link.ipsecSas()[0]?.decaps ?? -1;

describe('traffic', () => {
  it('passes both ways, in 10 to 28 ms, and every counter moves with it', async () => {
    const bench = established();
    const there = await bench.pingProbe(20);
    const back = await bench.pingRouter(3);
    assert.equal(there.filter((one) => one.received && one.ttl === 64).length, 20);
    assert.equal(back.filter((one) => one.received && one.ttl === 255).length, 3);
    for (const { milliseconds } of [...there, ...back])
      assert.equal(milliseconds >= 10 && milliseconds <= 28.1, true, `${milliseconds} ms`);
    assert.deepEqual([encaps(bench), decaps(bench)], [23, 23]);
    const { ingressBytes, egressBytes } = bench.dataplane.connection(CONNECTION);
    assert.deepEqual([ingressBytes, egressBytes], [20 * 100 + 3 * 84, 20 * 100 + 3 * 84]);
    bench.dataplane.close();
  });

  const lost: {
    when: string;
    change: (bench: Bench) => void;
    ping: (bench: Bench) => Promise<readonly { received: boolean }[]>;
    counters: readonly [number, number];
  }[] = [
    {
      when: 'the router has no route back through the tunnel',
      change: ({ site }) => (site.routes = site.routes.filter((one) => one.interface !== 'Tunnel11')),
      ping: (bench) => bench.pingRouter(1),
      counters: [0, 1],
    },
    {
      when: 'the router has no route to the hub through the tunnel',
      change: ({ site }) => (site.routes = site.routes.filter((one) => one.interface !== 'Tunnel11')),
      ping: (bench) => bench.pingProbe(1),
      counters: [0, 0],
    },
    {
      when: 'the prefixes of the local gateway lack the source',
      change: ({ site }) => (connection(site).localGateway.prefixes = ['172.20.200.0/24']),
      ping: (bench) => bench.pingProbe(1),
      counters: [1, 0],
    },
    {
      when: 'the prefixes of the local gateway lack the target',
      change: ({ site }) => (connection(site).localGateway.prefixes = ['172.20.200.0/24']),
      ping: (bench) => bench.pingRouter(1),
      counters: [0, 0],
    },
    {
      when: 'it leaves from the tunnel’s own address',
      change: () => undefined,
      ping: (bench) => bench.pingProbe(1, '169.254.0.1'),
      counters: [1, 0],
    },
    {
      when: 'the loopback of the target is shut',
      change: ({ site }) => (face(site, 'Loopback100').adminUp = false),
      ping: (bench) => bench.pingRouter(1),
      counters: [0, 1],
    },
    {
      when: 'the probe is deallocated',
      change: ({ site }) => (first(site.vms.filter((vm) => vm.id === PROBE)).powerState = 'deallocated'),
      ping: (bench) => bench.pingProbe(1),
      counters: [1, 0],
    },
    {
      when: 'the security group of the probe is closed',
      change: ({ site }) => {
        site.closed.push({ nic: 'linux010-nic', direction: 'Inbound', protocol: 'Icmp', rule: 'nsg/Deny' });
      },
      ping: (bench) => bench.pingProbe(1),
      counters: [1, 0],
    },
    {
      when: 'nobody has the target',
      change: () => undefined,
      ping: (bench) => bench.pingProbe(1, '172.20.100.100', '172.16.1.99'),
      counters: [1, 0],
    },
    {
      when: 'the tunnel is in GRE mode',
      change: ({ site }) => (tunnel(site).mode = 'gre ip'),
      ping: (bench) => bench.pingProbe(1),
      counters: [1, 0],
    },
  ];
  for (const { when, change, ping, counters } of lost) {
    it(`is lost when ${when}`, async () => {
      const bench = established();
      bench.change(() => change(bench));
      bench.pass(5);
      assert.deepEqual(
        (await ping(bench)).map((one) => one.received),
        [false],
      );
      assert.deepEqual([encaps(bench), decaps(bench)], counters);
      bench.dataplane.close();
    });
  }

  it('reaches what is near without any tunnel', async () => {
    const bench = new Bench(seedSite());
    assert.equal((await bench.pingProbe(1, '172.20.10.210', '172.20.10.210'))[0]?.received, true);
    assert.equal((await bench.pingRouter(1, '172.16.1.10'))[0]?.received, true);
    assert.equal((await bench.pingRouter(1, '172.16.1.77'))[0]?.received, false);
    bench.dataplane.close();
  });

  it('ends with the data plane', async () => {
    const bench = new Bench(seedSite());
    const request = { target: '10.9.9.9', count: 50, sizeBytes: 100, timeoutSeconds: 60 };
    const replies: unknown[] = [];
    const pinging = (async () => {
      for await (const reply of bench.link.ping('172.20.100.100', request)) replies.push(reply);
    })();
    setTimeout(() => bench.dataplane.close(), 20);
    await pinging;
    assert.equal(replies.length, 1);
  });
});
